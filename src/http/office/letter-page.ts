import { html, type Html } from '../../../verifier-web/html.ts';
import type { LetterWaitingView, SignatoryView } from '../staff/letters.ts';
import type { OficioView } from '../staff/views.ts';
import { bridgePanel } from './bridge-panel.ts';
import { frame, type OfficePlace } from './frame.ts';
import { moneyWords, stateMark, timeWords, typeWords, waitingWords } from './letter-words.ts';
import type { Looking } from './letter-words.ts';

export interface LetterShown {
  readonly letter: OficioView;
  readonly waiting: readonly LetterWaitingView[];
  /** Who may put their name to it as well. */
  readonly signatories: readonly SignatoryView[];
  /** They work in its unit: what changes it is theirs to ask for. */
  readonly mayTouch: boolean;
  /** A draft that waits for a card: that of whoever looks, or of somebody else. */
  readonly card: 'yours' | 'theirs' | undefined;
}

function facts({ letter }: LetterShown): Html {
  const { folio, subject, type, amount, signer, code, pages, expires, endedAt, reason, replacedBy } = letter;
  const rows: readonly (readonly [string, string | undefined])[] = [
    ['Asunto', subject],
    ['Folio', folio],
    ['Código para comprobarlo a mano', code],
    ['Tipo', typeWords(type)],
    ['Dinero', moneyWords(amount)],
    ['Firma', `${signer.name}, ${signer.post}`],
    ['Páginas', String(pages)],
    ['Vence', expires && timeWords(expires)],
    ['Terminó', endedAt && timeWords(endedAt)],
    ['Motivo', reason],
    ['Lo sustituye', replacedBy],
  ];
  return html`<dl class="facts">${rows
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => html`<dt>${name}</dt><dd>${value}</dd>`)}</dl>`;
}

function waitingCards({ path }: OfficePlace, { waiting }: LetterShown): Html {
  if (waiting.length === 0) return html``;
  const card = (one: LetterWaitingView): Html => {
    const whose = one.official ? `Espera a ${one.official.name}. ` : '';
    const button = one.waitsForYou ? 'Revisar y confirmar' : 'Ver la solicitud';
    const link =
      one.yours || one.waitsForYou
        ? html`<p><a class="button${one.waitsForYou ? ' main' : ''}" href="${path}/solicitudes/${one.id}">${button}<span class="sr">: ${waitingWords(one)}</span></a></p>`
        : html``;
    return html`<li class="card"><h3>${waitingWords(one)}</h3><p>${whose}Lo pidió ${one.requester}, ${timeWords(one.madeAt)}. Espera hasta ${timeWords(one.expiresAt)}.</p>${link}</li>`;
  };
  return html`<h2>Lo que espera</h2><ul class="cards">${waiting.map(card)}</ul>`;
}

/** What people are given: the file, and where anybody checks it. */
function files({ path }: OfficePlace, { letter: { id, seal, signedAt } }: LetterShown): Html {
  if (signedAt === undefined) return html``;
  const share = html`<h2>Compartirlo</h2><p>Con esta dirección cualquiera comprueba el oficio, igual que con el código QR:</p>
<p><span class="address">${seal}</span></p><p><button class="plain" type="button" data-copy="${seal}" hidden>Copiar la dirección</button></p>`;
  return html`<p><a class="button main" href="${path}/oficios/${id}/pdf">Descargar el PDF firmado</a></p><p><a class="button" href="${path}/oficios/${id}/acuses">Acuses: quién lo recibió</a></p><p><a class="button" href="${path}/oficios/${id}/version-publica">Versión pública</a></p>${seal === undefined ? html`` : share}`;
}

function history({ letter }: LetterShown): Html {
  const { sealedAt, signedAt, signer, endedAt, state, leaves, countersigners = [] } = letter;
  const acts: readonly (readonly [text: string, leaf: number | undefined] | undefined)[] = [
    [`Registrado y sellado, ${timeWords(sealedAt)}`, leaves.intent],
    signedAt === undefined ? undefined : [`Firmado por ${signer.name}, ${timeWords(signedAt)}`, leaves.signed],
    ...countersigners.map(
      (one) =>
        [
          `También lo firmó ${one.name}, ${one.post}, ${timeWords(one.signedAt)}${one.state === 'void' ? ' (no vale: su llave quedó comprometida)' : ''}`,
          one.leaf,
        ] as const,
    ),
    endedAt === undefined
      ? undefined
      : [`${state === 'replaced' ? 'Sustituido' : 'Cancelado'}, ${timeWords(endedAt)}`, leaves.ended],
  ];
  const told = acts.filter((one) => one !== undefined);
  return html`<h2>Historia</h2><ol>${told.map(([text, leaf]) => html`<li>${text}${leaf === undefined ? '' : html` <span class="hint">(asiento ${leaf} de la bitácora)</span>`}</li>`)}</ol>`;
}

/** Asking somebody else to sign it too. */
function countersignForm({ path }: OfficePlace, { letter, waiting, signatories, mayTouch }: LetterShown): Html {
  if (!mayTouch || letter.state !== 'signed') return html``;
  const done = new Set([letter.signer.officialId, ...(letter.countersigners ?? []).map((one) => one.officialId)]);
  for (const { action, official } of waiting) if (action === 'oficio/countersigned' && official) done.add(official.id);
  const open = signatories.filter(({ officialId, keyPlace }) => keyPlace === 'soft' && !done.has(officialId));
  if (open.length === 0) return html``;
  return html`<details><summary>Pedir otra firma</summary><form method="post" action="${path}/oficios/${letter.id}/otra-firma" data-stay>
<label for="signerId">Quién lo firma también</label><select id="signerId" name="signerId" required><option value="">Elija a la persona</option>${open.map(({ officialId, name, post }) => html`<option value="${officialId}">${name}, ${post}</option>`)}</select>
<p><button>Pedir su firma</button></p></form></details>`;
}

function draftForm(place: OfficePlace, { letter, waiting, mayTouch, card }: LetterShown): Html {
  const { path } = place;
  if (letter.state !== 'sealed' || waiting.some(({ action }) => action === 'oficio/signed')) return html``;
  const draft = html`<p><a class="button" href="${path}/oficios/${letter.id}/borrador" target="_blank">Ver el PDF</a></p>`;
  if (card === 'yours') {
    const one = html`<input type="hidden" name="letter" value="${letter.id}" data-folio="${letter.folio}">`;
    return html`<section aria-labelledby="to-card" id="for-card"><h2 id="to-card">Espera su tarjeta</h2>${draft}${one}${bridgePanel(place, { act: 'sign', button: 'Firmar con mi tarjeta' })}</section>`;
  }
  if (card === 'theirs') {
    return html`<div class="note"><p><strong>Espera la tarjeta de ${letter.signer.name}.</strong> La firma desde su página de oficios, o con <code>cotejo oficio sign --card</code>. Tiene folio y sello; todavía no vale.</p></div>${draft}`;
  }
  if (!mayTouch) return html``;
  return html`<div class="note"><p><strong>Nadie espera firmarlo:</strong> se rechazó, o pasó el tiempo. Tiene folio y sello; todavía no vale.</p></div>
<form method="post" action="${path}/oficios/${letter.id}/mandar" data-stay><p><button>Volver a mandarlo a firma</button></p></form>`;
}

function endForms({ path }: OfficePlace, { letter, mayTouch }: LetterShown): Html {
  if (!mayTouch || (letter.state !== 'signed' && letter.state !== 'sealed' && letter.state !== 'void')) return html``;
  const sure = (id: string): Html =>
    html`<label class="check"><input type="checkbox" id="${id}" name="sure" value="yes" required><span>Entiendo que no se puede deshacer</span></label>`;
  const reason = (id: string): Html =>
    html`<label for="${id}">Motivo (lo verá quien compruebe el oficio)</label><input id="${id}" name="reason" maxlength="300" required autocomplete="off">`;
  const replace = html`<details><summary>Sustituirlo por otro</summary><form method="post" action="${path}/oficios/${letter.id}/sustituir" data-stay>
<p>El oficio nuevo tiene que estar firmado ya. Quien compruebe este verá que otro lo sustituye.</p>
<label for="by">Folio del oficio nuevo</label><input id="by" name="by" maxlength="80" required autocomplete="off">${reason('replace-reason')}${sure('replace-sure')}
<p><button>Pedir que se sustituya</button></p></form></details>`;
  return html`<details><summary>Cancelarlo</summary><form method="post" action="${path}/oficios/${letter.id}/cancelar" data-stay>
<p>El folio no se vuelve a usar. Quien compruebe este oficio verá que se canceló.</p>${reason('cancel-reason')}${sure('cancel-sure')}
<p><button>Pedir que se cancele</button></p></form></details>${letter.state === 'signed' ? replace : html``}`;
}

/** A letter: what it is, what waits for it, what became of it. */
export function letterPage(place: OfficePlace, looking: Looking, shown: LetterShown): string {
  const { letter } = shown;
  const acts = [countersignForm(place, shown), endForms(place, shown)];
  const hasActs = acts.some(({ markup }) => markup !== '');
  return frame(place, {
    title: `Oficio ${letter.folio}`,
    ...looking,
    scripts: shown.card === 'yours' ? ['copy', 'card-bridge'] : ['copy'],
    here: '/oficios',
    main: html`<p><a href="${place.path}/oficios">Todos los oficios</a></p><h1>Oficio ${letter.folio}</h1><p>${stateMark(letter)}</p>
${draftForm(place, shown)}${waitingCards(place, shown)}${files(place, shown)}<h2>Datos</h2>${facts(shown)}${history(shown)}
${hasActs ? html`<h2>Otros trámites</h2>${acts}` : html``}`,
  });
}
