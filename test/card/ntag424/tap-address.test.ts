import { beforeAll, describe, expect, test } from 'vitest';
import { nodeBlockCiphers as ciphers } from '../../../src/adapters/block-ciphers.ts';
import { fileReadKey } from '../../../src/card/ntag424/keys.ts';
import { decodeUriFile, encodeUriFile, readNdefAddress, writePlainAddress } from '../../../src/card/ntag424/ndef.ts';
import { parseTagBatch, sunTemplate } from '../../../src/card/ntag424/sun.ts';
import {
  checkTapMac,
  openPicc,
  readTapAddress,
  readTapPath,
  tapMac,
  type Tap,
} from '../../../src/card/ntag424/tap-address.ts';
import { concat, fromHex, toHex, toLatin1 } from '../../../src/core/bytes.ts';
import { codeOf, codeOfAct } from '../../support/refuses.ts';
import { BATCH, insert, KEY_VERSION, MASTERS, newTag, ORIGIN, personalise, UID } from './tag-kit.ts';

const ORIGINS = [ORIGIN, 'https://antes.example/prefijo'];

/** The pure checks, as the service makes them: the tap, where the address proves one. */
function proven(address: string): Tap | undefined {
  const parts = readTapAddress(address, ORIGINS);
  if (parts?.batch !== BATCH) return undefined;
  const tap = openPicc(ciphers, MASTERS.metaRead, parts.picc);
  if (!tap) return undefined;
  return checkTapMac(ciphers, fileReadKey(ciphers, MASTERS.fileRead, tap.uid, KEY_VERSION), tap, parts.mac)
    ? tap
    : undefined;
}

/** Addresses that a tag gave, one after another. */
const given: string[] = [];
beforeAll(async () => {
  const state = newTag();
  await personalise(insert(state));
  const channel = insert(state, 3);
  for (let read = 0; read < 20; read++) given.push((await readNdefAddress(channel))!);
});

describe('an address that a tag gives', () => {
  test('is another at every tap, and tells the tag and a counter that grows', () => {
    const taps = given.map((address) => proven(address)!);
    expect(new Set(given).size).toBe(20);
    for (const [at, tap] of taps.entries()) {
      expect(toHex(tap.uid)).toBe(toHex(UID));
      expect(tap.counter).toBe(taps[0]!.counter + at);
    }
  });

  test('has one form', () => {
    const pattern = `^${ORIGIN}/c/${BATCH}/[0-9A-F]{32}/[0-9A-F]{16}$`;
    for (const address of given) expect(address).toMatch(new RegExp(pattern));
  });
});

describe('what a tag enciphers', () => {
  const ZERO = new Uint8Array(16);
  const sealed = (plain: string): Uint8Array => ciphers.aesCbcEncrypt(MASTERS.metaRead, ZERO, fromHex(plain)!);

  test('has its counter with the lowest byte first', () => {
    expect(openPicc(ciphers, MASTERS.metaRead, sealed('c704c767f206618001020300000000aa'))?.counter).toBe(0x030201);
  });

  test.for([
    ['a number without a counter', '8704c767f20661800100000000000000'],
    ['a counter without a number', '4004c767f20661800100000000000000'],
    ['bits that stand for nothing', 'd704c767f20661800100000000000000'],
    ['a number of another length', 'c404c767f20661800100000000000000'],
    ['a number of another maker', 'c705c767f20661800100000000000000'],
  ] as const)('counts for nothing with %s', ([, plain]) => {
    expect(openPicc(ciphers, MASTERS.metaRead, sealed(plain))).toBeUndefined();
  });

  test('counts for nothing in another length, or under another key', () => {
    const good = sealed('c704c767f20661800100000000000000');
    expect(openPicc(ciphers, MASTERS.metaRead, good)).toBeDefined();
    expect(openPicc(ciphers, MASTERS.fileRead, good)).toBeUndefined();
    expect(openPicc(ciphers, MASTERS.metaRead, good.subarray(0, 15))).toBeUndefined();
    expect(openPicc(ciphers, MASTERS.metaRead, concat(good, good))).toBeUndefined();
  });
});

test('no bit of a MAC may change, nor its length', () => {
  const tap = { uid: UID, counter: 300 };
  const key = fileReadKey(ciphers, MASTERS.fileRead, UID, KEY_VERSION);
  const mac = tapMac(ciphers, key, tap, new Uint8Array());
  expect(checkTapMac(ciphers, key, tap, mac)).toBe(true);
  for (let bit = 0; bit < 64; bit++) {
    const changed = mac.slice();
    changed[bit >> 3]! ^= 1 << (bit & 7);
    expect(checkTapMac(ciphers, key, tap, changed)).toBe(false);
  }
  for (let length = 0; length < 8; length++) {
    expect(checkTapMac(ciphers, key, tap, mac.subarray(0, length))).toBe(false);
  }
  expect(checkTapMac(ciphers, key, { ...tap, counter: 301 }, mac)).toBe(false);
});

describe('the file of a tag', () => {
  test('says the address with zeros where the mirrors point', () => {
    const { address, file, settings } = sunTemplate('https://ejemplo.example/sellos', BATCH);
    const { piccOffset, macOffset, macInputOffset } = settings.sdm!;
    const text = toLatin1(file);
    expect(text.slice(piccOffset, piccOffset! + 32)).toBe('0'.repeat(32));
    expect(text.slice(macOffset, macOffset! + 16)).toBe('0'.repeat(16));
    expect(text.slice(piccOffset! - 5, piccOffset)).toBe(`${BATCH}/`);
    expect(macOffset! + 16).toBe(file.length);
    expect(macInputOffset).toBe(macOffset);
    expect(decodeUriFile(file)).toBe(address);
    expect(readTapAddress(address, ['https://ejemplo.example/sellos'])).toBeDefined();
  });

  test('does not take an address that is too long, or is none', () => {
    expect(codeOf(() => sunTemplate(`https://${'a'.repeat(200)}.example`, BATCH))).toBe('tag/address-too-long');
    for (const origin of ['ftp://a', 'https://A.example', 'https://a.example/', 'https://a.example?x', 'https://']) {
      expect(() => sunTemplate(origin, BATCH), origin).toThrow(RangeError);
    }
    for (const batch of ['7K3', '7K3MM', '7k3m', '7K3I', '7K3U', '7K3O']) expect(parseTagBatch(batch)).toBeUndefined();
  });

  test('is read strictly', () => {
    const { bytes } = encodeUriFile('https://ejemplo.example/a');
    expect(decodeUriFile(concat(bytes, new Uint8Array(9)))).toBe('https://ejemplo.example/a');
    expect(decodeUriFile(new Uint8Array(256))).toBeUndefined();
    const changed = (at: number, value: number): Uint8Array => bytes.with(at, value);
    for (const bad of [
      new Uint8Array(1),
      bytes.subarray(0, -1),
      changed(1, bytes[1]! - 1),
      changed(2, 0x91),
      changed(3, 2),
      changed(4, bytes[4]! - 1),
      changed(5, 0x54),
      changed(6, 0x1d),
      changed(9, 0x0a),
      changed(9, 0xe9),
    ]) {
      expect(codeOf(() => decodeUriFile(bad))).toBe('tag/ndef-malformed');
    }
  });

  test('of a plain tag holds one address for ever, and is no tap', async () => {
    const state = newTag();
    const address = `https://verifica.alcaldia.example/b/${'A'.repeat(150)}`;
    await writePlainAddress(insert(state), address);
    expect(await readNdefAddress(insert(state))).toBe(address);
    expect(readTapAddress(address, ORIGINS)).toBeUndefined();
    await personalise(insert(state));
    expect(await codeOfAct(async () => writePlainAddress(insert(state), address))).toBe('card/declined');
  });
});

test('a path is read by itself', () => {
  const path = `${BATCH}/${'0A'.repeat(16)}/${'0B'.repeat(8)}`;
  expect(readTapPath(path)).toEqual({
    batch: BATCH,
    picc: new Uint8Array(16).fill(0x0a),
    mac: new Uint8Array(8).fill(0x0b),
  });
  for (const bad of [`/${path}`, `${path}/`, path.toLowerCase(), `${path}\n`, path.replace('7', 'I')]) {
    expect(readTapPath(bad)).toBeUndefined();
  }
});
