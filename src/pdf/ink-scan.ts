import type { ContentGrammar } from './content-grammar.ts';
import { ContentReach, dashOf, isNear } from './content-reach.ts';
import type { ContentRules } from './content-rules.ts';
import { type ContentSource, type FontMetrics, UNKNOWN_FONT, fontMetrics, numbers } from './font-metrics.ts';
import { FormContents } from './form-contents.ts';
import { type Matrix, type Rect, IDENTITY, intersect, multiply, orderedRect, transformRect } from './geometry.ts';
import { InkBoxes } from './ink-boxes.ts';
import { type InkColours, type WhiteRule, colourOperator } from './ink-colour.ts';
import { InkNames } from './ink-names.ts';
import { type TextState, INITIAL_TEXT_STATE, TEXT_OPERATORS, TextPen, showText, textOperator } from './ink-text.ts';
import { identifierOf } from './marked-content.ts';
import { type PdfDict, type PdfObject, isName, isPdf } from './object.ts';
import { BROKEN, END, LARGEST_NUMBER, NAME, Operators, operator } from './operators.ts';
import { PathBoxes, pathOperator } from './path-boxes.ts';

/** A page's content, and where its parts meet. */
export interface PageContent {
  readonly bytes: Uint8Array;
  readonly joints: readonly number[];
}

const MAX_OPERATORS = 200_000;
const MAX_STATES = 512;
const MAX_FORM_DEPTH = 12;
/** Forms drawn on a page, repetitions counted. */
const MAX_FORMS = 2000;
/** Content read for one page, its own and that of a form as often as it is drawn. */
const MAX_SCANNED_BYTES = 32 << 20;

const Tj = operator('Tj');
const Td = operator('Td');
const TJ = operator('TJ');
const Tm = operator('Tm');
const Tf = operator('Tf');
const BT = operator('BT');
const ET = operator('ET');
const q = operator('q');
const Q = operator('Q');
const cm = operator('cm');

const W = operator('W');
const WStar = operator('W*');
const Do = operator('Do');
const ID = operator('ID');
const sh = operator('sh');
const w = operator('w');
const d = operator('d');
const gs = operator('gs');
const BDC = operator('BDC');

const PAINTING: ReadonlyMap<number, { fill: boolean; stroke: boolean; close: boolean }> = new Map(
  ['n', 'S', 's', 'f', 'F', 'f*', 'B', 'B*', 'b', 'b*'].map((name) => [
    operator(name),
    { fill: /[fFBb]/.test(name), stroke: /[SsBb]/.test(name), close: /[sb]/.test(name) },
  ]),
);

interface State extends InkColours {
  ctm: Matrix;
  clip: Rect | undefined;
  lineWidth: number;
  /** Lengths and gaps together; 0 without. */
  dash: number;
  text: TextState;
}

const INITIAL_STATE: State = {
  ctm: IDENTITY,
  clip: undefined,
  lineWidth: 1,
  dash: 0,
  fillWhite: false,
  strokeWhite: false,
  fillSpace: 'ones-1',
  strokeSpace: 'ones-1',
  text: INITIAL_TEXT_STATE,
};

/** Follows content operator by operator and reports what it paints. */
export class InkScan {
  readonly #source: ContentSource;
  readonly #boxes: InkBoxes;
  readonly #text: InkBoxes | undefined;
  readonly #rules: ContentRules | undefined;
  #operators = 0;
  #forms = 0;
  #lastMcid = -1;
  readonly #contents: FormContents;
  #scanned = 0;
  #drawn = false;

  /** `rules`: to which all that is read is held. `text`: for boxes of text alone. */
  constructor(source: ContentSource, boxes: InkBoxes, rules: ContentRules | undefined, text: InkBoxes | undefined) {
    this.#source = source;
    this.#rules = rules;
    this.#contents = new FormContents(source);
    this.#boxes = boxes;
    this.#text = text;
  }

  /** Bytes of content read. */
  get scanned(): number {
    return this.#scanned;
  }

  /** Whether text was shown whose glyphs are drawings: its boxes go by what the font says of itself. */
  get drawn(): boolean {
    return this.#drawn;
  }

  /** The highest marked-content identifier in use, or -1. */
  get lastMcid(): number {
    return this.#lastMcid;
  }

  /** Follows a page's content, the parts of which meet at `joints`; false when it cannot be followed to its end. */
  page({ bytes, joints }: PageContent, resources: PdfDict, visible: Rect): boolean {
    this.#scanned = bytes.length;
    const state = { ...INITIAL_STATE, clip: visible };
    return this.#run(new Operators(bytes, joints), resources, state, 0, this.#rules?.page(resources));
  }

  /** Follows one content stream from `state` on; false when it has to be given up. */
  #run(
    ops: Operators,
    resources: PdfObject | undefined,
    initial: State,
    depth: number,
    grammar: ContentGrammar | undefined,
  ): boolean {
    const content = ops.bytes;
    const names = new InkNames(this.#source, resources);
    const path = new PathBoxes();
    const spaceOf = (name: string): WhiteRule => names.space(name);
    const pen = new TextPen();
    const states: State[] = [];
    let clipping = false;
    /** In the place of the state, once everything counts as painted. */
    let reach: ContentReach | undefined;
    let state = initial;
    for (;;) {
      const op = ops.next();
      const args = ops.value;
      if (op > END) grammar?.follow(op, ops);
      if (op === Tj) {
        showText(ops, pen, state.text);
        const pairs = grammar?.shownPairs;
        if (!grammar || pairs) ops.at = pen.follow(content, ops.at, state.text, pairs);
        continue;
      }
      if (op === Td) {
        if (ops.count < 2) continue;
        if (args[1] !== 0) this.#take(pen, state);
        pen.shift(args[0]!, args[1]!);
        continue;
      }
      if (op === END) break;
      if (op === BROKEN) {
        this.#take(pen, state);
        if (grammar) this.#rules?.end(grammar, ops, op);
        return false;
      }
      if (++this.#operators > MAX_OPERATORS) this.#boxes.overflow = true;
      // Once everything counts as painted, only the identifiers in use are of interest, and what the rules say.
      if (this.#boxes.overflow && op !== BDC) {
        if (!grammar || grammar.broken) continue;
        if (!reach && path.reach > LARGEST_NUMBER) grammar.break();
        reach ??= new ContentReach('content', state, states);
        if (!reach.follow(op, ops)) grammar.break();
        continue;
      }
      switch (op) {
        case TJ:
          showText(ops, pen, state.text);
          continue;
        case Tm:
          this.#take(pen, state);
          if (ops.count >= 6) pen.set(matrixOf(args));
          continue;
        case Tf: {
          this.#take(pen, state);
          if (ops.count < 2 || ops.kind[0] !== NAME) continue;
          const name = ops.name(0);
          state.text = { ...state.text, font: this.#font(names, name), size: args[1]! };
          continue;
        }
        case BT:
          this.#take(pen, state);
          pen.set(IDENTITY);
          continue;
        case ET:
          this.#take(pen, state);
          continue;
        case q:
          this.#take(pen, state);
          if (states.length >= MAX_STATES) {
            this.#boxes.overflow = true;
            continue;
          }
          states.push(state);
          state = { ...state };
          continue;
        case Q:
          this.#take(pen, state);
          state = states.pop() ?? state;
          continue;
        case cm:
          this.#take(pen, state);
          if (ops.count >= 6) state.ctm = multiply(matrixOf(args), state.ctm);
          continue;
      }
      // Everything else, in the order of ISO 32000-2 annex A's groups.
      if (pathOperator(op, ops, path, state.ctm)) continue;
      const paint = PAINTING.get(op);
      if (paint !== undefined) {
        if (paint.close) path.close();
        if (grammar && !this.#mayPaint(path, state, paint.stroke)) grammar.break();
        if (paint.fill && !state.fillWhite) this.#fill(path, state);
        if (paint.stroke && !state.strokeWhite) this.#stroke(path, state);
        if (clipping) {
          const bounds = path.bounds();
          state.clip = bounds === undefined || state.clip === undefined ? undefined : intersect(bounds, state.clip);
        }
        clipping = false;
        path.clear();
        continue;
      }
      if (op === W || op === WStar) {
        clipping = true;
        continue;
      }
      if (TEXT_OPERATORS.has(op)) {
        this.#take(pen, state);
        state.text = textOperator(op, ops, pen, state.text);
        continue;
      }
      if (colourOperator(op, ops, state, spaceOf)) continue;
      switch (op) {
        case Do:
          this.#take(pen, state);
          if (ops.count > 0 && ops.kind[ops.count - 1] === NAME) {
            const object = names.get('XObject', ops.name(ops.count - 1));
            if (!this.#object(object, resources, state, depth)) this.#boxes.overflow = true;
          }
          continue;
        case ID:
          this.#box([0, 0, 1, 1], state.ctm, state);
          continue;
        case sh:
          if (state.clip !== undefined) this.#boxes.add(...state.clip);
          continue;
        case d:
          state.dash = dashOf(ops);
          continue;
        case w:
          if (ops.count > 0) state.lineWidth = Math.abs(args[0]!);
          continue;
        case gs:
          if (ops.count > 0) this.#parameters(names.get('ExtGState', ops.name(0)), state);
          continue;
        case BDC:
          if (depth === 0) this.#lastMcid = Math.max(this.#lastMcid, identifierOf(ops, names, this.#source));
          continue;
      }
    }
    this.#take(pen, state);
    if (grammar) this.#rules?.end(grammar, ops, END);
    return true;
  }

  /** What the pen has shown, as a box. */
  #take(pen: TextPen, state: State): void {
    if (pen.empty) return;
    pen.empty = true;
    this.#drawn ||= state.text.font.drawn;
    if (state.text.mode === 3 || state.text.mode === 7) return;
    const placed = this.#box([pen.x0, pen.y0, pen.x1, pen.y1], multiply(pen.matrix, state.ctm), state);
    if (placed) this.#text?.add(...placed);
  }

  /** Answers what is seen of it. */
  #box(rect: Rect, matrix: Matrix, state: State): Rect | undefined {
    const { clip } = state;
    const placed = transformRect(rect, matrix);
    if (this.#rules && !isNear(placed)) this.#rules.refuse('operators');
    if (clip === undefined) return undefined;
    const [x0, y0, x1, y1] = placed;
    // Not a number passes these, and the boxes take it for too much.
    if (x1 < clip[0] || x0 > clip[2] || y1 < clip[1] || y0 > clip[3]) return undefined;
    const seen: Rect = [Math.max(x0, clip[0]), Math.max(y0, clip[1]), Math.min(x1, clip[2]), Math.min(y1, clip[3])];
    this.#boxes.add(...seen);
    return seen;
  }

  /** Whether a path, white or not, is within the numbers of all readers, and of lines that all draw. */
  #mayPaint(path: PathBoxes, state: State, isStroked: boolean): boolean {
    if (path.reach > LARGEST_NUMBER) return false;
    return !isStroked || this.#rules === undefined || this.#rules.strokes.mayDraw(path, state.dash, state.ctm);
  }

  #font(names: InkNames, name: string): FontMetrics {
    let metrics = names.fonts.get(name);
    if (metrics === undefined) {
      metrics = this.#metrics(names.get('Font', name));
      names.fonts.set(name, metrics);
    }
    return metrics;
  }

  #metrics(object: PdfObject | undefined): FontMetrics {
    const font = this.#source.resolve(object);
    return isPdf(font, 'dict') ? fontMetrics(this.#source, font) : UNKNOWN_FONT;
  }

  #fill(path: PathBoxes, state: State): void {
    this.#all(path.subpaths, path.subpathCount, 0, state);
  }

  #stroke(path: PathBoxes, state: State): void {
    const [a, b, c, d] = state.ctm;
    const half = (state.lineWidth * Math.max(Math.hypot(a, b), Math.hypot(c, d))) / 2;
    this.#all(path.segments, path.segmentCount, half, state);
  }

  #all(data: Float64Array, count: number, by: number, state: State): void {
    for (let i = 0; i < count; i += 4) {
      this.#box([data[i]! - by, data[i + 1]! - by, data[i + 2]! + by, data[i + 3]! + by], IDENTITY, state);
    }
  }

  /** `Do`. False when a form could not be followed. */
  #object(object: PdfObject | undefined, resources: PdfObject | undefined, state: State, depth: number): boolean {
    const found = this.#source.resolve(object);
    if (!isPdf(found, 'stream')) return true;
    const { entries } = found.dict;
    if (!isName(this.#source.resolve(entries.get('Subtype')), 'Form')) {
      this.#box([0, 0, 1, 1], state.ctm, state);
      return true;
    }
    const matrix = numbers(this.#source, entries.get('Matrix'), 6) as Matrix | undefined;
    const ctm = matrix === undefined ? state.ctm : multiply(matrix, state.ctm);
    const box = numbers(this.#source, entries.get('BBox'), 4) as [number, number, number, number] | undefined;
    let clip = state.clip;
    if (box !== undefined && clip !== undefined) clip = intersect(transformRect(orderedRect(box), ctm), clip);
    // Nothing of it is seen.
    if (clip === undefined) return true;
    if (depth >= MAX_FORM_DEPTH || ++this.#forms > MAX_FORMS || this.#scanned > MAX_SCANNED_BYTES) return false;
    const content = this.#contents.of(found);
    if (content === undefined) return false;
    this.#scanned += content.length;
    const own = entries.get('Resources') ?? resources;
    return this.#run(new Operators(content), own, { ...state, ctm, clip }, depth + 1, this.#rules?.begin(found));
  }

  /** `gs`: only what moves the edges of what is painted. */
  #parameters(object: PdfObject | undefined, state: State): void {
    const dict = this.#source.resolve(object);
    if (!isPdf(dict, 'dict')) return;
    const width = this.#source.resolve(dict.entries.get('LW'));
    if (typeof width === 'number') state.lineWidth = Math.abs(width);
    const dash = this.#source.resolve(dict.entries.get('D'));
    const lengths = isPdf(dash, 'array') ? this.#source.resolve(dash.items[0]) : undefined;
    if (isPdf(lengths, 'array'))
      state.dash = (numbers(this.#source, lengths, lengths.items.length) ?? []).reduce((a, b) => a + b, 0);
    const font = this.#source.resolve(dict.entries.get('Font'));
    if (!isPdf(font, 'array')) return;
    const size = this.#source.resolve(font.items[1]);
    state.text = { ...state.text, font: this.#metrics(font.items[0]), size: typeof size === 'number' ? size : 1 };
  }
}

function matrixOf(values: Float64Array): Matrix {
  return [values[0]!, values[1]!, values[2]!, values[3]!, values[4]!, values[5]!];
}
