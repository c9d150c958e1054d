import { concat } from '../../core/bytes.ts';
import type { BlockCiphers } from '../../core/block-ciphers.ts';
import { cmacSubkeys, lastOfChain, padTo } from './cmac.ts';

const CONSTANT = Uint8Array.of(0x01);
const LENGTH = 32;

/**
 * The key of 16 bytes that `master` (AES-128) gives for a diversification input of 1 to 31 bytes, NXP AN10922 §2.2.1: a
 * CMAC of `01` and the input, padded to 32 bytes always. Shorter than 16 bytes in all, it differs from RFC 4493.
 * @throws RangeError for another length
 */
export function diversifyKey(ciphers: BlockCiphers, master: Uint8Array, input: Uint8Array): Uint8Array {
  if (master.length !== 16) throw new RangeError('a master key that is not of 16 bytes');
  if (input.length < 1 || input.length > LENGTH - 1) throw new RangeError(`${input.length} bytes to diversify by`);
  const { full, padded } = cmacSubkeys(ciphers, master);
  const message = padTo(concat(CONSTANT, input), LENGTH);
  return lastOfChain(ciphers, master, message, input.length === LENGTH - 1 ? full : padded);
}
