import { STANDARD_ENCODING } from './glyph-names.ts';

/** The key of programs of glyphs (Adobe Type 1 Font Format §7.3). */
const KEY = 4330;
const FACTOR = 52_845;
const TERM = 22_719;

const MAX_STACK = 24;
const MAX_DEPTH = 10;
/** Of one glyph, with all that it calls; and of all of a font that are shown. */
const MAX_STEPS = 50_000;
const MAX_WORK = 8_000_000;

const CALL = 10;
const RETURN = 11;
const ESCAPE = 12;
const END = 14;
const SEAC = (ESCAPE << 8) | 6;
const DIVIDE = (ESCAPE << 8) | 12;
const CALL_OTHER = (ESCAPE << 8) | 16;
const POP = (ESCAPE << 8) | 17;
const SIDE = 13;
const SIDES = (ESCAPE << 8) | 7;
const MOVES = [4, 21, 22];

/** How many numbers each operator takes (Type 1 Font Format §6.4). */
const OPERANDS: ReadonlyMap<number, number> = new Map([
  ...([1, 3, 5] as const).map((operator) => [operator, 2] as const),
  ...([4, 6, 7, 22] as const).map((operator) => [operator, 1] as const),
  [8, 6],
  [9, 0],
  [SIDE, 2],
  [21, 2],
  [30, 4],
  [31, 4],
  [ESCAPE << 8, 0],
  [(ESCAPE << 8) | 1, 6],
  [(ESCAPE << 8) | 2, 6],
  [SIDES, 4],
  [(ESCAPE << 8) | 33, 2],
]);
/** Routines in PostScript that every program knows by number: three for flex, one for other hints; how many numbers. */
const OTHERS: ReadonlyMap<number, number> = new Map([
  [0, 3],
  [1, 0],
  [2, 0],
  [3, 1],
]);

type ProgramEnd = 'whole' | { readonly seac: readonly [base: number, accent: number] } | undefined;

/** The glyphs of a Type 1 font, each read once to its end, as `CffGlyphs` reads those of a compact one. */
export class Type1Glyphs {
  readonly #programs: readonly Uint8Array[];
  readonly #routines: readonly (Uint8Array | undefined)[];
  readonly #names: ReadonlyMap<string, number>;
  /** Bytes at the beginning of each program that mean nothing. */
  readonly #skipped: number;
  readonly #ends = new Map<number, ProgramEnd>();
  work = 0;

  constructor(
    programs: readonly Uint8Array[],
    routines: readonly (Uint8Array | undefined)[],
    names: ReadonlyMap<string, number>,
    skipped: number,
  ) {
    this.#programs = programs;
    this.#routines = routines;
    this.#names = names;
    this.#skipped = skipped;
  }

  isWhole(glyph: number): boolean {
    const end = this.#read(glyph);
    if (end === undefined || end === 'whole') return end === 'whole';
    return end.seac.every((code) => {
      const part = this.#names.get(STANDARD_ENCODING[code] ?? '');
      return part !== undefined && this.#read(part) === 'whole';
    });
  }

  #read(glyph: number): ProgramEnd {
    if (this.#ends.has(glyph)) return this.#ends.get(glyph);
    if (this.work > MAX_WORK) return undefined;
    const run = new Run(this.#routines, this.#skipped);
    const end = run.read(this.#programs[glyph]!);
    this.work += run.steps;
    this.#ends.set(glyph, end);
    return end;
  }
}

class Run {
  readonly #routines: readonly (Uint8Array | undefined)[];
  readonly #skipped: number;
  readonly #stack: number[] = [];
  /** What a routine in PostScript leaves for `pop`. */
  #left: number[] = [];
  #placed = false;
  #begun = false;
  #end: ProgramEnd;
  steps = 0;

  constructor(routines: readonly (Uint8Array | undefined)[], skipped: number) {
    this.#routines = routines;
    this.#skipped = skipped;
  }

  read(program: Uint8Array): ProgramEnd {
    return this.#run(program, 0) === 'ended' ? this.#end : undefined;
  }

  #run(program: Uint8Array, depth: number): 'ended' | 'returned' | undefined {
    const stack = this.#stack;
    const code = decrypted(program, this.#skipped);
    this.steps += code.length;
    for (let at = 0; at < code.length;) {
      if (++this.steps > MAX_STEPS) return undefined;
      const byte = code[at++]!;
      if (byte >= 32) {
        const size = byte === 255 ? 4 : byte >= 247 ? 1 : 0;
        if (stack.length === MAX_STACK || at + size > code.length) return undefined;
        stack.push(numberAt(code, byte, at));
        at += size;
        continue;
      }
      const operator = byte === ESCAPE ? (ESCAPE << 8) | (code[at++] ?? 0) : byte;
      if (operator === RETURN) return depth > 0 ? 'returned' : undefined;
      if (operator === CALL) {
        const routine = this.#routines[stack.pop() ?? -1];
        if (!routine || depth === MAX_DEPTH) return undefined;
        const end = this.#run(routine, depth + 1);
        if (end !== 'returned') return end;
      } else if (operator === END || operator === SEAC) {
        return this.#ends(operator, code[at] === END || at === code.length) ? 'ended' : undefined;
      } else if (!this.#operator(operator)) return undefined;
    }
    return undefined;
  }

  #operator(operator: number): boolean {
    const stack = this.#stack;
    if (operator === DIVIDE) {
      const by = stack.pop();
      const value = stack.pop();
      if (by === undefined || value === undefined || by === 0) return false;
      stack.push(value / by);
      return true;
    }
    if (operator === CALL_OTHER) return this.#callOther();
    if (operator === POP) {
      const value = this.#left.pop();
      if (value === undefined) return false;
      stack.push(value);
      return true;
    }
    const isSide = operator === SIDE || operator === SIDES;
    // The first says where the glyph begins, and only the first.
    if (OPERANDS.get(operator) !== stack.length || isSide === this.#placed) return false;
    this.#placed = true;
    if (MOVES.includes(operator)) this.#begun = true;
    const draws = (operator >= 5 && operator <= 8) || operator === 30 || operator === 31;
    stack.length = 0;
    return this.#begun || !draws;
  }

  #callOther(): boolean {
    const stack = this.#stack;
    const number = stack.pop() ?? -1;
    const count = stack.pop() ?? -1;
    if (OTHERS.get(number) !== count || stack.length < count) return false;
    const operands = stack.splice(stack.length - count, count);
    // Flex leaves where it ends, the height first; other hints their routine.
    this.#left = number === 0 ? [operands[2]!, operands[1]!] : operands;
    return true;
  }

  #ends(operator: number, isLast: boolean): boolean {
    const stack = this.#stack;
    if (!this.#placed || !isLast) return false;
    if (operator === END) {
      this.#end = 'whole';
      return stack.length === 0;
    }
    this.#end = { seac: [stack.at(-2)!, stack.at(-1)!] };
    return stack.length === 5 && !this.#begun;
  }
}

function decrypted(program: Uint8Array, skipped: number): Uint8Array {
  const out = new Uint8Array(program.length);
  let key = KEY;
  for (let i = 0; i < out.length; i++) {
    const cipher = program[i]!;
    out[i] = cipher ^ (key >> 8);
    key = ((cipher + key) * FACTOR + TERM) & 0xffff;
  }
  return out.subarray(skipped);
}

function numberAt(code: Uint8Array, byte: number, at: number): number {
  if (byte === 255) return (code[at]! << 24) | (code[at + 1]! << 16) | (code[at + 2]! << 8) | code[at + 3]!;
  if (byte >= 251) return -(byte - 251) * 256 - code[at]! - 108;
  return byte >= 247 ? (byte - 247) * 256 + code[at]! + 108 : byte - 139;
}
