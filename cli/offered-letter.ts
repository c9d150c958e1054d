import { fromBase64 } from '../src/core/base64.ts';
import { Outage } from '../src/core/refusal.ts';
import { parseTime, type UnixSeconds } from '../src/core/time.ts';
import type { OfferedView } from '../src/http/staff/offered-view.ts';
import type { OfferedLetter } from '../src/oficio/check-prepared.ts';
import type { HttpCode } from '../src/texts/code.ts';

/** The service is not believed, and here not even its form: what does not fit is no answer. */
export function unexpected(field: string): never {
  throw new Outage<HttpCode>('http/unexpected', `${field}: not what a prepared letter has`, { field });
}

export function bytes(field: string, value: unknown): Uint8Array {
  return (typeof value === 'string' ? fromBase64(value) : undefined) ?? unexpected(field);
}

export function time(field: string, value: unknown): UnixSeconds {
  return (typeof value === 'string' ? parseTime(value) : undefined) ?? unexpected(field);
}

export function texts<Names extends string>(field: string, value: unknown, names: readonly Names[]): void {
  if (typeof value !== 'object' || value === null) unexpected(field);
  for (const name of names) {
    if (typeof (value as Partial<Record<Names, unknown>>)[name] !== 'string') unexpected(`${field}.${name}`);
  }
}

/** The certificates decide how much room the signature gets: a chain of ours has one. */
export function chain(value: unknown): readonly Uint8Array[] {
  if (!Array.isArray(value) || value.length > MOST_IN_CHAIN) unexpected('signerChain');
  const certificates = value.map((one) => bytes('signerChain', one));
  if (certificates.some(({ length }) => length > MOST_CERTIFICATE_BYTES)) unexpected('signerChain');
  return certificates;
}

const MOST_IN_CHAIN = 4;
const MOST_CERTIFICATE_BYTES = 8_192;

/** A letter that waits for the signature of a card, as the staff API tells it. @throws Outage `http/unexpected` */
export function readOffered(view: OfferedView): OfferedLetter {
  const { letter, letterhead, signerChain } = view;
  texts('letter', letter, ['id', 'folio', 'type', 'subject']);
  texts('letter.signer', letter.signer, ['officialId', 'name', 'post', 'serial']);
  texts('letterhead', letterhead, ['origin']);
  texts('letterhead.institution', letterhead.institution, ['name', 'telephone', 'legend']);
  for (const name of ['amount', 'pages', 'statusIndex'] as const) {
    if (!Number.isSafeInteger(letter[name])) unexpected(`letter.${name}`);
  }
  if (!/^[0-9a-f]{16}$/.test(letter.id)) unexpected('letter.id');
  if (!/^[0-9a-f]{2,40}$/.test(letter.signer.serial)) unexpected('letter.signer.serial');
  const { expires, sealedAt, salt, ...plain } = letter;
  return {
    letter: {
      ...plain,
      ...(expires !== undefined && { expires: time('letter.expires', expires) }),
      sealedAt: time('letter.sealedAt', sealedAt),
      salt: bytes('letter.salt', salt),
    },
    sealText: String(view.seal),
    certificate: bytes('certificate', view.certificate),
    signerChain: chain(signerChain),
    letterhead: { ...letterhead, dev: letterhead.dev === true },
    toBeSigned: bytes('toBeSigned', view.toBeSigned),
  };
}

const MOST_EARLIER = 1000;
const MOST_FOLIO_CHARACTERS = 80;

/** Folios of letters of the same document that are in force. @throws Outage `http/unexpected` */
export function readEarlier({ earlierInForce }: Pick<OfferedView, 'earlierInForce'>): readonly string[] {
  const folios: unknown = earlierInForce;
  if (!Array.isArray(folios) || folios.length > MOST_EARLIER) unexpected('earlierInForce');
  for (const folio of folios as readonly unknown[]) {
    if (typeof folio !== 'string' || folio.length > MOST_FOLIO_CHARACTERS) unexpected('earlierInForce');
  }
  return folios as readonly string[];
}
