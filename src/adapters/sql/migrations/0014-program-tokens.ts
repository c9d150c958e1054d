/** With what programs act in somebody's name. */
export const programTokens: string = `
CREATE TABLE program_token (
  id TEXT NOT NULL PRIMARY KEY,
  expires_at INTEGER NOT NULL,
  version INTEGER NOT NULL,
  record TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX program_token_expires_at ON program_token (expires_at);
`;
