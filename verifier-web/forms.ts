import type { Site } from './facts.ts';
import { html, raw, type Html } from './html.ts';
import type { Texts } from './texts/texts.ts';

/** What every field that people type a number into has in common: nothing is kept, corrected or remembered. */
const TYPED = 'autocomplete="off" autocapitalize="characters" spellcheck="false"';

/** Forms work without a script; the language that somebody chose goes along. */
function language(texts: Texts): string {
  return texts.lang.slice(0, 2);
}

/** For the folio or the code of a letter; `typed` is what the person has typed before. */
export function letterForm({ base, institution }: Site, texts: Texts, typed = ''): Html {
  const home = texts.home(institution);
  return html`<form method="get" action="${base}/" role="search" aria-label="${home.button}">
<label for="q">${home.search}</label><p class="hint" id="q-hint">${home.searchHint}</p>
<input id="q" name="q" required maxlength="600" value="${typed.slice(0, 600)}" ${raw(TYPED)} aria-describedby="q-hint">
<input type="hidden" name="lang" value="${language(texts)}"><button>${home.button}</button></form>`;
}

/** For the code alone, where a folio or a file has answered as much as it can: nothing is filled in. */
export function codeForm({ base, institution }: Site, texts: Texts, lead?: string): Html {
  const home = texts.home(institution);
  return html`<form method="get" action="${base}/" role="search" aria-label="${home.button}">${lead && html`<p>${lead}</p>`}
<label for="q">${home.code}</label><p class="hint" id="q-hint">${home.codeHint}</p>
<input id="q" name="q" required maxlength="600" ${raw(TYPED)} aria-describedby="q-hint">
<input type="hidden" name="lang" value="${language(texts)}"><button>${home.button}</button></form>`;
}

/** For the number of a credential, whose form says that it is one: a number alone could be anything. */
export function credentialForm({ base, institution }: Site, texts: Texts, typed = ''): Html {
  const home = texts.home(institution);
  return html`<form method="get" action="${base}/" role="search" aria-label="${home.credentialButton}">
<label for="numero">${home.credential}</label><p class="hint" id="numero-hint">${home.credentialHint}</p>
<input id="numero" name="q" required maxlength="100" value="${typed.slice(0, 100)}" ${raw(TYPED)} aria-describedby="numero-hint">
<input type="hidden" name="de" value="puerta"><input type="hidden" name="lang" value="${language(texts)}"><button>${home.credentialButton}</button></form>`;
}

export function fileForm({ base, institution }: Site, texts: Texts): Html {
  const home = texts.home(institution);
  return html`<form method="post" action="${base}/documentos?lang=${language(texts)}" enctype="multipart/form-data">
<label for="pdf">${home.file}</label><p class="hint" id="pdf-hint">${home.fileHint}</p>
<input id="pdf" name="pdf" type="file" required accept="application/pdf,.pdf" aria-describedby="pdf-hint">
<button class="plain">${home.fileButton}</button></form>`;
}
