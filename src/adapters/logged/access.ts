import type { AccessLeaf } from '../../access/judge.ts';
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
 * counts; so do roles, as nobody else can tell what they were.
 */
export async function hasAccessChanged(
  log: AccessLog,
  { enrolment, roles, before }: AccessAsked,
  primitives: Commitments,
): Promise<boolean> {
  const enrolled = await accessLeaf(log, enrolment, primitives);
  const first = enrolled?.ref ?? enrolment;
  if (!enrolled || !readEnrolled(enrolled.record)) return true;
  for (const about of new Set([first, enrolment])) {
    for (const { index, kind } of await log.referring(about)) {
      if (index >= before) continue;
      if (kind === LeafKind.accessRolesSet && index > roles) return true;
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
