import { concat, fromHex, toHex, utf8 } from '../src/core/bytes.ts';
import { aesCmac } from '../src/card/ntag424/cmac.ts';
import { sdmVectors, tapMac } from '../src/card/ntag424/tap-address.ts';
import type { SdmSettings } from '../src/card/ntag424/file-settings.ts';
import type { TagUid } from '../src/card/ntag424/uid.ts';
import type { SoftTagDeps, SoftTagState } from './soft-ntag424-state.ts';

const ZERO = new Uint8Array(16);

function low24(value: number): Uint8Array {
  return Uint8Array.of(value & 0xff, (value >> 8) & 0xff, value >> 16);
}

function digits(bytes: Uint8Array): Uint8Array {
  return utf8(toHex(bytes).toUpperCase());
}

/** The file as one read without authentication sees it, for the counter as it stands (NT4H2421Gx §9.3.3 to §9.3.9). */
export function mirrored({ ciphers, random }: SoftTagDeps, state: SoftTagState, sdm: SdmSettings): Uint8Array {
  const out = fromHex(state.files[1]!.content)!;
  const tap = { uid: fromHex(state.uid)! as TagUid, counter: state.counter };
  const keyOf = (access: unknown): Uint8Array => fromHex(state.keys[access as number]!)!;
  if (sdm.uidOffset !== undefined) out.set(digits(tap.uid), sdm.uidOffset);
  if (sdm.counterOffset !== undefined && sdm.counterOffset !== 0xffffff) {
    out.set(digits(low24(tap.counter).toReversed()), sdm.counterOffset);
  }
  if (sdm.piccOffset !== undefined) {
    const tag = (sdm.mirrorsUid ? 0x87 : 0) | (sdm.mirrorsCounter ? 0x40 : 0);
    const there = concat(
      Uint8Array.of(tag),
      sdm.mirrorsUid ? tap.uid : new Uint8Array(),
      sdm.mirrorsCounter ? low24(tap.counter) : new Uint8Array(),
    );
    const plain = concat(there, random(16 - there.length));
    out.set(digits(ciphers.aesCbcEncrypt(keyOf(sdm.metaRead), ZERO, plain)), sdm.piccOffset);
  }
  if (sdm.fileRead === 'never' || sdm.macOffset === undefined) return out;
  const fileRead = keyOf(sdm.fileRead);
  if (sdm.enciphered) {
    const { offset, length } = sdm.enciphered;
    const key = aesCmac(ciphers, fileRead, sdmVectors(tap).sv1);
    const iv = ciphers.aesEncrypt(key, concat(low24(tap.counter), new Uint8Array(13)));
    out.set(digits(ciphers.aesCbcEncrypt(key, iv, out.slice(offset, offset + length / 2))), offset);
  }
  out.set(digits(tapMac(ciphers, fileRead, tap, out.subarray(sdm.macInputOffset, sdm.macOffset))), sdm.macOffset);
  return out;
}
