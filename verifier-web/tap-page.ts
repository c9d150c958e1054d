import type { Site } from './facts.ts';
import { html } from './html.ts';
import { homeAddress, mark, page, telephones } from './layout.ts';
import { shownTelephone, withTelephones } from './telephone.ts';
import type { Texts } from './texts/texts.ts';

/**
 * What stands at the address of a tap for whoever only looks at it: a messenger that shows the link, a browser that fetches it
 * beforehand. It says nothing of the card. `path` is what stands behind `/c/`.
 */
export function tapPage(site: Site, texts: Texts, path: string, otherLanguage: string): string {
  const { institution, base } = site;
  const { answer, action, button } = texts.tapLink;
  const ending = texts.waitEnding(shownTelephone(institution.telephone));
  const main = html`<section class="verdict wait">${mark('wait', texts)}<h1 tabindex="-1" autofocus>${answer}</h1><p>${action}</p>
<form method="post" action="${base}/c/${path}?lang=${texts.lang.slice(0, 2)}"><button>${button}</button></form>
<p class="ending">${withTelephones(ending, [institution.telephone])}</p></section>
${telephones(institution, texts)}
<p><a class="button plain" href="${homeAddress(site, texts)}">${texts.words.home}</a></p>`;
  return page({ site, texts, title: answer, otherLanguage, main });
}
