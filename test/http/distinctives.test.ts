import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { systemClock } from '../../src/adapters/system.ts';
import { dayInMexicoCity, unixSeconds, type CalendarDay } from '../../src/core/time.ts';
import {
  EVIDENCE_KINDS,
  formatDistinctiveNumber,
  type Distinctive,
  type PersonalReason,
} from '../../src/directory/distinctive/distinctive.ts';
import type { Official } from '../../src/directory/official.ts';
import { longDay } from '../../verifier-web/texts/dates.ts';
import { makeInstallation, type Installation } from '../support/installation.ts';
import { textOf, titleOf } from '../support/page-answers.ts';
import { appOver, type AppUnderTest } from '../support/public-app.ts';
import { makeCard } from '../support/soft-slots.ts';

const BASE = 'https://alcaldia.example/verifica';
const NAME = 'Guadalupe Ríos Tenorio';
const WARNING = 'El código de un distintivo se puede copiar';

let ahead = 0;
let installation: Installation;
let under: AppUnderTest;
let holder: Official;
let granted: Distinctive;

const dayAhead = (days: number): CalendarDay => dayInMexicoCity(unixSeconds(systemClock() + days * 86_400));

beforeAll(async () => {
  installation = await makeInstallation({ origin: BASE, clock: () => unixSeconds(systemClock() + ahead) });
  holder = await installation.register({ name: NAME }, true);
  granted = await grantTo(holder);
  under = appOver(installation.services);
});
afterAll(() => installation.remove());

function grantTo({ id: officialId }: Official): Promise<Distinctive> {
  const evidence = EVIDENCE_KINDS.map((kind) => ({ kind, until: dayAhead(100) }));
  return installation.services.distinctives.grant({ officialId, evidence });
}

async function page(path: string): Promise<string> {
  const response = await under.app.request(`${BASE}${path}`);
  expect(response.status).toBe(200);
  return response.text();
}

async function json(path: string): Promise<Record<string, any>> {
  return (await (await under.app.request(`${BASE}${path}`)).json()) as Record<string, any>;
}

describe('the page of a distinctive', () => {
  test('shows who has it and until when, and says that the code can be copied and to compare the photo', async () => {
    const { number } = granted;
    const typed = formatDistinctiveNumber(number).toLowerCase();
    for (const path of [`/b/${number}`, `/b/${typed}`, `/B/${number}`, `/?q=${typed}`, `/?q=${typed}&de=puerta`]) {
      const shown = await page(path);
      expect(titleOf(shown), path).toBe('Sí trabaja aquí y tiene el distintivo «Libre de extorsión».');
      expect(shown).toContain('¿Es la persona de la foto?');
      expect(shown).toContain(WARNING);
      for (const told of [NAME, 'Inspectora de mercados', formatDistinctiveNumber(number), `/foto/${holder.id}/`]) {
        expect(shown).toContain(told);
      }
      expect(textOf(shown)).toContain(longDay(granted.until, 'es'));
    }
  });

  test('says the same in English', async () => {
    const shown = await page(`/b/${granted.number}?lang=en`);
    expect(titleOf(shown)).toMatch(/^Yes, this person works here and has the badge/);
    expect(shown).toContain('can be copied');
    expect(textOf(shown)).toContain(longDay(granted.until, 'en'));
  });

  test.for<readonly [PersonalReason, RegExp]>([
    ['conduct', /^Este distintivo se retiró el .+\. Ya no vale\.$/],
    ['evidence-lapsed', /^Este distintivo se retiró/],
    ['lost', /^Distintivo reportado como perdido\.$/],
    ['stolen', /^Distintivo reportado como robado\.$/],
  ])('of one that was withdrawn (%s) says so, shows nobody, and never says why', async ([reason, sentence]) => {
    const official = await installation.register({ name: `Ana ${reason}` }, true);
    const { number } = await grantTo(official);
    await installation.services.distinctives.withdraw({ number, reason });
    const shown = await page(`/b/${number}`);
    expect(titleOf(shown)).toMatch(sentence);
    expect(shown).toContain('class="verdict stop"');
    for (const hidden of ['Ana ', '/foto/', WARNING]) expect(shown).not.toContain(hidden);
    const told = JSON.stringify(await json(`/api/v1/distinctives/${number}`));
    if (!['lost', 'stolen'].includes(reason)) expect(told).not.toContain(reason);
    expect(told).not.toContain('evidence"');
  });

  test('of one that is over, replaced or under review asks to wait; of who left it says that', async () => {
    const { services } = installation;
    const official = await installation.register({ name: 'Eva Luz' }, true);
    const { serial } = await installation.issue(official);
    const first = await grantTo(official);
    await services.distinctives.withdraw({ number: first.number, reason: 'damaged' });
    const { number } = await grantTo(official);
    ahead = 101 * 86_400;
    const over = await page(`/b/${number}`);
    ahead = 0;
    expect(titleOf(over)).toMatch(/^Este distintivo venció/);
    expect(over).toContain('class="verdict wait"');
    await services.suspendCredential(serial);
    const reviewed = await page(`/b/${number}`);
    expect([titleOf(reviewed), reviewed.includes('class="verdict wait"')]).toEqual([
      'Estamos revisando este distintivo.',
      true,
    ]);
    await services.resumeCredential(serial);
    const evidence = EVIDENCE_KINDS.map((kind) => ({ kind, until: dayAhead(50) }));
    const next = await services.distinctives.grant({ officialId: official.id, evidence });
    const replaced = await page(`/b/${number}`);
    expect(titleOf(replaced)).toMatch(/^Este distintivo se cambió por otro/);
    expect(replaced).toContain('class="verdict wait"');
    expect(replaced).not.toContain(next.number);
    await services.endOfficial({ id: official.id, reason: 'resigned' });
    const left = await page(`/b/${next.number}`);
    expect(titleOf(left)).toMatch(/^Ya no trabaja aquí desde el /);
    expect(left).not.toContain('Eva');
  });

  test('of who came under reserve since names nobody, and says that there is no photo', async () => {
    const official = await installation.register({ name: 'Nombre Que Se Reserva' }, true);
    const { number } = await grantTo(official);
    await installation.services.changeOfficial({
      id: official.id,
      changes: { publication: 'reserved', legalGround: 'Art. 113' },
    });
    const shown = await page(`/b/${number}`);
    expect(shown).toContain('No publicamos su foto');
    expect(shown).toContain('Art. 113');
    expect(shown).toContain(WARNING);
    for (const told of [shown, JSON.stringify(await json(`/api/v1/distinctives/${number}`))]) {
      expect(told).not.toContain('Nombre Que');
      expect(told).not.toContain('/foto/');
    }
  });

  test('is one response of at most 14 kB, without a script', async () => {
    const response = await under.app.request(`${BASE}/b/${granted.number}`);
    const html = await response.text();
    expect(html).not.toContain('<script');
    expect(response.headers.get('cache-control')).toContain('no-store');
  });
});

describe('the API', () => {
  test('tells a card from a distinctive by the subject, on either path', async () => {
    const { card } = await makeCard(installation.services, holder);
    for (const noun of ['cards', 'distinctives']) {
      expect(await json(`/api/v1/${noun}/${granted.number}`)).toMatchObject({
        verdict: 'valid',
        state: 'current',
        subject: {
          kind: 'distinctive',
          number: granted.number,
          until: granted.until,
          officialId: holder.id,
          name: NAME,
        },
      });
      expect((await json(`/api/v1/${noun}/${card.number}`))['subject'].kind).toBe('credential');
    }
    expect(await json('/api/v1/distinctives/hola')).toMatchObject({ state: 'unreadable' });
  });
});

describe('where somebody looks at a person', () => {
  test('one line says that they have the distinctive, or that it was taken from them', async () => {
    const { services } = installation;
    const official = await installation.register({ name: 'Rosa Paz' }, true);
    const { card, slots } = await makeCard(services, official);
    const pages = [`/b/${card.number}`, `/?q=${slots['9A'].serial}&de=puerta`];
    for (const path of pages) expect(await page(path)).not.toContain('Distintivo');
    const { number, until } = await grantTo(official);
    for (const path of pages) {
      const shown = textOf(await page(path));
      expect(titleOf(await page(path))).toBe('Sí trabaja aquí.');
      expect(shown).toMatch(/Distintivo «Libre de extorsión»\s+Vigente hasta el/);
      expect(shown).toContain(longDay(until, 'es'));
      expect(shown).not.toContain(formatDistinctiveNumber(number));
    }
    await services.distinctives.withdraw({ number, reason: 'conduct' });
    for (const path of pages) {
      const shown = textOf(await page(path));
      expect(shown).toMatch(/Se le retiró el .+\. Si lo lleva, no vale\./);
      expect(titleOf(await page(path))).toBe('Sí trabaja aquí.');
    }
    expect((await json(`/api/v1/cards/${card.number}`))['subject'].distinctive).toEqual({
      state: 'revoked',
      withdrawnOn: dayAhead(0),
    });
  });
});
