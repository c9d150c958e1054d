import { dayInMexicoCity, type Clock } from '../core/time.ts';
import { isRefusal } from '../core/refusal.ts';
import type { Primitives } from '../core/primitives.ts';
import type { Credential } from '../credential/credential.ts';
import type { CredentialStore } from '../credential/store.ts';
import { mandateAt, parseOfficialId } from '../directory/official.ts';
import type { DirectoryStore } from '../directory/store.ts';
import type { CheckpointStore, LogReader, StoredCheckpoint } from '../log/ledger.ts';
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
    return registeredLetter(oficio, (await deps.credentials.find(oficio.signer.serial))?.record);
  };
  return {
    get asOf() {
      return deps.clock();
    },
    async letter(id) {
      return letter((await deps.oficios.find(id as OficioId))?.record);
    },
    async letterByFolio(folio) {
      const { unit, year, number } = parseFolio(folio).parts;
      return letter((await deps.oficios.findByFolio(unit, year, number))?.record);
    },
    async letterByCode(code) {
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

/** What is signed after the revocation was recorded is void; what a thief may have signed, from an earlier leaf on. */
function voidFrom(credential: Credential | undefined): number | undefined {
  return credential?.revoked && (credential.revoked.compromisedFrom ?? credential.statusLeaf);
}

function registeredLetter(oficio: Oficio, credential: Credential | undefined): RegisteredLetter {
  const signerVoidFrom = voidFrom(credential);
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
    state: oficio.state,
    sealedAt: oficio.sealedAt,
    ...(oficio.expires !== undefined && { expires: oficio.expires }),
    pages: oficio.pages,
    inputLength: oficio.inputLength,
    statusIndex: oficio.statusIndex,
    ...(ended && { endedAt: ended.at }),
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
  const statusAt = credential.revoked?.at ?? credential.suspendedAt;
  return {
    serial: credential.serial,
    kind: credential.kind,
    state: credential.state,
    ...(credential.certificate && { certificate: credential.certificate }),
    profile: credential.profile,
    ...(statusAt !== undefined && { statusAt }),
    ...(credential.revoked && { revocationReason: credential.revoked.reason }),
    ...(credential.issuedLeaf !== undefined &&
      opening && { issued: { leaf: credential.issuedLeaf, salt: opening.salt, record: opening.record } }),
    official: {
      id: official.id,
      mandate: mandateAt(official, deps.clock()),
      ...(official.ended && { endedOn: official.ended.on }),
      ...(!official.ended &&
        official.validUntil !== undefined &&
        official.validUntil < dayInMexicoCity(deps.clock()) && { endedOn: official.validUntil }),
    },
  };
}
