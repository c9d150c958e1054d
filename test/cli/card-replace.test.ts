import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { cardOffice } from '../../cli/card-office.ts';
import { cardReplace } from '../../cli/commands/card-replace.ts';
import { Prompt } from '../../cli/cards/prompt.ts';
import { Client } from '../../cli/client.ts';
import type { Context } from '../../cli/command.ts';
import { holderNamed } from '../../cli/officials.ts';
import { Screen } from '../../cli/screen.ts';
import { formatCardNumber } from '../../src/card/card.ts';
import { staffApp } from '../../src/http/staff/app.ts';
import { makeInstallation, type Installation } from '../support/installation.ts';
import { makeCard, registerCard, type MadeCard } from '../support/soft-slots.ts';

let office: Installation;
let hers: MadeCard | undefined;
let reserved: Pick<MadeCard, 'card'> | undefined;
beforeAll(async () => {
  office = await makeInstallation();
  hers = await makeCard(office.services, await office.register({ name: 'Ana Paz Ríos' }));
  const eva = await office.register({ name: 'Eva Luz', publication: 'reserved', legalGround: 'Acuerdo 7' });
  reserved = { card: await registerCard(office.services, eva) };
});
afterAll(() => office.remove());

function clientOf({ services }: Installation): Client {
  const app = staffApp(services);
  return new Client(
    async (request) => app.fetch(request),
    async () => {},
  );
}

/** Somebody at a terminal, who answers the questions so. @returns what they saw, the questions too */
async function replace(
  made: Pick<MadeCard, 'card'>,
  reason: string,
  says: boolean,
  more: readonly string[] = [],
): Promise<string> {
  let seen = '';
  const stream = { write: (text: string) => void (seen += text) };
  const screen = new Screen({ language: 'es', json: false, out: stream, messages: stream, colour: false });
  vi.spyOn(Prompt.prototype, 'isTerminal', 'get').mockReturnValue(true);
  vi.spyOn(Prompt.prototype, 'confirm').mockImplementation(async ({ es }) => ((seen += `${es}\n`), says));
  const client = clientOf(office);
  const given = {
    positionals: [made.card.number],
    text: () => undefined,
    need: () => reason,
    flag: (name: string) => more.includes(name),
  };
  const context = { given, screen, config: office.config, client: async () => client } as unknown as Context;
  const declined = await cardReplace.run(context).catch((error: Error) => error);
  vi.restoreAllMocks();
  return declined instanceof Error ? `${seen}${declined.name}` : seen;
}

async function stateOf({ card }: Pick<MadeCard, 'card'>): Promise<string | undefined> {
  return (await office.services.cards.find({ guid: card.guid }))?.state;
}

test('a card is ended for good only when whoever sits there has seen whose it is, and said yes', async () => {
  const no = await replace(hers!, 'damaged', false);
  expect(no).toContain(`¿Dar de baja la tarjeta ${formatCardNumber(hers!.card.number)} de Ana Paz Ríos (se dañó)?`);
  expect(no).toContain('Declined');
  expect(await stateOf(hers!)).toBe('active');
  const other = await replace(reserved!, 'left', false);
  expect(other).toContain('nombre reservado');
  expect(other).not.toContain('Eva');
  expect(await replace(reserved!, 'left', false, ['yes'])).not.toContain('¿');
  expect(await stateOf(reserved!)).toBe('ended');
});

test('whoever reports a stolen card is not held up, and is told of the letters that were signed before', async () => {
  const told = await replace(hers!, 'stolen', false);
  expect(await stateOf(hers!)).toBe('ended');
  expect(told).not.toContain('¿');
  const { serial } = hers!.slots['9C'];
  expect(told).toContain(`credential revoke ${serial} --reason keyCompromise --compromised-from ASIENTO`);
});

test('whoever types an id with one wrong letter is told which one it may have meant, and no name leads to an id: it may be under reserve', async () => {
  const client = clientOf(office);
  const id = reserved!.card.officialId;
  const wrong = `${id.slice(0, -1)}${id.endsWith('Z') ? 'Y' : 'Z'}`;
  for (const typed of [wrong, wrong.toLowerCase()]) {
    const refused = holderNamed(client, cardOffice(client), typed);
    await expect(refused).rejects.toMatchObject({
      code: 'credential/official-unknown',
      facts: { official: typed, near: id },
    });
  }
  for (const typed of ['Zoé', 'Eva']) {
    const nobody = holderNamed(client, cardOffice(client), typed);
    await expect(nobody).rejects.toMatchObject({ facts: { official: typed } });
    await expect(nobody).rejects.not.toHaveProperty('facts.near');
  }
});
