const ESCAPE = '\x1b';

/** What a terminal sends, key by key, however it is cut into pieces. What an arrow or a function key sends is no key of ours. */
export class Keys {
  readonly #decoder = new TextDecoder();
  /** Where we are in what such a key sends; `alone`: Escape was the last of its piece, and may be a key by itself. */
  #state: 'between' | 'escape' | 'alone' | 'control' | 'single' = 'between';

  /** @returns characters */
  of(piece: Uint8Array): readonly string[] {
    const keys = [...this.#decoder.decode(piece, { stream: true })].filter((character) => this.#isKey(character));
    if (this.#state === 'escape') this.#state = 'alone';
    return keys;
  }

  /** ECMA-48 §5.4: `ESC [`, parameters, and a character from `@` to `~`; `ESC O` and one character; `ESC` and one. */
  #isKey(character: string): boolean {
    const { ended, isKey } = this.#read(character);
    if (ended) this.#state = 'between';
    // Enter and Ctrl+C are meant wherever they come.
    return isKey || (character < ' ' && character !== ESCAPE);
  }

  #read(character: string): { readonly ended: boolean; readonly isKey: boolean } {
    const within = { ended: false, isKey: false };
    const last = { ended: true, isKey: false };
    if (character === ESCAPE) {
      this.#state = 'escape';
      return within;
    }
    switch (this.#state) {
      case 'between':
        return { ended: true, isKey: true };
      case 'escape':
      case 'alone':
        if (character === '[' || character === 'O') {
          this.#state = character === '[' ? 'control' : 'single';
          return within;
        }
        return { ended: true, isKey: this.#state === 'alone' };
      case 'control':
        return character < ' ' || (character >= '@' && character <= '~') ? last : within;
      case 'single':
        return last;
    }
  }
}
