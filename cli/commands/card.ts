import type { Command } from '../command.ts';
import { cardBadge } from './card-badge.ts';
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

export const cardCommands: readonly Command[] = [
  cardReaders,
  cardList,
  cardShow,
  cardProvision,
  cardStation,
  cardVerify,
  cardInspect,
  cardUnblock,
  cardWipe,
  cardReplace,
  cardBundle,
  cardBadge,
  cardSoft,
];
