import { fromHex, toHex } from './bytes.ts';

/** `urn:uuid:…` of the 16 bytes of a UUID (RFC 9562 §4, RFC 4122 §3). */
export function uuidUrn(uuid: Uint8Array): string {
  return `urn:uuid:${toHex(uuid).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')}`;
}

const RANDOM_URN = /^urn:uuid:([0-9a-f]{8})-([0-9a-f]{4})-(4[0-9a-f]{3})-([89ab][0-9a-f]{3})-([0-9a-f]{12})$/;

/** The 16 bytes of a random UUID (version 4, RFC 9562 §5.4), in the one spelling that `uuidUrn` writes; `undefined` for any other. */
export function readRandomUuidUrn(text: string): Uint8Array | undefined {
  const digits = RANDOM_URN.exec(text)?.slice(1).join('');
  return digits === undefined ? undefined : fromHex(digits);
}
