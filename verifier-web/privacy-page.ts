import type { Site } from './facts.ts';
import { html } from './html.ts';
import { homeAddress, page } from './layout.ts';
import { dialled, shownTelephone } from './telephone.ts';
import type { Texts } from './texts/texts.ts';

/** The notice in words: what is kept, what for, until when. */
export interface PrivacyNotice {
  readonly title: string;
  readonly lead: string;
  readonly responsible: string;
  readonly asking: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
  readonly rightsTitle: string;
  readonly rights: string;
  readonly ground: string;
}

export function privacyPage(site: Site, texts: Texts, notice: PrivacyNotice, otherLanguage: string): string {
  const { institution } = site;
  const [, why, until] = notice.columns;
  const row = ([what, purpose, time]: readonly string[]) =>
    html`<li><h3>${what}</h3><p>${why}: ${purpose}.<br>${until}: ${time}.</p></li>`;
  const main = html`<h1>${notice.title}</h1><p>${notice.lead}</p>
<p><strong>${notice.responsible}:</strong> ${institution.name}, ${institution.address}. <a href="${dialled(institution.telephone)}">${shownTelephone(institution.telephone)}</a></p>
<p>${notice.asking}</p><ul>${notice.rows.map(row)}</ul>
<h2>${notice.rightsTitle}</h2><p>${notice.rights}</p><p>${notice.ground}</p>
<p><a class="button" href="${homeAddress(site, texts)}">${texts.words.home}</a></p>`;
  return page({ site, texts, title: notice.title, otherLanguage, main });
}
