import { isDrawnByReaders } from '../pdf/appearance.ts';
import { isName, isPdf, type PdfDict } from '../pdf/object.ts';
import {
  as,
  compound,
  either,
  flag,
  isPlain,
  list,
  many,
  name,
  named,
  none,
  number,
  own,
  text,
  whole,
  within,
  type RoleForm,
  type SaveRole,
  type Surroundings,
  type ValueForm,
} from './save-values.ts';

/** Of other filters readers make different things where their data are not by the book. */
const filter = named('FlateDecode');
const STREAM: Readonly<Record<string, ValueForm>> = {
  Length: whole,
  Filter: either(filter, many(filter, 1)),
  DecodeParms: either(none, many(none, 1)),
};
const imageFilter = named('FlateDecode', 'DCTDecode');
const IMAGE_STREAM: Readonly<Record<string, ValueForm>> = {
  Length: whole,
  Filter: either(imageFilter, many(imageFilter)),
  DecodeParms: as('decoding'),
};
/** Of a cross-reference stream, which is held to a form of its own. */
const TABLE_STREAM: Readonly<Record<string, ValueForm>> = { ...STREAM, DecodeParms: as('decoding') };

/** Of a tree of dictionaries that all have their keys from one list. */
function tree(role: SaveRole, keys: Readonly<Record<string, ValueForm>>): RoleForm {
  return {
    kind: 'field',
    keys: { ...keys, ...STREAM },
    items: within(role),
    simple: isPlain,
    stream: 'also',
    isLeaf: true,
  };
}

function all(form: ValueForm, ...keys: readonly string[]): Record<string, ValueForm> {
  return Object.fromEntries(keys.map((key) => [key, form]));
}

/** Flags (§12.5.3) but NoZoom, NoRotate and ToggleNoView: what keeps its size comes to lie on what is around it. */
const STAYING = 1 | 2 | 4 | 32 | 64 | 128 | 512;

const hasOwnLook = (widget: PdfDict, around: Surroundings): boolean =>
  !isDrawnByReaders(widget, (value) => around.resolve(value));

/** ISO 32000-2 tables 226 and 191: no action, no layer, no border, no words. */
const WIDGET: Readonly<Record<string, ValueForm>> = {
  Type: named('Annot'),
  Subtype: named('Widget'),
  Rect: many(number, 4),
  P: (value, around) => around.isPage(value),
  AP: as('appearances'),
  AS: name,
  F: (value) => typeof value === 'number' && Number.isInteger(value) && (value & ~STAYING) === 0,
  H: name,
  M: text,
  MK: as('characteristics'),
  NM: text,
  StructParent: whole,
};

const RESOURCE_KINDS: Readonly<Record<string, ValueForm>> = {
  Font: as('fonts'),
  XObject: as('drawables'),
  ExtGState: as('parameter-sets'),
  ColorSpace: as('paints'),
  Pattern: as('paints'),
  Shading: as('paints'),
  ProcSet: as('words'),
};

const look: ValueForm = (value, around, before) =>
  around.is(value, isPdf(around.resolve(value), 'dict') ? 'states' : 'drawing', before);

const part = as('font-part');
/**
 * ISO 32000-2 tables 109 to 122. What a font is made of, it has to itself: a reader that keeps fonts by their descriptors
 * takes a second font with the descriptor of the letter's for that one, with the widths and codes of the second.
 */
const FONT: Readonly<Record<string, ValueForm>> = {
  ...all(name, 'Type', 'Subtype', 'BaseFont', 'Name', 'BaseEncoding', 'FontName', 'FontStretch', 'CMapName'),
  ...all(whole, 'FirstChar', 'LastChar', 'Supplement', 'Flags', 'Length1', 'Length2', 'Length3', 'WMode'),
  ...all(number, 'DW', 'FontWeight', 'ItalicAngle', 'Ascent', 'Descent', 'Leading', 'CapHeight', 'XHeight'),
  ...all(number, 'StemV', 'StemH', 'AvgWidth', 'MaxWidth', 'MissingWidth'),
  ...all(text, 'Registry', 'Ordering', 'FontFamily', 'CharSet', 'Lang', 'Panose'),
  ...all(list('font-part'), 'Widths', 'DW2', 'W', 'W2', 'FontBBox', 'Differences', 'DescendantFonts'),
  ...all(either(name, part), 'Encoding', 'CIDToGIDMap', 'ToUnicode'),
  ...all(part, 'FontDescriptor', 'CIDSystemInfo', 'FontFile', 'FontFile2', 'FontFile3', 'CIDSet', 'Style'),
};

export const SAVE_FORMS: Readonly<Record<SaveRole, RoleForm>> = {
  // ISO 32000-2 tables 15 and 17.
  trailer: {
    kind: 'ambiguous',
    keys: {
      ...{ Size: whole, Prev: whole, Root: own('catalog'), Info: own('information'), ID: many(text, 2) },
      ...{ Type: named('XRef'), W: many(whole, 3), Index: many(whole), ...TABLE_STREAM },
    },
  },
  'object-stream': {
    kind: 'ambiguous',
    keys: { Type: named('ObjStm'), N: whole, First: whole, ...STREAM },
    stream: 'only',
  },
  catalog: {
    kind: 'catalog',
    keys: {
      ...{ AcroForm: as('form'), DSS: as('store'), Metadata: own('metadata'), Extensions: as('extensions') },
      Version: (value, _, before) =>
        isPdf(value, 'name') &&
        /^[12]\.[0-9]$/.test(value.name) &&
        !(isPdf(before, 'name') && before.name > value.name),
    },
    isKept: true,
  },
  information: { kind: 'catalog', isOwn: true, others: either(text, name, flag) },
  metadata: {
    kind: 'catalog',
    isOwn: true,
    keys: { Type: named('Metadata'), Subtype: named('XML'), ...STREAM },
    stream: 'only',
  },
  words: { kind: 'ambiguous', items: either(name, text), isLeaf: true },
  decoding: {
    kind: 'ambiguous',
    keys: all(whole, 'Predictor', 'Colors', 'BitsPerComponent', 'Columns', 'ColorTransform'),
    items: either(none, as('decoding')),
    simple: none,
    isLeaf: true,
  },
  // Tables 49 and 50: by the prefix of who extends.
  extensions: { kind: 'catalog', others: as('extension'), isLeaf: true },
  extension: {
    kind: 'catalog',
    keys: {
      ...{ Type: named('DeveloperExtensions'), BaseVersion: name, ExtensionLevel: whole },
      ...{ URL: text, ExtensionRevision: text },
    },
    items: as('extension'),
    isLeaf: true,
  },

  // Table 224.
  form: {
    kind: 'form',
    isOwn: true,
    keys: { Fields: as('fields'), SigFlags: whole, DR: as('defaults'), DA: text, NeedAppearances: flag },
  },
  // The last one is of Cryptolog's programs, which put it beside what it should stand in.
  defaults: { kind: 'form', keys: { ...RESOURCE_KINDS, Encoding: as('encodings'), DSz: own('drawing') } },
  fields: { kind: 'form', isOwn: true, items: own('field') },
  field: {
    kind: 'field',
    keys: {
      ...WIDGET,
      ...{ FT: name, Ff: whole, T: text, TU: text, TM: text, DA: text, Q: whole, DR: as('defaults') },
      // A reset would bring the same signature back: LibreOffice writes it.
      DV: as('signature'),
      ...{ Lock: as('lock'), Kids: as('kids'), I: many(whole), RV: text },
      V: (value, around) => around.is(value, isPdf(around.resolve(value), 'dict') ? 'signature' : 'value'),
    },
    together: hasOwnLook,
  },
  kids: {
    kind: 'field',
    items: (value, around) => isPdf(value, 'ref') && around.is(value, around.isNew(value) ? 'widget' : 'field'),
  },
  // What makes a dictionary a field would make another one of it, which nobody signed.
  widget: { kind: 'field', keys: { ...WIDGET, Parent: own('field') }, together: hasOwnLook },
  value: { kind: 'field', items: text, simple: either(text, name, none) },
  // Table 255; what Adobe's specification of build properties adds; the seal of a letter.
  signature: {
    kind: 'field',
    isOwn: true,
    keys: {
      ...{ Type: named('Sig', 'DocTimeStamp'), Filter: name, SubFilter: name, R: whole, V: whole },
      Contents: (value) => isPdf(value, 'string') && value.hex,
      ByteRange: many(whole, 4),
      Cert: either(text, many(text)),
      Reference: as('references'),
      Changes: many(whole, 3),
      ...{ Name: text, M: text, Location: text, Reason: text, ContactInfo: text },
      ...{ Prop_Build: as('build'), Prop_AuthTime: whole, Prop_AuthType: name },
      ...{ 'Cotejo.Seal': text, 'Cotejo.Salt': text, 'Cotejo.Countersigns': text },
    },
  },
  build: {
    kind: 'field',
    keys: {
      ...all(as('build'), 'Filter', 'PubSec', 'App', 'SigQ'),
      ...all(either(name, text, whole, flag), 'Name', 'Date', 'R', 'PreRelease', 'NonEFontNoWarn', 'TrustedMode', 'V'),
      ...all(either(name, text, many(either(name, text))), 'OS', 'REx', 'Preview'),
    },
    isLeaf: true,
  },
  // Tables 192 (without icons), 236 and 257 to 259.
  characteristics: {
    kind: 'field',
    keys: { R: whole, BC: many(number), BG: many(number), CA: text, RC: text, AC: text, TP: whole },
    isLeaf: true,
  },
  lock: {
    kind: 'field',
    keys: { Type: named('SigFieldLock'), Action: name, Fields: as('words'), P: whole },
    isLeaf: true,
  },
  transform: {
    kind: 'field',
    keys: {
      ...{ Type: named('TransformParams'), P: whole, V: name, Action: name, Fields: as('words'), Msg: text },
      ...all(as('words'), 'Document', 'Annots', 'Form', 'FormEx', 'Signature', 'EF'),
    },
    isLeaf: true,
  },
  references: { kind: 'field', items: as('reference') },
  // Table 256.
  reference: {
    kind: 'field',
    keys: {
      ...{ Type: named('SigRef'), TransformMethod: name, TransformParams: as('transform') },
      ...{ DigestMethod: name, DigestValue: text, DigestLocation: many(whole) },
      Data: (value, around) => around.isRoot(value),
    },
  },

  page: { kind: 'page', keys: { Annots: as('annotations') }, isKept: true },
  annotations: { kind: 'annotation', isOwn: true, items: (value, around) => around.isAnnotation(value) },

  // ETSI EN 319 142-1 §5.4.2.
  store: {
    kind: 'ambiguous',
    isOwn: true,
    keys: {
      ...{ Type: named('DSS'), VRI: as('related') },
      ...{ Certs: as('evidence'), OCSPs: as('evidence'), CRLs: as('evidence') },
    },
  },
  related: { kind: 'ambiguous', isOwn: true, keys: { Type: named('VRI') }, others: as('related-entry') },
  'related-entry': {
    kind: 'ambiguous',
    keys: {
      ...{ Type: named('VRI'), Cert: as('evidence'), OCSP: as('evidence'), CRL: as('evidence') },
      ...{ TU: text, TS: own('blob') },
    },
  },
  evidence: { kind: 'ambiguous', items: own('blob') },
  blob: { kind: 'ambiguous', keys: STREAM, stream: 'only' },

  // Tables 170, 34 and 93.
  appearances: { kind: 'field', keys: { N: look, R: look, D: look } },
  states: { kind: 'field', others: own('drawing') },
  drawing: {
    kind: 'field',
    keys: {
      ...{ Type: named('XObject'), Subtype: named('Form'), FormType: (value) => value === 1, Name: name },
      ...{ BBox: many(number, 4), Matrix: many(number, 6), Resources: as('resources'), Group: as('paint') },
      ...{ LastModified: text, StructParents: whole, ...STREAM },
    },
    stream: 'only',
    isLeaf: true,
  },
  resources: { kind: 'field', keys: RESOURCE_KINDS, isLeaf: true },
  fonts: { kind: 'field', others: compound('font'), isLeaf: true },
  font: { kind: 'field', keys: FONT, isFixed: true, isLeaf: true },
  'font-part': { ...tree('font-part', FONT), isFixed: true, isOwn: true },
  encodings: { kind: 'form', others: compound('font-part'), isLeaf: true },
  drawables: {
    kind: 'field',
    others: (value, around) => {
      const found = around.resolve(value);
      const isImage = isPdf(found, 'stream') && isName(found.dict.entries.get('Subtype'), 'Image');
      return around.is(value, isImage ? 'image' : 'drawing');
    },
    isLeaf: true,
  },
  // Readers that keep images keep the colours that the resources of the first drawing gave them.
  image: {
    kind: 'field',
    isOwn: true,
    keys: {
      ...{ Type: named('XObject'), Subtype: named('Image'), Name: name, Width: whole, Height: whole, Intent: name },
      ...{ BitsPerComponent: whole, ColorSpace: within('paint'), ImageMask: flag, Interpolate: flag },
      ...{ Decode: many(number), Matte: many(number), Mask: either(many(whole), own('image')), SMask: own('image') },
      ...IMAGE_STREAM,
    },
    stream: 'only',
    isLeaf: true,
  },
  'parameter-sets': { kind: 'field', others: as('parameters'), isLeaf: true },
  // Table 57.
  parameters: {
    kind: 'field',
    keys: {
      ...{ Type: named('ExtGState'), LW: number, LC: whole, LJ: whole, ML: number, RI: name, FL: number, SM: number },
      ...{ OP: flag, op: flag, OPM: whole, SA: flag, CA: number, ca: number, AIS: flag, TK: flag, BM: name },
      SMask: either(named('None'), as('mask')),
    },
    isLeaf: true,
  },
  mask: {
    kind: 'field',
    keys: { Type: named('Mask'), S: name, G: own('drawing'), BC: many(number), TR: named('Identity') },
    isLeaf: true,
  },
  paints: { kind: 'field', others: either(name, compound('paint')), isLeaf: true },
  // Colour spaces, functions, shadings and patterns of one (§8.6, §7.10, §8.7), and a group's attributes.
  paint: tree('paint', {
    ...all(within('paint'), 'Type', 'S', 'CS', 'I', 'K', 'N', 'Alternate', 'Range', 'WhitePoint', 'BlackPoint'),
    ...all(within('paint'), 'Gamma', 'Matrix', 'FunctionType', 'Domain', 'Size', 'BitsPerSample', 'Order', 'Encode'),
    ...all(within('paint'), 'Decode', 'C0', 'C1', 'Functions', 'Bounds', 'ShadingType', 'ColorSpace', 'Background'),
    ...all(within('paint'), 'BBox', 'AntiAlias', 'Coords', 'Function', 'Extend', 'PatternType', 'Shading'),
  }),
};
