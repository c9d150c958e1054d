import type { ContentNames } from './content-names.ts';
import { isInlineLayer } from './marked-content.ts';
import type { ShownCodes } from './shown-codes.ts';
import { DICT, HEX, LITERAL, NAME, NUMBER, type Operators, operator } from './operators.ts';

/** Where an operator may stand (ISO 32000-2 figure 9): on the page, in a text object, a path, behind its `W`. */
const PAGE = 1;
const TEXT = 2;
const PATH = 4;
const CLIP = 8;
const ANYWHERE = PAGE | TEXT;

/** What an operator takes beside numbers alone, and what it does to what may come next. */
const SPECIAL = [
  ...[
    'string',
    'strings',
    'quote',
    'dash',
    'cap',
    'width',
    'matrix',
    'mode',
    'font',
    'intent',
    'parameters',
    'save',
    'restore',
  ],
  ...['device', 'space', 'colour', 'pattern', 'shading', 'object', 'begin', 'image', 'tag', 'properties'],
  ...['begin-tag', 'begin-properties', 'end', 'glyph', 'stencil'],
] as const;
type Special = (typeof SPECIAL)[number];

interface Rule {
  readonly code: number;
  readonly places: number;
  /** Where the content is behind it; 0 for the same. */
  readonly next: number;
  /** How many numbers; of what is `special`, how many operands. */
  readonly count: number;
  readonly special: Special | undefined;
  readonly stroke: boolean;
}

function rules(names: string, places: number, count: number, special?: Special, next: number = 0): readonly Rule[] {
  return names.split(' ').map((name) => {
    const stroke = /^(CS|SCN?|G|RG|K)$/.test(name);
    return { code: operator(name), places, next, count, special, stroke };
  });
}

/** All operators (ISO 32000-2 Annex A). `BX` and `EX` are nothing where each operator is known. */
const RULES: readonly Rule[] = [
  ...rules('w M', ANYWHERE, 1, 'width'),
  ...rules('i', ANYWHERE, 1),
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
  ...rules('S s f F f* B B* b b*', PATH | CLIP, 0, undefined, PAGE),
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
const TABLE: readonly (Rule | undefined)[] = tableOf(SPREAD)!;

function slotOf(code: number, spread: number): number {
  return (Math.imul(code, spread) >>> 16) & (SLOTS - 1);
}

function tableOf(spread: number): readonly (Rule | undefined)[] | undefined {
  const table = new Array<Rule | undefined>(SLOTS).fill(undefined);
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

const INTENTS = ['AbsoluteColorimetric', 'RelativeColorimetric', 'Saturation', 'Perceptual'];
/** Deeper than anybody nests; readers have limits of their own. */
const MAX_DEPTH = 100;
/** Readers differ in what text clips, and when. */
const LAST_MODE = 3;
/** Of `Tr`: what is shown so is not seen. */
const UNSEEN = 3;

/** For codes that are not seen. */
const IGNORED = new Uint32Array(2048);

/** What content is: `uncoloured` takes its colour from who draws it, `glyph` says so itself. */
export type ContentKind = 'content' | 'uncoloured' | 'glyph';

/**
 * Holds one content stream to the grammar of ISO 32000-2: every operator known, where it may stand, with the operands that
 * it takes and names that stand for something; all that is begun is ended. What is not of it each reader mends in its own
 * way. `follow` is called for each operator; false, from then on, says that the content is not of the grammar.
 */
export class ContentGrammar {
  readonly #names: ContentNames;
  #kind: ContentKind;
  #place = PAGE;
  #begun = false;
  #marked = 0;
  /** Of each graphics state, where the codes shown in its font go; `undefined` before `Tf`. */
  readonly #fonts: (ShownCodes | undefined)[] = [undefined];
  /** Whether text is seen, as far as this content says. */
  readonly #seen: boolean[] = [true];
  /** Components of the colour space, or below zero for patterns; of each graphics state, the last one that in force. */
  readonly #fill: number[] = [1];
  readonly #stroke: number[] = [1];
  /** How deep the state is since which there has been a soft mask, done away with below or not; 0 for none. */
  #maskedAt = 0;
  broken = false;

  constructor(names: ContentNames, kind: ContentKind) {
    this.#names = names;
    this.#kind = kind;
  }

  follow(op: number, ops: Operators): void {
    if (this.broken) return;
    const rule = TABLE[slotOf(op, SPREAD)];
    const holds = rule?.code === op && (rule.places & this.#place) !== 0 && ops.plain && this.#takes(rule, ops);
    if (!holds) this.broken = true;
    else if (rule.next !== 0) this.#place = rule.next;
    this.#begun = true;
  }

  /**
   * Where whoever reads on behind a `Tj` alone notes the codes of two bytes that it shows, a bit for each; `undefined` where
   * codes are not of two bytes.
   */
  get shownPairs(): Uint32Array | undefined {
    const font = this.#fonts.at(-1);
    if (font?.bytes !== 2 || this.broken) return undefined;
    return this.#seen.at(-1)! ? font.bits : IGNORED;
  }

  /** At the end of the content. */
  end(ops: Operators): void {
    const closed = this.#place === PAGE && this.#fill.length === 1 && this.#marked === 0;
    if (!closed || !ops.plain || (this.#kind === 'glyph' && this.#begun)) this.broken = true;
  }

  #takes(rule: Rule, ops: Operators): boolean {
    const { count, special } = rule;
    if (special === undefined) return areNumbers(ops, count);
    switch (special) {
      case 'string':
        return ops.count === 1 && isString(ops, 0) && this.#shows(ops);
      case 'strings':
        return isTextArray(ops) && this.#shows(ops);
      case 'quote':
        return ops.count === 3 && isNumber(ops, 0) && isNumber(ops, 1) && isString(ops, 2) && this.#shows(ops);
      case 'font':
        if (ops.count !== 2 || !isName(ops, 0) || !isNumber(ops, 1)) return false;
        this.#fonts[this.#fonts.length - 1] = this.#names.fontOf(ops.name(0));
        return this.#fonts.at(-1) !== undefined;
      case 'dash':
        return isDash(ops);
      case 'cap':
        return areNumbers(ops, 1) && isWithin(ops.value[0]!, 2);
      case 'mode':
        this.#seen[this.#seen.length - 1] = ops.value[0] !== UNSEEN;
        return areNumbers(ops, 1) && isWithin(ops.value[0]!, LAST_MODE);
      case 'matrix':
        return areNumbers(ops, count) && isInvertible(ops.value);
      case 'width':
        return areNumbers(ops, 1) && ops.value[0]! >= 0;
      case 'intent':
        return isOneName(ops) && INTENTS.includes(ops.name(0));
      case 'parameters':
        return isOneName(ops) && this.#sets(ops.name(0));
      case 'save':
        this.#fill.push(this.#fill.at(-1)!);
        this.#stroke.push(this.#stroke.at(-1)!);
        this.#fonts.push(this.#fonts.at(-1));
        this.#seen.push(this.#seen.at(-1)!);
        return ops.count === 0 && this.#fill.length <= MAX_DEPTH;
      case 'restore':
        if (this.#maskedAt === this.#fill.length) this.#maskedAt = 0;
        this.#fill.pop();
        this.#stroke.pop();
        this.#fonts.pop();
        this.#seen.pop();
        return ops.count === 0 && this.#fill.length > 0;
      case 'shading':
        return this.#mayColour() && isOneName(ops) && this.#names.hasShading(ops.name(0));
      case 'object':
        return isOneName(ops) && this.#names.hasObject(ops.name(0), this.#kind, this.#maskedAt > 0);
      case 'image':
        return ops.image !== undefined && this.#names.mayDraw(ops.image, this.#kind);
      case 'glyph':
      case 'stencil':
        return areNumbers(ops, count) && this.#beginsGlyph(special === 'stencil');
      case 'device':
      case 'space':
      case 'colour':
      case 'pattern':
        return this.#mayColour() && this.#colours(rule, ops);
      default:
        return this.#marks(special, ops);
    }
  }

  /** Notes what is shown, in the font that is set. */
  #shows(ops: Operators): boolean {
    const font = this.#fonts.at(-1);
    if (font && this.#seen.at(-1)!) font.add(ops);
    return font !== undefined;
  }

  #sets(name: string): boolean {
    const parameters = this.#names.parametersOf(name);
    if (parameters === 'masks' && this.#maskedAt === 0) this.#maskedAt = this.#fill.length;
    return parameters !== undefined;
  }

  #marks(special: Special, ops: Operators): boolean {
    switch (special) {
      case 'begin-tag':
        this.#marked++;
        return isOneName(ops);
      case 'begin-properties':
        this.#marked++;
        return this.#hasProperties(ops);
      case 'end':
        return ops.count === 0 && --this.#marked >= 0;
      case 'properties':
        return this.#hasProperties(ops);
      default:
        return isOneName(ops);
    }
  }

  #hasProperties(ops: Operators): boolean {
    if (ops.count !== 2 || ops.arrayFrom >= 0 || ops.kind[0] !== NAME) return false;
    if (ops.kind[1] !== DICT) return ops.kind[1] === NAME && this.#names.hasProperties(ops.name(0), ops.name(1));
    if (isInlineLayer(ops)) this.#names.foundInlineLayer();
    return true;
  }

  /** Colour operators are nothing to some readers, and colours to others, where who draws the content gives the colour. */
  #mayColour(): boolean {
    return this.#kind !== 'uncoloured';
  }

  #colours({ count, special, stroke }: Rule, ops: Operators): boolean {
    const states = stroke ? this.#stroke : this.#fill;
    const last = states.length - 1;
    const space = states[last]!;
    switch (special) {
      case 'device':
        states[last] = count;
        return areNumbers(ops, count);
      case 'space':
        if (!isOneName(ops)) return false;
        states[last] = this.#names.componentsOf(ops.name(0));
        return states[last] !== 0;
      case 'colour':
        return space > 0 && areNumbers(ops, space);
      default:
        if (space > 0) return areNumbers(ops, space);
        return this.#isPattern(ops, -space - 1);
    }
  }

  /** `underlying`: components of the colour that an uncoloured pattern takes. */
  #isPattern(ops: Operators, underlying: number): boolean {
    const last = ops.count - 1;
    if (last < 0 || ops.kind[last] !== NAME || ops.arrayFrom >= 0) return false;
    for (let i = 0; i < last; i++) if (!isNumber(ops, i)) return false;
    const kind = this.#names.patternOf(ops.name(last));
    return kind === 'coloured' ? last === 0 : kind === 'uncoloured' && underlying > 0 && last === underlying;
  }

  #beginsGlyph(isStencil: boolean): boolean {
    if (this.#kind !== 'glyph' || this.#begun) return false;
    this.#kind = isStencil ? 'uncoloured' : 'content';
    return true;
  }
}

function areNumbers(ops: Operators, count: number): boolean {
  if (ops.count !== count || ops.arrayFrom >= 0) return false;
  const { kind } = ops;
  for (let i = 0; i < count; i++) if (kind[i] !== NUMBER) return false;
  return true;
}

function isNumber(ops: Operators, operand: number): boolean {
  return ops.kind[operand] === NUMBER && ops.arrayFrom < 0;
}

function isString(ops: Operators, operand: number): boolean {
  return (ops.kind[operand] === LITERAL || ops.kind[operand] === HEX) && ops.arrayFrom < 0;
}

function isName(ops: Operators, operand: number): boolean {
  return ops.kind[operand] === NAME && ops.arrayFrom < 0;
}

function isOneName(ops: Operators): boolean {
  return ops.count === 1 && isName(ops, 0);
}

/** Some readers draw what a matrix makes a line or a point of, some leave it out. */
function isInvertible(value: Float64Array): boolean {
  return value[0]! * value[3]! !== value[1]! * value[2]!;
}

function isWithin(value: number, most: number): boolean {
  return Number.isInteger(value) && value >= 0 && value <= most;
}

/** `[…]` of strings and numbers, and nothing beside it. */
function isTextArray({ kind, count, arrayFrom, arrayTo }: Operators): boolean {
  if (arrayFrom !== 0 || arrayTo !== count) return false;
  for (let i = 0; i < count; i++) if (kind[i] !== NUMBER && kind[i] !== LITERAL && kind[i] !== HEX) return false;
  return true;
}

/** `[…] phase`: of lengths that are all nothing, some readers draw a line and others none. */
function isDash({ kind, value, count, arrayFrom, arrayTo }: Operators): boolean {
  if (arrayFrom !== 0 || arrayTo !== count - 1) return false;
  let sum = 0;
  for (let i = 0; i < count; i++) {
    if (kind[i] !== NUMBER || value[i]! < 0) return false;
    if (i < arrayTo) sum += value[i]!;
  }
  return arrayTo === 0 || sum > 0;
}
