import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { toHex } from '../../src/core/bytes.ts';
import { makeInstallation, type Installation } from '../support/installation.ts';
import { appOver, type AppUnderTest } from '../support/public-app.ts';

const BASE = 'https://alcaldia.example/verifica';

let installation: Installation;
let under: AppUnderTest;

beforeAll(async () => {
  installation = await makeInstallation({ origin: BASE });
  under = appOver(installation.services);
});
afterAll(() => installation.remove());

function get(path: string): Promise<Response> {
  return Promise.resolve(under.app.request(BASE + path));
}

async function page(path: string): Promise<string> {
  return (await get(path)).text();
}

describe('a reserved official', () => {
  test('who was put under reserve after the credential was issued is no longer named or shown', async () => {
    const { services } = installation;
    const hidden = await installation.register({ name: 'Nombre Que Se Reserva' }, true);
    const { serial } = await installation.issue(hidden);
    const photo = `/foto/${hidden.id}/${toHex(hidden.photo!.thumbnailSha256)}.jpg`;
    expect((await get(photo)).status).toBe(200);
    const changes = { publication: 'reserved', legalGround: 'Art. 113 de la Ley de Transparencia' };
    await services.changeOfficial({ id: hidden.id, changes });
    expect((await get(photo)).status).toBe(404);
    for (const text of [await page(`/?q=${serial}`), await (await get(`/api/v1/credentials/${serial}`)).text()]) {
      expect(text).not.toContain('Nombre Que Se Reserva');
      expect(text).not.toContain(toHex(hidden.photo!.thumbnailSha256));
      expect(text).toContain('Art. 113 de la Ley de Transparencia');
    }
    await services.endOfficial({ id: hidden.id, reason: 'resigned' });
    expect(await page(`/?q=${serial}`)).not.toContain('Art. 113');
  });

  test('who came under reserve after signing is named in no answer about the letter', async () => {
    const { services } = installation;
    const name = 'Firmó Y Se Reservó';
    const hidden = await installation.register({ name, post: 'Directora de Reservas' });
    await installation.issue(hidden, 'signer');
    const { oficio, document } = await installation.sign({ signerId: hidden.id });
    const ground = 'Art. 113 de la Ley de Transparencia';
    await services.changeOfficial({ id: hidden.id, changes: { publication: 'reserved', legalGround: ground } });
    const answers = [await services.verifySeal(oficio.sealText!), await services.verifyPdf(document)];
    for (const answer of answers) {
      expect(answer.state).toBe('current');
      expect(answer.subject).toMatchObject({ signer: { legalGround: ground, post: 'Directora de Reservas' } });
      expect(JSON.stringify(answer)).not.toContain(name);
    }
    const shown = await page(`/?q=${oficio.typedCode}`);
    expect(shown).toContain('persona con datos reservados, Directora de Reservas');
    expect(shown).toContain(ground);
    expect(shown).not.toContain(name);
    expect(await page(`/?q=${oficio.typedCode}&lang=en`)).toContain('a person whose data are reserved');
  });

  test('is shown with the legal ground instead of name and photo, on the page and to programs', async () => {
    const legalGround = 'Acuerdo CT/12/2026, artículo 113';
    const reserved = await installation.register({ name: 'Nadie Lo Sabe', publication: 'reserved', legalGround });
    const { serial } = await installation.issue(reserved);
    expect(await page(`/?q=${serial}`)).toContain(`<dt>Su nombre y su foto no se publican por</dt><dd>${legalGround}`);
    expect(await page(`/?q=${serial}&lang=en`)).toContain(`because of</dt><dd><span lang="es-MX">${legalGround}`);
    const { subject } = (await (await get(`/api/v1/credentials/${serial}`)).json()) as { subject: object };
    expect(subject).toMatchObject({ legalGround });
    expect(subject).not.toHaveProperty('name');
  });
});
