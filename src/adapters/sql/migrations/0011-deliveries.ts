/** Whom letters are for, and where visits are to be: what their intents commit to. Rows are found by their key alone. */
export const deliveries: string = `
CREATE TABLE delivery (
  key TEXT NOT NULL PRIMARY KEY,
  record TEXT NOT NULL,
  version INTEGER NOT NULL
) STRICT;
`;
