import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { systemRandom } from '../../src/adapters/system.ts';
import { drawCardNumber, formatCardNumber, type CardEndReason, type CardNumber } from '../../src/card/card.ts';
import { nodePrimitives } from '../../src/adapters/primitives.ts';
import { fromHex } from '../../src/core/bytes.ts';
import { parseDay, type UnixSeconds } from '../../src/core/time.ts';
import type { Official } from '../../src/directory/official.ts';
import { encodeProfile, publicProfile } from '../../src/directory/profile.ts';
import type { SealId } from '../../src/seal/seal.ts';
import { formatTypedCode, typedCodeOf } from '../../src/seal/text.ts';
import { verifyBadge, type Register, type RegisteredCard } from '../../src/verifier/index.ts';
import { makeInstallation, type Installation } from '../support/installation.ts';
import { appOver, type AppUnderTest } from '../support/public-app.ts';
import { makeCard, registerCard } from '../support/soft-slots.ts';
import { makeTaggedCard } from '../support/tagged-cards.ts';

const BASE = 'https://alcaldia.example/verifica';
const NAME = 'Guadalupe Ríos Tenorio';
const NEVER = parseDay('9999-12-31')!;
const WARNING = 'se puede copiar';
/** A number as good as any, of no card. */
const NOBODYS = formatCardNumber(drawCardNumber(systemRandom));
const MISTYPED = 'Parece que una letra o un número está mal escrito.';

let installation: Installation;
let under: AppUnderTest;
let holder: Official;
let number: CardNumber;

beforeAll(async () => {
  installation = await makeInstallation({ origin: BASE });
  const { services } = installation;
  holder = await installation.register({ name: NAME }, true);
  ({ number } = (await makeCard(services, holder)).card);
  under = appOver(services);
});
afterAll(() => installation.remove());

async function page(path: string): Promise<string> {
  const response = await under.app.request(`${BASE}${path}`);
  expect(response.status).toBe(200);
  return response.text();
}

function title(html: string): string {
  return /<title>(.*?)<\/title>/s.exec(html)![1]!;
}

/** The number with its last symbol exchanged for another. */
function mistyped(): string {
  return number.slice(0, -1) + (number.endsWith('7') ? '8' : '7');
}

describe('the page of a badge', () => {
  test('shows who works here, and says that the code can be copied', async () => {
    for (const path of [`/b/${number}`, `/b/${formatCardNumber(number).toLowerCase()}`, `/B/${number}`]) {
      const shown = await page(path);
      expect(title(shown)).toBe('Sí trabaja aquí.');
      expect(shown).toContain('¿Es la persona de la foto?');
      expect(shown).toContain(WARNING);
      expect(shown).toContain(NAME);
      expect(shown).toContain(`/foto/${holder.id}/`);
      expect(shown).toContain(formatCardNumber(number));
      expect(shown).toContain('Revisar licencias de mercados');
    }
  });

  test('answers in capitals, prefix included, as the QR spells it', async () => {
    const response = await under.app.request(`https://alcaldia.example/VERIFICA/B/${number}`);
    expect(title(await response.text())).toBe('Sí trabaja aquí.');
    const mixed = await under.app.request(`https://alcaldia.example/Verifica/B/${number}`);
    expect(mixed.status).toBe(404);
  });

  test.for<readonly [CardEndReason, string]>([
    ['lost', 'Esta credencial fue cancelada.'],
    ['stolen', 'Credencial reportada como robada.'],
    ['replaced', 'Esta credencial fue cancelada.'],
  ])('of a card that was %s says so, and shows nobody', async ([reason, sentence]) => {
    const { services } = installation;
    const { card } = await makeCard(services, await installation.register({ name: `Ana ${reason}` }, true));
    await services.cards.end({ number: card.number, reason });
    const shown = await page(`/b/${card.number}`);
    expect(title(shown)).toBe(sentence);
    expect(shown).not.toContain('Ana ');
    expect(shown).not.toContain('/foto/');
    expect(shown).not.toContain(WARNING);
  });

  test('of somebody who left says that, whether or not the card was ended for it', async () => {
    const { services } = installation;
    const official = await installation.register({ name: 'Ana Que Se Fue' }, true);
    const { card } = await makeCard(services, official);
    await services.endOfficial({ id: official.id, reason: 'resigned' });
    expect(title(await page(`/b/${card.number}`))).toMatch(/^Ya no trabaja aquí/);
    await services.cards.end({ number: card.number, reason: 'left' });
    const shown = await page(`/b/${card.number}`);
    expect(title(shown)).toMatch(/^Ya no trabaja aquí/);
    expect(shown).not.toContain('Ana Que');
  });

  test('of who came under reserve since names nobody, and says that there is no photo', async () => {
    const { services } = installation;
    const official = await installation.register({ name: 'Nombre Que Se Reserva' }, true);
    const { card } = await makeCard(services, official);
    await services.changeOfficial({ id: official.id, changes: { publication: 'reserved', legalGround: 'Art. 113' } });
    const shown = await page(`/b/${card.number}`);
    expect(shown).toContain('No publicamos su foto');
    expect(shown).toContain('Art. 113');
    expect(shown).toContain(WARNING);
    expect(shown).not.toContain('Nombre Que');
  });

  test('of a card that is being made says that it does not count yet, and shows nobody', async () => {
    const { services } = installation;
    const official = await installation.register({ name: 'Persona A Medias' }, true);
    const { number: bare } = await registerCard(services, official);
    expect((await page(`/b/${number}`)).match(/class="photo"/g)).toHaveLength(1);
    const other = await installation.register({ name: 'Persona Casi Lista' }, true);
    const tagged = await makeTaggedCard(services, other, { isActive: false });
    const tapped = await services.verifyTap((await tagged.tap()).slice('/c/'.length));
    for (const one of [bare, tagged.number]) {
      const shown = await page(`/b/${one}`);
      expect(title(shown)).toBe('Esta credencial todavía no vale.');
      for (const told of [WARNING, 'Persona', official.post, 'class="photo"']) expect(shown).not.toContain(told);
    }
    const answers = [await services.verifyBadge(bare), await services.verifyBadge(tagged.number), tapped.answer];
    for (const { state, subject } of answers) {
      expect([state, subject]).toMatchObject(['not-yet-valid', { kind: 'credential', card: expect.any(String) }]);
      for (const key of ['serial', 'name', 'post', 'unit', 'powers', 'mayAsk', 'neverAsks', 'photo']) {
        expect(subject).not.toHaveProperty(key);
      }
    }
  });

  test('has the field again for what was copied wrong or is of no card', async () => {
    for (const [asked, sentence] of [
      [mistyped(), MISTYPED],
      ['hola', MISTYPED],
      [NOBODYS, 'No encontramos esa credencial.'],
    ] as const) {
      const shown = await page(`/b/${asked}`);
      expect(title(shown)).toBe(sentence);
      expect(shown).toContain('name="de" value="puerta"');
      expect(shown).toContain(`value="${asked}"`);
    }
  });

  test('asks no more of one network than a folio does', async () => {
    const limited = appOver(installation.services, { lookups: { burst: 2, secondsEach: 60 } });
    for (const [path, status] of Object.entries({ '/b/1': 200, '/B/2': 200, '/api/v1/cards/3': 429 })) {
      expect((await limited.app.request(`${BASE}${path}`)).status).toBe(status);
    }
  });
});

describe('the number of a card that somebody types', () => {
  test('is found at the door and in the field for codes, as is the address of its QR', async () => {
    const grouped = formatCardNumber(number);
    const typed = [
      `${grouped.toLowerCase()}&de=puerta`,
      `${grouped.replaceAll('-', ' ')}&de=puerta`,
      number,
      encodeURIComponent(`HTTPS://ALCALDIA.EXAMPLE/VERIFICA/B/${number}`),
      encodeURIComponent(`${BASE}/b/${grouped}/?lang=es`),
      encodeURIComponent(`HTTPSÑ--ALCALDIA.EXAMPLE-VERIFICA-B-${number}`),
    ];
    for (const query of typed) {
      const shown = await page(`/?q=${query}`);
      expect(title(shown), query).toBe('Sí trabaja aquí.');
      expect(shown).toContain(WARNING);
    }
  });

  test('is told at the door from the code of a letter, and from a word', async () => {
    const { oficio } = await installation.sign();
    const code = formatTypedCode(typedCodeOf(fromHex(oficio.id)! as SealId));
    expect(title(await page(`/?q=${code}&de=puerta`))).toBe('Eso es de un oficio, no de una credencial.');
    expect(title(await page(`/?q=${NOBODYS}&de=puerta`))).toBe('No encontramos esa credencial.');
    expect(title(await page(`/?q=${mistyped()}-&de=puerta`))).toBe(MISTYPED);
    expect(title(await page('/?q=Juan%20Perez%20Leon&de=puerta'))).toBe('Ese no es un número de credencial.');
  });
});

test('the API tells the same verdict', async () => {
  const response = await under.app.request(`${BASE}/api/v1/cards/${formatCardNumber(number)}`);
  expect(await response.json()).toMatchObject({
    verdict: 'valid',
    state: 'current',
    subject: { kind: 'credential', card: number, credentialKind: 'staff', officialId: holder.id, name: NAME },
  });
});

describe('whoever keeps the register', () => {
  test('cannot let the certificate of another card, or of none, speak for one', async () => {
    const { services } = installation;
    const other = await makeCard(services, await installation.register());
    const loose = await installation.issue(holder);
    const { guid } = (await services.cards.find({ number }))!;
    for (const serial of [other.slots['9A'].serial, loose.serial]) {
      const official = { id: holder.id, mandate: 'current', profile: encodeProfile(publicProfile(holder)) } as const;
      const credential = { ...(await services.credentials.find(serial))!.record, official };
      const register = { asOf: 0 as UnixSeconds, credential: async () => credential } as unknown as Register;
      const card: RegisteredCard = { number, guid, expires: NEVER, state: 'active', credentials: [serial], official };
      const cards = { findByNumber: async () => card };
      const knowledge = { ...(await services.publications.knowledge()), register, cards };
      const answer = await verifyBadge(number, knowledge, services.clock(), nodePrimitives);
      expect(answer.state).toBe('not-registered');
      expect(answer.checks).toContainEqual(expect.objectContaining({ check: 'card/credential', outcome: 'fail' }));
    }
  });
});
