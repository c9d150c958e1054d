import { describe, expect, test } from 'vitest';
import { exchange, expectDone, type Command } from '../../src/card/apdu.ts';
import type { CardChannel } from '../../src/card/channel.ts';
import { fromHex, toHex } from '../../src/core/bytes.ts';
import { codeOfAct } from '../support/refuses.ts';

/** A card that answers from a list, and remembers what it was told. */
function scripted(...answers: readonly string[]): CardChannel & { readonly told: string[] } {
  const told: string[] = [];
  const left = [...answers];
  return {
    told,
    atr: Uint8Array.of(0x3b, 0x00),
    async transmit(command) {
      told.push(toHex(command));
      return fromHex(left.shift() ?? '6f00')!;
    },
    async close() {},
  };
}

const GET: Command = { ins: 0xcb, p1: 0x3f, p2: 0xff, data: Uint8Array.of(0x5c, 0x01, 0x7e), expectsData: true };
const long = (length: number): Uint8Array => Uint8Array.from({ length }, (_, i) => i & 0xff);

describe('a command', () => {
  test.each<[string, Command, string]>([
    ['alone', { ins: 0x20, p1: 0, p2: 0x80 }, '00200080'],
    ['with data', { ins: 0x20, p1: 0, p2: 0x80, data: Uint8Array.of(1, 2) }, '00200080020102'],
    ['that expects data', { cla: 0x90, ins: 0x60, p1: 0, p2: 0, expectsData: true }, '9060000000'],
    ['of both', GET, '00cb3fff035c017e00'],
  ])('%s', async (_, command, told) => {
    const card = scripted('9000');
    expect(await exchange(card, command)).toEqual({ data: new Uint8Array(), status: 0x9000 });
    expect(card.told).toEqual([told]);
  });

  test('longer than 255 bytes goes in a chain, which ends where the card declines', async () => {
    const command: Command = { ins: 0xdb, p1: 0x3f, p2: 0xff, data: long(600) };
    const card = scripted('9000', '9000', '9000');
    expect((await exchange(card, command)).status).toBe(0x9000);
    expect(card.told.map((one) => [one.slice(0, 10), one.length / 2])).toEqual([
      ['10db3fffff', 260],
      ['10db3fffff', 260],
      ['00db3fff5a', 95],
    ]);
    const full = scripted('9000', '6a84');
    expect((await exchange(full, command)).status).toBe(0x6a84);
    expect(full.told).toHaveLength(2);
  });

  test('of just 255 bytes is one command', async () => {
    const card = scripted('9000');
    await exchange(card, { ins: 0xdb, p1: 0, p2: 0, data: long(255) });
    expect(card.told.map((one) => one.slice(0, 10))).toEqual(['00db0000ff']);
  });
});

describe('an answer', () => {
  test('in parts is fetched whole, each with the length that the card names', async () => {
    const card = scripted('01026103', '0304056100', `06${'ff'.repeat(255)}9000`);
    const { data, status } = await exchange(card, { ...GET, cla: 0x10 });
    expect(toHex(data)).toBe(`010203040506${'ff'.repeat(255)}`);
    expect(status).toBe(0x9000);
    expect(card.told.slice(1)).toEqual(['00c0000003', '00c0000000']);
  });

  test('of another length than was asked for is asked for again, once', async () => {
    const card = scripted('6c05', '01020304059000');
    expect(toHex((await exchange(card, GET)).data)).toBe('0102030405');
    expect(card.told[1]).toBe('00cb3fff035c017e05');
    const stubborn = scripted('6c05', '6c05');
    expect((await exchange(stubborn, GET)).status).toBe(0x6c05);
    expect(stubborn.told).toHaveLength(2);
    expect((await exchange(scripted('6c05'), { ins: 0x20, p1: 0, p2: 0 })).status).toBe(0x6c05);
  });

  test.each<[string, readonly string[], string]>([
    ['without a status', ['90'], 'card/malformed'],
    ['that promises more and never gives it', ['6110', '6110'], 'card/malformed'],
    ['without an end', ['6100', ...Array.from({ length: 600 }, () => `${'00'.repeat(256)}6100`)], 'card/malformed'],
    ['in parts without an end', ['6101', ...Array.from({ length: 600 }, () => '006101')], 'card/malformed'],
  ])('%s', async (_, answers, code) => {
    expect(await codeOfAct(() => exchange(scripted(...answers), GET))).toBe(code);
  });

  test('of no length is no success: the card was pulled, and what it did is not known', async () => {
    await expect(exchange(scripted(''), GET)).rejects.toMatchObject({ name: 'Outage', code: 'card/removed' });
  });

  test('that is not done is declined with its status', async () => {
    const response = await exchange(scripted('6a82'), GET);
    expect(await codeOfAct(async () => expectDone(response, 'object'))).toBe('card/declined');
  });
});
