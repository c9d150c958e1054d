/** Letters in the order in which they were registered, the newest first: as an office looks through them. */
export const lettersByLeaf: string = `
ALTER TABLE oficio ADD COLUMN intent_leaf INTEGER NOT NULL DEFAULT 0;
UPDATE oficio SET intent_leaf = coalesce(json_extract(record, '$.intentLeaf'), 0) WHERE json_valid(record);
CREATE INDEX oficio_intent_leaf ON oficio (intent_leaf);
`;
