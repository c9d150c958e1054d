import { encodeCbor } from '../../core/cbor.ts';
import { Refusal } from '../../core/refusal.ts';
import { isSame } from '../../core/same.ts';
import {
  dayInMexicoCity,
  parseDay,
  startOfDay,
  unixSeconds,
  type CalendarDay,
  type UnixSeconds,
} from '../../core/time.ts';
import { findEarlier, type AttemptWrite } from '../../log/attempt.ts';
import type { LogCode } from '../../log/code.ts';
import { LeafKind, NO_ISSUER } from '../../log/leaf.ts';
import type { Versioned } from '../../log/ledger.ts';
import { untilFresh } from '../../log/retry.ts';
import type { DirectoryCode } from '../code.ts';
import { mentionOfficial } from '../mention.ts';
import { mandateAt, parseOfficialId, type Official, type OfficialId } from '../official.ts';
import { holdsPersonalKey } from '../text.ts';
import type { DistinctiveCode } from './code.ts';
import {
  drawDistinctiveNumber,
  EVIDENCE_KINDS,
  evidenceEnd,
  isReference,
  type Distinctive,
  type DistinctiveEvidence,
  type EvidenceKind,
} from './distinctive.ts';
import { grantedRecord } from './record.ts';
import { getDistinctive, withdraw, type DistinctiveDeps } from './withdraw.ts';

export interface EvidenceInput {
  readonly kind: string;
  /** `YYYY-MM-DD`, the last day. */
  readonly until: string;
  readonly reference?: string;
}

export interface GrantRequest {
  readonly officialId: string;
  readonly evidence: readonly EvidenceInput[];
  /** `YYYY-MM-DD`; where absent, the last day that evidence and mandate allow. */
  readonly until?: string;
  /** Without one, what is in force already on the same evidence and until the same day is answered, and nothing is done. */
  readonly idempotencyKey?: string;
}

export interface GrantDeps extends DistinctiveDeps {
  /** For withdrawing the one before: as `withdrawDistinctive` wants it. */
  readonly withdrawing: DistinctiveDeps;
}

/** Exams count for three years at the most: what ends later is a slip of the keyboard. */
const MOST_DAYS = 3 * 366;

/**
 * Grants the distinctive to somebody with a mandate today, on evidence of every kind. What they had before is withdrawn first, as
 * renewed, so that nobody ever has two. A retry with the same key finds what the first try made.
 * @throws Refusal `directory/official-unknown`, `distinctive/no-mandate`, `log/retry-differs`; `distinctive/evidence-missing`,
 *   `-unknown`, `-repeated`, `-expired`, `-too-late`, `-reference`; `directory/day-malformed`, `distinctive/until`
 */
export async function grantDistinctive(deps: GrantDeps, request: GrantRequest): Promise<Distinctive> {
  const { idempotencyKey: key } = request;
  const attempt = key === undefined ? undefined : { key: `distinctive/${key}`, requestDigest: digestOf(deps, request) };
  for (;;) {
    const granted = await untilFresh(() => grantOnce(deps, request, attempt));
    if (granted) return granted;
  }
}

interface GrantAttempt {
  readonly key: string;
  readonly requestDigest: Uint8Array;
}

/** `undefined` where one before had to be withdrawn: then it is to be asked again, as another may have been granted meanwhile. */
async function grantOnce(
  deps: GrantDeps,
  request: GrantRequest,
  attempt: GrantAttempt | undefined,
): Promise<Distinctive | undefined> {
  const { store, random, primitives } = deps;
  const earlier = await madeEarlier(deps, request, attempt);
  if (earlier) return earlier;
  const grantedAt = deps.clock();
  const today = dayInMexicoCity(grantedAt);
  // Before what they have is asked: each act about it counts on this row, so that what comes between is found out.
  const official = await holder(deps, request.officialId, grantedAt);
  const officialId = official.record.id;
  const evidence = readEvidence(request.evidence, today);
  const until = readUntil(request.until, official.record, evidence, today);
  const present = (await store.listOf(officialId)).filter(({ record }) => record.withdrawnLeaf === undefined);
  // What the first try with this key granted meanwhile may be in there: it is no distinctive of before, to be replaced.
  const meanwhile = await madeEarlier(deps, request, attempt);
  if (meanwhile) return meanwhile;
  const same = attempt ? undefined : present.find(({ record }) => isSame(record, { ...record, evidence, until }));
  if (same) return same.record;
  for (const { record } of present) await withdraw(deps.withdrawing, record.number, 'renewed');
  if (present.length > 0) return undefined;
  const number = drawDistinctiveNumber(random);
  const granted: Distinctive = { number, officialId, evidence, until, grantedAt, grantedLeaf: -1 };
  const mention = mentionOfficial(official, primitives);
  const { index } = await deps.ledger.commit({
    leaf: {
      kind: LeafKind.distinctiveGranted,
      issuer: NO_ISSUER,
      record: grantedRecord(granted),
      salt: random(32),
      subjectTag: mention.subjectTag,
      evidence: deps.evidence,
    },
    writes: [
      { put: 'distinctive', key: number, record: granted, ifVersion: 0, leafAs: 'grantedLeaf' },
      ...(attempt ? [madeBy(attempt, number)] : []),
      mention.write,
    ],
  });
  return { ...granted, grantedLeaf: index };
}

/** What a try with the same key has granted by now. */
async function madeEarlier(
  { store }: GrantDeps,
  request: GrantRequest,
  attempt: GrantAttempt | undefined,
): Promise<Distinctive | undefined> {
  const number = attempt && (await findEarlier(store, attempt.key, attempt.requestDigest));
  return number === undefined ? undefined : madeFor(request, (await getDistinctive(store, number)).record);
}

function madeBy({ key, requestDigest }: GrantAttempt, made: string): AttemptWrite {
  return { put: 'attempt', key, record: { requestDigest, made }, ifVersion: 0 };
}

function digestOf({ primitives }: GrantDeps, { officialId, evidence, until }: GrantRequest): Uint8Array {
  const told = evidence.map((one) => [one.kind, one.until, one.reference ?? null]);
  return primitives.digest('SHA-256', encodeCbor([1, 'distinctive/request', officialId, told, until ?? null]));
}

/** A row that says what an earlier try made may have been edited to name another one. */
function madeFor({ officialId }: GrantRequest, made: Distinctive): Distinctive {
  if (made.officialId === parseOfficialId(officialId)) return made;
  const facts = { number: made.number, index: made.grantedLeaf };
  throw new Refusal<LogCode>('log/corrupt', 'what an earlier try is said to have made is of somebody else', facts);
}

async function holder(
  { directory }: DistinctiveDeps,
  text: string | OfficialId,
  at: UnixSeconds,
): Promise<Versioned<Official>> {
  const id = parseOfficialId(text);
  const official = id && (await directory.findOfficial(id));
  if (!official) {
    const facts = { official: text.slice(0, 40) };
    throw new Refusal<DirectoryCode>('directory/official-unknown', 'no such official', facts);
  }
  const mandate = mandateAt(official.record, at);
  if (mandate === 'current') return official;
  throw new Refusal<DistinctiveCode>('distinctive/no-mandate', `mandate ${mandate}`, {
    official: official.record.id,
    mandate,
  });
}

function isKind(text: string): text is EvidenceKind {
  return EVIDENCE_KINDS.some((kind) => kind === text);
}

/** One of each kind, in their order. */
function readEvidence(input: readonly EvidenceInput[], today: CalendarDay): readonly DistinctiveEvidence[] {
  const found = new Map<EvidenceKind, DistinctiveEvidence>();
  for (const one of input) {
    const { kind } = one;
    if (!isKind(kind)) refuse('distinctive/evidence-unknown', { kind: kind.slice(0, 40) });
    if (found.has(kind)) refuse('distinctive/evidence-repeated', { kind });
    found.set(kind, { kind, ...readOne(one, kind, today) });
  }
  return EVIDENCE_KINDS.map((kind) => found.get(kind) ?? refuse('distinctive/evidence-missing', { kind }));
}

function readOne(
  { until: text, reference }: EvidenceInput,
  kind: EvidenceKind,
  today: CalendarDay,
): Omit<DistinctiveEvidence, 'kind'> {
  const until = parseDay(text) ?? refuse('directory/day-malformed', { field: kind });
  if (until < today) refuse('distinctive/evidence-expired', { kind, on: until });
  const latest = latestFrom(today);
  if (until > latest) refuse('distinctive/evidence-too-late', { kind, latest });
  if (reference === undefined) return { until };
  if (!isReference(reference)) refuse('distinctive/evidence-reference', { kind });
  if (holdsPersonalKey(reference)) refuse('directory/personal-key', { field: kind });
  return { until, reference };
}

function latestFrom(today: CalendarDay): CalendarDay {
  return dayInMexicoCity(unixSeconds(startOfDay(today) + MOST_DAYS * 86_400));
}

function readUntil(
  text: string | undefined,
  { validUntil }: Official,
  evidence: readonly DistinctiveEvidence[],
  today: CalendarDay,
): CalendarDay {
  const own = evidenceEnd(evidence);
  const latest = validUntil !== undefined && validUntil < own ? validUntil : own;
  if (text === undefined) return latest;
  const until = parseDay(text) ?? refuse('directory/day-malformed', { field: 'until' });
  if (until < today || until > latest) refuse('distinctive/until', { today, latest });
  return until;
}

function refuse(code: DirectoryCode | DistinctiveCode, facts: Readonly<Record<string, string>>): never {
  throw new Refusal<DirectoryCode | DistinctiveCode>(code, code, facts);
}
