import { fromBase64 } from '../src/core/base64.ts';
import { Outage } from '../src/core/refusal.ts';
import { parseTime, type UnixSeconds } from '../src/core/time.ts';
import type { OfferedView } from '../src/http/staff/offered-view.ts';
import type { OfferedLetter } from '../src/oficio/check-prepared.ts';
import type { HttpCode } from '../src/texts/code.ts';

/** The service is not believed, and here not even its form: what does not fit is no answer. */
function unexpected(field: string): never {
  throw new Outage<HttpCode>('http/unexpected', `${field}: not what a prepared letter has`, { field });
}

function bytes(field: string, value: unknown): Uint8Array {
  return (typeof value === 'string' ? fromBase64(value) : undefined) ?? unexpected(field);
}

function time(field: string, value: unknown): UnixSeconds {
  return (typeof value === 'string' ? parseTime(value) : undefined) ?? unexpected(field);
}

function texts<Names extends string>(field: string, value: object, names: readonly Names[]): void {
  for (const name of names) {
    if (typeof (value as Partial<Record<Names, unknown>>)[name] !== 'string') unexpected(`${field}.${name}`);
  }
}

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
    signerChain: Array.isArray(signerChain)
      ? signerChain.map((one) => bytes('signerChain', one))
      : unexpected('signerChain'),
    letterhead: { ...letterhead, dev: letterhead.dev === true },
    toBeSigned: bytes('toBeSigned', view.toBeSigned),
  };
}
