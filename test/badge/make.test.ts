import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { nodePrimitives } from '../../src/adapters/primitives.ts';
import { systemRandom } from '../../src/adapters/system.ts';
import { makeBadge, type MakeBadgeDeps } from '../../src/badge/make.ts';
import { drawCardNumber, type Card } from '../../src/card/card.ts';
import { toLatin1 } from '../../src/core/bytes.ts';
import type { CalendarDay, UnixSeconds } from '../../src/core/time.ts';
import type { Official } from '../../src/directory/official.ts';
import { toWinAnsi } from '../../src/seal/font/win-ansi.ts';
import { badgeEs } from '../../src/texts/badge.es.ts';
import { makeInstallation, type Installation } from '../support/installation.ts';
import { codeOfAct } from '../support/refuses.ts';

let installation: Installation;
beforeAll(async () => {
  installation = await makeInstallation();
});
afterAll(() => installation.remove());

function cardOf(official: Official, more: Partial<Card> = {}): Card {
  return {
    number: drawCardNumber(systemRandom),
    officialId: official.id,
    guid: '00'.repeat(16),
    expires: '2027-11-30' as CalendarDay,
    state: 'active',
    registeredAt: 0 as UnixSeconds,
    registeredLeaf: 0,
    ...more,
  };
}

async function badgeOf(card: Card): Promise<string> {
  const { services } = installation;
  const deps: MakeBadgeDeps = {
    findCard: async (number) => (number === card.number ? card : undefined),
    ...{ directory: services.directory, institution: services.institution, clock: services.clock },
    ...{ origin: services.charter.origin, dev: services.dev, texts: badgeEs, primitives: nodePrimitives },
  };
  return toLatin1(await makeBadge(deps, card.number));
}

/** As text stands in a content stream. */
function literal(text: string): string {
  return toWinAnsi(text).replaceAll(/[^ -~]/g, (one) => `\\${one.charCodeAt(0).toString(8).padStart(3, '0')}`);
}

describe('the badge of a card', () => {
  test('shows its holder as the directory has them today', async () => {
    const official = await installation.register({ name: 'Ana Ríos', post: 'Inspectora' }, true);
    const badge = await badgeOf(cardOf(official));
    const told = [
      'Ana Ríos',
      'Inspectora',
      'Subdirección de Control de Ingresos',
      '55 1111 2222 ext. 4012',
      '30/11/2027',
    ];
    for (const text of told) expect(badge).toContain(`(${literal(text)})`);
    expect(badge).toContain('/Image');
    await installation.services.changeOfficial({ id: official.id, changes: { post: 'Verificadora' } });
    expect(await badgeOf(cardOf(official))).toContain('(Verificadora)');
  });

  test('of who is under reserve, since whenever, has neither name nor photo', async () => {
    const official = await installation.register({ name: 'Nombre Reservado' }, true);
    const changes = { publication: 'reserved', legalGround: 'Art. 113' };
    await installation.services.changeOfficial({ id: official.id, changes });
    const badge = await badgeOf(cardOf(official));
    expect(badge).not.toContain('Nombre');
    expect(badge).not.toContain('/Image');
    expect(badge).toContain('Art. 113');
  });

  test('is not made for a card that ended, for nobody, or for who has left', async () => {
    const official = await installation.register();
    const ended = { at: 0 as UnixSeconds, reason: 'lost' } as const;
    expect(await codeOfAct(() => badgeOf(cardOf(official, { state: 'ended', ended })))).toBe('card/ended');
    const other = drawCardNumber(systemRandom);
    expect(await codeOfAct(() => installation.services.makeBadge(other))).toBe('card/not-found');
    await installation.services.endOfficial({ id: official.id, reason: 'resigned' });
    expect(await codeOfAct(() => badgeOf(cardOf(official)))).toBe('credential/no-mandate');
  });
});
