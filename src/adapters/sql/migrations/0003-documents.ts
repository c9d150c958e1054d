/**
 * The files of letters stand under the leaf of their act, in the order of the log: a write goes to the end of one table
 * instead of into two tables and three indexes at random places. Two indexes that nothing asks go too.
 */
export const documents: string = `
CREATE TABLE document (
  idx INTEGER PRIMARY KEY REFERENCES log_entry (idx),
  bytes BLOB NOT NULL
) STRICT;
CREATE TRIGGER document_fixed BEFORE UPDATE ON document
BEGIN SELECT raise(ABORT, 'a document never changes'); END;
-- A row that somebody damaged keeps nobody else's files back.
INSERT OR IGNORE INTO document (idx, bytes)
SELECT log_entry.idx, blob.bytes FROM oficio
JOIN log_entry ON log_entry.idx = CASE WHEN json_valid(oficio.record) THEN json_extract(oficio.record, '$.intentLeaf') END
JOIN blob ON blob.owner = 'oficio_document' AND blob.key = oficio.key || '/input'
UNION ALL
SELECT log_entry.idx, blob.bytes FROM oficio
JOIN log_entry ON log_entry.idx = CASE WHEN json_valid(oficio.record) THEN json_extract(oficio.record, '$.signedLeaf') END
JOIN blob ON blob.owner = 'oficio_document' AND blob.key = oficio.key || '/appended';
DELETE FROM blob WHERE owner = 'oficio_document';
DROP TABLE oficio_document;
DROP INDEX oficio_signer;
DROP INDEX oficio_serial;
`;
