import { describe, expect, test } from 'vitest';
import { nodeBlockCiphers as ciphers } from '../../../src/adapters/block-ciphers.ts';
import { aesCmac, cmacSubkeys } from '../../../src/card/ntag424/cmac.ts';
import { changeKeyData, getCardUid, keyChecksum } from '../../../src/card/ntag424/commands.ts';
import { diversifyKey } from '../../../src/card/ntag424/diversify.ts';
import { decodeFileSettings, encodeFileSettings } from '../../../src/card/ntag424/file-settings.ts';
import type { KeyNumber } from '../../../src/card/ntag424/keys.ts';
import {
  commandMac,
  commandMacInput,
  decipher,
  encipher,
  initialVector,
  responseMac,
  sessionKeys,
  sessionVectors,
} from '../../../src/card/ntag424/messaging.ts';
import { INS } from '../../../src/card/ntag424/native.ts';
import { isGenuine, NXP_NTAG424_KEY } from '../../../src/card/ntag424/originality.ts';
import { authenticateFirst } from '../../../src/card/ntag424/session.ts';
import { checkTapMac, openFileData, openPicc, sdmVectors } from '../../../src/card/ntag424/tap-address.ts';
import { parseTagUid, type TagUid } from '../../../src/card/ntag424/uid.ts';
import { concat, fromHex, fromLatin1, toHex } from '../../../src/core/bytes.ts';
import { hasShared, readSharedJson } from '../../support/shared.ts';
import { scriptedTag } from './scripted-tag.ts';

type Fields = Readonly<Record<string, any>>;
interface Vector {
  readonly id: string;
  readonly op: string;
  readonly in: Fields;
  readonly out: Fields;
}

const hex = (text: string): Uint8Array => fromHex(text)!;
const EMPTY = new Uint8Array();

/** What is proven of one vector: all that it says, as the two sides compute it. */
const PROOFS: Readonly<Record<string, (given: Fields, out: Fields) => unknown>> = {
  aes_cmac(given, out) {
    expect(toHex(aesCmac(ciphers, hex(given['key']), hex(given['message'])))).toBe(out['cmac']);
  },
  an10922_aes128(given, out) {
    const master = hex(given['master_key']);
    expect(toHex(diversifyKey(ciphers, master, hex(given['diversification_input'])))).toBe(out['diversified_key']);
    if (!out['k1']) return;
    expect(toHex(ciphers.aesEncrypt(master, new Uint8Array(16)))).toBe(out['k0']);
    const { full, padded } = cmacSubkeys(ciphers, master);
    expect([toHex(full), toHex(padded)]).toEqual([out['k1'], out['k2']]);
  },
  sun_encrypted_picc(given, out) {
    const fileRead = hex(given['k_sdm_file_read']);
    const tap = openPicc(ciphers, hex(given['k_sdm_meta_read']), hex(given['picc_enc_data']))!;
    const input = fromLatin1(given['mac_input_ascii']);
    expect(checkTapMac(ciphers, fileRead, tap, hex(given['sdmmac']), input)).toBe(out['sdm_mac_valid']);
    if (out['sdm_mac_valid'] === false) return;
    expect([toHex(tap.uid), tap.counter]).toEqual([out['uid'], out['read_ctr']]);
    expect(toHex(sdmVectors(tap).sv2)).toBe(out['sv2']);
    expect(toHex(aesCmac(ciphers, fileRead, sdmVectors(tap).sv2))).toBe(out['ks_mac']);
    if (!given['enc_file_data']) return;
    expect(toHex(openFileData(ciphers, fileRead, tap, hex(given['enc_file_data']))!)).toBe(out['file_data']);
  },
  sun_plain_mirror(given, out) {
    const tap = {
      uid: hex(given['uid']) as TagUid,
      counter: Number.parseInt(given['read_ctr_mirrored_msb_first'], 16),
    };
    const valid = checkTapMac(ciphers, hex(given['k_sdm_file_read']), tap, hex(given['sdmmac']));
    expect(valid).toBe(out['sdm_mac_valid']);
    if (out['sv2']) expect(toHex(sdmVectors(tap).sv2)).toBe(out['sv2']);
  },
  sdm_session_keys(given, out) {
    const { sv1, sv2 } = sdmVectors({ uid: hex(given['uid']) as TagUid, counter: given['read_ctr'] });
    const key = hex(given['k_sdm_file_read']);
    expect([toHex(sv1), toHex(sv2)]).toEqual([out['sv1'], out['sv2']]);
    expect(toHex(aesCmac(ciphers, key, sv1))).toBe(out['ks_enc']);
    expect(toHex(aesCmac(ciphers, key, sv2))).toBe(out['ks_mac']);
  },
  async authenticate_ev2_first(given, out) {
    const key = hex(given['key']);
    expectSessionKeys(given, out);
    const tag = scriptedTag(`${given['enc_rnd_b']}91af`, `${given['picc_part2_response']}9100`);
    const session = await authenticateFirst(
      { channel: tag, ciphers, random: () => hex(given['rnd_a']) },
      given['key_no'] as KeyNumber,
      key,
    );
    expect(session).toBeDefined();
    expect(tag.told).toEqual([`90710000020${given['key_no']}0000`, `90af000020${out['pcd_part2_data']}00`]);
    // The transaction shows in what the session sends next.
    const messaging = {
      ...sessionKeys(ciphers, key, hex(given['rnd_a']), hex(out['rnd_b'])),
      transaction: hex(out['ti']),
      counter: 0,
    };
    tag.answers.push('911c');
    await expect(getCardUid(session!)).rejects.toMatchObject({ code: 'card/declined' });
    expect(tag.told.at(-1)).toBe(`9051000008${toHex(commandMac(ciphers, messaging, INS.getCardUid, EMPTY))}00`);
  },
  async authenticate_ev2_non_first(given, out) {
    expectSessionKeys(given, out);
    const key = hex(given['key']);
    const zero = new Uint8Array(16);
    // A first authentication, made up, so that there is a session to go on from.
    const [rndA, rndB] = [hex('00112233445566778899aabbccddeeff'), hex('ffeeddccbbaa99887766554433221100')];
    const rotated = concat(rndA.subarray(1), rndA.subarray(0, 1));
    const part2 = ciphers.aesCbcEncrypt(key, zero, concat(hex('01020304'), rotated, new Uint8Array(12)));
    const tag = scriptedTag(`${toHex(ciphers.aesCbcEncrypt(key, zero, rndB))}91af`, `${toHex(part2)}9100`);
    const challenges = [rndA, hex(given['rnd_a'])];
    const first = await authenticateFirst({ channel: tag, ciphers, random: () => challenges.shift()! }, 0, key);
    tag.answers.push(`${given['enc_rnd_b']}91af`, `${given['picc_part2_response']}9100`, '911c');
    const session = await first!.authenticate(given['key_no'] as KeyNumber, key);
    expect(tag.told.slice(2)).toEqual([`90770000010${given['key_no']}00`, `90af000020${out['pcd_part2_data']}00`]);
    const messaging = {
      ...sessionKeys(ciphers, key, hex(given['rnd_a']), hex(out['rnd_b'])),
      transaction: hex('01020304'),
      counter: 0,
    };
    await expect(getCardUid(session!)).rejects.toMatchObject({ code: 'card/declined' });
    expect(tag.told.at(-1)).toBe(`9051000008${toHex(commandMac(ciphers, messaging, INS.getCardUid, EMPTY))}00`);
  },
  commode(given, out) {
    const messaging = {
      encryptionKey: hex(given['k_ses_auth_enc'] ?? '00'.repeat(16)),
      macKey: hex(given['k_ses_auth_mac']),
      transaction: hex(given['ti']),
      counter: given['cmd_ctr'],
    };
    const ins = Number.parseInt(given['cmd'], 16);
    const header = hex(given['cmd_header']);
    const body = concat(
      header,
      encipher(ciphers, messaging, 'command', messaging.counter, hex(given['cmd_data'] ?? '')),
    );
    const mac = commandMac(ciphers, messaging, ins, body);
    expect(toHex(mac)).toBe(out['mact']);
    const length = (body.length + mac.length).toString(16).padStart(2, '0');
    expect(`90${given['cmd']}0000${length}${toHex(body)}${toHex(mac)}00`).toBe(out['apdu']);
    if (out['iv_cmd'])
      expect(toHex(initialVector(ciphers, messaging, 'command', messaging.counter))).toBe(out['iv_cmd']);
    if (out['ciphertext'] !== undefined) expect(toHex(body.subarray(header.length))).toBe(out['ciphertext']);
    if (out['mac_input']) expect(toHex(commandMacInput(messaging, ins, body))).toBe(out['mac_input']);
    if (!given['response_field']) return;
    const answer = hex(given['response_field']);
    const data = answer.subarray(0, -8);
    const valid = toHex(responseMac(ciphers, messaging, 0, data)) === toHex(answer.subarray(-8));
    expect(valid).toBe(out['response_mac_valid']);
    if (out['response_data']) expect(toHex(data)).toBe(out['response_data']);
    if (!out['iv_resp']) return;
    expect(toHex(initialVector(ciphers, messaging, 'response', messaging.counter + 1))).toBe(out['iv_resp']);
    const plain = decipher(ciphers, messaging, 'response', messaging.counter + 1, data)!;
    expect(`${toHex(plain)}80`.padEnd(32, '0')).toBe(out['response_plain_padded']);
  },
  originality_verify_secp224r1_raw_uid(given, out) {
    const uid = parseTagUid(hex(given['uid']))!;
    expect(toHex(NXP_NTAG424_KEY)).toBe(given['public_key_sec1']);
    expect(isGenuine(uid, hex(given['signature_r_s']))).toBe(out['valid']);
  },
};

function expectSessionKeys(given: Fields, out: Fields): void {
  const [key, rndA, rndB] = [hex(given['key']), hex(given['rnd_a']), hex(out['rnd_b'])];
  expect(toHex(ciphers.aesDecrypt(key, hex(given['enc_rnd_b'])))).toBe(out['rnd_b']);
  const { sv1, sv2 } = sessionVectors(rndA, rndB);
  expect([toHex(sv1), toHex(sv2)]).toEqual([out['sv1'], out['sv2']]);
  const { encryptionKey, macKey } = sessionKeys(ciphers, key, rndA, rndB);
  expect([toHex(encryptionKey), toHex(macKey)]).toEqual([out['k_ses_auth_enc'], out['k_ses_auth_mac']]);
}

const vectors = hasShared
  ? readSharedJson<{ readonly vectors: readonly Vector[] }>('vectors/ntag424.json').vectors
  : [];

describe.skipIf(!hasShared)('published vectors (skipped without ../shared/vectors)', () => {
  test.for(vectors.map((vector) => [vector.id, vector] as const))('%s', async ([, vector]) => {
    const proof = PROOFS[vector.op.startsWith('commmode') ? 'commode' : vector.op];
    expect(proof, vector.op).toBeDefined();
    await proof!(vector.in, vector.out);
  });

  test('are all there', () => {
    expect(vectors.length).toBeGreaterThan(30);
  });

  test('of changed keys are what our own writing of them gives', () => {
    for (const { in: given, op } of vectors) {
      if (!op.startsWith('commmode') || given['cmd'] !== 'c4' || given['cmd_header'] === '00') continue;
      const data = hex(given['cmd_data']);
      // The old key was zero.
      const key = data.subarray(0, 16);
      const written = changeKeyData(new Uint8Array(16), { key, version: data[16]! });
      expect(toHex(written)).toBe(given['cmd_data']);
      expect(toHex(keyChecksum(key))).toBe(toHex(data.subarray(17)));
    }
  });

  test('of settings are read and written alike', () => {
    const answered = vectors.find(({ id }) => id === 'an12196-getfilesettings-mac')!.out['response_data'] as string;
    const { size, ...settings } = decodeFileSettings(hex(answered));
    expect(size).toBe(256);
    expect(
      `00${toHex(encodeFileSettings(settings)).slice(0, 6)}000100${toHex(encodeFileSettings(settings)).slice(6)}`,
    ).toBe(answered);
    const written = vectors.find(({ id }) => id === 'an12196-changefilesettings-full')!.in['cmd_data'] as string;
    const read = decodeFileSettings(hex(`00${written.slice(0, 6)}000100${written.slice(6)}`));
    expect(read.sdm).toMatchObject({ metaRead: 2, fileRead: 1, counterRead: 1, piccOffset: 0x20, macOffset: 0x43 });
    expect(toHex(encodeFileSettings(read))).toBe(written);
  });
});
