import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { nodePrimitives } from '../../src/adapters/primitives.ts';
import { formatCardNumber, parseCardNumber, type CardNumber } from '../../src/card/card.ts';
import { fromHex } from '../../src/core/bytes.ts';
import type { UnixSeconds } from '../../src/core/time.ts';
import type { Official } from '../../src/directory/official.ts';
import { encodeProfile, publicProfile } from '../../src/directory/profile.ts';
import type { SealId } from '../../src/seal/seal.ts';
import { formatTypedCode, typedCodeOf } from '../../src/seal/text.ts';
import {
  verifyBadge,
  verifyTyped,
  type Knowledge,
  type Register,
  type RegisteredCard,
} from '../../src/verifier/index.ts';
import { makeInstallation, type Installation } from '../support/installation.ts';
import { appOver, type AppUnderTest } from '../support/public-app.ts';

const BASE = 'https://alcaldia.example/verifica';
const NUMBER = parseCardNumber('46E7-M3T5-TE4D')!;
const OTHER = parseCardNumber('7K3M-0W9X-T2P8')!;
const WARNING = 'se puede copiar';

let installation: Installation;
let under: AppUnderTest;
let holder: Official;
let card: RegisteredCard;

beforeAll(async () => {
  installation = await makeInstallation({ origin: BASE });
  const { services } = installation;
  holder = await installation.register({ name: 'Guadalupe Ríos Tenorio' }, true);
  // A tag alone: nothing is asked of certificates.
  const register = { asOf: 0 as UnixSeconds, credential: async () => undefined } as unknown as Register;
  const cards = { findByNumber: async (number: CardNumber) => (number === card.number ? card : undefined) };
  const known = async (more: Partial<Knowledge>): Promise<Knowledge> => ({
    ...(await services.publications.knowledge()),
    ...more,
    cards,
  });
  under = appOver(
    services,
    {},
    {
      verifyBadge: async (number) => verifyBadge(number, await known({ register }), services.clock(), nodePrimitives),
      async verifyTyped(text) {
        const answer = await services.verifyTyped(text);
        if (answer.state !== 'not-found' && answer.state !== 'unreadable') return answer;
        const nobody = { ...register, letterByCode: async () => undefined, letterByFolio: async () => undefined };
        return verifyTyped(text, await known({ register: nobody }), services.clock(), nodePrimitives);
      },
    },
  );
});
afterAll(() => installation.remove());
beforeEach(() => {
  card = {
    number: NUMBER,
    guid: '00'.repeat(16),
    state: 'active',
    credentials: [],
    official: { id: holder.id, mandate: 'current', profile: encodeProfile(publicProfile(holder)) },
  };
});

async function page(path: string): Promise<string> {
  const response = await under.app.request(`${BASE}${path}`);
  expect(response.status).toBe(200);
  return response.text();
}

function title(html: string): string {
  return /<title>(.*?)<\/title>/s.exec(html)![1]!;
}

describe('the page of a badge', () => {
  test('shows who works here, and says that the code can be copied', async () => {
    for (const path of [`/b/${NUMBER}`, `/b/${formatCardNumber(NUMBER).toLowerCase()}`, `/B/${NUMBER}`]) {
      const shown = await page(path);
      expect(title(shown)).toBe('Sí trabaja aquí.');
      expect(shown).toContain('¿Es la persona de la foto?');
      expect(shown).toContain(WARNING);
      expect(shown).toContain('Guadalupe Ríos Tenorio');
      expect(shown).toContain(`/foto/${holder.id}/`);
      expect(shown).toContain('46E7-M3T5-TE4D');
      expect(shown).toContain('Revisar licencias de mercados');
    }
  });

  test('answers in capitals, prefix included, as the QR spells it', async () => {
    const response = await under.app.request(`https://alcaldia.example/VERIFICA/B/${NUMBER}`);
    expect(title(await response.text())).toBe('Sí trabaja aquí.');
    const mixed = await under.app.request(`https://alcaldia.example/Verifica/B/${NUMBER}`);
    expect(mixed.status).toBe(404);
  });

  test('says what became of the card, and shows nobody then', async () => {
    const at = 0 as UnixSeconds;
    const cases: readonly (readonly [Partial<RegisteredCard>, string])[] = [
      [{ state: 'ended', ended: { at, reason: 'lost' } }, 'Esta credencial fue cancelada.'],
      [{ state: 'ended', ended: { at, reason: 'stolen' } }, 'Credencial reportada como robada.'],
      [
        { official: { ...card.official, mandate: 'ended', endedOn: '2026-03-12' } },
        'Ya no trabaja aquí desde el 12 de marzo de 2026.',
      ],
      [
        { state: 'ended', ended: { at, reason: 'left' }, official: { ...card.official, mandate: 'ended' } },
        'Ya no trabaja aquí.',
      ],
    ];
    for (const [change, sentence] of cases) {
      card = { ...card, state: 'active', ...change };
      const shown = await page(`/b/${NUMBER}`);
      expect(title(shown)).toBe(sentence);
      expect(shown).not.toContain('Guadalupe');
      expect(shown).not.toContain('/foto/');
    }
  });

  test('of a card that is being made says that it does not count yet', async () => {
    card = { ...card, state: 'registered' };
    const shown = await page(`/b/${NUMBER}`);
    expect(title(shown)).toBe('Esta credencial todavía no vale.');
    expect(shown).not.toContain(WARNING);
  });

  test('has the field again for what was copied wrong or is of no card', async () => {
    for (const [path, sentence] of [
      ['/b/46E7-M3T5-TE4C', 'Parece que una letra o un número está mal escrito.'],
      ['/b/hola', 'Parece que una letra o un número está mal escrito.'],
      [`/b/${OTHER}`, 'No encontramos esa credencial.'],
    ] as const) {
      const shown = await page(path);
      expect(title(shown)).toBe(sentence);
      expect(shown).toContain('name="de" value="puerta"');
      expect(shown).toContain(`value="${path.slice(3)}"`);
    }
  });

  test('asks no more of one network than a folio does', async () => {
    const limited = appOver(
      installation.services,
      { lookups: { burst: 2, secondsEach: 60 } },
      { verifyBadge: async () => installation.services.verifyTyped('AE/DGG/0001/2026') },
    );
    const asked = ['/b/1', '/B/2', '/api/v1/cards/3'].map((path) => limited.app.request(`${BASE}${path}`));
    expect((await Promise.all(asked)).map(({ status }) => status)).toEqual([200, 200, 429]);
  });
});

describe('the number of a card that somebody types', () => {
  test('is found at the door and in the field for codes, as is the address of its QR', async () => {
    const address = encodeURIComponent(`HTTPS://ALCALDIA.EXAMPLE/VERIFICA/B/${NUMBER}`);
    const scanned = encodeURIComponent(`HTTPSÑ--ALCALDIA.EXAMPLE-VERIFICA-B-${NUMBER}`);
    const paths = ['46E7-m3t5-te4d&de=puerta', '46e7 m3t5 te4d&de=puerta', '46E7M3T5TE4D', address, scanned];
    for (const query of paths) {
      const shown = await page(`/?q=${query}`);
      expect(title(shown), query).toBe('Sí trabaja aquí.');
      expect(shown).toContain(WARNING);
    }
  });

  test('is told at the door from the code of a letter, and from a word', async () => {
    const { oficio } = await installation.sign();
    const code = formatTypedCode(typedCodeOf(fromHex(oficio.id)! as SealId));
    expect(title(await page(`/?q=${code}&de=puerta`))).toBe('Eso es de un oficio, no de una credencial.');
    expect(title(await page(`/?q=${OTHER}&de=puerta`))).toBe('No encontramos esa credencial.');
    expect(title(await page('/?q=46E7-M3T5-TE4C&de=puerta'))).toBe(
      'Parece que una letra o un número está mal escrito.',
    );
    expect(title(await page('/?q=Juan%20Perez%20Leon&de=puerta'))).toBe('Ese no es un número de credencial.');
  });
});

test('the API tells the same verdict', async () => {
  const response = await under.app.request(`${BASE}/api/v1/cards/${formatCardNumber(NUMBER)}`);
  expect(await response.json()).toMatchObject({
    verdict: 'valid',
    state: 'current',
    subject: { kind: 'credential', card: NUMBER, officialId: holder.id, name: 'Guadalupe Ríos Tenorio' },
  });
});

test('a certificate that names another card speaks for nobody', async () => {
  const { serial } = await installation.issue(holder);
  const { services } = installation;
  const credential = (await services.credentials.find(serial))!.record;
  const register = {
    asOf: 0 as UnixSeconds,
    credential: async () => ({ ...credential, official: card.official, kind: 'staff' as const }),
  } as unknown as Register;
  card = { ...card, credentials: [serial] };
  const knowledge = {
    ...(await services.publications.knowledge()),
    register,
    cards: { findByNumber: async () => card },
  };
  const answer = await verifyBadge(NUMBER, knowledge, services.clock(), nodePrimitives);
  expect(answer.state).toBe('not-registered');
  expect(answer.checks.map(({ check, outcome }) => `${check} ${outcome}`)).toContain('card/credential fail');
});
