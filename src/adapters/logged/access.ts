import { readAuthorisation } from '../../access/evidence.ts';
import { targetOf } from '../../access/statement.ts';
import { equal } from '../../core/bytes.ts';
import type { AccessLeaf, UsedAct } from '../../access/judge.ts';
import { readAccessEnd, readEnrolled } from '../../access/record.ts';
import type { Primitives } from '../../core/primitives.ts';
import { LeafKind, openLeaf } from '../../log/leaf.ts';
import type { LogReader } from '../../log/ledger.ts';
import type { AccessAsked } from '../../verifier/index.ts';

/** What of the log tells who may act. */
export type AccessLog = Pick<LogReader, 'leaf' | 'opening' | 'referring'>;

type Commitments = Pick<Primitives, 'hmac'>;

/** A leaf with the record and the evidence that it commits to, where they are kept. */
export async function accessLeaf(
  log: AccessLog,
  index: number,
  primitives: Commitments,
): Promise<AccessLeaf | undefined> {
  const leaf = await log.leaf(index);
  const opening = leaf && (await log.opening(index));
  if (!leaf || !opening?.evidence || !openLeaf(leaf, opening, primitives)) return undefined;
  return { kind: leaf.kind, ref: leaf.ref, record: opening.record, evidence: opening.evidence };
}

/**
 * Whether a passkey had ended before leaf `before`, or its person's roles were others by then. An end that nobody can read any more
 * counts; so do such roles, as nobody can tell what they were. Roles that nobody who may authorised were set by nobody.
 */
export async function hasAccessChanged(
  log: AccessLog,
  { enrolment, roles, before }: AccessAsked,
  primitives: Commitments,
  isWilled: (act: AccessLeaf & { readonly index: number }) => Promise<boolean>,
): Promise<boolean> {
  const enrolled = await accessLeaf(log, enrolment, primitives);
  const first = enrolled?.ref ?? enrolment;
  if (!enrolled || !readEnrolled(enrolled.record)) return true;
  for (const about of new Set([first, enrolment])) {
    for (const { index, kind } of await log.referring(about)) {
      if (index >= before) continue;
      if (kind === LeafKind.accessRolesSet && index > roles) {
        const set = await accessLeaf(log, index, primitives);
        if (!set || (await isWilled({ ...set, index }))) return true;
      }
      if (kind === LeafKind.accessEnded && (await endsIt(log, index, about === enrolment, primitives))) return true;
    }
  }
  return false;
}

/** An end of the person, or of the passkey that it refers to. */
async function endsIt(log: AccessLog, index: number, isOwn: boolean, primitives: Commitments): Promise<boolean> {
  const ended = await accessLeaf(log, index, primitives);
  const end = ended && readAccessEnd(ended.record);
  return isOwn || end?.scope !== 'passkey';
}

/**
 * Whether an earlier leaf is the same act by the same statement. No leaf of it stands before the checkpoint that the statement names. One
 * that nobody can read any more, about the same leaf, may be it: whoever erases an act to repeat it gains nothing.
 */
export async function wasUsed(
  log: AccessLog & Pick<LogReader, 'ofKinds'>,
  { index, kind, record, key, size }: UsedAct,
  primitives: Pick<Primitives, 'hmac' | 'digest'>,
): Promise<boolean> {
  const target = targetOf(record, primitives);
  const own = await log.leaf(index);
  for (const earlier of await log.ofKinds([kind], size)) {
    if (earlier >= index) break;
    const leaf = await accessLeaf(log, earlier, primitives);
    const authorisation = leaf && readAuthorisation(leaf.evidence);
    if (!leaf && !FIRST.has(kind) && (ACCESS.has(kind) || (await log.leaf(earlier))?.ref === own?.ref)) return true;
    if (authorisation && equal(authorisation.statement.key, key) && equal(targetOf(leaf.record, primitives), target))
      return true;
  }
  return false;
}

const ACCESS: ReadonlySet<LeafKind> = new Set([LeafKind.accessEnrolled, LeafKind.accessRolesSet, LeafKind.accessEnded]);
/** Of these a second leaf tells nothing (`isFirst`). */
const FIRST: ReadonlySet<LeafKind> = new Set([
  LeafKind.officialRegistered,
  LeafKind.credentialIntent,
  LeafKind.distinctiveGranted,
]);
