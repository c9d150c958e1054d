import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { toLatin1 } from '../../src/core/bytes.ts';
import { bold } from '../../src/seal/font/bold.ts';
import { textWidth } from '../../src/seal/font/font.ts';
import { regular } from '../../src/seal/font/regular.ts';
import { pdfLiteral, toWinAnsi } from '../../src/seal/font/win-ansi.ts';
import { STAMP_SIZE, type StampContent, type StampShape } from '../../src/seal/stamp-content.ts';
import { drawStamp } from '../../src/seal/stamp.ts';
import { lineWidth, shorten, shrink, wrapAnywhere, wrapWords } from '../../src/seal/typeset.ts';
import { codeOf } from '../support/refuses.ts';
import { CONTENT } from './stamp-sample.ts';

const shapes: readonly StampShape[] = ['wide', 'tall'];

interface Shown {
  readonly text: string;
  readonly size: number;
  readonly x: number;
  readonly y: number;
  readonly width: number;
}

/** The lines of text that a stamp shows, in their order. */
function shown(content: StampContent, shape: StampShape): Shown[] {
  const operators = toLatin1(drawStamp(content, shape).content);
  const lines = operators.matchAll(
    /BT \/Ctj([RB]) ([\d.]+) Tf [\d.]+ g 1 0 0 1 ([\d.-]+) ([\d.-]+) Tm \((.*)\) Tj ET/g,
  );
  return [...lines].map(([, face, size, x, y, literal]) => {
    const text = literal!.replace(/\\(\d{3}|.)/g, (_, code: string) =>
      code.length === 3 ? String.fromCharCode(Number.parseInt(code, 8)) : code,
    );
    const width = textWidth(face === 'B' ? bold : regular, text, Number(size));
    return { text, size: Number(size), x: Number(x), y: Number(y), width };
  });
}

const many = (text: string, times: number): string => text.repeat(times);

/** Everything as long as offices ever write it. */
const CROWDED: StampContent = {
  ...CONTENT,
  institution: 'Alcaldía Cuauhtémoc, Dirección General de Gobierno y de Asuntos Jurídicos de la Ciudad de México',
  title: 'Orden de visita de verificación administrativa firmada electrónicamente por la autoridad competente',
  folio: { label: 'Folio', value: 'AC/DGGAJ/DVR/SVEM/JUDVEM/000042-BIS/2026' },
  demand: 'Pide $1,250,000.00, sólo con línea de captura de la Tesorería',
  fields: [
    ...CONTENT.fields.map((field) => ({ label: many(field.label, 3), value: many(`${field.value} `, 4) })),
    { label: 'Vigencia', value: many('del 21 de noviembre al 24 de noviembre de 2026 ', 3) },
    { label: 'Unidad', value: many('Subdirección de Verificación ', 5) },
  ],
  original: { label: 'Cadena original', value: many(CONTENT.original.value, 2) },
  legend: many(`${CONTENT.legend} `, 4),
};

describe.each(shapes)('the %s seal', (shape) => {
  const { width, height } = STAMP_SIZE[shape];

  test.each([
    ['an ordinary letter', CONTENT],
    ['a letter where everything is long', CROWDED],
  ])('keeps every text inside its frame: %s', (_, content) => {
    for (const line of shown(content, shape)) {
      expect(line.x).toBeGreaterThanOrEqual(8);
      expect(line.x + line.width).toBeLessThanOrEqual(width - 8);
      expect(line.y - 0.22 * line.size).toBeGreaterThanOrEqual(5);
      expect(line.y + 0.75 * line.size).toBeLessThanOrEqual(height - 5);
      expect(line.size).toBeGreaterThanOrEqual(5);
    }
  });

  test.each([
    ['an ordinary letter', CONTENT],
    ['a letter where everything is long', CROWDED],
  ])('lays no text over another: %s', (_, content) => {
    const lines = shown(content, shape);
    for (const [i, a] of lines.entries()) {
      for (const b of lines.slice(i + 1)) {
        const beside = a.x + a.width <= b.x + 0.05 || b.x + b.width <= a.x + 0.05;
        // Capitals and descenders, not the whole em: lines are set close.
        const apart = a.y - 0.21 * a.size >= b.y + 0.71 * b.size || b.y - 0.21 * b.size >= a.y + 0.71 * a.size;
        expect(beside || apart, `${a.text} / ${b.text}`).toBe(true);
      }
    }
  });

  test('shows folio, address, code, cadena original and sello digital whole', () => {
    for (const content of [CONTENT, CROWDED]) {
      const texts = shown(content, shape).map((line) => line.text);
      expect(texts).toContain(content.folio.value);
      expect(texts).toContain(content.check.address);
      expect(texts).toContain(content.check.code.value);
      const joined = texts.join('');
      expect(joined).toContain(content.original.value);
      expect(joined).toContain(content.signature.value);
    }
  });

  test('shortens names and posts with an ellipsis', () => {
    const texts = shown(CROWDED, shape).map((line) => line.text);
    expect(texts.some((text) => text.startsWith('Lic. Iris') && text.endsWith('\x85'))).toBe(true);
  });

  test.each<[string, Partial<StampContent>]>([
    ['folio', { folio: { label: 'Folio', value: many('AC/', 40) } }],
    ['cadena original', { original: { label: 'C', value: many('x', 3000) } }],
    ['code', { check: { ...CONTENT.check, code: { label: '', value: many('7QK2-', 30) } } }],
    ['sentence of what it asks for', { demand: many('Pide $1,250,000.00 ', 10) }],
    ['address', { check: { ...CONTENT.check, address: many('verifica.', 30) } }],
  ])('refuses a %s that would not be whole', (_, change) => {
    expect(codeOf(() => drawStamp({ ...CONTENT, ...change }, shape))).toBe('seal/text-too-long');
  });

  test('prints the symbol at 37.5 mm with four white modules around', () => {
    const operators = toLatin1(drawStamp(CONTENT, shape).content);
    const [, scale, x, y] = /q 0 g ([\d.]+) 0 0 -[\d.]+ ([\d.]+) ([\d.]+) cm/.exec(operators)!.map(Number);
    const side = scale! * CONTENT.qr.size;
    expect(side).toBeCloseTo((37.5 * 72) / 25.4, 1);
    const [, left, bottom, wide, high] = /d ([\d.]+) ([\d.]+) ([\d.]+) ([\d.]+) re S Q/.exec(operators)!.map(Number);
    expect(x! - left!).toBeGreaterThanOrEqual(4 * scale!);
    expect(left! + wide! - (x! + side)).toBeGreaterThanOrEqual(4 * scale!);
    expect(bottom! + high! - y!).toBeGreaterThanOrEqual(4 * scale!);
    expect(y! - side - bottom!).toBeGreaterThanOrEqual(4 * scale!);
  });

  test('has its field where no link is', () => {
    const { links, fieldArea } = drawStamp(CONTENT, shape);
    for (const [x0, y0, x1, y1] of links) {
      const apart = x1 <= fieldArea[0] || x0 >= fieldArea[2] || y1 <= fieldArea[1] || y0 >= fieldArea[3];
      expect(apart).toBe(true);
    }
  });
});

test('the modules are painted as they are, each once', () => {
  fc.assert(
    fc.property(fc.integer({ min: 21, max: 120 }), fc.infiniteStream(fc.boolean()), (size, stream) => {
      const data = Uint8Array.from({ length: size * size }, () => (stream.next().value ? 1 : 0));
      const operators = toLatin1(drawStamp({ ...CONTENT, qr: { size, data } }, 'wide').content);
      const painted = new Uint8Array(size * size);
      for (const [, x, y, wide] of operators.matchAll(/^(\d+) (\d+) (\d+) 1 re$/gm)) {
        for (let i = 0; i < Number(wide); i++) painted[Number(y) * size + Number(x) + i]! += 1;
      }
      expect(painted).toEqual(data);
    }),
    { numRuns: 20 },
  );
});

describe('letters', () => {
  test.each([
    ['Ñúñez Güereña', '\xd1\xfa\xf1ez G\xfcere\xf1a'],
    ['Nu\u0301n\u0303ez', 'N\xfa\xf1ez'],
    ['“Señor” — 5 €…', '\x93Se\xf1or\x94 \x97 5 \x80\x85'],
    ['Őszi Łukasz Đorđe', 'Oszi Lukasz Dorde'],
    ['日本 €', '?? \x80'],
    ['a\u00adb\u200bc\u202ed\n\te\u00a0f', 'abcd  e f'],
    ['ﬁn ①', 'fin 1'],
  ])('%s becomes what the font can show', (text, codes) => {
    expect(toWinAnsi(text)).toBe(codes);
  });

  test('any text becomes codes that the font has', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 40 }), (text) => {
        for (const character of toWinAnsi(text)) {
          const code = character.charCodeAt(0);
          expect(code).toBeGreaterThanOrEqual(32);
          expect(code).toBeLessThanOrEqual(255);
          expect([0x7f, 0x81, 0x8d, 0x8f, 0x90, 0x9d]).not.toContain(code);
        }
      }),
    );
  });

  test('a literal is ASCII and keeps its parentheses', () => {
    expect(pdfLiteral('a(b)\\\xf1')).toBe('(a\\(b\\)\\\\\\361)');
  });
});

describe('lines', () => {
  const text = fc.string({ unit: fc.constantFrom(...'abc ÑWi.'), maxLength: 120 });
  const room = fc.double({ min: 20, max: 300, noNaN: true });

  test('are never wider than their room', () => {
    fc.assert(
      fc.property(text, room, fc.integer({ min: 1, max: 4 }), (words, width, most) => {
        const lines = wrapWords(words, 'bold', 7, width, most);
        expect(lines.length).toBeLessThanOrEqual(most);
        for (const line of [...lines, shorten(words, 'regular', 9, 6, width)]) {
          expect(lineWidth(line)).toBeLessThanOrEqual(width + 1e-6);
        }
      }),
    );
  });

  test('broken anywhere lose nothing', () => {
    fc.assert(
      fc.property(text, room, (string, width) => {
        const lines = wrapAnywhere(string, 'regular', 6, width, 10);
        expect(lines.map((line) => line.text).join('')).toBe(toWinAnsi(string));
      }),
    );
  });

  test('wrapped at words keep all words when there is room for them', () => {
    fc.assert(
      fc.property(text, (words) => {
        const lines = wrapWords(words, 'regular', 6, 60, 200);
        const joined = lines.map((line) => line.text).join(' ');
        if (!joined.includes('\x85')) expect(joined).toBe(toWinAnsi(words).split(' ').filter(Boolean).join(' '));
      }),
    );
  });

  test('shrink only as far as allowed', () => {
    expect(shrink('MMMMMMMM', 'bold', 12, 11, 20)).toBeUndefined();
    expect(shrink('M', 'bold', 12, 6, 500)!.size).toBe(12);
  });
});
