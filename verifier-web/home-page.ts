import { html } from './html.ts';
import { lines } from './answer-page.ts';
import { page } from './layout.ts';
import type { PageFacts } from './facts.ts';
import type { Texts } from './texts/texts.ts';

/** The way in: a folio or code to type, and what to do in each of the four situations. */
export function homePage(
  facts: Pick<PageFacts, 'institution' | 'origin' | 'dev'>,
  texts: Texts,
  otherLanguage: string,
): string {
  const { homeTexts } = texts;
  const main = html`<h1>${homeTexts.title}</h1>
<p>${homeTexts.intro}</p>
<form method="get" action="${facts.origin}/" role="search">
<label for="q">${homeTexts.search}</label>
<p class="hint" id="pista">${homeTexts.searchHint}</p>
<input id="q" name="q" required maxlength="200" autocomplete="off" autocapitalize="characters" spellcheck="false" aria-describedby="pista">
<button type="submit">${homeTexts.button}</button>
</form>
${homeTexts.ways.map(
  (way) =>
    html`<section class="way" id="${way.id}"><h2>${way.title}</h2><p>${way.text}</p>${way.none && html`<p>${way.none}</p>`}</section>`,
)}
${lines(facts)}`;
  return page({ texts, ...facts, title: homeTexts.title, otherLanguage, main });
}
