import { cardGuidOf } from '../authority/card-name.ts';
import { readCertificate, readCertificateBody } from '../authority/certificate.ts';
import { wrongAddresses } from '../authority/replay.ts';
import { isSerial } from '../authority/prepare.ts';
import { equal, fromHex, toHex } from '../core/bytes.ts';
import type { CborValue } from '../core/cbor.ts';
import type { Primitives } from '../core/primitives.ts';
import type { ClaimedAct, LeafSubject, RowClaims } from '../log/claim.ts';
import { LeafKind } from '../log/leaf.ts';
import { PLACES_PER_LIST } from '../revocation/place.ts';
import { kindOfBody } from './body.ts';
import { AUTHORITY_OF, type Credential, type CredentialState, type SerialNumber } from './credential.ts';
import { intentRecord, issuedRecord, provenRecord, statusRecord } from './record.ts';

const INTENT = ['authority', 'serial', 'officialId', 'tbs', 'statusIndex'];
const ISSUED = ['certificate', 'profile'];
const PROVEN = ['authority', 'serial', 'proof.at', 'proof.challenge', 'proof.signature'];
const STATUS = ['authority', 'serial', 'since', 'revoked.reason', 'revoked.compromisedFrom'];

function statusAct(credential: Credential): ClaimedAct | undefined {
  const { statusLeaf, issuedLeaf, intentLeaf, revoked, suspendedAt } = credential;
  if (statusLeaf === undefined) return undefined;
  const about = { field: 'statusLeaf', leaf: statusLeaf, ref: issuedLeaf ?? intentLeaf, items: STATUS };
  const since = revoked?.at ?? suspendedAt ?? 0;
  if (revoked) {
    return {
      ...about,
      kind: LeafKind.credentialRevoked,
      record: statusRecord('credential/revoked', credential, since),
    };
  }
  if (suspendedAt !== undefined) {
    const record = statusRecord('credential/suspended', credential, since);
    return { ...about, kind: LeafKind.credentialSuspended, record };
  }
  // Since when it counts again is told by the leaf alone.
  const record = statusRecord('credential/resumed', credential, since);
  return { ...about, kind: LeafKind.credentialResumed, record, open: ['since'] };
}

function stateOf({ revoked, suspendedAt, issuedLeaf }: Credential): CredentialState {
  if (revoked) return 'revoked';
  if (suspendedAt !== undefined) return 'suspended';
  return issuedLeaf === undefined ? 'prepared' : 'issued';
}

/** What the row of a credential says that the log holds; `origins`: the charter's, where its addresses may lead. */
export function credentialClaims(
  credential: Credential,
  origins: readonly string[],
  primitives: Pick<Primitives, 'digest'>,
): RowClaims {
  const { intentLeaf, issuedLeaf, certificate, revoked, suspendedAt, statusLeaf, proof, provenLeaf } = credential;
  const acts: ClaimedAct[] = [
    {
      field: 'intentLeaf',
      leaf: intentLeaf,
      kind: LeafKind.credentialIntent,
      record: intentRecord(credential),
      items: INTENT,
    },
  ];
  if (issuedLeaf !== undefined) {
    acts.push({
      field: 'issuedLeaf',
      leaf: issuedLeaf,
      kind: LeafKind.credentialIssued,
      ref: intentLeaf,
      record: issuedRecord(certificate ?? new Uint8Array(), credential.profile, primitives),
      items: ISSUED,
      salt: credential.issuedSalt,
    });
  }
  if (provenLeaf !== undefined) {
    const record = provenRecord(credential, proof!);
    const about = { field: 'provenLeaf', leaf: provenLeaf, ref: issuedLeaf ?? intentLeaf };
    acts.push({ ...about, kind: LeafKind.credentialProven, record, items: PROVEN });
  }
  const status = statusAct(credential);
  if (status) acts.push(status);
  const read = certificate && readCertificate(certificate);
  const body = read ?? readCertificateBody(credential.tbs);
  const isOnCard = cardGuidOf(body) !== undefined;
  return {
    acts,
    wrong: read ? wrongAddresses(read, issuedLeaf ?? intentLeaf, origins) : [],
    fields: {
      kind: credential.kind === kindOfBody(body, credential.authority),
      keyPlace: (credential.keyPlace === 'card') === isOnCard,
      card: (credential.card !== undefined) === isOnCard,
      proof: (proof === undefined) === (provenLeaf === undefined),
      state: credential.state === stateOf(credential),
      statusLeaf: statusLeaf !== undefined || (!revoked && suspendedAt === undefined),
      certificate: (certificate === undefined) === (issuedLeaf === undefined),
      suspendedAt: !(revoked && suspendedAt !== undefined),
      ...(read && { 'certificate.serial': toHex(read.serial.bytes) === credential.serial }),
      tbs: toHex(body.serial.bytes) === credential.serial && (!read || equal(read.tbs, credential.tbs)),
      notBefore: body.notBefore === credential.notBefore,
      notAfter: body.notAfter === credential.notAfter,
      preparedAt: body.notBefore === credential.preparedAt,
      keyHash: toHex(primitives.digest('SHA-256', body.key.spki)) === credential.keyHash,
    },
  };
}

/** Whose row an opened leaf of this folder is about; an issuance names none, its reference does. */
export function credentialSubject(record: readonly CborValue[]): LeafSubject | undefined {
  const act = record[1];
  if (typeof act !== 'string' || !act.startsWith('credential/') || act === 'credential/issued') return undefined;
  return { noun: 'credential', key: toHex(record[3] as Uint8Array) };
}

/** A credential as its intent has it. */
export type RecordedCredential = Pick<Credential, 'authority' | 'serial' | 'officialId' | 'statusIndex'>;

/** What the intent of a credential recorded; undefined for a record that we never wrote. */
export function credentialOfIntent(record: readonly CborValue[]): RecordedCredential | undefined {
  const [, act, authority, serial, officialId, , statusIndex] = record;
  if (act !== 'credential/intent' || typeof authority !== 'string' || typeof officialId !== 'string') return undefined;
  if (!(serial instanceof Uint8Array) || !isSerial(serial)) return undefined;
  if (typeof statusIndex !== 'number' || statusIndex < 0 || statusIndex >= PLACES_PER_LIST) return undefined;
  return { authority, serial: toHex(serial) as SerialNumber, officialId, statusIndex };
}

/** What of a credential no leaf holds, or only by its hash. */
export type CredentialOfRow = Pick<
  Credential,
  'profile' | 'keyPlace' | 'keyName' | 'issuedSalt' | 'intentLeaf' | 'certificate'
>;

/**
 * The credential as the record of its intent has it, before it was issued: authority, holder, body, and what the body says. The
 * profile, where the key is, and the salt are as the row has them. `undefined` for a record that we never wrote.
 * @throws Refusal `authority/malformed` where the body is none
 */
export function credentialAsPrepared(
  record: readonly CborValue[],
  { profile, keyPlace, keyName, issuedSalt, intentLeaf }: CredentialOfRow,
  { digest }: Pick<Primitives, 'digest'>,
): Credential | undefined {
  const recorded = credentialOfIntent(record);
  const [, , , , , tbs] = record;
  const isOurs = Object.values(AUTHORITY_OF).some((authority) => authority === recorded?.authority);
  if (!recorded || !isOurs || !(tbs instanceof Uint8Array)) return undefined;
  const body = readCertificateBody(tbs);
  const { serial, key, notBefore, notAfter } = body;
  if (toHex(serial.bytes) !== recorded.serial) return undefined;
  return {
    ...recorded,
    kind: kindOfBody(body, recorded.authority),
    profile,
    keyPlace,
    ...(keyName !== undefined && { keyName }),
    tbs,
    keyHash: toHex(digest('SHA-256', key.spki)),
    notBefore,
    notAfter,
    state: 'prepared',
    preparedAt: notBefore,
    issuedSalt,
    intentLeaf,
  };
}

/** From when on the acts of a revoked key are void: what its leaf says, if it can still be read. */
export function voidFromRecord(record: readonly CborValue[], serial: string): number | undefined {
  const [, act, , number, , , compromisedFrom] = record;
  if (act !== 'credential/revoked' || !(number instanceof Uint8Array)) return undefined;
  if (!equal(number, fromHex(serial)!)) return undefined;
  return typeof compromisedFrom === 'number' ? compromisedFrom : undefined;
}
