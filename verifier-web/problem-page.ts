import type { Site } from './facts.ts';
import { html } from './html.ts';
import { homeAddress, icon, page, telephones } from './layout.ts';
import type { PageProblem, Texts } from './texts/texts.ts';

/** What stands where no answer could be given: it never sounds like "false". */
export function problemPage(site: Site, texts: Texts, problem: PageProblem, otherLanguage: string): string {
  const { answer, action } = texts.problem(problem);
  const main = html`<section class="verdict wait">${icon('wait')}<div><p class="word">${texts.tones.wait}</p>
<h1 tabindex="-1" autofocus>${answer}</h1><p>${action}</p></div></section>
${problem !== 'no-page' && html`<p class="ending">${texts.waitEnding(site.institution.telephone)}</p>`}
${telephones(site.institution)}
<p><a class="button" href="${homeAddress(site, texts)}">${texts.words.home}</a></p>`;
  return page({ site, texts, title: answer, otherLanguage, main });
}
