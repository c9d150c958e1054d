/** Words, `{}` and `[]` of what is left of a PostScript text without its comments and strings. */
const TOKEN = /[ \t\r\n]*(\/?[!-$&'*-.0-;=?-Z\\^-z|~]+|\/|[{}[\]]|\(\))/y;
const NUMBER = /^[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?$/;
const MAX_TOKENS = 20_000;
const MAX_DEPTH = 32;
/** What ends an entry of a dictionary, as all fonts have it. */
const ENDS = ['def', 'ND', '|-', '|'];
const BEFORE_END = ['readonly', 'noaccess', 'executeonly'];

/** Reads what a Type 1 font says of itself, entry by entry. */
export class Type1Text {
  readonly #tokens: readonly string[];
  #at = 0;

  private constructor(tokens: readonly string[]) {
    this.#tokens = tokens;
  }

  /** `undefined` where there is anything else than words. */
  static of(text: string): Type1Text | undefined {
    const tokens: string[] = [];
    TOKEN.lastIndex = 0;
    let end = 0;
    for (let found = TOKEN.exec(text); found; found = TOKEN.exec(text)) {
      if (tokens.length === MAX_TOKENS) return undefined;
      tokens.push(found[1]!);
      end = TOKEN.lastIndex;
    }
    return /^[ \t\r\n]*$/.test(text.slice(end)) ? new Type1Text(tokens) : undefined;
  }

  get isAtEnd(): boolean {
    return this.#at === this.#tokens.length;
  }

  /** Whether these words come next, which are then behind. `#` stands for a number. */
  takes(...words: readonly string[]): boolean {
    const fits = words.every((word, i) => {
      const token = this.#tokens[this.#at + i];
      return token !== undefined && (word === '#' ? NUMBER.test(token) : token === word);
    });
    if (fits) this.#at += words.length;
    return fits;
  }

  /** What asks whether the font is there already, before it begins: `FontDirectory/Name known{…}{…}ifelse`. */
  asks(): boolean {
    if (!this.takes('FontDirectory')) return true;
    this.#at++;
    return this.takes('known', '{') && this.#closes() && this.takes('{') && this.#closes() && this.takes('ifelse');
  }

  /** Entries such as `/Key value def`, until something else comes; false where one is not whole. */
  entries(depth: number = 0): boolean {
    while (this.#tokens[this.#at]?.startsWith('/') === true) {
      this.#at++;
      if (!this.#value(depth)) return false;
      while (BEFORE_END.includes(this.#tokens[this.#at] ?? '')) this.#at++;
      if (!ENDS.includes(this.#tokens[this.#at++] ?? '')) return false;
    }
    return true;
  }

  #value(depth: number): boolean {
    if (depth > MAX_DEPTH) return false;
    if (this.takes('#', 'dict', 'dup', 'begin')) return this.entries(depth + 1) && this.takes('end');
    if (this.takes('#', 'array')) return true;
    const token = this.#tokens[this.#at++] ?? '';
    if (token === '{' || token === '[') return this.#closes();
    return token === '()' || token === 'true' || token === 'false' || token.startsWith('/') || NUMBER.test(token);
  }

  /** Whether all that comes is words, each bracket with its other half; it is then behind. */
  isBalanced(): boolean {
    while (!this.isAtEnd) {
      const token = this.#tokens[this.#at++];
      if ((token === '{' || token === '[') && !this.#closes()) return false;
      if (token === '}' || token === ']') return false;
    }
    return true;
  }

  /** To the other half of a bracket. */
  #closes(): boolean {
    const open = [this.#tokens[this.#at - 1]];
    while (open.length > 0) {
      const token = this.#tokens[this.#at++];
      if (token === undefined || open.length > MAX_DEPTH) return false;
      if (token === '{' || token === '[') open.push(token);
      else if (token === '}' || token === ']') {
        if (open.pop() !== (token === '}' ? '{' : '[')) return false;
      }
    }
    return true;
  }
}
