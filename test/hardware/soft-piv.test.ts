import { describe, expect, test } from 'vitest';
import { nodePrimitives } from '../../src/adapters/primitives.ts';
import { nodeBlockCiphers } from '../../src/adapters/block-ciphers.ts';
import { systemRandom } from '../../src/adapters/system.ts';
import { octetString, sequence } from '../../src/asn1/write.ts';
import { exchange, type Command } from '../../src/card/apdu.ts';
import type { CardChannel } from '../../src/card/channel.ts';
import { encodeCertificate } from '../../src/card/piv/certificate.ts';
import { FACTORY_PIN, factoryManagementKey } from '../../src/card/piv/factory.ts';
import { generateKey, signWith } from '../../src/card/piv/keys.ts';
import { authenticateManagement } from '../../src/card/piv/management.ts';
import { readObject, writeObject } from '../../src/card/piv/objects.ts';
import { verifyPin } from '../../src/card/piv/pin.ts';
import { concat, equal, fromHex, utf8 } from '../../src/core/bytes.ts';
import { isRefusal, Outage } from '../../src/core/refusal.ts';
import { withFaults } from '../../hardware/faults.ts';
import { insertSoftPiv } from '../../hardware/soft-piv/card.ts';
import type { SoftPivOptions } from '../../hardware/soft-piv/session.ts';
import type { SoftPivState } from '../../hardware/soft-piv/state.ts';
import { managementDeps, newCard, openCard, putIn } from '../support/soft-cards.ts';

const hex = (text: string): Uint8Array => fromHex(text.replaceAll(' ', ''))!;
const statusOf = async (channel: CardChannel, command: string): Promise<string> =>
  Buffer.from((await channel.transmit(hex(command))).subarray(-2)).toString('hex');

test('a card that was taken out and saved as JSON is the same card', async () => {
  const { channel, state } = await openCard();
  const key = await generateKey(channel, '9E', 'P-256');
  await writeObject(channel, 'key-history', Uint8Array.of(1, 2, 3));
  await channel.close();
  await expect(channel.transmit(hex('00a4040005a000000308'))).rejects.toThrow(Outage);
  const again = await putIn(JSON.parse(JSON.stringify(state)) as SoftPivState);
  expect(await readObject(again, 'key-history')).toEqual(Uint8Array.of(1, 2, 3));
  await signWith(again, '9E', key, utf8('x'), nodePrimitives);
  // What was proven to it was forgotten.
  expect(await statusOf(again, '0047009e05ac03800111')).toBe('6982');
});

describe('a chain of PUT DATA that a pull cuts', () => {
  const OLD = encodeCertificate(sequence(octetString(new Uint8Array(1100).fill(1))));
  const NEW = encodeCertificate(sequence(octetString(new Uint8Array(980).fill(2))));

  async function pulledAt(torn: SoftPivOptions['torn'], at: number, when: 'before' | 'after'): Promise<string> {
    const { channel, state } = await openCard({ torn: torn! });
    await writeObject(channel, 'certificate-9A', OLD);
    const faulty = withFaults(channel, [{ kind: 'pull', at, when }]);
    await expect(writeObject(faulty, 'certificate-9A', NEW)).rejects.toThrow(Outage);
    const again = await putIn(state);
    try {
      const found = (await readObject(again, 'certificate-9A'))!;
      return equal(found, OLD) ? 'old' : equal(found, NEW) ? 'new' : 'mixed';
    } catch (error) {
      if (!isRefusal(error, 'card/malformed')) throw error;
      return 'torn';
    }
  }

  // Four commands: 1006 bytes, 255 at a time.
  const PLACES = [0, 1, 2, 3].flatMap((at) => [[at, 'before'] as const, [at, 'after'] as const]);
  test.each<[NonNullable<SoftPivOptions['torn']>, string]>([
    ['keeps-old', 'old old old old old old old new'],
    ['leaves-half', 'old torn torn torn torn torn torn new'],
    ['mixes', 'old mixed mixed mixed mixed mixed mixed new'],
  ])('on a card that %s', async (torn, expected) => {
    const found: string[] = [];
    for (const [at, when] of PLACES) found.push(await pulledAt(torn, at, when));
    expect(found.join(' ')).toBe(expected);
  });

  test('or that another command interrupts changes nothing', async () => {
    const { channel } = await openCard();
    await writeObject(channel, 'certificate-9A', OLD);
    await channel.transmit(concat(hex('10db3fffff 5c035fc105 53820400'), new Uint8Array(246)));
    expect(await statusOf(channel, '00200080')).toBe('6883');
    expect(await statusOf(channel, '00200080')).toBe('63c3');
    expect(await readObject(channel, 'certificate-9A')).toEqual(OLD);
  });
});

describe('the PIN for a signature with 9C', () => {
  test.each<[string, Command]>([
    ['GET DATA', { ins: 0xcb, p1: 0x3f, p2: 0xff, data: hex('5c017e') }],
    ['the tries', { ins: 0x20, p1: 0, p2: 0x80 }],
    ['a wrong PIN', { ins: 0x20, p1: 0, p2: 0x80, data: hex('393939393939ffff') }],
    ['the rest of an answer', { ins: 0xc0, p1: 0, p2: 0 }],
    ['a command that the card does not know', { ins: 0x01, p1: 0, p2: 0 }],
  ])('is forgotten when %s comes between', async (_, between) => {
    const { channel } = await openCard();
    const key = await generateKey(channel, '9C', 'P-256');
    await verifyPin(channel, FACTORY_PIN);
    await exchange(channel, between);
    const act = signWith(channel, '9C', key, utf8('x'), nodePrimitives);
    await expect(act).rejects.toMatchObject({ code: 'card/not-allowed' });
  });
});

test('commands are read strictly', async () => {
  const { channel } = await newCard();
  expect(await statusOf(channel, '00cb3f')).toBe('6700');
  expect(await statusOf(channel, '00cb3fff055c017e')).toBe('6700');
  expect(await statusOf(channel, '00cb3fff035c017e0000')).toBe('6700');
  expect(await statusOf(channel, '80cb3fff035c017e00')).toBe('6e00');
  expect(await statusOf(channel, '00cb3fff035c047e00')).toBe('6a80');
  expect(await statusOf(channel, '0099000000')).toBe('6d00');
  expect(await statusOf(channel, '00a4040005a000000309')).toBe('6a82');
  expect(await statusOf(channel, '00a404000ca0000003080000100001000000')).toBe('6a82');
  // Extended, and in parts of a length that the reader chooses.
  expect(await statusOf(channel, '00cb3fff000005 5c035fc102 0000')).toBe('9000');
  expect(await statusOf(channel, '00cb3fff05 5c035fc102 10')).toBe('612d');
  expect(await statusOf(channel, '00c0000020')).toBe('610d');
  expect(await statusOf(channel, '00c0000000')).toBe('9000');
});

test('a card that is not selected does nothing', async () => {
  const { state } = await newCard();
  const channel = insertSoftPiv(state, { ...managementDeps, personality: 'yubikey' });
  expect(await statusOf(channel, '00200080')).toBe('6d00');
});

test('a wrong PIN counts before it is answered, and a pull does not give it back', async () => {
  const { channel, state } = await newCard();
  const faulty = withFaults(channel, [{ kind: 'pull', at: 1, when: 'after' }]);
  await expect(verifyPin(faulty, '999999')).rejects.toThrow(Outage);
  expect(state.pin.triesLeft).toBe(2);
});

test('a card goes back to the factory only when PIN and PUK are both blocked', async () => {
  const { channel, state } = await openCard();
  await generateKey(channel, '9E', 'P-256');
  expect(await statusOf(channel, '00fb0000')).toBe('6985');
  state.pin.triesLeft = 0;
  expect(await statusOf(channel, '00fb0000')).toBe('6985');
  state.puk.triesLeft = 0;
  const { serial } = state;
  expect(await statusOf(channel, '00fb0000')).toBe('9000');
  expect(state).toMatchObject({ serial, keys: {}, pin: { triesLeft: 3 }, puk: { triesLeft: 3 } });
  await authenticateManagement(channel, factoryManagementKey('3DES'), managementDeps);
  await verifyPin(channel, FACTORY_PIN);
  // Other numbers of tries bring the factory's secrets with them.
  expect(await statusOf(channel, '00fa0508')).toBe('9000');
  expect(state).toMatchObject({ pin: { triesLeft: 5, triesAtMost: 5 }, puk: { triesLeft: 8 } });
});

test('external authentication opens the card as mutual authentication does, once for each challenge', async () => {
  const { channel } = await newCard({ personality: 'bare' });
  const ask = { ins: 0x87, p1: 3, p2: 0x9b, data: hex('7c028100'), expectsData: true };
  const challenge = (await exchange(channel, ask)).data.subarray(4);
  const response = nodeBlockCiphers.tripleDesEncrypt(factoryManagementKey('3DES'), challenge);
  const data = concat(hex('7c0a8208'), response);
  expect((await exchange(channel, { ...ask, data })).status).toBe(0x9000);
  await writeObject(channel, 'key-history', Uint8Array.of(1));
  expect((await exchange(channel, { ...ask, data })).status).toBe(0x6a80);
  await expect(writeObject(channel, 'key-history', Uint8Array.of(1))).rejects.toMatchObject({
    code: 'card/not-allowed',
  });
});

test('the same random bytes make the same card', async () => {
  const same = (): ((length: number) => Uint8Array) => {
    let at = 0;
    return (length) => Uint8Array.from({ length }, () => (at++ * 73) & 0x7f);
  };
  const one = await newCard({ random: same() });
  const two = await newCard({ random: same() });
  expect(one.state).toEqual(two.state);
  expect((await newCard({ random: systemRandom })).state).not.toEqual(one.state);
});
