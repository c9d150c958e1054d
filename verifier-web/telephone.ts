import type { Institution } from '../src/verifier/index.ts';
import { html, type Html } from './html.ts';

/** Area codes of two digits (Plan Nacional de Numeración): Mexico City, Guadalajara, Monterrey; the others have three. */
const SHORT_AREA = /^(?:55|56|33|81)/;

/**
 * A number as people in Mexico write it, however the configuration does: `55 0000 0000`, `777 123 4567`, each with its
 * extension. Services (`911`) and numbers of other countries stay as they are.
 */
export function shownTelephone(number: string): string {
  const [line = '', extension] = number.split(/ ext\. /, 2);
  const digits = line.replaceAll(/[() .-]/g, '').replace(/^\+52(?=\d{10}$)/, '');
  if (!/^\d{10}$/.test(digits)) return number;
  const groups = SHORT_AREA.test(digits) ? /^(\d\d)(\d{4})(\d{4})$/ : /^(\d{3})(\d{3})(\d{4})$/;
  const shown = digits.replace(groups, '$1 $2 $3');
  return extension === undefined ? shown : `${shown} ext. ${extension}`;
}

/** `55 2452 3110 ext. 4012` is dialled with a pause before the extension. */
export function dialled(number: string): string {
  const [line = '', extension] = number.split(/ ext\. /, 2);
  return `tel:${line.replaceAll(/[^\d+*#]/g, '')}${extension ? `,${extension}` : ''}`;
}

/** The numbers that an answer may name: those of the configuration, and of the unit. */
export function knownTelephones(
  { telephone, telephones }: Institution,
  unit?: { readonly telephone?: string },
): readonly string[] {
  return [
    telephone,
    ...telephones.map(({ number }) => number),
    ...(unit?.telephone === undefined ? [] : [unit.telephone]),
  ];
}

/** A sentence in which each of these numbers, as shown or as configured, is a link that dials it. */
export function withTelephones(sentence: string, numbers: readonly string[]): Html {
  const links = new Map(numbers.flatMap((number) => [number, shownTelephone(number)].map((as) => [as, number])));
  // Of two that begin alike the longer is meant: one has an extension.
  const names = [...links.keys()].toSorted((a, b) => b.length - a.length);
  const literal = names.map((name) => name.replaceAll(/[$()*+.?[\\\]^{|}]/g, String.raw`\$&`));
  if (literal.length === 0) return html`${sentence}`;
  const parts = sentence.split(new RegExp(`(?<![\\d*+])(${literal.join('|')})(?!\\d)`));
  return html`${parts.map((part, i) => {
    const number = i % 2 === 1 ? links.get(part) : undefined;
    return number === undefined ? part : html`<a class="tel" href="${dialled(number)}">${shownTelephone(number)}</a>`;
  })}`;
}
