import type { Ambiguity } from './ambiguity.ts';
import { alphaOf, checkParameters, setsWidth } from './parameters-form.ts';
import { type ContentKind, KIND_TERMS } from './content-kind.ts';
import type { ContentRules } from './content-rules.ts';
import { spaceComponents } from './colour-form.ts';
import { isFormObject, isGlyphFont, patternKind, type PatternKind } from './drawing-form.ts';
import { isImage, isTable } from './image-form.ts';
import { InkNames } from './ink-names.ts';
import { type InlineImage, isWhole } from './inline-image.ts';
import { type PdfDict, type PdfObject, type PdfStream, isName, isPdf, pdfName } from './object.ts';
import { isShading } from './shading-form.ts';
import type { ShownCodes } from './shown-codes.ts';

const FONTS = ['Type0', 'Type1', 'MMType1', 'TrueType', 'Type3'];
const DEVICE_SPACES: ReadonlyMap<string, number> = new Map([
  ['DeviceGray', 1],
  ['DeviceRGB', 3],
  ['DeviceCMYK', 4],
  ['Pattern', -1],
]);
/** What some readers use in place of the device's, and others do not. */
const DEFAULT_SPACES: readonly (readonly [name: string, components: number])[] = [
  ['DefaultGray', 1],
  ['DefaultRGB', 3],
  ['DefaultCMYK', 4],
];
/** Where inline images have names of their own (ISO 32000-2 table 92). */
const SHORT_SPACES: ReadonlyMap<string, string> = new Map([
  ['G', 'DeviceGray'],
  ['RGB', 'DeviceRGB'],
  ['CMYK', 'DeviceCMYK'],
]);

/** What graphics state parameters do; `undefined` for what they leave as it is. */
interface Parameters {
  /** Whether there is a soft mask from then on. */
  readonly masks: boolean;
  readonly setsWidth: boolean;
  readonly fillAlpha: number | undefined;
  readonly strokeAlpha: number | undefined;
  readonly mask: PdfStream | undefined;
}

/** A pattern, and its content where it has any. */
export interface Paint {
  readonly kind: PatternKind;
  readonly tile: PdfStream | undefined;
}

/** What `Do` may draw. */
interface Drawable {
  readonly kind: 'form' | 'group' | 'image' | 'mask';
  readonly stream: PdfStream;
}

/**
 * The names in content, which must stand for something in its own resources (ISO 32000-2 §7.8.3), of the right kind and of
 * a form that every reader draws alike. Each is looked at once. Where the resources do not have a name, some readers go on
 * to those of the page, or to a font of their own.
 */
export class ContentNames {
  readonly #rules: ContentRules;
  readonly #names: InkNames;
  /** Of which form these are. */
  readonly #form: PdfStream | undefined;
  readonly #known = new Map<string, Map<string, unknown>>();

  constructor(rules: ContentRules, resources: PdfDict, form: PdfStream | undefined) {
    this.#rules = rules;
    this.#form = form;
    this.#names = new InkNames(rules.source, resources);
    for (const [name, components] of DEFAULT_SPACES) {
      const space = this.#names.get('ColorSpace', name);
      if (space !== undefined && spaceComponents(rules.source, space, true) !== components)
        rules.refuse('colour-space');
    }
  }

  /** Where to note the codes that are shown in a font; `undefined` where it is none. */
  fontOf(name: string): ShownCodes | undefined {
    return this.#once('Font', name, (object) => {
      if (!isPdf(object, 'dict')) return undefined;
      const { source, fonts } = this.#rules;
      const isInPlace = !isPdf(this.#names.get('Font', name), 'ref');
      const subtype = source.resolve(object.entries.get('Subtype'));
      const known = isPdf(subtype, 'name') && FONTS.includes(subtype.name);
      if (!known || !isName(source.resolve(object.entries.get('Type')), 'Font')) return undefined;
      if (subtype.name === 'Type3' && !isGlyphFont(this.#rules, object)) return void this.#not('font');
      return fonts.codesOf(object, subtype.name, isInPlace);
    });
  }

  /** What a dictionary of graphics state parameters does; `undefined` where readers differ. */
  parametersOf(name: string): Parameters | undefined {
    const parameters = this.#once('ExtGState', name, (object): Parameters | undefined => {
      if (!isPdf(object, 'dict')) return undefined;
      const { source } = this.#rules;
      if (!checkParameters(this.#rules, object, this.#form)) return void this.#not('graphics-state');
      const mask = source.resolve(object.entries.get('SMask')) ?? null;
      const form = isPdf(mask, 'dict') ? source.resolve(mask.entries.get('G')) : undefined;
      return {
        masks: mask !== null && !isName(mask, 'None'),
        setsWidth: setsWidth(source, object),
        fillAlpha: alphaOf(source, object, 'ca'),
        strokeAlpha: alphaOf(source, object, 'CA'),
        mask: isPdf(form, 'stream') ? form : undefined,
      };
    });
    if (parameters?.mask) this.#rules.draws(parameters.mask, this.#form);
    return parameters;
  }

  hasShading(name: string): boolean {
    return this.#once(
      'Shading',
      name,
      (object) => object !== undefined && (isShading(this.#rules.source, object) || this.#not('shading')),
    );
  }

  /** Components of the colour space; for patterns -1, and one less for each component below an uncoloured one; 0 for none. */
  componentsOf(name: string): number {
    const device = DEVICE_SPACES.get(name);
    if (device !== undefined) return device;
    return this.#once('ColorSpace', name, (object) => {
      // A table is for pictures: of what is between its colours, or beyond, readers make their own.
      const isColour = object !== undefined && !isTable(this.#rules.source, object);
      const components = isColour ? spaceComponents(this.#rules.source, object) : 0;
      if (components === 0 && object !== undefined) this.#not('colour-space');
      return components;
    });
  }

  patternOf(name: string): Paint | undefined {
    return this.#once('Pattern', name, (object) => {
      const kind = object === undefined ? undefined : patternKind(this.#rules, object, this.#form);
      if (kind === undefined && object !== undefined) this.#not('pattern');
      return kind && { kind, tile: isPdf(object, 'stream') ? object : undefined };
    });
  }

  /** Each time that something is painted with it. */
  paintsWith({ tile }: Paint): void {
    if (tile) this.#rules.draws(tile, this.#form);
  }

  /** A form, or with a pattern, where fills and strokes have not the same opacity. */
  drawsUneven(): void {
    this.#rules.drawsUneven = true;
  }

  /** Stroked letters, in whatever opacity who draws them has. */
  outlinesInherited(): void {
    this.#rules.outlinesInherited = true;
  }

  /** The width of the glyph that this content is. */
  foundGlyph(width: number): void {
    if (this.#form) this.#rules.drawnWidths.set(this.#form, width);
  }

  /**
   * What `Do` draws: a form, or an image; in uncoloured content, only what an image lets through. Below a soft mask, a form
   * that is no group: to some readers it is masked as one, to others each thing in it, unless it does away with the mask.
   */
  draws(name: string, kind: ContentKind, masked: boolean, hasColour: boolean): boolean {
    const drawn = this.#once('XObject', name, (object) => this.#object(object, kind));
    if (drawn === undefined || (masked && drawn.kind === 'form')) return false;
    if (drawn.kind === 'form' || drawn.kind === 'group') {
      this.#rules.draws(drawn.stream, this.#form);
      return KIND_TERMS[kind].forms !== undefined;
    }
    return drawn.kind === 'mask' ? hasColour : KIND_TERMS[kind].coloured;
  }

  /** Of an image in the content. */
  mayDraw(image: InlineImage, kind: ContentKind, hasColour: boolean): boolean {
    const { bytes, start, end } = image;
    const whole = isWhole(image, this.#names, this.#rules.source);
    if (!whole) this.#not('contents');
    if (image.entries.get('ImageMask') === true ? !hasColour : !KIND_TERMS[kind].coloured) return false;
    const entries = this.#inFull(image.entries);
    const data = bytes.subarray(start, end);
    return whole && (isImage(this.#rules, { entries, data, inline: true }) || this.#not('image'));
  }

  /** With the colour space that is meant. */
  #inFull(entries: ReadonlyMap<string, PdfObject>): ReadonlyMap<string, PdfObject> {
    const space = entries.get('ColorSpace');
    if (!isPdf(space, 'name')) return entries;
    const full = SHORT_SPACES.get(space.name) ?? space.name;
    const meant = DEVICE_SPACES.has(full) ? pdfName(full) : this.#names.get('ColorSpace', full);
    return new Map([...entries, ['ColorSpace', meant ?? null]]);
  }

  /** Of marked content; of a layer, one that is in the resources (ISO 32000-2 §14.6.2). */
  hasProperties(tag: string, name: string): boolean {
    const what = this.#once('Properties', name, (object) => {
      if (!isPdf(object, 'dict')) return undefined;
      const type = this.#rules.source.resolve(object.entries.get('Type'));
      return isName(type, 'OCG') || isName(type, 'OCMD') ? 'layer' : 'other';
    });
    return what === 'layer' || (what === 'other' && tag !== 'OC');
  }

  foundInlineLayer(): void {
    this.#rules.inlineLayers = true;
  }

  #object(object: PdfObject | undefined, kind: ContentKind): Drawable | undefined {
    if (!isPdf(object, 'stream')) return undefined;
    const { source } = this.#rules;
    const { entries } = object.dict;
    const subtype = source.resolve(entries.get('Subtype'));
    if (isName(subtype, 'Form')) {
      if (!isFormObject(source, object)) this.#not('form');
      this.#rules.add(object, KIND_TERMS[kind].forms ?? 'content', this.#form);
      return { kind: isPdf(source.resolve(entries.get('Group')), 'dict') ? 'group' : 'form', stream: object };
    }
    if (!isName(subtype, 'Image')) return undefined;
    const { data } = object;
    const isGood = this.#rules.image(object, () => isImage(this.#rules, { entries, data, inline: false }));
    if (!isGood) this.#not('image');
    return { kind: source.resolve(entries.get('ImageMask')) === true ? 'mask' : 'image', stream: object };
  }

  #not(finding: Ambiguity): false {
    this.#rules.refuse(finding);
    return false;
  }

  #once<Answer>(category: string, name: string, judge: (object: PdfObject | undefined) => Answer): Answer {
    let known = this.#known.get(category);
    if (known === undefined) this.#known.set(category, (known = new Map()));
    if (known.has(name)) return known.get(name) as Answer;
    const object = this.#rules.source.resolve(this.#names.get(category, name));
    if (object === undefined || object === null) this.#not('resources');
    const answer = judge(object ?? undefined);
    known.set(name, answer);
    return answer;
  }
}
