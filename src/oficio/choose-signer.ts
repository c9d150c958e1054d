import { Refusal } from '../core/refusal.ts';
import { formatTime, type UnixSeconds } from '../core/time.ts';
import type { Credential, SerialNumber } from '../credential/credential.ts';
import type { CredentialStore } from '../credential/store.ts';
import { mandateAt, parseOfficialId, type Official, type OfficialId } from '../directory/official.ts';
import type { DirectoryStore } from '../directory/store.ts';
import type { Versioned } from '../log/ledger.ts';
import type { Oficio, OficioCode } from './oficio.ts';
import { mayNumber } from './take-folio.ts';

export interface Signatory {
  readonly official: Versioned<Official>;
  readonly credential: Versioned<SigningCredential>;
}

/** Who is to sign, as far as registering needs it: what signs is read again, with its version, when it signs. */
export interface ChosenSigner {
  readonly official: Versioned<Official>;
  readonly credential: { readonly record: SigningCredential };
}

/** A credential that has its certificate. */
export type SigningCredential = Credential & { readonly certificate: Uint8Array };

export interface SignatoryDeps {
  readonly directory: DirectoryStore;
  readonly credentials: Pick<CredentialStore, 'find' | 'list'>;
  /** Whether it is on a card that is not active, by the log. */
  isOnHold(credential: Pick<Credential, 'intentLeaf'>): Promise<boolean>;
}

export interface ChooseSignerDeps extends SignatoryDeps {
  /** Serial numbers of what was prepared for an official to sign letters with, in order: by the log, whoever a row names. */
  signersOf(officialId: OfficialId): Promise<readonly SerialNumber[]>;
}

/** With which key: one that we hold, or that of the certificate with this number, which is on a card. */
export type KeyWanted = 'held' | { readonly serial: string };

/** Whether it is the key that is wanted. A key that is elsewhere signs in two halves; here only one that we hold can. */
export function isWanted({ keyPlace, serial }: Credential, wanted: KeyWanted): boolean {
  return wanted === 'held' ? keyPlace === 'soft' : keyPlace === 'card' && serial === wanted.serial;
}

/** But for the card that it may be on. */
function isInForce(credential: Credential, at: UnixSeconds): credential is SigningCredential {
  return (
    credential.kind === 'signer' &&
    credential.state === 'issued' &&
    credential.certificate !== undefined &&
    credential.notBefore <= at &&
    at <= credential.notAfter
  );
}

async function officialWithMandate(
  { directory }: SignatoryDeps,
  signerId: string,
  at: UnixSeconds,
): Promise<Versioned<Official>> {
  const id = parseOfficialId(signerId);
  const official = id && (await directory.findOfficial(id));
  if (!official) {
    throw new Refusal<OficioCode>('oficio/signer-not-found', 'no such official', { signer: signerId.slice(0, 40) });
  }
  const mandate = mandateAt(official.record, at);
  // Every letter names who signs it, on paper and in answers: the reservation would be undone for good.
  if (official.record.publication.state === 'reserved') {
    const facts = { signer: official.record.id };
    throw new Refusal<OficioCode>(
      'oficio/signer-reserved',
      'the name of a reserved official would be published',
      facts,
    );
  }
  if (mandate === 'current') return official;
  const facts = { signer: official.record.id, mandate };
  throw new Refusal<OficioCode>('oficio/signer-without-mandate', `mandate ${mandate}`, facts);
}

/** Whether the key of this credential would do, were it not suspended. */
function isOnlySuspended(credential: Credential, at: UnixSeconds): boolean {
  return credential.state === 'suspended' && isInForce({ ...credential, state: 'issued' }, at);
}

/**
 * Why nobody can sign. A suspension is said as such: whoever suspended the credential may resume it, and another one
 * would not be the remedy.
 */
function withoutCredential(signer: string, theirs: readonly Credential[], at: UnixSeconds, wanted: KeyWanted): never {
  const [newest] = theirs
    .filter((one) => isWanted(one, wanted) && isOnlySuspended(one, at))
    .toSorted((a, b) => (b.suspendedAt ?? 0) - (a.suspendedAt ?? 0));
  if (newest) {
    const { serial, suspendedAt } = newest;
    const facts = { signer, serial, ...(suspendedAt !== undefined && { since: formatTime(suspendedAt) }) };
    throw new Refusal<OficioCode>('oficio/signer-suspended', 'the credential to sign letters with is suspended', facts);
  }
  const elsewhere = theirs.find((one) => wanted === 'held' && !isWanted(one, wanted) && isInForce(one, at));
  if (elsewhere) refuseKeyElsewhere(signer, elsewhere);
  const facts = { signer, ...(wanted !== 'held' && { serial: wanted.serial }) };
  throw new Refusal<OficioCode>('oficio/signer-without-credential', 'no credential to sign letters with', facts);
}

/** @throws Refusal `oficio/signer-key-elsewhere` */
export function refuseKeyElsewhere(signer: string, { serial, keyPlace }: Credential): never {
  const facts = { signer, serial, keyPlace };
  throw new Refusal<OficioCode>('oficio/signer-key-elsewhere', 'we do not hold the key to sign letters with', facts);
}

/**
 * The official and the certificate that sign at `at`: a mandate today, and the newest signer's credential in force of whose key
 * we hold the private half; or the one with this serial number, whose key is on a card.
 * @throws Refusal `oficio/signer-not-found`, `oficio/signer-reserved`, `oficio/signer-without-mandate`, `oficio/signer-without-credential`,
 *   `oficio/signer-suspended`, `oficio/signer-key-elsewhere`
 */
export async function chooseSigner(
  deps: ChooseSignerDeps,
  signerId: string,
  at: UnixSeconds,
  serial?: string,
): Promise<ChosenSigner> {
  const wanted: KeyWanted = serial === undefined ? 'held' : { serial };
  const official = await officialWithMandate(deps, signerId, at);
  const { id } = official.record;
  const theirs: Credential[] = [];
  for (const serial of (await deps.signersOf(id)).toReversed()) {
    const record = (await deps.credentials.find(serial))?.record;
    if (!record) continue;
    if (await deps.isOnHold(record)) continue;
    if (isWanted(record, wanted) && isInForce(record, at)) return { official, credential: { record } };
    theirs.push(record);
  }
  // A list is what rows say: one that calls another's credential theirs is named by whoever looks for it.
  const said = await deps.credentials.list({ officialId: id, kind: 'signer', limit: 100 });
  for (const { serial } of said) await deps.credentials.find(serial);
  return withoutCredential(id, theirs, at, wanted);
}

/**
 * The signer that a letter was registered with, as long as both still stand: between registering and signing somebody
 * may have been dismissed or moved, or the credential revoked. No letter is signed before it was sealed, whatever the
 * clock says meanwhile. `unit`: whose number it has; absent of who takes none.
 * @throws Refusal as `chooseSigner`; `oficio/signer-changed` when the letter names them as they were
 */
export async function sameSigner(
  deps: SignatoryDeps,
  { signer, unit, sealedAt }: Pick<Oficio, 'signer' | 'sealedAt'> & Partial<Pick<Oficio, 'unit'>>,
  now: UnixSeconds,
): Promise<Signatory> {
  const { serial } = signer;
  const at = now < sealedAt ? sealedAt : now;
  const official = await officialWithMandate(deps, signer.officialId, at);
  const { name, post, unit: own } = official.record;
  if (name !== signer.name || post !== signer.post || (unit !== undefined && !mayNumber(own, unit))) {
    const facts = { signer: official.record.id };
    throw new Refusal<OficioCode>('oficio/signer-changed', 'the letter names the signer as they were', facts);
  }
  const found = await deps.credentials.find(serial);
  const { id } = official.record;
  const isTheirs = found?.record.officialId === id && !(await deps.isOnHold(found.record));
  const theirs = isTheirs ? found.record : undefined;
  if (!found || !theirs || !isInForce(theirs, at)) {
    return withoutCredential(id, theirs ? [theirs] : [], at, theirs?.keyPlace === 'card' ? { serial } : 'held');
  }
  return { official, credential: { record: theirs, version: found.version } };
}
