import { describe, expect, test } from 'vitest';
import { Declined, EXIT } from '../../../cli/command.ts';
import { formatCardNumber } from '../../../src/card/card.ts';
import type { CardChannel } from '../../../src/card/channel.ts';
import { Outage } from '../../../src/core/refusal.ts';
import { problemText } from '../../../src/texts/problems.ts';
import { openOffice } from '../../support/office.ts';
import { cardOrder, personalCard, sitDown } from '../../support/signing-station.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { insertCard } from './station-kit.ts';

const { services, director, subdirector } = await openOffice();
const { state } = await personalCard(services, director);
const folder = temporaryFolder();

describe('a question for the PIN', () => {
  test('comes after what is not signed was told, and one letter that is refused stops none of the others', async () => {
    const [good, bad] = [cardOrder(folder, 'buena'), cardOrder(folder, 'otra', { folio: 'AE/OTRA/0001/2026' })];
    const sitting = sitDown(services, insertCard(state), {
      meanwhile: () => expect(sitting.seen).toMatch(new RegExp(`No se va a firmar:\\n +✗ ${bad.input}: `)),
    });
    const outcomes = await sitting.run([bad, good], async (run) => {
      const refused = await run.sign(bad).catch((error: { readonly code: string }) => error.code);
      return [refused, (await run.sign(good)).oficio.state, run.isOver];
    });
    expect(outcomes).toEqual(['oficio/folio-other-unit', 'signed', false]);
  });

  test('that is stopped says once that the letter keeps its folio, and how it is given up', async () => {
    const asked = cardOrder(folder, 'interrumpida');
    const sitting = sitDown(services, insertCard(state), {
      meanwhile: () => {
        throw new Declined({ es: 'no se hizo nada más', en: 'nothing more was done' }, EXIT.interrupted);
      },
    });
    const stopped = (await sitting.sign(asked).catch((error: unknown) => error)) as Declined;
    const { folio } = (await services.oficios.list({ limit: 10 })).find(({ subject }) => subject === asked.subject)!;
    expect([stopped.exit, stopped.text.es]).toEqual([EXIT.interrupted, expect.stringContaining('conserva su folio')]);
    expect(stopped.text.es).toContain(`oficio cancel ${folio} --reason`);
    expect(sitting.seen).not.toContain('conserva su folio');
  });

  test('during which the card is pulled asks for the card again and not for its making', async () => {
    const chip = insertCard(state);
    let isPulled = false;
    const pulled: CardChannel = {
      ...chip,
      transmit: (command) => (isPulled ? Promise.reject(new Outage('card/removed', 'pulled')) : chip.transmit(command)),
    };
    const sitting = sitDown(services, pulled, { meanwhile: () => void (isPulled = true) });
    const error = (await sitting.sign(cardOrder(folder, 'sacada')).catch((why: unknown) => why)) as Outage;
    expect([error.code, error.facts]).toEqual(['card/removed', { act: 'sign' }]);
    expect(problemText(error.code, error.facts ?? {}, 'es').next).toContain('repita la misma orden');
  });
});

test('a card that was reported lost is refused with why: whoever has it in hand may have to keep it', async () => {
  const lost = await personalCard(services, subdirector);
  await services.cards.end({ number: lost.card.number, reason: 'lost' });
  const refused = sitDown(services, insertCard(lost.state)).sign(cardOrder(folder, 'perdida'));
  const number = formatCardNumber(lost.card.number);
  await expect(refused).rejects.toMatchObject({
    code: 'card/not-active',
    facts: { number, state: 'ended', reason: 'lost' },
  });
});
