import { hexValue, isWhite } from './lex.ts';

/** One step of a filter chain with its parameters, direct values only. */
export interface FilterStep {
  /** Full name; the abbreviations of inline images are expanded. */
  readonly name: FilterName;
  readonly parameters: ReadonlyMap<string, number>;
}

export type FilterName = 'FlateDecode' | 'LZWDecode' | 'ASCIIHexDecode' | 'ASCII85Decode' | 'RunLengthDecode';

const NAMES: ReadonlyMap<string, FilterName> = new Map([
  ['FlateDecode', 'FlateDecode'],
  ['Fl', 'FlateDecode'],
  ['LZWDecode', 'LZWDecode'],
  ['LZW', 'LZWDecode'],
  ['ASCIIHexDecode', 'ASCIIHexDecode'],
  ['AHx', 'ASCIIHexDecode'],
  ['ASCII85Decode', 'ASCII85Decode'],
  ['A85', 'ASCII85Decode'],
  ['RunLengthDecode', 'RunLengthDecode'],
  ['RL', 'RunLengthDecode'],
]);

/** The filter of that name, or `undefined` for one that we do not decode. */
export function filterNamed(name: string): FilterName | undefined {
  return NAMES.get(name);
}

/** `undefined`: malformed, or beyond `maxBytes`. */
export type Inflate = (data: Uint8Array, maxBytes: number) => Uint8Array | undefined;

/** One filter undone (ISO 32000-2 §7.4); `undefined` when the data is malformed or grows beyond `maxBytes`. */
export function undoFilter(
  step: FilterStep,
  data: Uint8Array,
  maxBytes: number,
  inflate: Inflate,
): Uint8Array | undefined {
  switch (step.name) {
    case 'ASCIIHexDecode':
      return decodeHex(data, maxBytes);
    case 'ASCII85Decode':
      return decode85(data, maxBytes);
    case 'RunLengthDecode':
      return decodeRunLength(data, maxBytes);
    case 'LZWDecode': {
      const out = decodeLzw(data, maxBytes, step.parameters.get('EarlyChange') ?? 1);
      return out && undoPredictor(out, step.parameters, maxBytes);
    }
    case 'FlateDecode': {
      const png = (step.parameters.get('Predictor') ?? 1) >= 10;
      // Each row of a PNG predictor carries a byte that does not come out.
      const row = png ? rowBytes(step.parameters) : 0;
      const out = inflate(data, row > 0 ? maxBytes + Math.ceil(maxBytes / row) : maxBytes);
      return out && undoPredictor(out, step.parameters, maxBytes);
    }
  }
}

/** White space but NUL, which ends the data for some. */
function isSpace(byte: number): boolean {
  return byte !== 0 && isWhite(byte);
}

function decodeHex(data: Uint8Array, maxBytes: number): Uint8Array | undefined {
  const out = new Uint8Array(Math.min(maxBytes, (data.length + 1) >> 1));
  let digits = 0;
  for (const byte of data) {
    if (byte === 0x3e) break;
    const value = hexValue(byte);
    if (value < 0) {
      if (isSpace(byte)) continue;
      return undefined;
    }
    if (digits >> 1 >= out.length) return undefined;
    out[digits >> 1]! |= digits % 2 === 0 ? value << 4 : value;
    digits++;
  }
  return out.subarray(0, (digits + 1) >> 1);
}

function decode85(data: Uint8Array, maxBytes: number): Uint8Array | undefined {
  const out = new Uint8Array(Math.min(maxBytes, 4 * data.length) + 4);
  let length = 0;
  let count = 0;
  let value = 0;
  for (const byte of data) {
    if (isSpace(byte)) continue;
    if (byte === 0x7e) break;
    if (length > maxBytes) return undefined;
    if (byte === 0x7a && count === 0) length += 4;
    else {
      if (byte < 0x21 || byte > 0x75) return undefined;
      value = value * 85 + byte - 0x21;
      if (++count < 5) continue;
      if (value > 0xffffffff) return undefined;
      for (let shift = 24; shift >= 0; shift -= 8) out[length++] = (value >>> shift) & 0xff;
      count = value = 0;
    }
  }
  if (count === 1) return undefined;
  if (count > 1) {
    for (let i = count; i < 5; i++) value = value * 85 + 84;
    if (value > 0xffffffff) return undefined;
    for (let i = 0; i < count - 1; i++) out[length++] = (value >>> (24 - 8 * i)) & 0xff;
  }
  return length > maxBytes ? undefined : out.subarray(0, length);
}

function decodeRunLength(data: Uint8Array, maxBytes: number): Uint8Array | undefined {
  let length = 0;
  for (let pass = 0, out = new Uint8Array(0); ; pass++, out = new Uint8Array(length)) {
    // Once to know the size, once to fill.
    length = 0;
    for (let at = 0; at < data.length;) {
      const run = data[at++]!;
      if (run === 128) break;
      const count = run < 128 ? run + 1 : 257 - run;
      if (at + (run < 128 ? count : 1) > data.length || length + count > maxBytes) return undefined;
      if (pass === 1) {
        // By hand: there may be millions of short runs.
        const [from, step] = run < 128 ? [at, 1] : [at, 0];
        for (let i = 0; i < count; i++) out[length + i] = data[from + i * step]!;
      }
      length += count;
      at += run < 128 ? count : 1;
    }
    if (pass === 1) return out;
  }
}

/** ISO 32000-2 §7.4.4. */
function decodeLzw(data: Uint8Array, maxBytes: number, earlyChange: number): Uint8Array | undefined {
  const prefix = new Uint16Array(4096);
  const suffix = new Uint8Array(4096);
  const lengths = new Uint16Array(4096).fill(1, 0, 256);
  for (let i = 0; i < 256; i++) suffix[i] = i;
  let out = new Uint8Array(Math.min(maxBytes, 4 * data.length + 64));
  let length = 0;
  let next = 258;
  let width = 9;
  let previous = -1;
  let bits = 0;
  let held = 0;
  let at = 0;
  for (;;) {
    while (held < width) {
      if (at >= data.length) return out.subarray(0, length);
      bits = ((bits << 8) | data[at++]!) & 0xffffff;
      held += 8;
    }
    held -= width;
    const code = (bits >> held) & ((1 << width) - 1);
    if (code === 257) return out.subarray(0, length);
    if (code === 256) {
      next = 258;
      width = 9;
      previous = -1;
      continue;
    }
    // Behind the last code readers begin anew, go on with the table as it is, or overwrite it.
    if (next === prefix.length) return undefined;
    if (code > next || (previous < 0 && code > 255) || (code === next && previous < 0)) return undefined;
    const source = code < next && code !== 256 ? code : previous;
    const count = lengths[source]! + (source === code ? 0 : 1);
    if (length + count > maxBytes) return undefined;
    if (length + count > out.length) {
      const grown = new Uint8Array(Math.min(maxBytes, 2 * (length + count)));
      grown.set(out);
      out = grown;
    }
    let fill = length + lengths[source]!;
    for (let walk = source; fill > length; walk = prefix[walk]!) out[--fill] = suffix[walk]!;
    const first = out[length]!;
    if (source !== code) out[length + count - 1] = first;
    length += count;
    if (previous >= 0 && next < 4096) {
      prefix[next] = previous;
      suffix[next] = first;
      lengths[next] = lengths[previous]! + 1;
      next++;
    }
    previous = code;
    if (next + earlyChange >= 1 << width && width < 12) width++;
  }
}

/** ISO 32000-2 §7.4.4.4. */
export function undoPredictor(
  data: Uint8Array,
  parameters: ReadonlyMap<string, number>,
  maxBytes: number,
): Uint8Array | undefined {
  const predictor = parameters.get('Predictor') ?? 1;
  if (predictor === 1) return data.length > maxBytes ? undefined : data;
  const colours = parameters.get('Colors') ?? 1;
  const depth = parameters.get('BitsPerComponent') ?? 8;
  const columns = parameters.get('Columns') ?? 1;
  if (![1, 2, 4, 8, 16].includes(depth) || !within(colours, 32) || !within(columns, 1 << 24)) return undefined;
  const row = rowBytes(parameters);
  const pixel = Math.ceil((colours * depth) / 8);
  if (predictor === 2) return undoTiff(data, row, colours);
  if (predictor < 10 || predictor > 15) return undefined;
  return undoPng(data, row, pixel, maxBytes);
}

function rowBytes(parameters: ReadonlyMap<string, number>): number {
  const bits = (parameters.get('Colors') ?? 1) * (parameters.get('BitsPerComponent') ?? 8);
  return Math.ceil((bits * (parameters.get('Columns') ?? 1)) / 8);
}

function within(value: number, most: number): boolean {
  return Number.isInteger(value) && value >= 1 && value <= most;
}

function undoPng(data: Uint8Array, row: number, pixel: number, maxBytes: number): Uint8Array | undefined {
  const rows = Math.ceil(data.length / (row + 1));
  const size = data.length - rows;
  if (size > maxBytes || size < 0) return undefined;
  const out = new Uint8Array(size);
  let from = 0;
  let to = 0;
  while (from < data.length) {
    const filter = data[from++]!;
    const count = Math.min(row, data.length - from);
    for (let i = 0; i < count; i++, to++) {
      const left = i >= pixel ? out[to - pixel]! : 0;
      const up = to >= row ? out[to - row]! : 0;
      let prediction: number;
      if (filter === 0) prediction = 0;
      else if (filter === 1) prediction = left;
      else if (filter === 2) prediction = up;
      else if (filter === 3) prediction = (left + up) >> 1;
      else if (filter === 4) prediction = paeth(left, up, i >= pixel && to >= row ? out[to - row - pixel]! : 0);
      else return undefined;
      out[to] = data[from + i]! + prediction;
    }
    from += count;
  }
  return out;
}

function paeth(left: number, up: number, corner: number): number {
  const toLeft = Math.abs(up - corner);
  const toUp = Math.abs(left - corner);
  const toCorner = Math.abs(left + up - 2 * corner);
  return toLeft <= toUp && toLeft <= toCorner ? left : toUp <= toCorner ? up : corner;
}

/** Of samples of one byte. */
function undoTiff(data: Uint8Array, row: number, colours: number): Uint8Array {
  const out = data.slice();
  for (let start = 0; start < out.length; start += row) {
    const end = Math.min(out.length, start + row);
    for (let i = start + colours; i < end; i++) out[i]! += out[i - colours]!;
  }
  return out;
}
