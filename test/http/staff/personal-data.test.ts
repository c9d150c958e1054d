import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { formatTime } from '../../../src/core/time.ts';
import type { ExportView } from '../../../src/http/staff/personal-export.ts';
import { RETENTION } from '../../../src/personal/retention.ts';
import { makeLetterDesk, type LetterDesk } from '../../support/letter-desk.ts';

/* What is held about a person is told to whoever answers requests of access, and that it was asked for is noted. */

let office: LetterDesk['office'];
let desk: LetterDesk['desk'];
let director: LetterDesk['director'];
let letter: LetterDesk['letter'];
let who: LetterDesk['who'];

beforeAll(async () => {
  ({ office, desk, director, letter, who } = await makeLetterDesk());
  const received = { receivedAt: formatTime(office.services.clock()), how: 'notifier', name: 'Rosa Vega Luna' };
  await desk.post(who('clerk'), `/oficios/${letter.id}/receptions`, { received, idempotencyKey: 'one reception' });
}, 180_000);
afterAll(() => {
  expect(desk.bugs).toEqual([]);
  office.remove();
});

const asked = (query: Record<string, string>): string => `/personal-data?${new URLSearchParams(query).toString()}`;

async function exported(query: Record<string, string>, by: Parameters<typeof who>[0] = 'auditor'): Promise<ExportView> {
  const told = await desk.get(who(by), asked(query));
  expect([told.status, told.text.slice(0, 200)]).toEqual([200, expect.any(String)]);
  return told.json as unknown as ExportView;
}

const part = (view: ExportView, line: string): readonly object[] =>
  view.parts.filter((one) => one.line === line).flatMap(({ items }) => items);

describe('an export', () => {
  test('of an official holds the record with its key, credentials, letters, access and leaves; each with its line', async () => {
    const view = await exported({ official: director.id }, 'hr');
    expect(part(view, 'officials')).toMatchObject([
      { id: director.id, subjectKey: expect.stringMatching(/^[0-9a-f]{64}$/) as string },
    ]);
    expect(part(view, 'credentials')).toHaveLength(1);
    expect(part(view, 'letters')).toContainEqual(expect.objectContaining({ folio: letter.folio }) as object);
    expect(part(view, 'access')).toMatchObject([{ name: 'Inés Robles', official: director.id }]);
    const log = part(view, 'log') as { action: string; said?: object }[];
    expect(log.find(({ action }) => action === 'official/registered')?.said).toMatchObject({ name: 'Inés Robles' });
    const lines = new Set(RETENTION.map(({ id }) => id));
    expect(view.parts.filter(({ line }) => !lines.has(line))).toEqual([]);
  });

  test('of a person has fingerprints of their passkeys, never the keys', async () => {
    const view = await exported({ person: who('clerk').id });
    expect(part(view, 'access')).toMatchObject([{ person: who('clerk').id, passkeys: [{}] }]);
    expect(JSON.stringify(part(view, 'access'))).not.toMatch(/"key"|credentialId/);
  });

  test('by name finds addressees and receivers, without accents and in any order, and nobody else', async () => {
    const view = await exported({ name: 'mora LÍDIA' });
    expect(part(view, 'addressees')).toContainEqual(
      expect.objectContaining({
        folio: letter.folio,
        addressee: expect.objectContaining({ name: 'Lidia Mora' }) as object,
      }),
    );
    expect(part(view, 'receptions')).toEqual([]);
    const receiver = await exported({ name: 'Rosa Vega' });
    expect(part(receiver, 'receptions')).toMatchObject([{ name: 'Rosa Vega Luna' }]);
    expect(JSON.stringify(receiver)).not.toContain('Lidia');
    expect((await exported({ name: 'Nadie Ninguno' })).parts.flatMap(({ items }) => items)).toEqual([]);
  });

  test('is noted, with who asked and about whom, for auditors', async () => {
    await exported({ name: 'Zoila Páramo' }, 'hr');
    const notes = await desk.get(who('auditor'), '/personal-data/exports');
    expect(notes.json).toContainEqual({
      at: expect.any(String) as string,
      by: { person: who('hr').id, name: 'Persona hr' },
      about: { name: 'Zoila Páramo' },
    });
    expect((await desk.get(who('hr'), '/personal-data/exports')).json['code']).toBe('access/role-missing');
  });

  test('is not for who signs, a clerk, or whoever asks for the data of another', async () => {
    for (const one of ['clerk', 'stranger', 'signer', 'approver'] as const) {
      for (const query of [{ official: director.id }, { person: who('hr').id }, { name: 'Lidia Mora' }]) {
        const told = await desk.get(who(one), asked(query as unknown as Record<string, string>));
        expect([one, told.json['code']]).toEqual([one, 'access/role-missing']);
        expect(told.text).not.toMatch(/Lidia|Robles/);
      }
    }
  });

  test('for human resources of another unit is refused, whoever it is about', async () => {
    const { person } = await hrOf('AE/DGO');
    for (const query of [
      { official: director.id },
      { person: who('hr').id },
      { name: 'Lidia Mora' },
      { official: '00000000' },
    ]) {
      const told = await desk.get(person, asked(query as unknown as Record<string, string>));
      expect([query, told.json['code']]).toEqual([query, 'access/role-missing']);
    }
    const own = await hrOf('AE/DGG');
    expect((await desk.get(own.person, asked({ official: director.id }))).status).toBe(200);
  });

  test.each([
    [{}, 'http/body-malformed'],
    [{ name: 'Rosa' }, 'http/body-malformed'],
    [{ name: 'x'.repeat(121) }, 'http/body-malformed'],
    [{ name: '%  _' }, 'http/body-malformed'],
    [{ person: "' OR 1=1" }, 'http/body-malformed'],
    [{ official: 'x', name: 'Rosa Vega' }, 'http/body-malformed'],
    [{ official: '../../etc' }, 'directory/official-unknown'],
    [{ person: '0'.repeat(32) }, 'access/person-unknown'],
  ])('asked for as %j is refused', async (query, code) => {
    expect((await desk.get(who('auditor'), asked(query as Record<string, string>))).json['code']).toBe(code);
  });

  test('with a script in the name finds it as text, and answers JSON that nobody renders', async () => {
    const response = await desk.send(who('auditor'), asked({ name: '<script>alert(1)</script> x' }));
    expect(response.headers.get('content-type')).toContain('application/json');
    expect(response.headers.get('cache-control')).toBe('no-store');
  });
});

/** Somebody of human resources of one unit alone. */
async function hrOf(unit: string): Promise<{ person: Awaited<ReturnType<typeof office.enrol>> }> {
  const person = await office.enrol(`Personal de ${unit}`, ['hr']);
  const grant = { role: 'hr', unit, from: '2026-01-01' } as unknown as Parameters<
    typeof office.services.access.setRoles
  >[1][number];
  await office.act(office.founders, () => office.services.access.setRoles(person.id, [grant]));
  return { person };
}
