import { certificateOf, type Authority, type AuthorityId } from '../authority/authority.ts';
import { completeCertificate, type PreparedCertificate } from '../authority/issue.ts';
import type { Certificate } from '../authority/certificate.ts';
import { makeSerial } from '../authority/prepare.ts';
import type { AuthorityStore } from '../authority/store.ts';
import { fromHex, toHex } from '../core/bytes.ts';
import { encodeCbor } from '../core/cbor.ts';
import type { Primitives } from '../core/primitives.ts';
import type { Random } from '../core/random.ts';
import { Refusal } from '../core/refusal.ts';
import type { Signer } from '../core/signer.ts';
import type { UnixSeconds } from '../core/time.ts';
import { mentionOfficial } from '../directory/mention.ts';
import { mandateAt, parseOfficialId, type Official } from '../directory/official.ts';
import type { ProfileFields } from '../directory/profile.ts';
import type { DirectoryStore } from '../directory/store.ts';
import { findEarlier } from '../log/attempt.ts';
import type { LogCode } from '../log/code.ts';
import { LeafKind, type Evidence, type KeyId8 } from '../log/leaf.ts';
import type { Ledger, Versioned } from '../log/ledger.ts';
import { untilFresh } from '../log/retry.ts';
import { vouchesFor, type VouchingLog } from '../log/vouch.ts';
import { drawPlace } from '../revocation/place.ts';
import { isBodyOf, makeBody, type BodyDeps, type BodyRequest } from './body.ts';
import {
  AUTHORITY_OF,
  type Credential,
  type CredentialCode,
  type CredentialKind,
  type SerialNumber,
} from './credential.ts';
import { intentRecord, issuedRecord } from './record.ts';
import type { CredentialStore, CredentialWrite } from './store.ts';

export interface IssueDeps extends BodyDeps {
  readonly store: CredentialStore;
  readonly directory: DirectoryStore;
  readonly authorities: Pick<AuthorityStore, 'findAuthority'>;
  readonly ledger: Ledger<CredentialWrite>;
  readonly log: VouchingLog;
  /** An official as the log had them just before this leaf. */
  officialThen(official: Official, before: number): Promise<ProfileFields | undefined>;
  /** The key of an issuing authority. */
  authoritySigner(id: AuthorityId): Promise<Signer>;
  readonly random: Random;
  readonly primitives: Primitives;
  readonly evidence: Evidence;
}

/** Who shall have what credential, before there is a key. */
export interface CredentialRequest {
  readonly officialId: string;
  readonly kind: CredentialKind;
  /** Days that it shall live; never beyond mandate, profile or authority. */
  readonly days: number;
  readonly idempotencyKey: string;
}

export interface IssueRequest extends CredentialRequest, BodyRequest {}

/**
 * Issues a certificate to somebody with a mandate today: prepares and lints it, commits the intent, lets the authority
 * sign, checks the outcome, commits it. A retry with the same key goes on where the first try stopped, with the same
 * serial number; a finished one is returned as it is.
 * @throws Refusal `credential/no-mandate`, `credential/signer-reserved`, `credential/key-in-use`, `directory/official-unknown`, `log/retry-differs`, and
 *   those of the linter
 */
export async function issueCredential(deps: IssueDeps, request: IssueRequest): Promise<Credential> {
  const prepared = await untilFresh(() => prepare(deps, request));
  return prepared.record.state === 'prepared'
    ? untilFresh(() => complete(deps, request, prepared.record.serial))
    : prepared.record;
}

function digestOf(request: IssueRequest, primitives: Primitives): Uint8Array {
  const { officialId, kind, spki, keyPlace, days, card } = request;
  const onCard = card ? [card.number] : [];
  return primitives.digest(
    'SHA-256',
    encodeCbor([1, 'credential/request', officialId, kind, spki, keyPlace, days, ...onCard]),
  );
}

async function issuerOf(
  deps: IssueDeps,
  kind: CredentialKind,
): Promise<{ authority: Authority; certificate: Certificate }> {
  const found = await deps.authorities.findAuthority(AUTHORITY_OF[kind]);
  if (!found) throw new Error(`an installation without the authority ${AUTHORITY_OF[kind]}`);
  return { authority: found.record, certificate: certificateOf(found.record) };
}

/** A row that says what an earlier try made may have been edited to name another credential. */
function checkMade(
  { officialId, kind, keyHash, serial, intentLeaf }: Credential,
  request: IssueRequest,
  requestedKey: string,
): void {
  if (officialId === parseOfficialId(request.officialId) && kind === request.kind && keyHash === requestedKey) return;
  const facts = { serial, index: intentLeaf };
  throw new Refusal<LogCode>(
    'log/corrupt',
    'the credential that an earlier try is said to have made is another',
    facts,
  );
}

async function prepare(deps: IssueDeps, request: IssueRequest): Promise<Versioned<Credential>> {
  const { store, random, primitives } = deps;
  const requestDigest = digestOf(request, primitives);
  const attemptKey = `credential/${request.idempotencyKey}`;
  const earlier = await findEarlier(store, attemptKey, requestDigest);
  if (earlier !== undefined) {
    const made = found(await store.find(earlier), earlier);
    checkMade(made.record, request, toHex(primitives.digest('SHA-256', request.spki)));
    return made;
  }

  const at = deps.clock();
  const official = await holderOf(deps, request, at);
  const keyHash = toHex(primitives.digest('SHA-256', request.spki));
  await refuseKeyInUse(store, keyHash, request, official.record.id);
  const { authority, certificate: issuer } = await issuerOf(deps, request.kind);
  const serial = makeSerial(random);
  const serialHex = toHex(serial) as SerialNumber;
  const place = await drawPlace({ random, store }, AUTHORITY_OF[request.kind], serialHex);
  const drawn = { serial, notBefore: at, statusIndex: place.record.index };
  const { tbs, profile, notAfter } = makeBody(deps, request, official.record, issuer, drawn);
  const credential: Credential = {
    serial: serialHex,
    kind: request.kind,
    authority: authority.id,
    officialId: official.record.id,
    profile,
    keyPlace: request.keyPlace,
    ...(request.keyName === undefined ? {} : { keyName: request.keyName }),
    ...(request.card && { card: request.card.number }),
    tbs,
    keyHash,
    notBefore: at,
    notAfter,
    statusIndex: place.record.index,
    state: 'prepared',
    preparedAt: at,
    issuedSalt: random(32),
    intentLeaf: -1,
  };
  const mention = mentionOfficial(official, primitives);
  const { index } = await deps.ledger.commit({
    leaf: {
      kind: LeafKind.credentialIntent,
      issuer: fromHex(authority.keyId)! as KeyId8,
      record: intentRecord(credential),
      salt: random(32),
      subjectTag: mention.subjectTag,
      evidence: deps.evidence,
    },
    writes: [
      { put: 'credential', key: serialHex, record: credential, ifVersion: 0, leafAs: 'intentLeaf' },
      { put: 'attempt', key: attemptKey, record: { requestDigest, made: serialHex }, ifVersion: 0 },
      place,
      mention.write,
    ],
  });
  return { record: { ...credential, intentLeaf: index }, version: 1 };
}

function found(credential: Versioned<Credential> | undefined, serial: string): Versioned<Credential> {
  if (credential) return credential;
  throw new Refusal<CredentialCode>('credential/not-found', `no credential ${serial}`, { serial });
}

/** @throws Refusal `credential/official-unknown` */
export async function knownOfficial(
  { directory }: Pick<IssueDeps, 'directory'>,
  officialId: string,
): Promise<Versioned<Official>> {
  const id = parseOfficialId(officialId);
  const official = id && (await directory.findOfficial(id));
  if (official) return official;
  const facts = { official: officialId.slice(0, 40) };
  throw new Refusal<CredentialCode>('credential/official-unknown', 'no such official', facts);
}

/**
 * Nobody without a mandate today gets a credential, nor a key; a reserved official none for letters, each of which would
 * publish the name.
 * @throws Refusal `credential/official-unknown`, `credential/no-mandate`, `credential/signer-reserved`
 */
export async function holderOf(
  deps: Pick<IssueDeps, 'directory'>,
  { officialId, kind }: Pick<Credential, 'kind'> & { readonly officialId: string },
  at: UnixSeconds,
): Promise<Versioned<Official>> {
  const official = await knownOfficial(deps, officialId);
  if (kind === 'signer' && official.record.publication.state === 'reserved') {
    const facts = { official: official.record.id };
    throw new Refusal<CredentialCode>('credential/signer-reserved', 'letters would publish a reserved name', facts);
  }
  const mandate = mandateAt(official.record, at);
  if (mandate !== 'current') {
    const facts = { official: official.record.id, mandate };
    throw new Refusal<CredentialCode>('credential/no-mandate', `mandate ${mandate}`, facts);
  }
  return official;
}

/**
 * One key, one person, one purpose: a shared key would let one sign as the other, a revoked one must not come back. And one
 * card: a key that was certified elsewhere is not one that this card has just made, and that of a card would count on without it.
 * @throws Refusal `credential/key-in-use`
 */
export async function refuseKeyInUse(
  store: Pick<CredentialStore, 'findByKey'>,
  keyHash: string,
  { kind, card }: Pick<IssueRequest, 'kind' | 'card'>,
  officialId: string,
): Promise<void> {
  const others = await store.findByKey(keyHash);
  const clash = others.find(
    (other) =>
      other.officialId !== officialId ||
      other.kind !== kind ||
      other.card !== card?.number ||
      other.revoked?.reason === 'keyCompromise',
  );
  if (clash) {
    throw new Refusal<CredentialCode>('credential/key-in-use', 'another credential has this key', {
      serial: clash.serial,
    });
  }
}

/**
 * What the authority is about to sign: recorded, and what would be made now of the request, of the official as they stood when
 * it was recorded, and of what was drawn. Somebody may have put another body into the row, and a leaf for it into the log.
 * @throws Refusal `log/corrupt`; those of the linter
 */
async function recordedBody(
  deps: IssueDeps,
  request: IssueRequest,
  official: Official,
  issuer: Certificate,
  credential: Credential,
): Promise<PreparedCertificate> {
  const { log, store, primitives } = deps;
  const { intentLeaf, serial, notBefore, statusIndex } = credential;
  const record = (): Uint8Array => intentRecord(credential);
  const isRecorded = await vouchesFor(log, intentLeaf, LeafKind.credentialIntent, record, primitives);
  const holder = await store.findPlace(AUTHORITY_OF[request.kind], statusIndex);
  const then = await deps.officialThen(official, intentLeaf);
  const drawn = { serial: fromHex(serial)!, notBefore, statusIndex };
  const body = isRecorded && holder === serial && then && makeBody(deps, request, then, issuer, drawn);
  if (body && isBodyOf(credential, request, body)) return body;
  const facts = { serial, index: intentLeaf };
  throw new Refusal<LogCode>('log/corrupt', 'the credential is registered with other facts than its intent', facts);
}

async function complete(deps: IssueDeps, request: IssueRequest, serial: SerialNumber): Promise<Credential> {
  const { store, primitives } = deps;
  const { record: credential, version } = found(await store.find(serial), serial);
  checkMade(credential, request, toHex(primitives.digest('SHA-256', request.spki)));
  if (credential.state !== 'prepared') return credential;
  // Somebody may have been dismissed since the intent.
  const official = await holderOf(deps, credential, deps.clock());
  const { authority, certificate: issuer } = await issuerOf(deps, credential.kind);
  const body = await recordedBody(deps, request, official.record, issuer, credential);
  const signer = await deps.authoritySigner(AUTHORITY_OF[credential.kind]);
  const certificate = await completeCertificate(body, await signer.sign(body.tbs), issuer.key, primitives);
  const issued: Credential = { ...credential, state: 'issued', certificate: certificate.encoded };
  const mention = mentionOfficial(official, primitives);
  const { index } = await deps.ledger.commit({
    leaf: {
      kind: LeafKind.credentialIssued,
      issuer: fromHex(authority.keyId)! as KeyId8,
      record: issuedRecord(certificate.encoded, credential.profile, primitives),
      salt: credential.issuedSalt,
      subjectTag: mention.subjectTag,
      evidence: deps.evidence,
      ref: credential.intentLeaf,
    },
    writes: [
      { put: 'credential', key: serial, record: issued, ifVersion: version, leafAs: 'issuedLeaf' },
      mention.write,
    ],
  });
  return { ...issued, issuedLeaf: index };
}
