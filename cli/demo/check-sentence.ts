import type { Text } from '../command.ts';
import { stateSentence } from '../state-sentence.ts';
import type { DemoReport } from './run.ts';

const OUTCOMES: Readonly<Record<string, Text>> = {
  sound: { es: 'íntegra', en: 'sound' },
  'not sound': { es: 'NO íntegra', en: 'NOT sound' },
};

/** What one check of the demonstration found, and what it should have. */
export function checkSentence(
  { check, expected, found, held }: DemoReport['checks'][number],
  language: 'es' | 'en',
): string {
  const told = (state: string): string => OUTCOMES[state]?.[language] ?? stateSentence(state, language);
  const wanted = language === 'es' ? 'se esperaba' : 'expected';
  return `${check[language]}: ${told(found)}${held ? '' : ` (${wanted}: ${told(expected)})`}`;
}
