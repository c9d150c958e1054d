import { html, raw, type Html } from '../../../verifier-web/html.ts';
import { auditSentence, registerSentence } from '../../texts/audit.ts';
import { AUDIT_NEXT } from '../../texts/es/log.ts';
import type { AuditLine, AuditView } from '../staff/audit-stream.ts';
import { frame, trouble, type OfficePlace } from './frame.ts';
import { logTabs, type Looking } from './log-page.ts';
import type { OfficeSite } from './site.ts';

const HEAD = 'Revisión completa';

/** Before it is begun. */
export function auditFormPage(place: OfficePlace, looking: Looking): string {
  return frame(place, {
    title: HEAD,
    ...looking,
    here: '/bitacora',
    main: html`<h1>${HEAD}</h1>${logTabs(place, '/bitacora/revision')}
<p>Rehace toda la bitácora, asiento por asiento, y coteja con ella cada renglón de la base de datos y cada autorización. No cambia nada. Con cien mil asientos tarda unos minutos; puede dejar la página abierta.</p>
<form method="post" action="${place.path}/bitacora/revision">
<label for="kept">Cabeza firmada que usted guardó antes (si la tiene)</label>
<textarea id="kept" name="kept" rows="6" maxlength="9000" spellcheck="false" aria-describedby="kept-hint"></textarea>
<p class="hint" id="kept-hint">Péguela completa, con su línea de firma. Sin ella, quien tenga la base y las llaves puede mostrar una copia vieja.</p>
<p><button>Empezar la revisión</button></p></form>`,
  });
}

const MARK = '<!-- what comes of it -->';

/** The page as the audit goes on: each line of the staff API becomes words, so that somebody without scripts sees it too. */
export function auditAnswer(site: OfficeSite, looking: Looking, answer: Response): Response {
  const [before = '', after = ''] = frame(site, {
    title: HEAD,
    ...looking,
    here: '/bitacora',
    main: html`<h1>${HEAD}</h1>${logTabs(site, '/bitacora/revision')}<div role="log">${raw(MARK)}</div>`,
  }).split(MARK);
  const encoder = new TextEncoder();
  const lines = linesIn(answer);
  let told = -1;
  const body = new ReadableStream<Uint8Array>({
    start: (controller) => controller.enqueue(encoder.encode(before)),
    async pull(controller) {
      const next = await lines.next();
      if (next.done) {
        controller.enqueue(encoder.encode(after));
        return controller.close();
      }
      const tenth = 'done' in next.value ? Math.floor((next.value.done / Math.max(1, next.value.total)) * 10) : 11;
      // Nobody reads every step of a hundred.
      if (tenth !== told) controller.enqueue(encoder.encode(String(lineOf(site, next.value))));
      else controller.enqueue(encoder.encode('\n'));
      told = tenth;
    },
    async cancel() {
      await lines.return(undefined);
    },
  });
  return new Response(body, { headers: site.headers.page });
}

/** The lines of the answer. */
async function* linesIn({ body }: Response): AsyncGenerator<AuditLine> {
  const decoder = new TextDecoder();
  let kept = '';
  for await (const chunk of body ?? []) {
    const lines = (kept + decoder.decode(chunk, { stream: true })).split('\n');
    kept = lines.pop() ?? '';
    for (const line of lines) yield JSON.parse(line) as AuditLine;
  }
}

function lineOf(place: OfficePlace, line: AuditLine): Html {
  if ('problem' in line) return trouble(line.problem.detail, line.problem.code);
  if ('report' in line) return reportOf(place, line.report);
  const { done, total } = line;
  if (done === total)
    return html`<p>Los ${total} asientos están revisados. Siguen los renglones de la base: el resultado sale abajo.</p>`;
  return html`<p>Revisados ${done} de ${total} asientos…</p>`;
}

/** What was found, in words, each with what to do next. */
function reportOf(place: OfficePlace, report: AuditView): Html {
  const { sound, size, root, checkpoints, register, findings } = report;
  const counts = html`<p>${size} asientos, ${checkpoints} cabezas firmadas y ${register.rows} renglones de la base.</p>
<p>Raíz de la bitácora: <code>${root}</code></p>`;
  if (sound) return html`<div class="note"><h2>Todo cuadra</h2>${counts}</div>`;
  const item = (sentence: string, next: string, leaf: number | undefined): Html =>
    html`<li class="card"><p><strong>${sentence}.</strong></p><p>${next}</p>${leaf === undefined ? html`` : html`<p><a href="${place.path}/bitacora/${leaf}">Abrir el asiento ${leaf}</a></p>`}</li>`;
  const inLog = findings.map((one) =>
    item(capital(auditSentence(one, 'es')), AUDIT_NEXT[one.problem], one.from === one.to ? one.from : undefined),
  );
  const inRows = register.findings.map((one) =>
    item(capital(registerSentence(one, 'es')), AUDIT_NEXT[one.problem], one.leaf),
  );
  const all = [...inLog, ...inRows];
  return html`<div class="stop"><h2>Hay algo que no cuadra</h2><p>${all.length === 1 ? 'Un hallazgo' : `${all.length} hallazgos`}, cada uno con lo que sigue.</p></div>
<ul class="cards">${all}</ul>${counts}`;
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
