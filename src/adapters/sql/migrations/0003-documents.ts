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
INSERT INTO document (idx, bytes)
SELECT json_extract(oficio.record, '$.intentLeaf'), blob.bytes FROM oficio
JOIN blob ON blob.owner = 'oficio_document' AND blob.key = oficio.key || '/input'
UNION ALL
SELECT json_extract(oficio.record, '$.signedLeaf'), blob.bytes FROM oficio
JOIN blob ON blob.owner = 'oficio_document' AND blob.key = oficio.key || '/appended';
DELETE FROM blob WHERE owner = 'oficio_document';
DROP TABLE oficio_document;
DROP INDEX oficio_signer;
DROP INDEX oficio_serial;
`;
