import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Transport } from '../../cli/client.ts';
import type { SoftPivState } from '../../hardware/soft-piv/state.ts';
import { concat, utf8 } from '../../src/core/bytes.ts';
import type { OfficialId } from '../../src/directory/official.ts';
import type { LetterWaitingView } from '../../src/http/staff/letters.ts';
import type { OficioView } from '../../src/http/staff/views.ts';
import { knownStaff, type KnownStaff } from '../../src/http/staff/known.ts';
import { LeafKind } from '../../src/log/leaf.ts';
import { insertCard } from '../card/station/station-kit.ts';
import { clerksDay, type ClerksDay } from '../support/clerks-day.ts';
import { TWO_PAGES } from '../support/office.ts';
import { OfficeBrowser, officeOver } from '../support/office-browser.ts';
import { productionCard, cardOfficial } from '../support/production-card.ts';
import type { Person } from '../support/production-office.ts';
import { sitDown } from '../support/signing-station.ts';

const API = '/api/v1/staff';

describe('a letter for the card of its signer, where people will what is done', { timeout: 120_000 }, () => {
  let day: ClerksDay;
  let staff: KnownStaff;
  let marta: Person;
  let martaId: OfficialId;
  let state: SoftPivState;
  let serial: string;

  beforeAll(async () => {
    day = await clerksDay();
    const { office, hr, approver } = day;
    martaId = await cardOfficial(office, hr, 'Marta Sol', 'Subdirectora de Ejemplo', 'AE/DX');
    const made = await productionCard(office, [hr, approver], martaId);
    state = made.state;
    const issued = await office.services.cards.certificates(made.card.number);
    serial = issued.find(({ slot }) => slot === '9C')!.serial;
    marta = await office.enrol('Marta Sol', ['signer'], office.founders, martaId);
    staff = knownStaff(office.services);
  }, 120_000);
  afterAll(() => day.office.remove());

  /** Over their session, as `cotejo login` gives one. */
  function as(person: Person): Transport {
    return async (request) => staff.answer(request, await day.office.callerOf(person));
  }

  async function get<Answer>(person: Person, path: string): Promise<Answer> {
    return (await (await as(person)(new Request(`http://cotejo.local${API}${path}`))).json()) as Answer;
  }

  async function prepared(subject: string): Promise<string> {
    const form = new FormData();
    const request = { signerId: martaId, type: 'oficio', amount: 0, subject, serial, idempotencyKey: randomUUID() };
    form.set('request', JSON.stringify(request));
    const document = concat(TWO_PAGES, utf8(`%${subject}\n`));
    form.set('document', new File([new Uint8Array(document)], 'a.pdf'));
    const asked = new Request(`http://cotejo.local${API}/oficios/prepared`, { method: 'POST', body: form });
    return ((await (await as(day.clerk)(asked)).json()) as { letter: { id: string } }).letter.id;
  }

  const sit = (person: Person): ReturnType<typeof sitDown> =>
    sitDown(day.office.services, insertCard(state), { transport: as(person) });

  test('is signed by the card, waits for their passkey, and is signed then', async () => {
    const [one, two] = [await prepared('Poda de árboles'), await prepared('Bacheo')];
    const mine = await get<readonly OficioView[]>(marta, '/oficios/for-card');
    expect(mine.map(({ id }) => id)).toEqual([two, one]);
    expect(await get(day.signer, '/oficios/for-card')).toEqual([]);

    const done = await sit(marta).bridge([one, two]);
    expect(done.map(({ outcome }) => outcome)).toEqual(['waits', 'waits']);
    expect(await get(marta, '/oficios/for-card'), 'they wait for the passkey now').toEqual([]);
    const [waiting] = await get<readonly LetterWaitingView[]>(marta, `/oficios/${one}/waiting`);
    expect(waiting).toMatchObject({ action: 'oficio/signed', waitsForYou: true });
    // The card is not asked again.
    expect(await sit(marta).bridge([one])).toEqual([{ letter: one, outcome: 'waits', approval: waiting!.id }]);

    // With one assertion for both, over the files that the browser looked at itself.
    const browser = new OfficeBrowser(officeOver(day.office.services));
    await browser.logIn(marta);
    const approvals = done.map((letter) => ('approval' in letter ? letter.approval : ''));
    const together = await browser.submit('/oficina/oficios/firmar', { approval: approvals });
    const id = /[0-9a-f]{32}$/.exec(together.headers.get('location')!)![0];
    const answer = await browser.confirm(marta, id);
    expect(await answer.json()).toMatchObject([{ state: 'signed' }, { state: 'signed' }]);
    for (const letter of [one, two]) {
      const file = concat(...(await day.office.services.signedFile(letter as never))!);
      expect(await day.office.services.verifyPdf(file)).toMatchObject({ verdict: 'valid', state: 'current' });
    }
    const { size } = await day.office.services.log.head();
    const kinds = await Promise.all(Array.from({ length: size }, (_, at) => day.office.services.log.leaf(at)));
    expect(kinds.filter((leaf) => leaf?.kind === LeafKind.oficioSigned)).toHaveLength(2);
  });

  test('is not signed in the session of anybody else, who has their card and PIN', async () => {
    const id = await prepared('Alumbrado');
    await expect(sit(day.signer).bridge([id])).rejects.toMatchObject({ code: 'card/not-the-signers' });
    await expect(sit(day.clerk).bridge([id])).rejects.toMatchObject({ code: 'access/role-missing' });
  });

  test('of another unit is neither given nor offered to somebody whom it does not concern', async () => {
    const id = await prepared('Drenaje');
    const ask = async (method: string, path: string): Promise<unknown> => {
      const body = method === 'POST' ? { body: JSON.stringify({ serial }) } : {};
      const headers = { 'content-type': 'application/json' };
      const request = new Request(`http://cotejo.local${API}/oficios/${id}${path}`, { method, headers, ...body });
      return ((await (await as(day.stranger)(request)).json()) as { code: string }).code;
    };
    expect([await ask('GET', '/draft'), await ask('POST', '/prepared')]).toEqual([
      'access/role-missing',
      'access/role-missing',
    ]);
  });
});
