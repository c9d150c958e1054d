import { afterAll, beforeAll, expect, test } from 'vitest';
import { staffApp, STAFF_PREFIX } from '../../src/http/staff/app.ts';
import { MAX_LETTER_BYTES } from '../../src/verifier/index.ts';
import { makeInstallation, type Installation } from '../support/installation.ts';
import { codeOfAct } from '../support/refuses.ts';

let installation: Installation;
beforeAll(async () => {
  installation = await makeInstallation();
});
afterAll(() => installation.remove());

test('a document whose letter the public could not check is not signed', async () => {
  const document = new Uint8Array(MAX_LETTER_BYTES + 1);
  expect(await codeOfAct(() => installation.sign({ document }))).toBe('pdf/too-large');
});

test('a body beyond all bounds is a problem with a code to staff', async () => {
  const body = new Uint8Array(32 * 1024 * 1024 + 1);
  const bugs: Error[] = [];
  const app = staffApp(installation.services, (error) => bugs.push(error));
  const headers = { 'content-length': String(body.length) };
  const response = await app.request(`${STAFF_PREFIX}/verify/pdf`, { method: 'POST', body, headers });
  expect([response.status, ((await response.json()) as any).code]).toEqual([413, 'http/too-large']);
  expect(bugs).toEqual([]);
});
