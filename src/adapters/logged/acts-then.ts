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
import { isLoggedOnHold, type CardLog } from './card-proof.ts';
import type { WitnessLog } from './first-leaves.ts';
import { unreadOfCard } from './unread-card.ts';
import { lastOfOfficial, loggedStatus, openedRecord } from './witness.ts';

/*
 * Each act by the state of the log at its own leaf. Rows tell how things stand now: somebody may have edited them for as
 * long as it took an honest office to act, and put them back. What came before a leaf stays before it.
 */

type Log = Pick<WitnessLog, 'leaf' | 'opening' | 'referring' | 'isFirst' | 'hasCome'>;
type Digests = Pick<Primitives, 'digest' | 'hmac'>;
type Judging = Digests & Pick<Primitives, 'verify'>;

/** An official by their registration. */
export type Registered = Pick<Official, 'id' | 'registeredLeaf'>;

/** What an act went by that the log did not say when it was committed. */
export type WrongThen =
  /** Not registered, or nothing tells any more how they stood. */
  | 'official'
  /** Over by then, or not begun. */
  | 'mandate'
  | 'name'
  | 'post'
  | 'unit'
  /** Suspended, revoked, of somebody else, or not the one whose certificate signed. */
  | 'credential'
  | 'suspended'
  /** On a card of which a record is gone that may have made it count: nothing is known, and nobody accused. */
  | 'unread'
  | 'profile'
  /** Under reserve: letters, and the certificates that sign them, publish the name. */
  | 'reserved';

/** An official as the last leaf about them before leaf `before` has them. */
export async function officialThen(
  log: Log,
  official: Registered,
  before: number,
  primitives: Digests,
): Promise<RecordedOfficial | undefined> {
  const then = (await lastOfOfficial(log, official, primitives, before))?.recorded;
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
  if (state === 'suspended' || state === 'unread') wrong.push(state);
  else if (state !== undefined || !(await isSignedWith(log, oficio, credential, primitives))) wrong.push('credential');
  return wrong;
}

/** A credential on a card that was not active by then, or had not proven it, was on hold. */
async function stateThen(
  log: CardLog,
  { intentLeaf, serial }: Credential,
  before: number,
  primitives: Judging,
): Promise<'suspended' | 'revoked' | 'unread' | undefined> {
  const status = await loggedStatus(log, intentLeaf, serial, primitives, before);
  if (status) return status.state;
  if (!(await isLoggedOnHold(log, intentLeaf, primitives, before))) return undefined;
  return (await unreadOfCard(log, intentLeaf, primitives, before)) === undefined ? 'suspended' : 'unread';
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
  const record = await openedRecord(log, signedLeaf!, primitives);
  // With which one nobody can read any more: that is no wrong of the signer's.
  if (!record) return true;
  const issued = (await openedRecord(log, issuedLeaf, primitives))?.[2];
  return areSame(record[5], issued);
}

function areSame(one: CborValue | undefined, other: CborValue | undefined): boolean {
  return one instanceof Uint8Array && other instanceof Uint8Array && equal(one, other);
}

/**
 * What is wrong with an issuance at its leaves: the mandate when it was prepared and when it was issued, and a profile
 * that is not what the directory said when it was prepared. A later change of the official leaves it as it is.
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
  const issued = await openedRecord(log, issuedLeaf, primitives);
  const issuedTo = await officialThen(log, own, issuedLeaf, primitives);
  if (!issued || !issuedTo) return ['credential'];
  const wrong: WrongThen[] = [];
  if (mandateAt(then, at) !== 'current' || wasOver(issuedTo, at)) wrong.push('mandate');
  if (isReserved(then) || isReserved(issuedTo)) wrong.push('reserved');
  if (!areSame(issued[3], digest('SHA-256', profile))) wrong.push('profile');
  if (await loggedStatus(log, intentLeaf, serial, primitives, issuedLeaf)) wrong.push('credential');
  return wrong;
}
