import { isRefusal, Refusal } from '../../src/core/refusal.ts';
import type { EntryCode } from '../../src/texts/code.ts';
import type { Command } from '../command.ts';
import { cardBadge } from './card-badge.ts';
import { cardBridge } from './card-bridge.ts';
import { cardBundle } from './card-bundle.ts';
import { cardInspect } from './card-inspect.ts';
import { cardUnblock, cardWipe } from './card-life.ts';
import { cardReplace } from './card-replace.ts';
import { cardList, cardShow } from './card-list.ts';
import { cardProvision } from './card-provision.ts';
import { cardReaders } from './card-readers.ts';
import { cardSoft } from './card-soft.ts';
import { cardStation } from './card-station.ts';
import { cardVerify } from './card-verify.ts';

/**
 * Where there is no installation somebody most likely sits at a counter or a station that has none: they are told what works
 * there, and not to found one.
 */
function atCounter(command: Command): Command {
  const counter = command.name === 'card verify' ? 'verify' : 'office';
  const told = (error: unknown): never => {
    if (!isRefusal(error, 'installation/none')) throw error;
    throw new Refusal<EntryCode>('installation/none', error.message, { ...error.facts, counter });
  };
  return { ...command, run: (context) => command.run({ ...context, client: () => context.client().catch(told) }) };
}

export const cardCommands: readonly Command[] = [
  cardReaders,
  cardList,
  cardShow,
  cardProvision,
  cardStation,
  cardBridge,
  cardVerify,
  cardInspect,
  cardUnblock,
  cardWipe,
  cardReplace,
  cardBundle,
  cardBadge,
  cardSoft,
].map(atCounter);
