import { ecdsaDerToRaw } from '../../asn1/ecdsa.ts';
import { nullValue, octetString, oid, sequence } from '../../asn1/write.ts';
import { concat } from '../../core/bytes.ts';
import type { DigestAlgorithm, Primitives, SignatureAlgorithm } from '../../core/primitives.ts';
import { isRefusal } from '../../core/refusal.ts';
import { exchange, STATUS } from '../apdu.ts';
import type { CardChannel } from '../channel.ts';
import { encodeObject, readOnly } from '../tlv.ts';
import { done, malformed, perform, refuse } from './answer.ts';
import { fieldBytes, readPublicKey, type PublicKey } from './public-key.ts';
import { KEY_ALGORITHM, KEY_REFERENCE, type KeyAlgorithm, type Slot } from './reference.ts';

/**
 * Has the card make a key pair, in place of any that the slot had: the old one is gone as soon as this is sent. Wants the
 * management key. P-256 takes some 0.1 s, RSA-2048 2 to 30 s.
 * @throws Refusal `card/key-malformed`, `card/malformed`, `card/not-allowed`, `card/declined`
 */
export async function generateKey(channel: CardChannel, slot: Slot, algorithm: KeyAlgorithm): Promise<PublicKey> {
  const step = `generate ${slot}`;
  const data = encodeObject(0xac, encodeObject(0x80, Uint8Array.of(KEY_ALGORITHM[algorithm])));
  const answer = await perform(channel, { ins: 0x47, p1: 0, p2: KEY_REFERENCE[slot], data, expectsData: true }, step);
  return readPublicKey(readOnly(answer, 0x7f49, step), algorithm, step);
}

/** How a key of the card signs: with the digest of its own strength (SP 800-78-5 §3.1). */
export function signatureAlgorithmOf(
  algorithm: KeyAlgorithm,
): SignatureAlgorithm & { readonly digest: DigestAlgorithm } {
  switch (algorithm) {
    case 'P-256':
      return { name: 'ECDSA', digest: 'SHA-256' };
    case 'P-384':
      return { name: 'ECDSA', digest: 'SHA-384' };
    case 'RSA-2048':
      return { name: 'RSASSA-PKCS1-v1_5', digest: 'SHA-256' };
  }
}

/**
 * The card's signature over `data`, verified with the public half: ECDSA raw `r || s`, RSA as it is. 9A and 9D want the PIN
 * once, 9C right before: no other command may come between `verifyPin` and this. 9E wants none.
 * @throws Refusal `card/not-allowed`, `card/no-key`, `card/signature-wrong`, `card/malformed`, `card/declined`
 */
export async function signWith(
  channel: CardChannel,
  slot: Slot,
  key: PublicKey,
  data: Uint8Array,
  primitives: Pick<Primitives, 'digest' | 'verify'>,
): Promise<Uint8Array> {
  const algorithm = signatureAlgorithmOf(key.algorithm);
  const signature = await signDigest(channel, slot, key.algorithm, primitives.digest(algorithm.digest, data));
  if (!(await primitives.verify(algorithm, key.spki, data, signature))) {
    refuse('card/signature-wrong', `the signature of ${slot} does not verify with the key at hand`, { slot });
  }
  return signature;
}

async function signDigest(
  channel: CardChannel,
  slot: Slot,
  algorithm: KeyAlgorithm,
  digest: Uint8Array,
): Promise<Uint8Array> {
  const step = `sign ${slot}`;
  const block = algorithm === 'RSA-2048' ? paddedDigest(digest) : digest;
  // The empty response first: PivApplet and YubiKey read them in any order, older cards in this one.
  const data = encodeObject(0x7c, encodeObject(0x82), encodeObject(0x81, block));
  const command = { ins: 0x87, p1: KEY_ALGORITHM[algorithm], p2: KEY_REFERENCE[slot], data, expectsData: true };
  const response = await exchange(channel, command);
  if (response.status === STATUS.referenceNotFound || response.status === STATUS.incorrectParameters) {
    refuse('card/no-key', `no ${algorithm} key in ${slot}`, { slot });
  }
  const answer = readOnly(readOnly(done(response, step), 0x7c, step), 0x82, step);
  return algorithm === 'RSA-2048' ? rsaSignature(answer, step) : rawSignature(answer, fieldBytes(algorithm), step);
}

const RSA_BYTES = 256;

/** EMSA-PKCS1-v1_5 of a SHA-256 digest (RFC 8017 §9.2): the card does the bare RSA operation only. */
function paddedDigest(digest: Uint8Array): Uint8Array {
  const info = sequence(sequence(oid('2.16.840.1.101.3.4.2.1'), nullValue()), octetString(digest));
  const filler = new Uint8Array(RSA_BYTES - info.length - 3).fill(0xff);
  return concat(Uint8Array.of(0, 1), filler, Uint8Array.of(0), info);
}

function rsaSignature(answer: Uint8Array, step: string): Uint8Array {
  return answer.length === RSA_BYTES ? answer : malformed(step, `a signature of ${answer.length} bytes`);
}

function rawSignature(answer: Uint8Array, size: number, step: string): Uint8Array {
  try {
    return ecdsaDerToRaw(answer, size);
  } catch (error) {
    if (!isRefusal(error)) throw error;
    return malformed(step, 'a signature that is none');
  }
}
