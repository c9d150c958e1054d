import type { Screen } from '../screen.ts';
import type { PageTexts } from './page-texts.ts';

/** The frame of the page: what it shows comes with the board. */
export function pageHtml(
  language: Screen['language'],
  { title, stop, sound, awaited, recent, used }: PageTexts,
): string {
  return `<!doctype html>
<html lang="${language === 'es' ? 'es-MX' : 'en'}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<link rel="stylesheet" href="/style.css">
<script type="module" src="/page-client.ts"></script>
</head>
<body data-used="${used}">
<header>
<h1>${title}</h1>
<p id="count" role="status"></p>
<label class="sound"><input type="checkbox" id="sound" checked> ${sound}</label>
<button type="button" id="stop" class="plain" hidden>${stop}</button>
<progress id="progress" max="1" value="0" aria-labelledby="count"></progress>
</header>
<p id="banner" role="alert" hidden></p>
<section id="awaited" aria-labelledby="awaited-title" hidden>
<h2 id="awaited-title">${awaited}</h2>
<ol></ol>
</section>
<main id="seats"></main>
<section id="recent" aria-labelledby="recent-title" hidden>
<h2 id="recent-title">${recent}</h2>
<ol></ol>
</section>
</body>
</html>
`;
}

/** System fonts, both colour schemes, contrast of 4.5:1; meant to be read from where a person stands behind the desk. */
export const PAGE_STYLE = `
:root{--ink:#1d1a19;--soft:#55504c;--paper:#f6f3ee;--card:#fff;--line:#d8d1c6;--bar:#6b1532;--brand:#6b1532;--on:#fff;--gold:#b8935a;--ok:#0b5c2e;--okb:#e6f4ea;--wait:#6b4a00;--waitb:#fdf3d9;--stop:#9b1111;--stopb:#fdeae8;--focus:#0b4a8f;color-scheme:light dark}
@media(prefers-color-scheme:dark){:root{--ink:#f3f0ea;--soft:#cfc9be;--paper:#171614;--card:#23211d;--line:#4d4841;--brand:#f0a9bd;--on:#2b0814;--bar:#4d0f24;--ok:#8fe0ae;--okb:#10291a;--wait:#f5cf7a;--waitb:#2e240b;--stop:#ffb0a8;--stopb:#381512;--focus:#9cc8ff}}
*{box-sizing:border-box}
[hidden]{display:none!important}
body{margin:0;background:var(--paper);color:var(--ink);font:1.125rem/1.45 system-ui,-apple-system,"Segoe UI",Roboto,sans-serif;overflow-wrap:anywhere}
header{background:var(--bar);color:#fff;display:flex;flex-wrap:wrap;align-items:center;gap:.75rem 1.5rem;padding:.75rem 1.5rem 0}
h1{font:700 1.3rem/1.2 Georgia,"Noto Serif",serif;margin:0}
#count{margin:0;font-weight:700;font-variant-numeric:tabular-nums;flex:1 1 18rem}
.sound{font-size:1rem;display:flex;align-items:center;gap:.4rem}
.sound input{width:1.2rem;height:1.2rem;margin:0;accent-color:var(--gold)}
header .plain{border-color:#fff;color:#fff;min-height:2.5rem}
progress{flex:0 0 calc(100% + 3rem);margin:0 -1.5rem;height:.5rem;border:0;background:var(--line);appearance:none}
progress::-webkit-progress-bar{background:var(--line)}
progress::-webkit-progress-value{background:var(--gold)}
progress::-moz-progress-bar{background:var(--gold)}
#banner{margin:1rem 1.5rem 0;padding:1rem;background:var(--waitb);color:var(--wait);border-left:.5rem solid;font-weight:700}
main{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(26rem,100%),1fr));gap:1.25rem;padding:1.25rem 1.5rem}
.seat{background:var(--card);border:1px solid var(--line);border-top:.6rem solid var(--line);border-radius:.6rem;padding:1rem 1.25rem 1.25rem;min-height:24rem;display:flex;flex-direction:column}
.seat:focus{outline:0}
.seat h2{margin:0 0 .5rem;font-size:1rem;color:var(--soft);font-weight:600}
.seat h2 b{display:inline-grid;place-items:center;min-width:2.2rem;height:2.2rem;border-radius:50%;background:var(--soft);color:var(--card);font-size:1.25rem;margin-right:.5rem}
.asking{border-top-color:var(--gold)}.asking h2 b{background:var(--gold);color:#1d1a19}
.working,.looking,.tag{border-top-color:var(--focus)}
.done{border-top-color:var(--ok);background:var(--okb)}
.failed{border-top-color:var(--stop);background:var(--stopb)}
.put-off,.not-needed,.tag-not-awaited,.torn,.waits{border-top-color:var(--wait);background:var(--waitb)}
.who{display:flex;flex-wrap:wrap;gap:1.25rem;align-items:flex-start}
.photo{width:15rem;max-width:100%;aspect-ratio:4/5;object-fit:cover;border:1px solid var(--line);border-radius:.4rem;background:var(--paper);display:grid;place-items:center;color:var(--soft)}
div.photo{padding:.5rem;text-align:center}
.who>div{flex:1 1 11rem}
@media(max-height:50rem){main{padding-block:.6rem}.photo{width:12rem}.seat:has(form) .photo{width:6rem}.seat:has(form) .name{font-size:1.4rem}.seat:has(form) form{margin-top:.5rem}form:has(.said:not([hidden])) .hint{display:none}}
.name{font-size:2rem;line-height:1.15;font-weight:800;margin:0 0 .5rem;text-wrap:balance}
.post{margin:0;font-weight:600}.unit{margin:.1rem 0 0;color:var(--soft)}
.card{font:700 1.35rem/1.3 ui-monospace,"DejaVu Sans Mono",monospace;margin:.75rem 0 0;white-space:nowrap}
.words{font-size:1.35rem;font-weight:700;margin:1rem 0 0}
.empty .words{margin:auto;text-align:center;color:var(--soft);font-weight:600}
.done .words{color:var(--ok)}.failed .words{color:var(--stop)}.waits .words{color:var(--wait)}
.tornWhat{margin:1rem 0 0;color:var(--wait);font-size:1.35rem;font-weight:700}
#awaited{margin:1rem 1.5rem 0;padding:.5rem 1rem 1rem;background:var(--waitb);border-left:.5rem solid var(--wait)}
.next{margin:.5rem 0 0}.torn .next{font-size:1.35rem;font-weight:700}.code{color:var(--soft);font-size:.9375rem}
form{margin:1rem 0 0}
.ask{font-size:1.35rem;font-weight:700;margin:1rem 0 .75rem}
.hint{color:var(--soft);margin:0 0 .75rem;font-size:1rem}
label{display:block;font-weight:700;margin:0 0 .25rem}
:is(.pin,[type=search]){width:100%;min-height:3rem;padding:.5rem .75rem;border:2px solid var(--soft);border-radius:.5rem;background:var(--card);color:var(--ink);font:inherit;margin-bottom:.75rem}
.pin{font-size:1.5rem;letter-spacing:.3em;max-width:16rem;display:block}
.buttons{display:flex;flex-wrap:wrap;gap:.75rem}
button{min-height:3rem;padding:.5rem 1.25rem;border:2px solid var(--brand);border-radius:.5rem;background:var(--brand);color:var(--on);font:inherit;font-weight:700;cursor:pointer}
.plain{background:transparent;color:var(--brand)}
.found{list-style:none;margin:0;padding:0;display:grid;gap:.4rem}
.found button{width:100%;text-align:left}
.other{margin-top:1rem}
.said{color:var(--stop);font-weight:700;margin:.5rem 0 0}form .said{margin:0 0 .5rem}
.noFace{margin:1rem 0 0;padding:.5rem .75rem;background:var(--waitb);color:var(--wait);border-left:.4rem solid;font-weight:700}
:is(a,button,input):focus-visible,.seat:focus-visible{outline:3px solid var(--focus);outline-offset:2px}
header :is(button,input):focus-visible{outline-color:#fff}
body>section{padding:0 1.5rem 2rem}
body>section h2{font-size:1.1rem;margin:.5rem 0}
body>section ol{list-style:none;margin:0;padding:0;font-variant-numeric:tabular-nums}
body>section li{padding:.35rem 0;border-bottom:1px solid var(--line);white-space:pre-wrap}
`;
