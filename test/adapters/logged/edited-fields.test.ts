/** Every field of every row, edited for as long as somebody asks or acts. */
import { readFileSync, rmSync } from 'node:fs';
import type { DatabaseSync } from 'node:sqlite';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, test, vi } from 'vitest';
import { systemClock } from '../../../src/adapters/system.ts';
import { readCertificateBody } from '../../../src/authority/certificate.ts';
import { toHex } from '../../../src/core/bytes.ts';
import type { CborValue } from '../../../src/core/cbor.ts';
import { isRefusal } from '../../../src/core/refusal.ts';
import { unixSeconds } from '../../../src/core/time.ts';
import type { OfficialId } from '../../../src/directory/official.ts';
import type { UnitCode } from '../../../src/directory/unit.ts';
import { readRecord } from '../../../src/log/record.ts';
import type { OficioId } from '../../../src/oficio/oficio.ts';
import { decodeClaims } from '../../../src/seal/seal.ts';
import type { Services } from '../../../src/services.ts';
import { letterOf, openData, TWO_PAGES, type Opened } from '../../support/office.ts';
import { earlierEdit, editsOf, recordIn, rowsOf, setRow, type Columns, type RowEdit } from '../../support/row-edits.ts';
import { withFileKept, workedRegister } from '../../support/worked-register.ts';

vi.setConfig({ testTimeout: 240_000 });

const TABLES = ['official', 'credential', 'oficio', 'unit', 'folio_series'] as const;
type Table = (typeof TABLES)[number];
type Rows = Readonly<Record<Table, readonly Columns[]>>;

/** What no leaf holds, so that a row tells it alone: docs/verdicts.md names it. */
const OF_THE_ROW: Readonly<Record<Table, readonly string[]>> = {
  official: ['acts', 'photo.sourceSha256'],
  credential: ['keyPlace', 'keyName'],
  oficio: ['signedAt', 'place', 'alreadySigned', 'sealKid'],
  unit: [],
  folio_series: [],
};

/** Refusals that name the row. */
const BY_NAME = ['!log/corrupt', '!data/row-damaged'];

const PHOTO = new Uint8Array(readFileSync(join(import.meta.dirname, '../../../keys-dev/photos/persona-1.jpg')));

const made = await workedRegister();
const { config, staff, standing, cancelled, replaced, badge, former } = made;
afterAll(() => rmSync(dirname(config.dataFolder), { recursive: true, force: true }));

const now = unixSeconds(systemClock() + 5);
const open = (): Promise<Opened> => openData(config, { clock: () => now });

const allRows = ({ ports }: Opened): Rows =>
  Object.fromEntries(TABLES.map((table) => [table, rowsOf(ports.data.database, table)])) as never;

/** What honest people did since, so that each row has an earlier state: a reserve, a move, a gap, a suspension, an end. */
const { before, rows } = await (async () => {
  const opened = await open();
  const { services } = opened;
  const start = allRows(opened);
  const { director, subdirector, inspector } = staff;
  const { id } = await services.registerOfficial({
    input: {
      ...{ name: 'Quien Se Fue', post: 'Verificadora', unit: director.unit, powers: ['Verificar'], mayAsk: ['INE'] },
      ...{ neverAsks: ['Dinero'], validFrom: '2026-01-16', validUntil: '2036-12-31', publication: 'reserved' },
      ...{ legalGround: 'Artículo 113', phone: '55 2452 3110', mail: 'a@alcaldia.example' },
    },
    photo: await services.readPhoto(PHOTO),
    supersedes: former,
  });
  await services.changeOfficial({ id, changes: { post: 'Verificadora de obras' } });
  await services.changeOfficial({ id: director.id, changes: { phone: '55 2452 3111' } });
  const reserved = { publication: 'reserved', legalGround: 'Artículo 113' };
  await services.changeOfficial({ id: subdirector.id, changes: reserved });
  await services.endOfficial({ id: inspector.id, on: '2036-01-01', reason: 'retired' });
  await services.suspendCredential(badge.serial);
  await services.setUnit({ code: 'AE', phone: '55 2452 3112', address: 'Plaza 1' });
  await services.setSeries({ unit: director.unit, year: 2026, gaps: [{ from: 900, to: 901, reason: 'Hojas rotas' }] });
  const { oficio } = await services.signOficio(
    { ...letterOf(director, TWO_PAGES), place: { page: 1, left: 10, top: 10 }, expires: unixSeconds(now + 86_400) },
    'a place of its own',
  );
  await services.endOficio(oficio.id, { reason: 'Error' });
  const all = allRows(opened);
  // Of each table the first row is edited most: here the one that acts go by, whatever its serial number.
  const isSigner = ({ key }: Columns): number => Number(key === standing.signer.serial);
  const rows = { ...all, credential: all.credential.toSorted((a, b) => isSigner(b) - isSigner(a)) };
  services.close();
  return { before: start, rows };
})();

const keysOf = (table: Table): readonly string[] => rows[table].map(({ key }) => key);

function withoutWhatIsOfTheRow(table: Table, record: object | undefined): object | undefined {
  if (!record) return record;
  const copy = structuredClone(record) as Record<string, unknown>;
  for (const field of OF_THE_ROW[table]) {
    const [name, deep] = field.split('.') as [string, string?];
    if (deep === undefined) delete copy[name];
    else if (copy[name]) delete (copy[name] as Record<string, unknown>)[deep];
  }
  return copy;
}

const textOf = (value: unknown): string =>
  JSON.stringify(value, (_, one: unknown) => (one instanceof Uint8Array ? toHex(one) : one)) ?? 'nothing';

async function told(ask: () => Promise<unknown>): Promise<string> {
  try {
    return textOf(await ask());
  } catch (error) {
    if (isRefusal(error)) return `!${error.code}`;
    throw error;
  }
}

interface Question {
  readonly name: string;
  /** The keys of the rows that it is about. */
  readonly about: readonly string[];
  ask(services: Services): Promise<unknown>;
}

/** All that is asked of one record by itself. */
const QUESTIONS: readonly Question[] = [
  ...[standing, cancelled, replaced].map(({ id, sealText, signer }) => ({
    name: `seal of ${id}`,
    about: [id, signer.serial, signer.officialId],
    ask: ({ verifyTyped }: Services) => verifyTyped(sealText!),
  })),
  ...keysOf('oficio').map((id) => ({
    name: `letter ${id}`,
    about: [id],
    async ask({ shown, findVoid }: Services) {
      const record = (await shown.oficio(id as OficioId))?.record;
      return [withoutWhatIsOfTheRow('oficio', record), record && [...(await findVoid([record])).values()]];
    },
  })),
  ...rows.credential.flatMap((row) => {
    const serial = row.key;
    const about = [serial, (recordIn(row) as { officialId: string }).officialId];
    return [
      { name: `credential ${serial}`, about, ask: ({ verifyCredential }: Services) => verifyCredential(serial) },
      {
        name: `row of credential ${serial}`,
        about: [serial],
        ask: async ({ shown }: Services) =>
          withoutWhatIsOfTheRow('credential', (await shown.credential(serial))?.record),
      },
    ];
  }),
  ...keysOf('official').map((id) => ({
    name: `official ${id}`,
    about: [id],
    ask: async ({ directory }: Services) =>
      withoutWhatIsOfTheRow('official', (await directory.findOfficial(id as OfficialId))?.record),
  })),
  ...keysOf('unit').map((code) => ({
    name: `unit ${code}`,
    about: [code],
    ask: async ({ directory }: Services) => (await directory.findUnit(code as UnitCode))?.record,
  })),
  { name: 'units', about: keysOf('unit'), ask: ({ directory }) => directory.listUnits() },
  { name: 'series', about: keysOf('folio_series'), ask: ({ oficios }) => oficios.listSeries() },
];

/** What is answered about one row, by question; of all rows where none is named. */
async function answers(services: Services, key?: string): Promise<ReadonlyMap<string, string>> {
  const asked = QUESTIONS.filter(({ about }) => key === undefined || about.includes(key));
  const found = new Map<string, string>();
  for (const { name, ask } of asked) found.set(name, await told(() => ask(services)));
  return found;
}

const label = (table: Table, row: Columns, { name }: RowEdit): string => `${table} ${row.key} ${name}`;

function* edits(table: Table): Generator<readonly [Columns, RowEdit]> {
  for (const row of rows[table]) {
    for (const edit of editsOf(row, rows[table])) yield [row, edit];
    const earlier = before[table].find(({ key }) => key === row.key);
    if (earlier && earlier.record !== row.record) yield [row, earlierEdit(row, earlier)];
  }
}

/**
 * Of each field one change of its value, and of those on top the value of another row, wherever they are first; all that adds a field or
 * brings an earlier state back.
 */
function oneOfEach(table: Table): readonly (readonly [Columns, RowEdit])[] {
  const seen = new Set<string>();
  return [...edits(table)].filter(([, { kind, field }]) => {
    if (kind === 'added' || kind === 'earlier') return true;
    if (kind !== 'other' && (kind !== 'theirs' || field.includes('.'))) return false;
    return !seen.has(`${kind} ${field}`) && seen.add(`${kind} ${field}`);
  });
}

describe('no answer says what an edited row says', () => {
  test.each(TABLES)('of %s', async (table) => {
    await withFileKept(config, async () => {
      const { services, ports } = await open();
      const { database } = ports.data;
      try {
        const honest = await answers(services);
        let count = 0;
        for (const [row, edit] of edits(table)) {
          setRow(database, table, row, edit.record);
          const found = await answers(services, row.key);
          for (const [name, answer] of found) {
            if (answer !== honest.get(name)) expect(BY_NAME, `${label(table, row, edit)} | ${name}`).toContain(answer);
          }
          setRow(database, table, row, recordIn(row));
          count++;
        }
        expect(count).toBeGreaterThan(20);
        expect(await answers(services)).toEqual(honest);
      } finally {
        services.close();
      }
    });
  });

  test('and the audit names each row while it is edited', async () => {
    await withFileKept(config, async () => {
      const { services, ports } = await open();
      try {
        for (const table of TABLES) {
          for (const [row, edit] of oneOfEach(table)) {
            if (OF_THE_ROW[table].some((field) => `${edit.field}.`.startsWith(`${field}.`))) continue;
            setRow(ports.data.database, table, row, edit.record);
            const { register } = await services.auditLog();
            expect(register.sound, label(table, row, edit)).toBe(false);
            setRow(ports.data.database, table, row, recordIn(row));
          }
        }
        expect((await services.auditLog()).register.findings).toEqual([]);
      } finally {
        services.close();
      }
    });
  });
});

type Act = (services: Services) => Promise<unknown>;

/** What an office does with one row; acts that depend on each other apart. */
function actsOn(table: Table, row: Columns): readonly (readonly Act[])[] {
  const key = row.key;
  const sign: Act = (services) => services.signOficio(letterOf(staff.director, TWO_PAGES), 'a new letter');
  const issue =
    (kind: 'staff' | 'signer'): Act =>
    (services) =>
      services.issueCredential({ officialId: key, kind, days: 9, idempotencyKey: `a new one ${kind}` });
  switch (table) {
    case 'official': {
      const id = key as OfficialId;
      return [
        [
          sign,
          issue('staff'),
          issue('signer'),
          (services) => services.changeOfficial({ id, changes: { mail: 'b@alcaldia.example' } }),
          (services) => services.importOfficials(LIST, undefined, { update: true }),
          (services) => services.publishCrl('credenciales'),
        ],
        [(services) => services.endOfficial({ id, reason: 'dismissed' })],
      ];
    }
    case 'credential':
      return [
        [sign, (services) => services.suspendCredential(key)],
        [(services) => services.resumeCredential(key)],
        [(services) => services.revokeCredential(key, { reason: 'superseded' })],
        [(services) => services.revokeCredential(key, { reason: 'keyCompromise', compromisedFrom: 0 })],
      ];
    case 'oficio':
      return [
        [sign, (services) => services.endOficio(key as OficioId, { reason: 'Otro', replacedBy: standing })],
        [(services) => services.endOficio(key as OficioId, { reason: 'Error' })],
      ];
    case 'unit':
      return [[sign, (services) => services.setUnit({ code: key, address: 'Plaza 2' })]];
    case 'folio_series': {
      const { unit, year } = recordIn(row) as { unit: string; year: number };
      const gap = { from: 950, to: 951, reason: 'Rota' };
      return [[sign, (services) => services.setSeries({ unit, year, gaps: [gap] })]];
    }
  }
}

/** An old list, with somebody who was dismissed since. */
const LIST = new TextEncoder().encode(
  `nombre,cargo,unidad,atribuciones,puede pedir,nunca pide,desde\nQuien Se Fue,Verificador,${staff.inspector.unit},Verificar,INE,Dinero,2026-01-16\n`,
);

/** What a leaf tells, without what is drawn at random. */
function normal(record: readonly CborValue[]): string {
  const act = typeof record[1] === 'string' ? record[1] : '';
  const told = record.map((item, i) => {
    if (act.startsWith('official/') && i === 4) return 'acts';
    if (act === 'oficio/intent' && i === 2) {
      const { id: _, index: _index, ...claims } = decodeClaims(item as Uint8Array);
      return claims as never;
    }
    if (act === 'credential/intent' && (i === 3 || i === 6)) return 'drawn';
    if (act === 'credential/intent' && i === 5) {
      const { notBefore, notAfter, subject } = readCertificateBody(item as Uint8Array);
      return [notBefore, notAfter, textOf(subject)];
    }
    return DRAWN.has(act) && i > 1 ? 'drawn' : item;
  });
  return textOf(told);
}

const DRAWN = new Set(['credential/issued', 'oficio/signed', 'crl/intent', 'crl/published']);

interface Outcome {
  readonly leaves: readonly string[];
  readonly refusal: string | undefined;
}
type Outcomes = readonly Outcome[];

/** What each act writes into the log, and the code with which it is refused. */
async function done({ services }: Opened, acts: readonly Act[]): Promise<Outcomes> {
  const all: Outcome[] = [];
  const start = await services.log.size();
  for (const act of acts) {
    const size = await services.log.size();
    const answer = await told(() => act(services));
    const leaves: string[] = [];
    for (let index = size; index < (await services.log.size()); index++) {
      const { kind, ref = -1 } = (await services.log.leaf(index))!;
      const about = ref < start ? ref : 'an act of now';
      leaves.push(`${kind} about ${about}: ${normal(readRecord((await services.log.opening(index))!.record)!)}`);
    }
    all.push({ leaves, refusal: answer.startsWith('!') ? answer : undefined });
  }
  return all;
}

describe('no leaf says what an edited row says', () => {
  test.each(TABLES)('of %s', async (table) => {
    const run = (acts: readonly Act[], edit: (database: DatabaseSync) => void): Promise<Outcomes> =>
      withFileKept(config, async () => {
        const opened = await open();
        try {
          edit(opened.ports.data.database);
          return await done(opened, acts);
        } finally {
          opened.services.close();
        }
      });
    const honest = new Map<string, Outcomes>();
    for (const [row, edit] of oneOfEach(table)) {
      for (const [group, acts] of actsOn(table, row).entries()) {
        const name = `${row.key} ${group}`;
        const expected = honest.get(name) ?? (await run(acts, () => {}));
        honest.set(name, expected);
        const found = await run(acts, (database) => setRow(database, table, row, edit.record));
        for (const [i, { leaves, refusal }] of found.entries()) {
          const what = `${label(table, row, edit)} | act ${group}.${i}`;
          const isByName = refusal !== undefined && BY_NAME.includes(refusal);
          // What was done before the row was come upon is what is done otherwise.
          if (isByName) expect(expected[i]!.leaves.slice(0, leaves.length), what).toEqual(leaves);
          else expect({ leaves, refusal }, what).toEqual(expected[i]);
        }
      }
    }
  });
});
