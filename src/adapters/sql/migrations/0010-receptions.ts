/** Receptions of letters: what they are is told by the log, but for what is personal; rows are found by their key alone. */
export const receptions: string = `
CREATE TABLE reception (
  key TEXT NOT NULL PRIMARY KEY,
  record TEXT NOT NULL,
  version INTEGER NOT NULL
) STRICT;
`;
