import { describe, expect, test } from 'vitest';
import { nodeBlockCiphers } from '../../../src/adapters/block-ciphers.ts';
import type { BlockCiphers } from '../../../src/core/block-ciphers.ts';
import type { CardChannel } from '../../../src/card/channel.ts';
import * as commands from '../../../src/card/ntag424/commands.ts';
import { decodeFileSettings } from '../../../src/card/ntag424/file-settings.ts';
import { decodeUriFile, readNdefAddress } from '../../../src/card/ntag424/ndef.ts';
import { identifyTag } from '../../../src/card/ntag424/read-tag.ts';
import { authenticateFirst, rotated, type TagSession } from '../../../src/card/ntag424/session.ts';
import { concat, fromHex, toHex } from '../../../src/core/bytes.ts';
import { Outage, Refusal } from '../../../src/core/refusal.ts';
import { codeOf, codeOfAct } from '../../support/refuses.ts';
import { scriptedTag, type ScriptedTag } from './scripted-tag.ts';
import { insert, KEYS, newTag, seeded } from './tag-kit.ts';

/** Every handshake here is the same one: what it needs is computed once. */
function once<Given extends readonly Uint8Array[]>(act: (...given: Given) => Uint8Array) {
  const known = new Map<string, Uint8Array>();
  return (...given: Given): Uint8Array => {
    const id = given.map(toHex).join(' ');
    const result = known.get(id) ?? act(...given);
    if (known.size < 1000) known.set(id, result);
    return result.slice();
  };
}
const ciphers: BlockCiphers = {
  ...nodeBlockCiphers,
  aesEncrypt: once(nodeBlockCiphers.aesEncrypt),
  aesCbcEncrypt: once(nodeBlockCiphers.aesCbcEncrypt),
  aesCbcDecrypt: once(nodeBlockCiphers.aesCbcDecrypt),
};

const ZERO = new Uint8Array(16);
const RND_A = fromHex('00112233445566778899aabbccddeeff')!;
const RND_B = fromHex('ffeeddccbbaa99887766554433221100')!;

function handshake(part2: Uint8Array): ScriptedTag {
  const enciphered = (plain: Uint8Array): string => toHex(ciphers.aesCbcEncrypt(KEYS[0], ZERO, plain));
  return scriptedTag(`${enciphered(RND_B)}91af`, `${enciphered(part2)}9100`);
}

const authenticate = async (channel: CardChannel): Promise<TagSession | undefined> =>
  authenticateFirst({ channel, ciphers, random: () => RND_A }, 0, KEYS[0]);

const PROOF = concat(fromHex('01020304')!, rotated(RND_A), new Uint8Array(12));

describe('a tag that authenticates', () => {
  test('has to turn our challenge, in every bit', async () => {
    expect(await authenticate(handshake(PROOF))).toBeDefined();
    for (let bit = 0; bit < 128; bit += 5) {
      const wrong = PROOF.slice();
      wrong[4 + (bit >> 3)]! ^= 1 << (bit & 7);
      expect(await codeOfAct(async () => authenticate(handshake(wrong)))).toBe('tag/not-proven');
    }
  });

  test('has no capability of LRP, and repeats none that was not sent', async () => {
    expect(await codeOfAct(async () => authenticate(handshake(PROOF.with(20, 0x02))))).toBe('tag/lrp');
    expect(await codeOfAct(async () => authenticate(handshake(PROOF.with(31, 0x01))))).toBe('card/malformed');
    expect(await codeOfAct(async () => authenticate(scriptedTag(`01${'00'.repeat(16)}91af`)))).toBe('tag/lrp');
  });

  test.for([
    ['a challenge of another length', '00'.repeat(15) + '91af', 'card/malformed'],
    ['a challenge that is not followed by anything', '00'.repeat(16) + '9100', 'card/declined'],
    ['delay', '91ad', 'tag/delayed'],
    ['a lock', '919d', 'tag/key-locked'],
    ['a key that is not there', '9140', 'card/declined'],
  ] as const)('is declined with %s', async ([, answer, code]) => {
    expect(await codeOfAct(async () => authenticate(scriptedTag(answer)))).toBe(code);
  });

  test('and then repeats an answer, or answers another command, is not believed', async () => {
    const tag = insert(newTag());
    const answers: Uint8Array[] = [];
    let replay: Uint8Array | undefined;
    const channel = {
      ...tag,
      async transmit(command: Uint8Array) {
        const answer = await tag.transmit(command);
        answers.push(answer);
        return replay ?? answer;
      },
    };
    await channel.transmit(fromHex('00a4040c07d2760000850101')!);
    const session = await authenticateFirst({ channel, ciphers, random: seeded(3) }, 0, ZERO);
    await commands.getCardUid(session!);
    replay = answers.at(-1)!;
    expect(await codeOfAct(async () => commands.getCardUid(session!))).toBe('tag/not-proven');
    // After a failure nothing goes on.
    await expect(commands.getCardUid(session!)).rejects.toThrow('over');
  });
});

describe('settings of a file', () => {
  const GOOD = '0040eeee000100d1fe001f00004400004400002000006a0000';
  test.for([
    ['cut short', GOOD.slice(0, -2)],
    ['with a byte more', `${GOOD}00`],
    ['of another kind of file', `01${GOOD.slice(2)}`],
    ['with an option that is none', `0044${GOOD.slice(4)}`],
    ['in a mode that is none', `0042${GOOD.slice(4)}`],
    ['with a right of no key', GOOD.replace('eeee', 'e5ee')],
    ['with a MAC of everybody', GOOD.replace('d1fe00', 'd1fe0e')],
    ['in binary', GOOD.replace('d1fe00', 'd0fe00')],
    ['with a place outside of the file', GOOD.replace('6a0000', '6a0100')],
  ] as const)('are not read %s', ([, hex]) => {
    expect(codeOf(() => decodeFileSettings(fromHex(hex)!))).toBe('card/malformed');
  });
});

test('of 20,000 answers that anybody may give, none does more than be refused', async () => {
  let seed = 1;
  const next = (below: number): number => {
    seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0;
    return (seed >>> 8) % below;
  };
  const bytes = (length: number): Uint8Array => Uint8Array.from({ length }, () => next(256));
  const statuses = [0x9000, 0x9100, 0x9100, 0x91af, 0x91af, 0x9190, 0x91ae, 0x91ad, 0x6110, 0x6c05, 0x6a82];
  const lengths = [0, 1, 2, 5, 7, 8, 14, 16, 23, 24, 32, 40, 56, 64, 254];
  let sent = 0;
  const hostile: CardChannel = {
    atr: new Uint8Array(2),
    async transmit() {
      sent++;
      if (next(20) === 0) return bytes(next(3));
      const status = statuses[next(statuses.length)]!;
      const data = bytes(lengths[next(lengths.length)]!);
      return concat(data, Uint8Array.of(status >> 8, status & 0xff));
    },
    async close() {},
  };
  const session = async (): Promise<TagSession> => {
    const tag = handshake(PROOF);
    const proven = await authenticate({
      ...tag,
      transmit: async (one) => (tag.answers.length > 0 ? tag.transmit(one) : hostile.transmit(one)),
    });
    return proven!;
  };
  const file = commands.FILE.ndef;
  const SETTINGS = { mode: 'mac', rights: { read: 'free', write: 0, readWrite: 0, change: 0 } } as const;
  /** What has no answer is believed done all the same. */
  const done = async (act: Promise<void>): Promise<string> => act.then(() => 'done');
  const acts: readonly (() => Promise<unknown>)[] = [
    async () => identifyTag({ channel: hostile }),
    async () => commands.getVersion(hostile),
    async () => readNdefAddress(hostile),
    async () => authenticate(hostile),
    async () => commands.getCardUid(await session()),
    async () => commands.getFileSettings(await session(), file),
    async () => commands.getFileCounter(await session(), file),
    async () => commands.readData(await session(), file, 'full', 0, 200),
    async () => commands.readData(await session(), file, 'mac', 0, 8),
    async () => done(commands.writeData(await session(), file, 'mac', 0, bytes(200))),
    async () => done(commands.changeFileSettings(await session(), file, SETTINGS)),
    async () => done(commands.changeKey(await session(), 3, ZERO, { key: KEYS[3], version: 1 })),
    async () => (await session()).authenticate(1, KEYS[1]),
    async () => decodeFileSettings(bytes(next(40))),
    async () => decodeUriFile(bytes(next(40))),
  ];
  let refused = 0;
  while (sent < 20_000) {
    const act = next(acts.length);
    await acts[act]!().then(
      // Of an authentication, that the tag holds another key is an answer; of an empty file, that it is empty.
      (result) => expect(result, String(act)).toBeUndefined(),
      (error: unknown) => {
        refused++;
        if (!(error instanceof Refusal) && !(error instanceof Outage)) throw error;
      },
    );
  }
  expect(refused).toBeGreaterThan(10_000);
});
