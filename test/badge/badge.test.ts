import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { nodePrimitives } from '../../src/adapters/primitives.ts';
import { drawBack } from '../../src/badge/back.ts';
import { badgeAddress, type Badge } from '../../src/badge/badge.ts';
import { CHIP, drawFront, PHOTO_PLACE } from '../../src/badge/front.ts';
import { readPhoto } from '../../src/badge/photo.ts';
import { printBadge } from '../../src/badge/print.ts';
import { BLEED, CARD, type Box } from '../../src/badge/side.ts';
import { equal, toLatin1 } from '../../src/core/bytes.ts';
import { FIELD_LIMITS } from '../../src/directory/fields.ts';
import { toWinAnsi } from '../../src/seal/font/win-ansi.ts';
import { mm } from '../../src/seal/typeset.ts';
import { badgeEs } from '../../src/texts/badge.es.ts';
import { ask, missingJudge, withFolder } from '../support/judges.ts';
import { codeOf } from '../support/refuses.ts';
import { BADGE, GROUND, LONG, PHOTO, RESERVED } from './sample.ts';
import { joined, misplacedOn, overlap, shown, type Shown } from './shown.ts';

const CARDS = { BADGE, RESERVED, LONG, TEST: { ...BADGE, dev: true, hasTag: false } };

function sidesOf(badge: Badge): Record<'front' | 'back', Shown[]> {
  const photo = badge.holder.state === 'public' && badge.holder.photo ? readPhoto(badge.holder.photo) : undefined;
  return { front: shown(drawFront(badge, photo, badgeEs)), back: shown(drawBack(badge, badgeEs)) };
}

/** What is wrong with where the texts of a card stand. */
function misplaced(badge: Badge): readonly string[] {
  const { front, back } = sidesOf(badge);
  const onFront = front.filter((line) => overlap(line, CHIP));
  const onPhoto = badge.holder.state === 'public' ? front.filter((line) => overlap(line, PHOTO_PLACE)) : [];
  return [
    ...misplacedOn(front),
    ...misplacedOn(back),
    ...onFront.map(({ text }) => `on the chip: ${text}`),
    ...onPhoto.map(({ text }) => `on the photo: ${text}`),
  ];
}

describe('a badge', () => {
  test.each(Object.entries(CARDS))('has every text in its place: %s', (_, badge) => {
    expect(misplaced(badge)).toEqual([]);
  });

  test('has room for whatever the directory takes', () => {
    const word = fc.stringMatching(/^[A-ZÁÉÍÓÚÑ][a-zñáéíóúü]{1,15}$/);
    const text = (most: number): fc.Arbitrary<string> =>
      fc.array(word, { minLength: 1, maxLength: 24 }).map((words) => words.join(' ').slice(0, most).trim());
    fc.assert(
      fc.property(
        text(FIELD_LIMITS.name),
        text(FIELD_LIMITS.post),
        text(160),
        text(64),
        (name, post, unit, institution) => {
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
        },
      ),
    );
  });

  test.each(Object.entries(CARDS))('leaves four white modules around its QR: %s', (_, badge) => {
    const side = drawBack(badge, badgeEs);
    const [, unit, left, top] = /q 0 g ([\d.]+) 0 0 -[\d.]+ ([\d.]+) ([\d.]+) cm/.exec(side.operators)!.map(Number);
    const ends = [...side.operators.matchAll(/^(\d+) \d+ (\d+) \d+ re$/gm)].map(
      ([, x, across]) => Number(x) + Number(across),
    );
    const module = unit! / mm(1);
    const border = 4 * module;
    const width = Math.max(...ends) * module + 2 * border;
    const [x, y] = [left! / mm(1) - BLEED - border, CARD.height + BLEED - top! / mm(1) - border];
    const quiet: Box = { x, y, width, height: width };
    expect(module).toBeGreaterThan(0.45);
    expect(shown(side).filter((line) => overlap(line, quiet))).toEqual([]);
    // Head and foot of the side.
    expect(x).toBeGreaterThan(0);
    expect(y).toBeGreaterThan(9);
    expect(y + width).toBeLessThan(45);
  });

  test('shows what is compared whole, and the address that its QR opens', () => {
    for (const badge of [BADGE, LONG]) {
      const { front, back } = sidesOf(badge);
      expect(joined(front)).toContain(badge.holder.state === 'public' && toWinAnsi(badge.holder.name));
      expect(back.map(({ text }) => text).join('')).toContain(badge.origin.replace('https://', ''));
    }
    expect(badgeAddress(BADGE)).toBe(`HTTPS://VERIFICA.ALCALDIA.EXAMPLE/B/${BADGE.number}`);
  });

  test('of a reserved official has neither name nor photo, and says why', () => {
    const { front, back } = sidesOf(RESERVED);
    expect(joined(front)).toContain('Identidad reservada');
    expect(joined(front)).toContain(toWinAnsi(GROUND));
    expect(joined(back)).toContain(toWinAnsi(badgeEs.steps.ask));
    expect(toLatin1(printBadge(RESERVED, badgeEs, nodePrimitives))).not.toContain('/Image');
  });

  test('of a development installation says so on both sides', () => {
    const { front, back } = sidesOf(CARDS.TEST);
    for (const side of [front, back]) expect(joined(side)).toContain(badgeEs.testTitle);
  });

  test.each<[string, Partial<Badge>]>([
    ['a name', { holder: { state: 'public', name: 'W'.repeat(120) } }],
    ['a post', { post: 'Wirtschaftsprüfungsgesellschaft '.repeat(12) }],
    ['an address', { origin: `https://${'m'.repeat(110)}.mx` }],
  ])('is refused where %s would be cut', (_, change) => {
    expect(codeOf(() => printBadge({ ...BADGE, ...change }, badgeEs, nodePrimitives))).toBe('badge/text-too-long');
  });

  test('is refused where a letter of a name cannot be printed, and not for one that has a plain cousin', () => {
    const named = (name: string): Badge => ({ ...BADGE, holder: { state: 'public', name } });
    expect(codeOf(() => drawFront(named('Xɨnaxi Pérez'), undefined, badgeEs))).toBe('badge/text-unprintable');
    expect(joined(shown(drawFront(named('Małgorzata Pérez'), undefined, badgeEs)))).toContain('Malgorzata');
  });

  test('is refused with a photo that is no whole JPEG, and with an address that its QR cannot carry', () => {
    const holder = { state: 'public', name: 'Ana', photo: PHOTO.subarray(0, 100) } as const;
    expect(codeOf(() => printBadge({ ...BADGE, holder }, badgeEs, nodePrimitives))).toBe('badge/photo-unreadable');
    const origin = 'https://ejemplo.mx/~ana';
    expect(codeOf(() => printBadge({ ...BADGE, origin }, badgeEs, nodePrimitives))).toBe('seal/origin');
  });

  test('is the same file every time', () => {
    const [one, other] = [BADGE, BADGE].map((badge) => printBadge(badge, badgeEs, nodePrimitives));
    expect(equal(one!, other!)).toBe(true);
  });
});

const missing = missingJudge('pdfinfo', 'pdffonts', 'qpdf', 'pdftoppm', 'zbarimg');
describe.skipIf(missing)(`the file, as others read it ${missing ?? ''}`, () => {
  test.each(Object.entries(CARDS))('%s', (_, badge) => {
    withFolder((folder) => {
      const file = join(folder, 'badge.pdf');
      writeFileSync(file, printBadge(badge, badgeEs, nodePrimitives));
      expect(toLatin1(readFileSync(file)).match(/\/TrimBox/g)).toHaveLength(2);
      expect(ask('qpdf', ['--check', file]).status).toBe(0);

      const boxes = ask('pdfinfo', ['-box', '-l', '2', file]).text;
      for (const page of [1, 2]) {
        // 85.60 × 53.98 mm at 3 mm from the edges of what is printed.
        expect(boxes).toMatch(new RegExp(`Page +${page} TrimBox: +8\\.50 +8\\.50 +251\\.15 +161\\.52`));
        expect(boxes).toMatch(new RegExp(`Page +${page} CropBox: +8\\.50 +8\\.50 +251\\.15 +161\\.52`));
        expect(boxes).toMatch(new RegExp(`Page +${page} BleedBox: +0\\.00 +0\\.00 +259\\.65 +170\\.02`));
      }
      const fonts = ask('pdffonts', [file]).text.trim().split('\n').slice(2);
      expect(fonts).toHaveLength(2);
      for (const font of fonts) expect(font).toMatch(/TrueType +WinAnsi +yes +yes +yes/);

      ask('pdftoppm', ['-r', '300', '-f', '2', '-png', '-singlefile', file, join(folder, 'back')]);
      expect(ask('zbarimg', ['-q', '--raw', join(folder, 'back.png')]).text.split('\n')[0]).toBe(badgeAddress(badge));
    });
  });
});
