import type { Site } from './facts.ts';
import { fileForm } from './forms.ts';
import { html } from './html.ts';
import { homeAddress, mark, page, telephones } from './layout.ts';
import { shownTelephone, withTelephones } from './telephone.ts';
import type { PageProblem, Texts } from './texts/texts.ts';

/** What stands where no answer could be given: it never sounds like "false". */
export function problemPage(site: Site, texts: Texts, problem: PageProblem, otherLanguage: string): string {
  const { answer, action } = texts.problem(problem);
  const main = html`<section class="verdict wait">${mark('wait', texts)}<h1 tabindex="-1" autofocus>${answer}</h1><p>${action}</p>
${problem === 'file-not-kept' && fileForm(site, texts)}${problem !== 'no-page' && html`<p class="ending">${withTelephones(texts.waitEnding(shownTelephone(site.institution.telephone)), [site.institution.telephone])}</p>`}</section>
${telephones(site.institution, texts)}
<p><a class="button" href="${homeAddress(site, texts)}">${texts.words.home}</a></p>`;
  return page({ site, texts, title: answer, otherLanguage, main });
}
