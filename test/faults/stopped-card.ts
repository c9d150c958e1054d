/**
 * A process that is meant to be killed while it makes a card: `node stopped-card.ts DATA-FOLDER OFFICIAL LINE WHEN`, which kills
 * itself with SIGKILL before or after the line of its journal with that index is durable. Chip and tag lie at the parent, which
 * answers APDUs by IPC.
 */
import { join } from 'node:path';
import { fileJournal } from '../../hardware/journal-file.ts';
import type { CardChannel } from '../../src/card/channel.ts';
import type { Journal } from '../../src/card/station/journal.ts';
import { openServices } from '../../src/compose.ts';
import { readConfig, type Config } from '../../src/config.ts';
import type { Services } from '../../src/services.ts';
import { provisionCard, type ProvisionedCard } from '../../src/card/station/provision.ts';
import { nodePrimitives as primitives } from '../../src/adapters/primitives.ts';
import { systemClock } from '../../src/adapters/system.ts';
import { MAKER } from '../card/ntag424/tag-kit.ts';
import { people } from '../card/station/station-kit.ts';
import { managementDeps } from '../support/soft-cards.ts';

export type Part = 'chip' | 'tag';
/** To the parent. */
export interface Asked {
  readonly part: Part;
  /** An APDU, Base64. */
  readonly command: string;
}
/** From it. */
export interface Answered {
  readonly response: string;
}

/** Makes the body with these parts the card of an official. */
export function makeCard(
  { cards }: Pick<Services, 'cards'>,
  journal: Journal,
  officialId: string,
  parts: Readonly<Record<Part, CardChannel>>,
): Promise<ProvisionedCard> {
  const deps = { ...managementDeps, primitives, clock: systemClock, journal, office: cards, busy: new Set<string>() };
  const bodies = { chip: parts.chip, tag: async () => parts.tag };
  return provisionCard(deps, officialId, bodies, people(), { makerKey: MAKER.publicKey });
}

export function journalOf({ dataFolder }: Pick<Config, 'dataFolder'>): Journal {
  return fileJournal(join(dataFolder, 'card-journal'));
}

/** One command at a time, as a reader. */
function partAtParent(part: Part): CardChannel {
  return {
    atr: new Uint8Array(),
    transmit: (command) =>
      new Promise((resolve) => {
        process.once('message', ({ response }: Answered) => resolve(new Uint8Array(Buffer.from(response, 'base64'))));
        process.send!({ part, command: Buffer.from(command).toString('base64') } satisfies Asked);
      }),
    close: async () => {},
  };
}

function stoppingAt(journal: Journal, line: number, when: string): Journal {
  let next = 0;
  const stop = (): void => void process.kill(process.pid, 'SIGKILL');
  return {
    linesOf: (card) => journal.linesOf(card),
    async append(one) {
      const isHere = next++ === line;
      if (isHere && when === 'before') stop();
      await journal.append(one);
      if (isHere) stop();
    },
  };
}

if (process.argv[1] === import.meta.filename) {
  const [folder = '', official = '', line = '', when = ''] = process.argv.slice(2);
  const config = readConfig({ COTEJO_DATA: folder }, folder);
  const services = await openServices(config);
  const journal = stoppingAt(journalOf(config), Number(line), when);
  await makeCard(services, journal, official, { chip: partAtParent('chip'), tag: partAtParent('tag') });
  services.close();
  process.disconnect();
}
