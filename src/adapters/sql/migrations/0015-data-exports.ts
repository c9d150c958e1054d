/** Who asked for the personal data of whom. */
export const dataExports: string = `
CREATE TABLE data_export (
  id TEXT NOT NULL PRIMARY KEY,
  expires_at INTEGER NOT NULL,
  version INTEGER NOT NULL,
  record TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX data_export_expires_at ON data_export (expires_at);
`;
