import { readCertificateBody } from '../../authority/certificate.ts';
import { toHex } from '../../core/bytes.ts';
import type { CborValue } from '../../core/cbor.ts';
import { isRefusal } from '../../core/refusal.ts';
import { formatTime } from '../../core/time.ts';
import { readCrlBody } from '../../revocation/crl.ts';
import { decodeClaims } from '../../seal/seal.ts';

/** A value of a record as JSON has it: bytes in hexadecimal. */
export type Fact = string | number | boolean | null | readonly Fact[] | { readonly [name: string]: Fact };

const OFFICIAL = [
  ...['id', 'subjectKeyHash', 'acts', 'name', 'post', 'unit', 'powers', 'mayAsk', 'neverAsks', 'validFrom'],
  ...['validUntil', 'legalGround', 'contact', 'photo', 'ended', 'supersedes'],
];
const STATUS = ['authority', 'serial', 'at', 'reason', 'compromisedFrom'];
const ENDED = ['id', 'at', 'reason', 'replacedBy'];

/** What the items of each record are called (docs/formats/act-records.md, directory-records.md, evidence.md). */
export const RECORD_ITEMS: Readonly<Record<string, readonly string[]>> = {
  'authority/created': ['authority', 'certificateDigest'],
  'authority/intent': ['authority', 'body'],
  'charter/published': ['number', 'charterDigest', 'institutionDigest'],
  'official/registered': OFFICIAL,
  'official/changed': OFFICIAL,
  'official/ended': OFFICIAL,
  'unit/set': ['code', 'name', 'coveredSince', 'phone', 'address', 'parent'],
  'distinctive/granted': ['number', 'officialId', 'until', 'at', 'evidence'],
  'distinctive/withdrawn': ['number', 'at', 'reason'],
  'credential/intent': ['authority', 'serial', 'officialId', 'body', 'statusIndex'],
  'credential/issued': ['certificateDigest', 'profileDigest'],
  'credential/suspended': STATUS,
  'credential/resumed': STATUS,
  'credential/revoked': STATUS,
  'credential/proven': ['authority', 'serial', 'at', 'challenge', 'signature'],
  'card/registered': ['number', 'officialId', 'guid', 'expires', 'at'],
  'card/tag-assigned': ['number', 'tagUid', 'keyBatch', 'keyVersion'],
  'card/opened': ['number', 'at', 'purpose', 'station', 'serial', 'challenge', 'signature'],
  'card/activated': ['number', 'at', 'tagUid', 'keyBatch', 'keyVersion', 'certified'],
  'card/stolen': ['number', 'at'],
  'card/ended': ['number', 'at', 'reason'],
  'oficio/intent': ['claims', 'documentDigest', 'signerId', 'serial', 'subject', 'signerName', 'signerPost'],
  'oficio/signed': ['id', 'documentDigest', 'byteRangeDigest', 'certificateDigest'],
  'oficio/cancelled': ENDED,
  'oficio/replaced': ENDED,
  'oficio/countersign-intent': [
    ...['id', 'letter', 'ordinal', 'fileDigest', 'at', 'signerId', 'serial', 'signerName', 'signerPost', 'salt'],
  ],
  'oficio/countersigned': ['id', 'letter', 'byteRangeDigest', 'certificateDigest', 'ordinal', 'signature'],
  'oficio/received': ['letter', 'id', 'at', 'receivedAt', 'way', 'detailsDigest', 'corrects'],
  'oficio/details-erased': ['letter', 'reception', 'at', 'ground', 'reference'],
  'oficio/public-version': ['letter', 'id', 'at', 'fileDigest', 'length', 'pages', 'ground', 'replaces'],
  'oficio/public-version-withdrawn': ['letter', 'id', 'at', 'reason'],
  'folio-series/set': ['unit', 'year', 'first', 'printed', 'gaps'],
  'access/enrolled': ['person', 'name', 'officialId', 'key', 'credentialId'],
  'access/roles-set': ['person', 'grants'],
  'access/ended': ['person', 'scope', 'at', 'reason'],
  'crl/intent': ['authority', 'number', 'body'],
  'crl/published': ['authority', 'number', 'listDigest'],
};

/** What one item more is, in records that have it. */
const MORE: Readonly<Record<string, string>> = { 'oficio/intent': 'delivery' };

function plain(value: CborValue): Fact {
  if (value instanceof Uint8Array) return toHex(value);
  if (Array.isArray(value)) return value.map(plain);
  if (value instanceof Map) return Object.fromEntries([...value].map(([key, item]) => [String(key), plain(item)]));
  if (typeof value === 'bigint') return String(value);
  return value as Fact;
}

/** What stands within an item that is a message of its own. */
const WITHIN: Readonly<Record<string, (bytes: Uint8Array) => Fact>> = {
  'oficio/intent claims': (bytes) => {
    const { id, issuedAt, expiresAt, type, folio, length, pages, amount, index } = decodeClaims(bytes);
    return {
      ...{ id: toHex(id), folio, type, amount, pages, length, statusIndex: index, issuedAt: formatTime(issuedAt) },
      ...(expiresAt !== undefined && { expires: formatTime(expiresAt) }),
    };
  },
  'credential/intent body': certified,
  'authority/intent body': certified,
  'crl/intent body': (bytes) => {
    const { entries, thisUpdate, nextUpdate } = readCrlBody(bytes);
    return { entries: entries.size, thisUpdate: formatTime(thisUpdate), nextUpdate: formatTime(nextUpdate) };
  },
};

function certified(bytes: Uint8Array): Fact {
  const { notBefore, notAfter } = readCertificateBody(bytes);
  return { notBefore: formatTime(notBefore), notAfter: formatTime(notAfter), bytes: bytes.length };
}

function itemFact(act: string, name: string, value: CborValue): Fact {
  const read = WITHIN[`${act} ${name}`];
  if (!read || !(value instanceof Uint8Array)) return plain(value);
  try {
    return read(value);
  } catch (error) {
    if (isRefusal(error)) return plain(value);
    throw error;
  }
}

/** The items of a record by their names; of one that this release does not write, by their places. */
export function recordFacts(record: readonly CborValue[]): Readonly<Record<string, Fact>> {
  const [, act, ...items] = record;
  const name = typeof act === 'string' ? act : '';
  const known = [...(RECORD_ITEMS[name] ?? []), ...(MORE[name] === undefined ? [] : [MORE[name]])];
  const isKnown = items.length === RECORD_ITEMS[name]?.length || items.length === known.length;
  const names = isKnown ? known : items.map((_, i) => `item ${i + 1}`);
  return Object.fromEntries(items.map((item, i) => [names[i]!, itemFact(name, names[i]!, item)]));
}
