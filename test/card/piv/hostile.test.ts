/**
 * What a hostile card can do by its answers: be declined. It brings no other error than a refusal or an outage, and keeps
 * nobody waiting.
 */
import { describe, expect, test } from 'vitest';
import { nodePrimitives } from '../../../src/adapters/primitives.ts';
import { systemRandom } from '../../../src/adapters/system.ts';
import { sequence, octetString } from '../../../src/asn1/write.ts';
import type { CardChannel } from '../../../src/card/channel.ts';
import { selectApplication } from '../../../src/card/piv/application.ts';
import { CIV_FASC_N } from '../../../src/card/piv/fasc-n.ts';
import { encodeCertificate } from '../../../src/card/piv/certificate.ts';
import { encodeFacialImage } from '../../../src/card/piv/facial-image.ts';
import { auditFactorySecrets, FACTORY_PIN, FACTORY_PUK, factoryManagementKey } from '../../../src/card/piv/factory.ts';
import { inspect } from '../../../src/card/piv/inspect.ts';
import { generateKey, signWith } from '../../../src/card/piv/keys.ts';
import { authenticateManagement } from '../../../src/card/piv/management.ts';
import { writeObject } from '../../../src/card/piv/objects.ts';
import { changePin, changePuk, unblockPin, verifyPin } from '../../../src/card/piv/pin.ts';
import { encodePrintedInformation } from '../../../src/card/piv/printed-information.ts';
import type { PublicKey } from '../../../src/card/piv/public-key.ts';
import { encodeSecurityObject } from '../../../src/card/piv/security-object.ts';
import { attest, readMetadata, readSerial, readVersion } from '../../../src/card/piv/vendor.ts';
import { concat, fromHex, utf8 } from '../../../src/core/bytes.ts';
import { Outage, Refusal } from '../../../src/core/refusal.ts';
import { parseDay, unixSeconds } from '../../../src/core/time.ts';
import { codeOfAct } from '../../support/refuses.ts';
import { listening, managementDeps, openCard } from '../../support/soft-cards.ts';

const RUNS = process.env['COTEJO_LONG'] ? 1_000_000 : 20_000;
/** No flow sends more to the worst of cards. One part of an answer is at most 256 bytes, and 64 kB are taken. */
const MOST_SENT = 20_000;

/** xorshift32: a run that fails can be run again. */
function dice(seed: number): (below: number) => number {
  let state = seed | 1;
  return (below) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % below;
  };
}

type Flow = (channel: CardChannel) => Promise<unknown>;

/** Each with an honest card before it, so that what is changed is what cards say. */
async function flows(): Promise<readonly (readonly [string, Flow, readonly Uint8Array[]])[]> {
  const { channel } = await openCard();
  const keys: Partial<Record<string, PublicKey>> = {};
  for (const algorithm of ['P-256', 'P-384', 'RSA-2048'] as const) {
    const slot = ({ 'P-256': '9E', 'P-384': '9A', 'RSA-2048': '9D' } as const)[algorithm];
    keys[slot] = await generateKey(channel, slot, algorithm);
    await writeObject(channel, `certificate-${slot}`, encodeCertificate(sequence(octetString(systemRandom(500)))));
  }
  await verifyPin(channel, FACTORY_PIN);
  const expires = parseDay('2029-12-31')!;
  const printed = { name: 'Ana', affiliation: 'Archivo', expires, cardNumber: 'A-1', issuer: 'SECRETARIA' };
  await writeObject(channel, 'printed-information', encodePrintedInformation(printed));
  const at = unixSeconds(1_792_000_000);
  const jpeg = concat(Uint8Array.of(0xff, 0xd8, 0xff), systemRandom(900), Uint8Array.of(0xff, 0xd9));
  const times = { made: at, validFrom: at, validUntil: at };
  const face = { jpeg, width: 30, height: 40, fascN: CIV_FASC_N, creator: 'Cotejo', ...times };
  await writeObject(channel, 'facial-image', encodeFacialImage(face));
  await writeObject(channel, 'security-object', encodeSecurityObject({ objects: ['chuid'], signed: systemRandom(90) }));

  const data = utf8('challenge');
  const named: readonly (readonly [string, Flow])[] = [
    ['select', selectApplication],
    ['inspect', inspect],
    ['management', (card) => authenticateManagement(card, factoryManagementKey('3DES'), managementDeps)],
    ['audit', (card) => auditFactorySecrets(card, managementDeps, { pin: '246810' })],
    ['generate P-256', (card) => generateKey(card, '9C', 'P-256')],
    ['generate P-384', (card) => generateKey(card, '9C', 'P-384')],
    ['attest', (card) => attest(card, '9A')],
    ['sign P-256', (card) => signWith(card, '9E', keys['9E']!, data, nodePrimitives)],
    ['sign P-384', (card) => signWith(card, '9A', keys['9A']!, data, nodePrimitives)],
    ['sign RSA', (card) => signWith(card, '9D', keys['9D']!, data, nodePrimitives)],
    ['write', (card) => writeObject(card, 'key-history', systemRandom(100))],
    ['verify', (card) => verifyPin(card, FACTORY_PIN)],
    ['change PIN', (card) => changePin(card, FACTORY_PIN, FACTORY_PIN)],
    ['change PUK', (card) => changePuk(card, FACTORY_PUK, FACTORY_PUK)],
    ['unblock', (card) => unblockPin(card, FACTORY_PUK, FACTORY_PIN)],
  ];
  const all: (readonly [string, Flow, readonly Uint8Array[]])[] = [];
  for (const [name, flow] of named) {
    const answers: Uint8Array[] = [];
    const recording: CardChannel = {
      ...channel,
      async transmit(command) {
        const answer = await channel.transmit(command);
        answers.push(answer);
        return answer;
      },
    };
    await flow(recording).catch((error: unknown) => {
      if (!(error instanceof Refusal)) throw error;
    });
    expect(answers.length, name).toBeGreaterThan(0);
    all.push([name, flow, answers]);
  }
  return all;
}

const STATUSES = [
  0x9000, 0x61ff, 0x6110, 0x6c00, 0x6c05, 0x63c0, 0x63c1, 0x63c9, 0x6982, 0x6983, 0x6a80, 0x6a82, 0x6a88,
];

function mutated(honest: Uint8Array, roll: (below: number) => number): Uint8Array {
  const out = honest.slice();
  switch (roll(7)) {
    case 0:
      return systemRandom(roll(300));
    case 1:
      return out.subarray(0, roll(out.length + 1));
    case 2:
      return concat(out.subarray(0, -2), systemRandom(roll(40)), out.subarray(-2));
    case 3: {
      const status = STATUSES[roll(STATUSES.length)]!;
      return concat(out.subarray(0, -2), Uint8Array.of(status >> 8, status & 0xff));
    }
    case 4:
      // Lengths are at the front.
      out[roll(Math.min(8, out.length))] = [0, 0x7f, 0x80, 0x81, 0x82, 0x83, 0x84, 0xff][roll(8)]!;
      return out;
    case 5:
      out[roll(out.length)] = roll(256);
      return out;
    default:
      out[roll(out.length)]! ^= 1 << roll(8);
      return out;
  }
}

test(
  `${RUNS} hostile conversations end in a refusal or an outage, or as they should`,
  { timeout: RUNS * 6 },
  async () => {
    const all = await flows();
    const ends = new Map<string, number>();
    for (let run = 0; run < RUNS; run++) {
      const [name, flow, honest] = all[run % all.length]!;
      const roll = dice(run * 7919 + 17);
      const from = roll(honest.length);
      // Once, or everything from there on.
      const once = roll(3) > 0;
      let sent = 0;
      const card: CardChannel = {
        atr: Uint8Array.of(0x3b, 0),
        async transmit() {
          if (sent > MOST_SENT) expect.fail(`${name} does not end, run ${run}`);
          const at = sent++;
          const answer = honest[at % honest.length]!;
          return at === from || (at > from && !once) ? mutated(answer, roll) : answer;
        },
        async close() {},
      };
      let end = 'done';
      try {
        await flow(card);
      } catch (error) {
        if (!(error instanceof Refusal || error instanceof Outage))
          throw new Error(`${name}, run ${run}`, { cause: error });
        end = error.code;
      }
      ends.set(end, (ends.get(end) ?? 0) + 1);
    }
    expect([...ends.keys()].filter((code) => code !== 'done' && !code.startsWith('card/'))).toEqual([]);
    expect(ends.get('card/malformed')).toBeGreaterThan(RUNS / 10);
  },
);

describe('a card that lies', () => {
  /** An honest card but for the answer to the instruction. */
  const lying = (
    channel: CardChannel,
    ins: number,
    lie: (answer: Uint8Array, sent: Uint8Array) => Uint8Array,
  ): CardChannel => ({
    ...channel,
    transmit: async (command) => {
      const answer = await channel.transmit(command);
      return command[1] === ins ? lie(answer, command) : answer;
    },
  });

  test('about its management key is found out', async () => {
    const { channel } = await openCard();
    const key = factoryManagementKey('3DES');
    // Accepts whatever it is told, and gives something back, or the challenge itself.
    for (const answer of [systemRandom(8), undefined]) {
      const card = lying(channel, 0x87, (honest, sent) => {
        if (sent[6] === 2) return honest;
        return concat(Uint8Array.of(0x7c, 10, 0x82, 8), answer ?? sent.subarray(-9, -1), Uint8Array.of(0x90, 0));
      });
      expect(await codeOfAct(() => authenticateManagement(card, key, managementDeps))).toBe('card/not-authentic');
    }
  });

  test.each<[string, Uint8Array]>([
    ['a modulus of nine bytes (PivApplet#75)', rsaAnswer(systemRandom(9))],
    ['a modulus of 255 bytes', rsaAnswer(systemRandom(255).fill(0xff))],
    ['a modulus of 2041 bits', rsaAnswer(systemRandom(256).fill(0xff).with(0, 1))],
    ['an even modulus', rsaAnswer(systemRandom(256).fill(0xfe))],
    ['the exponent 3', rsaAnswer(new Uint8Array(256).fill(0xff), Uint8Array.of(3))],
  ])('about an RSA key with %s is refused', async (_, answer) => {
    const card = lying((await openCard()).channel, 0x47, () => concat(answer, Uint8Array.of(0x90, 0)));
    expect(await codeOfAct(() => generateKey(card, '9C', 'RSA-2048'))).toBe('card/key-malformed');
  });

  test.each<[string, number, (channel: CardChannel) => Promise<unknown>, string]>([
    ['serial number', 0xf8, readSerial, '0102039000'],
    ['serial number', 0xf8, readSerial, '01020304059000'],
    ['version', 0xfd, readVersion, '05049000'],
    ['default flag', 0xf7, (channel) => readMetadata(channel, 0x80), '0501029000'],
    ['tries', 0xf7, (channel) => readMetadata(channel, 0x80), '0601039000'],
    ['field twice', 0xf7, (channel) => readMetadata(channel, 0x80), '0501000501009000'],
  ])('with a %s of another form is refused', async (_, ins, read, answer) => {
    const card = lying((await openCard()).channel, ins, () => fromHex(answer)!);
    expect(await codeOfAct(() => read(card))).toBe('card/malformed');
  });

  test('about the curve is refused', async () => {
    const { channel } = await openCard();
    const other = lying(channel, 0x47, () =>
      concat(Uint8Array.of(0x7f, 0x49, 99, 0x86, 97, 4), new Uint8Array(96), Uint8Array.of(0x90, 0)),
    );
    expect(await codeOfAct(() => generateKey(other, '9C', 'P-256'))).toBe('card/key-malformed');
    const packed = lying(channel, 0x47, () =>
      concat(Uint8Array.of(0x7f, 0x49, 35, 0x86, 33, 2), new Uint8Array(32), Uint8Array.of(0x90, 0)),
    );
    expect(await codeOfAct(() => generateKey(packed, '9C', 'P-256'))).toBe('card/key-malformed');
  });

  test('about the key that it signed with is refused', async () => {
    const { channel } = await openCard();
    await generateKey(channel, '9E', 'P-256');
    const { channel: other } = await openCard();
    const key = await generateKey(other, '9E', 'P-256');
    const act = (): Promise<unknown> => signWith(channel, '9E', key, utf8('x'), nodePrimitives);
    expect(await codeOfAct(act)).toBe('card/signature-wrong');
  });

  test('about tries that are left is believed downwards only: one try is sent, whatever it says', async () => {
    const { channel } = await openCard();
    const card = listening(
      lying(channel, 0x20, (honest, sent) => (sent.length === 4 ? Uint8Array.of(0x63, 0xcf) : honest)),
    );
    expect(await codeOfAct(() => verifyPin(card, '999999'))).toBe('card/pin-wrong');
    expect(card.told.filter((one) => one.length > 4)).toHaveLength(1);
  });
});

function rsaAnswer(modulus: Uint8Array, exponent: Uint8Array = Uint8Array.of(1, 0, 1)): Uint8Array {
  const length = (value: number): Uint8Array => Uint8Array.of(0x82, value >> 8, value & 0xff);
  const parts = concat(
    Uint8Array.of(0x81),
    length(modulus.length),
    modulus,
    Uint8Array.of(0x82, exponent.length),
    exponent,
  );
  return concat(Uint8Array.of(0x7f, 0x49), length(parts.length), parts);
}
