import { isRefusal } from '../core/refusal.ts';
import type { Ambiguity } from './ambiguity.ts';
import { ContentGrammar } from './content-grammar.ts';
import type { ContentKind } from './content-kind.ts';
import { ContentNames } from './content-names.ts';
import type { PdfDocument } from './document.ts';
import { hasPlainFilters } from './filter-steps.ts';
import { ContentReach, Strokes } from './content-reach.ts';
import { DrawnForms } from './drawn-forms.ts';
import { ShownFonts } from './font-form.ts';
import { type ContentSource, numbers } from './font-metrics.ts';
import { FormContents } from './form-contents.ts';
import type { Matrix } from './geometry.ts';
import { tooLarge } from './refusal.ts';
import { type PdfDict, type PdfObject, type PdfStream, isPdf } from './object.ts';
import { BROKEN, END, Operators } from './operators.ts';

/** Of one content stream. */
export const MAX_CONTENT_BYTES: number = 16 << 20;
/** Of one picture, without its filters, and of all in a document: a letter scanned in colour has 26 MB a page. */
const MAX_IMAGE_BYTES = 64 << 20;
const MAX_IMAGES_BYTES = 256 << 20;

/** Forms, patterns and soft masks that all pages draw, repetitions counted. */
const MAX_DRAWINGS = 100_000;

const EMPTY: PdfDict = { type: 'dict', entries: new Map() };

interface MetStream {
  readonly kind: ContentKind;
  readonly resources: PdfDict;
  read: boolean;
}

/**
 * What is found about the content of a document that is to be signed: what does not hold to the grammar, or to the forms of
 * resources that every reader draws alike. Each content stream that any page can show is read, whether anything of it is
 * seen or not, those of forms, patterns, glyphs, soft masks and appearances once for all pages.
 */
export class ContentRules {
  readonly source: ContentSource;
  /** In which text is shown. */
  readonly fonts: ShownFonts;
  readonly #document: PdfDocument;
  readonly #contents: FormContents;
  readonly #names = new Map<PdfDict, ContentNames>();
  /** Streams of content met; true when read. */
  readonly #streams = new Map<PdfStream, MetStream>();
  readonly #images = new Map<PdfStream, boolean>();
  readonly #drawn = new DrawnForms();
  /** Of what pages draw. */
  readonly strokes: Strokes = new Strokes();
  #imageBytesLeft = MAX_IMAGES_BYTES;
  /** The first one. */
  finding: Ambiguity | undefined;
  /** A layer is described in the content itself, where none may stand (ISO 32000-2 §14.6.2): some readers follow it. */
  inlineLayers = false;
  /** Something was drawn while fills and strokes had different opacities; and letters are stroked in the opacity of who draws them. */
  drawsUneven = false;
  outlinesInherited = false;
  /** Of glyphs that are drawings, in their own space. */
  readonly drawnWidths: Map<PdfStream, number> = new Map();

  constructor(document: PdfDocument) {
    this.#document = document;
    this.source = {
      resolve: (object) => (isPdf(object, 'ref') ? document.resolve(object) : object),
      content: (object) => this.#content(object),
    };
    this.#contents = new FormContents(this.source);
    this.fonts = new ShownFonts(this.source, (steps) => document.spend(steps), this.drawnWidths);
  }

  refuse(finding: Ambiguity): void {
    this.finding ??= finding;
  }

  /** For a page's own content, with its resources. */
  page(resources: PdfDict): ContentGrammar {
    let names = this.#names.get(resources);
    if (names === undefined) this.#names.set(resources, (names = new ContentNames(this, resources, undefined)));
    return new ContentGrammar(names, 'page');
  }

  /**
   * Content to be read, by `begin` or at the end, which `drawnBy` draws. `owner` has its resources: never those of what
   * draws it, which only some readers look into.
   */
  add(stream: PdfStream, kind: ContentKind, drawnBy?: PdfStream, owner: PdfDict = stream.dict): void {
    if (drawnBy) this.#drawn.add(drawnBy, stream, 0);
    const found = this.source.resolve(owner.entries.get('Resources'));
    const resources = isPdf(found, 'dict') ? found : EMPTY;
    const known = this.#streams.get(stream);
    if (known === undefined) {
      this.#streams.set(stream, { kind, resources, read: false });
      const { dict } = stream;
      if (!hasPlainFilters(dict, (object) => this.#document.resolve(object))) this.refuse('contents-filter');
    } else if (known.kind !== kind || known.resources !== resources) this.refuse('resources');
  }

  /** That content draws a form, or with a pattern or mask: that of `by`, or of a page. */
  draws(stream: PdfStream, by: PdfStream | undefined): void {
    this.#drawn.add(by, stream, 1);
  }

  /** For a form's content, which the caller reads to its end; `undefined` when it has been read. */
  begin(stream: PdfStream): ContentGrammar | undefined {
    const known = this.#streams.get(stream);
    if (known === undefined || known.read) return undefined;
    known.read = true;
    return this.#grammarOf(stream, known);
  }

  /** What `isGood` says of an image object, asked once. */
  image(stream: PdfStream, isGood: () => boolean): boolean {
    let good = this.#images.get(stream);
    if (good === undefined) this.#images.set(stream, (good = isGood()));
    return good;
  }

  /** After the last operator of what `page` or `begin` gave. */
  end(grammar: ContentGrammar, ops: Operators, last: number): void {
    if (last === BROKEN) this.refuse('contents');
    grammar.end(ops);
    if (grammar.broken) this.refuse('operators');
  }

  /** Reads what nobody has begun. Answers how many bytes that were. */
  readRest(): number {
    let length = 0;
    // What these draw is added while we go.
    for (const [stream, known] of this.#streams) {
      if (known.read || this.finding) continue;
      known.read = true;
      const content = this.#contents.of(stream);
      if (content === undefined) {
        this.refuse('contents');
        continue;
      }
      length += content.length;
      const grammar = this.#grammarOf(stream, known);
      const ops = new Operators(content);
      const matrix = numbers(this.source, stream.dict.entries.get('Matrix'), 6) as Matrix | undefined;
      const reach = new ContentReach(known.kind, { ctm: matrix });
      let op = ops.next();
      for (; op !== END && op !== BROKEN; op = ops.next()) {
        grammar.follow(op, ops);
        if (!grammar.broken && !reach.follow(op, ops)) grammar.break();
      }
      this.end(grammar, ops, op);
    }
    const drawings = this.#drawn.total();
    if (drawings === Infinity) this.refuse('form');
    else if (drawings > MAX_DRAWINGS) tooLarge('forms are drawn too often', MAX_DRAWINGS);
    if (this.drawsUneven && this.outlinesInherited) this.refuse('graphics-state');
    return length;
  }

  /**
   * Holds the fonts in which anything is shown to their forms, once the content of all pages has been read. `isWhole`: that
   * is all that the document shows, so that no font of other content may be taken for one of these.
   */
  checkFonts(isWhole: boolean = true): void {
    if (this.finding) return;
    const finding = this.fonts.finding(isWhole);
    if (finding) this.refuse(finding);
  }

  /**
   * The data of a picture inflated, of which `needed` bytes are used; `undefined` where they are malformed.
   * @throws Refusal `pdf/too-large`
   */
  inflate(data: Uint8Array, needed: number): Uint8Array | undefined {
    const limit = Math.min(MAX_IMAGE_BYTES, this.#imageBytesLeft);
    if (needed > limit) tooLarge('the pictures are too large', limit);
    const out = this.#document.primitives.inflate(data, limit);
    this.#imageBytesLeft -= out ? out.length : limit;
    return out;
  }

  #content(object: PdfObject | undefined): Uint8Array | undefined {
    try {
      const stream = this.#document.resolve(object);
      const content = isPdf(stream, 'stream') ? this.#document.decode(stream, MAX_CONTENT_BYTES) : undefined;
      if (content === undefined) this.refuse('contents');
      return content;
    } catch (error) {
      if (!isRefusal(error, 'pdf/malformed')) throw error;
      this.refuse('contents-filter');
      return undefined;
    }
  }

  #grammarOf(stream: PdfStream, { kind, resources }: MetStream): ContentGrammar {
    return new ContentGrammar(new ContentNames(this, resources, stream), kind);
  }
}
