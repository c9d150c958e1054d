import type { Facts } from '../core/refusal.ts';
import type { Code } from './code.ts';
import { FIELDS as FIELDS_EN } from './en/words.ts';
import { FIELDS as FIELDS_ES } from './es/words.ts';
import { foundIn, type ProblemText } from './problem-text.ts';
import { problemsEn } from './problems.en.ts';
import { problemsEs } from './problems.es.ts';

export type Language = 'es' | 'en';

const PROBLEMS = { es: problemsEs, en: problemsEn } as const;

/** For what a newer service says to an older command line. */
const UNKNOWN = {
  es: {
    what: 'Cotejo no lo aceptó, con un código que esta versión no conoce.',
    next: 'Actualice Cotejo, o busque en la documentación el código que aparece al final.',
  },
  en: {
    what: 'Cotejo declined it, with a code that this version does not know.',
    next: 'Update Cotejo, or look up the code at the end in the documentation.',
  },
} as const;

export function isCode(code: string): code is Code {
  return Object.hasOwn(problemsEs, code);
}

/** What people call a field of a record. */
export function fieldWord(field: string, language: Language): string {
  const words = language === 'es' ? FIELDS_ES : FIELDS_EN;
  return Object.hasOwn(words, field) ? words[field]! : field;
}

/** Every code that has a text. */
export const CODES: readonly Code[] = Object.keys(problemsEs).filter(isCode);

/** What to tell a person of `code`; facts may be missing. */
export function problemText(code: string, facts: Facts, language: Language): ProblemText {
  if (!isCode(code)) return UNKNOWN[language];
  const text = PROBLEMS[language][code];
  return typeof text === 'function' ? text(foundIn(facts)) : text;
}
