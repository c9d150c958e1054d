import type { Brand } from '../../core/brand.ts';
import { drawPrintedNumber, formatPrintedNumber, parsePrintedNumber } from '../../core/printed-number.ts';
import type { Random } from '../../core/random.ts';
import { dayInMexicoCity, type CalendarDay, type UnixSeconds } from '../../core/time.ts';
import type { OfficialId } from '../official.ts';

/** Printed on a distinctive and typed by people, in the form of the number of a card, from which nothing tells it apart. */
export type DistinctiveNumber = Brand<string, 'DistinctiveNumber'>;

export function drawDistinctiveNumber(random: Random): DistinctiveNumber {
  return drawPrintedNumber(random) as DistinctiveNumber;
}

/** `XXXX-XXXX-XXXX`, as it is printed. */
export function formatDistinctiveNumber(number: DistinctiveNumber): string {
  return formatPrintedNumber(number);
}

/** As `parseCardNumber` reads it. */
export function parseDistinctiveNumber(text: string): DistinctiveNumber | undefined {
  return parsePrintedNumber(text) as DistinctiveNumber | undefined;
}

/**
 * What a distinctive rests on, all of it: control de confianza, análisis de vínculos, capacitación continua. In this order in
 * records and lists.
 */
export const EVIDENCE_KINDS = ['trust-exam', 'link-analysis', 'training'] as const;
export type EvidenceKind = (typeof EVIDENCE_KINDS)[number];

/** That something was passed, and until when that counts; never with what result: that is personal data and stays where it is. */
export interface DistinctiveEvidence {
  readonly kind: EvidenceKind;
  /** The last day. */
  readonly until: CalendarDay;
  /** The number of the file where it is kept, or the hash of it: 1 to 64 of `A-Z a-z 0-9 . / _ -`. */
  readonly reference?: string;
}

const REFERENCE = /^[A-Za-z0-9][A-Za-z0-9./_-]{0,63}$/;

/** Whether it is of the form of a reference; that it is no CURP or RFC, who enters it asks. */
export function isReference(text: string): boolean {
  return REFERENCE.test(text);
}

/**
 * Why it was withdrawn; kept for auditors. `renewed` is what granting anew says of the one before. The public is told that it was
 * withdrawn, and never why, but for plastic that may be in other hands.
 */
export const WITHDRAWAL_REASONS = [
  'evidence-lapsed',
  'conduct',
  'reassigned',
  'mistake',
  'lost',
  'stolen',
  'damaged',
  'renewed',
] as const;
export type WithdrawalReason = (typeof WITHDRAWAL_REASONS)[number];

/** What people may give as a reason. */
export type PersonalReason = Exclude<WithdrawalReason, 'renewed'>;
export const PERSONAL_REASONS: readonly PersonalReason[] = WITHDRAWAL_REASONS.filter((one) => one !== 'renewed');

export function isWithdrawalReason(text: string): text is WithdrawalReason {
  return WITHDRAWAL_REASONS.some((reason) => reason === text);
}

/** Of these the plastic is at fault, or the office: nothing is said of the person. */
const NOT_OF_THE_PERSON: ReadonlySet<WithdrawalReason> = new Set(['mistake', 'lost', 'stolen', 'damaged', 'renewed']);

/** The badge "libre de extorsión" of a person: an attribute, on evidence, with an end. docs/formats/directory-records.md */
export interface Distinctive {
  readonly number: DistinctiveNumber;
  readonly officialId: OfficialId;
  /** One of each kind. */
  readonly evidence: readonly DistinctiveEvidence[];
  /** The last day: never after the first of the evidence ends. */
  readonly until: CalendarDay;
  readonly grantedAt: UnixSeconds;
  readonly grantedLeaf: number;
  /** Absent as well where only the leaf is left that says so. */
  readonly withdrawn?: { readonly at: UnixSeconds; readonly reason: WithdrawalReason };
  readonly withdrawnLeaf?: number;
}

/** `replaced`: withdrawn because another one was granted in its place. */
export type DistinctiveState = 'current' | 'expired' | 'withdrawn' | 'replaced';

/** How it stands by itself on the civil day in Mexico City at `at`; that its person works here is asked besides. */
export function distinctiveAt(
  { until, withdrawn, withdrawnLeaf }: Pick<Distinctive, 'until' | 'withdrawn' | 'withdrawnLeaf'>,
  at: UnixSeconds,
): DistinctiveState {
  if (withdrawnLeaf !== undefined) return withdrawn?.reason === 'renewed' ? 'replaced' : 'withdrawn';
  return dayInMexicoCity(at) > until ? 'expired' : 'current';
}

/** Whether it was taken from the person, for what they did or are no more; where nobody can read the reason, it was. */
export function isTakenFromPerson({
  withdrawn,
  withdrawnLeaf,
}: Pick<Distinctive, 'withdrawn' | 'withdrawnLeaf'>): boolean {
  return withdrawnLeaf !== undefined && !(withdrawn && NOT_OF_THE_PERSON.has(withdrawn.reason));
}

/** The last day that evidence allows. */
export function evidenceEnd(evidence: readonly DistinctiveEvidence[]): CalendarDay {
  return evidence.map(({ until }) => until).toSorted()[0]!;
}
