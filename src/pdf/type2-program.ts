/** What the program of a glyph is read with. */
export interface Routines {
  readonly local: readonly Uint8Array[];
  readonly global: readonly Uint8Array[];
}

/** What a program comes to: `seac` names two other glyphs, by their codes in StandardEncoding, of which it is made. */
export type ProgramEnd = 'whole' | { readonly seac: readonly [base: number, accent: number] } | undefined;

const MAX_STACK = 48;
const MAX_DEPTH = 10;
/** Of one glyph, with all that it calls. */
const MAX_STEPS = 50_000;
const MAX_STEMS = 96;

const RETURN = 11;
const END = 14;
const ESCAPE = 12;
const CALL_LOCAL = 10;
const CALL_GLOBAL = 29;
/** Stems of hints, and masks of them. */
const STEMS = [1, 3, 18, 23];
const MASKS = [19, 20];
/** How many numbers each takes that begins a contour. */
const MOVES: ReadonlyMap<number, number> = new Map([
  [4, 1],
  [21, 2],
  [22, 1],
]);
/** Which counts of numbers each takes that draws. */
const DRAWS: ReadonlyMap<number, (count: number) => boolean> = new Map([
  [5, (count) => count >= 2 && count % 2 === 0],
  [6, (count) => count >= 1],
  [7, (count) => count >= 1],
  [8, (count) => count >= 6 && count % 6 === 0],
  [24, (count) => count >= 8 && count % 6 === 2],
  [25, (count) => count >= 8 && count % 2 === 0],
  [26, (count) => count >= 4 && count % 4 <= 1],
  [27, (count) => count >= 4 && count % 4 <= 1],
  [30, (count) => count >= 4 && count % 4 <= 1],
  [31, (count) => count >= 4 && count % 4 <= 1],
]);
/** The same of those behind an escape: the four kinds of flex. */
const FLEXES: ReadonlyMap<number, number> = new Map([
  [34, 7],
  [35, 13],
  [36, 9],
  [37, 11],
]);

/**
 * Reads the program of a glyph (Adobe Technical Note 5177) to its end: each operator with as many numbers as it takes. Of
 * what is not so, some programs draw a part, some nothing. No arithmetic, which no font needs. `undefined` for what is not
 * whole.
 */
export class Type2Program {
  readonly #routines: Routines;
  readonly #stack: number[] = [];
  #stems = 0;
  #hasWidth = false;
  #begun = false;
  #end: ProgramEnd;
  steps = 0;

  constructor(routines: Routines) {
    this.#routines = routines;
  }

  read(program: Uint8Array): ProgramEnd {
    return this.#run(program, 0) === 'ended' ? this.#end : undefined;
  }

  #run(code: Uint8Array, depth: number): 'ended' | 'returned' | undefined {
    const stack = this.#stack;
    for (let at = 0; at < code.length;) {
      if (++this.steps > MAX_STEPS) return undefined;
      const byte = code[at++]!;
      if (byte >= 32 || byte === 28) {
        if (stack.length === MAX_STACK) return undefined;
        const size = byte === 28 ? 2 : byte === 255 ? 4 : byte >= 247 ? 1 : 0;
        if (at + size > code.length) return undefined;
        stack.push(numberAt(code, byte, at));
        at += size;
      } else if (byte === CALL_LOCAL || byte === CALL_GLOBAL) {
        const routine = this.#routine(byte === CALL_LOCAL ? this.#routines.local : this.#routines.global);
        if (!routine || depth === MAX_DEPTH) return undefined;
        const end = this.#run(routine, depth + 1);
        if (end !== 'returned') return end;
      } else if (byte === RETURN) return depth > 0 && at === code.length ? 'returned' : undefined;
      else if (byte === END) return this.#ends() ? 'ended' : undefined;
      else if (MASKS.includes(byte)) {
        if (!this.#addStems()) return undefined;
        at += Math.ceil(this.#stems / 8);
        if (at > code.length) return undefined;
      } else if (!this.#operator(byte === ESCAPE ? (ESCAPE << 8) | (code[at++] ?? 0) : byte)) return undefined;
    }
    return undefined;
  }

  #routine(routines: readonly Uint8Array[]): Uint8Array | undefined {
    const { length } = routines;
    const bias = length < 1240 ? 107 : length < 33_900 ? 1131 : 32_768;
    return routines[(this.#stack.pop() ?? NaN) + bias];
  }

  /** The first operator that empties the stack may have a width before its numbers. */
  #clears(count: number, fits: boolean): boolean {
    const extra = this.#stack.length - count;
    if (!fits || extra < 0 || extra > 1 || (extra === 1 && this.#hasWidth)) return false;
    this.#hasWidth = true;
    this.#stack.length = 0;
    return true;
  }

  #addStems(): boolean {
    const count = this.#stack.length & ~1;
    this.#stems += count / 2;
    return this.#stems <= MAX_STEMS && this.#clears(count, true);
  }

  #operator(operator: number): boolean {
    const count = this.#stack.length;
    if (STEMS.includes(operator)) return count >= 2 && !this.#begun && this.#addStems();
    const moves = MOVES.get(operator);
    if (moves !== undefined) {
      this.#begun = true;
      return this.#clears(moves, true);
    }
    const flex = operator >> 8 === ESCAPE ? FLEXES.get(operator & 0xff) : undefined;
    const draws = operator >> 8 === ESCAPE ? flex === count : DRAWS.get(operator)?.(count) === true;
    return this.#begun && this.#clears(count, draws);
  }

  #ends(): boolean {
    const stack = this.#stack;
    if (stack.length >= 4) {
      const [base, accent] = [stack.at(-2)!, stack.at(-1)!];
      this.#end = { seac: [base, accent] };
      return !this.#begun && this.#clears(4, true);
    }
    this.#end = 'whole';
    return this.#clears(0, true);
  }
}

function numberAt(code: Uint8Array, byte: number, at: number): number {
  if (byte === 28) return ((code[at]! << 24) >> 16) | code[at + 1]!;
  // A fraction, which is no number of a routine.
  if (byte === 255) return NaN;
  if (byte >= 251) return -(byte - 251) * 256 - code[at]! - 108;
  return byte >= 247 ? (byte - 247) * 256 + code[at]! + 108 : byte - 139;
}
