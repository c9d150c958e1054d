/** The last tap that was used, by the number of the tag and the version of its keys. It only grows. */
export const tapCounters: string = `
CREATE TABLE tap_counter (
  tag TEXT NOT NULL,
  key_version INTEGER NOT NULL,
  counter INTEGER NOT NULL,
  PRIMARY KEY (tag, key_version)
) STRICT, WITHOUT ROWID;
-- Also REPLACE, which deletes without asking; what is no step forward changes nothing.
CREATE TRIGGER tap_counter_once BEFORE INSERT ON tap_counter
WHEN EXISTS (SELECT 1 FROM tap_counter WHERE tag = NEW.tag AND key_version = NEW.key_version AND counter >= NEW.counter)
BEGIN SELECT raise(IGNORE); END;
CREATE TRIGGER tap_counter_grows BEFORE UPDATE ON tap_counter
WHEN NEW.counter <= OLD.counter OR NEW.tag <> OLD.tag OR NEW.key_version <> OLD.key_version
BEGIN SELECT raise(ABORT, 'a tap counter only grows'); END;
CREATE TRIGGER tap_counter_kept BEFORE DELETE ON tap_counter
BEGIN SELECT raise(ABORT, 'a tap counter is never removed'); END;
`;
