import { lstat, readdir, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { isOccupied, makeFolder } from './data-access.ts';
import { nodePrimitives } from './primitives.ts';
import type { KeyKind } from './software-key.ts';
import { sqlAuthorities } from './sql/authorities.ts';
import { sqliteCheckpoints } from './sql/checkpoints.ts';
import { INSTITUTION_KEY } from './sql/nouns.ts';
import { sqliteLedger } from './sql/ledger.ts';
import { sqliteLog } from './sql/log-reader.ts';
import { sqlCrls } from './sql/revocation.ts';
import { openSqlite, type SqliteData } from './sqlite.ts';
import { systemClock, systemRandom } from './system.ts';
import { authorityRecord, type AuthorityId } from '../authority/authority.ts';
import { createAuthorities } from '../authority/ceremony.ts';
import { charterRecord, makeCharter, type Charter, type CharterFounder } from '../authority/charter.ts';
import { isUnderDevelopment } from '../authority/policy.ts';
import { charterKey } from '../authority/store.ts';
import { toHex } from '../core/bytes.ts';
import { encodeCbor } from '../core/cbor.ts';
import { Refusal } from '../core/refusal.ts';
import type { Signer } from '../core/signer.ts';
import type { Institution } from '../directory/institution.ts';
import { institutionRecord } from '../directory/record.ts';
import { issuerKeyId, LeafKind, NO_EVIDENCE, type LeafDraft } from '../log/leaf.ts';
import { formatNoteKey, noteKeyOf } from '../log/note.ts';
import { publishFirstCheckpoint } from '../log/publish.ts';
import { completeRootCrl, prepareRootCrl } from '../revocation/root-crl.ts';
import type { RecordCrlDeps } from '../revocation/publish-crl.ts';
import type { RevocationStore } from '../revocation/store.ts';
import { addressLength, MAX_ADDRESS_CHARACTERS, sealOrigin, type SealOrigin } from '../seal/address.ts';
import type { SealCode } from '../seal/code.ts';
import { MAX_SEAL_BYTES } from '../seal/seal.ts';

export type InstallCode =
  /** The data folder is not empty: an installation is never overwritten. */
  'installation/exists';

/** One key for each part to play; none plays two. */
export type InstallationRole = AuthorityId | 'seal' | 'trust-list' | 'status-list' | 'log';

export interface InstallRequest {
  readonly dataFolder: string;
  /** File of the database inside the data folder. */
  readonly databaseName: string;
  readonly institution: Institution;
  /** ISO 3166-1. */
  readonly country: string;
  /** Public base address. */
  readonly origin: string;
  /** Who approves first; none in a development installation without staff. */
  readonly founders: readonly CharterFounder[];
  /** Makes or finds the key of each role in the folder that will be the installation's. */
  makeKeys(folder: string): Promise<Readonly<Record<InstallationRole, { readonly signer: Signer }>>>;
  /** Does what must be done before there is an installation; it may still fail. */
  beforePlacing?(made: { readonly certificate: Uint8Array; readonly charter: Uint8Array }): Promise<void>;
}

/** What each role signs with. */
export const KEY_KINDS: Readonly<Record<InstallationRole, KeyKind>> = {
  raiz: 'P-384',
  credenciales: 'P-256',
  oficios: 'P-256',
  seal: 'P-256',
  'trust-list': 'P-256',
  'status-list': 'P-256',
  log: 'Ed25519',
};

/** The log's name for ever: the address it was born at, without a scheme. */
function logName(origin: string): string {
  return `${origin.replace(/^https?:\/\//, '')}/log`;
}

/**
 * Makes an installation: database, keys, authorities, charter, each with its leaf, outside development the root's first list, and the first checkpoint. All of it is made aside and put in
 * place at the end by one rename, so that a stop leaves either nothing or a whole installation.
 * @throws Refusal `installation/exists`, `data/not-permitted`, `seal/origin`, and those of the ceremony
 */
export async function install(request: InstallRequest): Promise<Charter> {
  const { dataFolder } = request;
  await checkInstallable(request);
  await removeLeftBehind(dataFolder);
  const aside = `${dataFolder}.new-${toHex(systemRandom(4))}`;
  await makeFolder(aside);
  try {
    const { charter, bytes } = await installIn(aside, request);
    await request.beforePlacing?.({ certificate: charter.root, charter: bytes });
    // An empty folder that was there gives way; one that filled up meanwhile does not.
    await rename(aside, dataFolder);
    return charter;
  } catch (error) {
    await rm(aside, { recursive: true, force: true });
    throw error;
  }
}

/**
 * Whether an installation can be made there, for whoever has much to do before.
 * @throws Refusal `installation/exists`, `seal/origin`
 */
export async function checkInstallable({
  dataFolder,
  origin,
}: Pick<InstallRequest, 'dataFolder' | 'origin'>): Promise<void> {
  refuseLongOrigin(origin);
  await refuseOccupied(dataFolder);
}

/** Nobody makes an installation for as long. */
const LEFT_BEHIND_SECONDS = 600;

/** What a setup that was killed left aside, keys included: never in use. */
async function removeLeftBehind(dataFolder: string): Promise<void> {
  const beside = dirname(dataFolder);
  const start = `${basename(dataFolder)}.new-`;
  const names = await readdir(beside).catch(() => []);
  for (const name of names.filter((one) => one.startsWith(start) && /^[0-9a-f]{8}$/.test(one.slice(start.length)))) {
    const path = join(beside, name);
    const made = (await lstat(path)).mtimeMs / 1000;
    if (systemClock() - made > LEFT_BEHIND_SECONDS) await rm(path, { recursive: true, force: true });
  }
}

/** Every seal must fit its printed code, whatever its folio: found out later, it would cost a folio a letter. */
function refuseLongOrigin(origin: string): void {
  const most = MAX_ADDRESS_CHARACTERS - addressLength('' as SealOrigin, MAX_SEAL_BYTES);
  if (origin.length > most) {
    const facts = { found: origin, most };
    throw new Refusal<SealCode>('seal/origin', `an address of ${origin.length} characters`, facts);
  }
  sealOrigin(origin, { allowHttp: true });
}

async function refuseOccupied(folder: string): Promise<void> {
  if (!(await isOccupied(folder))) return;
  throw new Refusal<InstallCode>('installation/exists', 'the data folder is not empty', { folder });
}

/** Nobody is revoked where nobody was ever certified. */
function emptyRegister(data: SqliteData): RevocationStore {
  const none = async (): Promise<readonly []> => [];
  return { ...sqlCrls(data), revokedCertificates: none, statusEntries: none };
}

/** The root's key goes into a safe now: its list has to last until it is fetched again. */
async function publishFirstRootList(
  deps: Pick<RecordCrlDeps, 'ledger' | 'log' | 'store' | 'authorities'>,
  rootSigner: Signer,
): Promise<void> {
  const more = { clock: systemClock, random: systemRandom, primitives: nodePrimitives, evidence: NO_EVIDENCE };
  const { tbs } = await prepareRootCrl({ ...deps, ...more });
  await completeRootCrl({ ...deps, ...more }, await rootSigner.sign(tbs));
}

async function installIn(
  folder: string,
  request: InstallRequest,
): Promise<{ readonly charter: Charter; readonly bytes: Uint8Array }> {
  const { institution, origin } = request;
  const primitives = nodePrimitives;
  const keys = await request.makeKeys(join(folder, 'keys'));
  const data = openSqlite(join(folder, request.databaseName));
  try {
    const ledger = sqliteLedger(data, primitives);
    const leaf = (kind: LeafKind, signer: Signer, record: Uint8Array): LeafDraft => ({
      kind,
      issuer: issuerKeyId(signer.spki, primitives),
      record,
      salt: systemRandom(32),
      subjectTag: systemRandom(32),
      evidence: NO_EVIDENCE,
    });
    const rootSigner = keys.raiz.signer;
    const created = await createAuthorities(
      {
        clock: systemClock,
        random: systemRandom,
        primitives,
        async recordIntent({ authority, tbs }) {
          const record = encodeCbor([1, 'authority/intent', authority, tbs]);
          await ledger.commit({ leaf: leaf(LeafKind.authorityIntent, rootSigner, record), writes: [] });
        },
      },
      {
        institution: institution.name,
        country: request.country,
        origin,
        arc: institution.policyArc,
        signers: { raiz: rootSigner, credenciales: keys.credenciales.signer, oficios: keys.oficios.signer },
      },
    );
    for (const { authority } of created) {
      await ledger.commit({
        leaf: leaf(LeafKind.authorityCreated, rootSigner, authorityRecord(authority, primitives)),
        writes: [{ put: 'authority', key: authority.id, record: authority, ifVersion: 0, leafAs: 'createdLeaf' }],
      });
    }
    const [root, ...issuing] = created;
    const charter: Charter = {
      number: 1,
      issuedAt: systemClock(),
      institution: institution.name,
      origin,
      formerOrigins: [],
      arc: institution.policyArc,
      root: root!.certificate.encoded,
      authorities: issuing.map(({ certificate }) => certificate.encoded),
      founders: request.founders,
      listKey: keys['trust-list'].signer.spki,
      statusKeys: [keys['status-list'].signer.spki],
      logKey: formatNoteKey(noteKeyOf(logName(origin), keys.log.signer.spki, primitives)),
      coverage: [],
    };
    const bytes = await makeCharter({ signer: rootSigner, primitives }, charter);
    const record = charterRecord(1, bytes, institutionRecord(institution), primitives);
    await ledger.commit({
      leaf: leaf(LeafKind.charterPublished, rootSigner, record),
      writes: [
        { put: 'charter', key: charterKey(1), record: { number: 1, charter: bytes }, ifVersion: 0 },
        { put: 'institution', key: INSTITUTION_KEY, record: institution, ifVersion: 0 },
      ],
    });
    const log = sqliteLog(data, primitives);
    if (!isUnderDevelopment(institution.policyArc)) {
      await publishFirstRootList(
        { ledger, log, store: emptyRegister(data), authorities: sqlAuthorities(data) },
        rootSigner,
      );
    }
    await publishFirstCheckpoint({
      log,
      checkpoints: sqliteCheckpoints(data),
      origin: logName(origin),
      logSigner: keys.log.signer,
      primitives,
    });
    return { charter, bytes };
  } finally {
    data.close();
  }
}
