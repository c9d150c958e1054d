import { join } from 'node:path';
import { nodeBlockCiphers } from '../../src/adapters/block-ciphers.ts';
import { nodePrimitives } from '../../src/adapters/primitives.ts';
import { systemClock, systemRandom } from '../../src/adapters/system.ts';
import type { StationDeps } from '../../src/card/station/provision.ts';
import type { Config } from '../../src/config.ts';
import { fileJournal } from '../../hardware/journal-file.ts';
import type { Readers } from '../../hardware/pcsc/readers.ts';
import { UsageError, type Context, type OptionSpec } from '../command.ts';
import { cardOffice } from '../card-office.ts';
import type { Client } from '../client.ts';
import { cardMakers } from './makers.ts';
import { Prompt } from './prompt.ts';
import { expectOneReader, takeCard, type PartOfCard, type TakenCard, type TakeOptions } from './take-card.ts';

/** Options of every command that works on a card in a reader. */
export const READER_OPTIONS: Readonly<Record<'reader' | 'wait', OptionSpec>> = {
  reader: {
    type: 'string',
    value: { es: 'NOMBRE', en: 'NAME' },
    help: {
      es: 'en este lector y en ningún otro: parte de su nombre (véase card readers)',
      en: 'in this reader and no other: a part of its name (see card readers)',
    },
  },
  wait: {
    type: 'string',
    value: 'N',
    help: { es: 'segundos que espera la tarjeta (60)', en: 'seconds to wait for the card (60)' },
  },
};

/** Of every command that makes keys on a card. */
export const RSA_OPTION: OptionSpec = {
  type: 'boolean',
  help: {
    es: 'llaves RSA-2048: tardan hasta medio minuto cada una',
    en: 'RSA-2048 keys: up to half a minute each',
  },
};

const FOLDER = 'card-journal';
const WAIT_SECONDS = 60;

const OF_THIS_MACHINE = {
  ciphers: nodeBlockCiphers,
  primitives: nodePrimitives,
  random: systemRandom,
  clock: systemClock,
};

/** A machine with readers, and somebody at its terminal. */
export interface OpenedReaders extends Pick<StationDeps, 'ciphers' | 'random' | 'clock' | 'primitives'> {
  readonly prompt: Prompt;
  /** Waits for a card with such a part, and takes it; `judge` refuses those that are not wanted, where there are several. */
  take(parts: readonly PartOfCard[], judge?: TakeOptions['judge']): Promise<TakenCard>;
  /** Refuses, before anybody is asked anything, readers among which it would not be clear whose card is meant. */
  expectOneReader(parts: readonly PartOfCard[]): Promise<void>;
  /** Lets go of what was taken; at the end it is anyway. */
  release(): Promise<void>;
}

/** The same, and the office behind it. */
export type Station = StationDeps & OpenedReaders;

export async function openConfigured({ cardDriver }: Pick<Config, 'cardDriver'>): Promise<Readers> {
  // Loaded when asked for: no other command needs it.
  const { openReaders } = await import('../../hardware/pcsc/readers.ts');
  return openReaders(cardDriver === undefined ? {} : { driver: cardDriver });
}

/**
 * Opens the readers for one command, and closes them whatever comes of it.
 * @param kept of whoever asks before and after as well: it stays open
 */
export async function withReaders<Result>(
  { config, given, screen }: Pick<Context, 'config' | 'given' | 'screen'>,
  act: (opened: OpenedReaders) => Promise<Result>,
  kept?: Prompt,
): Promise<Result> {
  const waitSeconds = secondsOf(given.text('wait'));
  const reader = given.text('reader');
  const readers = await openConfigured(config);
  const prompt = kept ?? new Prompt(screen);
  const taken: TakenCard[] = [];
  const release = async (): Promise<void> => {
    for (const { channel } of taken.splice(0)) await channel.close();
  };
  try {
    return await act({
      ...OF_THIS_MACHINE,
      prompt,
      async take(parts, judge) {
        const card = await takeCard(readers, screen, { parts, reader, waitSeconds, judge });
        taken.push(card);
        return card;
      },
      expectOneReader: (parts) => expectOneReader(readers, { parts, reader }),
      release,
    });
  } finally {
    await release();
    readers.close();
    if (!kept) await prompt.close();
  }
}

/** Office and journal of this machine. */
export async function stationDeps(client: Client, config: Config): Promise<StationDeps> {
  const makers = await cardMakers(config);
  return {
    ...OF_THIS_MACHINE,
    office: cardOffice(client),
    journal: fileJournal(join(config.dataFolder, FOLDER)),
    busy: new Set<string>(),
    ...(makers && { makers }),
  };
}

/** Opens readers, journal and office for one command. */
export async function withStation<Result>(
  context: Context,
  act: (station: Station) => Promise<Result>,
  kept?: Prompt,
): Promise<Result> {
  secondsOf(context.given.text('wait'));
  const deps = await stationDeps(await context.client(), context.config);
  return withReaders(context, (opened) => act({ ...opened, ...deps }), kept);
}

function secondsOf(text: string | undefined): number {
  if (text === undefined) return WAIT_SECONDS;
  if (/^\d{1,4}$/.test(text)) return Number(text);
  throw new UsageError({ es: `--wait lleva segundos, no «${text}»`, en: `--wait takes seconds, not "${text}"` });
}
