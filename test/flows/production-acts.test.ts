import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ask, enact } from '../../src/approval/ask.ts';
import type { Official } from '../../src/directory/official.ts';
import type { SignedOficio } from '../../src/oficio/complete.ts';
import { TWO_PAGES } from '../support/office.ts';
import { ORIGIN, ProductionOffice, type Person } from '../support/production-office.ts';
import { codeOfAct } from '../support/refuses.ts';
import { certifySlot, proveSlot, registerCard, type SoftSlot } from '../support/soft-slots.ts';

const UNIT = 'AE';
let office: ProductionOffice;
let hr: Person;
let approver: Person;
let clerk: Person;
let signer: Person;
let director: Official;
let signed: SignedOficio;

function fields(name: string, post: string): Parameters<ProductionOffice['services']['registerOfficial']>[0]['input'] {
  const said = { powers: ['Firmar oficios'], mayAsk: [], neverAsks: ['Dinero en efectivo'] };
  return { name, post, unit: UNIT, validFrom: '2026-01-16', ...said };
}

const letterOf = (official: Official, subject: string): Parameters<ProductionOffice['services']['signOficio']>[0] => ({
  document: TWO_PAGES,
  signerId: official.id,
  type: 'oficio',
  amount: 0,
  subject,
});

beforeAll(async () => {
  office = await ProductionOffice.make();
  const { services } = office;
  hr = await office.enrol('Rosa Vega', ['hr']);
  approver = await office.enrol('Óscar Lara', ['approver']);
  clerk = await office.enrol('Celia Mora', ['clerk']);
  await office.act([hr], () =>
    services.setUnit({ code: UNIT, name: 'Alcaldía de Ejemplo', coveredSince: '2026-01-01' }),
  );
  director = await office.act([hr], () => services.registerOfficial({ input: fields('Inés Robles', 'Directora') }));
  signer = await office.enrol('Inés Robles', ['signer'], [approver, office.founders[0]], director.id);
  await office.act([hr, approver], () =>
    services.issueCredential({
      officialId: director.id,
      kind: 'signer',
      days: 300,
      idempotencyKey: 'for the director',
    }),
  );
  signed = await office.act([signer], () => services.signOficio(letterOf(director, 'Primer oficio'), 'letter one'));
}, 120_000);

afterAll(() => office.remove());

describe('an installation outside development', () => {
  test('signs a letter that its verifier calls valid, by people whom the founders approved', async () => {
    const { services } = office;
    const answer = await services.verifyPdf(signed.document);
    expect(answer).toMatchObject({ verdict: 'valid', state: 'current', dev: false });
    const said = answer.checks.filter(({ check }) => check === 'access/authorised');
    expect(said.length).toBeGreaterThan(3);
    expect(said.every(({ outcome }) => outcome === 'pass')).toBe(true);
    expect(await services.verifyTyped(signed.oficio.sealText!)).toMatchObject({ verdict: 'valid', state: 'current' });
    expect(await services.verifyCredential(signed.oficio.signer.serial)).toMatchObject({ state: 'current' });
    expect(signed.oficio.sealText).toContain(ORIGIN.toUpperCase());
  });

  test('does nothing for whoever owns the machine and is nobody', async () => {
    const { services } = office;
    const letter = letterOf(director, 'Sin nadie');
    expect(await codeOfAct(() => services.registerOfficial({ input: fields('Juan Cualquiera', 'Director') }))).toBe(
      'access/assertion-needed',
    );
    expect(await codeOfAct(() => services.signOficio(letter, 'nobody'))).toBe('access/login-needed');
  });

  test('asks for the role that an act needs', async () => {
    const { services } = office;
    const caller = await office.callerOf(hr);
    const letter = letterOf(director, 'De recursos humanos');
    const asHr = () => services.acting.during({ caller }, () => services.signOficio(letter, 'of hr'));
    expect(await codeOfAct(asHr)).toBe('access/role-missing');
    const byClerk = () => office.act([clerk], () => services.registerOfficial({ input: fields('Ana Uno', 'Jefa') }));
    expect(await codeOfAct(byClerk)).toBe('access/not-authorised');
  });

  test('lets a clerk prepare what only the signer can sign', async () => {
    const { services } = office;
    const letter = letterOf(director, 'Preparado por la oficialía');
    const byClerk = () => office.act([clerk], () => services.signOficio(letter, 'prepared'));
    expect(await codeOfAct(byClerk)).toBe('access/not-authorised');
  });

  test('takes a right away without asking anybody, and gives it back only with two', async () => {
    const { services } = office;
    const { serial } = signed.oficio.signer;
    await services.suspendCredential(serial);
    expect(await services.verifyCredential(serial)).toMatchObject({ state: 'suspended' });
    expect(await codeOfAct(() => office.act([hr], () => services.resumeCredential(serial)))).toBe(
      'access/not-authorised',
    );
    await office.act([hr, approver], () => services.resumeCredential(serial));
    expect(await services.verifyCredential(serial)).toMatchObject({ state: 'current' });
  });

  test('lets a card count with the certificates that two people saw, and with no other', async () => {
    const { services } = office;
    const official = await office.act([hr], () =>
      services.registerOfficial({ input: fields('Raúl Peña', 'Inspector de mercados') }),
    );
    const card = await office.act([hr], () => registerCard(services, official));
    const slots: SoftSlot[] = [];
    for (const name of ['9A', '9C', '9E'] as const) {
      const slot = await office.act([hr], () => certifySlot(services, card, name));
      await office.act([hr], () => proveSlot(services, card, slot));
      slots.push(slot);
    }
    const serials = slots.map(({ serial }) => serial);
    const activate = (): Promise<unknown> => services.cards.activate({ number: card.number, serials });
    expect(await codeOfAct(() => office.act([hr], activate))).toBe('access/not-authorised');
    expect(await services.verifyCredential(serials[0]!)).toMatchObject({ state: 'suspended' });
    await office.act([hr, approver], activate);
    const answer = await services.verifyCredential(serials[0]!);
    expect(answer).toMatchObject({ verdict: 'valid', state: 'current' });
    expect(answer.checks).toContainEqual(
      expect.objectContaining({ check: 'access/authorised', detail: 'its card became active with it' }),
    );
    expect(await services.verifyBadge(card.number)).toMatchObject({ verdict: 'valid', state: 'current' });
  });

  test('ends somebody’s access at once; what they did before stands', async () => {
    const { services } = office;
    const leaving = await office.enrol('Elena Paz', ['hr']);
    const unit = (name: string) => () =>
      services.setUnit({ code: 'AE/DX', name, coveredSince: '2026-02-01', parent: UNIT });
    await office.act([leaving], unit('Dirección X'));
    const caller = await office.callerOf(leaving);
    const pending = await ask(office.approval, caller, unit('Dirección que fue X'));
    if ('done' in pending) throw new Error('nobody was asked');
    const assertions = await office.assert(pending.pending, [leaving]);
    await office.act([approver], () => services.access.endAccess(leaving.id, { scope: 'person', reason: 'dismissed' }));
    // What was asserted before, and what is asked for now.
    const late = () => enact(office.approval, pending.pending, assertions, unit('Dirección que fue X'));
    expect(await codeOfAct(late)).toBe('access/not-authorised');
    const stolen = () => services.acting.during({ caller }, unit('Dirección Y'));
    expect(await codeOfAct(stolen)).toBe('access/assertion-needed');
    expect((await services.directory.findUnit('AE/DX' as never))!.record.name).toBe('Dirección X');
    const again = () => office.act([office.founders[0], approver], () => services.access.setRoles(leaving.id, []));
    expect(await codeOfAct(again)).toBe('access/person-ended');
  });

  test('is sound for its own audit, people and roles included', async () => {
    const report = await office.services.auditLog();
    expect(report.register.findings).toEqual([]);
    expect(report.sound).toBe(true);
  });
});
