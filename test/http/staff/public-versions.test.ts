import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { concat } from '../../../src/core/bytes.ts';
import type { PublicVersionView } from '../../../src/http/staff/public-versions.ts';
import type { LetterSubject } from '../../../src/verifier/index.ts';
import { BLACK_BOX, blackedOut, textAt } from '../../support/blacked-out.ts';
import { makeLetterDesk, type LetterDesk } from '../../support/letter-desk.ts';
import { TWO_PAGES } from '../../support/office.ts';
import type { Told } from '../../support/staff-desk.ts';

/* A clerk publishes a letter with parts blacked out: with their passkey, of their unit, and only what hides nothing. */

let made: LetterDesk;
let keys = 0;
const GROUND = 'LGTAIP art. 115; resolución CT-12/2026';
const file = (mark: string): Uint8Array =>
  blackedOut({ content: textAt(72, 750, `Version publica ${mark}`) + BLACK_BOX });
const FIRST = file('1');
const SECOND = file('2');

beforeAll(async () => {
  made = await makeLetterDesk();
}, 180_000);
afterAll(() => {
  expect(made.desk.bugs).toEqual([]);
  made.office.remove();
});

const path = (letter: string = made.letter.id): string => `/oficios/${letter}/public-versions`;

function ask(document: Uint8Array, by: Parameters<LetterDesk['who']>[0] = 'clerk', more: object = {}): Promise<Told> {
  const request = { ground: GROUND, idempotencyKey: `version ${keys++}`, ...more };
  return made.desk.postForm(made.who(by), path(), request, document);
}

async function register(document: Uint8Array, more: object = {}): Promise<PublicVersionView> {
  const waiting = await made.desk.waits(ask(document, 'clerk', more));
  return (await made.desk.give(waiting, made.who('clerk'))).json as unknown as PublicVersionView;
}

const list = async (): Promise<readonly PublicVersionView[]> =>
  (await made.desk.get(made.who('clerk'), path())).json as unknown as readonly PublicVersionView[];
const verdict = (document: Uint8Array) => made.office.services.verifyPdf(document);
const told = async (document: Uint8Array): Promise<LetterSubject> => (await verdict(document)).subject as LetterSubject;
const ofLetter = async (): Promise<LetterSubject> =>
  (await made.office.services.verifyTyped(made.letter.seal!)).subject as LetterSubject;
const sound = async (): Promise<boolean> => (await made.office.services.auditLog()).sound;

describe('a public version', () => {
  test('waits for the passkey of its clerk, and is published by nobody before', async () => {
    const waiting = await made.desk.waits(ask(FIRST));
    expect(await list()).toEqual([]);
    expect((await verdict(FIRST)).state).toBe('unsigned');
    const version = (await made.desk.give(waiting, made.who('clerk'))).json;
    expect(version).toMatchObject({ state: 'current', pages: 1, ground: GROUND });
    expect(await list()).toEqual([version]);
    expect(await sound()).toBe(true);
  });

  test('is known by its file: a copy for reading, of which letter, by whom and on what ground, and no more', async () => {
    const answer = await verdict(FIRST);
    expect([answer.verdict, answer.state]).toEqual(['undetermined', 'copy']);
    expect(answer.subject).toMatchObject({
      folio: made.letter.folio,
      signer: { name: 'Inés Robles' },
      publicVersion: { state: 'current', ground: GROUND },
    });
    expect(answer.checks).toContainEqual(
      expect.objectContaining({ check: 'access/authorised', outcome: 'pass' }) as object,
    );
    expect(answer.subject).not.toHaveProperty('subject');
    expect(await made.office.services.verifyPdfAside(FIRST)).toMatchObject({ state: 'copy', subject: answer.subject });
    const changed = FIRST.slice();
    changed[FIRST.length - 8]! ^= 1;
    expect((await verdict(changed)).subject).not.toHaveProperty('publicVersion');
  });

  test('is told beside its letter, and its file is given to anybody', async () => {
    const [version] = await list();
    expect((await ofLetter()).availablePublicVersion).toMatchObject({ id: version!.id, ground: GROUND });
    const byFolio = await made.office.services.verifyTyped(made.letter.folio);
    expect(byFolio.subject).not.toHaveProperty('availablePublicVersion');
    expect(await made.office.services.publicVersions.findPublished(version!.id)).toEqual(FIRST);
    expect(await made.office.services.publicVersions.findPublished('0'.repeat(16))).toBeUndefined();
  });

  test('is registered once for a request, and the same file once', async () => {
    const before = (await list()).length;
    const key = { idempotencyKey: 'the same request' };
    const one = await register(SECOND, key);
    const again = await ask(SECOND, 'clerk', key);
    expect([again.status, again.json['id']]).toEqual([200, one.id]);
    expect((await list()).length).toBe(before + 1);
    expect((await ask(SECOND)).json['code']).toBe('oficio/public-version-same');
    expect((await ask(FIRST, 'clerk', key)).json['code']).toBe('log/retry-differs');
  });

  test('takes the place of the one before, which is given to nobody any more and says so', async () => {
    const [first, second] = await list();
    expect([first!.state, second!.state, second!.replaces]).toEqual(['replaced', 'current', first!.id]);
    expect(await made.office.services.publicVersions.findPublished(first!.id)).toBeUndefined();
    expect((await told(FIRST)).publicVersion?.state).toBe('replaced');
    expect((await verdict(FIRST)).state).toBe('copy');
    expect((await ofLetter()).availablePublicVersion?.id).toBe(second!.id);
  });

  test('is withdrawn with a passkey, and can be followed by another', async () => {
    const [first, second] = await list();
    const { who, desk } = made;
    const withdrawal = `${path()}/${second!.id}/withdraw`;
    expect((await desk.post(who('stranger'), withdrawal, { reason: 'x' })).json['code']).toBe('access/role-missing');
    const over = await desk.post(who('clerk'), `${path()}/${first!.id}/withdraw`, { reason: 'Ya no' });
    expect(over.json['code']).toBe('oficio/public-version-over');
    const waiting = await desk.waits(desk.post(who('clerk'), withdrawal, { reason: 'Faltó tachar una clave' }));
    expect((await desk.give(waiting, who('clerk'))).json).toMatchObject({ state: 'withdrawn' });
    expect(await ofLetter()).not.toHaveProperty('availablePublicVersion');
    expect((await told(SECOND)).publicVersion?.state).toBe('withdrawn');
    const third = await register(SECOND);
    expect(third).toMatchObject({ state: 'current', replaces: second!.id });
    expect((await told(SECOND)).publicVersion?.state).toBe('current');
    expect(await sound()).toBe(true);
  });

  test('with a script in its ground is told as text, and without one, or too long, is refused', async () => {
    const version = await register(file('3'), { ground: '<script>alert(1)</script>' });
    expect(version.ground).toBe('<script>alert(1)</script>');
    for (const ground of ['', '  ', 'x'.repeat(400), 'dos\u0000']) {
      expect((await ask(file('4'), 'clerk', { ground })).json['code']).toBe('oficio/ground-malformed');
    }
  });

  test('is not for another unit, for who signs or audits, nor of a draft', async () => {
    for (const by of ['stranger', 'auditor', 'hr', 'signer'] as const) {
      expect([by, (await ask(file('5'), by)).json['code']]).toEqual([by, 'access/role-missing']);
    }
    const draft = await made.desk.postForm(
      made.who('clerk'),
      path(made.draft),
      { ground: GROUND, idempotencyKey: 'of a draft' },
      file('5'),
    );
    expect(draft.json['code']).toBe('oficio/not-signed');
    expect((await made.desk.get(made.who('stranger'), path())).json['code']).toBe('access/role-missing');
    // Nor by the key under which somebody else made the letter.
    const byKey = '/oficios?idempotencyKey=letter%20one';
    expect((await made.desk.get(made.who('stranger'), byKey)).json['code']).toBe('access/role-missing');
    expect((await made.desk.get(made.who('clerk'), byKey)).status).toBe(200);
  });

  test.each([
    ['is no PDF', new TextEncoder().encode('Esto no es un PDF'), 'pdf/not-a-pdf'],
    ['still has the addressee', blackedOut({ content: textAt(72, 700, 'Lidia Mora') }), 'oficio/public-version-names'],
    ['still has where they live', blackedOut({ content: textAt(72, 700, 'Colima 9') }), 'oficio/public-version-names'],
    [
      'has text under a box',
      blackedOut({ content: textAt(72, 700, 'Una clave') + BLACK_BOX }),
      'oficio/public-version-covered',
    ],
    ['is longer than 25 MB', new Uint8Array(26 * 1024 * 1024), 'pdf/too-large'],
  ])('that %s is refused, and nothing is kept of it', async (_, document, code) => {
    const before = (await list()).length;
    const refused = await ask(document);
    expect([refused.status >= 400, refused.json['code']]).toEqual([true, code]);
    expect((await list()).length).toBe(before);
  });

  test('is not the letter itself, signed, nor what shows the code of another one', async () => {
    const { services } = made.office;

    const document = concat(...(await services.signedFile(made.letter.id as never))!);
    expect((await ask(document)).json['code']).toBe('oficio/public-version-hides');
    const other = await made.desk.waits(
      made.desk.postForm(
        made.who('clerk'),
        '/oficios',
        { signerId: made.director.id, type: 'oficio', amount: 0, subject: 'Otro', idempotencyKey: 'another letter' },
        TWO_PAGES,
      ),
    );
    const { seal, folio } = (await made.desk.give(other, made.who('signer'))).json as { seal: string; folio: string };
    const link = `/Annots [<< /Type /Annot /Subtype /Link /Rect [9 9 99 99] /Border [0 0 0] /A << /S /URI /URI (${seal}) >> >>]`;
    const refused = await ask(blackedOut({ page: link }));
    expect(refused.json).toMatchObject({ code: 'oficio/public-version-other-letter', facts: { found: folio } });
  });

  test('of a letter that was cancelled says that, whatever it was before', async () => {
    const { desk, who, letter } = made;
    const waiting = await desk.waits(desk.post(who('clerk'), `/oficios/${letter.id}/cancel`, { reason: 'Se repitió' }));
    await desk.give(waiting, who('clerk'));
    const answer = await verdict(SECOND);
    expect([answer.verdict, answer.state]).toEqual(['invalid', 'cancelled']);
    expect(answer.subject).toMatchObject({ folio: letter.folio, publicVersion: {} });
  });
});
