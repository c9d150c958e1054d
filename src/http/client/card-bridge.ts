import {
  BRIDGE_ADDRESS,
  type BridgeLetter,
  type BridgeRefusal,
  type BridgeStep,
  type BridgeWork,
} from '../card-bridge.ts';
import { KEPT } from './stay.ts';

/*
 * The bridge to the card reader of this machine. The page only says which letters are meant: what is signed is made and shown by the bridge,
 * in its terminal, where the person says yes and types the PIN. What it answers is shown as text, and leads to a page of ours alone.
 */

const TOKEN = `${KEPT}bridge`;
const LOOK_MS = 1_000;
/** A terminal in which nobody answers. */
const MOST_LOOKS = 3_600;

class NoBridge extends Error {}
class NotPaired extends Error {}
/** In words for whoever looks at the page. */
class Trouble extends Error {}

const REFUSED: Readonly<Record<Exclude<BridgeRefusal, 'not-paired'>, string>> = {
  'code-wrong': 'Ese código no es. Cópielo otra vez de la terminal.',
  'code-over': 'Ese código ya no sirve. Pulse otra vez el botón: la terminal mostrará otro.',
  busy: 'El puente está ocupado con otra cosa: conteste lo que pregunta su terminal.',
  'too-many': 'Demasiados intentos. Espere un momento y pulse otra vez.',
};

const STEPS: Readonly<Record<BridgeStep, string>> = {
  card: 'Meta su tarjeta en el lector.',
  preparing: 'Se prepara lo que firmará la tarjeta…',
  look: 'Mire la terminal del puente: revise lo que se va a firmar y conteste ahí.',
  pin: 'Escriba su NIP en la terminal del puente.',
  signing: 'La tarjeta está firmando. No la saque…',
};

async function ask<Answer>(path: string, body?: unknown): Promise<Answer> {
  const token = sessionStorage.getItem(TOKEN);
  const answer = await fetch(`${BRIDGE_ADDRESS}${path}`, {
    method: body === undefined ? 'GET' : 'POST',
    ...(body !== undefined && { body: JSON.stringify(body) }),
    headers: {
      ...(body !== undefined && { 'content-type': 'application/json' }),
      ...(token !== null && { authorization: `Bearer ${token}` }),
    },
    ...{ mode: 'cors', credentials: 'omit', cache: 'no-store', referrerPolicy: 'no-referrer', redirect: 'error' },
  }).catch(() => {
    throw new NoBridge();
  });
  const said = (await answer.json().catch(() => ({}))) as { readonly why?: BridgeRefusal };
  if (answer.ok) return said as Answer;
  if (said.why === 'not-paired') {
    sessionStorage.removeItem(TOKEN);
    throw new NotPaired();
  }
  throw new Trouble((said.why && REFUSED[said.why]) ?? 'El puente de este equipo no atiende a esta página.');
}

function bridge(panel: HTMLElement): void {
  const { bridge: act = '', path = '' } = panel.dataset;
  const part = <Kind extends HTMLElement>(name: string): Kind => panel.querySelector<Kind>(`[data-${name}]`)!;
  const [start, told, trouble] = [part<HTMLButtonElement>('start'), part('told'), part('trouble')];
  const [missing, results, open] = [part('missing'), part('results'), part('open')];
  const pair = part<HTMLFormElement>('pair');
  const code = pair.querySelector('input')!;
  const tell = (words: string): void => {
    if (told.textContent !== words) told.textContent = words;
  };

  function show(words: string): void {
    tell('');
    trouble.querySelector('p')!.textContent = words;
    trouble.hidden = false;
    trouble.focus();
  }

  /** The letters that are meant: those that are marked, or the one of the page. */
  function chosen(): readonly HTMLInputElement[] {
    const fields = document.querySelectorAll<HTMLInputElement>('#for-card input[name=letter]');
    return [...fields].filter(({ type, checked }) => type === 'hidden' || checked);
  }

  async function begin(): Promise<void> {
    for (const one of [trouble, missing, pair, results, open]) one.hidden = true;
    const letters = chosen();
    if (act === 'sign' && letters.length === 0) return show('Marque al menos un oficio.');
    tell('Buscando el puente de este equipo…');
    await ask('/');
    if (sessionStorage.getItem(TOKEN) === null) return askCode();
    if (act === 'sign') await ask('/sign', { letters: letters.map(({ value }) => value) });
    else await ask('/station', {});
    await follow();
  }

  async function askCode(): Promise<void> {
    await ask('/code', {});
    tell('La primera vez se enlazan la página y el puente: copie el código de la terminal.');
    pair.hidden = false;
    code.value = '';
    code.focus();
  }

  async function follow(): Promise<void> {
    for (let look = 0; look < MOST_LOOKS; look++) {
      const work = await ask<BridgeWork>('/work');
      if (work.is === 'working') {
        const many = work.step === 'signing' && work.of > 1 ? ` (${work.done + 1} de ${work.of})` : '';
        tell(
          `${act === 'sign' ? STEPS[work.step] : 'Conteste en la terminal del puente si se abre la estación.'}${many}`,
        );
      } else if (work.is === 'station') showStation(work.address);
      else if (work.is === 'done') return act === 'sign' ? ended(work.letters) : tell('La estación terminó.');
      else if (work.is === 'declined')
        return show(
          act === 'sign'
            ? 'En la terminal se contestó que no: no se firmó nada.'
            : 'En la terminal se contestó que no: no se abrió.',
        );
      else if (work.is === 'failed') return show(`${work.what} ${work.next}`);
      else return tell('');
      await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
    }
  }

  /** A page of this machine, which its address opens once. */
  function showStation(address: string): void {
    tell('La estación está abierta. Esta página puede cerrarse.');
    if (!/^http:\/\/127\.0\.0\.1:\d{1,5}\/#[\w-]+$/.test(address)) return;
    const link = document.createElement('a');
    link.className = 'button main';
    link.href = address;
    link.target = '_blank';
    link.rel = 'noopener noreferrer';
    link.textContent = 'Ir a la estación (sirve una vez)';
    link.addEventListener('click', () => setTimeout(() => (open.hidden = true), 0));
    open.replaceChildren(link);
    open.hidden = false;
    link.focus();
  }

  /** What waits for the passkey is confirmed together; what was refused is said first. */
  function ended(letters: readonly BridgeLetter[]): void {
    const refused = letters.filter((one) => one.outcome === 'refused');
    const waits = letters.flatMap((one) => (one.outcome === 'waits' ? [one.approval] : []));
    results.replaceChildren(
      ...refused.map(({ letter, what }) => {
        const line = document.createElement('li');
        const folio = document.querySelector<HTMLInputElement>(`#for-card input[value="${CSS.escape(letter)}"]`);
        line.textContent = `${folio?.dataset['folio'] ?? ''}: ${what}`;
        return line;
      }),
    );
    results.hidden = refused.length === 0;
    if (refused.length > 0) show('Esto no se firmó:');
    if (waits.length === 0) return refused.length === 0 ? location.reload() : undefined;
    tell(
      `La tarjeta firmó ${waits.length === 1 ? 'un oficio' : `${waits.length} oficios`}. Falta confirmarlo con su llave de acceso.`,
    );
    const form = confirmForm(path, waits);
    open.replaceChildren(form);
    open.hidden = false;
    if (refused.length === 0) form.requestSubmit();
  }

  function run(work: () => Promise<void>): void {
    start.disabled = true;
    work()
      .catch((error: unknown) => {
        if (error instanceof NoBridge) {
          tell('');
          missing.hidden = false;
        } else if (error instanceof NotPaired) run(askCode);
        else show(error instanceof Trouble ? error.message : 'Algo falló en esta página. Vuelva a cargarla.');
      })
      .finally(() => (start.disabled = false));
  }

  start.addEventListener('click', () => run(begin));
  pair.addEventListener('submit', (event) => {
    event.preventDefault();
    run(async () => {
      trouble.hidden = true;
      const { token } = await ask<{ readonly token: string }>('/pair', { code: code.value });
      sessionStorage.setItem(TOKEN, token);
      pair.hidden = true;
      await begin();
    });
  });
}

function confirmForm(path: string, approvals: readonly string[]): HTMLFormElement {
  const form = document.createElement('form');
  form.method = 'post';
  form.action = `${path}/oficios/firmar`;
  for (const value of approvals) {
    const field = document.createElement('input');
    field.type = 'hidden';
    field.name = 'approval';
    field.value = value;
    form.append(field);
  }
  const button = document.createElement('button');
  button.textContent = 'Confirmar con mi llave de acceso';
  form.append(button);
  return form;
}

for (const panel of document.querySelectorAll<HTMLElement>('[data-bridge]')) bridge(panel);
