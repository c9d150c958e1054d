import { keyFingerprint } from '../../access/fingerprint.ts';
import { openCharter } from '../../authority/charter.ts';
import { openTrustList, type TrustList } from '../../authority/trust-list.ts';
import { fromHex, toHex } from '../../core/bytes.ts';
import { decodeCbor } from '../../core/cbor.ts';
import { isRefusal } from '../../core/refusal.ts';
import { parseNoteKey } from '../../log/note.ts';
import { formatTilePath, type Tile } from '../../log/tile.ts';
import { verifyPublished, type PublishedReport } from '../../log/verify-published.ts';
import { auditSentence } from '../../texts/audit.ts';
import { browserPrimitives } from './primitives.ts';
import { verifySignature } from './signatures.ts';

/*
 * The auditor's browser reads what the log publishes, as anybody may, and judges it by the code of the server, without asking the server
 * whether it is so. What it knew before stands in this browser: the root, and the newest head that held.
 */

const primitives = { ...browserPrimitives, verify: verifySignature };

const ROOT = 'cotejo:raiz';
const HEAD = 'cotejo:cabeza';
/** Tiles that are asked for before they are needed. */
const AHEAD = 6;

/** Another root than this browser knew. */
class OtherRoot extends Error {}

async function fetchBytes(address: string): Promise<Uint8Array | undefined> {
  const answer = await fetch(address, { cache: 'no-store' });
  if (answer.status === 404) return undefined;
  if (!answer.ok) throw new TypeError(`${address}: ${answer.status}`);
  return new Uint8Array(await answer.arrayBuffer());
}

interface Trusted {
  readonly trust: TrustList;
  /** The root's key. */
  readonly spki: Uint8Array;
  /** This browser knew no root. */
  readonly isNew: boolean;
}

async function trusted(base: string): Promise<Trusted> {
  const bytes = (await fetchBytes(`${base}/trust-list`)) ?? new Uint8Array();
  const list = decodeCbor(bytes, { maxDepth: 1, maxItems: 3 });
  const charter = Array.isArray(list) ? (list as readonly unknown[])[0] : undefined;
  const { root } = openCharter(charter instanceof Uint8Array ? charter : new Uint8Array());
  const known = localStorage.getItem(ROOT);
  const { spki } = root.key;
  if (known !== null && known !== toHex(spki)) throw new OtherRoot('another root');
  const trust = await openTrustList(bytes, spki, primitives);
  return { trust, spki, isNew: known === null };
}

/** Tiles, each fetched once, some of them ahead of their turn. */
function tilesOf(base: string, size: number): (tile: Tile) => Promise<Uint8Array | undefined> {
  const coming = new Map<string, Promise<Uint8Array | undefined>>();
  const fetchOne = (tile: Tile): Promise<Uint8Array | undefined> => {
    const path = formatTilePath(tile);
    const found = coming.get(path) ?? fetchBytes(`${base}/log/${path}`);
    coming.set(path, found);
    // Whoever waits for it is told; nobody else is.
    found.catch(() => {});
    return found;
  };
  return (tile) => {
    for (let ahead = 1; tile.level === 'entries' && ahead <= AHEAD; ahead++) {
      const index = tile.index + ahead;
      const width = Math.min(256, size - index * 256);
      if (width <= 0) break;
      void fetchOne({ level: 'entries', index, width });
      void fetchOne({ level: 0, index, width });
    }
    const found = fetchOne(tile);
    // Kept no longer than two of them are compared.
    if (tile.index > 1) coming.delete(formatTilePath({ ...tile, index: tile.index - 2, width: 256 }));
    return found;
  };
}

const form = document.querySelector<HTMLFormElement>('form#verify')!;
const place = document.getElementById('result')!;
const kept = form.querySelector('textarea')!;
const button = form.querySelector('button')!;

function line(text: string, name: 'p' | 'li' | 'h2' = 'p'): HTMLElement {
  const element = document.createElement(name);
  element.textContent = text;
  return element;
}

function box(kind: 'done' | 'stop', title: string, ...lines: readonly (Node | string)[]): void {
  const result = document.createElement('div');
  result.className = kind;
  const heading = line(title, 'h2');
  heading.tabIndex = -1;
  result.append(heading, ...lines.map((one) => (typeof one === 'string' ? line(one) : one)));
  place.replaceChildren(result);
  heading.focus();
}

function headOf(note: string): HTMLElement {
  const shown = document.createElement('pre');
  shown.textContent = note;
  shown.tabIndex = 0;
  return shown;
}

function show(report: PublishedReport, note: string, print: string, isNew: boolean): void {
  const { checkpoint, keptSize, isExpected, findings } = report;
  if (!report.sound) {
    const list = document.createElement('ul');
    list.append(...findings.map((one) => line(`${auditSentence(one, 'es')}.`, 'li')));
    const next = 'No borre nada. Guarde esta página y avise al personal de sistemas y a quien dirige la institución.';
    box('stop', 'Lo publicado no cuadra', list, next);
    return;
  }
  box(
    'done',
    'La bitácora publicada cuadra',
    `Se rehicieron los ${checkpoint.size} asientos: llevan exactamente a la cabeza que firmó la llave de la bitácora.`,
    keptSize === undefined
      ? 'No había cabeza guardada con qué comparar: desde hoy este navegador guarda ésta.'
      : `Los primeros ${keptSize} son los mismos que cuando se guardó aquella cabeza: nada de entonces se quitó ni se cambió.`,
    ...(isExpected ? ['El asiento que usted abrió es el que está publicado en ese lugar.'] : []),
    `Huella de la llave raíz: ${print}.${isNew ? ' Es la primera vez en este navegador: compárela con la que ve otra persona en otro equipo.' : ' Es la misma de la vez anterior.'}`,
    'Guarde también fuera de este equipo esta cabeza:',
    headOf(note),
  );
}

async function work(): Promise<void> {
  const { base = '', index = '', entry = '' } = form.dataset;
  const bar = document.createElement('progress');
  const state = line('Leyendo la lista de confianza…');
  place.replaceChildren(state, bar);
  const { trust, spki, isNew } = await trusted(base);
  const answer = await fetch(`${base}/log/checkpoint`, { cache: 'no-store' });
  if (!answer.ok) throw new TypeError('no checkpoint');
  const note = await answer.text();
  const size = Number(note.split('\n')[1]);
  const typed = kept.value.replaceAll('\r\n', '\n').trim();
  const bytes = fromHex(entry);
  const report = await verifyPublished({
    note,
    logKey: parseNoteKey(trust.charter.logKey, primitives),
    readTile: tilesOf(base, size),
    primitives,
    ...(typed !== '' && { kept: `${typed}\n` }),
    ...(index !== '' && bytes && { expected: { index: Number(index), entry: bytes } }),
    async onProgress(done, total) {
      bar.max = total;
      bar.value = done;
      state.textContent = `Revisados ${done} de ${total} asientos…`;
      // The page stays alive.
      await new Promise((resolve) => setTimeout(resolve));
    },
  });
  show(report, note, keyFingerprint(spki, primitives), isNew);
  if (!report.sound) return;
  localStorage.setItem(ROOT, toHex(spki));
  localStorage.setItem(HEAD, note);
}

function wordsFor(error: unknown): string {
  if (error instanceof OtherRoot) {
    return 'La llave raíz no es la que este navegador conocía. Si nadie le avisó de una nueva ceremonia, no confíe en este sitio: avise.';
  }
  if (!isRefusal(error)) return 'No se pudo leer lo publicado. Revise su conexión y vuelva a intentarlo.';
  if (error.code.startsWith('log/')) {
    return `Una cabeza no trae la firma de la llave de la bitácora (${error.code}). Si la pegó usted, revise que esté completa; si no, avise.`;
  }
  return `La lista de confianza no es buena (${error.code}). Avise al personal de sistemas.`;
}

// Before this no click is answered.
button.disabled = false;
if (kept.value === '') kept.value = localStorage.getItem(HEAD) ?? '';
form.addEventListener('submit', (event) => {
  event.preventDefault();
  button.disabled = true;
  void work()
    .catch((error: unknown) => box('stop', 'No se pudo verificar', wordsFor(error)))
    .finally(() => (button.disabled = false));
});
