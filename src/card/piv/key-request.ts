import { contextTag } from '../../asn1/tag.ts';
import { der, integer, sequence } from '../../asn1/write.ts';
import { encodeSigned } from '../../authority/signed.ts';
import { signatureAlgorithmOf } from './keys.ts';
import type { PublicKey } from './public-key.ts';

/**
 * A certification request (PKCS #10, RFC 2986 §4) for a key of a card, in DER: it names nobody and asks for nothing, as only
 * the key in it counts, and that who sent it has the private half.
 * @param sign by that half: ECDSA raw `r || s`, RSA as it is
 */
export async function makeKeyRequest(
  { algorithm, spki }: PublicKey,
  sign: (data: Uint8Array) => Promise<Uint8Array>,
): Promise<Uint8Array> {
  const info = sequence(integer(0), sequence(), spki, der(contextTag(0)));
  return encodeSigned(info, await sign(info), signatureAlgorithmOf(algorithm));
}
