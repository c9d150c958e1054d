import { expect, test } from 'vitest';
import { systemClock } from '../../../src/adapters/system.ts';
import { startOfDay, unixSeconds } from '../../../src/core/time.ts';
import { newcomer, openOffice } from '../../support/office.ts';
import { makeTaggedCard } from '../../support/tagged-cards.ts';

let ahead = 0;
const office = await openOffice({ clock: () => unixSeconds(systemClock() + ahead) });
const { services } = office;

test.each([
  ['a tag alone', false],
  ['a chip and a tag', true],
])('a card of %s counts on its last day, and not on the day after', async (_, hasChip) => {
  ahead = 0;
  const { number, tap } = await makeTaggedCard(services, await newcomer(office), { hasChip });
  const { expires } = (await services.cards.find({ number }))!;
  const states = async () => [
    (await services.verifyBadge(number)).state,
    (await services.verifyTap((await tap()).slice('/c/'.length))).answer.state,
  ];
  const end = startOfDay(expires) + 86_400;
  ahead = end - 60 - systemClock();
  expect(await states()).toEqual(['current', 'current']);
  ahead = end + 1 - systemClock();
  expect(await states()).toEqual(['expired', 'expired']);
});
