/** What waits for people, and the bytes beside it. No leaf stands behind a row, and none is kept for good. */
export const approvals: string = `
CREATE TABLE approval (
  id TEXT PRIMARY KEY,
  state TEXT NOT NULL,
  requester TEXT NOT NULL,
  made_at INTEGER NOT NULL,
  ended_at INTEGER,
  record TEXT NOT NULL,
  version INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX approval_by_time ON approval (made_at, id);
CREATE INDEX approval_by_requester ON approval (requester, state);
CREATE TABLE approval_part (
  id TEXT NOT NULL REFERENCES approval (id) ON DELETE CASCADE,
  part TEXT NOT NULL,
  status INTEGER NOT NULL,
  content_type TEXT NOT NULL,
  bytes BLOB NOT NULL,
  PRIMARY KEY (id, part)
) STRICT;
`;
