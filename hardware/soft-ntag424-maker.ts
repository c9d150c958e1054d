import { concat, fromHex } from '../src/core/bytes.ts';
import type { Random } from '../src/core/random.ts';
import { BASE, combine, inverse, ORDER, toInteger } from '../src/card/ntag424/secp224r1.ts';

/** Bytes of a coordinate and of a scalar. */
const WIDTH = 28;

function bytesOf(value: bigint): Uint8Array {
  return fromHex(value.toString(16).padStart(2 * WIDTH, '0'))!;
}

/** A maker of soft tags, as NXP is of real ones: a throwaway key, never one that matters (not in constant time). */
export interface SoftMaker {
  /** Uncompressed point, 57 bytes: the `makerKey` under which its tags are genuine. */
  readonly publicKey: Uint8Array;
  /** Signs the number of a tag: `r ‖ s`. */
  readonly sign: (uid: Uint8Array) => Uint8Array;
}

export function softMaker(random: Random): SoftMaker {
  const scalar = (): bigint => (toInteger(random(WIDTH)) % (ORDER - 1n)) + 1n;
  const times = (k: bigint): NonNullable<typeof BASE> => combine(k, BASE, 0n, BASE)!;
  const secret = scalar();
  const { x, y } = times(secret);
  return {
    publicKey: concat(Uint8Array.of(0x04), bytesOf(x), bytesOf(y)),
    sign(uid) {
      const k = scalar();
      const r = times(k).x % ORDER;
      const s = (inverse(k, ORDER) * (toInteger(uid) + r * secret)) % ORDER;
      return concat(bytesOf(r), bytesOf(s));
    },
  };
}
