import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { nodePrimitives } from '../../src/adapters/primitives.ts';
import { systemClock } from '../../src/adapters/system.ts';
import { drawBack } from '../../src/badge/back.ts';
import { badgeAddress, type Badge } from '../../src/badge/badge.ts';
import { drawDistinctive, DISTINCTIVE_PHOTO } from '../../src/badge/distinctive-front.ts';
import { readPhoto } from '../../src/badge/photo.ts';
import { printDistinctive } from '../../src/badge/print.ts';
import { toLatin1 } from '../../src/core/bytes.ts';
import { dayInMexicoCity, unixSeconds, type CalendarDay } from '../../src/core/time.ts';
import { EVIDENCE_KINDS, type DistinctiveNumber } from '../../src/directory/distinctive/distinctive.ts';
import { FIELD_LIMITS } from '../../src/directory/fields.ts';
import type { Official } from '../../src/directory/official.ts';
import { toWinAnsi } from '../../src/seal/font/win-ansi.ts';
import { mm } from '../../src/seal/typeset.ts';
import { distinctiveEs } from '../../src/texts/distinctive.es.ts';
import { makeInstallation, type Installation } from '../support/installation.ts';
import { ask, missingJudge, withFolder } from '../support/judges.ts';
import { issueTo } from '../support/office.ts';
import { codeOf, codeOfAct } from '../support/refuses.ts';
import { BADGE, GROUND, LONG, PHOTO, RESERVED } from './sample.ts';
import { joined, misplacedOn, overlap, shown, type Shown } from './shown.ts';

const KINDS = { BADGE, RESERVED, LONG, TEST: { ...BADGE, dev: true } };

function sidesOf(badge: Badge): Record<'front' | 'back', Shown[]> {
  const photo = badge.holder.state === 'public' && badge.holder.photo ? readPhoto(badge.holder.photo) : undefined;
  return {
    front: shown(drawDistinctive(badge, photo, distinctiveEs)),
    back: shown(drawBack({ ...badge, hasTag: false }, distinctiveEs)),
  };
}

function misplaced(badge: Badge): readonly string[] {
  const { front, back } = sidesOf(badge);
  const onPhoto = badge.holder.state === 'public' ? front.filter((line) => overlap(line, DISTINCTIVE_PHOTO)) : [];
  return [...misplacedOn(front), ...misplacedOn(back), ...onPhoto.map(({ text }) => `on the photo: ${text}`)];
}

describe('the artwork of a distinctive', () => {
  test.each(Object.entries(KINDS))('has every text in its place: %s', (_, badge) => {
    expect(misplaced(badge)).toEqual([]);
  });

  test('has room for whatever the directory takes, and shows it whole', () => {
    const word = fc.stringMatching(/^[A-ZÁÉÍÓÚÑ][a-zñáéíóúü]{1,15}$/);
    const text = (most: number): fc.Arbitrary<string> =>
      fc.array(word, { minLength: 1, maxLength: 24 }).map((words) => words.join(' ').slice(0, most).trim());
    const texts = fc.tuple(text(FIELD_LIMITS.name), text(FIELD_LIMITS.post), text(160), text(64));
    fc.assert(
      fc.property(texts, ([name, post, unit, institution]) => {
        const badge: Badge = {
          ...BADGE,
          institution: { ...BADGE.institution, name: institution },
          holder: { state: 'public', name, photo: PHOTO },
          post,
          unit,
        };
        expect(misplaced(badge)).toEqual([]);
        const told = joined(sidesOf(badge).front);
        for (const whole of [name, post, unit, institution]) expect(told).toContain(toWinAnsi(whole));
      }),
    );
  });

  test('says what it is, until when, and that it can be copied; how it is checked stands on the back', () => {
    const { front, back } = sidesOf(BADGE);
    expect(joined(front)).toContain(toWinAnsi('DISTINTIVO LIBRE DE EXTORSIÓN'));
    expect(joined(front)).toContain('VIGENTE HASTA 31/12/2027');
    expect(joined(back)).toContain('Se puede copiar');
    expect(joined(back)).toContain('Compara la foto');
  });

  test('says on the front where the code is, as it is worn with the back to the cloth', () => {
    expect(joined(sidesOf(BADGE).front)).toContain('AL REVERSO');
  });

  test.each(Object.entries(KINDS))('has no accent of the claim in the line above: %s', (_, badge) => {
    const { front } = sidesOf(badge);
    const at = (text: string): Shown => front.find((line) => line.text === toWinAnsi(text))!;
    const [title, claim] = [badge.dev ? distinctiveEs.testTitle : distinctiveEs.title, distinctiveEs.claim];
    const accent = (0.22 * at(claim).size) / mm(1);
    expect(at(claim).y - accent).toBeGreaterThan(at(title).y + at(title).height);
  });

  test('of a reserved official has neither name nor photo, and says why', () => {
    const { front } = sidesOf(RESERVED);
    expect(joined(front)).toContain('Identidad reservada');
    expect(joined(front)).toContain(toWinAnsi(GROUND));
    expect(toLatin1(printDistinctive(RESERVED, distinctiveEs, nodePrimitives))).not.toContain('/Image');
  });

  test('of a development installation says so on both sides', () => {
    for (const side of Object.values(sidesOf(KINDS.TEST))) expect(joined(side)).toContain(distinctiveEs.testTitle);
  });

  test('is refused where a name would be cut', () => {
    const holder = { state: 'public', name: 'W'.repeat(120) } as const;
    expect(codeOf(() => printDistinctive({ ...BADGE, holder }, distinctiveEs, nodePrimitives))).toBe(
      'badge/text-too-long',
    );
  });
});

describe('the artwork is made', () => {
  let installation: Installation;
  let ahead = 0;
  beforeAll(async () => {
    installation = await makeInstallation({ clock: () => unixSeconds(systemClock() + ahead) });
  });
  afterAll(() => installation.remove());

  const dayAhead = (days: number): CalendarDay => dayInMexicoCity(unixSeconds(systemClock() + days * 86_400));

  async function grantTo({ id: officialId }: Official): Promise<DistinctiveNumber> {
    const evidence = EVIDENCE_KINDS.map((kind) => ({ kind, until: dayAhead(10) }));
    return (await installation.services.distinctives.grant({ officialId, evidence })).number;
  }

  test('of the person as the directory has them today, with neither name nor photo of who came under reserve', async () => {
    const { distinctives, changeOfficial } = installation.services;
    const official = await installation.register({ name: 'Ana Paz' }, true);
    const number = await grantTo(official);
    const before = toLatin1(await distinctives.print(number));
    expect(before).toContain('(Ana Paz)');
    expect(before).toContain('/Image');
    await changeOfficial({ id: official.id, changes: { publication: 'reserved', legalGround: 'Art. 113' } });
    const after = toLatin1(await distinctives.print(number));
    expect(after).not.toContain('Ana Paz');
    expect(after).not.toContain('/Image');
    expect(after).toContain('Art. 113');
  });

  test('for one in force of who works here, and for no other', async () => {
    const { distinctives, endOfficial, suspendCredential, resumeCredential } = installation.services;
    expect(await codeOfAct(() => distinctives.print('46E7M3T5TE4D' as DistinctiveNumber))).toBe(
      'distinctive/not-found',
    );
    const official = await installation.register();
    const withdrawn = await grantTo(official);
    await distinctives.withdraw({ number: withdrawn, reason: 'lost' });
    expect(await codeOfAct(() => distinctives.print(withdrawn))).toBe('distinctive/over');
    const number = await grantTo(official);
    ahead = 11 * 86_400;
    expect(await codeOfAct(() => distinctives.print(number))).toBe('distinctive/over');
    ahead = 0;
    const { serial } = await issueTo(installation.services, official, 'staff');
    await suspendCredential(serial);
    await expect(distinctives.print(number)).rejects.toMatchObject({
      code: 'distinctive/over',
      facts: { state: 'suspended' },
    });
    await resumeCredential(serial);
    expect(toLatin1(await distinctives.print(number))).toContain('%PDF');
    await endOfficial({ id: official.id, reason: 'resigned' });
    expect(await codeOfAct(() => distinctives.print(number))).toBe('distinctive/no-mandate');
  });
});

const missing = missingJudge('pdfinfo', 'qpdf', 'pdftoppm', 'zbarimg');
describe.skipIf(missing)(`the file, as others read it ${missing ?? ''}`, () => {
  test.each(Object.entries(KINDS))('%s', (_, badge) => {
    withFolder((folder) => {
      const file = join(folder, 'distinctive.pdf');
      writeFileSync(file, printDistinctive(badge, distinctiveEs, nodePrimitives));
      expect(ask('qpdf', ['--check', file]).status).toBe(0);
      const boxes = ask('pdfinfo', ['-box', '-l', '2', file]).text;
      for (const page of [1, 2]) expect(boxes).toMatch(new RegExp(`Page +${page} CropBox: +8\\.50 +8\\.50`));
      ask('pdftoppm', ['-r', '300', '-f', '2', '-png', '-singlefile', file, join(folder, 'back')]);
      expect(ask('zbarimg', ['-q', '--raw', join(folder, 'back.png')]).text.split('\n')[0]).toBe(badgeAddress(badge));
    });
  });
});
