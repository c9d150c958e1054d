import type { Authority, CertifiedKeyId } from '../../authority/authority.ts';
import { charterKey, type CharterRow } from '../../authority/store.ts';
import type { Card } from '../../card/card.ts';
import { toBase64Url } from '../../core/base64.ts';
import { toHex } from '../../core/bytes.ts';
import type { CrlRow } from '../../revocation/store.ts';
import type { Credential } from '../../credential/credential.ts';
import type { Institution } from '../../directory/institution.ts';
import type { Distinctive } from '../../directory/distinctive/distinctive.ts';
import { identityOf, type Official } from '../../directory/official.ts';
import type { PhotoRow } from '../../directory/store.ts';
import { foldText } from '../../directory/text.ts';
import type { Unit } from '../../directory/unit.ts';
import type { Attempt } from '../../log/attempt.ts';
import { codeOfLetter, type Oficio } from '../../oficio/oficio.ts';
import type { DeliveryRow } from '../../oficio/delivery.ts';
import type { PublicVersion } from '../../oficio/public-version.ts';
import type { Reception } from '../../oficio/reception.ts';
import type { FolioSeries } from '../../oficio/series.ts';
import type { StatusPlace } from '../../revocation/place.ts';
import type { AnyRecordTable, RecordTable } from './record-table.ts';

/*
 * How each noun is kept. A new one is a description here, its line in tables.ts and its table in a migration
 * (docs/formats/database.md).
 */

/** The key of the one row of `institutions`. */
export const INSTITUTION_KEY = 'institution';

/** What an installation says of itself. */
export const institutions: RecordTable<Institution, {}> = {
  noun: 'institution',
  table: 'institution',
  keyOf: () => INSTITUTION_KEY,
  columns: {},
};

export interface AuthorityColumns {
  readonly key_id: string;
}
export const authorities: RecordTable<Authority<CertifiedKeyId>, AuthorityColumns> = {
  noun: 'authority',
  table: 'authority',
  keyOf: (authority) => authority.id,
  columns: { key_id: (authority) => authority.keyId },
  unique: [['key_id']],
};

export interface UnitColumns {
  readonly parent: string | null;
}
export const units: RecordTable<Unit, UnitColumns> = {
  noun: 'unit',
  table: 'unit',
  keyOf: (unit) => unit.code,
  columns: { parent: (unit) => unit.parent ?? null },
};

export interface OfficialColumns {
  readonly unit: string;
  readonly identity: string;
  /** The identity while nobody has ended it: one person holds one post once. */
  readonly in_office: string | null;
  /** Folded, for those inside. */
  readonly name: string;
  /** Folded, for everybody: empty for a reserved official, who is neither found nor sorted by name. */
  readonly public_name: string;
  readonly ended_on: string | null;
}
export const officials: RecordTable<Official, OfficialColumns> = {
  noun: 'official',
  table: 'official',
  keyOf: (official) => official.id,
  columns: {
    unit: (official) => official.unit,
    identity: identityOf,
    in_office: (official) => (official.ended ? null : identityOf(official)),
    name: (official) => foldText(official.name),
    public_name: (official) => (official.publication.state === 'public' ? foldText(official.name) : ''),
    ended_on: (official) => official.ended?.on ?? null,
  },
  unique: [['in_office']],
};

/** Under the key of the official. */
export const photos: RecordTable<PhotoRow, {}> = {
  noun: 'photo',
  table: 'photo',
  columns: {},
  blobs: ['jpeg', 'thumbnail'],
};

export interface CredentialColumns {
  readonly authority: string;
  readonly serial: string;
  readonly official: string;
  readonly kind: string;
  readonly state: string;
  readonly key_hash: string;
}
export const credentials: RecordTable<Credential, CredentialColumns> = {
  noun: 'credential',
  table: 'credential',
  keyOf: (credential) => credential.serial,
  columns: {
    authority: (credential) => credential.authority,
    serial: (credential) => credential.serial,
    official: (credential) => credential.officialId,
    kind: (credential) => credential.kind,
    state: (credential) => credential.state,
    key_hash: (credential) => credential.keyHash,
  },
  unique: [['authority', 'serial']],
};

export interface CardColumns {
  readonly guid: string;
  readonly official: string;
  /** The official, until the card is ended. */
  readonly holder: string | null;
  /** Its UID, until the card is ended. */
  readonly tag: string | null;
  readonly state: string;
}
export const cards: RecordTable<Card, CardColumns> = {
  noun: 'card',
  table: 'card',
  keyOf: (card) => card.number,
  columns: {
    guid: (card) => card.guid,
    official: (card) => card.officialId,
    holder: (card) => (card.state === 'ended' ? null : card.officialId),
    tag: (card) => (card.state === 'ended' ? null : (card.tag?.uid ?? null)),
    state: (card) => card.state,
  },
  unique: [['guid'], ['holder'], ['tag']],
};

/** That nobody has two follows from the log, and from the row of their official, on which each grant rests. */
export const distinctives: RecordTable<Distinctive, {}> = {
  noun: 'distinctive',
  table: 'distinctive',
  keyOf: (distinctive) => distinctive.number,
  columns: {},
};

export interface FolioSeriesColumns {
  readonly unit: string;
  readonly year: number;
}
export const folioSeries: RecordTable<FolioSeries, FolioSeriesColumns> = {
  noun: 'folio-series',
  table: 'folio_series',
  keyOf: (series) => `${series.unit}/${series.year}`,
  columns: { unit: (series) => series.unit, year: (series) => series.year },
  unique: [['unit', 'year']],
};

export interface OficioColumns {
  readonly typed_code: string;
  readonly unit: string;
  readonly year: number;
  readonly number: number;
  readonly signer: string;
  readonly serial: string;
  readonly state: string;
  /** base64url */
  readonly input_digest: string;
  readonly intent_leaf: number;
}
export const oficios: RecordTable<Oficio, OficioColumns> = {
  noun: 'oficio',
  table: 'oficio',
  keyOf: (oficio) => oficio.id,
  columns: {
    typed_code: (oficio) => codeOfLetter(oficio) ?? '',
    unit: (oficio) => oficio.unit,
    year: (oficio) => oficio.year,
    number: (oficio) => oficio.number,
    signer: (oficio) => oficio.signer.officialId,
    serial: (oficio) => oficio.signer.serial,
    state: (oficio) => oficio.state,
    input_digest: (oficio) => toBase64Url(oficio.inputDigest),
    intent_leaf: (oficio) => oficio.intentLeaf,
  },
  unique: [['typed_code'], ['unit', 'year', 'number']],
};

/** Whom a letter is for, and where, under the id of the letter. */
export const deliveries: RecordTable<DeliveryRow, {}> = {
  noun: 'delivery',
  table: 'delivery',
  keyOf: (row) => row.letter,
  columns: {},
};

/** The photo goes, with all that is personal, once that is erased. */
export const receptions: RecordTable<Reception, {}> = {
  noun: 'reception',
  table: 'reception',
  keyOf: (reception) => reception.id,
  columns: {},
  blobs: ['photo'],
};

export interface PublicVersionColumns {
  /** Hexadecimal: by it a file finds its row. */
  readonly sha256: string;
}
/** Its file stands with its leaf. */
export const publicVersions: RecordTable<PublicVersion, PublicVersionColumns> = {
  noun: 'public-version',
  table: 'public_version',
  keyOf: (version) => version.id,
  columns: { sha256: (version) => toHex(version.sha256) },
};

export interface StatusPlaceColumns {
  readonly list: string;
  readonly idx: number;
}
export const statusPlaces: RecordTable<StatusPlace, StatusPlaceColumns> = {
  noun: 'status-place',
  table: 'status_place',
  keyOf: (place) => `${place.list}/${place.index}`,
  columns: { list: (place) => place.list, idx: (place) => place.index },
  unique: [['list', 'idx']],
};

/** Under the caller's idempotency key. */
export const attempts: RecordTable<Attempt, {}> = { noun: 'attempt', table: 'attempt', columns: {} };

/** The newest complete list of each authority, under the authority's id. */
export const crls: RecordTable<CrlRow, {}> = {
  noun: 'crl',
  table: 'crl',
  keyOf: (crl) => crl.authority,
  columns: {},
  blobs: ['tbs', 'crl'],
};

/** What the root has said of the installation, under its number. */
export const charters: RecordTable<CharterRow, {}> = {
  noun: 'charter',
  table: 'charter',
  keyOf: (charter) => charterKey(charter.number),
  columns: {},
};

/** All of them: what the ledger can write. */
export const RECORD_TABLES: readonly AnyRecordTable[] = [
  institutions,
  authorities,
  units,
  officials,
  photos,
  credentials,
  cards,
  distinctives,
  folioSeries,
  oficios,
  receptions,
  deliveries,
  publicVersions,
  statusPlaces,
  attempts,
  crls,
  charters,
];
