import { dayInMexicoCity, type Clock, type UnixSeconds } from '../../core/time.ts';
import { isRefusal } from '../../core/refusal.ts';
import type { Primitives } from '../../core/primitives.ts';
import type { Credential } from '../../credential/credential.ts';
import type { CredentialStore } from '../../credential/store.ts';
import { mandateAt, parseOfficialId, type Official } from '../../directory/official.ts';
import type { RecordedOfficial } from '../../directory/replay.ts';
import type { DirectoryStore } from '../../directory/store.ts';
import type { CheckpointStore, StoredCheckpoint } from '../../log/ledger.ts';
import { refuseRow } from './as-logged.ts';
import type { WitnessLog } from './first-leaves.ts';
import { officialThen, wrongWithIssuance, wrongWithSignature, type WrongThen } from './acts-then.ts';
import {
  agreesWithIntent,
  firstOutcome,
  isIssuedAsRecorded,
  loggedEnd,
  loggedMandate,
  loggedStatus,
  withLoggedSignature,
  type LoggedEnd,
} from './witness.ts';
import { LeafKind } from '../../log/leaf.ts';
import { proveEntry } from '../../log/prove.ts';
import { openingMissing } from '../../log/vouch.ts';
import { parseFolio } from '../../oficio/folio.ts';
import { codeOfLetter, type Oficio, type OficioId } from '../../oficio/oficio.ts';
import type { OficioStore } from '../../oficio/store.ts';
import type { FindVoid } from '../../oficio/void.ts';
import { OFICIO_TYPES } from '../../oficio/type.ts';
import { findSeal, verifySealSignature, type OpenedSeal, type SealPlaces } from '../../seal/open.ts';
import type { Register, RegisteredCredential, RegisteredLetter } from '../../verifier/knowledge.ts';

export interface RegisterDeps {
  readonly oficios: OficioStore;
  readonly credentials: CredentialStore;
  readonly directory: DirectoryStore;
  readonly log: WitnessLog;
  readonly checkpoints: CheckpointStore;
  /** Signs what the log durably is, so that the newest leaf can be shown. */
  publishCheckpoint(): Promise<StoredCheckpoint>;
  /** Where seals of ours are found. */
  readonly places: SealPlaces;
  /** Of the key that makes them. */
  readonly sealSpki: Uint8Array;
  readonly clock: Clock;
  readonly primitives: Primitives;
}

/** The origin's own register: it knows every act that is committed, so its answers are as of now. */
export function originRegister(deps: RegisterDeps): Register {
  const letter = async (oficio: Oficio | undefined): Promise<RegisteredLetter | undefined> => {
    if (!oficio) return undefined;
    const end = await toldEnd(deps, oficio);
    const credential = (await deps.credentials.find(oficio.signer.serial))?.record;
    const official = await officialOf(deps, oficio.signer.officialId);
    const wrong = await wrongWithSignature(deps.log, oficio, { official, credential }, deps.primitives);
    // A letter that names its signer otherwise than the log is none of ours.
    if (wrong.some((one) => FALSE_NAMES.has(one))) return undefined;
    const signerVoidFrom = await voidFrom(deps, oficio.signer.serial, credential, official);
    const ground = await groundOfReserve(deps, oficio.signer.officialId);
    const letter: RegisteredLetter = {
      ...registeredLetter(oficio, signerVoidFrom, end),
      ...(ground !== undefined && { signerReserved: ground }),
    };
    return wrong.length === 0
      ? letter
      : { ...letter, signerWrong: wrong[0]! as NonNullable<RegisteredLetter['signerWrong']> };
  };
  /** A row that says something else than what was recorded is no letter of ours. */
  const recorded = async (row: Oficio | undefined): Promise<RegisteredLetter | undefined> => {
    const oficio = row && (await withLoggedSignature(deps.log, row, deps.primitives));
    if (!oficio || !(await agreesWithIntent(deps.log, oficio, deps.primitives))) return undefined;
    // The folio was recorded, the unit follows from it.
    return parseFolio(oficio.folio).parts.unit === oficio.unit ? letter(oficio) : undefined;
  };
  return {
    get asOf() {
      return deps.clock();
    },
    async letter(id) {
      const found = (await deps.oficios.find(id as OficioId))?.record;
      return found?.id === id ? recorded(found) : undefined;
    },
    async letterByFolio(folio) {
      const { folio: asked, parts } = parseFolio(folio);
      // Other questions end in a leaf under a checkpoint; this one must not go by a log that was cut either.
      await deps.publishCheckpoint();
      const found = (await deps.oficios.findByFolio(parts.unit, parts.year, parts.number))?.record;
      return found?.folio === asked ? recorded(found) : undefined;
    },
    async letterByCode(code) {
      const found = (await deps.oficios.findByCode(code))?.record;
      if (!found || codeOfLetter(found) !== code) return undefined;
      // Of a row that is not as it was recorded only the seal counts, which is judged next, by its id.
      const believed = await recorded(found);
      if (believed?.signed) await checkSealText(found, deps);
      return believed || found.sealText === undefined ? believed : registeredLetter(found, 0, undefined);
    },
    credential: (serial) => registeredCredential(deps, serial),
    async leaf(index) {
      await deps.publishCheckpoint();
      const [entry] = await deps.log.entries(index, index + 1);
      if (!entry) return undefined;
      try {
        return { entry: entry.entry, proof: await proveEntry(deps, index) };
      } catch (error) {
        if (isRefusal(error, 'log/not-yet-published')) return undefined;
        throw error;
      }
    },
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

/** The text of a signed letter's seal is in its row alone. @throws Refusal `log/corrupt` where it was taken out, or is none */
async function checkSealText(oficio: Oficio, deps: RegisterDeps): Promise<void> {
  if (!(await holdsSeal(oficio, deps))) refuseRow('oficio', oficio.id);
}

/** What is told of an end: what the log says of it, and the folio of the replacement where that is as it was recorded. */
interface ToldEnd extends LoggedEnd {
  readonly folio?: Oficio['folio'];
}

async function toldEnd({ oficios, log, primitives }: RegisterDeps, oficio: Oficio): Promise<ToldEnd | undefined> {
  const end = await loggedEnd(log, oficio, primitives);
  if (end?.replacedBy === undefined) return end;
  const row = (await oficios.find(end.replacedBy as OficioId))?.record;
  const isAsRecorded = row?.id === end.replacedBy && (await agreesWithIntent(log, row, primitives));
  return { ...end, ...(isAsRecorded && { folio: row.folio }) };
}

/** What a letter says of its signer, where it would show something else than the log. */
const FALSE_NAMES: ReadonlySet<WrongThen> = new Set<WrongThen>(['name', 'post', 'unit']);

/**
 * What is signed after the revocation was recorded is void; what a thief may have signed, from an earlier leaf on. Nothing
 * counts under a credential that was not issued as its row says.
 */
async function voidFrom(
  { log, primitives }: RegisterDeps,
  serial: string,
  credential: Credential | undefined,
  official: Official | undefined,
): Promise<number | undefined> {
  if (credential?.serial !== serial) return 0;
  if (!(await isIssuedAsRecorded(log, credential, primitives))) return 0;
  if ((await wrongWithIssuance(log, credential, official, primitives)).length > 0) return 0;
  return (await loggedStatus(log, credential.intentLeaf, credential.serial, primitives))?.voidFrom;
}

/** By the same rule as the register's own answers; each key is looked up once for all letters that are asked for. */
export function voidLetters(deps: RegisterDeps): FindVoid {
  return async (letters) => {
    const keys = new Map<string, Promise<number | undefined>>();
    const found = new Map<OficioId, number>();
    for (const { id, signedLeaf, signer } of letters) {
      const key = `${signer.serial} ${signer.officialId}`;
      const asked = keys.get(key) ?? voidFromOf(deps, signer);
      keys.set(key, asked);
      const from = await asked;
      if (signedLeaf !== undefined && from !== undefined && signedLeaf >= from) found.set(id, from);
    }
    return found;
  };
}

async function voidFromOf(deps: RegisterDeps, { serial, officialId }: Oficio['signer']): Promise<number | undefined> {
  const credential = (await deps.credentials.find(serial))?.record;
  return voidFrom(deps, serial, credential, await officialOf(deps, officialId));
}

function registeredLetter(
  oficio: Oficio,
  signerVoidFrom: number | undefined,
  end: ToldEnd | undefined,
): RegisteredLetter {
  const { signedLeaf, salt, sealText } = oficio;
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
    state: end?.state ?? oficio.state,
    sealedAt: oficio.sealedAt,
    ...(oficio.expires !== undefined && { expires: oficio.expires }),
    pages: oficio.pages,
    inputLength: oficio.inputLength,
    statusIndex: oficio.statusIndex,
    ...(end?.at !== undefined && { endedAt: end.at }),
    ...(end?.folio !== undefined && { replacedBy: end.folio }),
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
async function groundOfReserve({ log, primitives }: RegisterDeps, id: unknown): Promise<string | undefined> {
  const officialId = parseOfficialId(String(id));
  const registeredLeaf = officialId && (await log.firstOfOfficial(officialId));
  if (officialId === undefined || registeredLeaf === undefined) return undefined;
  const told = await officialThen(log, { id: officialId, registeredLeaf }, Infinity, primitives);
  if (!told) openingMissing(registeredLeaf);
  return told.publication.state === 'reserved' ? told.publication.legalGround : undefined;
}

async function officialOf({ directory }: RegisterDeps, text: unknown): Promise<Official | undefined> {
  const id = parseOfficialId(String(text));
  const official = id && (await directory.findOfficial(id))?.record;
  return official?.id === id ? official : undefined;
}

async function registeredCredential(deps: RegisterDeps, serial: string): Promise<RegisteredCredential | undefined> {
  const credential = (await deps.credentials.find(serial))?.record;
  if (credential?.serial !== serial) return undefined;
  const official = await officialOf(deps, credential.officialId);
  if (!official) return undefined;
  const logged = await loggedMandate(deps.log, official, deps.primitives);
  // Nobody believes an issuance of which the log says something else, or to somebody of whom it knows nothing.
  const vouched =
    logged !== undefined &&
    (await isIssuedAsRecorded(deps.log, credential, deps.primitives)) &&
    (await wrongWithIssuance(deps.log, credential, official, deps.primitives)).length === 0;
  const leaf = vouched ? credential.issuedLeaf : undefined;
  const opening = leaf === undefined ? undefined : await deps.log.opening(leaf);
  return {
    serial: credential.serial,
    kind: credential.kind,
    ...(await statusOf(deps, credential)),
    ...(credential.certificate && { certificate: credential.certificate }),
    profile: credential.profile,
    ...(leaf !== undefined && opening && { issued: { leaf, salt: opening.salt, record: opening.record } }),
    official: { id: official.id, ...mandateOf(logged, deps.clock()) },
  };
}

/** From when to when, and on which day it ended, is told by the log alone. */
function mandateOf(
  logged: RecordedOfficial | 'ended' | undefined,
  at: UnixSeconds,
): Pick<RegisteredCredential['official'], 'mandate' | 'endedOn'> {
  // Of whom the log knows nothing, nobody works here.
  if (logged === undefined || logged === 'ended') return { mandate: 'ended' };
  const { ended, validUntil } = logged;
  const today = dayInMexicoCity(at);
  // An end that is to come is nobody's business yet: the public learns of it on its day.
  const isOver = validUntil !== undefined && validUntil < today;
  const endedOn = ended !== undefined && ended.on <= today ? ended.on : isOver ? validUntil : undefined;
  return { mandate: mandateAt(logged, at), ...(endedOn !== undefined && { endedOn }) };
}

type Status = Pick<RegisteredCredential, 'state' | 'statusAt' | 'revocationReason'>;

/** By the log alone: what was revoked or suspended there does not come back by an edited row, nor is anything by one. */
async function statusOf({ log, primitives }: RegisterDeps, { intentLeaf, serial }: Credential): Promise<Status> {
  const logged = await loggedStatus(log, intentLeaf, serial, primitives);
  if (!logged) {
    const issued = await firstOutcome(log, intentLeaf, LeafKind.credentialIssued, primitives);
    return { state: issued === undefined ? 'prepared' : 'issued' };
  }
  return {
    state: logged.state,
    ...(logged.at !== undefined && { statusAt: logged.at }),
    ...(logged.reason !== undefined && { revocationReason: logged.reason }),
  };
}
