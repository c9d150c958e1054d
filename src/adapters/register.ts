import { dayInMexicoCity, type Clock } from '../core/time.ts';
import { isRefusal } from '../core/refusal.ts';
import type { Primitives } from '../core/primitives.ts';
import type { Credential } from '../credential/credential.ts';
import type { CredentialStore } from '../credential/store.ts';
import { mandateAt, parseOfficialId } from '../directory/official.ts';
import type { DirectoryStore } from '../directory/store.ts';
import type { CheckpointStore, LogReader, StoredCheckpoint } from '../log/ledger.ts';
import {
  agreesWithIntent,
  isIssuedAsRecorded,
  loggedEnd,
  loggedOfficialEnd,
  loggedStatus,
  type LoggedEnd,
} from './log-witness.ts';
import { proveEntry } from '../log/prove.ts';
import { parseFolio } from '../oficio/folio.ts';
import type { Oficio, OficioId } from '../oficio/oficio.ts';
import type { OficioStore } from '../oficio/store.ts';
import { OFICIO_TYPES } from '../oficio/type.ts';
import type { Register, RegisteredCredential, RegisteredLetter } from '../verifier/knowledge.ts';

export interface RegisterDeps {
  readonly oficios: OficioStore;
  readonly credentials: CredentialStore;
  readonly directory: DirectoryStore;
  readonly log: LogReader;
  readonly checkpoints: CheckpointStore;
  /** Signs what the log durably is, so that the newest leaf can be shown. */
  publishCheckpoint(): Promise<StoredCheckpoint>;
  readonly clock: Clock;
  readonly primitives: Primitives;
}

/** The origin's own register: it knows every act that is committed, so its answers are as of now. */
export function originRegister(deps: RegisterDeps): Register {
  const letter = async (oficio: Oficio | undefined): Promise<RegisteredLetter | undefined> => {
    if (!oficio) return undefined;
    const isEnded = oficio.state === 'cancelled' || oficio.state === 'replaced';
    const end = isEnded ? undefined : await loggedEnd(deps.log, oficio, deps.primitives);
    return registeredLetter(oficio, await voidFrom(deps, oficio), end);
  };
  /** A row that says something else than what was recorded is no letter of ours. */
  const recorded = async (oficio: Oficio | undefined): Promise<RegisteredLetter | undefined> =>
    oficio && (await agreesWithIntent(deps.log, oficio, deps.primitives)) ? letter(oficio) : undefined;
  return {
    get asOf() {
      return deps.clock();
    },
    async letter(id) {
      return recorded((await deps.oficios.find(id as OficioId))?.record);
    },
    async letterByFolio(folio) {
      const { unit, year, number } = parseFolio(folio).parts;
      return recorded((await deps.oficios.findByFolio(unit, year, number))?.record);
    },
    async letterByCode(code) {
      // Its seal is judged next, by its id.
      return letter((await deps.oficios.findByCode(code))?.record);
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

/**
 * What is signed after the revocation was recorded is void; what a thief may have signed, from an earlier leaf on. Of row
 * and log, whichever voids more. Nothing counts under a
 * credential that was not issued as its row says.
 */
async function voidFrom({ credentials, log, primitives }: RegisterDeps, oficio: Oficio): Promise<number | undefined> {
  const credential = (await credentials.find(oficio.signer.serial))?.record;
  if (credential?.serial !== oficio.signer.serial) return 0;
  if (!(await isIssuedAsRecorded(log, credential, primitives))) return 0;
  const { revoked, statusLeaf } = credential;
  const byRow = revoked && (revoked.compromisedFrom ?? statusLeaf);
  const byLog = (await loggedStatus(log, credential, primitives))?.voidFrom;
  return byRow === undefined || byLog === undefined ? (byRow ?? byLog) : Math.min(byRow, byLog);
}

function registeredLetter(
  oficio: Oficio,
  signerVoidFrom: number | undefined,
  end: LoggedEnd | undefined,
): RegisteredLetter {
  const { signedLeaf, byteRangeDigest, certificateDigest, sealText, ended } = oficio;
  const signed =
    signedLeaf !== undefined && byteRangeDigest && certificateDigest
      ? { leaf: signedLeaf, salt: oficio.salt, byteRangeDigest, certificateDigest }
      : undefined;
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
    ...(ended && { endedAt: ended.at }),
    ...(end?.at !== undefined && { endedAt: end.at }),
    ...(ended?.replacedBy && { replacedBy: ended.replacedBy }),
    signer: oficio.signer,
    ...(signerVoidFrom !== undefined && { signerVoidFrom }),
    inputDigest: oficio.inputDigest,
    ...(sealText !== undefined && { sealText }),
    ...(signed && { signed }),
  };
}

async function registeredCredential(deps: RegisterDeps, serial: string): Promise<RegisteredCredential | undefined> {
  const credential = (await deps.credentials.find(serial))?.record;
  const id = credential && parseOfficialId(credential.officialId);
  const official = id && (await deps.directory.findOfficial(id))?.record;
  if (!credential || !official) return undefined;
  const opening = credential.issuedLeaf === undefined ? undefined : await deps.log.opening(credential.issuedLeaf);
  const status = await statusOf(deps, credential);
  const ended = official.ended ?? (await loggedOfficialEnd(deps.log, official, deps.primitives));
  const mandate = ended === 'unreadable' ? 'ended' : mandateAt({ ...official, ...(ended && { ended }) }, deps.clock());
  return {
    serial: credential.serial,
    kind: credential.kind,
    ...status,
    ...(credential.certificate && { certificate: credential.certificate }),
    profile: credential.profile,
    ...(credential.issuedLeaf !== undefined &&
      opening && { issued: { leaf: credential.issuedLeaf, salt: opening.salt, record: opening.record } }),
    official: {
      id: official.id,
      mandate,
      ...(ended && ended !== 'unreadable' && { endedOn: ended.on }),
      ...(!ended &&
        official.validUntil !== undefined &&
        official.validUntil < dayInMexicoCity(deps.clock()) && { endedOn: official.validUntil }),
    },
  };
}

type Status = Pick<RegisteredCredential, 'state' | 'statusAt' | 'revocationReason'>;

/** Of row and log the graver: what was revoked or suspended there does not come back by an edited row. */
async function statusOf({ log, primitives }: RegisterDeps, credential: Credential): Promise<Status> {
  const { state, revoked, suspendedAt } = credential;
  const logged = revoked ? undefined : await loggedStatus(log, credential, primitives);
  if (logged && (logged.state === 'revoked' || state === 'issued')) {
    const { at, reason } = logged;
    return {
      state: logged.state,
      ...(at !== undefined && { statusAt: at }),
      ...(reason !== undefined && { revocationReason: reason }),
    };
  }
  const at = revoked?.at ?? suspendedAt;
  return {
    state,
    ...(at !== undefined && { statusAt: at }),
    ...(revoked && { revocationReason: revoked.reason }),
  };
}
