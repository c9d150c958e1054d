import { html, type Html } from './html.ts';
import { callButton, page, telephones } from './layout.ts';
import type { Site } from './facts.ts';
import type { HomeTexts, Texts } from './texts/texts.ts';

/** Both forms work without a script; the language that somebody chose goes along. */
function forms({ base }: Site, home: HomeTexts, lang: string): Html {
  return html`<form method="get" action="${base}/" role="search">
<label for="q">${home.search}</label><p class="hint" id="q-hint">${home.searchHint}</p>
<input id="q" name="q" required maxlength="600" autocomplete="off" autocapitalize="characters" spellcheck="false" aria-describedby="q-hint">
<input type="hidden" name="lang" value="${lang}"><button>${home.button}</button></form>
<form method="post" action="${base}/documentos?lang=${lang}" enctype="multipart/form-data">
<label for="pdf">${home.file}</label><p class="hint" id="pdf-hint">${home.fileHint}</p>
<input id="pdf" name="pdf" type="file" required accept="application/pdf,.pdf" aria-describedby="pdf-hint">
<button class="plain">${home.fileButton}</button></form>`;
}

/** The way in: four situations, each with something to do even without a code. */
export function homePage(site: Site, texts: Texts, otherLanguage: string): string {
  const home = texts.home(site.institution);
  const lang = texts.lang.slice(0, 2);
  const main = html`<h1>${home.title}</h1><p class="lead">${home.intro}</p>
<ul class="ways">${home.ways.map(({ id, title }) => html`<li><a href="#${id}">${title}</a></li>`)}</ul>
${home.ways.map(
  ({ id, title, text, none }) => html`<section class="way" id="${id}" aria-labelledby="${id}-h">
<h2 id="${id}-h">${title}</h2><p>${text}</p>${id === 'oficio' && forms(site, home, lang)}${none && html`<p>${none}</p>`}
${id === 'denuncia' ? telephones(site.institution) : callButton(texts.words.call, site.institution.telephone)}</section>`,
)}`;
  return page({ site, texts, title: home.title, otherLanguage, main });
}
