import { holderAlgorithmFor } from '../authority/algorithm.ts';
import type { Certificate } from '../authority/certificate.ts';
import { equal } from '../core/bytes.ts';
import type { Primitives } from '../core/primitives.ts';
import { formatTime } from '../core/time.ts';
import { LeafKind } from '../log/leaf.ts';
import {
  claimOfCountersignature,
  encodeCountersignedRecord,
  type ClaimedCountersignature,
} from '../oficio/countersignature.ts';
import { signedAttributes } from '../signature/cms.ts';
import type { Inquiry } from './inquiry.ts';
import type { Knowledge, Register, RegisteredCountersignature, RegisteredLetter } from './knowledge.ts';
import { judgeSigner } from './judge-issuance.ts';
import { findLeaf, type LeafFinding } from './letter-leaf.ts';
import { chainOf, readable } from './signer-chain.ts';
import { WRONG_THEN } from './signer-then.ts';
import type { Countersigner, CountersignerState } from './subject.ts';

/** What a file shows of a countersignature: its leaf must commit to this, not to what the register says of it. */
export interface ShownCountersignature {
  readonly claimed: ClaimedCountersignature;
  /** From the signature dictionary. */
  readonly salt: Uint8Array;
  readonly byteRangeDigest: Uint8Array;
  readonly certificateDigest: Uint8Array;
  readonly certificate: Certificate;
}

/** What was found about a countersignature. */
export interface CountersignatureFinding {
  readonly state: CountersignerState | 'not-registered' | 'stale-status';
  /** Absent where the register knows of none. */
  readonly countersigner?: Countersigner;
  /** The leaf that nobody can read any more, where that is why nothing is known. */
  readonly unread?: number;
}

type Online = Knowledge & { readonly register: Register };

const CHECK = 'countersignature/register';

/**
 * Decides about a countersignature in a file, by a certificate of ours, of a letter in that file: it counts by its leaf, as the letter
 * does by its own. @param letter as the register knows it
 */
export async function judgeShown(
  inquiry: Inquiry,
  shown: ShownCountersignature,
  letter: RegisteredLetter | undefined,
  knowledge: Online,
  primitives: Primitives,
): Promise<CountersignatureFinding> {
  const { claimed, certificate } = shown;
  const registered = letter?.countersignatures?.find(({ id }) => id === claimed.id);
  const { countersignatureUnread: unread } = letter ?? {};
  if (!registered && unread !== undefined) {
    inquiry.unknown(CHECK, `nobody can read any more what leaf ${unread} says of it`);
    return { state: 'stale-status', unread };
  }
  if (registered?.ordinal !== claimed.ordinal || registered.signer.serial !== certificate.serial.hex) {
    inquiry.fail(CHECK, 'a countersignature that the register does not know: the alarm of a stolen key');
    return { state: 'not-registered' };
  }
  inquiry.pass(CHECK, `number ${claimed.ordinal}, registered`);
  const record = encodeCountersignedRecord({ ...shown, ...claimed, signature: registered.signature });
  const leaf = await findCountersignedLeaf(inquiry, registered, { record, salt: shown.salt }, knowledge, primitives);
  if (leaf !== 'shown') return { state: leaf === 'not-shown' ? 'not-registered' : 'stale-status' };
  const { certificateDigest, salt } = shown;
  const willed = await judgeWill(inquiry, registered, { certificateDigest, record, salt }, knowledge, primitives);
  if (willed === 'unread') return { state: 'stale-status' };
  return found(registered, willed === 'unauthorised' ? 'not-authorised' : stateOf(inquiry, registered));
}

/**
 * Who countersigned a letter of which there is no file: what the register says of it counts only with both locks, a signature by a
 * certificate of ours over what the leaf commits to, and that leaf. Anything else is not told.
 */
export async function countersignersOf(
  inquiry: Inquiry,
  letter: RegisteredLetter,
  knowledge: Online,
  primitives: Primitives,
): Promise<readonly Countersigner[]> {
  const told: Countersigner[] = [];
  for (const registered of letter.countersignatures ?? []) {
    const claim = claimOfCountersignature({ ...registered, letter: letter.id as ClaimedCountersignature['letter'] });
    const isOurs = await isSignedWithOurs(registered, claim, knowledge, primitives);
    if (
      !inquiry.holds(CHECK, isOurs, `number ${registered.ordinal}, registered`, 'not signed with a certificate of ours')
    )
      continue;
    const record = encodeCountersignedRecord({ ...registered, letter: letter.id as ClaimedCountersignature['letter'] });
    const opening = { record, salt: registered.salt };
    const leaf = await findCountersignedLeaf(inquiry, registered, opening, knowledge, primitives);
    if (leaf !== 'shown') continue;
    const { certificateDigest } = registered;
    const willed = await judgeWill(inquiry, registered, { ...opening, certificateDigest }, knowledge, primitives);
    if (willed === 'unread') continue;
    const state = willed === 'unauthorised' ? 'not-authorised' : stateOf(inquiry, registered);
    told.push(found(registered, state).countersigner!);
  }
  return told;
}

async function isSignedWithOurs(
  { certificate: encoded, certificateDigest, byteRangeDigest, signature, at, signer }: RegisteredCountersignature,
  claim: Uint8Array,
  knowledge: Online,
  primitives: Primitives,
): Promise<boolean> {
  const [certificate] = encoded ? readable(encoded) : [];
  const algorithm = certificate && holderAlgorithmFor(certificate.key.algorithm);
  if (!certificate || !algorithm || certificate.serial.hex !== signer.serial) return false;
  if (!equal(primitives.digest('SHA-256', certificate.encoded), certificateDigest)) return false;
  const attributes = signedAttributes(byteRangeDigest, { algorithm: 'SHA-256', value: certificateDigest }, claim);
  if (!(await primitives.verify(algorithm, certificate.key.spki, attributes, signature))) return false;
  return (await chainOf(certificate, [], at, knowledge, primitives)).outcome === 'pass';
}

function findCountersignedLeaf(
  inquiry: Inquiry,
  { leaf }: RegisteredCountersignature,
  opening: { readonly record: Uint8Array; readonly salt: Uint8Array },
  knowledge: Online,
  primitives: Primitives,
): Promise<LeafFinding> {
  const expected = {
    kind: LeafKind.oficioCountersigned,
    check: 'log/countersigned-leaf',
    good: 'the leaf commits to this countersignature, its signed bytes and its signer',
    bad: 'the leaf is not of this countersignature as it was made',
  };
  return findLeaf(inquiry, knowledge, leaf, { ...expected, ...opening }, primitives);
}

/** Whether its signer willed it, where that is asked for. */
function judgeWill(
  inquiry: Inquiry,
  { leaf: index, signer: { serial } }: RegisteredCountersignature,
  shown: { readonly record: Uint8Array; readonly salt: Uint8Array; readonly certificateDigest: Uint8Array },
  knowledge: Online,
  primitives: Primitives,
): ReturnType<typeof judgeSigner> {
  const act = { ...shown, index, kind: LeafKind.oficioCountersigned, serial };
  return judgeSigner(inquiry, knowledge, act, primitives);
}

/** The log shows it: whether it counts. It is the letter's that decides about the letter. */
function stateOf(
  inquiry: Inquiry,
  { ordinal, leaf, signerWrong, signerVoidFrom: from }: RegisteredCountersignature,
): CountersignerState {
  const isUnspoilt = from === undefined || leaf < from;
  if (!isUnspoilt) {
    inquiry.fail('countersignature/signer', `number ${ordinal} does not count: void from leaf ${from}`);
    return 'revoked';
  }
  if (signerWrong !== undefined) {
    inquiry.fail('countersignature/signer', `number ${ordinal} does not count: ${WRONG_THEN[signerWrong]}`);
    return 'not-authorised';
  }
  inquiry.pass('countersignature/signer', `number ${ordinal} counts: its signer was allowed to sign then`);
  return 'current';
}

function found(
  { signer: { name, post, serial }, signerReserved, at }: RegisteredCountersignature,
  state: CountersignerState,
): CountersignatureFinding {
  const who = signerReserved === undefined ? { name } : { legalGround: signerReserved };
  return { state, countersigner: { ...who, post, serial, signedAt: formatTime(at), state } };
}
