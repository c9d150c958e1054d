import { afterAll, beforeAll, expect, test } from 'vitest';
import { staffApp, STAFF_PREFIX } from '../../src/http/staff/app.ts';
import { makeInstallation, type Installation } from '../support/installation.ts';

let installation: Installation;
beforeAll(async () => {
  installation = await makeInstallation();
});
afterAll(() => installation.remove());

test('a change keeps what it leaves out, and an empty list empties', async () => {
  const lists = { powers: ['Verificar'], mayAsk: ['Identificación'], neverAsks: ['Dinero'] };
  const { id } = await installation.register(lists);
  const change = async (changes: object): Promise<unknown> => {
    const response = await staffApp(installation.services).request(`${STAFF_PREFIX}/officials/${id}/change`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ changes }),
    });
    return response.json();
  };
  expect(await change({ post: 'Otro cargo' })).toMatchObject({ post: 'Otro cargo', ...lists });
  expect(await change({ neverAsks: [] })).toMatchObject({ ...lists, neverAsks: [] });
});
