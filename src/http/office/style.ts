import { FOUNDING_STYLE } from '../founding/style.ts';

/** The sheet of the pages with passkeys, and what more the office has: forms, lists, a way about. */
export const OFFICE_STYLE: string = `${FOUNDING_STYLE}
main{padding-bottom:3rem}
a{color:var(--link)}
a:focus-visible,:is(input,textarea,select):focus-visible{outline:3px solid var(--link);outline-offset:2px}
.bar{justify-content:space-between;gap:1rem;flex-wrap:wrap}
.bar a{color:#fff;text-decoration:none}
nav{background:var(--band);border-bottom:1px solid var(--line)}
nav ul{display:flex;flex-wrap:wrap;gap:0 1.25rem;max-width:40rem;margin:0 auto;padding:0 1rem;list-style:none}
nav li{margin:0}
nav a{display:inline-flex;align-items:center;min-height:3rem;font-weight:700}
nav a[aria-current]{color:var(--ink);text-decoration:none}
label,legend{display:block;font-weight:700;margin:.75rem 0 .25rem}
select,input:not([type=checkbox]){width:100%;min-height:3rem;padding:.5rem .75rem;border:1px solid var(--soft);border-radius:.5rem;background:var(--paper);color:var(--ink);font:inherit}
input.code{max-width:14rem;font:700 1.35rem/1.3 ui-monospace,"DejaVu Sans Mono",Consolas,monospace;letter-spacing:.08em;text-transform:uppercase}
fieldset{margin:1rem 0;padding:0;border:0}
.check{display:flex;align-items:center;gap:.75rem;min-height:2.75rem;margin:0;font-weight:400}
.check input{width:1.5rem;height:1.5rem;margin:0;flex:none}
.card{margin:1rem 0;padding:1rem;border:1px solid var(--line);border-radius:.5rem}
.card h3{margin:0 0 .25rem;font-size:1.1rem}
.card p{margin:.25rem 0}
.card form{margin:.75rem 0 0}
.row{display:flex;flex-wrap:wrap;gap:.75rem}
.row form{margin:.75rem 0 0}
.address{display:block;padding:.75rem;border:1px solid var(--line);border-radius:.375rem;background:var(--band);font-family:ui-monospace,"DejaVu Sans Mono",Consolas,monospace;user-select:all}
.note{margin:1.25rem 0;padding:1rem;border-left:.5rem solid var(--gold);background:var(--band)}
.note p{margin:.25rem 0}
summary{display:inline-flex;align-items:center;min-height:3rem;cursor:pointer;font-weight:700;color:var(--link)}
progress{width:100%;height:.75rem;margin:.75rem 0;accent-color:var(--brand)}
[aria-disabled=true]{opacity:.6;cursor:default}
[aria-invalid=true]{border:2px solid var(--stop)!important}
dialog{max-width:32rem;padding:0 1.25rem 1rem;border:2px solid var(--brand);border-radius:.75rem;background:var(--paper);color:var(--ink)}
dialog::backdrop{background:#000a}
.tabs{display:flex;flex-wrap:wrap;gap:0 1.25rem;margin:0 0 1rem;padding:0;list-style:none;border-bottom:1px solid var(--line)}
.tabs a{display:inline-flex;align-items:center;min-height:3rem}
.tabs a[aria-current]{color:var(--ink);font-weight:700;text-decoration:none}
.facts dt{font-weight:700}
.facts dd{margin:0 0 .5rem}
code,.facts dd,pre{overflow-wrap:anywhere}
pre{white-space:pre-wrap}
a.button{display:inline-flex;align-items:center;min-height:3rem;padding:.5rem 1.25rem;border:2px solid var(--brand);border-radius:.5rem;color:var(--brand);font-weight:700;text-decoration:none}
.bad{color:var(--stop)}
.row>div{flex:1 1 10rem}
textarea{width:100%;padding:.5rem .75rem;border:1px solid var(--soft);border-radius:.5rem;background:var(--paper);color:var(--ink);font:inherit}
a.button.main{background:var(--brand);color:var(--on)}
.mark{display:inline-block;padding:.125rem .625rem;border-radius:1rem;border:1px solid currentcolor;font-size:.95rem}
.mark.good{color:var(--ok)}
.mark.wait{color:var(--soft)}
input[type=radio]{width:1.5rem;min-height:1.5rem}
.row.filters>div{flex-basis:7.5rem}
#sheet{position:relative;width:100%;margin:.75rem 0;border:1px solid var(--line);background:#fff}
#sheet canvas{display:block;width:100%;height:auto}
#seal{position:absolute;display:flex;align-items:center;justify-content:center;border:2px dashed #6b1532;background:#b8935a40;color:#3d0a1b;font-weight:700;cursor:move;touch-action:none}
#seal.over{border-color:#9b1111;background:#9b111140}
#seal:focus-visible{outline:3px solid var(--link);outline-offset:2px}
#pager{align-items:center}
.face{width:9rem;height:auto;border:1px solid var(--line);border-radius:.5rem}
.offers{padding:0;list-style:none}
.offers li{display:flex;align-items:center;gap:.75rem}
[data-crop] canvas{width:100%;max-width:15rem;height:auto;border:1px solid var(--soft);border-radius:.5rem;touch-action:none;cursor:move}
[data-crop] canvas:focus-visible{outline:3px solid var(--link);outline-offset:2px}
.cards{padding:0;list-style:none}
.sr{position:absolute;clip-path:inset(50%);width:1px;height:1px;overflow:hidden;white-space:nowrap}
`.trim();
