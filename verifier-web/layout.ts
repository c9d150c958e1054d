import type { Institution } from '../src/verifier/index.ts';
import type { Site } from './facts.ts';
import { html, raw, type Html } from './html.ts';
import type { Texts } from './texts/texts.ts';

/**
 * The whole style: part of the one response, so that a page is complete with it. The server allows it by its hash.
 * System fonts, 4.5:1 contrast in both colour schemes, targets of 48 px, no fixed widths.
 */
export const STYLE: string = `
:root{--ink:#1b1b1b;--soft:#4a4a4a;--paper:#fff;--band:#f4f1ea;--line:#c9c3b6;--brand:#6b1532;--ok:#0b5c2e;--okb:#e3f3e8;--wait:#6b4a00;--waitb:#fdf1d3;--stop:#9b1111;--stopb:#fde5e3;--link:#0b4a8f;color-scheme:light dark}
@media(prefers-color-scheme:dark){:root{--ink:#f3f0ea;--soft:#cfc9be;--paper:#171614;--band:#24221e;--line:#57524a;--brand:#f0a9bd;--ok:#8fe0ae;--okb:#12301e;--wait:#f5cf7a;--waitb:#33270a;--stop:#ffb0a8;--stopb:#3d1411;--link:#9cc8ff}}
*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%}
body{margin:0;background:var(--paper);color:var(--ink);font:1.0625rem/1.5 system-ui,-apple-system,"Segoe UI",Roboto,sans-serif;overflow-wrap:anywhere}
header,main,footer{max-width:42rem;margin:0 auto;padding:0 1rem}
header{display:flex;flex-wrap:wrap;align-items:center;justify-content:space-between;gap:.25rem 1rem;border-bottom:3px solid var(--brand);padding-top:.5rem;padding-bottom:.25rem}
.name{font-weight:700;color:var(--brand);text-decoration:none;min-height:3rem;display:inline-flex;align-items:center}
nav{display:flex;gap:.25rem;flex-wrap:wrap}
nav a{display:inline-flex;align-items:center;min-height:3rem;padding:0 .75rem;color:var(--link)}
.dev{background:#000;color:#fff;text-align:center;padding:.5rem 1rem;font-weight:700}
.verdict{border:2px solid;border-left-width:.75rem;border-radius:.5rem;padding:1rem;margin:1.25rem 0;display:grid;grid-template-columns:auto 1fr;gap:.25rem .9rem;align-items:start}
.verdict svg{width:2.75rem;height:2.75rem}
.verdict .word{font-weight:700;letter-spacing:.04em;text-transform:uppercase;font-size:.9rem;margin:0}
.verdict h1{font-size:1.5rem;line-height:1.25;margin:.1rem 0 .5rem}
.verdict p{margin:.25rem 0}
.confirmed{border-color:var(--ok);background:var(--okb)}.confirmed .word,.confirmed svg{color:var(--ok)}
.wait{border-color:var(--wait);background:var(--waitb)}.wait .word,.wait svg{color:var(--wait)}
.stop{border-color:var(--stop);background:var(--stopb)}.stop .word,.stop svg{color:var(--stop)}
h1:focus{outline:3px solid var(--link);outline-offset:4px}
a:focus-visible,button:focus-visible,input:focus-visible,summary:focus-visible{outline:3px solid var(--link);outline-offset:2px}
.money{font-size:1.75rem;font-weight:800;line-height:1.2;margin:1rem 0 .25rem}
.facts{margin:1rem 0;border-top:1px solid var(--line)}
.facts div{display:grid;grid-template-columns:minmax(5.5rem,28%) 1fr;gap:.25rem .75rem;padding:.55rem 0;border-bottom:1px solid var(--line)}
dt{color:var(--soft)}dd{margin:0;font-weight:600}
.photo{display:block;width:9.5rem;height:auto;border:1px solid var(--line);border-radius:.375rem;margin:1rem 0}
.buttons{display:flex;flex-wrap:wrap;gap:.75rem;margin:1rem 0}
.button,button{display:inline-flex;align-items:center;justify-content:center;min-height:3rem;min-width:3rem;padding:.5rem 1.1rem;border:2px solid var(--brand);border-radius:.5rem;background:var(--brand);color:var(--paper);font:inherit;font-weight:700;text-decoration:none;cursor:pointer}
.button.plain{background:transparent;color:var(--brand)}
form{margin:1.25rem 0}
label{display:block;font-weight:700;margin-bottom:.25rem}
input{width:100%;min-height:3rem;padding:.5rem .75rem;border:2px solid var(--soft);border-radius:.5rem;background:var(--paper);color:var(--ink);font:inherit;margin-bottom:.75rem}
.hint{color:var(--soft);margin:.1rem 0 .5rem;font-size:.9375rem}
.way{background:var(--band);border-radius:.5rem;padding:.25rem 1rem .75rem;margin:1rem 0}
.way h2{font-size:1.2rem;margin:.6rem 0 .2rem}
.compared{display:none}.compared:target{display:grid}
.lines{list-style:none;margin:1rem 0;padding:0}
.lines a{display:inline-flex;align-items:center;min-height:3rem;color:var(--link);font-weight:700}
details{margin:1.5rem 0;border-top:1px solid var(--line)}
summary{min-height:3rem;display:flex;align-items:center;cursor:pointer;color:var(--soft)}
details li{margin:.3rem 0}
footer{border-top:1px solid var(--line);margin-top:2rem;padding-top:1rem;padding-bottom:2rem;color:var(--soft);font-size:.9375rem}
@media print{nav,form,.buttons,details{display:none}body{background:#fff;color:#000}}
`;

/** Where "quick exit" leads: a page that raises no question. */
const QUICK_EXIT = 'https://www.gob.mx/';

const WORDLESS_ICONS = {
  confirmed: '<path d="M10 25l9 9 19-21" fill="none" stroke="currentColor" stroke-width="6"/>',
  wait: '<path d="M24 8v20M24 34v6" fill="none" stroke="currentColor" stroke-width="7"/>',
  stop: '<path d="M11 11l26 26M37 11L11 37" fill="none" stroke="currentColor" stroke-width="7"/>',
} as const;

/** The picture of a tone; its word stands beside it. */
export function icon(tone: keyof typeof WORDLESS_ICONS): Html {
  return html`<svg viewBox="0 0 48 48" aria-hidden="true" focusable="false">${raw(WORDLESS_ICONS[tone])}</svg>`;
}

/** `55 2452 3110 ext. 4012` is dialled with a pause before the extension. */
export function telephoneLink(number: string): Html {
  const [line = '', extension] = number.split(/ ext\. /, 2);
  const digits = line.replaceAll(/[^\d+*#]/g, '');
  return html`<a href="tel:${digits}${extension && `,${extension}`}">${number}</a>`;
}

/** Telephones of the configuration, each a link. */
export function telephones({ telephones, name, telephone }: Institution): Html {
  const all = [...telephones, { label: name, number: telephone }];
  return html`<ul class="lines">${all.map(({ label, number }) => html`<li><span>${label}</span> ${telephoneLink(number)}</li>`)}</ul>`;
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
    html`${site.dev && html`<p class="dev">${words.dev}</p>`}`,
    html`<header><a class="name" href="${homeAddress(site, texts)}">${institution.name}</a><nav>`,
    html`<a href="${otherLanguage}" lang="${other}" hreflang="${other}">${words.other}</a> `,
    html`<a class="exit" href="${QUICK_EXIT}" rel="noreferrer">${words.quickExit}</a></nav></header>`,
    html`<main>${main}</main><footer>`,
    html`<p>${texts.official(host)}</p>`,
    html`<p>${institution.name}<br>${institution.address}<br>${telephoneLink(institution.telephone)}</p>`,
    html`<p>${texts.checkedOn(institution.checkedOn)}</p></footer></body></html>`,
  ].join('');
}
