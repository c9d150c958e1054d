import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { toBase64Url, fromBase64Url } from '../../../src/core/base64.ts';
import { fromLatin1, toLatin1 } from '../../../src/core/bytes.ts';
import type { CborValue } from '../../../src/core/cbor.ts';
import { checkActs, checkLetter, Differs } from '../../../src/http/client/check-shown.ts';
import { browserPrimitives } from '../../../src/http/client/primitives.ts';
import type { ShownApproval } from '../../../src/http/staff/approval-views.ts';
import { nodePrimitives } from '../../../src/adapters/primitives.ts';
import { TWO_PAGES } from '../../support/office.ts';
import { OfficeBrowser, officeOver } from '../../support/office-browser.ts';
import { ProductionOffice } from '../../support/production-office.ts';

const API = '/api/v1/staff';

let office: ProductionOffice;
let shown: ShownApproval;
let other: ShownApproval;
let file: Uint8Array;
let record: readonly CborValue[];

/** What a signer is asked to sign, as their browser gets it. */
beforeAll(async () => {
  office = await ProductionOffice.make();
  const { services } = office;
  const hr = await office.enrol('Rosa Vega', ['hr']);
  const approver = await office.enrol('Óscar Lara', ['approver']);
  await office.act([hr], () => services.setUnit({ code: 'AE', name: 'Alcaldía', coveredSince: '2026-01-01' }));
  const input = { name: 'Inés Robles', post: 'Directora', unit: 'AE', validFrom: '2026-01-16' };
  const director = await office.act([hr], () =>
    services.registerOfficial({ input: { ...input, powers: ['Firmar'], mayAsk: [], neverAsks: ['Dinero'] } }),
  );
  const signer = await office.enrol('Inés Robles', ['signer'], office.founders, director.id);
  await office.act([hr, approver], () =>
    services.issueCredential({ officialId: director.id, kind: 'signer', days: 300, idempotencyKey: 'of the director' }),
  );
  const browser = new OfficeBrowser(officeOver(services));
  await browser.logIn(signer);
  const asked: ShownApproval[] = [];
  for (const subject of ['Primero', 'Segundo']) {
    const form = new FormData();
    const request = { signerId: director.id, type: 'oficio', amount: 0, subject, idempotencyKey: `letter ${subject}` };
    form.set('request', JSON.stringify(request));
    form.set('document', new File([new Uint8Array(TWO_PAGES)], 'oficio.pdf', { type: 'application/pdf' }));
    const answer = await browser.upload(`${API}/oficios`, form, 'application/json');
    expect(answer.status).toBe(202);
    const { id } = ((await answer.json()) as { approval: { id: string } }).approval;
    asked.push((await (await browser.get(`${API}/approvals/${id}`)).json()) as ShownApproval);
  }
  [shown, other] = asked as [ShownApproval, ShownApproval];
  const letter = await browser.get(`/oficina/solicitudes/${shown.id}/oficios/${shown.letters![0]!.id}`);
  file = new Uint8Array(await letter.arrayBuffer());
  record = (await checkActs(shown, browserPrimitives)).records[0]!;
}, 120_000);
afterAll(() => office.remove());

describe('what a browser signs', () => {
  test('is the hash that the service asks for, where everything is as it is shown', async () => {
    const { challenge, records } = await checkActs(shown, browserPrimitives);
    expect(toBase64Url(challenge)).toBe(shown.challenge);
    expect(records.map(([, action]) => action)).toEqual(['oficio/signed']);
    checkLetter(record, shown.letters![0]!.id, file, browserPrimitives);
  });

  test.for<readonly [string, Differs['what'], () => Partial<ShownApproval>]>([
    ['the record of another letter', 'records', () => ({ records: other.records })],
    ['one record more', 'records', () => ({ records: [...shown.records, ...other.records] })],
    ['the challenge of another act', 'challenge', () => ({ challenge: other.challenge })],
    ['the statement of another act', 'records', () => ({ statement: other.statement })],
    ['another name of the act', 'statement', () => ({ statement: { ...shown.statement, action: 'unit/set' } })],
    ['another time', 'challenge', () => ({ statement: { ...shown.statement, at: shown.statement.at + 1 } })],
    ['another state of the log', 'challenge', () => ({ statement: { ...shown.statement, size: 1 } })],
    ['no base64url', 'statement', () => ({ challenge: '+' })],
  ])('is nothing where the service shows %s', async ([, what, lie]) => {
    const error = await checkActs({ ...shown, ...lie() }, browserPrimitives).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(Differs);
    expect((error as Differs).what).toBe(what);
  });

  test('is no letter but the one in the record, whatever single byte of it is another', () => {
    const id = shown.letters![0]!.id;
    const differs = (changed: Uint8Array, of = id): void =>
      expect(() => checkLetter(record, of, changed, browserPrimitives)).toThrow(Differs);
    differs(file, other.letters![0]!.id);
    differs(file.subarray(0, -1));
    differs(new Uint8Array([...file, 0x20]));
    for (let at = 0; at < file.length; at += 997) {
      const changed = file.slice();
      changed[at]! ^= 1;
      differs(changed);
    }
    const text = toLatin1(file);
    // What stands in the place of the signature is in no digest: nothing but zeros may stand there.
    differs(fromLatin1(text.replace(/0{64}>/, `${'0'.repeat(63)}1>`)));
  });

  test('is hashed as the service hashes it', () => {
    const data = fromBase64Url(shown.records[0]!)!;
    for (const algorithm of ['SHA-256', 'SHA-384', 'SHA-512'] as const) {
      expect(browserPrimitives.digest(algorithm, data, data)).toEqual(nodePrimitives.digest(algorithm, data, data));
    }
    expect(browserPrimitives.hmac(data, data)).toEqual(nodePrimitives.hmac(data, data));
  });
});
