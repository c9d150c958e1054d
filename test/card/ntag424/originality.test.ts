import { createHash, generateKeyPairSync, sign } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { isGenuine } from '../../../src/card/ntag424/originality.ts';
import { verifySecp224r1 } from '../../../src/card/ntag424/secp224r1.ts';
import { parseTagUid } from '../../../src/card/ntag424/uid.ts';
import { concat, fromHex } from '../../../src/core/bytes.ts';
import { MAKER, REAL_TAGS, UID } from './tag-kit.ts';

describe('the signature of the maker', () => {
  test('of real tags is good, and for no other number', () => {
    for (const [uid, signature] of REAL_TAGS) {
      const number = parseTagUid(fromHex(uid)!)!;
      expect(isGenuine(number, fromHex(signature)!)).toBe(true);
      const other = number.slice();
      other[6]! ^= 1;
      expect(isGenuine(parseTagUid(other)!, fromHex(signature)!)).toBe(false);
    }
  });

  test('is judged by the key of the maker alone', () => {
    const signature = MAKER.sign(UID);
    expect(isGenuine(UID, signature, MAKER.publicKey)).toBe(true);
    expect(isGenuine(UID, signature)).toBe(false);
  });

  test('is none in another form: lengths, zeros, values beyond the order, points that are none', () => {
    const signature = MAKER.sign(UID);
    const [zero, most] = [new Uint8Array(28), new Uint8Array(28).fill(255)];
    const [r, s] = [signature.slice(0, 28), signature.slice(28)];
    for (const bad of [concat(zero, s), concat(r, zero), concat(most, s), concat(r, most), r, concat(r, s, zero)]) {
      expect(isGenuine(UID, bad, MAKER.publicKey)).toBe(false);
    }
    const moved = MAKER.publicKey.slice();
    moved[56]! ^= 1;
    const compressed = concat(Uint8Array.of(2), MAKER.publicKey.subarray(1, 29));
    for (const key of [moved, compressed, new Uint8Array(57), concat(Uint8Array.of(4), most, most)]) {
      expect(isGenuine(UID, signature, key)).toBe(false);
    }
  });
});

test('secp224r1 agrees with OpenSSL on what it signs', () => {
  for (let run = 0; run < 20; run++) {
    const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'secp224r1' });
    const message = Uint8Array.of(run, 1, 2, 3);
    const signature = new Uint8Array(sign('sha224', message, { key: privateKey, dsaEncoding: 'ieee-p1363' }));
    const point = new Uint8Array(publicKey.export({ type: 'spki', format: 'der' }).subarray(-57));
    const digest = new Uint8Array(createHash('sha224').update(message).digest());
    expect(verifySecp224r1(point, digest, signature)).toBe(true);
    signature[run]! ^= 1;
    expect(verifySecp224r1(point, digest, signature)).toBe(false);
  }
});
