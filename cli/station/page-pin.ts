/*
 * A field for a PIN, in the browser. What is typed is kept here, and the element has dots alone: no browser has anything to save, fill
 * in, bring back or send to a spelling service, and nothing of it is ever in the document.
 */

const DOT = '•';
/** More than a PIN has: one that is too long is refused, not cut. */
const MOST_CHARACTERS = 16;

/** Said to programs that fill in forms; `one-time-code` is what they neither save nor offer anything for. */
const LEFT_ALONE: Readonly<Record<string, string>> = {
  ...{ autocomplete: 'one-time-code', autocapitalize: 'off', autocorrect: 'off', spellcheck: 'false' },
  ...{ 'data-1p-ignore': '', 'data-lpignore': 'true', 'data-bwignore': '', 'data-form-type': 'other' },
};

export class PinField {
  readonly input: HTMLInputElement = document.createElement('input');
  #typed = '';

  constructor(id: string) {
    const { input } = this;
    input.id = id;
    input.type = 'text';
    input.className = 'pin';
    input.inputMode = 'numeric';
    for (const [name, value] of Object.entries(LEFT_ALONE)) input.setAttribute(name, value);
    input.addEventListener('beforeinput', (event) => this.#before(event));
    input.addEventListener('input', () => this.#after());
  }

  /** What was typed, which is forgotten. */
  take(): string {
    const typed = this.#typed;
    this.#show('', 0);
    return typed;
  }

  #before(event: InputEvent): void {
    if (!event.cancelable) return;
    const { inputType, data } = event;
    // Enter sends the form.
    if (inputType === 'insertLineBreak') return;
    event.preventDefault();
    const [start, end] = this.#selected();
    if (inputType === 'insertText' && data !== null) this.#replace(start, end, data);
    else if (inputType.startsWith('delete')) this.#delete(inputType, start, end);
  }

  /** Where something was put in all the same, by composing or by a program: dots stand for what was there before. */
  #after(): void {
    const { value } = this.input;
    if (value === DOT.repeat(this.#typed.length)) return;
    const before = /^•*/.exec(value)![0].length;
    const behind = /•*$/.exec(value.slice(before))![0].length;
    this.#replace(before, this.#typed.length - behind, value.slice(before, value.length - behind));
  }

  #selected(): readonly [start: number, end: number] {
    const { selectionStart, selectionEnd } = this.input;
    const last = this.#typed.length;
    return [selectionStart ?? last, selectionEnd ?? last];
  }

  #delete(inputType: string, start: number, end: number): void {
    if (start !== end) this.#replace(start, end, '');
    else if (inputType === 'deleteContentBackward') this.#replace(Math.max(0, start - 1), end, '');
    else if (inputType === 'deleteContentForward') this.#replace(start, end + 1, '');
    // Of a word or a line: nobody sees where one begins.
    else this.#replace(0, this.#typed.length, '');
  }

  #replace(start: number, end: number, text: string): void {
    const typed = this.#typed.slice(0, start) + text + this.#typed.slice(Math.max(start, end));
    if (typed.length <= MOST_CHARACTERS) this.#show(typed, start + text.length);
    else this.#show(this.#typed, start);
  }

  #show(typed: string, caret: number): void {
    this.#typed = typed;
    this.input.value = DOT.repeat(typed.length);
    this.input.setSelectionRange(caret, caret);
  }
}
