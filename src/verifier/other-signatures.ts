import type { ChainResult } from '../authority/chain.ts';
import type { State } from '../core/verdict.ts';
import type { OpenedSeal } from '../seal/open.ts';
import { holds, type SignatureFinding } from '../signature/verify.ts';
import type { Inquiry } from './inquiry.ts';
import type { CountersignatureFinding } from './judge-countersignature.ts';
import type { SealFinding } from './judge-seal.ts';

/** A signature of the file with all that was asked about it. */
export interface Judged {
  readonly finding: SignatureFinding;
  readonly chain: ChainResult | undefined;
  /** What its certificate calls whom it is of; absent where that is not told. */
  readonly name?: string;
  /** Present where the signature dictionary carries a seal that can be read. */
  readonly seal?: OpenedSeal;
  readonly sealed?: SealFinding;
  /** Present where it was made with a certificate of ours and says that it countersigns a letter. */
  readonly countersigned?: CountersignedInFile;
}

/** What was found about a countersignature, and of which letter it is. */
export interface CountersignedInFile extends CountersignatureFinding {
  /** Absent where nobody knows of that letter. */
  readonly folio?: string;
  /** Whether the file shows that letter. */
  readonly isCarried: boolean;
}

/** Whether a letter stands, as far as it was asked. */
export function isStanding({ state }: SealFinding): boolean {
  return state === 'current' || state === 'unconfirmed';
}

/** What may become of a letter of ours whose leaf the log shows, by acts about it. */
const ENDED: ReadonlySet<State> = new Set([
  'replaced',
  'cancelled',
  'expired',
  'suspended',
  'revoked',
  'not-authorised',
]);

/** A letter of the file with what was found about it. */
export type JudgedLetter = Judged & Required<Pick<Judged, 'seal' | 'sealed'>>;

/**
 * An earlier letter that the office made and that does not count by now: the later one was signed over it and stands by its own leaf, so
 * that it is told beside the answer. Without a register it ended by the list.
 */
export function isEndedBelow({ chain, sealed: { state, letter } }: JudgedLetter): boolean {
  return chain?.outcome === 'pass' && ENDED.has(state) && (!letter || letter.signed !== undefined);
}

/**
 * Whether a certificate of ours stands behind a signature, as far as anybody can judge it: one is in every letter, for anybody to put
 * beside what is none.
 */
export function isOurs({ chain, finding }: Judged): boolean {
  return chain?.outcome === 'pass' && finding.integrity !== undefined;
}

/** Whether it shows a certificate of ours, and no act of ours made it, as far as the log can be asked. */
export function isUnmade(one: Judged): boolean {
  const { chain, finding, seal, sealed, countersigned } = one;
  if (chain?.outcome !== 'pass') return false;
  if (seal && sealed) {
    return !isStanding(sealed) && !isEndedBelow({ ...one, seal, sealed }) && sealed.state !== 'stale-status';
  }
  if (countersigned) return countersigned.state === 'not-registered';
  return finding.integrity === undefined || isMade(finding);
}

/** What makes unknown what it is, where it shows a certificate of ours and the register cannot tell of it any more. */
export function unknownOf({ chain, sealed, countersigned }: Judged): Pick<SealFinding, 'unread'> | undefined {
  return chain?.outcome === 'pass'
    ? [sealed, countersigned].find((found) => found?.state === 'stale-status')
    : undefined;
}

/**
 * Whether an earlier letter that does not stand decides about the whole file: not one that has ended, nor what a stranger signed with a
 * seal of ours in it, which is part of the document that was signed later.
 */
export function decidesBelow(letter: JudgedLetter): boolean {
  return isOurs(letter) && !isStanding(letter.sealed) && !isEndedBelow(letter);
}

/**
 * What all other signatures make of a file whose last letter stands; `undefined` where it does. One by a certificate of ours of which
 * the log has no leaf is the alarm of a stolen key wherever it stands, also where a later letter signed over it: of what stands
 * under a letter nobody is to believe that a colleague signed it.
 */
export function judgeOthers(inquiry: Inquiry, letter: Judged, judged: readonly Judged[]): State | undefined {
  const end = letter.finding.byteRange?.end ?? 0;
  const others = judged.filter((one) => one !== letter);
  const states = [
    ...others.filter(({ finding }) => !isLater(finding, end)).map((one) => judgeOneEarlier(inquiry, one)),
    ...judgeLater(
      inquiry,
      letter,
      others.filter(({ finding }) => isLater(finding, end)),
    ),
  ];
  return GRAVEST.find((state) => states.includes(state));
}

/** What others make of a file, the gravest first. */
const GRAVEST: readonly State[] = ['not-registered', 'changed-after-signing', 'stale-status', 'unreadable'];

/** What strangers signed before us is part of the document that we signed; letters are judged by themselves. */
function judgeOneEarlier(inquiry: Inquiry, one: Judged): State | undefined {
  const { finding, chain, sealed, countersigned } = one;
  if (chain?.outcome !== 'pass' || sealed || !isMade(finding)) return undefined;
  if (countersigned && countersigned.state !== 'not-registered') {
    return countersigned.state === 'stale-status' ? 'stale-status' : undefined;
  }
  inquiry.fail(
    'signature/earlier',
    `${finding.field}: an earlier signature with a certificate of ours, of which the register knows nothing`,
  );
  return 'not-registered';
}

/**
 * Whether the key of the certificate signed the digest of these bytes: only then is it an alarm. A certificate of ours
 * stands in every letter, for anybody to copy.
 */
export function isMade({ checks }: SignatureFinding): boolean {
  const passes = (name: string): boolean => checks.some(({ check, outcome }) => check === name && outcome === 'pass');
  return passes('signature/digest') && passes('signature/value');
}

/**
 * Signatures after the last letter's own. Such a one is an allowed change, and anybody can make one with a certificate of their own,
 * so it may not show anything: its box would lie on the letter under the green answer.
 */
function judgeLater(inquiry: Inquiry, letter: Judged, later: readonly Judged[]): readonly (State | undefined)[] {
  // What the form calls a signature and the reader of signatures does not find is none, whatever it shows.
  const added = letter.finding.changes.filter(
    ({ kind }) => kind === 'signature-added' || kind === 'field-signed',
  ).length;
  if (added > later.length) {
    inquiry.fail('signature/later', `${added} signatures were added, and ${later.length} can be read`);
    return ['changed-after-signing'];
  }
  return later.map((one) => judgeOneLater(inquiry, one));
}

/** One that does not hold says of itself what it likes, even that it came before: there the place of its objects counts. */
function isLater(finding: SignatureFinding, end: number): boolean {
  const { byteRange, writtenAt } = finding;
  if ((byteRange?.end ?? Infinity) > end) return true;
  return !holds(finding) && (writtenAt ?? Infinity) >= end;
}

function judgeOneLater(inquiry: Inquiry, { finding, chain, sealed, countersigned }: Judged): State | undefined {
  const name = 'signature/later';
  const { field, integrity, isCompared } = finding;
  const hasAct = (sealed && isStanding(sealed)) || (countersigned && countersigned.state !== 'not-registered');
  const isAlarm = chain?.outcome === 'pass' && !hasAct;
  // What it shows, and whose key made it, is seen without comparing.
  const isUncompared = integrity === undefined && !isCompared && isMade(finding) && !finding.visible;
  if (isUncompared && !isAlarm) {
    inquiry.unknown(name, `${field}: a later signature, with more to compare than we do`);
    return 'unreadable';
  }
  if (!isUncompared && !holds(finding)) {
    inquiry.fail(name, `${field}: a later signature is ${integrity ?? 'of a kind that we cannot judge'}`);
    return 'changed-after-signing';
  }
  if (sealed && isStanding(sealed)) return undefined;
  if (countersigned && countersigned.state !== 'not-registered') {
    if (countersigned.state === 'stale-status') return 'stale-status';
    if (countersigned.isCarried && !finding.visible) return undefined;
    if (countersigned.isCarried) inquiry.fail(name, `${field}: a countersignature that shows something on the pages`);
    else inquiry.fail(name, `${field}: a countersignature of a letter that the file does not show`);
    return 'changed-after-signing';
  }
  if (isAlarm) {
    inquiry.fail(name, `${field}: a later signature with a certificate of ours, but without a letter of the register`);
    return 'not-registered';
  }
  const silent = !finding.visible;
  inquiry.holds(
    name,
    silent,
    `${field}: somebody else signed later, and shows nothing`,
    `${field}: somebody else signed later, and shows something on the pages`,
  );
  return silent ? undefined : 'changed-after-signing';
}
