import { encodeCbor, type CborValue } from '../core/cbor.ts';
import type { Primitives } from '../core/primitives.ts';
import { Refusal } from '../core/refusal.ts';
import type { UnixSeconds } from '../core/time.ts';
import { isGarbled, isLookAlike } from '../directory/text.ts';
import { MAX_SUBJECT, type GivenPlace, type OficioCode } from './oficio.ts';
import type { DeliveryRequest } from './take-delivery.ts';
import { OFICIO_TYPES, type OficioType } from './type.ts';

/** What somebody asks to have sealed and signed. */
export interface OficioRequest extends DeliveryRequest {
  /** The PDF as the office made it. */
  readonly document: Uint8Array;
  /** The official who signs. */
  readonly signerId: string;
  readonly type: OficioType;
  /** Centavos; 0 = the letter asks for no money. There is no default: somebody has to declare it. */
  readonly amount: number;
  readonly subject: string;
  /** The number that the letter already carries, as typed; absent: the next of the signer's unit. */
  readonly folio?: string;
  readonly expires?: UnixSeconds;
  readonly place?: GivenPlace;
  /** Refuse a place that lies over something printed, in place of a warning afterwards. */
  readonly keepClear?: boolean;
  /**
   * Serial number of the certificate whose key signs, on a card: the letter is prepared and waits for the signature. Absent: a
   * key that we hold signs.
   */
  readonly serial?: string;
}

/** Under what the attempt of an idempotency key is kept: other acts have keys of their own. */
export function attemptKey(idempotencyKey: string): string {
  return `oficio/${idempotencyKey}`;
}

/** Names one request: a retry with the same idempotency key must repeat it. `documentDigest`: SHA-256 of the document. */
export function digestOfRequest(
  request: OficioRequest,
  documentDigest: Uint8Array,
  primitives: Pick<Primitives, 'digest'>,
): Uint8Array {
  const { place } = request;
  return primitives.digest(
    'SHA-256',
    encodeCbor([
      1,
      'oficio/request',
      documentDigest,
      request.signerId,
      OFICIO_TYPES[request.type],
      request.amount,
      request.subject,
      request.folio ?? null,
      request.expires ?? null,
      // Millimetres may have decimals, which our CBOR has not.
      place ? [place.page, String(place.left), String(place.top)] : null,
      // Which card is no part of what is asked for: a letter that waits for another one is refused as such.
      ...(request.serial === undefined ? [] : ['card']),
      ...deliveryOf(request),
    ]),
  );
}

/** Nothing for a letter of which nobody said whom it is for: keys of earlier releases stand for the same requests. */
function deliveryOf({ addressee, visit }: DeliveryRequest): readonly CborValue[] {
  if (!addressee && !visit) return [];
  const { name, post, address, isPublic } = addressee ?? {};
  const whom = addressee ? [name!, post ?? null, address ?? null, isPublic!] : null;
  return [[whom, visit ? [visit.place, visit.from, visit.to, visit.officials] : null]];
}

/**
 * The subject as it is registered and shown: one line, NFC, no control or direction characters.
 * @throws Refusal `oficio/subject-malformed`, `oficio/text-garbled`
 */
export function readSubject(text: string): string {
  return readLine(text, 'oficio/subject-malformed');
}

/** Why a letter ends, in the same form. @throws Refusal `oficio/reason-malformed`, `oficio/text-garbled` */
export function readReason(text: string, code: OficioCode = 'oficio/reason-malformed'): string {
  return readLine(text, code);
}

function readLine(text: string, code: OficioCode): string {
  if (isGarbled(text)) throw new Refusal<OficioCode>('oficio/text-garbled', 'accents were lost');
  const line = text.normalize('NFC').replaceAll(/\s+/g, ' ').trim();
  if (line.length === 0 || line.length > MAX_SUBJECT || /[\p{C}\p{Zl}\p{Zp}]/u.test(line) || isLookAlike(line)) {
    const facts = { length: line.length, most: MAX_SUBJECT };
    throw new Refusal(code, 'empty, too long, or with control characters', facts);
  }
  return line;
}

/** @throws Refusal `oficio/expires-in-past` */
export function checkExpiry(expires: UnixSeconds | undefined, at: UnixSeconds): void {
  if (expires !== undefined && expires <= at) {
    throw new Refusal<OficioCode>('oficio/expires-in-past', 'the term ends before the letter is sealed');
  }
}
