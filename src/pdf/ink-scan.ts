import { type ContentSource, type FontMetrics, UNKNOWN_FONT, fontMetrics, numbers } from './font-metrics.ts';
import { FormContents } from './form-contents.ts';
import { type Matrix, type Rect, IDENTITY, intersect, multiply, orderedRect, transformRect } from './geometry.ts';
import { InkBoxes } from './ink-boxes.ts';
import { type InkColours, type WhiteRule, colourOperator } from './ink-colour.ts';
import { InkNames } from './ink-names.ts';
import { isWhole } from './inline-image.ts';
import { type TextState, INITIAL_TEXT_STATE, TEXT_OPERATORS, TextPen, showText, textOperator } from './ink-text.ts';
import { identifierOf, isInlineLayer } from './marked-content.ts';
import { type PdfObject, isName, isPdf } from './object.ts';
import { BROKEN, END, NAME, Operators, operator } from './operators.ts';
import { PathBoxes, pathOperator } from './path-boxes.ts';
import { SkippedForms } from './skipped-forms.ts';

export interface Nesting {
  /** The content is no content stream to its end, and what comes after it may not be read. */
  readonly broken: boolean;
  /** `Q` without their `q`. */
  readonly underflow: number;
  /** `q` without their `Q`. */
  readonly open: number;
  /** A text object was left open. */
  readonly inText: boolean;
  /** Marked content without its `EMC`. */
  readonly marked: number;
  /** The highest marked-content identifier in use, or -1. */
  readonly lastMcid: number;
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
const gs = operator('gs');
const BDC = operator('BDC');
const BMC = operator('BMC');
const EMC = operator('EMC');

const NESTING: ReadonlySet<number> = new Set([q, Q, BT, ET, BDC, BMC, EMC]);

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
  text: TextState;
}

const INITIAL_STATE: State = {
  ctm: IDENTITY,
  clip: undefined,
  lineWidth: 1,
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
  #operators = 0;
  #forms = 0;
  #underflow = 0;
  #open = 0;
  #inText = false;
  #marked = 0;
  #broken = false;
  #damaged = false;
  #lastMcid = -1;
  #layers = false;
  readonly #skipped = new SkippedForms();
  readonly #contents: FormContents;
  #scanned = 0;
  #drawn = false;

  constructor(source: ContentSource, boxes: InkBoxes) {
    this.#source = source;
    this.#contents = new FormContents(source);
    this.#boxes = boxes;
  }

  /**
   * Content was met that is of a layer whose dictionary stands in the content itself, where none may stand (ISO 32000-2
   * §14.6.2): some readers follow it.
   */
  get inlineLayers(): boolean {
    return this.#layers || this.#skipped.layers;
  }

  /** Content was met, the page's or that of a form on it, that is no content stream to its end. */
  get damaged(): boolean {
    return this.#damaged || this.#skipped.damaged;
  }

  /** Bytes of content read. */
  get scanned(): number {
    return this.#scanned;
  }

  /** Whether text was shown whose glyphs are drawings: its boxes go by what the font says of itself. */
  get drawn(): boolean {
    return this.#drawn;
  }

  nesting(readable: boolean): Nesting {
    return {
      broken: this.#broken || !readable,
      underflow: this.#underflow,
      open: this.#open,
      inText: this.#inText,
      marked: this.#marked,
      lastMcid: this.#lastMcid,
    };
  }

  /** Follows a page's content; false when it cannot be followed to its end. */
  page(content: Uint8Array, resources: PdfObject | undefined, visible: Rect): boolean {
    this.#scanned = content.length;
    const followed = this.#run(content, resources, { ...INITIAL_STATE, clip: visible }, 0);
    this.#scanned += this.#skipped.read(this.#source, this.#contents);
    return followed;
  }

  /** Follows one content stream from `state` on; false when it has to be given up. */
  #run(content: Uint8Array, resources: PdfObject | undefined, initial: State, depth: number): boolean {
    const ops = new Operators(content);
    const names = new InkNames(this.#source, resources);
    const path = new PathBoxes();
    const spaceOf = (name: string): WhiteRule => names.space(name);
    const pen = new TextPen();
    const states: State[] = [];
    let clipping = false;
    let state = initial;
    for (;;) {
      const op = ops.next();
      const args = ops.value;
      if (op === Tj) {
        showText(ops, pen, state.text);
        ops.at = pen.follow(content, ops.at, state.text);
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
        this.#damaged = true;
        if (depth === 0) this.#broken = true;
        return false;
      }
      if (op === ID && ops.image && !isWhole(ops.image, names, this.#source)) this.#damaged = true;
      if (++this.#operators > MAX_OPERATORS) this.#boxes.overflow = true;
      // Once everything counts as painted, only how content nests is of interest, and that all of it can be read.
      if (this.#boxes.overflow && !NESTING.has(op)) {
        if (op === Do) this.#skipped.add(this.#source, ops, names, resources);
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
          if (depth === 0) this.#inText = true;
          continue;
        case ET:
          this.#take(pen, state);
          if (depth === 0) this.#inText = false;
          continue;
        case q:
          this.#take(pen, state);
          if (states.length >= MAX_STATES) {
            this.#broken = this.#boxes.overflow = true;
            continue;
          }
          states.push(state);
          state = { ...state };
          if (depth === 0) this.#open++;
          continue;
        case Q: {
          this.#take(pen, state);
          const before = states.pop();
          if (before !== undefined) {
            state = before;
            if (depth === 0) this.#open--;
          } else if (depth === 0) this.#underflow++;
          continue;
        }
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
            const followed = this.#object(object, resources, state, depth);
            if (followed !== true) this.#skipped.add(this.#source, ops, names, resources);
            if (followed === false) this.#boxes.overflow = true;
          }
          continue;
        case ID:
          this.#box([0, 0, 1, 1], state.ctm, state);
          continue;
        case sh:
          if (state.clip !== undefined) this.#boxes.add(...state.clip);
          continue;
        case w:
          if (ops.count > 0) state.lineWidth = Math.abs(args[0]!);
          continue;
        case gs:
          if (ops.count > 0) this.#parameters(names.get('ExtGState', ops.name(0)), state);
          continue;
        case BDC:
          this.#layers ||= isInlineLayer(ops);
          if (depth === 0) {
            this.#marked++;
            this.#lastMcid = Math.max(this.#lastMcid, identifierOf(ops, names, this.#source));
          }
          continue;
        case BMC:
          if (depth === 0) this.#marked++;
          continue;
        case EMC:
          if (depth === 0 && this.#marked > 0) this.#marked--;
          continue;
      }
    }
    this.#take(pen, state);
    return true;
  }

  /** What the pen has shown, as a box. */
  #take(pen: TextPen, state: State): void {
    if (pen.empty) return;
    pen.empty = true;
    this.#drawn ||= state.text.font.drawn;
    if (state.text.mode === 3 || state.text.mode === 7) return;
    this.#box([pen.x0, pen.y0, pen.x1, pen.y1], multiply(pen.matrix, state.ctm), state);
  }

  #box(rect: Rect, matrix: Matrix, state: State): void {
    const { clip } = state;
    if (clip === undefined) return;
    const [x0, y0, x1, y1] = transformRect(rect, matrix);
    // Not a number passes these, and the boxes take it for too much.
    if (x1 < clip[0] || x0 > clip[2] || y1 < clip[1] || y0 > clip[3]) return;
    this.#boxes.add(Math.max(x0, clip[0]), Math.max(y0, clip[1]), Math.min(x1, clip[2]), Math.min(y1, clip[3]));
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

  /** `Do`. False when a form could not be followed, `undefined` when it paints nothing that is seen. */
  #object(
    object: PdfObject | undefined,
    resources: PdfObject | undefined,
    state: State,
    depth: number,
  ): boolean | undefined {
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
    if (clip === undefined) return undefined;
    if (depth >= MAX_FORM_DEPTH || ++this.#forms > MAX_FORMS || this.#scanned > MAX_SCANNED_BYTES) return false;
    const content = this.#contents.of(found);
    if (content === undefined) return false;
    this.#scanned += content.length;
    return this.#run(content, entries.get('Resources') ?? resources, { ...state, ctm, clip }, depth + 1);
  }

  /** `gs`: only what moves the edges of what is painted. */
  #parameters(object: PdfObject | undefined, state: State): void {
    const dict = this.#source.resolve(object);
    if (!isPdf(dict, 'dict')) return;
    const width = this.#source.resolve(dict.entries.get('LW'));
    if (typeof width === 'number') state.lineWidth = Math.abs(width);
    const font = this.#source.resolve(dict.entries.get('Font'));
    if (!isPdf(font, 'array')) return;
    const size = this.#source.resolve(font.items[1]);
    state.text = { ...state.text, font: this.#metrics(font.items[0]), size: typeof size === 'number' ? size : 1 };
  }
}

function matrixOf(values: Float64Array): Matrix {
  return [values[0]!, values[1]!, values[2]!, values[3]!, values[4]!, values[5]!];
}
