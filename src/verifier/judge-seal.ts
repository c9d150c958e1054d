import { countsAt, findSealKey, trustListFreshness, type SealKey } from '../authority/trust-list.ts';
import { equal, toHex } from '../core/bytes.ts';
import type { Primitives } from '../core/primitives.ts';
import { formatTime } from '../core/time.ts';
import type { State } from '../core/verdict.ts';
import { OFFLINE_SECONDS, statusAt } from '../revocation/status-list.ts';
import { verifySealSignature, type OpenedSeal } from '../seal/open.ts';
import { LeafKind } from '../log/leaf.ts';
import { encodeSignedRecord, type SignedRecord } from '../oficio/signed-record.ts';
import type { Inquiry } from './inquiry.ts';
import type { Knowledge, RegisteredLetter, Register } from './knowledge.ts';
import { judgeSigner } from './judge-issuance.ts';
import { findSignedLeaf, recordOfRegister } from './letter-leaf.ts';
import { countersignersOf } from './judge-countersignature.ts';
import { WRONG_THEN } from './signer-then.ts';
import { findReplacement } from './replacement.ts';
import type { Countersigner, Replacement } from './subject.ts';

/** Clocks of phones, offices and servers differ by less. */
const CLOCK_SKEW_SECONDS = 300;

/** What the file itself shows of its signature: the leaf must commit to this, not to what the register says of it. */
export interface FromFile {
  readonly salt: Uint8Array;
  readonly record: SignedRecord;
}

/** What was found about a seal: its state, and the letter where the register knows it. */
export interface SealFinding {
  readonly state: State;
  readonly letter?: RegisteredLetter;
  readonly replacement?: Replacement;
  /** Of whom there is no file; absent where nobody countersigned. */
  readonly countersigners?: readonly Countersigner[];
  /** The leaf that nobody can read any more, where that is why nothing is known. */
  readonly unread?: number;
}

/**
 * Decides about a seal that was read: the rule of the two locks. Neither a stolen key nor a row put into the database is
 * enough: the seal's signature and the log's signed leaf must both be there.
 * @param fromFile what the file itself shows of its signature, where there is a file: then the leaf must commit to that
 */
export async function judgeSeal(
  inquiry: Inquiry,
  seal: OpenedSeal,
  knowledge: Knowledge,
  primitives: Primitives,
  fromFile?: FromFile,
): Promise<SealFinding> {
  const key = findSealKey(knowledge.trust, seal.kid, primitives);
  const { register } = knowledge;
  if (!key) {
    inquiry.fail('seal/key', `the trust list names no seal key ${toHex(seal.kid)}`);
    return { state: register ? 'not-ours' : 'stale-status' };
  }
  inquiry.pass('seal/key', `a seal key of the trust list, ${key.state}`);
  const good = await verifySealSignature(seal, key.spki, primitives);
  if (!inquiry.holds('seal/signature', good, 'good', 'not the signature of this key over these claims')) {
    return { state: 'altered' };
  }
  if (!register) return judgeByLists(inquiry, seal, key, knowledge);
  const finding = await judgeByRegister(inquiry, seal, key, { ...knowledge, register }, primitives, fromFile);
  const { letter } = finding;
  const replacement = letter && (await findReplacement(register, letter, inquiry.at));
  // A file shows by itself who countersigned it.
  const told =
    !fromFile && letter?.signed && (await countersignersOf(inquiry, letter, { ...knowledge, register }, primitives));
  return {
    ...finding,
    ...(replacement && { replacement }),
    ...(told && told.length > 0 && { countersigners: told }),
  };
}

/** The register must repeat every claim: whoever has the seal key alone could otherwise lengthen a term or add pages. */
function sameClaims(seal: OpenedSeal, letter: RegisteredLetter): boolean {
  const { claims } = seal;
  return (
    toHex(claims.id) === letter.id &&
    claims.folio === letter.folio &&
    claims.type === letter.type &&
    claims.amount === letter.amount &&
    claims.issuedAt === letter.sealedAt &&
    claims.expiresAt === letter.expires &&
    claims.pages === letter.pages &&
    claims.length === letter.inputLength &&
    claims.index === letter.statusIndex &&
    equal(claims.digest, letter.inputDigest.subarray(0, claims.digest.length))
  );
}

async function judgeByRegister(
  inquiry: Inquiry,
  seal: OpenedSeal,
  key: SealKey,
  knowledge: Knowledge & { readonly register: Register },
  primitives: Primitives,
  fromFile: FromFile | undefined,
): Promise<SealFinding> {
  const { register } = knowledge;
  inquiry.statusAsOf = register.asOf;
  const letter = await register.letter(toHex(seal.claims.id));
  if (!letter) {
    const unread = await register.unreadLetter(toHex(seal.claims.id));
    if (unread !== undefined) {
      inquiry.unknown('register/letter', `nobody can read any more what leaf ${unread} says of it`);
      return { state: 'stale-status', unread };
    }
    // The origin's register is as of now: a seal from the future excuses nothing there.
    if (register.asOf + CLOCK_SKEW_SECONDS < Math.min(seal.claims.issuedAt, inquiry.at)) {
      inquiry.unknown(
        'register/letter',
        `sealed after ${formatTime(register.asOf)}, when the register was last complete`,
      );
      return { state: 'stale-status' };
    }
    inquiry.fail('register/letter', 'a good seal that the register does not know: the alarm of a stolen key');
    return { state: 'not-registered' };
  }
  if (!inquiry.holds('register/letter', sameClaims(seal, letter), 'registered', 'registered with other claims')) {
    return { state: 'not-registered' };
  }
  const { signed } = letter;
  if (!signed || letter.state === 'sealed') return { state: stateOfDraft(inquiry, letter), letter };
  if (letter.signedUnread && !fromFile) {
    inquiry.unknown('log/signed-leaf', `nobody can read any more what leaf ${signed.leaf} says of it`);
    return { state: 'stale-status', letter };
  }
  const shown = fromFile ?? { salt: signed.salt, record: recordOfRegister(letter, signed) };
  const leaf = await findSignedLeaf(inquiry, knowledge, signed.leaf, shown, primitives);
  if (leaf !== 'shown') return { state: leaf === 'not-shown' ? 'not-registered' : 'stale-status', letter };
  const { serial } = letter.signer;
  const act = { index: signed.leaf, kind: LeafKind.oficioSigned, record: encodeSignedRecord(shown.record), serial };
  const willed = await judgeSigner(
    inquiry,
    knowledge,
    { ...act, salt: shown.salt, certificateDigest: shown.record.certificateDigest },
    primitives,
  );
  if (willed !== undefined && willed !== 'authorised') {
    return { state: willed === 'unread' ? 'stale-status' : 'not-authorised', letter };
  }
  const judged = fromFile ? readByFile(letter, fromFile) : letter;
  return { state: stateOfLetter(inquiry, seal, key, judged, signed.leaf), letter };
}

/** The letter with what the file shows of a record that nobody can read any more: the leaf commits to it. */
function readByFile(letter: RegisteredLetter, { record }: FromFile): RegisteredLetter {
  const { signedUnread: issued, signerWrong } = letter;
  const isOfSigner = issued === undefined || equal(issued, record.certificateDigest);
  return isOfSigner || signerWrong !== undefined ? letter : { ...letter, signerWrong: 'credential' };
}

/** What is said of a letter that was registered and has no signature: whoever holds it waits for one, or in vain. */
export function stateOfDraft(inquiry: Inquiry, { state }: RegisteredLetter): State {
  if (state === 'cancelled' || state === 'replaced') {
    inquiry.fail('oficio/status', state);
    return state;
  }
  inquiry.fail('oficio/signed', 'registered but not signed: a draft');
  return 'not-yet-signed';
}

/** The log shows the letter: whether it still stands. */
function stateOfLetter(
  inquiry: Inquiry,
  seal: OpenedSeal,
  key: SealKey,
  letter: RegisteredLetter,
  leaf: number,
): State {
  const keyCounts = countsAt(key, leaf);
  if (!inquiry.holds('seal/key-in-time', keyCounts, 'the key counted when the letter was signed', `key ${key.state}`)) {
    return 'not-authorised';
  }
  const { signerVoidFrom: from, signerWrong: wrong } = letter;
  const hadRight = wrong === undefined;
  const why = hadRight ? '' : WRONG_THEN[wrong];
  inquiry.holds('signature/signer-then', hadRight, 'the signer was allowed to sign then', why);
  if (wrong === 'mandate' || wrong === 'suspended') return 'not-authorised';
  const unspoilt = from === undefined || leaf < from;
  if (!inquiry.holds('signature/signer', unspoilt, "the signer's key counted then", `void from leaf ${from}`)) {
    return 'revoked';
  }
  if (!hadRight) return 'not-authorised';
  const stands = letter.state === 'signed';
  if (!inquiry.holds('oficio/status', stands, 'not cancelled', letter.state)) {
    return letter.state === 'replaced' ? 'replaced' : 'cancelled';
  }
  return stateInTime(inquiry, seal) ?? 'current';
}

/** `undefined` while the seal's own dates allow it. */
function stateInTime(inquiry: Inquiry, { claims }: OpenedSeal): 'not-yet-valid' | 'expired' | undefined {
  if (claims.issuedAt > inquiry.at + CLOCK_SKEW_SECONDS) {
    inquiry.fail('seal/dates', `sealed at ${formatTime(claims.issuedAt)}, later than now`);
    return 'not-yet-valid';
  }
  if (claims.expiresAt !== undefined && claims.expiresAt <= inquiry.at) {
    inquiry.fail('seal/dates', `expired at ${formatTime(claims.expiresAt)}`);
    return 'expired';
  }
  inquiry.pass('seal/dates', 'in force');
  return undefined;
}

/** Offline, or a replica: what signed lists can tell. The best it says is `unconfirmed`. */
function judgeByLists(inquiry: Inquiry, seal: OpenedSeal, key: SealKey, knowledge: Knowledge): SealFinding {
  const inTime = stateInTime(inquiry, seal);
  if (trustListFreshness(knowledge.trust, inquiry.at) === 'stale') {
    inquiry.unknown('authority/trust-list', `expired at ${formatTime(knowledge.trust.list.expiresAt)}`);
    return { state: 'stale-status' };
  }
  if (key.state !== 'current') {
    inquiry.unknown('seal/key-in-time', `key ${key.state}: only the log tells whether the letter came before`);
    return { state: 'stale-status' };
  }
  const list = knowledge.statusLists.get(key.statusList);
  if (!list || list.issuedAt + OFFLINE_SECONDS <= inquiry.at || list.issuedAt > inquiry.at + CLOCK_SKEW_SECONDS) {
    inquiry.unknown('revocation/status', list ? `list of ${formatTime(list.issuedAt)}` : 'no status list at hand');
    return { state: 'stale-status' };
  }
  inquiry.statusAsOf = list.issuedAt;
  const status = statusAt(list.statuses, seal.claims.index);
  if (status === undefined) {
    inquiry.unknown('revocation/status', 'a status that this release does not know');
    return { state: 'stale-status' };
  }
  if (!inquiry.holds('revocation/status', status === 'valid', 'not revoked', status)) {
    return { state: status === 'suspended' ? 'suspended' : 'cancelled' };
  }
  if (inTime) return { state: inTime };
  inquiry.unknown('register/letter', 'the register was not asked');
  return { state: 'unconfirmed' };
}
