import type { ChainResult } from '../authority/chain.ts';
import type { State } from '../core/verdict.ts';
import type { OpenedSeal } from '../seal/open.ts';
import type { SignatureFinding } from '../signature/verify.ts';
import type { Inquiry } from './inquiry.ts';
import type { CountersignatureFinding } from './judge-countersignature.ts';
import type { SealFinding } from './judge-seal.ts';

/** A signature of the file with all that was asked about it. */
export interface Judged {
  readonly finding: SignatureFinding;
  readonly chain: ChainResult | undefined;
  /** Present where the signature dictionary carries a seal that can be read. */
  readonly seal?: OpenedSeal;
  readonly sealed?: SealFinding;
  /** Present where it holds, is by a certificate of ours and countersigns a letter of ours in the file. */
  readonly countersigned?: CountersignatureFinding & { readonly folio: string };
}

/** Whether a letter stands, as far as it was asked. */
export function isStanding({ state }: SealFinding): boolean {
  return state === 'current' || state === 'unconfirmed';
}

/** What of a signature's integrity says that it holds. */
export const HOLDING: ReadonlySet<string | undefined> = new Set(['intact', 'allowed-changes']);

/**
 * What signatures after the last letter's own make of the file; `undefined` where it stands. Such a signature is an
 * allowed change, and anybody can make one with a certificate of their own, so it may not show anything: its box would
 * lie on the letter under the green answer.
 */
export function judgeLater(inquiry: Inquiry, letter: Judged, judged: readonly Judged[]): State | undefined {
  const later = judged.filter((one) => one !== letter && isLater(one.finding, letter.finding.byteRange?.end ?? 0));
  // What the form calls a signature and the reader of signatures does not find is none, whatever it shows.
  const added = letter.finding.changes.filter(
    ({ kind }) => kind === 'signature-added' || kind === 'field-signed',
  ).length;
  if (added > later.length) {
    inquiry.fail('signature/later', `${added} signatures were added, and ${later.length} can be read`);
    return 'changed-after-signing';
  }
  const states = later.map((one) => judgeOneLater(inquiry, one));
  return states.find((state) => state === 'not-registered') ?? states.find((state) => state !== undefined);
}

/** One that does not hold says of itself what it likes, even that it came before: there the place of its objects counts. */
function isLater({ byteRange, integrity, writtenAt }: SignatureFinding, end: number): boolean {
  if ((byteRange?.end ?? Infinity) > end) return true;
  return !HOLDING.has(integrity) && (writtenAt ?? Infinity) >= end;
}

function judgeOneLater(inquiry: Inquiry, { finding, chain, sealed, countersigned }: Judged): State | undefined {
  const name = 'signature/later';
  const { field, integrity } = finding;
  if (!HOLDING.has(integrity)) {
    inquiry.fail(name, `${field}: a later signature is ${integrity ?? 'of a kind that we cannot judge'}`);
    return 'changed-after-signing';
  }
  if (sealed && isStanding(sealed)) return undefined;
  if (countersigned && !finding.visible) {
    const { state } = countersigned;
    if (state !== 'not-registered') return state === 'stale-status' ? state : undefined;
  }
  if (chain?.outcome === 'pass') {
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
