/** What `card inspect` says of a card that is nobody's: blank is not false. */
import 'reflect-metadata';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import type { Context } from '../../cli/command.ts';
import { cardInspect } from '../../cli/commands/card-inspect.ts';
import { Client } from '../../cli/client.ts';
import { Screen } from '../../cli/screen.ts';
import { factoryTag } from '../../hardware/soft-ntag424.ts';
import { factoryState } from '../../hardware/soft-piv/state.ts';
import { systemRandom } from '../../src/adapters/system.ts';
import type { CardChannel } from '../../src/card/channel.ts';
import { parseTagUid } from '../../src/card/ntag424/uid.ts';
import { staffApp } from '../../src/http/staff/app.ts';
import { insert } from '../card/ntag424/tag-kit.ts';
import { insertCard } from '../card/station/station-kit.ts';
import { makeInstallation, type Installation } from '../support/installation.ts';
import { personalCard } from '../support/signing-station.ts';
import { listening } from '../support/soft-cards.ts';

const reader = vi.hoisted(() => ({ channel: undefined as CardChannel | undefined }));
vi.mock('../../hardware/pcsc/readers.ts', () => ({
  openReaders: async () => ({
    driver: 'none',
    serviceAnswers: () => true,
    list: () => [{ name: 'one', hasCard: true }],
    onChange: () => () => {},
    connect: async () => reader.channel,
    close() {},
  }),
}));

let office: Installation;
beforeAll(async () => {
  office = await makeInstallation();
});
afterAll(() => office.remove());

async function inspect(channel: CardChannel, json = false): Promise<string> {
  reader.channel = channel;
  let seen = '';
  const stream = { write: (text: string) => void (seen += text) };
  const screen = new Screen({
    language: 'es',
    json,
    out: stream,
    messages: json ? { write: () => {} } : stream,
    colour: false,
  });
  const app = staffApp(office.services);
  const client = new Client(
    async (request) => app.fetch(request),
    async () => {},
  );
  const given = { text: () => undefined, flag: () => false };
  await cardInspect.run({ given, screen, config: office.config, client: async () => client } as unknown as Context);
  return seen;
}

const blankTag = () => factoryTag(parseTagUid(Uint8Array.of(4, 1, 2, 3, 4, 5, 6))!);

test.each<[string, () => CardChannel]>([
  ['chip', () => insertCard(factoryState(systemRandom))],
  ['tag', () => insert(blankTag())],
])('a blank %s is blank: no forgery, with the command that prepares it', async (_, channel) => {
  const seen = await inspect(channel());
  expect(seen).toContain('En blanco');
  expect(seen).toContain('./cotejo card provision --official');
  expect(seen).not.toContain('falsa');
  expect(JSON.parse(await inspect(channel(), true))).toMatchObject({ isBlank: true });
});

test('a tag is asked nothing that counts as a tap', async () => {
  const heard = listening(insert(blankTag()));
  await inspect(heard);
  // READ BINARY of file 2: its counter goes up with it. File 1 says what kind of tag it is.
  const files = heard.told.filter(([, ins, , p2]) => ins === 0xa4 && p2 === 0x0c).map((command) => command.at(-1));
  expect(files).not.toContain(0x04);
});

test('of somebody under reserve a card tells the id, and not the name', async () => {
  const reserve = { publication: 'reserved', legalGround: 'Acuerdo 7' } as const;
  const official = await office.register({ name: 'Nadie Nombrado', ...reserve });
  const { state } = await personalCard(office.services, official);
  const seen = await inspect(insertCard(state));
  expect(seen).toMatch(new RegExp(`Persona +reservado \\(${official.id}\\)`));
  expect(seen).not.toContain('Nadie');
});

test('a chip with certificates that the register does not know may be false, also where it has no identity', async () => {
  const { state } = await personalCard(office.services, await office.register());
  const other = await makeInstallation();
  try {
    const foreign = await personalCard(other.services, await other.register());
    const { '5fc102': _, ...torn } = state.objects;
    for (const chip of [foreign.state, { ...state, objects: torn }]) {
      const seen = await inspect(insertCard(chip));
      expect(seen).toContain('puede ser falsa');
      expect(seen).not.toContain('En blanco');
      expect(JSON.parse(await inspect(insertCard(chip), true))).toMatchObject({ isBlank: false });
    }
  } finally {
    other.remove();
  }
});
