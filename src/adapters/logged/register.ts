import type { JudgeDeps } from '../../access/judge.ts';
import type { Clock } from '../../core/time.ts';
import { isRefusal } from '../../core/refusal.ts';
import type { Primitives } from '../../core/primitives.ts';
import type { Credential } from '../../credential/credential.ts';
import type { CredentialStore } from '../../credential/store.ts';
import type { RecordedOfficial } from '../../directory/replay.ts';
import type { CheckpointStore, StoredCheckpoint } from '../../log/ledger.ts';
import { refuseRow } from './as-logged.ts';
import type { WitnessLog } from './first-leaves.ts';
import { officialThen, wrongWithIssuance, wrongWithSignature, type Registered, type WrongThen } from './acts-then.ts';
import { loggedCountersignatures } from './countersignatures.ts';
import { isWhole, toldCredential } from './credentials.ts';
import { toldLetter } from './oficios.ts';
import { toldBeside, type DeliveryRowsOf } from './beside-letter.ts';
import { loggedPublicVersions, versionOfFile, type PublicVersionRows } from './public-versions.ts';
import { mandateOf, officialOf } from './registered-official.ts';
import { activationOf } from './card-proof.ts';
import { isKnownOnHold } from './unread-card.ts';
import { isSuspended, loggedStatus, openedRecord, type LoggedStatus } from './witness.ts';
import { shownLeaves } from './shown-leaves.ts';
import { openingMissing } from '../../log/vouch.ts';
import { parseFolio } from '../../oficio/folio.ts';
import type { Countersignature } from '../../oficio/countersignature.ts';
import { codeOfLetter, type Oficio, type OficioId } from '../../oficio/oficio.ts';
import { stateOfVersion } from '../../oficio/public-version.ts';
import type { OficioStore } from '../../oficio/store.ts';
import type { FindVoid } from '../../oficio/void.ts';
import { OFICIO_TYPES } from '../../oficio/type.ts';
import { findSeal, verifySealSignature, type OpenedSeal, type SealPlaces } from '../../seal/open.ts';
import type {
  Register,
  RegisteredCountersignature,
  RegisteredCredential,
  RegisteredLetter,
} from '../../verifier/knowledge.ts';

export interface RegisterDeps {
  readonly oficios: OficioStore;
  readonly credentials: CredentialStore;
  /** What is kept apart of letters; believed where they commit to it. */
  readonly deliveries: DeliveryRowsOf;
  /** Which letters a file may be the public version of. */
  readonly versions: Pick<PublicVersionRows, 'listBySha256'>;
  readonly log: WitnessLog;
  readonly checkpoints: CheckpointStore;
  /** Signs what the log durably is, so that the newest leaf can be shown. */
  publishCheckpoint(): Promise<StoredCheckpoint>;
  /** Where seals of ours are found. */
  readonly places: SealPlaces;
  /** Of the key that makes them. */
  readonly sealSpki: Uint8Array;
  /** What the whole log tells of who acted. */
  readonly judge: Pick<JudgeDeps, 'hasChanged' | 'wasUsed'>;
  readonly clock: Clock;
  readonly primitives: Primitives;
}

/** The origin's own register: it knows every act that is committed, so its answers are as of now. */
export function originRegister(deps: RegisterDeps): Register {
  /** By the log, whatever rows say; a letter that names its signer otherwise than the log is none of ours. */
  const letterOf = async (id: string): Promise<RegisteredLetter | undefined> => {
    const oficio = await oficioOf(deps, id);
    if (!oficio) return undefined;
    const { signer } = oficio;
    const [credential, official] = [await credentialOf(deps, signer.serial), await officialOf(deps, signer.officialId)];
    const wrong = await wrongWithSignature(deps.log, oficio, { official, credential }, deps.primitives);
    if (wrong.some((one) => FALSE_NAMES.has(one))) return undefined;
    const signerVoidFrom = voidOf(await voidBy(deps, credential, official), oficio.signedLeaf);
    const ground = official && (await groundOfReserve(deps, official));
    const { told: countersignatures, unread } = await registeredCountersignatures(deps, oficio);
    return {
      ...registeredLetter(oficio, signerVoidFrom),
      ...(countersignatures.length > 0 && { countersignatures }),
      ...(unread !== undefined && { countersignatureUnread: unread }),
      ...(ground !== undefined && { signerReserved: ground }),
      ...(await toldBeside(deps, oficio)),
      ...(await publishedVersion(deps, oficio)),
      ...(wrong.length > 0 && { signerWrong: wrong[0]! as NonNullable<RegisteredLetter['signerWrong']> }),
      ...(isUnread(oficio) && { signedUnread: await issuedDigest(deps, credential) }),
    };
  };
  return {
    get asOf() {
      return deps.clock();
    },
    letter: letterOf,
    async unreadLetter(id) {
      const leaf = await deps.log.firstOfLetter(id);
      if (leaf === undefined) return undefined;
      return (await openedRecord(deps.log, leaf, deps.primitives)) ? undefined : leaf;
    },
    async letterByFolio(folio) {
      const { folio: asked, parts } = parseFolio(folio);
      // Other questions end in a leaf under a checkpoint; this one must not go by a log that was cut either.
      await deps.publishCheckpoint();
      const found = (await deps.oficios.findByFolio(parts.unit, parts.year, parts.number))?.record;
      const letter = found && (await letterOf(found.id));
      return letter?.folio === asked ? letter : undefined;
    },
    async letterByCode(code) {
      const found = (await deps.oficios.findByCode(code))?.record;
      if (!found || codeOfLetter(found) !== code) return undefined;
      // Of a row that is not as it was recorded only the seal counts, which is judged next, by its id.
      const believed = await letterOf(found.id);
      if (believed?.signed && !(await holdsSeal(found, deps))) refuseRow('oficio', found.id);
      return believed || found.sealText === undefined ? believed : registeredLetter(found, 0);
    },
    async publicVersion(sha256) {
      for (const { letter: id } of await deps.versions.listBySha256(sha256)) {
        const oficio = await oficioOf(deps, id);
        const all = oficio ? await loggedPublicVersions(deps.log, oficio, deps.primitives, { acceptUnread: true }) : [];
        const version = versionOfFile(all, sha256);
        const letter = version && (await letterOf(id));
        const opening = letter && (await deps.log.opening(version.leaf));
        if (opening) {
          return { version, state: stateOfVersion(version), leaf: version.leaf, salt: opening.salt, letter };
        }
      }
      return undefined;
    },
    credential: (serial) => registeredCredential(deps, serial),
    mayName: (serial) => mayName(deps, serial),
    ...shownLeaves(deps),
  };
}

/** The one that is published of a letter; nothing is said of what nobody can read any more. */
async function publishedVersion(
  { log, primitives }: RegisterDeps,
  oficio: Oficio,
): Promise<Pick<RegisteredLetter, 'publicVersion'>> {
  const last = (await loggedPublicVersions(log, oficio, primitives, { acceptUnread: true })).at(-1);
  if (!last || stateOfVersion(last) !== 'current') return {};
  return { publicVersion: { id: last.id, at: last.at, ground: last.ground } };
}

/** Whether nobody can read any more what the leaf of a letter's signature says. */
function isUnread({ signedLeaf, byteRangeDigest }: Oficio): boolean {
  return signedLeaf !== undefined && !byteRangeDigest;
}

/** SHA-256 of the certificate that was issued; of no bytes' length where none was. */
async function issuedDigest(
  { log, primitives }: RegisterDeps,
  { issuedLeaf }: Partial<Credential> = {},
): Promise<Uint8Array> {
  const digest = issuedLeaf === undefined ? undefined : (await openedRecord(log, issuedLeaf, primitives))?.[2];
  return digest instanceof Uint8Array ? digest : new Uint8Array();
}

/** Those that the log tells of, whether or not they count; one that names its signer otherwise than the log is none of ours. */
async function registeredCountersignatures(
  deps: RegisterDeps,
  oficio: Oficio,
): Promise<{ readonly told: readonly RegisteredCountersignature[]; readonly unread: number | undefined }> {
  const told: RegisteredCountersignature[] = [];
  const found = await loggedCountersignatures(deps.log, oficio, deps.primitives, { acceptUnread: true });
  let { unread } = found;
  for (const one of found.made) {
    try {
      const registered = await registeredCountersignature(deps, one);
      if (registered) told.push(registered);
    } catch (error) {
      // Whether its signer was allowed to nobody can read any more: nothing is said of it, and the letter is not its signer's.
      if (!isRefusal(error, 'log/opening-missing')) throw error;
      unread ??= Number(error.facts['index']);
    }
  }
  return { told, unread };
}

/** @throws Refusal `log/opening-missing` */
async function registeredCountersignature(
  deps: RegisterDeps,
  { id, ordinal, at, salt, byteRangeDigest, certificateDigest, signature, signer, signedLeaf: leaf }: Countersignature,
): Promise<RegisteredCountersignature | undefined> {
  const [credential, official] = [await credentialOf(deps, signer.serial), await officialOf(deps, signer.officialId)];
  const then = { signedLeaf: leaf, signer, sealedAt: at };
  const wrong = await wrongWithSignature(deps.log, then, { official, credential }, deps.primitives);
  if (wrong.some((it) => FALSE_NAMES.has(it))) return undefined;
  const signerVoidFrom = voidOf(await voidBy(deps, credential, official), leaf);
  const ground = official && (await groundOfReserve(deps, official));
  return {
    ...{ id, ordinal, at, leaf, salt, byteRangeDigest, certificateDigest, signature, signer },
    ...(credential?.certificate && { certificate: credential.certificate }),
    ...(ground !== undefined && { signerReserved: ground }),
    ...(signerVoidFrom !== undefined && { signerVoidFrom }),
    ...(wrong.length > 0 && { signerWrong: wrong[0]! as NonNullable<RegisteredLetter['signerWrong']> }),
  };
}

/** Whether the text that the row of a letter holds is a seal that our key signed. */
export async function holdsSeal(
  { sealText }: Oficio,
  { places, sealSpki, primitives }: Pick<RegisterDeps, 'places' | 'sealSpki' | 'primitives'>,
): Promise<OpenedSeal | undefined> {
  // A row may hold what is no text at all.
  const seal = typeof sealText === 'string' ? findSeal(sealText, places) : undefined;
  return seal && (await verifySealSignature(seal, sealSpki, primitives)) ? seal : undefined;
}

/** What stands for a row that is gone: what it alone could tell is nothing. */
const NO_ROW = {
  profile: new Uint8Array(),
  keyPlace: 'csr',
  issuedSalt: new Uint8Array(),
  sealKid: '',
  alreadySigned: false,
  salt: new Uint8Array(),
} as const;

/** The letter of this id by the log, with what its row alone tells. */
async function oficioOf({ oficios, log, primitives }: RegisterDeps, id: string): Promise<Oficio | undefined> {
  const intentLeaf = await log.firstOfLetter(id);
  if (intentLeaf === undefined) return undefined;
  const row = (await oficios.find(id as OficioId))?.record ?? NO_ROW;
  return toldLetter({ ...row, intentLeaf }, log, primitives, { acceptUnread: true });
}

/** The credential of this number by the log, with what its row alone tells. */
async function credentialOf(
  { credentials, log, primitives }: RegisterDeps,
  serial: string,
): Promise<Credential | undefined> {
  const intentLeaf = await log.firstOfCredential(serial);
  if (intentLeaf === undefined) return undefined;
  const row = (await credentials.find(serial))?.record ?? NO_ROW;
  return toldCredential({ ...row, intentLeaf }, log, primitives, { acceptUnread: true });
}

/** What a letter says of its signer, where it would show something else than the log. */
const FALSE_NAMES: ReadonlySet<WrongThen> = new Set<WrongThen>(['name', 'post', 'unit']);

type Void = Pick<LoggedStatus, 'voidFrom' | 'unread'>;

/**
 * What is signed after the revocation was recorded is void; what a thief may have signed, from an earlier leaf on. Nothing
 * counts under a credential that no office issued. @throws Refusal `log/opening-missing`
 */
async function voidBy(
  { log, primitives }: RegisterDeps,
  credential: Credential | undefined,
  official: Registered | undefined,
): Promise<Void> {
  if (credential?.issuedLeaf === undefined) return { voidFrom: 0 };
  if ((await wrongWithIssuance(log, credential, official, primitives)).length > 0) return { voidFrom: 0 };
  const status = await loggedStatus(log, credential.intentLeaf, credential.serial, primitives);
  return status?.state === 'revoked' ? status : {};
}

/**
 * From which leaf on acts are void, for the one at leaf `signedLeaf`.
 * @throws Refusal `log/opening-missing` where a revocation that came after it, and that nobody can read any more, may have said so of it
 */
function voidOf({ voidFrom, unread }: Void, signedLeaf: number = Infinity): number | undefined {
  if (unread !== undefined && voidFrom !== undefined && signedLeaf < voidFrom) openingMissing(unread);
  return voidFrom;
}

/** By the same rule as the register's own answers; each key is looked up once for all letters that are asked for. */
export function voidLetters(deps: RegisterDeps): FindVoid {
  return async (letters) => {
    const keys = new Map<string, Promise<Void>>();
    const found = new Map<string, number>();
    for (const { id, signedLeaf, signer } of letters) {
      const key = `${signer.serial} ${signer.officialId}`;
      const asked = keys.get(key) ?? voidBySigner(deps, signer);
      keys.set(key, asked);
      if (signedLeaf === undefined) continue;
      const from = voidOf(await asked, signedLeaf);
      if (from !== undefined && signedLeaf >= from) found.set(id, from);
    }
    return found;
  };
}

async function voidBySigner(deps: RegisterDeps, { serial, officialId }: Oficio['signer']): Promise<Void> {
  return voidBy(deps, await credentialOf(deps, serial), await officialOf(deps, officialId));
}

function registeredLetter(oficio: Oficio, signerVoidFrom: number | undefined): RegisteredLetter {
  const { signedLeaf, salt, sealText, ended } = oficio;
  // Without digests no leaf commits to it: then it is no draft either.
  const { byteRangeDigest = new Uint8Array(), certificateDigest = new Uint8Array() } = oficio;
  const signed = signedLeaf === undefined ? undefined : { leaf: signedLeaf, salt, byteRangeDigest, certificateDigest };
  return {
    id: oficio.id,
    folio: oficio.folio,
    unit: oficio.unit,
    type: OFICIO_TYPES[oficio.type],
    amount: oficio.amount,
    subject: oficio.subject,
    state: oficio.state,
    sealedAt: oficio.sealedAt,
    ...(oficio.expires !== undefined && { expires: oficio.expires }),
    pages: oficio.pages,
    inputLength: oficio.inputLength,
    statusIndex: oficio.statusIndex,
    ...(ended && { endedAt: ended.at }),
    ...(ended?.replacedBy !== undefined && { replacedBy: ended.replacedBy }),
    signer: oficio.signer,
    ...(signerVoidFrom !== undefined && { signerVoidFrom }),
    inputDigest: oficio.inputDigest,
    ...(sealText !== undefined && { sealText }),
    ...(signed && { signed }),
  };
}

/**
 * On what ground a signer's name is reserved now, by the log alone: whoever edits or takes away a row, or the record that told of it,
 * publishes no name. @throws Refusal `log/opening-missing`
 */
async function groundOfReserve({ log, primitives }: RegisterDeps, official: Registered): Promise<string | undefined> {
  return groundIn((await officialThen(log, official, Infinity, primitives)) ?? openingMissing(official.registeredLeaf));
}

function groundIn({ publication }: RecordedOfficial): string | undefined {
  return publication.state === 'reserved' ? publication.legalGround : undefined;
}

/** By the log alone: no row is asked, so that no edit of one tells a name or stops an answer. */
async function mayName(deps: RegisterDeps, serial: string): Promise<boolean> {
  const { log, primitives } = deps;
  try {
    const intentLeaf = await log.firstOfCredential(serial);
    if (intentLeaf === undefined) return true;
    const record = await openedRecord(log, intentLeaf, primitives);
    const official = await officialOf(deps, record?.[4]);
    return official !== undefined && (await groundOfReserve(deps, official)) === undefined;
  } catch (error) {
    if (isRefusal(error, 'log/opening-missing')) return false;
    throw error;
  }
}

async function registeredCredential(deps: RegisterDeps, serial: string): Promise<RegisteredCredential | undefined> {
  const credential = await credentialOf(deps, serial);
  const official = credential && (await officialOf(deps, credential.officialId));
  if (!official) return undefined;
  const logged = await officialThen(deps.log, official, Infinity, deps.primitives);
  const reserved = logged && groundIn(logged);
  const leaf = credential.issuedLeaf;
  const opening = leaf === undefined ? undefined : await deps.log.opening(leaf);
  // Certificate and profile are in the row alone.
  if (opening && !(await isWhole(credential, deps.log, deps.primitives))) refuseRow('credential', serial);
  // Nobody believes an issuance that the log did not allow, or to somebody of whom it knows nothing.
  const activatedLeaf = credential.proof && (await activationOf(deps.log, credential.intentLeaf, deps.primitives));
  const vouched =
    logged !== undefined && (await wrongWithIssuance(deps.log, credential, official, deps.primitives)).length === 0;
  return {
    serial: credential.serial,
    kind: credential.kind,
    ...(await statusOf(deps, credential)),
    ...(credential.certificate && { certificate: credential.certificate }),
    profile: credential.profile,
    ...(credential.proof && { proof: credential.proof }),
    ...(activatedLeaf !== undefined && { activatedLeaf }),
    ...(vouched && leaf !== undefined && opening && { issued: { leaf, salt: opening.salt, record: opening.record } }),
    official: {
      id: official.id,
      ...mandateOf(logged, deps.clock()),
      ...(reserved !== undefined && { reserved }),
    },
  };
}

type Status = Pick<RegisteredCredential, 'state' | 'statusAt' | 'revocationReason'>;

/**
 * By the log alone: what was revoked or suspended there does not come back by an edited row, nor is anything by one.
 * @throws Refusal `log/opening-missing` where it may only look suspended because of what is gone
 */
async function statusOf({ log, primitives }: RegisterDeps, credential: Credential): Promise<Status> {
  const { intentLeaf, serial, state } = credential;
  const logged = await loggedStatus(log, intentLeaf, serial, primitives);
  if (!logged) {
    // Until its card proved it and is active, it is on hold.
    const isHeld = state === 'issued' && (await isKnownOnHold(log, intentLeaf, primitives));
    return isHeld ? { state: 'suspended', statusAt: credential.notBefore } : { state };
  }
  return {
    state: isSuspended(logged) ? 'suspended' : 'revoked',
    ...(logged.at !== undefined && { statusAt: logged.at }),
    ...(logged.reason !== undefined && { revocationReason: logged.reason }),
  };
}
