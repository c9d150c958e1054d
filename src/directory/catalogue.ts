import type { Official } from './official.ts';
import { foldText } from './text.ts';

/** What is said of officials again and again, the commonest first. */
export interface Catalogue {
  readonly powers: readonly string[];
  readonly mayAsk: readonly string[];
  readonly neverAsks: readonly string[];
}

/** Of each list: more than a form shows at once are not looked through. */
const MOST_OFFERED = 200;

/**
 * The catalogue of an institution is what its officials have: who writes a power for the first time adds it, and one that nobody has any
 * more is offered no more. Spellings that differ in accents and capitals alone are one, in the form that most have.
 */
export function catalogueOf(officials: readonly Pick<Official, 'powers' | 'mayAsk' | 'neverAsks'>[]): Catalogue {
  const of = (list: keyof Catalogue): readonly string[] => commonest(officials.flatMap((one) => one[list]));
  return { powers: of('powers'), mayAsk: of('mayAsk'), neverAsks: of('neverAsks') };
}

function commonest(texts: readonly string[]): readonly string[] {
  const counts = new Map<string, Map<string, number>>();
  for (const text of texts) {
    const spellings = counts.get(foldText(text)) ?? new Map<string, number>();
    counts.set(foldText(text), spellings.set(text, (spellings.get(text) ?? 0) + 1));
  }
  return [...counts]
    .map(([folded, spellings]) => {
      const [first] = [...spellings].toSorted((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1));
      return { folded, text: first![0], count: [...spellings.values()].reduce((sum, one) => sum + one, 0) };
    })
    .toSorted((a, b) => b.count - a.count || (a.folded < b.folded ? -1 : 1))
    .slice(0, MOST_OFFERED)
    .map(({ text }) => text);
}
