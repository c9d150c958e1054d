/**
 * The whole style: part of the one response, so that a page is complete with it; the server allows it by its hash. System
 * fonts, contrast of 4.5:1 in both colour schemes, targets of 48 px, nothing that needs more than 320 px.
 */
export const STYLE: string = `
:root{--ink:#1d1a19;--soft:#55504c;--paper:#fff;--band:#f6f3ee;--line:#d8d1c6;--brand:#6b1532;--on:#fff;--bar:#6b1532;--gold:#b8935a;--ok:#0b5c2e;--okb:#e6f4ea;--wait:#6b4a00;--waitb:#fdf3d9;--stop:#9b1111;--stopb:#fdeae8;--link:#0b4a8f;color-scheme:light dark}
@media(prefers-color-scheme:dark){:root{--ink:#f3f0ea;--soft:#cfc9be;--paper:#171614;--band:#23211d;--line:#4d4841;--brand:#f0a9bd;--on:#2b0814;--bar:#4d0f24;--ok:#8fe0ae;--okb:#10291a;--wait:#f5cf7a;--waitb:#2e240b;--stop:#ffb0a8;--stopb:#381512;--link:#9cc8ff}}
*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%;scroll-padding-top:1rem}
body{margin:0;background:var(--paper);color:var(--ink);font:1.0625rem/1.5 system-ui,-apple-system,"Segoe UI",Roboto,sans-serif;overflow-wrap:anywhere}
a{color:var(--link)}
main,footer,.bar{max-width:44rem;margin:0 auto;padding:0 1rem}
header{background:var(--bar);color:#fff;border-bottom:4px solid var(--gold)}
.bar{display:flex;align-items:center;justify-content:space-between;gap:.5rem}
.name{font:700 1.15rem/1.2 Georgia,"Noto Serif",serif;min-height:3.5rem;display:flex;align-items:center;flex:1}
nav{display:flex}
nav a{display:flex;align-items:center;min-height:3.5rem;padding:0 .5rem;font-size:.9375rem;text-align:center;line-height:1.2}
header a{color:#fff;text-decoration:none}nav a{text-decoration:underline;text-underline-offset:.2em}
.dev{margin:0;background:#1d1a19;color:#fff;text-align:center;padding:.4rem 1rem;font-size:.9375rem;font-weight:700}
h1{font-size:1.625rem;line-height:1.2;margin:1.5rem 0 .5rem;text-wrap:balance}
h1:focus,.compared:focus{outline:0}
h2{font-size:1.2rem;line-height:1.3;margin:1.75rem 0 .5rem}
.lead{font-size:1.15rem;margin:.25rem 0 1.25rem}
a:focus-visible,button:focus-visible,input:focus-visible,summary:focus-visible{outline:3px solid var(--link);outline-offset:2px}
header a:focus-visible{outline-color:#fff;outline-offset:-3px}
.verdict{margin:0 -1rem;padding:1.25rem 1rem;border-bottom:1px solid;border-top:.5rem solid}
.verdict h1,.verdict .answer{font-size:1.625rem;font-weight:700;line-height:1.2;margin:.6rem 0;color:var(--ink)}
.verdict p{margin:.6rem 0 0;font-size:1.1rem}
.mark{display:flex;align-items:center;gap:.75rem}
.mark svg path{fill:none;stroke:var(--paper)}.mark svg .s{fill:currentColor;stroke:none}
.mark svg{width:3rem;height:3rem;flex:none}
.verdict .word{font-weight:800;letter-spacing:.06em;text-transform:uppercase;font-size:1.05rem;margin:0}
.ending{font-weight:700}
.confirmed{border-color:var(--ok);background:var(--okb)}.confirmed .mark{color:var(--ok)}
.wait{border-color:var(--wait);background:var(--waitb)}.wait .mark{color:var(--wait)}
.stop{border-color:var(--stop);background:var(--stopb)}.stop .mark{color:var(--stop)}
.money{font-size:1.75rem;font-weight:800;line-height:1.15;margin:1.5rem 0 .5rem}
.asked{font-weight:700;margin:1.25rem 0 .5rem}
.facts{margin:1rem 0;border-top:2px solid var(--gold)}
.facts div{display:grid;grid-template-columns:minmax(5.5rem,28%) 1fr;gap:.25rem .75rem;padding:.6rem 0;border-bottom:1px solid var(--line)}
dt{color:var(--soft)}dd{margin:0;font-weight:600}dd ul{margin:0;padding-left:1.1rem}
.person{display:flex;flex-wrap:wrap;gap:.25rem 1.25rem;align-items:center;margin-top:1.25rem}
.photo{width:17rem;max-width:100%;height:auto;border:1px solid var(--line);border-radius:.375rem}
.visitors{list-style:none;padding:0;display:flex;flex-wrap:wrap;gap:1rem}
.visitors li{flex:1 1 9rem;max-width:15rem}
.visitors .photo{width:100%}
.person .money{margin:.5rem 0;flex:1 1 12rem}
.buttons{display:grid;grid-template-columns:repeat(auto-fit,minmax(9rem,1fr));gap:.75rem;margin:.75rem 0}
.button,button{display:inline-flex;align-items:center;justify-content:center;min-height:3rem;padding:.5rem 1.25rem;border:2px solid var(--brand);border-radius:.5rem;background:var(--brand);color:var(--on);font:inherit;font-weight:700;line-height:1.25;text-align:center;text-decoration:none;cursor:pointer}
.plain{background:transparent;color:var(--brand)}
.compare{margin:1rem -1rem;padding:.6rem 1rem;background:var(--paper);border:solid var(--brand);border-width:2px 0}
.compare h2,.compare .buttons{margin:0 0 .4rem}
.compared{display:none}.compared:target{display:block}#si:target{margin-bottom:1.5rem}#no:target~.told{display:none}
form{margin:1rem 0}
label{display:block;font-weight:700}
input{width:100%;min-height:3rem;padding:.6rem .75rem;border:2px solid var(--soft);border-radius:.5rem;background:var(--paper);color:var(--ink);font:inherit;margin-bottom:.75rem}
.hint{color:var(--soft);margin:.1rem 0 .5rem;font-size:.9375rem}
.ways{list-style:none;padding:0;margin:0 0 2rem;display:grid;grid-template-columns:repeat(auto-fit,minmax(9.25rem,1fr));gap:.75rem}
.ways a{display:flex;align-items:center;min-height:4.5rem;height:100%;padding:.6rem .9rem;border:1px solid var(--line);border-left:.4rem solid var(--gold);border-radius:.5rem;background:var(--band);color:var(--ink);font-weight:700;line-height:1.25;text-decoration:none}
.way{border-top:1px solid var(--line);padding-bottom:.75rem}
.lines{list-style:none;margin:.75rem 0;padding:0}
.lines a{display:flex;flex-wrap:wrap;align-items:center;justify-content:space-between;gap:0 1rem;min-height:3rem;padding:.25rem 0;border-bottom:1px solid var(--line);color:var(--ink);text-decoration:none}
.lines b{margin-left:auto;text-align:right;color:var(--link);text-decoration:underline;text-underline-offset:.2em;white-space:nowrap}
.tel{display:inline-block;padding:.75rem 0;margin:-.75rem 0;color:inherit;text-underline-offset:.2em}
details{margin:1.5rem 0;border-top:1px solid var(--line)}
summary{min-height:3rem;padding:.7rem 0;cursor:pointer;color:var(--soft)}
details li{margin:.3rem 0}
footer{border-top:2px solid var(--gold);margin-top:2.5rem;padding-top:.5rem;padding-bottom:2rem;color:var(--soft);font-size:.9375rem}
footer a{display:inline-flex;align-items:center;min-height:3rem}
@media(min-width:46rem){.verdict{margin:1.5rem 0 0;padding:1.5rem;border:1px solid;border-top-width:.5rem;border-radius:.5rem}.verdict.confirmed{border-color:var(--ok)}.verdict.wait{border-color:var(--wait)}.verdict.stop{border-color:var(--stop)}#si{margin:1rem 0 0}.compare{margin:1rem 0;border-width:2px;border-radius:.75rem}}
@media(min-height:36rem){.compare{position:sticky;bottom:0}html{scroll-padding-bottom:8rem}}
@media print{nav,form,.buttons,details{display:none}body{background:#fff;color:#000}}
`.trim();
