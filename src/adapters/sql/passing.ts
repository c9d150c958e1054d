import type { DeviceLogin } from '../../access/device-login.ts';
import type { Invitation } from '../../access/invitation.ts';
import type { LoginChallenge, PasskeyCount } from '../../access/login.ts';
import type { PassingRow, PassingStore } from '../../access/passing-store.ts';
import type { PendingEnrolment } from '../../access/pending-enrolment.ts';
import type { ProgramToken } from '../../access/program-token.ts';
import type { Session } from '../../access/session.ts';
import type { Versioned } from '../../log/ledger.ts';
import type { ExportNote } from '../../personal/export-note.ts';
import type { SqliteData } from '../sqlite.ts';
import { decodeRecord, encodeRecord } from './record-json.ts';

/** What passes by itself, in an open database. It has no leaf: nobody acts by it. */
export interface PassingStores {
  readonly sessions: PassingStore<Session>;
  readonly challenges: PassingStore<LoginChallenge>;
  readonly counts: PassingStore<PasskeyCount>;
  readonly invitations: PassingStore<Invitation>;
  readonly pending: PassingStore<PendingEnrolment>;
  readonly devices: PassingStore<DeviceLogin>;
  readonly tokens: PassingStore<ProgramToken>;
  readonly exports: PassingStore<ExportNote>;
}

export function sqlPassing(data: SqliteData): PassingStores {
  return {
    sessions: table<Session>(data, 'session'),
    challenges: table<LoginChallenge>(data, 'login_challenge'),
    counts: table<PasskeyCount>(data, 'passkey_count'),
    invitations: table<Invitation>(data, 'invitation'),
    pending: table<PendingEnrolment>(data, 'pending_enrolment'),
    devices: table<DeviceLogin>(data, 'device_login'),
    tokens: table<ProgramToken>(data, 'program_token'),
    exports: table<ExportNote>(data, 'data_export'),
  };
}

type Name =
  | 'session'
  | 'login_challenge'
  | 'passkey_count'
  | 'invitation'
  | 'pending_enrolment'
  | 'device_login'
  | 'program_token'
  | 'data_export';

function table<Row extends PassingRow>(data: SqliteData, name: Name): PassingStore<Row> {
  const { select, statements, transaction } = data;
  const rowOf = ({ record }: { readonly record?: unknown }): Row => decodeRecord(record as string) as Row;
  const versioned = (row: { readonly record?: unknown; readonly version?: unknown }): Versioned<Row> => ({
    record: rowOf(row),
    version: Number(row.version),
  });
  const write = (sql: string, ...values: readonly (string | number)[]): boolean =>
    transaction(() => Number(statements.get(sql).run(...values).changes) === 1);
  const SWEPT = `SELECT id FROM ${name} WHERE expires_at <= ?`;
  const BEYOND = `SELECT id FROM ${name} ORDER BY expires_at DESC LIMIT -1 OFFSET ?`;
  return {
    async add(row) {
      const values = [row.id, row.expiresAt, encodeRecord(row)] as const;
      return write(`INSERT OR IGNORE INTO ${name} (id, expires_at, version, record) VALUES (?, ?, 1, ?)`, ...values);
    },
    async find(id) {
      const [row] = select(`SELECT record, version FROM ${name} WHERE id = ?`, [id]);
      return row && versioned(row);
    },
    async replace(row, ifVersion) {
      const changed = `UPDATE ${name} SET expires_at = ?, version = version + 1, record = ? WHERE id = ? AND version = ?`;
      return write(changed, row.expiresAt, encodeRecord(row), row.id, ifVersion);
    },
    async take(id) {
      return transaction(() => {
        const taken = statements.get(`DELETE FROM ${name} WHERE id = ? RETURNING record`).all(id)[0];
        return taken && rowOf(taken);
      });
    },
    async list() {
      return select(`SELECT record, version FROM ${name} ORDER BY id`, []).map(versioned);
    },
    async sweep(at, most) {
      // A write waits for the disk: most of the time there is nothing to remove.
      if (select(SWEPT, [at]).length === 0 && select(BEYOND, [most]).length === 0) return;
      transaction(() => {
        statements.get(`DELETE FROM ${name} WHERE id IN (${SWEPT})`).run(at);
        statements.get(`DELETE FROM ${name} WHERE id IN (${BEYOND})`).run(most);
      });
    },
  };
}
