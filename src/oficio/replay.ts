import { equal, fromHex, toHex } from '../core/bytes.ts';
import { encodeCbor, type CborValue } from '../core/cbor.ts';
import { isRefusal } from '../core/refusal.ts';
import type { ClaimedAct, LeafSubject, RowClaims } from '../log/claim.ts';
import { LeafKind } from '../log/leaf.ts';
import { decodeClaims, encodeClaims, SEAL_DIGEST_BYTES, type SealClaims } from '../seal/seal.ts';
import { typedCodeOf } from '../seal/text.ts';
import { readDelivery, type Delivery } from './delivery.ts';
import { parseFolio } from './folio.ts';
import { fieldsOfLetters, type LoggedSeries } from './numbering.ts';
import { codeOfLetter, type Oficio, type OficioId, type OficioState } from './oficio.ts';
import { claimsOf, intentRecord } from './register.ts';
import type { FolioSeries } from './series.ts';
import { seriesRecord } from './set-series.ts';
import { encodeSignedRecord } from './signed-record.ts';
import { oficioTypeOf } from './type.ts';

/** What else an auditor must know to judge the row of a letter. */
export interface OficioFacts {
  /** Id of the letter with the folio that replaces it. */
  readonly replacedBy?: string;
  /** The claims of its seal, read from `sealText`; absent when it is not one of ours. */
  readonly sealed?: SealClaims;
}

const SIGNER = ['signer.officialId', 'signer.serial', 'subject', 'signer.name', 'signer.post'];
const INTENT = ['claims', 'inputDigest', ...SIGNER];
const SIGNED = ['id', 'inputDigest', 'byteRangeDigest', 'certificateDigest'];
const ENDED = ['id', 'ended.at', 'ended.reason', 'ended.replacedBy'];

function stateOf({ endedLeaf, signedLeaf, ended }: Oficio): OficioState {
  if (endedLeaf !== undefined) return ended?.replacedBy === undefined ? 'cancelled' : 'replaced';
  return signedLeaf === undefined ? 'sealed' : 'signed';
}

/** What the row of a letter says that the log holds. */
export function oficioClaims(oficio: Oficio, facts: OficioFacts): RowClaims {
  const { intentLeaf, signedLeaf, endedLeaf, ended, byteRangeDigest, certificateDigest } = oficio;
  const id = fromHex(oficio.id)!;
  const claims = encodeClaims(claimsOf(oficio));
  const acts: ClaimedAct[] = [
    {
      field: 'intentLeaf',
      leaf: intentLeaf,
      kind: LeafKind.oficioIntent,
      record: intentRecord(oficio, claims),
      items: oficio.delivery ? [...INTENT, 'delivery'] : INTENT,
    },
  ];
  if (signedLeaf !== undefined) {
    const none = new Uint8Array();
    const digests = { byteRangeDigest: byteRangeDigest ?? none, certificateDigest: certificateDigest ?? none };
    acts.push({
      field: 'signedLeaf',
      leaf: signedLeaf,
      kind: LeafKind.oficioSigned,
      ref: intentLeaf,
      record: encodeSignedRecord({ id, inputDigest: oficio.inputDigest, ...digests }),
      items: SIGNED,
      salt: oficio.salt,
    });
  }
  if (endedLeaf !== undefined) {
    const isReplaced = ended?.replacedBy !== undefined;
    const replacement = isReplaced ? (fromHex(facts.replacedBy ?? '') ?? new Uint8Array()) : null;
    const act = isReplaced ? 'oficio/replaced' : 'oficio/cancelled';
    acts.push({
      field: 'endedLeaf',
      leaf: endedLeaf,
      kind: isReplaced ? LeafKind.oficioReplaced : LeafKind.oficioCancelled,
      ref: signedLeaf ?? intentLeaf,
      record: encodeCbor([1, act, id, ended?.at ?? null, ended?.reason ?? null, replacement]),
      items: ENDED,
    });
  }
  const { unit, year, number } = parseFolio(oficio.folio).parts;
  const sealed = facts.sealed && toHex(encodeClaims(facts.sealed));
  return {
    acts,
    fields: {
      unit: oficio.unit === unit,
      year: oficio.year === year,
      number: oficio.number === number,
      typedCode: oficio.typedCode === codeOfLetter(oficio),
      state: oficio.state === stateOf(oficio),
      ended: (ended === undefined) === (endedLeaf === undefined),
      sealText: oficio.sealText === undefined ? signedLeaf === undefined : sealed === toHex(claims),
    },
  };
}

/** What the intent of a letter recorded. */
export interface RecordedLetter {
  readonly claims: SealClaims;
  /** SHA-256 of the document before sealing. */
  readonly inputDigest: Uint8Array;
  /** Of the certificate that signs, hexadecimal. */
  readonly serial: string;
  readonly officialId: string;
  readonly subject: string;
  readonly name: string;
  readonly post: string;
  readonly delivery?: Delivery;
}

/** What the intent of a letter recorded; undefined for a record that we never wrote. */
export function letterOfIntent(record: readonly CborValue[]): RecordedLetter | undefined {
  const [, act, encoded, inputDigest, officialId, serial, subject, name, post, item] = record;
  if (act !== 'oficio/intent' || !(encoded instanceof Uint8Array) || !(serial instanceof Uint8Array)) return undefined;
  if (!(inputDigest instanceof Uint8Array) || typeof officialId !== 'string') return undefined;
  if (typeof subject !== 'string' || typeof name !== 'string' || typeof post !== 'string') return undefined;
  const delivery = item === undefined ? undefined : readDelivery(item);
  if (item !== undefined && !delivery) return undefined;
  const more = delivery && { delivery };
  try {
    return {
      claims: decodeClaims(encoded),
      inputDigest,
      serial: toHex(serial),
      officialId,
      subject,
      name,
      post,
      ...more,
    };
  } catch (error) {
    if (isRefusal(error)) return undefined;
    throw error;
  }
}

/** What of a letter no leaf holds. */
export type LetterOfRow = Pick<
  Oficio,
  'sealKid' | 'place' | 'alreadySigned' | 'salt' | 'intentLeaf' | 'signedAt' | 'sealText'
>;

/**
 * The letter as its intent recorded it, before it was signed. What no leaf holds is as the row has it: the key that seals, the
 * place that the clerk wanted, whether somebody had signed it before, and the salt of the signature. `undefined` for a letter that no office of
 * ours registers.
 * @throws Refusal `oficio/folio-malformed`
 */
export function letterAsRegistered(
  { claims, inputDigest, serial, officialId, subject, name, post, delivery }: RecordedLetter,
  { sealKid, place, alreadySigned, salt, intentLeaf }: LetterOfRow,
): Oficio | undefined {
  const type = oficioTypeOf(claims.type);
  const { folio, parts } = parseFolio(claims.folio);
  if (type === undefined || folio !== claims.folio) return undefined;
  if (!equal(inputDigest.subarray(0, SEAL_DIGEST_BYTES), claims.digest)) return undefined;
  return {
    id: toHex(claims.id) as OficioId,
    folio,
    ...parts,
    typedCode: typedCodeOf(claims.id),
    type,
    amount: claims.amount,
    subject,
    ...(claims.expiresAt !== undefined && { expires: claims.expiresAt }),
    state: 'sealed',
    signer: { officialId, name, post, serial },
    inputLength: claims.length,
    inputDigest,
    sealedAt: claims.issuedAt,
    pages: claims.pages,
    statusIndex: claims.index,
    sealKid,
    ...(place && { place }),
    ...(delivery && { delivery }),
    alreadySigned,
    salt,
    intentLeaf,
  };
}

/** What the row of a series says, with the leaf that declared it last and the letters that there are. */
export function seriesClaims(series: FolioSeries, declared: number | undefined, logged: LoggedSeries): RowClaims {
  // Nobody keeps a series of which nothing was declared and that has no letters.
  const isThere = declared !== undefined || logged.numbers.size > 0;
  const fields = { ...fieldsOfLetters(series, logged), unit: isThere };
  if (declared === undefined) {
    return { acts: [], fields: { ...fields, first: series.first === 1, gaps: series.gaps.length === 0 } };
  }
  return {
    acts: [
      {
        field: 'leaf',
        leaf: declared,
        kind: LeafKind.folioSeriesSet,
        record: seriesRecord(series),
        items: ['unit', 'year', 'first', 'printed', 'gaps'],
        // Letters with numbers of their own are noted there too.
        open: ['printed'],
      },
    ],
    fields,
  };
}

/** Whose row an opened leaf of this folder is about. @throws Refusal for a record that we never wrote */
export function oficioSubject(record: readonly CborValue[]): LeafSubject | undefined {
  const [, act, first, second] = record;
  switch (act) {
    case 'oficio/intent':
      return { noun: 'oficio', key: toHex(decodeClaims(first as Uint8Array).id) };
    case 'oficio/countersign-intent':
    case 'oficio/countersigned':
      return { noun: 'oficio', key: toHex(second as Uint8Array) };
    case 'oficio/signed':
    case 'oficio/cancelled':
    case 'oficio/replaced':
      return { noun: 'oficio', key: toHex(first as Uint8Array) };
    case 'oficio/received':
      return {
        noun: 'reception',
        key: toHex(second as Uint8Array),
        of: { noun: 'oficio', key: toHex(first as Uint8Array) },
      };
    case 'oficio/public-version':
    case 'oficio/public-version-withdrawn':
      return {
        noun: 'public-version',
        key: toHex(second as Uint8Array),
        of: { noun: 'oficio', key: toHex(first as Uint8Array) },
      };
    case 'oficio/details-erased': {
      const letter = toHex(first as Uint8Array);
      const of = { noun: 'oficio', key: letter };
      return second === null
        ? { noun: 'delivery', key: letter, of }
        : { noun: 'reception', key: toHex(second as Uint8Array), of };
    }
    case 'folio-series/set':
      return typeof first === 'string' && typeof second === 'number'
        ? { noun: 'folio-series', key: `${first}/${second}` }
        : undefined;
    default:
      return undefined;
  }
}
