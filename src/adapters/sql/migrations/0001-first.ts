/** The log: rows are only ever added, each at the end. */
const log = `
CREATE TABLE log_entry (
  idx INTEGER PRIMARY KEY,
  entry BLOB NOT NULL,
  leaf_hash BLOB NOT NULL
) STRICT;
-- By the leaf that they refer to (docs/formats/leaf.md, offset 106): the reference itself, so that no second copy can differ.
CREATE INDEX log_entry_ref ON log_entry (substr(entry, 107, 8)) WHERE substr(entry, 107, 8) <> x'ffffffffffffffff';
CREATE TRIGGER log_entry_dense BEFORE INSERT ON log_entry
WHEN NEW.idx IS NOT (SELECT coalesce(max(idx) + 1, 0) FROM log_entry)
BEGIN SELECT raise(ABORT, 'an entry goes to the end of the log'); END;
CREATE TRIGGER log_entry_fixed BEFORE UPDATE ON log_entry
BEGIN SELECT raise(ABORT, 'an entry never changes'); END;
CREATE TRIGGER log_entry_kept BEFORE DELETE ON log_entry
BEGIN SELECT raise(ABORT, 'an entry is never removed'); END;

CREATE TABLE log_node (
  level INTEGER NOT NULL,
  idx INTEGER NOT NULL,
  hash BLOB NOT NULL,
  PRIMARY KEY (level, idx)
) STRICT, WITHOUT ROWID;
CREATE TRIGGER log_node_once BEFORE INSERT ON log_node
WHEN EXISTS (SELECT 1 FROM log_node WHERE level = NEW.level AND idx = NEW.idx)
BEGIN SELECT raise(ABORT, 'a node never changes'); END;
CREATE TRIGGER log_node_fixed BEFORE UPDATE ON log_node
BEGIN SELECT raise(ABORT, 'a node never changes'); END;
CREATE TRIGGER log_node_kept BEFORE DELETE ON log_node
BEGIN SELECT raise(ABORT, 'a node is never removed'); END;

CREATE TABLE log_head (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  size INTEGER NOT NULL,
  frontier BLOB NOT NULL,
  epoch INTEGER NOT NULL
) STRICT;
INSERT INTO log_head (id, size, frontier, epoch) VALUES (1, 0, x'', 0);
CREATE TRIGGER log_head_grows BEFORE UPDATE ON log_head
WHEN NEW.size NOT IN (OLD.size, OLD.size + 1) OR NEW.epoch < OLD.epoch
BEGIN SELECT raise(ABORT, 'the log grows by one entry at a time'); END;
CREATE TRIGGER log_head_kept BEFORE DELETE ON log_head
BEGIN SELECT raise(ABORT, 'the head is never removed'); END;

-- An opening may be erased (a person's right), never replaced.
CREATE TABLE opening (
  idx INTEGER PRIMARY KEY REFERENCES log_entry (idx),
  record BLOB NOT NULL,
  salt BLOB NOT NULL,
  evidence_kind INTEGER NOT NULL,
  evidence BLOB NOT NULL
) STRICT;
CREATE TRIGGER opening_fixed BEFORE UPDATE ON opening
BEGIN SELECT raise(ABORT, 'an opening never changes'); END;

CREATE TABLE checkpoint (
  size INTEGER PRIMARY KEY,
  root BLOB NOT NULL,
  note TEXT NOT NULL
) STRICT;
CREATE TRIGGER checkpoint_grows BEFORE INSERT ON checkpoint
WHEN NEW.size <= (SELECT max(size) FROM checkpoint)
BEGIN SELECT raise(ABORT, 'a checkpoint is larger than all before it'); END;
CREATE TRIGGER checkpoint_fixed BEFORE UPDATE ON checkpoint
BEGIN SELECT raise(ABORT, 'a checkpoint never changes'); END;
CREATE TRIGGER checkpoint_kept BEFORE DELETE ON checkpoint
BEGIN SELECT raise(ABORT, 'a checkpoint is never removed'); END;
`;

/** The table of one noun: its key, its own columns, the record, the version. */
function records(table: string, ...columns: readonly string[]): string {
  return `CREATE TABLE ${table} (
  ${['key TEXT NOT NULL PRIMARY KEY', ...columns, 'record TEXT NOT NULL', 'version INTEGER NOT NULL'].join(',\n  ')}
) STRICT;\n`;
}

/** The same for records of a few hundred bytes: in the order of their keys, so that a write touches a page less. */
function smallRecords(table: string, ...columns: readonly string[]): string {
  return records(table, ...columns).replace('STRICT', 'STRICT, WITHOUT ROWID');
}

const blobs = `
CREATE TABLE blob (
  owner TEXT NOT NULL,
  key TEXT NOT NULL,
  field TEXT NOT NULL,
  bytes BLOB NOT NULL,
  PRIMARY KEY (owner, key, field)
) STRICT;
`;

const nouns = [
  records('institution'),
  records('authority', 'key_id TEXT NOT NULL'),
  'CREATE UNIQUE INDEX authority_key_id ON authority (key_id);',
  smallRecords('unit', 'parent TEXT'),
  records(
    'official',
    'unit TEXT NOT NULL',
    'identity TEXT NOT NULL',
    'in_office TEXT',
    'name TEXT NOT NULL',
    'public_name TEXT NOT NULL',
    'ended_on TEXT',
  ),
  'CREATE UNIQUE INDEX official_in_office ON official (in_office);',
  'CREATE INDEX official_identity ON official (identity);',
  'CREATE INDEX official_unit ON official (unit);',
  'CREATE INDEX official_name ON official (name, key);',
  'CREATE INDEX official_public_name ON official (public_name, key);',
  records('photo'),
  records(
    'credential',
    'authority TEXT NOT NULL',
    'serial TEXT NOT NULL',
    'official TEXT NOT NULL',
    'kind TEXT NOT NULL',
    'state TEXT NOT NULL',
    'key_hash TEXT NOT NULL',
  ),
  'CREATE UNIQUE INDEX credential_serial ON credential (authority, serial);',
  'CREATE INDEX credential_official ON credential (official);',
  'CREATE INDEX credential_key_hash ON credential (key_hash);',
  smallRecords('folio_series', 'unit TEXT NOT NULL', 'year INTEGER NOT NULL'),
  'CREATE UNIQUE INDEX folio_series_year ON folio_series (unit, year);',
  records(
    'oficio',
    'typed_code TEXT NOT NULL',
    'unit TEXT NOT NULL',
    'year INTEGER NOT NULL',
    'number INTEGER NOT NULL',
    'signer TEXT NOT NULL',
    'serial TEXT NOT NULL',
    'state TEXT NOT NULL',
  ),
  'CREATE UNIQUE INDEX oficio_typed_code ON oficio (typed_code);',
  'CREATE UNIQUE INDEX oficio_folio ON oficio (unit, year, number);',
  'CREATE INDEX oficio_signer ON oficio (signer);',
  'CREATE INDEX oficio_serial ON oficio (serial);',
  records('oficio_document'),
  smallRecords('status_place', 'list TEXT NOT NULL', 'idx INTEGER NOT NULL'),
  'CREATE UNIQUE INDEX status_place_place ON status_place (list, idx);',
  smallRecords('attempt'),
  records('crl'),
  records('charter'),
].join('\n');

/** The log and the nouns of the first release. */
export const first: string = log + blobs + nouns;
