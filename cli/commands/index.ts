import type { Command } from '../command.ts';
import { cardBadge } from './card-badge.ts';
import { cardBundle } from './card-bundle.ts';
import { cardInspect } from './card-inspect.ts';
import { cardReplace, cardUnblock, cardWipe } from './card-life.ts';
import { cardList, cardShow } from './card-list.ts';
import { cardProvision } from './card-provision.ts';
import { cardReaders } from './card-readers.ts';
import { cardStation } from './card-station.ts';
import { cardVerify } from './card-verify.ts';
import { credentialCommands } from './credential.ts';
import { demo } from './demo.ts';
import { distinctiveCommands } from './distinctive.ts';
import { init } from './init.ts';
import { logCommands } from './log.ts';
import { officialCommands } from './official.ts';
import { oficioCommands } from './oficio.ts';
import { revocationCommands } from './revocation.ts';
import { serve } from './serve.ts';
import { folioSeries } from './series.ts';
import { unitCommands } from './unit.ts';
import { verify } from './verify.ts';

/** Every command, in the order of the help. */
export const commands: readonly Command[] = [
  demo,
  init,
  serve,
  ...unitCommands,
  ...officialCommands,
  ...distinctiveCommands,
  ...credentialCommands,
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
  ...oficioCommands,
  folioSeries,
  verify,
  ...revocationCommands,
  ...logCommands,
];
