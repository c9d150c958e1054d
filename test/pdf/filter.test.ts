import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { nodePrimitives } from '../../src/adapters/primitives.ts';
import { fromHex, fromLatin1, toLatin1 } from '../../src/core/bytes.ts';
import { filterSteps } from '../../src/pdf/filter-steps.ts';
import { undoFilter, type FilterName } from '../../src/pdf/filter.ts';
import { pdfDict, pdfName } from '../../src/pdf/object.ts';

const undo = (name: FilterName, data: Uint8Array, parameters: Record<string, number> = {}, maxBytes = 1 << 20) =>
  undoFilter({ name, parameters: new Map(Object.entries(parameters)) }, data, maxBytes, nodePrimitives.inflate);

describe('ASCIIHexDecode', () => {
  test('white space and an odd digit', () => {
    expect(undo('ASCIIHexDecode', fromLatin1('48 65\n6C6c 7>zz'))).toEqual(Uint8Array.of(0x48, 0x65, 0x6c, 0x6c, 0x70));
  });
  test('refuses another character, and more than allowed', () => {
    expect(undo('ASCIIHexDecode', fromLatin1('4G>'))).toBeUndefined();
    expect(undo('ASCIIHexDecode', fromLatin1('41\0 42>'))).toBeUndefined();
    expect(undo('ASCIIHexDecode', fromLatin1('4142>'), {}, 1)).toBeUndefined();
  });
});

describe('ASCII85Decode', () => {
  test('the well-known sentence', () => {
    // Python 3.11, base64.a85encode.
    const encoded = '9jqo^BlbD-BleB1DJ+*+F(f,q/0JhKF<GL>Cj@.4Gp$d7F!,L7@<6@)/0JDEF<G%<+EV:2F!,O<DJ+*.@<*K0@<6L(Df,~>';
    expect(toLatin1(undo('ASCII85Decode', fromLatin1(encoded))!)).toBe(
      'Man is distinguished, not only by his reason, but by this singular passion',
    );
  });
  test('z is four zero bytes; partial groups; refusals', () => {
    expect(undo('ASCII85Decode', fromLatin1('z!!~>'))).toEqual(new Uint8Array(5));
    expect(undo('ASCII85Decode', fromLatin1('!~>'))).toBeUndefined();
    expect(undo('ASCII85Decode', fromLatin1('z\0!!~>'))).toBeUndefined();
    expect(undo('ASCII85Decode', fromLatin1('uuuuu~>'))).toBeUndefined();
    expect(undo('ASCII85Decode', fromLatin1('ab\x7f~>'))).toBeUndefined();
    expect(undo('ASCII85Decode', fromLatin1('zzz~>'), {}, 8)).toBeUndefined();
  });
});

describe('RunLengthDecode', () => {
  test('literal and repeated runs', () => {
    expect(toLatin1(undo('RunLengthDecode', Uint8Array.of(2, 97, 98, 99, 254, 120, 128, 9))!)).toBe('abcxxx');
  });
  test('refuses a run cut short, and more than allowed', () => {
    expect(undo('RunLengthDecode', Uint8Array.of(5, 97))).toBeUndefined();
    expect(undo('RunLengthDecode', Uint8Array.of(129, 0), {}, 100)).toBeUndefined();
  });
});

describe('LZWDecode', () => {
  test('the example of ISO 32000-2 §7.4.4.2', () => {
    expect(undo('LZWDecode', fromHex('800b6050220c0c8501')!)).toEqual(
      Uint8Array.of(45, 45, 45, 45, 45, 65, 45, 45, 45, 66),
    );
  });

  test('what an encoder of the standard wrote comes back, through all code widths', () => {
    for (const early of [0, 1]) {
      const data = new Uint8Array(40_000).map((_, i) => (i * i * 7 + (i >> 3)) % 251);
      expect(undo('LZWDecode', encodeLzw(data, early), { EarlyChange: early })).toEqual(data);
    }
  });

  test('no code follows a full table but the one that clears it', () => {
    const data = new Uint8Array(40_000).map((_, i) => (i * i * 7 + (i >> 3)) % 251);
    for (const early of [0, 1]) {
      expect(undo('LZWDecode', encodeLzw(data, early, 4096), { EarlyChange: early })).toEqual(data);
      expect(undo('LZWDecode', encodeLzw(data, early, Infinity), { EarlyChange: early })).toBeUndefined();
    }
  });

  test('its codes grow one early or not, and nothing else', () => {
    const steps = (early: number) =>
      filterSteps(
        pdfDict({ Filter: pdfName('LZWDecode'), DecodeParms: pdfDict({ EarlyChange: early }) }),
        (object) => object ?? null,
      );
    for (const early of [0, 1]) expect(steps(early)).toHaveLength(1);
    for (const early of [-1, 0.5, 2, 100]) expect(steps(early), `${early}`).toBeUndefined();
  });

  test('never longer than allowed, and never an endless loop', () => {
    const bomb = encodeLzw(new Uint8Array(200_000), 1);
    expect(undo('LZWDecode', bomb, {}, 100_000)).toBeUndefined();
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (data) => {
        const out = undo('LZWDecode', data, {}, 1000);
        expect(out === undefined || out.length <= 1000).toBe(true);
      }),
    );
  });
});

describe('predictors', () => {
  test.each([0, 1, 2, 3, 4])('PNG filter %d is undone', (filter) => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 9 }),
        fc.constantFrom(1, 3, 4),
        fc.uint8Array({ maxLength: 120 }),
        (columns, colours, noise) => {
          const row = columns * colours;
          const data = noise.subarray(0, noise.length - (noise.length % row));
          const filtered = encodePng(data, row, colours, filter);
          const parameters = { Predictor: 15, Columns: columns, Colors: colours };
          expect(undo('FlateDecode', nodePrimitives.deflate(filtered), parameters)).toEqual(data);
        },
      ),
      { numRuns: 60 },
    );
  });

  test('TIFF differences are undone for samples of a byte, and no others are looked at', () => {
    const flate = (bytes: readonly number[], parameters: Record<string, number>) =>
      undo('FlateDecode', nodePrimitives.deflate(Uint8Array.from(bytes)), { Predictor: 2, ...parameters });
    expect(flate([1, 2, 3, 10, 1, 1], { Columns: 3 })).toEqual(Uint8Array.of(1, 3, 6, 10, 11, 12));
    expect(flate([1, 2, 1, 1], { Columns: 2, Colors: 2 })).toEqual(Uint8Array.of(1, 2, 2, 3));
    for (const bits of [1, 2, 4, 16]) {
      const parameters = pdfDict({ Predictor: 2, BitsPerComponent: bits });
      const stream = pdfDict({ Filter: pdfName('FlateDecode'), DecodeParms: parameters });
      expect(filterSteps(stream, (object) => object ?? null)).toBeUndefined();
    }
  });

  test('the pixel before is a whole number of bytes away, and only pictures may have another', () => {
    // Row of filter 1 (Sub): of 12 bits, W3C PNG §9.2 counts two bytes.
    const row = nodePrimitives.deflate(Uint8Array.of(1, 10, 20, 1, 1, 1, 1));
    const parameters = { Predictor: 15, Columns: 4, Colors: 3, BitsPerComponent: 4 };
    expect(undo('FlateDecode', row, parameters)).toEqual(Uint8Array.of(10, 20, 11, 21, 12, 22));
    const steps = (bits: number) =>
      filterSteps(
        pdfDict({ Filter: pdfName('FlateDecode'), DecodeParms: pdfDict({ ...parameters, BitsPerComponent: bits }) }),
        (object) => object ?? null,
      );
    for (const bits of [1, 2, 4]) expect(steps(bits), `${bits}`).toBeUndefined();
    for (const bits of [8, 16]) expect(steps(bits), `${bits}`).toHaveLength(1);
  });

  test('refuses parameters that make no sense', () => {
    const data = nodePrimitives.deflate(new Uint8Array(10));
    for (const parameters of [
      { Columns: 0 },
      { Columns: -1 },
      { Colors: 1e9 },
      { BitsPerComponent: 3 },
      { Columns: 0.5 },
    ]) {
      expect(undo('FlateDecode', data, { Predictor: 12, ...parameters })).toBeUndefined();
    }
    expect(undo('FlateDecode', data, { Predictor: 7 })).toBeUndefined();
  });
});

test('a deflate bomb stops at the limit', () => {
  const bomb = nodePrimitives.deflate(new Uint8Array(5 << 20));
  expect(undo('FlateDecode', bomb, {}, 1 << 20)).toBeUndefined();
  expect(undo('FlateDecode', bomb, {}, 5 << 20)).toHaveLength(5 << 20);
});

function encodePng(data: Uint8Array, row: number, pixel: number, filter: number): Uint8Array {
  const out: number[] = [];
  for (let start = 0; start < data.length; start += row) {
    out.push(filter);
    for (let i = 0; i < row; i++) {
      const at = start + i;
      const left = i >= pixel ? data[at - pixel]! : 0;
      const up = start > 0 ? data[at - row]! : 0;
      const corner = i >= pixel && start > 0 ? data[at - row - pixel]! : 0;
      const p = left + up - corner;
      const [a, b, c] = [Math.abs(p - left), Math.abs(p - up), Math.abs(p - corner)];
      const paeth = a <= b && a <= c ? left : b <= c ? up : corner;
      out.push((data[at]! - [0, left, up, Math.floor((left + up) / 2), paeth][filter]!) & 255);
    }
  }
  return Uint8Array.from(out);
}

function encodeLzw(data: Uint8Array, early: number, clearsAt = 4094): Uint8Array {
  const bits: number[] = [];
  let table = new Map<string, number>();
  let next = 258;
  let width = 9;
  const emit = (code: number): void => {
    for (let i = width - 1; i >= 0; i--) bits.push((code >> i) & 1);
  };
  const codeOf = (sequence: string): number => (sequence.length === 1 ? sequence.charCodeAt(0) : table.get(sequence)!);
  emit(256);
  let held = '';
  for (const byte of data) {
    const longer = held + String.fromCharCode(byte);
    if (longer.length === 1 || table.has(longer)) held = longer;
    else {
      emit(codeOf(held));
      if (next < 4096) table.set(longer, next++);
      if (next + early > 1 << width && width < 12) width++;
      if (next === clearsAt) {
        emit(256);
        table = new Map();
        next = 258;
        width = 9;
      }
      held = String.fromCharCode(byte);
    }
  }
  if (held) emit(codeOf(held));
  next++;
  if (next + early > 1 << width && width < 12) width++;
  emit(257);
  const out = new Uint8Array(Math.ceil(bits.length / 8));
  for (const [i, bit] of bits.entries()) out[i >> 3]! |= bit << (7 - (i & 7));
  return out;
}
