import type { Context, Hono } from 'hono';
import { z } from 'zod';
import { readAuthorisation, type Authorisation } from '../../access/evidence.ts';
import type { PersonId } from '../../access/person.ts';
import { ACT_RESULTS, type ActQuery, type NamedPerson, type OpenedAct, type ToldAct } from '../../access/told-act.ts';
import { toBase64 } from '../../core/base64.ts';
import { toHex } from '../../core/bytes.ts';
import { isRefusal, Refusal } from '../../core/refusal.ts';
import { formatTime, parseDay } from '../../core/time.ts';
import { parseOfficialId } from '../../directory/official.ts';
import { actOf } from '../../log/act-shape.ts';
import type { LogCode } from '../../log/code.ts';
import { encodeLeaf, LeafKind } from '../../log/leaf.ts';
import { readRecord } from '../../log/record.ts';
import type { StaffDeps } from './deps.ts';
import { checked, queryNumber, unitWanted, type RouteInputs } from './input.ts';
import { findOficio } from './oficios.ts';
import { recordFacts, type Fact } from './record-facts.ts';
import { unitsBelow } from './told-cards.ts';

/** The kinds of leaves by the names with which their records begin. */
export const KIND_OF_ACT: ReadonlyMap<string, LeafKind> = new Map(
  Object.values(LeafKind).flatMap((kind) => {
    const found = actOf(kind);
    return found ? [[found.act, kind] as const] : [];
  }),
);

const day = z.string().transform((text, context) => parseDay(text) ?? (context.addIssue('not a day'), z.NEVER));

/** `kind` more than once. */
const wanted = z.strictObject({
  kind: z
    .array(z.string().refine((act) => KIND_OF_ACT.has(act), 'not the name of an act'))
    .max(64)
    .optional(),
  person: z
    .string()
    .regex(/^[0-9a-f]{32}$/)
    .optional(),
  unit: unitWanted,
  official: z.string().max(40).optional(),
  letter: z.string().max(100).optional(),
  from: day.optional(),
  to: day.optional(),
  result: z.enum(ACT_RESULTS).optional(),
  before: z.string().max(15).optional(),
  limit: z.string().max(15).optional(),
});

/** Somebody whom the evidence of an act names. */
export interface NamedPersonView extends Omit<NamedPerson, 'by' | 'grants'> {
  readonly founder?: number;
  readonly enrolmentLeaf?: number;
  readonly rolesLeaf?: number;
  readonly roles: NamedPerson['grants'];
}

/** An act of the log. */
export interface EntryView extends Omit<ToldAct, 'at' | 'by'> {
  readonly at?: string;
  readonly by: readonly NamedPersonView[];
}

export interface EntryPage {
  readonly size: number;
  readonly acts: readonly EntryView[];
  /** The value of `before` with which to go on; absent at the beginning of the log. */
  readonly next?: number;
}

/** With everything that the log holds of it. Hashes and keys are hexadecimal, bytes base64. */
export interface OpenedEntryView extends EntryView {
  readonly entry: string;
  readonly leafHash?: string;
  readonly issuer: string;
  /** What stands in its record, by name; absent where nobody can read it. */
  readonly facts?: Readonly<Record<string, Fact>>;
  readonly opening?: {
    readonly record: string;
    readonly salt: string;
    readonly evidence?: { readonly kind: number; readonly bytes: string };
  };
  /** What people signed. */
  readonly statement?: {
    readonly count: number;
    readonly place: number;
    readonly key: string;
    readonly target: string;
    readonly at: string;
    readonly size: number;
    readonly root: string;
  };
  readonly chain: readonly EntryView[];
  readonly referring: readonly { readonly index: number; readonly kind: LeafKind; readonly action?: string }[];
  readonly proof?: {
    readonly index: number;
    readonly size: number;
    readonly path: readonly string[];
    readonly sides: readonly ('left' | 'right')[];
    readonly checkpoint: string;
  };
}

const MOST_ENTRIES = 200;

/** The log for auditors: every act, who authorised it, and what it commits to. */
export function logEntryRoutes(app: Hono, deps: StaffDeps): void {
  app.get('/log/entries', async (c) => {
    const { acts, size, next } = await deps.toldActs.list(await queryOf(deps, c));
    const page: EntryPage = { size, acts: acts.map(entryView), ...(next !== undefined && { next }) };
    return c.json(page, 200, { 'cache-control': 'no-store' });
  });
  app.get('/log/entries/:index', async (c) => {
    const asked = c.req.param('index');
    if (!/^\d{1,15}$/.test(asked)) {
      throw new Refusal<LogCode>('log/no-such-entry', 'not the number of an entry', { index: asked.slice(0, 20) });
    }
    const act = await deps.toldActs.open(Number(asked));
    return c.json(await openedView(deps, act), 200, { 'cache-control': 'no-store' });
  });
}

async function queryOf(deps: StaffDeps, c: Context): Promise<ActQuery> {
  const kinds = c.req.queries('kind');
  const { kind, unit, letter, official, person, from, to, result } = checked(wanted, {
    ...c.req.query(),
    ...(kinds && { kind: kinds }),
  });
  return {
    limit: queryNumber(c, 'limit', 50, MOST_ENTRIES),
    ...(c.req.query('before') !== undefined && { before: queryNumber(c, 'before', 0, Number.MAX_SAFE_INTEGER) }),
    ...(kind && { kinds: kind.flatMap((act) => KIND_OF_ACT.get(act) ?? []) }),
    ...(unit !== undefined && { units: await unitsBelow(deps, unit) }),
    ...(letter !== undefined && { letter: (await findOficio(deps, letter)).id }),
    ...(official !== undefined && { official: parseOfficialId(official) ?? official }),
    ...(person !== undefined && { person: person as PersonId }),
    ...(from !== undefined && { from }),
    ...(to !== undefined && { to }),
    ...(result !== undefined && { result }),
  };
}

function personView({ by, grants, ...named }: NamedPerson): NamedPersonView {
  const leaves = 'founder' in by ? { founder: by.founder } : { enrolmentLeaf: by.enrolment, rolesLeaf: by.roles };
  return { ...named, ...leaves, roles: grants };
}

function entryView({ at, by, ...act }: ToldAct): EntryView {
  return { ...act, ...(at !== undefined && { at: formatTime(at) }), by: by.map(personView) };
}

async function openedView(deps: StaffDeps, act: OpenedAct): Promise<OpenedEntryView> {
  const { leaf, opening, chain, referring, ...told } = act;
  const record = opening && readRecord(opening.record);
  const authorisation = opening?.evidence && readAuthorisation(opening.evidence);
  const proof = await proofOf(deps, act.index);
  return {
    ...entryView(told),
    entry: toHex(encodeLeaf(leaf)),
    issuer: toHex(leaf.issuer),
    ...(record && { facts: recordFacts(record) }),
    ...(opening && {
      opening: {
        record: toBase64(opening.record),
        salt: toBase64(opening.salt),
        ...(opening.evidence && {
          evidence: { kind: opening.evidence.kind, bytes: toBase64(opening.evidence.bytes) },
        }),
      },
    }),
    ...(authorisation && { statement: statementView(authorisation) }),
    chain: chain.map(entryView),
    referring: referring.map(({ index, kind }) => {
      const action = actOf(kind)?.act;
      return { index, kind, ...(action !== undefined && { action }) };
    }),
    ...proof,
  };
}

function statementView({ statement, place }: Authorisation): NonNullable<OpenedEntryView['statement']> {
  const { count, key, target, at, size, root } = statement;
  return { count, place, key: toHex(key), target: toHex(target), at: formatTime(at), size, root: toHex(root) };
}

/** A moment after it was committed no checkpoint covers it yet. */
async function proofOf(deps: StaffDeps, index: number): Promise<Pick<OpenedEntryView, 'leafHash' | 'proof'>> {
  try {
    const { size, leafHash, path, sides, checkpoint } = await deps.proveEntry(index);
    return { leafHash: toHex(leafHash), proof: { index, size, path: path.map(toHex), sides, checkpoint } };
  } catch (error) {
    if (isRefusal(error, 'log/not-yet-published')) return {};
    throw error;
  }
}

/** What these routes take, for whoever reads their description. */
export const LOG_ENTRY_INPUTS: RouteInputs = {
  'GET /log/entries': { query: wanted },
};
