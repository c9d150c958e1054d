import { describe, expect, test } from 'vitest';
import { softNtag424, type SoftTagState } from '../../hardware/soft-ntag424.ts';
import { nodeBlockCiphers as ciphers } from '../../src/adapters/block-ciphers.ts';
import type { CardChannel } from '../../src/card/channel.ts';
import * as commands from '../../src/card/ntag424/commands.ts';
import type { FileSettings } from '../../src/card/ntag424/file-settings.ts';
import { FACTORY_KEY, type KeyNumber } from '../../src/card/ntag424/keys.ts';
import {
  FILE_ID,
  readBinary,
  selectApplication,
  selectFile,
  sendNative,
  updateBinary,
} from '../../src/card/ntag424/native.ts';
import { isGenuine } from '../../src/card/ntag424/originality.ts';
import { authenticateFirst, type TagSession } from '../../src/card/ntag424/session.ts';
import { sunTemplate } from '../../src/card/ntag424/sun.ts';
import { checkTapMac, openFileData, openPicc } from '../../src/card/ntag424/tap-address.ts';
import { fromHex, toHex, toLatin1, utf8 } from '../../src/core/bytes.ts';
import { codeOfAct } from '../support/refuses.ts';
import { BATCH, insert, MAKER, newTag, ORIGIN, seeded, UID } from '../card/ntag424/tag-kit.ts';

async function selected(state: SoftTagState): Promise<CardChannel> {
  const channel = insert(state);
  await selectApplication(channel);
  return channel;
}

async function authenticated(channel: CardChannel, number: KeyNumber = 0, key = FACTORY_KEY): Promise<TagSession> {
  return (await authenticateFirst({ channel, ciphers, random: seeded(42) }, number, key))!;
}

/** The status of a whole APDU, in hexadecimal. */
async function told(channel: CardChannel, apdu: string): Promise<string> {
  return toHex((await channel.transmit(fromHex(apdu.replaceAll(' ', ''))!)).subarray(-2));
}

/** The NDEF file as a phone reads it, from its beginning. */
async function phoneReads(channel: CardChannel, length: number): Promise<string> {
  await selectFile(channel, FILE_ID.ndef);
  return toLatin1(await readBinary(channel, 0, length));
}

async function withMirrors(state: SoftTagState, settings: FileSettings): Promise<CardChannel> {
  const channel = await selected(state);
  await commands.changeFileSettings(await authenticated(channel), commands.FILE.ndef, settings);
  await selectApplication(channel);
  return channel;
}

const { settings: SUN, file: SUN_FILE } = sunTemplate(ORIGIN, BATCH);
const RIGHTS = SUN.rights;

describe('a soft tag', () => {
  test('says what it is, and is signed by its maker', async () => {
    const channel = insert(newTag());
    const { uid, hardware } = await commands.getVersion(channel);
    expect([toHex(uid), toHex(hardware)]).toEqual([toHex(UID), '04040230001105']);
    expect(isGenuine(uid, await commands.readSignature(channel), MAKER.publicKey)).toBe(true);
  });

  test('refuses what cannot be undone: LRP and random numbers', async () => {
    const state = newTag();
    const channel = await selected(state);
    expect(await told(channel, '90 71 00 00 08 00 06 02 00 00 00 00 00 00')).toBe('919d');
    await authenticated(channel);
    expect(await told(channel, '90 5c 00 00 02 00 02 00')).toBe('911c');
  });

  test('knows nothing before its application is selected, or of what was proven before a pull', async () => {
    const state = newTag();
    expect(await told(insert(state), '90 71 00 00 02 00 00 00')).toBe('9140');
    expect(await told(insert(state), '90 f5 00 00 01 02 00')).toBe('919d');
    const channel = await selected(state);
    const session = await authenticated(channel);
    await selectApplication(channel);
    expect(await codeOfAct(async () => commands.getCardUid(session))).toBe('card/declined');
  });

  test('keeps ISO commands and sessions apart', async () => {
    const channel = await selected(newTag());
    await selectFile(channel, FILE_ID.ndef);
    expect(await told(channel, '00 b0 00 00 02')).toBe('9000');
    await authenticated(channel);
    expect(await told(channel, '00 b0 00 00 02')).toBe('6982');
  });

  test('ends the session with any error', async () => {
    const channel = await selected(newTag());
    const session = await authenticated(channel);
    expect(await told(channel, '90 51 00 00 08 00 00 00 00 00 00 00 00 00')).toBe('911e');
    expect(await codeOfAct(async () => commands.getCardUid(session))).toBe('card/declined');
  });

  test('lets read and write by the rights of each file, in its mode', async () => {
    const state = newTag();
    const channel = await selected(state);
    const file = commands.FILE.proprietary;
    expect(
      await codeOfAct(async () => commands.writeData(await authenticated(channel, 2), file, 'full', 0, utf8('x'))),
    ).toBe('card/declined');
    await commands.writeData(await authenticated(channel, 3), file, 'full', 10, utf8('propio'));
    const session = await authenticated(channel, 2);
    expect(toLatin1(await commands.readData(session, file, 'full', 10, 6))).toBe('propio');
    expect(await codeOfAct(async () => commands.readData(session, file, 'full', 120, 9))).toBe('card/declined');
    await selectApplication(channel);
    await selectFile(channel, FILE_ID.capabilities);
    expect(toHex(await readBinary(channel, 0, 3))).toBe('001720');
    expect(await codeOfAct(async () => updateBinary(channel, 0, utf8('x')))).toBe('card/declined');
    await selectFile(channel, FILE_ID.proprietary);
    expect(await codeOfAct(async () => readBinary(channel, 0, 1))).toBe('card/declined');
  });

  test('goes on under another key in one transaction', async () => {
    const channel = await selected(newTag());
    const first = await authenticated(channel);
    await commands.getCardUid(first);
    const second = await first.authenticate(3, FACTORY_KEY);
    expect(toHex(await commands.getCardUid(second!))).toBe(toHex(UID));
    expect(await second!.authenticate(1, fromHex('11'.repeat(16))!)).toBeUndefined();
  });

  test('changes a key only under key 0 and for the old one, with its version', async () => {
    const state = newTag();
    const channel = await selected(state);
    const next = { key: fromHex('22'.repeat(16))!, version: 9 };
    expect(await codeOfAct(async () => commands.changeKey(await authenticated(channel, 1), 1, FACTORY_KEY, next))).toBe(
      'card/declined',
    );
    expect(await codeOfAct(async () => commands.changeKey(await authenticated(channel), 1, next.key, next))).toBe(
      'card/declined',
    );
    expect(state.keys[1]).toBe('00'.repeat(16));
    await commands.changeKey(await authenticated(channel), 1, FACTORY_KEY, next);
    await selectApplication(channel);
    expect(await commands.getKeyVersion(channel, 1)).toBe(9);
    expect(await authenticateFirst({ channel, ciphers, random: seeded(1) }, 1, next.key)).toBeDefined();
    await commands.changeMasterKey(await authenticated(channel), next);
    expect(state.keys[0]).toBe('22'.repeat(16));
  });

  test('delays after failures in a row, which it remembers without power, and locks in the end', async () => {
    const state = newTag();
    const wrong = fromHex('33'.repeat(16))!;
    const attempt = async (): Promise<string> => {
      const channel = softNtag424({ ciphers, random: seeded(8) }, state, { failuresBeforeDelay: 3 });
      await selectApplication(channel);
      return authenticateFirst({ channel, ciphers, random: seeded(9) }, 0, wrong).then(
        () => 'wrong',
        (error: { code: string }) => error.code,
      );
    };
    const outcomes: string[] = [];
    for (let i = 0; i < 8; i++) outcomes.push(await attempt());
    expect(outcomes).toEqual([
      'wrong',
      'wrong',
      'wrong',
      'tag/delayed',
      'wrong',
      'tag/delayed',
      'tag/delayed',
      'wrong',
    ]);
    state.failures[0] = { sequence: 0, total: 999, delayed: 0 };
    expect(await attempt()).toBe('wrong');
    expect(await attempt()).toBe('tag/key-locked');
  });
});

describe('what a soft tag mirrors', () => {
  test('counts a read once, however it is cut, and anew after anything else', async () => {
    const state = newTag();
    const channel = await withMirrors(state, SUN);
    await selectFile(channel, FILE_ID.ndef);
    const first = await readBinary(channel, 0, 100);
    const cut = [await readBinary(channel, 40, 30), await readBinary(channel, 70, 30)];
    expect(toHex(first).slice(80)).toBe(cut.map(toHex).join(''));
    expect(state.counter).toBe(1);
    await sendNative(channel, 0xad, fromHex('02000000050000')!);
    expect(state.counter).toBe(2);
    await selectFile(channel, FILE_ID.ndef);
    await readBinary(channel, 0, 2);
    expect(state.counter).toBe(3);
    // Not of the mirrors, in a session.
    await commands.readData(await authenticated(channel), commands.FILE.ndef, 'plain', 0, 100);
    expect(state.counter).toBe(3);
    expect(await commands.getFileCounter(await authenticated(channel), commands.FILE.ndef)).toBe(3);
  });

  test('keeps its counter without power, and starts anew only where mirrors are turned on', async () => {
    const state = newTag();
    await phoneReads(await withMirrors(state, SUN), 10);
    const again = await selected(JSON.parse(JSON.stringify(state)) as SoftTagState);
    await phoneReads(again, 10);
    await commands.changeFileSettings(await authenticated(again), commands.FILE.ndef, SUN);
    expect(await commands.getFileCounter(await authenticated(again), commands.FILE.ndef)).toBe(2);
    const off = await authenticated(again);
    await commands.changeFileSettings(off, commands.FILE.ndef, { mode: 'plain', rights: RIGHTS });
    await commands.changeFileSettings(off, commands.FILE.ndef, SUN);
    expect(await commands.getFileCounter(await authenticated(again), commands.FILE.ndef)).toBe(0);
  });

  test('is silent at the limit of its counter', async () => {
    const state = newTag();
    const channel = await withMirrors(state, { ...SUN, sdm: { ...SUN.sdm!, counterLimit: 2 } });
    await phoneReads(channel, 10);
    await phoneReads(channel, 10);
    expect(await codeOfAct(async () => phoneReads(channel, 10))).toBe('card/declined');
    const full = newTag();
    const other = await withMirrors(full, SUN);
    full.counter = 0xffffff;
    expect(await codeOfAct(async () => phoneReads(other, 10))).toBe('card/declined');
  });

  test('may be in the clear, or cover a part of the file that it enciphers', async () => {
    const state = newTag();
    state.files[1]!.content = toHex(utf8('.'.repeat(64) + 'secreto de 16 b.' + '.'.repeat(176)));
    const clear = await withMirrors(state, {
      mode: 'plain',
      rights: RIGHTS,
      sdm: {
        ...{ mirrorsUid: true, mirrorsCounter: true, metaRead: 'free', fileRead: 1, counterRead: 'free' },
        ...{ uidOffset: 0, counterOffset: 15, macInputOffset: 0, macOffset: 32 },
      },
    });
    const text = await phoneReads(clear, 48);
    expect(text.slice(0, 32)).toBe('04C767F2066180.000001'.padEnd(32, '.'));
    const tap = { uid: UID, counter: 1 };
    expect(checkTapMac(ciphers, FACTORY_KEY, tap, fromHex(text.slice(32))!, utf8(text.slice(0, 32)))).toBe(true);

    const enciphered = await withMirrors(state, {
      mode: 'plain',
      rights: RIGHTS,
      sdm: {
        ...{ mirrorsUid: true, mirrorsCounter: true, metaRead: 2, fileRead: 1, counterRead: 'never' },
        ...{ piccOffset: 0, macInputOffset: 64, enciphered: { offset: 64, length: 32 }, macOffset: 100 },
      },
    });
    const read = await phoneReads(enciphered, 116);
    const opened = openPicc(ciphers, FACTORY_KEY, fromHex(read.slice(0, 32))!)!;
    expect(checkTapMac(ciphers, FACTORY_KEY, opened, fromHex(read.slice(100))!, utf8(read.slice(64, 100)))).toBe(true);
    expect(toLatin1(openFileData(ciphers, FACTORY_KEY, opened, fromHex(read.slice(64, 96))!)!)).toBe(
      'secreto de 16 b.',
    );
  });

  test.for([
    ['over one another', { ...SUN.sdm!, macOffset: SUN.sdm!.piccOffset! + 20 }],
    ['outside of the file', { ...SUN.sdm!, macOffset: 250 }],
    ['of nothing', { ...SUN.sdm!, mirrorsUid: false, mirrorsCounter: false, counterRead: 'never' as const }],
    ['with a MAC before its input', { ...SUN.sdm!, macInputOffset: SUN.sdm!.macOffset! + 1 }],
  ] as const)('is not set %s', async ([, sdm]) => {
    const channel = await selected(newTag());
    const session = await authenticated(channel);
    expect(await codeOfAct(async () => commands.changeFileSettings(session, commands.FILE.ndef, { ...SUN, sdm }))).toBe(
      'card/declined',
    );
  });

  test('is nothing of another file', async () => {
    const session = await authenticated(await selected(newTag()));
    expect(await codeOfAct(async () => commands.changeFileSettings(session, commands.FILE.proprietary, SUN))).toBe(
      'card/declined',
    );
    expect(SUN_FILE.length).toBeLessThan(128);
  });
});
