/** What people are told by mail, until it was sent, and where it reaches them. */
export const notices: string = `
CREATE TABLE notice (
  id TEXT NOT NULL PRIMARY KEY,
  kind TEXT NOT NULL,
  state TEXT NOT NULL,
  made_at INTEGER NOT NULL,
  next_at INTEGER,
  expires_at INTEGER NOT NULL,
  tries INTEGER NOT NULL,
  reason TEXT,
  sealed BLOB
) STRICT, WITHOUT ROWID;
CREATE INDEX notice_next_at ON notice (next_at);
CREATE INDEX notice_expires_at ON notice (expires_at);
CREATE TABLE notice_mark (
  id INTEGER NOT NULL PRIMARY KEY,
  leaf INTEGER NOT NULL
) STRICT;
CREATE TABLE mail_address (
  person TEXT NOT NULL PRIMARY KEY,
  address TEXT NOT NULL
) STRICT, WITHOUT ROWID;
`;
