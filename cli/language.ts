import { UsageError } from './command.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

/** What stands after `--lang`, wherever it stands. */
export function askedLanguage(words: readonly string[]): string | undefined {
  const at = words.indexOf('--lang');
  return at >= 0 ? words[at + 1] : words.find((word) => word.startsWith('--lang='))?.slice('--lang='.length);
}

/** The language of the messages: Spanish unless English is asked for, or is that of the environment. */
export function languageOf(words: readonly string[], env: Environment): 'es' | 'en' {
  const asked = askedLanguage(words);
  if (asked === 'es' || asked === 'en') return asked;
  const locale = env['LC_ALL'] ?? env['LC_MESSAGES'] ?? env['LANG'] ?? '';
  return locale.startsWith('en') ? 'en' : 'es';
}

/** @throws UsageError for a language that is asked for and that we do not speak */
export function refuseOtherLanguage(asked: string | undefined): void {
  if (asked === undefined || asked === 'es' || asked === 'en') return;
  throw new UsageError({ es: `--lang es «es» o «en», no «${asked}»`, en: `--lang is "es" or "en", not "${asked}"` });
}
