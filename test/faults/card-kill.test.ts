import { fork } from 'node:child_process';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { factoryTag, type SoftTagState } from '../../hardware/soft-ntag424.ts';
import { factoryState, type SoftPivState } from '../../hardware/soft-piv/state.ts';
import { nodePrimitives as primitives } from '../../src/adapters/primitives.ts';
import { systemRandom } from '../../src/adapters/system.ts';
import type { CardChannel } from '../../src/card/channel.ts';
import { parseTagUid } from '../../src/card/ntag424/uid.ts';
import { openServices } from '../../src/compose.ts';
import { concat, toHex } from '../../src/core/bytes.ts';
import { CARD_SLOTS, KIND_OF_SLOT } from '../../src/credential/on-card.ts';
import type { Services } from '../../src/services.ts';
import { insert, MAKER } from '../card/ntag424/tag-kit.ts';
import { insertCard, keyIn } from '../card/station/station-kit.ts';
import { makeInstallation, type Installation } from '../support/installation.ts';
import { journalOf, makeCard, type Answered, type Asked, type Part } from './stopped-card.ts';

const CHILD = join(import.meta.dirname, 'stopped-card.ts');
/** Every line, before and after it; in each test run some of them. */
const SLOTS = ['9A', '9C', '9E'];
/** More than there are. */
const MOST_LINES = 120;
const STRIDE = process.env['COTEJO_LONG'] ? 1 : 29;

let installation: Installation;
beforeAll(async () => {
  installation = await makeInstallation();
});
afterAll(() => installation.remove());

interface Body {
  readonly chip: SoftPivState;
  readonly tag: SoftTagState;
}

function newBody(): Body {
  const uid = parseTagUid(concat(Uint8Array.of(4), systemRandom(6)))!;
  return { chip: factoryState(systemRandom), tag: factoryTag(uid, MAKER.sign(uid)) };
}

/** Chip and tag in their readers, powered up. */
function partsOf({ chip, tag }: Body): Readonly<Record<Part, CardChannel>> {
  return { chip: insertCard(chip), tag: insert(tag) };
}

/** @returns whether it was killed; it ends by itself where its journal has no such line */
async function runUntil(body: Body, officialId: string, line: number, when: 'before' | 'after'): Promise<boolean> {
  const { dataFolder } = installation.config;
  const child = fork(CHILD, [dataFolder, officialId, String(line), when], {
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  let told = '';
  child.stderr!.setEncoding('utf8').on('data', (text: string) => (told += text));
  const parts = partsOf(body);
  child.on('message', ({ part, command }: Asked) => {
    void parts[part].transmit(new Uint8Array(Buffer.from(command, 'base64'))).then((response) => {
      const answer: Answered = { response: Buffer.from(response).toString('base64') };
      // It may be dead by now.
      child.send(answer, () => {});
    });
  });
  const [code, signal] = await new Promise<readonly [number | null, string | null]>((resolve) =>
    child.on('close', (...ended) => resolve(ended)),
  );
  if (signal !== 'SIGKILL') expect([code, signal, told]).toEqual([0, null, '']);
  return signal === 'SIGKILL';
}

/** What is in force of an official has its key in the chip. @returns the slots */
async function inForce(services: Services, officialId: string, { chip }: Body): Promise<readonly string[]> {
  const slots: string[] = [];
  for (const { serial, kind, keyHash } of await services.credentials.list({ officialId, limit: 100 })) {
    if ((await services.verifyCredential(serial)).state !== 'current') continue;
    const slot = CARD_SLOTS.find((one) => KIND_OF_SLOT[one] === kind)!;
    const held = keyIn(chip, slot);
    expect(held && toHex(primitives.digest('SHA-256', held)), `${slot} is in force with another key`).toBe(keyHash);
    slots.push(slot);
  }
  return slots.toSorted();
}

test(
  'killed at any line of its journal, a station loses no card and leaves none in force that is not whole',
  {
    timeout: 3_600_000,
  },
  async () => {
    const { config, register } = installation;
    const officials: string[] = [];
    for (let i = 0; i < 2 * MOST_LINES; i++)
      officials.push((await register({ name: 'Persona de Prueba', post: `Inspectora ${i}` })).id);
    installation.close();
    let line = 0;
    let wasKilled = true;
    for (; wasKilled; line += STRIDE) {
      for (const when of ['before', 'after'] as const) {
        const [officialId, body] = [officials.pop()!, newBody()];
        wasKilled = await runUntil(body, officialId, line, when);
        const again = await openServices(config);
        try {
          const found = await inForce(again, officialId, body);
          if (!wasKilled) expect(found, 'one that was let alone').toEqual(SLOTS);
          const { card, tag } = await makeCard(again, journalOf(config), officialId, partsOf(body));
          expect([card.state, card.tag?.uid], `line ${line} ${when}`).toEqual(['active', body.tag.uid.toUpperCase()]);
          expect(tag?.counter ?? 'done before').toBeTruthy();
          expect(await inForce(again, officialId, body)).toEqual(SLOTS);
          expect(await again.auditLog()).toMatchObject({ sound: true, findings: [] });
        } finally {
          again.close();
        }
      }
    }
    // All of them, whatever the stride.
    expect(line).toBeGreaterThan(40);
  },
);
