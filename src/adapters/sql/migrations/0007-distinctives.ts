/** Distinctives: what they are is told by the log, and rows are found by their key alone. */
export const distinctives: string = `
CREATE TABLE distinctive (
  key TEXT NOT NULL PRIMARY KEY,
  record TEXT NOT NULL,
  version INTEGER NOT NULL
) STRICT;
`;
