/** Cards. One that is not ended has its holder and its tag for itself: no two rows share them. */
export const cards: string = `
CREATE TABLE card (
  key TEXT NOT NULL PRIMARY KEY,
  guid TEXT NOT NULL,
  official TEXT NOT NULL,
  holder TEXT,
  tag TEXT,
  state TEXT NOT NULL,
  record TEXT NOT NULL,
  version INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX card_guid ON card (guid);
CREATE UNIQUE INDEX card_holder ON card (holder);
CREATE UNIQUE INDEX card_tag ON card (tag);
`;
