import type { PersonId } from '../../access/person.ts';
import { concat, fromUtf8, utf8 } from '../../core/bytes.ts';
import type { Random } from '../../core/random.ts';
import { unixSeconds, type UnixSeconds } from '../../core/time.ts';
import type { MailAddress } from '../../directory/contact.ts';
import type { Notice, NoticeId, NoticeKind, NoticeLine, WaitingNotice } from '../../notice/notice.ts';
import type { NoticeStore } from '../../notice/store.ts';
import { GCM_NONCE_BYTES, openGcm, sealGcm } from '../keys/gcm.ts';
import type { SqliteData } from '../sqlite.ts';
import { decodeRecord, encodeRecord } from './record-json.ts';

export interface SqlNoticesDeps {
  readonly data: SqliteData;
  /** 32 bytes that are not in the database: an address and the secret of an invitation lie in no copy of it in clear. */
  secret(): Promise<Uint8Array>;
  readonly random: Random;
}

type Sealed = Pick<Notice, 'to' | 'about'>;

/** Notices and addresses in an open database. */
export function sqlNotices({ data, secret, random }: SqlNoticesDeps): NoticeStore {
  const { select, statements, transaction } = data;
  const run = (sql: string, ...values: readonly (string | number | null | Uint8Array)[]): void =>
    void statements.get(sql).run(...values);
  const rowsOf = async (notices: readonly Notice[]): Promise<readonly (readonly [Notice, Uint8Array])[]> => {
    if (notices.length === 0) return [];
    const key = await secret();
    return notices.map((notice) => [notice, seal(key, random(GCM_NONCE_BYTES), notice)]);
  };
  const insert = (rows: Awaited<ReturnType<typeof rowsOf>>): void => {
    for (const [{ id, about, madeAt, expiresAt }, sealed] of rows) {
      run(INSERT, id, about.kind, madeAt, madeAt, expiresAt, sealed);
    }
  };
  const end = (id: NoticeId, state: string, reason?: string): void =>
    transaction(() =>
      run(
        'UPDATE notice SET state = ?, reason = ?, next_at = NULL, sealed = NULL WHERE id = ?',
        state,
        reason ?? null,
        id,
      ),
    );
  return {
    async add(notices, { told = [], mark } = {}) {
      const rows = await rowsOf(notices);
      if (rows.length === 0 && told.length === 0 && mark === undefined) return;
      transaction(() => {
        insert(rows);
        for (const { id, kind, expiresAt } of told) run(TOLD, id, kind, expiresAt);
        if (mark !== undefined) run('INSERT OR REPLACE INTO notice_mark (id, leaf) VALUES (1, ?)', mark);
      });
    },
    async known(ids) {
      const isThere = (id: NoticeId): boolean => select('SELECT 1 FROM notice WHERE id = ?', [id]).length > 0;
      return new Set(ids.filter(isThere));
    },
    async mark() {
      const [row] = select('SELECT leaf FROM notice_mark', []);
      return row && Number(row['leaf']);
    },
    async listAddressed() {
      return select('SELECT person FROM mail_address ORDER BY person', []).map(
        (row) => String(row['person']) as PersonId,
      );
    },
    async due(at, most) {
      const rows = select('SELECT * FROM notice WHERE next_at <= ? ORDER BY next_at, id LIMIT ?', [at, most]);
      if (rows.length === 0) return [];
      const key = await secret();
      const found: WaitingNotice[] = [];
      for (const row of rows) {
        const id = String(row['id']) as NoticeId;
        const sealed = open(key, id, row['sealed']);
        if (sealed) found.push({ id, ...sealed, ...timesOf(row), tries: Number(row['tries']) });
        else end(id, 'failed', 'unreadable');
      }
      return found;
    },
    async delay(id, nextAt, reason) {
      transaction(() =>
        run('UPDATE notice SET next_at = ?, tries = tries + 1, reason = ? WHERE id = ?', nextAt, reason, id),
      );
    },
    end: async (id, state, reason) => end(id, state, reason),
    async list(most) {
      const wanted = `SELECT * FROM notice WHERE state IN ('waiting', 'failed') ORDER BY made_at DESC, id LIMIT ?`;
      return select(wanted, [most]).map(lineOf);
    },
    async findAddress(person) {
      const [row] = select('SELECT address FROM mail_address WHERE person = ?', [person]);
      return row && (String(row['address']) as MailAddress);
    },
    async setAddress(person, address, notices) {
      const rows = await rowsOf(notices);
      transaction(() => {
        if (address === undefined) run('DELETE FROM mail_address WHERE person = ?', person);
        else run('INSERT OR REPLACE INTO mail_address (person, address) VALUES (?, ?)', person, address);
        insert(rows);
      });
    },
  };
}

const INSERT = `INSERT OR IGNORE INTO notice (id, kind, state, made_at, next_at, expires_at, tries, sealed)
  VALUES (?, ?, 'waiting', ?, ?, ?, 0, ?)`;

const TOLD = `INSERT OR IGNORE INTO notice (id, kind, state, made_at, expires_at, tries) VALUES (?, ?, 'told', 0, ?, 0)`;

function seal(key: Uint8Array, nonce: Uint8Array, { id, to, about }: Notice): Uint8Array {
  return concat(nonce, sealGcm(key, nonce, utf8(encodeRecord({ to, about } satisfies Sealed)), utf8(id)));
}

/** `undefined` for what another key sealed, or somebody changed. */
function open(key: Uint8Array, id: NoticeId, sealed: unknown): Sealed | undefined {
  if (!(sealed instanceof Uint8Array)) return undefined;
  const nonce = sealed.subarray(0, GCM_NONCE_BYTES);
  const plain = openGcm(key, nonce, sealed.subarray(GCM_NONCE_BYTES), utf8(id));
  const text = plain && fromUtf8(plain);
  return text === undefined ? undefined : (decodeRecord(text) as Sealed);
}

type Row = ReturnType<SqliteData['select']>[number];

function timesOf(row: Row): Pick<NoticeLine, 'madeAt' | 'expiresAt'> {
  const at = (column: string): UnixSeconds => unixSeconds(Number(row[column]));
  return { madeAt: at('made_at'), expiresAt: at('expires_at') };
}

function lineOf(row: Row): NoticeLine {
  const { next_at: nextAt, reason } = row;
  return {
    id: String(row['id']) as NoticeId,
    kind: String(row['kind']) as NoticeKind,
    state: row['state'] === 'failed' ? 'failed' : 'waiting',
    ...timesOf(row),
    tries: Number(row['tries']),
    ...(nextAt !== null && { nextAt: unixSeconds(Number(nextAt)) }),
    ...(reason !== null && { reason: String(reason) }),
  };
}
