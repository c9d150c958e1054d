import { isRefusal } from '../../core/refusal.ts';
import { dayInMexicoCity, type UnixSeconds } from '../../core/time.ts';
import type { PersonId } from '../../access/person.ts';
import { APPROVAL_KEPT_SECONDS } from '../../approval/settle.ts';
import type { OfficialId } from '../../directory/official.ts';
import { DETAILS_KEPT_SECONDS } from '../../oficio/erasure.ts';
import type { ErasureRequest } from '../../oficio/erase-details.ts';
import type { OficioId } from '../../oficio/oficio.ts';
import type { ReceptionId } from '../../oficio/reception.ts';
import type { RetentionId } from '../../personal/retention.ts';
import type { SweepStep, SweptLine } from '../../personal/sweep.ts';
import type { SqliteData } from '../sqlite.ts';

export interface SweepDeps {
  readonly data: SqliteData;
  /** As the log has them: no edited row makes anything due. @throws Refusal as `eraseDetails` */
  eraseDetails(request: ErasureRequest): Promise<unknown>;
  /** The day from which an official is out of office, as the log tells it. */
  endedOn(official: OfficialId): Promise<string | undefined>;
  /** Whether somebody works here, or waits to: of others no address is kept. */
  isKnown(person: PersonId): Promise<boolean>;
}

const NO_LONGER = `json_valid(record) AND json_extract(record, '$.erasedLeaf') IS NOT NULL`;
const BEFORE = `max(json_extract(o.record, '$.sealedAt'), coalesce(json_extract(o.record, '$.delivery.visit.to'), 0))`;
const DUE = {
  addressees: `SELECT d.key AS key, d.key AS letter FROM delivery d JOIN oficio o ON o.key = d.key
    WHERE json_valid(d.record) AND json_extract(d.record, '$.kept') IS NOT NULL AND json_valid(o.record) AND ${BEFORE} <= ?`,
  receptions: `SELECT key, json_extract(record, '$.letter') AS letter FROM reception
    WHERE json_valid(record) AND json_extract(record, '$.kept') IS NOT NULL AND json_extract(record, '$.at') <= ?`,
  photos: `SELECT DISTINCT b.key AS key, '' AS letter FROM blob b JOIN official o ON o.key = b.key
    WHERE b.owner = 'photo' AND o.ended_on <= ?`,
} as const;

/** In tables of what passes by itself: gone once the time that each row bears is over. */
const PASSING: readonly (readonly [RetentionId, readonly string[]])[] = [
  ['invitations', ['invitation']],
  ['enrolments', ['pending_enrolment']],
  ['sessions', ['session', 'passkey_count']],
  ['logins', ['login_challenge', 'device_login']],
  ['tokens', ['program_token']],
  ['exports', ['data_export']],
  ['notices', ['notice']],
];

/** What each line of the table erases, in an open database. */
export function sweepSteps(deps: SweepDeps): readonly SweepStep[] {
  const { data } = deps;
  const count = (sql: string, value: number | string): number =>
    Number(data.select(`SELECT count(*) AS n FROM (${sql})`, [value])[0]?.['n']);
  const keys = (sql: string, value: number | string, most: number): { key: string; letter: string }[] =>
    data
      .select(`${sql} ORDER BY 1 LIMIT ?`, [value, most])
      .map(({ key, letter }) => ({ key: String(key), letter: String(letter) }));
  const remove = (sql: string, ...values: readonly (string | number)[]): number =>
    data.transaction(() => Number(data.statements.get(sql).run(...values).changes));
  const since = (at: UnixSeconds): number => at - DETAILS_KEPT_SECONDS;

  const details = (line: 'addressees' | 'receptions'): SweepStep => ({
    line,
    due: async (at) => count(DUE[line], since(at)),
    erase: (at, most) =>
      eachOf(keys(DUE[line], since(at), most), ({ key, letter }) =>
        deps.eraseDetails({
          letter: letter as OficioId,
          ...(line === 'receptions' && { reception: key as ReceptionId }),
          ground: 'retention',
        }),
      ),
  });
  const photos: SweepStep = {
    line: 'photos',
    due: async (at) => count(DUE.photos, dayInMexicoCity(at)),
    erase: (at, most) =>
      eachOf(keys(DUE.photos, dayInMexicoCity(at), most), async ({ key }) => {
        const ended = await deps.endedOn(key as OfficialId);
        // The column says so, and the log does not: somebody edited it.
        if (ended === undefined || ended > dayInMexicoCity(at)) return false;
        return remove("DELETE FROM blob WHERE owner = 'photo' AND key = ?", key) > 0;
      }),
  };
  const requests: SweepStep = simple('requests', {
    due: () => count(REQUESTS, 0),
    erase: (_, most) => remove(`DELETE FROM attempt WHERE key IN (SELECT key FROM (${REQUESTS}) LIMIT ?)`, 0, most),
  });
  const approvals: SweepStep = simple('approvals', {
    due: (at) => count('SELECT id FROM approval WHERE ended_at < ?', at - APPROVAL_KEPT_SECONDS),
    erase: (at, most) =>
      remove(
        'DELETE FROM approval WHERE id IN (SELECT id FROM approval WHERE ended_at < ? LIMIT ?)',
        ...[at - APPROVAL_KEPT_SECONDS, most],
      ),
  });
  const passing = PASSING.map(([line, tables]) =>
    simple(line, {
      due: (at) => tables.reduce((sum, table) => sum + count(`SELECT id FROM ${table} WHERE expires_at <= ?`, at), 0),
      erase: (at, most) =>
        tables.reduce((sum, table) => {
          const over = `SELECT id FROM ${table} WHERE expires_at <= ? LIMIT ?`;
          return sum + remove(`DELETE FROM ${table} WHERE id IN (${over})`, at, most);
        }, 0),
    }),
  );
  const strangers = async (): Promise<readonly string[]> => {
    const found: string[] = [];
    for (const { person } of data.select('SELECT person FROM mail_address ORDER BY person', [])) {
      if (!(await deps.isKnown(String(person) as PersonId))) found.push(String(person));
    }
    return found;
  };
  const addresses: SweepStep = {
    line: 'mail-addresses',
    due: async () => (await strangers()).length,
    erase: async (_, most) =>
      eachOf((await strangers()).slice(0, most), async (person) =>
        remove('DELETE FROM mail_address WHERE person = ?', person),
      ),
  };
  // Requests after the details that they are about.
  return [addresses, photos, details('addressees'), details('receptions'), requests, approvals, ...passing];
}

/** The keys of attempts that made what is erased by now: each is, or holds, an unsalted digest of what was said. */
const REQUESTS = `SELECT key FROM attempt WHERE ? = 0 AND json_valid(record) AND (
  json_extract(record, '$.made') IN (SELECT key FROM reception WHERE ${NO_LONGER})
  OR json_extract(record, '$.made') IN (SELECT key FROM delivery WHERE ${NO_LONGER}))`;

function simple(
  line: RetentionId,
  step: { due(at: UnixSeconds): number; erase(at: UnixSeconds, most: number): number },
): SweepStep {
  return {
    line,
    due: async (at) => step.due(at),
    erase: async (at, most) => ({ erased: step.erase(at, most), failed: 0 }),
  };
}

/** One refusal stops no other; an outage ends the sweep. */
async function eachOf<One>(all: readonly One[], erase: (one: One) => Promise<unknown>): Promise<SweptLine> {
  let erased = 0;
  let failed = 0;
  for (const one of all) {
    try {
      if ((await erase(one)) === false) failed++;
      else erased++;
    } catch (error) {
      if (!isRefusal(error)) throw error;
      failed++;
    }
  }
  return { erased, failed };
}

/** What was erased stands in no free page and in no copy beside the file either: SQLite writes over it, and the log of writes is emptied. */
export function forgetErased({ database }: Pick<SqliteData, 'database'>): void {
  database.exec('PRAGMA wal_checkpoint(TRUNCATE)');
}
