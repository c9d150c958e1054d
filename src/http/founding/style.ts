/** System fonts, contrast of 4.5:1 in both colour schemes, targets of 48 px, nothing that needs more than 320 px. */
export const FOUNDING_STYLE: string = `
:root{--ink:#1d1a19;--soft:#55504c;--paper:#fff;--band:#f6f3ee;--line:#d8d1c6;--brand:#6b1532;--on:#fff;--bar:#6b1532;--gold:#b8935a;--ok:#0b5c2e;--okb:#e6f4ea;--stop:#9b1111;--stopb:#fdeae8;--link:#0b4a8f;color-scheme:light dark}
@media(prefers-color-scheme:dark){:root{--ink:#f3f0ea;--soft:#cfc9be;--paper:#171614;--band:#23211d;--line:#4d4841;--brand:#f0a9bd;--on:#2b0814;--bar:#4d0f24;--ok:#8fe0ae;--okb:#10291a;--stop:#ffb0a8;--stopb:#381512;--link:#9cc8ff}}
*{box-sizing:border-box}
[hidden]{display:none!important}
html{-webkit-text-size-adjust:100%}
body{margin:0;background:var(--paper);color:var(--ink);font:1.0625rem/1.5 system-ui,-apple-system,"Segoe UI",Roboto,sans-serif;overflow-wrap:anywhere}
main,.bar{max-width:40rem;margin:0 auto;padding:0 1rem}
header{background:var(--bar);color:#fff;border-bottom:4px solid var(--gold)}
.bar{font:700 1.15rem/1.2 Georgia,"Noto Serif",serif;min-height:3.5rem;display:flex;align-items:center}
h1{font-size:1.625rem;line-height:1.2;margin:1.5rem 0 .5rem;text-wrap:balance}
h2{font-size:1.2rem;line-height:1.3;margin:1.5rem 0 .5rem}
.lead{font-size:1.15rem;margin:.25rem 0 1.25rem}
ol,ul{padding-left:1.4rem;margin:.5rem 0 1.25rem}
li{margin:.45rem 0}
button{display:inline-flex;align-items:center;justify-content:center;min-height:3rem;padding:.5rem 1.25rem;border:2px solid var(--brand);border-radius:.5rem;background:var(--brand);color:var(--on);font:inherit;font-weight:700;line-height:1.25;cursor:pointer}
button[disabled]{opacity:.6;cursor:default}
.plain{background:transparent;color:var(--brand)}
:is(button,summary):focus-visible{outline:3px solid var(--link);outline-offset:2px}
h1:focus,h2:focus{outline:0}
form{margin:1.25rem 0}
.hint{color:var(--soft);margin:.5rem 0 1rem;font-size:.9375rem}
.done{margin:1.25rem 0;padding:1rem;border:1px solid var(--ok);border-left:.5rem solid var(--ok);border-radius:.5rem;background:var(--okb)}
.done h2{margin:0 0 .5rem;color:var(--ok)}
.print{display:grid;grid-template-columns:repeat(auto-fit,minmax(6.5rem,1fr));gap:.5rem;margin:.75rem 0;padding:0;list-style:none;font:700 1.75rem/1.3 ui-monospace,"DejaVu Sans Mono",Consolas,monospace;letter-spacing:.08em}
.print li{margin:0;padding:.35rem .25rem;text-align:center;background:var(--paper);border:1px solid var(--line);border-radius:.375rem}
.stop{margin:1.25rem 0;padding:1rem;border-left:.5rem solid var(--stop);background:var(--stopb);font-weight:700}
.stop p{margin:0}
`.trim();
