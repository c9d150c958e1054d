import { concat, utf8 } from '../core/bytes.ts';
import { Refusal } from '../core/refusal.ts';
import type { Rect } from '../pdf/geometry.ts';
import type { SealCode } from './code.ts';
import {
  type Align,
  type Line,
  POINTS_PER_MM,
  lineWidth,
  pdfNumber,
  shorten,
  showLine,
  shrink,
  wrapAnywhere,
  wrapWords,
} from './typeset.ts';

/** The modules of a QR symbol, row by row from the top left; non-zero is dark. */
export interface QrModules {
  readonly size: number;
  readonly data: ArrayLike<number>;
}

export interface Labelled {
  readonly label: string;
  readonly value: string;
}

/** Every word that the seal shows, in the language of the letter. What is too long for its place is shortened, or as said. */
export interface StampContent {
  readonly qr: QrModules;
  /** Where a tap on the QR or on the address leads. */
  readonly link: string;
  readonly institution: string;
  readonly title: string;
  /** Never shortened. */
  readonly folio: Labelled;
  /** What the letter asks the reader for, in the words of its declaration. */
  readonly demand?: string;
  /** Signer, post, certificate number, date and time …: one to six, the two most important ones first. */
  readonly fields: readonly Labelled[];
  /** How to check it without a camera: the address to type and the code are never shortened. */
  readonly check: {
    readonly lead: string;
    readonly address: string;
    readonly code: Labelled;
    readonly telephone: Labelled;
  };
  /** *Cadena original* and *sello digital*, never shortened. */
  readonly original: Labelled;
  readonly signature: Labelled;
  /** The legal ground, as the institution's lawyer worded it. */
  readonly legend?: string;
  /** "No sellar aquí". */
  readonly keepClear: string;
}

export type StampShape = 'wide' | 'tall';

/** What the seal takes on the page, in points: known before its content is, since the QR states how many pages there are. */
export const STAMP_SIZE: Readonly<Record<StampShape, { readonly width: number; readonly height: number }>> = {
  wide: { width: mm(180), height: mm(56) },
  tall: { width: mm(100), height: mm(98) },
};

/** A drawn seal. Rectangles are in its own space: points, origin at its lower left corner. */
export interface Stamp {
  readonly shape: StampShape;
  readonly width: number;
  readonly height: number;
  /** The content stream of the form XObject; it uses the fonts of `typeset.ts` and nothing else. */
  readonly content: Uint8Array;
  /** What leads to `link` when tapped: the QR and the address. */
  readonly links: readonly Rect[];
  /** Institution, folio and signer: where a signature field covers no link. */
  readonly fieldArea: Rect;
}

function mm(value: number): number {
  return value * POINTS_PER_MM;
}

/** Side of the symbol in print, and of the frame that holds it with its white border of four modules. */
const SYMBOL = mm(37.5);
const FRAME = mm(44);
const FRAME_HEIGHT = mm(49.5);
const PAD = mm(3);
const QUIET_MODULES = 4;

const LABEL_SIZE = 5.5;
const CHECK_SIZE = 11;
/** What prints and copies well. */
const SMALLEST = 5;
const LABEL_GRAY = 0.35;
const RULE_GRAY = 0.6;

/** Collects operators; lengths in points, `top` counted downwards from the upper edge of the seal. */
interface Pen {
  ops: string;
  /** What was flushed from `ops`. */
  readonly parts: Uint8Array[];
  readonly height: number;
}

function flush(pen: Pen): void {
  pen.parts.push(utf8(pen.ops));
  pen.ops = '';
}

function put(pen: Pen, line: Line, x: number, top: number, gray: number = 0, align: Align = 'left'): void {
  pen.ops += showLine(line, x, pen.height - top, gray, align);
}

function rule(pen: Pen, x: number, top: number, width: number): void {
  const y = pdfNumber(pen.height - top);
  pen.ops += `${RULE_GRAY} G 0.4 w ${pdfNumber(x)} ${y} m ${pdfNumber(x + width)} ${y} l S\n`;
}

/**
 * The seal as it is printed: vectors and two fonts, black and gray on its own white.
 *
 * @throws Refusal `seal/text-too-long` when a text that must be whole does not fit
 */
export function drawStamp(content: StampContent, shape: StampShape): Stamp {
  const { width, height } = STAMP_SIZE[shape];
  const pen: Pen = { ops: '', parts: [], height };
  pen.ops += `1 g 0 0 ${pdfNumber(width)} ${pdfNumber(height)} re f\n`;
  pen.ops += `0 G 0.6 w 0.3 0.3 ${pdfNumber(width - 0.6)} ${pdfNumber(height - 0.6)} re S\n`;
  drawQr(pen, content);
  const address = shape === 'wide' ? drawWide(pen, content) : drawTall(pen, content);
  flush(pen);
  const qr: Rect = [PAD, height - PAD - FRAME, PAD + FRAME, height - PAD];
  const left = 2 * PAD + FRAME;
  return {
    shape,
    width,
    height,
    content: concat(...pen.parts),
    links: [qr, address],
    fieldArea: [left, height - mm(shape === 'wide' ? 34.5 : 52.5), width - PAD, height - PAD],
  };
}

/**
 * The dark modules as rectangles, one for each run in a row, a unit a module, the rows downwards. They are one path and
 * one fill, so that no renderer leaves a seam between neighbours.
 */
function modulePath({ size, data }: QrModules): Uint8Array {
  const out = new Uint8Array(size * Math.ceil(size / 2) * LONGEST_RECTANGLE);
  let at = 0;
  const put = (value: number): void => {
    if (value >= 100) out[at++] = 48 + Math.trunc(value / 100);
    if (value >= 10) out[at++] = 48 + (Math.trunc(value / 10) % 10);
    out[at++] = 48 + (value % 10);
    out[at++] = 32;
  };
  for (let row = 0; row < size; row++) {
    for (let column = 0; column < size; column++) {
      if (!data[row * size + column]) continue;
      const from = column;
      while (column + 1 < size && data[row * size + column + 1]) column++;
      put(from);
      put(row);
      put(column - from + 1);
      out.set(RECTANGLE_END, at);
      at += RECTANGLE_END.length;
    }
  }
  return out.subarray(0, at);
}

const RECTANGLE_END = utf8('1 re\n');
const LONGEST_RECTANGLE = '100 100 100 1 re\n'.length;

function drawQr(pen: Pen, content: StampContent): void {
  const { size } = content.qr;
  const top = pen.height - PAD;
  const middle = PAD + FRAME / 2;
  // The white border comes first: a small symbol, whose modules are large, is printed smaller.
  const module = Math.min(SYMBOL, (FRAME * size) / (size + 2 * QUIET_MODULES)) / size;
  const scale = String(Math.round(module * 1e4) / 1e4);
  const x = pdfNumber(middle - (module * size) / 2);
  const y = pdfNumber(top - FRAME / 2 + (module * size) / 2);
  pen.ops += `q 0 g ${scale} 0 0 -${scale} ${x} ${y} cm\n`;
  flush(pen);
  pen.parts.push(modulePath(content.qr));
  pen.ops += 'f Q\n';
  pen.ops += `q ${LABEL_GRAY} G 0.4 w [2 1.5] 0 d ${pdfNumber(PAD)} ${pdfNumber(top - FRAME_HEIGHT)} ${pdfNumber(FRAME)} ${pdfNumber(FRAME_HEIGHT)} re S Q\n`;
  put(pen, shorten(content.keepClear, 'bold', 8, 5, FRAME - PAD), middle, PAD + FRAME + mm(3.6), 0, 'centre');
}

/** Label above value, both shortened. */
function field(pen: Pen, item: Labelled, x: number, top: number, width: number, size: number): void {
  put(pen, shorten(item.label, 'regular', LABEL_SIZE, 5, width), x, top + mm(1.8), LABEL_GRAY);
  put(pen, shorten(item.value, 'regular', size, 6, width), x, top + mm(5));
}

/** As `field`, with up to `most` lines for the value; answers its height. */
function tallField(pen: Pen, item: Labelled, x: number, top: number, width: number, most: number): number {
  put(pen, shorten(item.label, 'regular', LABEL_SIZE, 5, width), x, top + mm(1.8), LABEL_GRAY);
  const line = shrink(item.value, 'regular', 8.5, 7.5, width);
  const lines = line === undefined ? wrapWords(item.value, 'regular', 7.5, width, most) : [line];
  for (const [i, shown] of lines.entries()) put(pen, shown, x, top + mm(5) + i * mm(3.1));
  return mm(6.2) + (lines.length - 1) * mm(3.1);
}

function whole(line: Line | undefined, what: string, text: string): Line {
  if (line !== undefined) return line;
  throw new Refusal<SealCode>('seal/text-too-long', `${what} of ${text.length} characters does not fit the seal`, {
    what,
    length: text.length,
  });
}

function drawWide(pen: Pen, content: StampContent): Rect {
  const left = 2 * PAD + FRAME;
  const width = STAMP_SIZE.wide.width - left - PAD;
  // Two columns for everything, so that what belongs together stands on one edge.
  const column = (width - PAD) / 2;
  const second = left + column + PAD;
  put(pen, shorten(content.institution, 'bold', 10.5, 7, width), left, mm(6));
  put(pen, shorten(content.title, 'regular', 8, 6, width), left, mm(9.6));
  rule(pen, left, mm(11.6), width);

  const alone = content.demand === undefined;
  labelled(pen, content.folio, left, mm(12.2), alone ? width : column, 15, 'the folio');
  if (content.demand !== undefined) demand(pen, content.demand, second, mm(13), column, mm(7.2));

  const fields = content.fields.slice(0, 6);
  const rows = Math.max(2, Math.ceil(fields.length / 2));
  for (const [i, item] of fields.entries()) {
    const top = mm(21.2) + Math.floor(i / 2) * mm(13 / rows);
    field(pen, item, i % 2 === 0 ? left : second, top, column, rows > 2 ? 7 : 8.5);
  }

  rule(pen, left, mm(35), width);
  const telephone = mm(26);
  const address = check(pen, content, left, mm(35.2), column);
  labelled(pen, content.check.code, second, mm(35.2), column - telephone - PAD, CHECK_SIZE, 'the code');
  labelled(pen, content.check.telephone, second + column - telephone, mm(35.2), telephone, CHECK_SIZE);
  rule(pen, left, mm(42.8), width);

  small(pen, content, left, mm(43.2), width, mm(53));
  return address;
}

function drawTall(pen: Pen, content: StampContent): Rect {
  const { width: all } = STAMP_SIZE.tall;
  const left = 2 * PAD + FRAME;
  const width = all - left - PAD;
  const bottom = PAD + FRAME_HEIGHT;
  let top = mm(2.6);
  for (const line of wrapWords(content.institution, 'bold', 9.5, width, 3)) put(pen, line, left, (top += mm(3.7)));
  top += mm(0.4);
  for (const line of wrapWords(content.title, 'regular', 7.5, width, 2)) put(pen, line, left, (top += mm(3)));
  top += mm(1.6);
  rule(pen, left, top, width);
  labelled(pen, content.folio, left, top + mm(0.4), width, 13, 'the folio');
  top += mm(8.8);
  if (content.demand !== undefined) {
    demand(pen, content.demand, left, top, width, mm(7));
    top += mm(8);
  }
  const besides = content.fields.slice(0, 2);
  for (const [i, item] of besides.entries()) {
    const below = besides.length - i - 1;
    const lines = Math.max(1, Math.floor((bottom - top - below * mm(6) - mm(2.6)) / mm(3.1)));
    top += tallField(pen, item, left, top, width, Math.min(lines, 3));
  }

  const inner = all - 2 * PAD;
  const others = content.fields.slice(2, 6);
  top = bottom + mm(1.6);
  for (const [i, item] of others.entries()) {
    const even = i % 2 === 0;
    field(pen, item, even ? PAD : left, top + Math.floor(i / 2) * mm(6), even ? FRAME : width, 8);
  }
  top += Math.ceil(others.length / 2) * mm(6) + mm(0.8);
  rule(pen, PAD, top, inner);
  const address = check(pen, content, PAD, top + mm(0.2), inner);
  top += mm(7.6);
  labelled(pen, content.check.code, PAD, top, FRAME, CHECK_SIZE, 'the code');
  labelled(pen, content.check.telephone, left, top, width, CHECK_SIZE);
  top += mm(7.8);
  rule(pen, PAD, top, inner);
  small(pen, content, PAD, top + mm(0.6), inner, mm(95.4));
  return address;
}

/** A label above a bold value; `must` names a value that has to be whole. */
function labelled(pen: Pen, item: Labelled, x: number, top: number, width: number, size: number, must?: string): void {
  put(pen, shorten(item.label, 'regular', LABEL_SIZE, 5, width), x, top + mm(2.1), LABEL_GRAY);
  const value =
    must === undefined
      ? shorten(item.value, 'bold', size, 6, width)
      : whole(shrink(item.value, 'bold', size, 6, width), must, item.value);
  // All values of a row stand on one line, whatever they were shrunk to.
  put(pen, value, x, top + mm(2.9) + size * 0.76);
}

/** A framed sentence: the one thing that a reader in a hurry should see. */
function demand(pen: Pen, text: string, x: number, top: number, width: number, height: number): void {
  pen.ops += `0 G 0.8 w ${pdfNumber(x + 0.4)} ${pdfNumber(pen.height - top - height + 0.4)} ${pdfNumber(width - 0.8)} ${pdfNumber(height - 0.8)} re S\n`;
  const line = shrink(text, 'bold', 11, 8, width - mm(3));
  const lines = line === undefined ? wrapWords(text, 'bold', 7.5, width - mm(3), 2) : [line];
  const size = lines[0]?.size ?? 0;
  const pitch = size * 1.12;
  // Centred on the height of capitals, 0.71 of the size.
  let baseline = top + (height - (lines.length - 1) * pitch + size * 0.71) / 2;
  for (const shown of lines) {
    put(pen, shown, x + width / 2, baseline, 0, 'centre');
    baseline += pitch;
  }
}

function check(pen: Pen, content: StampContent, x: number, top: number, width: number): Rect {
  const { lead, address } = content.check;
  put(pen, shorten(lead, 'regular', LABEL_SIZE, 5, width), x, top + mm(2.1), LABEL_GRAY);
  const line = whole(shrink(address, 'bold', CHECK_SIZE, 5.5, width), 'the address', address);
  const baseline = top + mm(2.9) + CHECK_SIZE * 0.76;
  put(pen, line, x, baseline);
  const y = pen.height - baseline;
  return [x, y - 0.3 * line.size, x + lineWidth(line), y + line.size];
}

/** Cadena original, sello digital and legend in the space from `top` to `bottom`. */
function small(pen: Pen, content: StampContent, x: number, top: number, width: number, bottom: number): void {
  for (const size of [6, 5.5, SMALLEST]) {
    const pitch = size * 1.16;
    const room = Math.floor((bottom - top) / pitch);
    const blocks = [content.original, content.signature].map((item) => {
      const label: Line = { text: `${item.label}:  `, face: 'bold', size };
      return { label: shorten(label.text, 'bold', size, size, width / 2), item };
    });
    const set = blocks.map(({ label, item }) => ({
      label,
      indent: lineWidth(label),
      lines: wrapAnywhere(item.value, 'regular', size, width, lineWidth(label)),
    }));
    const needed = set.reduce((sum, block) => sum + block.lines.length, 0);
    if (needed > room) continue;
    const legend = wrapWords(content.legend ?? '', 'regular', size, width, room - needed);
    const cut = content.legend !== undefined && (legend.length === 0 || legend.at(-1)!.text.endsWith('\x85'));
    if (cut && size > SMALLEST) continue;
    // What is left over goes between the blocks.
    const gaps = legend.length > 0 ? 2 : 1;
    const spare = Math.min(mm(0.7), (bottom - top - (needed + legend.length) * pitch) / (gaps + 1));
    let baseline = top;
    for (const block of set) {
      for (const [i, line] of block.lines.entries()) {
        baseline += pitch;
        if (i === 0) put(pen, block.label, x, baseline);
        put(pen, line, i === 0 ? x + block.indent : x, baseline);
      }
      baseline += spare;
    }
    for (const line of legend) put(pen, line, x, (baseline += pitch), LABEL_GRAY);
    return;
  }
  const length = content.original.value.length + content.signature.value.length;
  throw new Refusal<SealCode>(
    'seal/text-too-long',
    `cadena original and sello digital of ${length} characters do not fit`,
    {
      what: 'cadena original',
      length,
    },
  );
}
