import { equal } from '../../core/bytes.ts';
import type { CborValue } from '../../core/cbor.ts';
import type { Primitives } from '../../core/primitives.ts';
import type { UnixSeconds } from '../../core/time.ts';
import type { Credential } from '../../credential/credential.ts';
import { mandateAt, type Official } from '../../directory/official.ts';
import { encodeProfile, publicProfile } from '../../directory/profile.ts';
import type { RecordedOfficial } from '../../directory/replay.ts';
import type { Oficio } from '../../oficio/oficio.ts';
import { mayNumber } from '../../oficio/take-folio.ts';
import { openingMissing } from '../../log/vouch.ts';
import type { CardLog } from './card-proof.ts';
import type { WitnessLog } from './first-leaves.ts';
import { isKnownOnHold } from './unread-card.ts';
import { isSuspended, lastOfOfficial, loggedStatus, openedRecord } from './witness.ts';

/*
 * Each act by the state of the log at its own leaf. Rows tell how things stand now: somebody may have edited them for as
 * long as it took an honest office to act, and put them back. What came before a leaf stays before it. Where nobody can read any
 * more what an act went by, nobody knows whether it was right: it is refused, and no wrong of whoever acted.
 */

type Log = Pick<WitnessLog, 'leaf' | 'opening' | 'referring' | 'isFirst' | 'hasCome'>;
type Digests = Pick<Primitives, 'digest' | 'hmac'>;
type Judging = Digests & Pick<Primitives, 'verify'>;

/** An official by their registration. */
export type Registered = Pick<Official, 'id' | 'registeredLeaf'>;

/** What an act went by that the log did not say when it was committed. */
export type WrongThen =
  /** Not registered by then. */
  | 'official'
  /** Over by then, or not begun. */
  | 'mandate'
  | 'name'
  | 'post'
  | 'unit'
  /** Suspended, revoked, of somebody else, or not the one whose certificate signed. */
  | 'credential'
  | 'suspended'
  | 'profile'
  /** Under reserve: letters, and the certificates that sign them, publish the name. */
  | 'reserved';

/**
 * An official as the last leaf about them before leaf `before` has them; `undefined` where none registered them by then.
 * @throws Refusal `log/opening-missing`
 */
export async function officialThen(
  log: Log,
  official: Registered,
  before: number,
  primitives: Digests,
): Promise<RecordedOfficial | undefined> {
  const last = await lastOfOfficial(log, official, primitives, before);
  const then = last && (last.recorded ?? openingMissing(last.leaf));
  return then?.id === official.id ? then : undefined;
}

/** A time that came before the act: a mandate that was over by then was over when it took place. */
function wasOver(official: RecordedOfficial, at: UnixSeconds): boolean {
  const mandate = mandateAt(official, at);
  return mandate === 'ended' || mandate === 'expired';
}

/** What of a signature is judged: of a countersignature no unit, as it takes no number, and its own time. */
export type SignatureThen = Pick<Oficio, 'signedLeaf' | 'signer' | 'sealedAt'> & Partial<Pick<Oficio, 'unit'>>;

/**
 * What is wrong with the signature of a letter at its leaf. What only later leaves say does not count: an end, a
 * suspension or a change after it leaves the letter as it is.
 * @param official the row of who signed, for the leaf of the registration
 * @param credential the row of what they signed with, as its leaves have it
 * @throws Refusal `log/opening-missing`
 */
export async function wrongWithSignature(
  log: CardLog,
  oficio: SignatureThen,
  { official, credential }: { readonly official: Registered | undefined; readonly credential: Credential | undefined },
  primitives: Judging,
): Promise<readonly WrongThen[]> {
  const { signedLeaf, signer, sealedAt, unit } = oficio;
  if (signedLeaf === undefined) return [];
  const then = official?.id === signer.officialId && (await officialThen(log, official, signedLeaf, primitives));
  if (!then) return ['official'];
  const wrong: WrongThen[] = [];
  if (wasOver(then, sealedAt)) wrong.push('mandate');
  if (then.name !== signer.name) wrong.push('name');
  if (then.post !== signer.post) wrong.push('post');
  if (unit !== undefined && !mayNumber(then.unit, unit)) wrong.push('unit');
  if (then.publication.state === 'reserved') wrong.push('reserved');
  const state = credential && (await stateThen(log, credential, signedLeaf, primitives));
  if (state === 'suspended') wrong.push(state);
  else if (state !== undefined || !(await isSignedWith(log, oficio, credential, primitives))) wrong.push('credential');
  return wrong;
}

/** A credential on a card that was not active by then, or had not proven it, was on hold. */
async function stateThen(
  log: CardLog,
  { intentLeaf, serial }: Credential,
  before: number,
  primitives: Judging,
): Promise<'suspended' | 'revoked' | undefined> {
  const status = await loggedStatus(log, intentLeaf, serial, primitives, before);
  if (status) return isSuspended(status) ? 'suspended' : 'revoked';
  return (await isKnownOnHold(log, intentLeaf, primitives, before)) ? 'suspended' : undefined;
}

/** Whether the certificate to which the letter's leaf commits is the one that was issued to its signer, as far as it can be read. */
async function isSignedWith(
  log: Log,
  { signedLeaf, signer }: SignatureThen,
  credential: Credential | undefined,
  primitives: Digests,
): Promise<boolean> {
  const { issuedLeaf } = credential ?? {};
  if (credential?.serial !== signer.serial || credential.officialId !== signer.officialId) return false;
  if (issuedLeaf === undefined || issuedLeaf >= signedLeaf!) return false;
  const issued = (await openedRecord(log, issuedLeaf, primitives)) ?? openingMissing(issuedLeaf);
  const record = await openedRecord(log, signedLeaf!, primitives);
  // With which one nobody can read any more: a file shows it.
  return !record || areSame(record[5], issued[2]);
}

function areSame(one: CborValue | undefined, other: CborValue | undefined): boolean {
  return one instanceof Uint8Array && other instanceof Uint8Array && equal(one, other);
}

/**
 * What is wrong with an issuance at its leaves: the mandate when it was prepared and when it was issued, and a profile
 * that is not what the directory said when it was prepared. A later change of the official leaves it as it is.
 * @throws Refusal `log/opening-missing`
 */
export async function wrongWithIssuance(
  log: Log,
  credential: Credential,
  official: Registered | undefined,
  primitives: Digests,
): Promise<readonly WrongThen[]> {
  const { intentLeaf, issuedLeaf, statusIndex, officialId, serial, kind, notBefore: at } = credential;
  const { digest } = primitives;
  const own = official?.id === officialId ? official : undefined;
  const then = own && (await officialThen(log, own, intentLeaf, primitives));
  if (!own || !then) return ['official'];
  const profile = encodeProfile(publicProfile(then, statusIndex));
  const isReserved = (of: RecordedOfficial): boolean => kind === 'signer' && of.publication.state === 'reserved';
  if (issuedLeaf === undefined) {
    const isCurrent = mandateAt(then, at) === 'current';
    return [
      ...(isCurrent ? [] : ['mandate' as const]),
      ...(isReserved(then) ? ['reserved' as const] : []),
      ...(equal(profile, credential.profile) ? [] : ['profile' as const]),
    ];
  }
  const issued = (await openedRecord(log, issuedLeaf, primitives)) ?? openingMissing(issuedLeaf);
  const issuedTo = await officialThen(log, own, issuedLeaf, primitives);
  if (!issuedTo) return ['official'];
  const wrong: WrongThen[] = [];
  if (mandateAt(then, at) !== 'current' || wasOver(issuedTo, at)) wrong.push('mandate');
  if (isReserved(then) || isReserved(issuedTo)) wrong.push('reserved');
  if (!areSame(issued[3], digest('SHA-256', profile))) wrong.push('profile');
  const status = await loggedStatus(log, intentLeaf, serial, primitives, issuedLeaf);
  if (status?.state === 'revoked' || isSuspended(status)) wrong.push('credential');
  return wrong;
}
