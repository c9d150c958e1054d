import { answerPage } from '../../verifier-web/answer-page.ts';
import type { PageFacts } from '../../verifier-web/facts.ts';
import { en } from '../../verifier-web/texts/en.ts';
import { es } from '../../verifier-web/texts/es.ts';
import { tapPage } from '../../verifier-web/tap-page.ts';
import type { Texts } from '../../verifier-web/texts/texts.ts';
import type { Answer } from '../verifier/index.ts';
import type { PublicSite } from './context.ts';
import { languageOf, type Language } from './language.ts';
import { factsOfAnswer, publicAnswer } from './public-view.ts';
import { answerWith, type PublicContext } from './route.ts';
import { isAlarming } from './telemetry.ts';

export const TEXTS: Readonly<Record<Language, Texts>> = { es, en };

function other(language: Language): Language {
  return language === 'es' ? 'en' : 'es';
}

/** The same question in the other language. */
export function otherAddress(c: PublicContext, base: string, path: string, language: Language): string {
  const query = new URLSearchParams();
  const q = c.req.query('q');
  if (q !== undefined) query.set('q', q);
  if (c.req.query('de') === 'puerta') query.set('de', 'puerta');
  query.set('lang', other(language));
  return `${base}${path}?${query.toString()}`;
}

/** The page of an answer, as the public may see it now. `path` is where it is found again, below the prefix. */
export async function showAnswer(
  { deps, site, headers }: PublicSite,
  c: PublicContext,
  found: Answer,
  path: string,
  { asked, by }: { readonly asked?: PageFacts['asked']; readonly by?: PageFacts['by'] } = {},
): Promise<Response> {
  const language = languageOf(c);
  const answer = await publicAnswer(deps, found);
  if (isAlarming(answer)) deps.telemetry.alert(c.get('route') ?? '', answer);
  const more = await factsOfAnswer(deps, site.base, answer, asked?.text);
  const facts = { ...site, answer, ...more, ...(asked && { asked }), ...(by && { by }) };
  return answerWith(answerPage(facts, TEXTS[language], otherAddress(c, site.base, path, language)), headers.page);
}

/** The page of a tap that whoever looks at its address did not make, by what stands behind `/c/`. */
export function showTapLink({ site, headers }: PublicSite, c: PublicContext, tap: string, path: string): Response {
  const language = languageOf(c);
  return answerWith(tapPage(site, TEXTS[language], tap, otherAddress(c, site.base, path, language)), headers.page);
}
