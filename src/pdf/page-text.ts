import { isRefusal } from '../core/refusal.ts';
import { MAX_CONTENT_BYTES } from './content-rules.ts';
import type { PdfDocument } from './document.ts';
import { byteOfEscape, endOfEscape, NO_BYTE, readEscape } from './escape.ts';
import { type ContentSource, type FontMetrics, fontMetrics, UNKNOWN_FONT } from './font-metrics.ts';
import { IDENTITY, multiply, type Matrix } from './geometry.ts';
import { InkNames } from './ink-names.ts';
import { hexValue } from './lex.ts';
import { isName, isPdf, type PdfObject } from './object.ts';
import { BROKEN, END, HEX, LITERAL, NAME, NUMBER, Operators, operator } from './operators.ts';
import type { PdfPage } from './page.ts';
import { CoveredText, type ShownText } from './covered-text.ts';
import { codeTexts, type CodeTexts } from './to-unicode.ts';

/** Text that anybody can mark and copy, whether it is seen or not. */
export interface PageText {
  /** String by string, in the order of the content. */
  readonly runs: readonly Pick<ShownText, 'text'>[];
  /** What lies under something that was painted later, as far as that can be told. */
  readonly covered: readonly string[];
}

const MAX_DEPTH = 12;
const MAX_FORMS = 2000;
const STEPS_AN_OPERATOR = 4;

interface Font {
  readonly texts: CodeTexts;
  readonly metrics: FontMetrics;
}

interface State {
  ctm: Matrix;
  font: Font | undefined;
  size: number;
  leading: number;
  charSpacing: number;
  stretch: number;
  /** What is painted lets nothing through. */
  opaque: boolean;
}

const OP = Object.fromEntries(
  ['q', 'Q', 'cm', 'BT', 'Tm', 'Td', 'TD', 'T*', 'TL', 'Tc', 'Tz', 'Tf', 'Tj', 'TJ', "'", '"', 'Do', 'gs', 're'].map(
    (name) => [name, operator(name)],
  ),
) as Readonly<Record<string, number>>;
const FILLS: ReadonlySet<number> = new Set(['f', 'F', 'f*', 'B', 'B*', 'b', 'b*'].map(operator));
const ENDS: ReadonlySet<number> = new Set(['n', 'S', 's'].map(operator));
const [MOVE, LINE] = [operator('m'), operator('l')];

/**
 * The text of a page by its own content and the forms drawn in it, as programs that copy text find it. Best effort: content that cannot
 * be followed ends there, and text of fonts that say of no code what it stands for is missing.
 * @throws Refusal `pdf/too-large` where it costs too much
 */
export function pageText(document: PdfDocument, page: PdfPage): PageText {
  const source = sourceOf(document);
  const reader = new Reader(document, source);
  const contents = source.resolve(page.dict.entries.get('Contents'));
  const parts = (isPdf(contents, 'array') ? contents.items : [contents ?? null]).map((one) => source.content(one));
  let length = 0;
  for (const part of parts) length += (part?.length ?? 0) + 1;
  if (length > MAX_CONTENT_BYTES) return { runs: [], covered: [] };
  const joined = new Uint8Array(length).fill(0x20);
  let at = 0;
  for (const part of parts) {
    if (part) joined.set(part, at);
    at += (part?.length ?? 0) + 1;
  }
  reader.run(joined, page.resources, { ...START }, 0);
  return { runs: reader.shown.all, covered: reader.shown.covered() };
}

const START: State = {
  ...{ ctm: IDENTITY, font: undefined, size: 0, leading: 0, charSpacing: 0, stretch: 1, opaque: true },
};

class Reader {
  readonly shown: CoveredText;
  readonly #document: PdfDocument;
  readonly #source: ContentSource;
  readonly #fonts = new Map<PdfObject, Font>();
  #forms = 0;

  constructor(document: PdfDocument, source: ContentSource) {
    this.#document = document;
    this.#source = source;
    this.shown = new CoveredText((steps) => document.spend(steps));
  }

  run(content: Uint8Array, resources: PdfObject | undefined, start: State, depth: number): void {
    const ops = new Operators(content);
    const names = new InkNames(this.#source, resources);
    const states: State[] = [];
    let state = start;
    let line: Matrix = IDENTITY;
    let x = 0;
    const move = (dx: number, dy: number): void => {
      line = multiply([1, 0, 0, 1, dx, dy], line);
      x = 0;
    };
    for (;;) {
      const op = ops.next();
      if (op === END || op === BROKEN) return;
      this.#document.spend(STEPS_AN_OPERATOR);
      const { value: n, count } = ops;
      if (op === OP['q']) states.push({ ...state });
      else if (op === OP['Q']) state = states.pop() ?? state;
      else if (op === OP['cm'] && count >= 6) state.ctm = multiply(matrixOf(n), state.ctm);
      else if (op === OP['BT'] || (op === OP['Tm'] && count >= 6)) {
        line = op === OP['BT'] ? IDENTITY : matrixOf(n);
        x = 0;
      } else if ((op === OP['Td'] || op === OP['TD']) && count >= 2) {
        if (op === OP['TD']) state.leading = -n[1]!;
        move(n[0]!, n[1]!);
      } else if (op === OP['T*']) move(0, -state.leading);
      else if (op === OP['TL'] && count > 0) state.leading = n[0]!;
      else if (op === OP['Tc'] && count > 0) state.charSpacing = n[0]!;
      else if (op === OP['Tz'] && count > 0) state.stretch = n[0]! / 100;
      else if (op === OP['Tf'] && count >= 2 && ops.kind[0] === NAME) {
        state.font = this.#font(names.get('Font', ops.name(0)));
        state.size = n[1]!;
      } else if (op === OP['Tj'] || op === OP['TJ'] || op === OP["'"] || op === OP['"']) {
        if (op === OP["'"] || op === OP['"']) move(0, -state.leading);
        x = this.#show(ops, state, line, x);
      } else if (op === OP['gs'] && ops.kind[0] === NAME) {
        state.opaque = this.#isOpaque(names.get('ExtGState', ops.name(0)), state.opaque);
      } else if (op === OP['re'] && count >= 4) {
        this.shown.rect([n[0]!, n[1]!, n[0]! + n[2]!, n[1]! + n[3]!], state.ctm);
      } else if ((op === MOVE || op === LINE) && count >= 2) this.shown.point(op === MOVE, n[0]!, n[1]!, state.ctm);
      else if (FILLS.has(op)) this.shown.fill(state.opaque);
      else if (ENDS.has(op)) this.shown.fill(false);
      else if (op === OP['Do'] && ops.kind[0] === NAME)
        this.#form(names.get('XObject', ops.name(0)), resources, state, depth);
    }
  }

  #form(object: PdfObject | undefined, resources: PdfObject | undefined, state: State, depth: number): void {
    const form = this.#source.resolve(object);
    if (!isPdf(form, 'stream') || !isName(this.#source.resolve(form.dict.entries.get('Subtype')), 'Form')) return;
    if (depth >= MAX_DEPTH || ++this.#forms > MAX_FORMS) return;
    const content = this.#source.content(object);
    if (!content) return;
    this.#document.spend(content.length >> 4);
    const matrix = this.#source.resolve(form.dict.entries.get('Matrix'));
    const numbers = isPdf(matrix, 'array') ? matrix.items.map((one) => this.#source.resolve(one)) : [];
    const own = numbers.length === 6 && numbers.every((one) => typeof one === 'number') ? numbers : IDENTITY;
    const ctm = multiply(own as unknown as Matrix, state.ctm);
    this.run(content, form.dict.entries.get('Resources') ?? resources, { ...state, ctm }, depth + 1);
  }

  #font(object: PdfObject | undefined): Font | undefined {
    const font = this.#source.resolve(object);
    if (!isPdf(font, 'dict')) return undefined;
    const known = this.#fonts.get(font);
    if (known) return known;
    const made = { texts: codeTexts(this.#source, font), metrics: fontMetrics(this.#source, font) };
    this.#fonts.set(font, made);
    return made;
  }

  /** The strings of an operator; answers how far the pen came. */
  #show(ops: Operators, state: State, line: Matrix, from: number): number {
    const { kind, value, stop, bytes, count } = ops;
    const { font, size, charSpacing, stretch } = state;
    const { texts, metrics } = font ?? { texts: undefined, metrics: UNKNOWN_FONT };
    let x = from;
    let text = '';
    for (let i = 0; i < count; i++) {
      if (kind[i] === NUMBER) {
        x -= (value[i]! / 1000) * size * stretch;
        // Programs set words apart by moving the pen.
        if (value[i]! < -200) text += ' ';
        continue;
      }
      if (kind[i] !== LITERAL && kind[i] !== HEX) continue;
      for (const code of codesOf(bytes, value[i]!, stop[i]!, kind[i] === HEX, texts?.bytes ?? 1)) {
        const width = metrics.widths[code] ?? metrics.missing;
        const wide = ((Number.isNaN(width) ? metrics.missing : width) * size + charSpacing) * stretch;
        const said = texts?.textOf(code) ?? '';
        const at = multiply([1, 0, 0, 1, x + wide / 2, 0.3 * size], multiply(line, state.ctm));
        text += said;
        this.shown.glyph(said, at[4], at[5]);
        x += wide;
      }
    }
    this.shown.end(text);
    return x;
  }

  #isOpaque(object: PdfObject | undefined, before: boolean): boolean {
    const gs = this.#source.resolve(object);
    if (!isPdf(gs, 'dict')) return before;
    const alpha = this.#source.resolve(gs.entries.get('ca'));
    const mode = this.#source.resolve(gs.entries.get('BM'));
    if (typeof alpha === 'number' && alpha < 0.95) return false;
    if (isPdf(mode, 'name') && mode.name !== 'Normal' && mode.name !== 'Compatible') return false;
    return typeof alpha === 'number' || isPdf(mode, 'name') ? true : before;
  }
}

function matrixOf(n: Float64Array): Matrix {
  return [n[0]!, n[1]!, n[2]!, n[3]!, n[4]!, n[5]!];
}

/** The codes of a string that stands, still encoded, in [start, stop). */
function* codesOf(bytes: Uint8Array, start: number, stop: number, hex: boolean, each: 1 | 2): Generator<number> {
  let high = -1;
  for (const byte of hex ? hexBytes(bytes, start, stop) : literalBytes(bytes, start, stop)) {
    if (each === 1) yield byte;
    else if (high < 0) high = byte;
    else {
      yield (high << 8) | byte;
      high = -1;
    }
  }
}

function* literalBytes(bytes: Uint8Array, start: number, stop: number): Generator<number> {
  for (let at = start; at < stop; at++) {
    if (bytes[at] !== 0x5c) yield bytes[at]!;
    else {
      const escape = readEscape(bytes, at, stop);
      at = endOfEscape(escape);
      const byte = byteOfEscape(escape);
      if (byte !== NO_BYTE) yield byte;
    }
  }
}

function* hexBytes(bytes: Uint8Array, start: number, stop: number): Generator<number> {
  let held = -1;
  for (let at = start; at < stop; at++) {
    const digit = hexValue(bytes[at]!);
    if (digit < 0) continue;
    if (held < 0) held = digit;
    else {
      yield (held << 4) | digit;
      held = -1;
    }
  }
  if (held >= 0) yield held << 4;
}

function sourceOf(document: PdfDocument): ContentSource {
  const orNothing = <Value>(read: () => Value): Value | undefined => {
    try {
      return read();
    } catch (error) {
      if (isRefusal(error, 'pdf/too-large') || !isRefusal(error)) throw error;
      return undefined;
    }
  };
  return {
    resolve: (object) => (isPdf(object ?? null, 'ref') ? orNothing(() => document.resolve(object)) : object),
    content: (object) =>
      orNothing(() => {
        const stream = document.resolve(object);
        return isPdf(stream, 'stream') ? document.decode(stream, MAX_CONTENT_BYTES) : undefined;
      }),
  };
}
