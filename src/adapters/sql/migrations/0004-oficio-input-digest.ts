/** Letters by the document that they were made of, so that signing it once more can be told. */
export const oficioInputDigest: string = `
ALTER TABLE oficio ADD COLUMN input_digest TEXT NOT NULL DEFAULT '';
UPDATE oficio SET input_digest = coalesce(json_extract(record, '$.inputDigest."$bytes"'), '') WHERE json_valid(record);
CREATE INDEX oficio_input_digest ON oficio (input_digest);
`;
