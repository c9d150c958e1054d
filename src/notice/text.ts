import type { NoticeAbout } from './notice.ts';

/** What every notice bears. */
export interface NoticeFrame {
  readonly institution: string;
  /** Base address of the installation: links lead nowhere else. */
  readonly origin: string;
  /** Whom it is for, where that is known. */
  readonly name?: string;
}

export interface NoticeText {
  readonly subject: string;
  readonly text: string;
}

/** Words of notices, in one language. What the frame and `about` bear is already of one line. */
export type NoticeTexts = (about: NoticeAbout | { readonly kind: 'test' }, frame: NoticeFrame) => NoticeText;

const MOST_SYMBOLS = 160;

/**
 * Somebody's text within ours: on one line, and nothing in it that ends a line, turns it around, or is not seen. A name from the
 * directory could otherwise bring a header, or a paragraph, of its own.
 */
export function oneLine(text: string): string {
  const plain = text.replaceAll(/[\p{C}\p{Zl}\p{Zp}\s]+/gu, ' ').trim();
  return [...plain].slice(0, MOST_SYMBOLS).join('');
}

/** Somebody's name: nothing in it that a mail program makes a link of, which would be one in a message of the institution. */
export function nameWords(text: string): string {
  return oneLine(text.replaceAll(/[^\p{L}\p{M}\p{N}.,'’\s-]+/gu, ' ').replaceAll(/\.(?=\S)/g, '. '));
}
