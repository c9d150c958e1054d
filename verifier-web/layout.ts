import type { Institution, Telephone } from '../src/verifier/index.ts';
import type { Site, Tone } from './facts.ts';
import { html, raw, type Html } from './html.ts';
import { STYLE } from './style.ts';
import { dialled, shownTelephone } from './telephone.ts';
import type { Texts } from './texts/texts.ts';

/** Where "quick exit" leads: a page that raises no question. */
const QUICK_EXIT = 'https://www.gob.mx/';

/** Three shapes, so that nobody has to tell colours apart. */
const SHAPES: Readonly<Record<Tone, string>> = {
  confirmed: '<circle cx="24" cy="24" r="22"/><path d="M13 25l8 8 15-17"/>',
  wait: '<path class="s" d="M24 4l22 39H2z"/><path d="M24 18v12M24 35v3"/>',
  stop: '<path class="s" d="M15.3 3h17.4L45 15.3v17.4L32.7 45H15.3L3 32.7V15.3z"/><path d="M16 16l16 16M32 16L16 32"/>',
};

/** The sign of a tone and its word. */
export function mark(tone: Tone, texts: Texts): Html {
  return html`<div class="mark"><svg viewBox="0 0 48 48" aria-hidden="true" focusable="false" fill="currentColor" stroke-width="5">${raw(SHAPES[tone])}</svg><p class="word">${texts.tones[tone]}</p></div>`;
}

/** Words that are only there in Spanish, to be read aloud as such on a page in another language. */
export function inSpanish<Words extends string | Html | undefined>(words: Words, { lang }: Texts): Words | Html {
  return lang === 'en' && words ? html`<span lang="es-MX">${words}</span>` : words;
}

/** Telephones of the configuration, and others before them, each a link as wide as the page. */
export function telephones(
  { telephones, name, telephone }: Institution,
  texts: Texts,
  others: readonly Telephone[] = [],
): Html {
  const all: readonly Telephone[] = [...others, ...telephones, { label: name, labelEn: name, number: telephone }];
  const named = ({ label, labelEn }: Telephone): Html =>
    html`<span>${texts.lang === 'en' && labelEn !== undefined ? labelEn : inSpanish(label, texts)}</span>`;
  return html`<ul class="lines">${all.map(
    (one) => html`<li><a href="${dialled(one.number)}">${named(one)} <b>${shownTelephone(one.number)}</b></a></li>`,
  )}</ul>`;
}

/** One number to call, as a button. */
export function callButton(word: string, number: string): Html {
  return html`<p><a class="button plain" href="${dialled(number)}">${word} ${shownTelephone(number)}</a></p>`;
}

/** The way to `/`, in the language that the page is in. */
export function homeAddress({ base }: Site, texts: Texts): string {
  return `${base}/?lang=${texts.lang.slice(0, 2)}`;
}

export interface Frame {
  readonly site: Site;
  readonly texts: Texts;
  readonly title: string;
  /** The same page in the other language. */
  readonly otherLanguage: string;
  readonly main: Html;
}

/** One whole page, in one line: what is between tags is never more than a blank. */
export function page({ site, texts, title, otherLanguage, main }: Frame): string {
  const { institution, host } = site;
  const { words } = texts;
  const other = texts.lang === 'en' ? 'es' : 'en';
  return [
    html`<!doctype html><html lang="${texts.lang}"><head><meta charset="utf-8">`,
    html`<meta name="viewport" content="width=device-width,initial-scale=1">`,
    html`<meta name="robots" content="noindex,noimageindex"><title>${title}</title>`,
    html`<link rel="icon" href="${site.base}/icon.svg"><style>${raw(STYLE)}</style></head><body>`,
    html`<header>${site.dev && html`<p class="dev">${words.dev}</p>`}<div class="bar"><a class="name" href="${homeAddress(site, texts)}">${institution.name}</a><nav>`,
    html`<a href="${otherLanguage}" lang="${other}" hreflang="${other}">${words.other}</a> `,
    html`<a class="exit" href="${QUICK_EXIT}" rel="noreferrer">${words.quickExit}</a></nav></div></header>`,
    html`<main>${main}</main><footer>`,
    html`<p>${texts.official(host)}</p>`,
    html`<p>${institution.name}<br>${institution.address}<br><a href="${dialled(institution.telephone)}">${shownTelephone(institution.telephone)}</a></p>`,
    html`<p><a href="${site.base}/privacidad?lang=${texts.lang.slice(0, 2)}">${words.privacy}</a></p>`,
    html`<p>${texts.checkedOn(institution.checkedOn)}</p></footer></body></html>`,
  ].join('');
}
