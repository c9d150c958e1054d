import { credentialForm, fileForm, letterForm } from './forms.ts';
import { html } from './html.ts';
import { callButton, page, telephones } from './layout.ts';
import type { Site } from './facts.ts';
import type { Texts } from './texts/texts.ts';

/** The way in: four situations, each with something to do even without a code. */
export function homePage(site: Site, texts: Texts, otherLanguage: string): string {
  const home = texts.home(site.institution);
  const main = html`<h1>${home.title}</h1><p class="lead">${home.intro}</p>
<ul class="ways">${home.ways.map(({ id, title }) => html`<li><a href="#${id}">${title}</a></li>`)}</ul>
${home.ways.map(
  ({ id, title, text, none }) => html`<section class="way" id="${id}" aria-labelledby="${id}-h">
<h2 id="${id}-h">${title}</h2><p>${text}</p>${id === 'oficio' && [letterForm(site, texts), fileForm(site, texts)]}${id === 'puerta' && credentialForm(site, texts)}${none && html`<p>${none}</p>`}
${id === 'denuncia' ? telephones(site.institution, texts) : callButton(texts.words.call, site.institution.telephone)}</section>`,
)}`;
  return page({ site, texts, title: home.title, otherLanguage, main });
}
