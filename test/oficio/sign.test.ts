import { describe, expect, test } from 'vitest';
import { systemClock } from '../../src/adapters/system.ts';
import { unixSeconds } from '../../src/core/time.ts';
import { FIELD_LIMITS } from '../../src/directory/fields.ts';
import { installDevelopment } from '../support/installation.ts';
import { codeOfAct } from '../support/refuses.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { issueTo, letterOf, openData, openOffice, sample, TWO_PAGES } from '../support/office.ts';

/** Its folios are as long as a folio may be. */
const LONG_UNIT = 'AAAAAAAAAA/BBBBBBBBBB/CCCCCCCC';

let ahead = 0;
const office = await openOffice({ clock: () => unixSeconds(systemClock() + ahead) });
const { services } = office;

describe('signing a letter', () => {
  test('works at once with a credential that was issued while the service runs', async () => {
    await office.sign();
    ahead += 10;
    await issueTo(services, office.inspector, 'signer');
    const { document } = await services.signOficio(letterOf(office.inspector, TWO_PAGES), 'just issued');
    expect((await services.verifyPdf(document)).state).toBe('current');
  });

  test('takes the newest credential that is in force', async () => {
    ahead += 10;
    const newer = await issueTo(services, office.subdirector, 'signer');
    const letter = letterOf(office.subdirector, TWO_PAGES);
    expect((await services.signOficio(letter, 'newest')).oficio.signer.serial).toBe(newer.serial);
    await services.suspendCredential(newer.serial);
    expect((await services.signOficio(letter, 'suspended')).oficio.signer.serial).toBe(office.otherSigner.serial);
  });

  test('gives the same file again for the same idempotency key, and refuses the key for another letter', async () => {
    const first = await services.signOficio(letterOf(office.director, TWO_PAGES), 'once');
    const again = await services.signOficio(letterOf(office.director, TWO_PAGES), 'once');
    expect(again.oficio).toEqual(first.oficio);
    expect(Buffer.compare(again.document, first.document)).toBe(0);
    for (const other of [
      letterOf(office.director, sample('oficio-chromium.pdf')),
      letterOf(office.director, TWO_PAGES, { amount: 1 }),
      letterOf(office.subdirector, TWO_PAGES),
    ]) {
      expect(await codeOfAct(() => services.signOficio(other, 'once'))).toBe('log/retry-differs');
    }
  });

  test.each([
    ['an unknown person', { signerId: '00000000' }, 'oficio/signer-not-found'],
    ['no id at all', { signerId: '' }, 'oficio/signer-not-found'],
    ['an empty subject', { subject: ' \n ' }, 'oficio/subject-malformed'],
    ['a subject with direction marks', { subject: 'a\u202Eb' }, 'oficio/subject-malformed'],
    ['a subject of a novel', { subject: 'x'.repeat(301) }, 'oficio/subject-malformed'],
    ['a term that is over', { expires: unixSeconds(1) }, 'oficio/expires-in-past'],
    ['a page that is not there', { place: { page: 3, left: 10, top: 10 } }, 'seal/outside-page'],
    ['a place off the page', { place: { page: 1, left: 500, top: 10 } }, 'seal/outside-page'],
  ])('refuses %s, and takes no folio', async (_, more, code) => {
    const before = await services.oficios.listSeries();
    expect(await codeOfAct(() => office.sign(TWO_PAGES, more))).toBe(code);
    expect(await services.oficios.listSeries()).toEqual(before);
  });

  test('needs a mandate today, and a credential in force', async () => {
    const newcomer = await services.registerOfficial({
      input: {
        ...{ name: 'Nadia Ruiz Olmedo', post: 'Notificadora', unit: 'AE/DGG/SCI', powers: ['Notificar'] },
        validFrom: '2026-01-01',
      },
    });
    const letter = letterOf(newcomer, TWO_PAGES);
    expect(await codeOfAct(() => services.signOficio(letter, 'nobody 1'))).toBe('oficio/signer-without-credential');
    await issueTo(services, newcomer, 'staff');
    expect(await codeOfAct(() => services.signOficio(letter, 'nobody 2'))).toBe('oficio/signer-without-credential');
    const credential = await issueTo(services, newcomer, 'signer');
    await services.suspendCredential(credential.serial);
    expect(await codeOfAct(() => services.signOficio(letter, 'nobody 3'))).toBe('oficio/signer-suspended');
    await issueTo(services, newcomer, 'signer');
    expect((await services.signOficio(letter, 'somebody')).oficio.state).toBe('signed');
    await services.endOfficial({ id: newcomer.id, on: '2026-01-02', reason: 'resigned' });
    expect(await codeOfAct(() => services.signOficio(letter, 'nobody 4'))).toBe('oficio/signer-without-mandate');
  });

  test('does not publish the name of an official who was reserved since', async () => {
    const { subdirector } = office;
    const reserved = { publication: 'reserved', legalGround: 'Artículo 113, acuerdo 7' };
    await services.changeOfficial({ id: subdirector.id, changes: reserved });
    const before = await services.oficios.listSeries();
    const letter = letterOf(subdirector, TWO_PAGES);
    expect(await codeOfAct(() => services.signOficio(letter, 'reserved'))).toBe('oficio/signer-reserved');
    expect(await services.oficios.listSeries()).toEqual(before);
    await services.changeOfficial({ id: subdirector.id, changes: { publication: 'public', legalGround: '' } });
    expect((await services.signOficio(letter, 'public again')).oficio.state).toBe('signed');
  });

  test.each([
    ['name', 'MW '.repeat(200).slice(0, FIELD_LIMITS.name).trim(), 'Jefa'],
    ['post', 'Ana Wu', 'MW '.repeat(200).slice(0, FIELD_LIMITS.post).trim()],
  ])('has room for the longest %s of the directory', async (_, name, post) => {
    const official = await services.registerOfficial({
      input: { name, post, unit: 'AE', powers: ['Firmar'], validFrom: '2026-01-01' },
    });
    await issueTo(services, official, 'signer');
    const { document } = await services.signOficio(letterOf(official, TWO_PAGES), name);
    expect((await services.verifyPdf(document)).state).toBe('current');
  });

  test('fits its code under the longest address and folio that an installation may have', async () => {
    let draws = 255;
    const within = temporaryFolder();
    const origin = `https://${'w'.repeat(30)}.example/${'m'.repeat(12)}`;
    expect(await codeOfAct(() => installDevelopment({ within, origin: `${origin}m` }))).toBe('seal/origin');
    // The place in the status list is drawn, and a low one is written in fewer bytes: these are the longest.
    const { services: far } = await openData(await installDevelopment({ within, origin }), {
      replace: (ports) => ({
        ...ports,
        random: (length) => (length === 3 ? new Uint8Array([15, 255, draws--]) : ports.random(length)),
      }),
    });
    await far.setUnit({ code: LONG_UNIT, name: 'Unidad de nombre largo', coveredSince: '2026-01-01' });
    const official = await far.registerOfficial({
      input: { name: 'Ana Wu', post: 'Jefa', unit: LONG_UNIT, powers: ['Firmar'], validFrom: '2026-01-01' },
    });
    await issueTo(far, official, 'signer');
    const expires = unixSeconds(far.clock() + 86_400);
    const beyond = letterOf(official, TWO_PAGES, { amount: 1_000_000_000_000, expires });
    expect(await codeOfAct(() => far.signOficio(beyond, 'beyond'))).toBe('seal/too-long');
    expect(await far.oficios.listSeries()).toEqual([]);
    const letter = letterOf(official, TWO_PAGES, { amount: 99_999_999, expires });
    const { document, oficio } = await far.signOficio(letter, 'far');
    expect(oficio.folio).toHaveLength(40);
    expect((await far.verifyPdf(document)).state).toBe('current');
    far.close();
  });
});
