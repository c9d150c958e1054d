import { expect, test } from 'vitest';
import { systemClock } from '../../src/adapters/system.ts';
import { formatCardNumber } from '../../src/card/card.ts';
import { dayInMexicoCity, type UnixSeconds } from '../../src/core/time.ts';
import { formatDistinctiveNumber } from '../../src/directory/distinctive/distinctive.ts';
import type { DistinctiveView } from '../../src/http/staff/distinctives.ts';
import { json } from '../support/command-line.ts';
import { cotejo } from '../support/warm-command-line.ts';
import { makeInstallation } from '../support/installation.ts';
import { makeCard } from '../support/soft-slots.ts';

const DAY = dayInMexicoCity((systemClock() + 100 * 86_400) as UnixSeconds);
const EVIDENCE = `trust-exam=${DAY},link-analysis=${DAY},training=${DAY}`;

test('whoever leaves is told with the card and the distinctive that they still have, and how the card is ended', async () => {
  const office = await makeInstallation();
  const ana = await office.register({ name: 'Ana Paz Ríos' }, true);
  const { card } = await makeCard(office.services, ana);
  office.close();
  const data = office.config.dataFolder;
  const granted = cotejo(data, ['distinctive', 'grant', '--official', ana.id, '--evidence', EVIDENCE, '--json']);
  const { number } = json<DistinctiveView>(granted);
  const end = (...more: readonly string[]) => cotejo(data, ['official', 'end', ana.id, '--reason', 'retired', ...more]);
  expect(json(end('--on', '2097-12-30', '--json'))).toMatchObject({ card: card.number, distinctive: number });
  const later = end('--on', '2097-12-31').stdout;
  expect(later).toContain('El 2097-12-31 pídasela y dela de baja');
  const shown = end('--on', dayInMexicoCity(systemClock())).stdout;
  expect(shown).toContain('Pídasela y dela de baja');
  const printed = formatCardNumber(card.number);
  expect(shown).toContain(`Tiene la tarjeta ${printed}.`);
  expect(shown).toContain(`./cotejo card replace ${printed} --reason left`);
  expect(shown).toContain(`el distintivo ${formatDistinctiveNumber(number)}`);
  office.remove();
});
