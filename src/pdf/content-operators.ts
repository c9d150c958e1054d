import { operator } from './operators.ts';

/** Where an operator may stand (ISO 32000-2 figure 9): on the page, in a text object, a path, behind its `W`. */
export const PAGE = 1;
export const TEXT = 2;
const PATH = 4;
const CLIP = 8;
const ANYWHERE = PAGE | TEXT;

/** What an operator takes beside numbers alone, and what it does to what may come next. */
export type Special =
  | ('string' | 'strings' | 'quote' | 'dash' | 'cap' | 'width' | 'matrix' | 'mode' | 'font' | 'intent' | 'flatness')
  | ('parameters' | 'save' | 'restore' | 'paint' | 'device' | 'space' | 'colour' | 'pattern' | 'shading' | 'object')
  | ('begin' | 'image' | 'tag' | 'properties' | 'begin-tag' | 'begin-properties' | 'end' | 'glyph' | 'stencil');

export interface OperatorRule {
  readonly code: number;
  readonly places: number;
  /** Where the content is behind it; 0 for the same. */
  readonly next: number;
  /** How many numbers; of what is `special`, how many operands. */
  readonly count: number;
  readonly special: Special | undefined;
  readonly stroke: boolean;
  /** Parameters of the graphics state that it goes by, and those that it sets: `FILL` and the like. */
  readonly needs: number;
  readonly sets: number;
}

/** Parameters of the graphics state that content may have from who draws it. */
export const FILL = 1;
export const STROKE = 2;
export const WIDTH = 4;
export const MODE = 8;
const SPACING = 16;
const WORD_SPACING = 32;
const STRETCH = 64;
const RISE = 128;
/** Where glyphs stand; and all there are. */
export const TEXT_STATE: number = SPACING | WORD_SPACING | STRETCH | RISE | MODE;
export const ALL_STATE = 255;

const SETS: ReadonlyMap<string, number> = new Map([
  ...['g', 'rg', 'k', 'cs', 'sc', 'scn'].map((name) => [name, FILL] as const),
  ...['G', 'RG', 'K', 'CS', 'SC', 'SCN'].map((name) => [name, STROKE] as const),
  ...([
    ['w', WIDTH],
    ['Tr', MODE],
    ['Tc', SPACING],
    ['Tw', WORD_SPACING],
    ['Tz', STRETCH],
    ['Ts', RISE],
  ] as const),
]);

function rules(
  names: string,
  places: number,
  count: number,
  special?: Special,
  next: number = 0,
): readonly OperatorRule[] {
  return names.split(' ').map((name) => {
    const sets = SETS.get(name) ?? 0;
    const needs = (/^[fFBb]\*?$/.test(name) ? FILL : 0) | (/^[SsBb]\*?$/.test(name) ? STROKE | WIDTH : 0);
    return { code: operator(name), places, next, count, special, stroke: sets === STROKE, needs, sets };
  });
}

/** All operators (ISO 32000-2 Annex A). `BX` and `EX` are nothing where each operator is known. */
const RULES: readonly OperatorRule[] = [
  ...rules('w M', ANYWHERE, 1, 'width'),
  ...rules('i', ANYWHERE, 1, 'flatness'),
  ...rules('J j', ANYWHERE, 1, 'cap'),
  ...rules('d', ANYWHERE, 1, 'dash'),
  ...rules('ri', ANYWHERE, 1, 'intent'),
  ...rules('gs', ANYWHERE, 1, 'parameters'),
  ...rules('q', PAGE, 0, 'save'),
  ...rules('Q', PAGE, 0, 'restore'),
  ...rules('cm', PAGE, 6, 'matrix'),
  ...rules('m', PAGE | PATH, 2, undefined, PATH),
  ...rules('re', PAGE | PATH, 4, undefined, PATH),
  ...rules('l', PATH, 2),
  ...rules('c', PATH, 6),
  ...rules('v y', PATH, 4),
  ...rules('h', PATH, 0),
  ...rules('W W*', PATH, 0, undefined, CLIP),
  ...rules('S s f F f* B B* b b*', PATH | CLIP, 0, 'paint', PAGE),
  // Some end a path before they begin one.
  ...rules('n', PAGE | PATH | CLIP, 0, undefined, PAGE),
  ...rules('BT', PAGE, 0, undefined, TEXT),
  ...rules('ET', TEXT, 0, undefined, PAGE),
  ...rules('Tc Tw Tz TL Ts', ANYWHERE, 1),
  ...rules('Tr', ANYWHERE, 1, 'mode'),
  ...rules('Tf', ANYWHERE, 2, 'font'),
  ...rules('Td TD', TEXT, 2),
  ...rules('Tm', TEXT, 6),
  ...rules('T*', TEXT, 0),
  ...rules("Tj '", TEXT, 1, 'string'),
  ...rules('"', TEXT, 3, 'quote'),
  ...rules('TJ', TEXT, 0, 'strings'),
  ...rules('g G', ANYWHERE, 1, 'device'),
  ...rules('rg RG', ANYWHERE, 3, 'device'),
  ...rules('k K', ANYWHERE, 4, 'device'),
  ...rules('cs CS', ANYWHERE, 1, 'space'),
  ...rules('sc SC', ANYWHERE, 1, 'colour'),
  ...rules('scn SCN', ANYWHERE, 1, 'pattern'),
  ...rules('sh', PAGE, 1, 'shading'),
  ...rules('Do', PAGE, 1, 'object'),
  ...rules('BI', PAGE, 0),
  ...rules('ID', PAGE, 0, 'image'),
  ...rules('MP', ANYWHERE, 1, 'tag'),
  ...rules('DP', ANYWHERE, 2, 'properties'),
  ...rules('BMC', ANYWHERE, 1, 'begin-tag'),
  ...rules('BDC', ANYWHERE, 2, 'begin-properties'),
  ...rules('EMC', ANYWHERE, 0, 'end'),
  ...rules('BX EX', ANYWHERE, 0),
  ...rules('d0', PAGE, 2, 'glyph'),
  ...rules('d1', PAGE, 6, 'stencil'),
];

const SLOTS = 1024;
/** Multiplying by it sends each operator to a slot of its own. */
const SPREAD = spreading();
const TABLE: readonly (OperatorRule | undefined)[] = tableOf(SPREAD)!;

function slotOf(code: number, spread: number): number {
  return (Math.imul(code, spread) >>> 16) & (SLOTS - 1);
}

function tableOf(spread: number): readonly (OperatorRule | undefined)[] | undefined {
  const table = new Array<OperatorRule | undefined>(SLOTS).fill(undefined);
  for (const rule of RULES) {
    const slot = slotOf(rule.code, spread);
    if (table[slot] !== undefined) return undefined;
    table[slot] = rule;
  }
  return table;
}

function spreading(): number {
  let spread = 0x9e3779b1;
  while (!tableOf(spread)) spread = (spread + 2) | 0;
  return spread;
}

/** `undefined` for what is no operator. */
export function ruleOf(op: number): OperatorRule | undefined {
  const rule = TABLE[slotOf(op, SPREAD)];
  return rule?.code === op ? rule : undefined;
}
