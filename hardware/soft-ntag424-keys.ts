/** Keys of a soft tag: mutual authentication, the delay after failures, and changing them (NT4H2421Gx §9.1.5, §10.6). */
import { concat, equalSecret, fromHex, toHex } from '../src/core/bytes.ts';
import { keyChecksum } from '../src/card/ntag424/commands.ts';
import { sessionKeys, type Messaging } from '../src/card/ntag424/messaging.ts';
import { NATIVE } from '../src/card/ntag424/native.ts';
import { rotated } from '../src/card/ntag424/session.ts';
import { needKey } from './soft-ntag424-files.ts';
import { decline, type Power, type SoftTag } from './soft-ntag424-state.ts';

/** A key is gone after so many failures in all. */
const MOST_FAILURES = 1000;
/** So many fewer with every success. */
const FORGIVEN = 10;
const ZERO = new Uint8Array(16);

/** First half: the enciphered challenge. `before` is the session that goes on. */
export function challenge(tag: SoftTag, keyNumber: number, before?: Messaging): Uint8Array {
  const { ciphers, power, random, state } = tag;
  power.session = undefined;
  const failures = power.isSelected ? state.failures[keyNumber] : undefined;
  if (!failures) decline(NATIVE.noSuchKey);
  if (failures.total >= MOST_FAILURES) decline(NATIVE.permissionDenied);
  if (failures.delayed < failures.sequence - tag.failuresBeforeDelay + 1) {
    failures.delayed++;
    decline(NATIVE.authenticationDelay);
  }
  const rndB = random(16);
  power.handshake = { keyNumber, rndB, ...(before ? { before } : {}) };
  return ciphers.aesCbcEncrypt(fromHex(state.keys[keyNumber]!)!, ZERO, rndB);
}

/** Second half: our proof, for theirs. */
export function prove(tag: SoftTag, handshake: NonNullable<Power['handshake']>, data: Uint8Array): Uint8Array {
  const { ciphers, power, random, state } = tag;
  const { keyNumber, rndB, before } = handshake;
  if (data.length !== 32) decline(NATIVE.length);
  const key = fromHex(state.keys[keyNumber]!)!;
  const plain = ciphers.aesCbcDecrypt(key, ZERO, data);
  const rndA = plain.slice(0, 16);
  const failures = state.failures[keyNumber]!;
  failures.delayed = 0;
  if (!equalSecret(plain.subarray(16), rotated(rndB))) {
    failures.sequence++;
    failures.total++;
    decline(NATIVE.authentication);
  }
  failures.sequence = 0;
  failures.total = Math.max(0, failures.total - FORGIVEN);
  const transaction = before?.transaction ?? random(4);
  const keys = sessionKeys(ciphers, key, rndA, rndB);
  power.session = { keyNumber, messaging: { ...keys, transaction, counter: before?.counter ?? 0 } };
  const answer = before ? rotated(rndA) : concat(transaction, rotated(rndA), new Uint8Array(12));
  return ciphers.aesCbcEncrypt(key, ZERO, answer);
}

export function changeKey(tag: SoftTag, number: number, data: Uint8Array): Uint8Array {
  const { power, state } = tag;
  needKey(tag, 0);
  const old = state.keys[number] ?? decline(NATIVE.noSuchKey);
  if (data.length !== (number === 0 ? 17 : 21)) decline(NATIVE.length);
  const key = data.slice(0, 16);
  if (number !== 0) {
    fromHex(old)!.forEach((byte, at) => (key[at]! ^= byte));
    if (!equalSecret(keyChecksum(key), data.subarray(17))) decline(NATIVE.integrity);
  }
  state.keys[number] = toHex(key);
  state.versions[number] = data[16]!;
  state.failures[number] = { sequence: 0, total: 0, delayed: 0 };
  if (number === 0) power.session = undefined;
  return new Uint8Array();
}
