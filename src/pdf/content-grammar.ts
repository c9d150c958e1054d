import { type ContentKind, KIND_TERMS } from './content-kind.ts';
import type { ContentNames, Paint } from './content-names.ts';
import { FILL, type OperatorRule, PAGE, ruleOf, type Special, STROKE, TEXT_STATE, WIDTH } from './content-operators.ts';
import { isInlineLayer } from './marked-content.ts';
import {
  areNumbers,
  isDash,
  isInvertible,
  isName,
  isNumber,
  isOneName,
  isString,
  isTextArray,
  isWithin,
} from './operands.ts';
import { DICT, NAME, type Operators } from './operators.ts';
import type { ShownCodes } from './shown-codes.ts';

const INTENTS = ['AbsoluteColorimetric', 'RelativeColorimetric', 'Saturation', 'Perceptual'];
/** Deeper than anybody nests; readers have limits of their own. */
const MAX_DEPTH = 100;
/** Readers differ in what text clips, and when. */
const LAST_MODE = 3;
/** Of `Tr`: what is shown so is not seen. */
const UNSEEN = 3;
/** Tolerance of curves, in pixels: some follow it. */
const LARGEST_FLATNESS = 1;

/** For codes that are not seen. */
const IGNORED = new Uint32Array(2048);

/** Of the graphics state, what the grammar goes by. */
class GrammarState {
  /** Where the codes shown in the font go; `undefined` before `Tf`. */
  font: ShownCodes | undefined;
  /** `Tr`, as far as this content says. */
  mode = 0;
  /** Components of the colour space, or below zero for patterns. */
  fill = 1;
  stroke = 1;
  /** The pattern in use. */
  filling: Paint | undefined;
  stroking: Paint | undefined;
  /** Parameters that this content has set, or need not. */
  given: number;
  /** Opacities; `undefined` where who draws the content says them. */
  fillAlpha: number | undefined;
  strokeAlpha: number | undefined;

  constructor(given: number) {
    this.given = given;
  }

  copy(): GrammarState {
    const state = new GrammarState(this.given);
    state.font = this.font;
    state.mode = this.mode;
    state.fill = this.fill;
    state.stroke = this.stroke;
    state.filling = this.filling;
    state.stroking = this.stroking;
    state.fillAlpha = this.fillAlpha;
    state.strokeAlpha = this.strokeAlpha;
    return state;
  }
}

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
  readonly #states: GrammarState[] = [];
  #state: GrammarState;
  /** How deep the state is since which there has been a soft mask, done away with below or not; 0 for none. */
  #maskedAt = 0;
  broken = false;

  constructor(names: ContentNames, kind: ContentKind) {
    this.#names = names;
    this.#kind = kind;
    this.#state = new GrammarState(KIND_TERMS[kind].given);
    if (kind === 'page') this.#state.fillAlpha = this.#state.strokeAlpha = 1;
  }

  follow(op: number, ops: Operators): void {
    if (this.broken) return;
    const rule = ruleOf(op);
    const holds =
      rule !== undefined &&
      (rule.places & this.#place) !== 0 &&
      ops.plain &&
      this.#has(rule.needs) &&
      this.#takes(rule, ops);
    if (!holds) this.broken = true;
    else {
      if (rule.next !== 0) this.#place = rule.next;
      this.#state.given |= rule.sets;
    }
    this.#begun = true;
  }

  /** Of content that is broken in what it draws where. */
  break(): void {
    this.broken = true;
  }

  /**
   * Where whoever reads on behind a `Tj` alone notes the codes of two bytes that it shows, a bit for each; `undefined` where
   * codes are not of two bytes.
   */
  get shownPairs(): Uint32Array | undefined {
    const { font, mode } = this.#state;
    if (font?.bytes !== 2 || this.broken) return undefined;
    return mode === UNSEEN ? IGNORED : font.bits;
  }

  /** At the end of the content. */
  end(ops: Operators): void {
    const closed = this.#place === PAGE && this.#states.length === 0 && this.#marked === 0;
    if (!closed || !ops.plain || (this.#kind === 'glyph' && this.#begun)) this.broken = true;
  }

  #has(needs: number): boolean {
    return (this.#state.given & needs) === needs;
  }

  #takes(rule: OperatorRule, ops: Operators): boolean {
    const { count, special } = rule;
    if (special === undefined) return areNumbers(ops, count);
    const state = this.#state;
    switch (special) {
      case 'string':
        return ops.count === 1 && isString(ops, 0) && this.#shows(ops);
      case 'strings':
        return isTextArray(ops) && this.#shows(ops);
      case 'quote':
        return ops.count === 3 && isNumber(ops, 0) && isNumber(ops, 1) && isString(ops, 2) && this.#shows(ops);
      case 'font':
        if (ops.count !== 2 || !isName(ops, 0) || !isNumber(ops, 1)) return false;
        state.font = this.#names.fontOf(ops.name(0));
        return state.font !== undefined;
      case 'dash':
        return isDash(ops);
      case 'cap':
        return areNumbers(ops, 1) && isWithin(ops.value[0]!, 2);
      case 'flatness':
        return areNumbers(ops, 1) && ops.value[0]! >= 0 && ops.value[0]! <= LARGEST_FLATNESS;
      case 'mode':
        state.mode = ops.value[0]!;
        return areNumbers(ops, 1) && isWithin(ops.value[0]!, LAST_MODE);
      case 'matrix':
        return areNumbers(ops, count) && isInvertible(ops.value);
      case 'width':
        return areNumbers(ops, 1) && ops.value[0]! >= 0;
      case 'intent':
        return isOneName(ops) && INTENTS.includes(ops.name(0));
      case 'parameters':
        return isOneName(ops) && KIND_TERMS[this.#kind].parameters && this.#sets(ops.name(0));
      case 'save':
        this.#states.push(state);
        this.#state = state.copy();
        return ops.count === 0 && this.#states.length < MAX_DEPTH;
      case 'restore': {
        if (this.#maskedAt === this.#states.length + 1) this.#maskedAt = 0;
        const before = this.#states.pop();
        this.#state = before ?? state;
        return ops.count === 0 && before !== undefined;
      }
      case 'paint':
        if ((rule.needs & FILL) !== 0) this.#paints(state.filling);
        if ((rule.needs & STROKE) !== 0) this.#paints(state.stroking);
        return areNumbers(ops, 0);
      case 'shading':
        return this.#mayColour() && isOneName(ops) && this.#names.hasShading(ops.name(0));
      case 'object':
        if (this.#isUneven()) this.#names.drawsUneven();
        return isOneName(ops) && this.#names.draws(ops.name(0), this.#kind, this.#maskedAt > 0, this.#has(FILL));
      case 'image': {
        const { image } = ops;
        return image !== undefined && this.#names.mayDraw(image, this.#kind, this.#has(FILL));
      }
      case 'glyph':
      case 'stencil':
        return areNumbers(ops, count) && this.#beginsGlyph(special, ops.value);
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
    const { font, mode, filling, stroking } = this.#state;
    if (font === undefined || !KIND_TERMS[this.#kind].text || !this.#has(TEXT_STATE)) return false;
    if (mode === UNSEEN) return true;
    font.add(ops);
    if (mode !== 1) this.#paints(filling);
    if (mode !== 0) this.#paints(stroking);
    return this.#has(mode === 0 ? FILL : mode === 1 ? STROKE | WIDTH : FILL | STROKE | WIDTH) && this.#mayOutline(mode);
  }

  /** Letters that are filled and stroked some readers paint as one thing, and take one opacity for both. */
  #mayOutline(mode: number): boolean {
    if (mode === 0) return true;
    if (this.#isUneven()) return false;
    if (this.#state.fillAlpha === undefined) this.#names.outlinesInherited();
    return true;
  }

  #isUneven(): boolean {
    return this.#state.fillAlpha !== this.#state.strokeAlpha;
  }

  #paints(paint: Paint | undefined): void {
    if (paint === undefined) return;
    this.#names.paintsWith(paint);
    if (this.#isUneven()) this.#names.drawsUneven();
  }

  #sets(name: string): boolean {
    const parameters = this.#names.parametersOf(name);
    if (parameters === undefined) return false;
    const state = this.#state;
    if (parameters.masks && this.#maskedAt === 0) this.#maskedAt = this.#states.length + 1;
    if (parameters.setsWidth) state.given |= WIDTH;
    state.fillAlpha = parameters.fillAlpha ?? state.fillAlpha;
    state.strokeAlpha = parameters.strokeAlpha ?? state.strokeAlpha;
    return true;
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
    return KIND_TERMS[this.#kind].coloured;
  }

  #colours({ count, special, stroke }: OperatorRule, ops: Operators): boolean {
    const state = this.#state;
    const space = stroke ? state.stroke : state.fill;
    switch (special) {
      case 'device':
        this.#sees(stroke, count, undefined);
        return areNumbers(ops, count);
      case 'space': {
        if (!isOneName(ops)) return false;
        const components = this.#names.componentsOf(ops.name(0));
        this.#sees(stroke, components, undefined);
        return components !== 0;
      }
      case 'colour':
        return space > 0 && areNumbers(ops, space);
      default:
        if (space > 0) return areNumbers(ops, space);
        return this.#isPattern(ops, stroke, space);
    }
  }

  #sees(stroke: boolean, space: number, paint: Paint | undefined): void {
    const state = this.#state;
    if (stroke) {
      state.stroke = space;
      state.stroking = paint;
    } else {
      state.fill = space;
      state.filling = paint;
    }
  }

  /** `space`: below zero by one, and by the components of the colour that an uncoloured pattern takes. */
  #isPattern(ops: Operators, stroke: boolean, space: number): boolean {
    const last = ops.count - 1;
    if (last < 0 || ops.kind[last] !== NAME || ops.arrayFrom >= 0) return false;
    for (let i = 0; i < last; i++) if (!isNumber(ops, i)) return false;
    const paint = this.#names.patternOf(ops.name(last));
    if (paint === undefined) return false;
    this.#sees(stroke, space, paint);
    const underlying = -space - 1;
    return paint.kind === 'coloured' ? last === 0 : underlying > 0 && last === underlying;
  }

  #beginsGlyph(kind: 'glyph' | 'stencil', value: Float64Array): boolean {
    if (this.#kind !== 'glyph' || this.#begun) return false;
    this.#kind = kind === 'stencil' ? 'stencil' : 'drawing';
    this.#state.given = KIND_TERMS[this.#kind].given;
    this.#names.foundGlyph(value[0]!);
    // To the side alone: text does not go up.
    return value[1] === 0 && value[0]! >= 0;
  }
}
