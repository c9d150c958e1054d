import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Approval } from '../../src/approval/approval.ts';
import { requestActs, requestTogether } from '../../src/approval/request.ts';
import type { KeptAnswer } from '../../src/approval/store.ts';
import type { Official } from '../../src/directory/official.ts';
import { ApprovalDesk, answerOf, said } from '../support/approval-desk.ts';
import { TWO_PAGES } from '../support/office.ts';
import { ProductionOffice, type Person } from '../support/production-office.ts';
import { processorTime } from '../support/processor-time.ts';
import { codeOfAct } from '../support/refuses.ts';

const UNIT = 'AE';
const TOGETHER = { method: 'POST', path: '/approvals/together' };
let office: ProductionOffice;
let desk: ApprovalDesk;
let clerk: Person;
let signer: Person;
let other: Person;
let director: Official;
let letters = 0;

beforeAll(async () => {
  office = await ProductionOffice.make();
  desk = new ApprovalDesk(office);
  const { services } = office;
  const hr = await office.enrol('Rosa Vega', ['hr']);
  const approver = await office.enrol('Óscar Lara', ['approver']);
  clerk = await office.enrol('Celia Mora', ['clerk']);
  await office.act([hr], () => services.setUnit({ code: UNIT, name: 'Alcaldía', coveredSince: '2026-01-01' }));
  const officials: Official[] = [];
  for (const name of ['Inés Robles', 'Raúl Peña']) {
    const input = {
      ...{ name, post: `Dirección de ${name}`, unit: UNIT, validFrom: '2026-01-16' },
      ...{ powers: ['Firmar oficios'], mayAsk: [], neverAsks: ['Dinero en efectivo'] },
    };
    const one = await office.act([hr], () => services.registerOfficial({ input }));
    const wanted = { officialId: one.id, kind: 'signer', days: 300, idempotencyKey: `for ${name}` } as const;
    await office.act([hr, approver], () => services.issueCredential(wanted));
    officials.push(one);
  }
  director = officials[0]!;
  signer = await office.enrol('Inés Robles', ['signer'], [approver, office.founders[0]], director.id);
  other = await office.enrol('Raúl Peña', ['signer'], [approver, office.founders[0]], officials[1]!.id);
}, 120_000);
afterAll(() => office.remove());

/** A letter that the clerk prepared, and that waits for its signer. */
async function prepared(): Promise<Approval> {
  const subject = `Oficio ${++letters}`;
  const letter = { document: TWO_PAGES, signerId: director.id, type: 'oficio', amount: 0, subject } as const;
  const key = `letter number ${letters}`;
  const request = { method: 'POST', path: '/oficios', contentType: 'multipart/form-data' };
  const caller = await office.callerOf(clerk);
  const outcome = await requestActs(desk.deps, caller, { request, body: new Uint8Array([1]) }, async () =>
    answerOf(await office.services.signOficio(letter, key)),
  );
  if ('done' in outcome) throw new Error('nobody was asked');
  return outcome.approval;
}

const together = async (of: readonly Approval[], as = signer): Promise<Approval> =>
  requestTogether(
    desk.deps,
    await office.callerOf(as),
    of.map(({ id }) => id),
    TOGETHER,
  );

describe('letters that wait for their signature', () => {
  test('are signed by their own signer alone, and keep no second document', async () => {
    const letter = await prepared();
    expect(await desk.deps.approvals.findBody(letter.id)).toEqual(new Uint8Array());
    expect(await codeOfAct(() => desk.give(letter, other))).toBe('approval/not-yours');
    expect(await codeOfAct(() => desk.give(letter, clerk))).toBe('approval/not-yours');
    const { approval, answer } = await desk.give(letter, signer);
    expect(approval.state).toBe('enacted');
    expect(said(answer)).toMatchObject({ state: 'signed' });
  });

  test('are signed together by one assertion, and wait no more by themselves', async () => {
    const three = [await prepared(), await prepared(), await prepared()];
    expect(await codeOfAct(() => together(three, other))).toBe('approval/not-yours');
    const all = await together(three);
    const { answer } = await desk.give(all, signer);
    expect(said(answer)).toEqual(['fulfilled', 'fulfilled', 'fulfilled']);
    for (const one of three) {
      const found = await desk.look(one.id);
      expect(found.approval.state).toBe('enacted');
      expect(said(found.answer)).toMatchObject({ state: 'signed' });
    }
    const { oficios, signedFile, verifyPdf } = office.services;
    const last = (await oficios.list({ limit: 1000 })).find(({ subject }) => subject === `Oficio ${letters}`)!;
    const file = new Uint8Array(Buffer.concat((await signedFile(last.id))!));
    expect(await verifyPdf(file)).toMatchObject({ verdict: 'valid', state: 'current' });
    expect(await codeOfAct(() => together(three))).toBe('approval/not-open');
  });

  test('one that was cancelled meanwhile keeps none of the others', async () => {
    const three = [await prepared(), await prepared(), await prepared()];
    const all = await together(three);
    const { letter } = three[1]!.pending.waiting![0]!;
    await office.act([clerk], () => office.services.endOficio(letter as never, { reason: 'Error de captura' }));
    expect(said((await desk.give(all, signer)).answer)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  });

  test('one hundred are signed by one assertion within five seconds', { timeout: 120_000 }, async () => {
    const hundred: Approval[] = [];
    for (let i = 0; i < 100; i++) hundred.push(await prepared());
    const all = await together(hundred);
    const answered = desk.signs(all, signer);
    let answer: KeptAnswer | undefined;
    const milliseconds = await processorTime(async () => {
      ({ answer } = await desk.give(all, signer, answered));
    });
    expect(said(answer)).toEqual(Array.from({ length: 100 }, () => 'fulfilled'));
    expect(milliseconds).toBeLessThan(5000);
  });
});
