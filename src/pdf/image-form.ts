import { spaceComponents } from './colour-form.ts';
import type { ContentRules } from './content-rules.ts';
import { type ContentSource, numbers } from './font-metrics.ts';
import { filterNamed, undoPredictor } from './filter.ts';
import { isGroup4 } from './group4.ts';
import { readJpeg } from './jpeg.ts';
import { type PdfDict, type PdfObject, type PdfStream, isName, isPdf } from './object.ts';

/** A picture: an object, or one in content, whose keys and colour space are in full. */
export interface Picture {
  readonly entries: ReadonlyMap<string, PdfObject>;
  /** Still filtered. */
  readonly data: Uint8Array;
  readonly inline: boolean;
}

interface Shape {
  readonly width: number;
  readonly height: number;
  readonly bits: number;
  readonly components: number;
  readonly isMask: boolean;
  /** What no sample may be beyond: the last of its table of colours. */
  readonly highest: number | undefined;
}

/** Keys of inline images, which some readers follow in others too; and what JPEG 2000 has, which is not looked into. */
const NOT_IN_OBJECTS = ['BPC', 'CS', 'D', 'DP', 'F', 'H', 'IM', 'I', 'W', 'SMaskInData', 'Alternates'];
const IN_CONTENT = [
  ...['BitsPerComponent', 'ColorSpace', 'Decode', 'DecodeParms', 'Filter', 'Height', 'ImageMask', 'Interpolate'],
  ...['Width', 'Intent', 'Length', 'L'],
];
const MAX_SIDE = 65_535;
const MAX_FILTERS = 4;

/** Whether every reader makes the same pixels of it: what the dictionary says is what the data are, and nothing unusual. */
export function isImage(rules: ContentRules, picture: Picture): boolean {
  const { entries, inline } = picture;
  const { source } = rules;
  for (const key of entries.keys()) {
    const isKnown = inline ? IN_CONTENT.includes(key) : !NOT_IN_OBJECTS.includes(key);
    if (!isKnown && (source.resolve(entries.get(key)) ?? null) !== null) return false;
  }
  const shape = shapeOf(source, picture);
  return (
    shape !== undefined &&
    isDecode(source, picture, shape) &&
    isMasked(rules, entries, shape) &&
    isData(rules, picture, shape)
  );
}

function shapeOf(source: ContentSource, { entries }: Picture): Shape | undefined {
  const [width, height] = [source.resolve(entries.get('Width')), source.resolve(entries.get('Height'))];
  if (!isSide(width) || !isSide(height)) return undefined;
  const mask = source.resolve(entries.get('ImageMask')) ?? false;
  const bits = source.resolve(entries.get('BitsPerComponent')) ?? null;
  const space = source.resolve(entries.get('ColorSpace')) ?? null;
  if (mask === true) {
    // Between dots some make gray, some none.
    const isSmooth = (source.resolve(entries.get('Interpolate')) ?? false) !== false;
    const isPlain = space === null && (bits === null || bits === 1) && !isSmooth;
    return isPlain ? { width, height, bits: 1, components: 1, isMask: true, highest: undefined } : undefined;
  }
  if (mask !== false || space === null) return undefined;
  const components = spaceComponents(source, space);
  if (components <= 0) return undefined;
  const isBits = bits === 1 || bits === 2 || bits === 4 || bits === 8 || bits === 16;
  if (!isBits) return undefined;
  const last = isPdf(space, 'array') && isTable(source, space) ? source.resolve(space.items[2]) : undefined;
  const highest = typeof last === 'number' && last < 2 ** bits - 1 ? last : undefined;
  return { width, height, bits, components, isMask: false, highest };
}

/** Whether it is a table of colours. */
export function isTable(source: ContentSource, space: PdfObject | undefined): boolean {
  const family = isPdf(space, 'array') ? source.resolve(space.items[0]) : space;
  return isName(family, 'Indexed') || isName(family, 'I');
}

function isSide(value: PdfObject | undefined): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= MAX_SIDE;
}

/** Absent, or each component from one end to the other, either way. */
function isDecode(source: ContentSource, { entries }: Picture, { bits, components, isMask }: Shape): boolean {
  if ((source.resolve(entries.get('Decode')) ?? null) === null) return true;
  const decode = numbers(source, entries.get('Decode'), 2 * components);
  if (!decode) return false;
  const space = source.resolve(entries.get('ColorSpace'));
  const indexed = !isMask && isTable(source, space);
  const most = indexed ? 2 ** bits - 1 : 1;
  const isStraight = decode.every((value, i) => value === (i % 2 === 0 ? 0 : most));
  const isInverse = decode.every((value, i) => value === (i % 2 === 0 ? most : 0));
  if (isPdf(space, 'array') && isName(source.resolve(space.items[0]), 'Lab')) return false;
  // Of two bytes some turn round the first alone.
  return isStraight || (isInverse && !indexed && bits < 16);
}

/** At most one of a mask and a soft mask; neither with one of its own. */
function isMasked(rules: ContentRules, entries: ReadonlyMap<string, PdfObject>, shape: Shape): boolean {
  const { source } = rules;
  const mask = source.resolve(entries.get('Mask')) ?? null;
  const soft = source.resolve(entries.get('SMask')) ?? null;
  if (mask === null && soft === null) return true;
  if (shape.isMask || (mask !== null && soft !== null)) return false;
  if (soft !== null) return isPdf(soft, 'stream') && isSoftMask(rules, soft);
  if (isPdf(mask, 'stream'))
    return source.resolve(mask.dict.entries.get('ImageMask')) === true && isMaskImage(rules, mask);
  // Some compare what stands in the data, some what it is made of first: of eight bits both are the same.
  const range = shape.bits === 8 ? numbers(source, mask ?? undefined, 2 * shape.components) : undefined;
  return range?.every((value) => Number.isInteger(value) && value >= 0 && value <= 255) === true;
}

function isSoftMask(rules: ContentRules, stream: PdfStream): boolean {
  const { entries } = stream.dict;
  const { source } = rules;
  const isGray = isName(source.resolve(entries.get('ColorSpace')), 'DeviceGray');
  return isGray && (source.resolve(entries.get('ImageMask')) ?? false) === false && isMaskImage(rules, stream);
}

/** Its own pixels, and no mask of a mask. What it was mixed with before (/Matte) not all readers undo. */
function isMaskImage(rules: ContentRules, { dict, data }: PdfStream): boolean {
  const { source } = rules;
  const { entries } = dict;
  if (!isName(source.resolve(entries.get('Subtype')), 'Image')) return false;
  for (const key of ['Mask', 'SMask', 'Matte']) if ((source.resolve(entries.get(key)) ?? null) !== null) return false;
  return isImage(rules, { entries, data, inline: false });
}

function isData(rules: ContentRules, picture: Picture, shape: Shape): boolean {
  const { source } = rules;
  const steps = stepsOf(source, picture);
  if (!steps) return false;
  const last = steps.at(-1);
  const before = steps.slice(0, -1);
  if (last === undefined) return isSamples(picture.data, shape);
  if (last.name === 'FlateDecode' && before.length === 0)
    return isInflated(rules, picture.data, last.parameters, shape);
  const isCoded = filterNamed(last.name) === undefined;
  const data = decoded(source, picture.data, isCoded ? before : steps);
  if (data === undefined) return false;
  if (!isCoded) return isSamples(data, shape);
  if (shape.highest !== undefined) return false;
  if (last.name === 'DCTDecode') return isJpeg(source, data, last.parameters, shape);
  const isBilevel = shape.bits === 1 && shape.components === 1;
  if (last.name === 'CCITTFaxDecode') return isBilevel && isFax(source, data, last.parameters, shape);
  return isBilevel && !picture.inline && isJbig2(data, shape);
}

interface Step {
  readonly name: string;
  readonly parameters: PdfDict | undefined;
}

/** In an object by their full names alone; one that needs something else to be read (JPXDecode, Crypt) is not accepted. */
const LAST = ['DCTDecode', 'CCITTFaxDecode', 'JBIG2Decode'];
const SHORT: ReadonlyMap<string, string> = new Map([
  ['DCT', 'DCTDecode'],
  ['CCF', 'CCITTFaxDecode'],
]);

function stepsOf(source: ContentSource, { entries, inline }: Picture): readonly Step[] | undefined {
  const filter = source.resolve(entries.get('Filter')) ?? null;
  const parameters = source.resolve(entries.get('DecodeParms')) ?? null;
  if (filter === null) return parameters === null ? [] : undefined;
  const names = isPdf(filter, 'array') ? filter.items : [filter];
  const sets = isPdf(parameters, 'array') ? parameters.items : [parameters];
  if (names.length > MAX_FILTERS || (parameters !== null && sets.length !== names.length)) return undefined;
  const steps: Step[] = [];
  for (const [i, item] of names.entries()) {
    const found = source.resolve(item);
    if (!isPdf(found, 'name')) return undefined;
    const name = inline ? (SHORT.get(found.name) ?? filterNamed(found.name) ?? found.name) : found.name;
    const isLast = i === names.length - 1 && LAST.includes(name);
    if (!isLast && filterNamed(name) !== name) return undefined;
    const set = source.resolve(sets[i]) ?? null;
    if (set !== null && !isPdf(set, 'dict')) return undefined;
    steps.push({ name, parameters: set ?? undefined });
  }
  return steps;
}

function decoded(source: ContentSource, data: Uint8Array, steps: readonly Step[]): Uint8Array | undefined {
  if (steps.length === 0) return data;
  const entries = new Map<string, PdfObject>([
    ['Filter', { type: 'array', items: steps.map(({ name }) => ({ type: 'name', name })) }],
    ['DecodeParms', { type: 'array', items: steps.map(({ parameters }) => parameters ?? null) }],
  ]);
  return source.content({ type: 'stream', dict: { type: 'dict', entries }, data });
}

function rowLength({ width, bits, components }: Shape): number {
  return Math.ceil((width * bits * components) / 8);
}

/** As many as there should be. Of what is beyond its table, some take the last colour, some black. */
function isSamples(data: Uint8Array, shape: Shape): boolean {
  const { width, height, bits, highest } = shape;
  const row = rowLength(shape);
  if (data.length < row * height) return false;
  if (highest === undefined) return true;
  const mask = 2 ** bits - 1;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const bit = x * bits;
      if (((data[y * row + (bit >> 3)]! >> (8 - bits - (bit & 7))) & mask) > highest) return false;
    }
  }
  return true;
}

const DEFLATE = 8;

/** Compressed as nearly all are. Of most only lengths are of interest, so no predictor is undone. */
function isInflated(rules: ContentRules, data: Uint8Array, parameters: PdfDict | undefined, shape: Shape): boolean {
  const [first = 0, second = 0] = data;
  if ((first & 0x0f) !== DEFLATE || ((first << 8) | second) % 31 !== 0 || (second & 0x20) !== 0) return false;
  const { source } = rules;
  const value = (key: string): PdfObject => source.resolve(parameters?.entries.get(key)) ?? null;
  const predictor = value('Predictor') ?? 1;
  const row = rowLength(shape);
  const out = rules.inflate(data, (row + 1) * shape.height);
  if (out === undefined) return false;
  if (predictor === 1) return isSamples(out, shape);
  const { width, components, bits, highest } = shape;
  const isShaped =
    (value('Columns') ?? 1) === width &&
    (value('Colors') ?? 1) === components &&
    (value('BitsPerComponent') ?? 8) === bits;
  if (!isShaped || typeof predictor !== 'number') return false;
  const isPng = Number.isInteger(predictor) && predictor >= 10 && predictor <= 15;
  if (!isPng && predictor !== 2) return false;
  if (isPng) {
    if (out.length < (row + 1) * shape.height) return false;
    for (let i = 0; i < shape.height; i++) if (out[i * (row + 1)]! > 4) return false;
  } else if (out.length < row * shape.height) return false;
  if (highest === undefined) return true;
  // Only places in a table have to be known themselves.
  if (!isPng && bits !== 8) return false;
  const stored = { Predictor: predictor, Columns: width, Colors: components, BitsPerComponent: bits };
  const plain = undoPredictor(out, new Map(Object.entries(stored)), out.length);
  return plain !== undefined && isSamples(plain, shape);
}

/** Some readers go by the file, some by the dictionary; colours by what either says of how they are stored. */
function isJpeg(source: ContentSource, data: Uint8Array, parameters: PdfDict | undefined, shape: Shape): boolean {
  const header = readJpeg(data);
  if (!header || shape.bits !== 8 || shape.isMask) return false;
  const { width, height, components, transform, jfif, ids } = header;
  // Scanning programs say gray of colours: each reader shows the same picture, some only a part of it, distorted.
  const isColourOfGray = components === 3 && shape.components === 1;
  if (width !== shape.width || height !== shape.height) return false;
  if (components !== shape.components && !isColourOfGray) return false;
  const told = source.resolve(parameters?.entries.get('ColorTransform')) ?? null;
  if (components === 1) return true;
  if (components === 3) {
    const isYcc = ids[0] !== 0x52 && transform !== 0;
    if (jfif && !isYcc) return false;
    if (transform !== undefined && transform > 1) return false;
    // Without a word from the file some go by the components' numbers.
    if (transform === undefined && !jfif && !(ids[1] === ids[0]! + 1 && ids[2] === ids[0]! + 2 && ids[0]! <= 1))
      return false;
    return told === null || told === (isYcc ? 1 : 0);
  }
  const stored = transform ?? 0;
  return components === 4 && !jfif && stored !== 1 && stored <= 2 && (told === null || told === (stored === 2 ? 1 : 0));
}

/** Group 4, as scanners write it, of the picture's size to its end; of what else there is, readers lack one or another. */
function isFax(source: ContentSource, data: Uint8Array, parameters: PdfDict | undefined, shape: Shape): boolean {
  const { width, height } = shape;
  const value = (key: string): PdfObject => source.resolve(parameters?.entries.get(key)) ?? null;
  const rows = value('Rows');
  const kind = value('K');
  if ((value('Columns') ?? 1728) !== width || (rows !== null && rows !== 0 && rows !== height)) return false;
  if (typeof kind !== 'number' || !Number.isInteger(kind) || kind >= 0) return false;
  const isFlag = (key: string): boolean => value(key) === null || typeof value(key) === 'boolean';
  if (!isFlag('EndOfBlock') || !isFlag('BlackIs1') || (value('DamagedRowsBeforeError') ?? 0) !== 0) return false;
  if ((value('EndOfLine') ?? false) !== false || (value('EncodedByteAlign') ?? false) !== false) return false;
  return isGroup4(data, width, height);
}

const PAGE_INFORMATION = 48;
const UNKNOWN_HEIGHT = 0xffffffff;

/** An embedded file (ISO 32000-2 §7.4.7) that begins with a page as large as the picture. */
function isJbig2(data: Uint8Array, { width, height }: Shape): boolean {
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  // Number, flags, no references, page 1, length, then the size: ITU-T T.88 §7.2, §7.4.8.
  for (let at = 0; at + 19 <= data.length;) {
    const flags = data[at + 4]!;
    const count = data[at + 5]! >> 5;
    if (count > 4 || (flags & 0x40) !== 0) return false;
    const each = view.getUint32(at) <= 256 ? 1 : view.getUint32(at) <= 65_536 ? 2 : 4;
    const head = at + 6 + count * each + 1;
    if (head + 12 > data.length) return false;
    if ((flags & 0x3f) === PAGE_INFORMATION) {
      const tall = view.getUint32(head + 8);
      return view.getUint32(head + 4) === width && (tall === height || tall === UNKNOWN_HEIGHT);
    }
    at = head + 4 + view.getUint32(head);
  }
  return false;
}
