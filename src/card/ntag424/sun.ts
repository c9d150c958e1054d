import type { Brand } from '../../core/brand.ts';
import type { FileSettings } from './file-settings.ts';
import { KEY_OF } from './keys.ts';
import { encodeUriFile } from './ndef.ts';

/**
 * The key batch of a tag: four symbols of Crockford's base 32, capitals. It says in every tap which key enciphers it, and
 * nothing of the person.
 */
export type TagBatch = Brand<string, 'TagBatch'>;

const BATCH = /^[0-9A-HJKMNP-TV-Z]{4}$/;

/** `undefined` for any other spelling. */
export function parseTagBatch(text: string): TagBatch | undefined {
  return BATCH.test(text) ? (text as TagBatch) : undefined;
}

/** Hexadecimal digits of the enciphered number and counter, and of the MAC. */
export const PICC_DIGITS = 32;
export const MAC_DIGITS = 16;

/** What is written into a tag so that every tap opens another address. */
export interface SunTemplate {
  /** Zeros where the tag puts in its digits. */
  readonly address: string;
  /** The NDEF file, from its first byte on. */
  readonly file: Uint8Array;
  /** Of the NDEF file: anybody reads, key 0 writes and changes; key 2 enciphers, key 1 makes the MAC. */
  readonly settings: FileSettings;
}

/**
 * `{origin}/c/{batch}/{32 digits}/{16 digits}`: see docs/decisions/0018-tap-address.md. `origin` is `https://host` with an
 * optional path prefix, without a slash at its end.
 * @throws Refusal `tag/address-too-long`; RangeError for what is no such origin
 */
export function sunTemplate(origin: string, batch: TagBatch): SunTemplate {
  if (!isOrigin(origin)) throw new RangeError('not an origin of tap addresses');
  const head = `${origin}/c/${batch}/`;
  const address = `${head}${'0'.repeat(PICC_DIGITS)}/${'0'.repeat(MAC_DIGITS)}`;
  const { bytes, offsetOf } = encodeUriFile(address);
  const macOffset = offsetOf(head.length + PICC_DIGITS + 1);
  return {
    address,
    file: bytes,
    settings: {
      mode: 'plain',
      rights: { read: 'free', write: KEY_OF.master, readWrite: KEY_OF.master, change: KEY_OF.master },
      sdm: {
        mirrorsUid: true,
        mirrorsCounter: true,
        metaRead: KEY_OF.metaRead,
        fileRead: KEY_OF.fileRead,
        counterRead: KEY_OF.master,
        piccOffset: offsetOf(head.length),
        // Of nothing: the key of the MAC is derived from number and counter, and the form is fixed.
        macInputOffset: macOffset,
        macOffset,
      },
    },
  };
}

function isOrigin(text: string): boolean {
  return /^https?:\/\/[a-z0-9.-]+(?::\d{1,5})?(?:\/[\w.~-]+)*$/.test(text);
}
