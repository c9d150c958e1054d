import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { systemRandom } from '../../src/adapters/system.ts';
import { drawCardNumber, formatCardNumber, type Card } from '../../src/card/card.ts';
import { toLatin1 } from '../../src/core/bytes.ts';
import { toWinAnsi } from '../../src/seal/font/win-ansi.ts';
import { makeInstallation, type Installation } from '../support/installation.ts';
import { codeOfAct } from '../support/refuses.ts';
import { makeCard, registerCard } from '../support/soft-slots.ts';

let installation: Installation;
beforeAll(async () => {
  installation = await makeInstallation();
});
afterAll(() => installation.remove());

async function badgeOf({ number }: Pick<Card, 'number'>): Promise<string> {
  return toLatin1(await installation.services.makeBadge(number));
}

/** As text stands in a content stream. */
function literal(text: string): string {
  const escaped = toWinAnsi(text).replaceAll(/[^ -~]/g, (one) => `\\${one.charCodeAt(0).toString(8).padStart(3, '0')}`);
  return `(${escaped})`;
}

describe('the badge of a card', () => {
  test('shows its holder as the directory has them today', async () => {
    const { services } = installation;
    const official = await installation.register({ name: 'Ana Ríos', post: 'Inspectora' }, true);
    const { card } = await makeCard(services, official);
    const badge = await badgeOf(card);
    const day = card.expires.split('-').toReversed().join('/');
    const unit = ['Subdirección de Control de Ingresos', '55 1111 2222 ext. 4012'];
    for (const text of ['Ana Ríos', 'Inspectora', ...unit, day, formatCardNumber(card.number)]) {
      expect(badge).toContain(literal(text));
    }
    expect(badge).toContain('/Image');
    await services.changeOfficial({ id: official.id, changes: { post: 'Verificadora' } });
    expect(await badgeOf(card)).toContain(literal('Verificadora'));
  });

  test('may be printed before the card is active', async () => {
    const card = await registerCard(installation.services, await installation.register({ name: 'Eva Luz' }));
    expect(await badgeOf(card)).toContain(literal('Eva Luz'));
  });

  test('of who is under reserve, since whenever, has neither name nor photo', async () => {
    const { services } = installation;
    const official = await installation.register({ name: 'Nombre Reservado' }, true);
    const card = await registerCard(services, official);
    await services.changeOfficial({ id: official.id, changes: { publication: 'reserved', legalGround: 'Art. 113' } });
    const badge = await badgeOf(card);
    expect(badge).not.toContain('Nombre');
    expect(badge).not.toContain('/Image');
    expect(badge).toContain('Art. 113');
  });

  test('is not made for nobody, for who has left, or for a card that ended', async () => {
    const { services } = installation;
    const official = await installation.register();
    const card = await registerCard(services, official);
    expect(await codeOfAct(() => badgeOf({ number: drawCardNumber(systemRandom) }))).toBe('card/not-found');
    await services.endOfficial({ id: official.id, reason: 'resigned' });
    expect(await codeOfAct(() => badgeOf(card))).toBe('credential/no-mandate');
    await services.cards.end({ number: card.number, reason: 'left' });
    expect(await codeOfAct(() => badgeOf(card))).toBe('card/ended');
  });
});
