import { covers, placeSeal } from '../../seal/placement.ts';
import { STAMP_SIZE, type StampShape } from '../../seal/stamp-content.ts';
import type { Rect } from '../../pdf/geometry.ts';
import type { SurveyView } from '../staff/letters.ts';
import { toldIn } from './asking.ts';
import { openPreview, type Preview } from './pdf-preview.ts';

/*
 * The form of a new letter: the chosen PDF is looked at by the service as soon as it is chosen, its pages are shown, and the seal is
 * moved over them. Where it may go is decided by the code that places it on the server, with what the server read of the pages.
 */

const POINTS_PER_MM = 72 / 25.4;
const WORDS = {
  looking: 'Revisando el PDF…',
  unseen: 'El PDF se puede firmar. Este navegador no pudo mostrar sus páginas; el sello busca lugar solo.',
  covers: 'Ahí el sello taparía algo impreso. Muévalo a un lugar en blanco, o marque que puede quedar encima.',
  outside: 'Ahí el sello no cabe entero en la página.',
};

function one<Kind extends HTMLElement = HTMLElement>(id: string): Kind {
  return document.getElementById(id) as Kind;
}

const form = one<HTMLFormElement>('new-letter');
const file = one<HTMLInputElement>('document');
const [seal, canvas] = [one('seal'), one<HTMLCanvasElement>('canvas')];
const fields = {
  page: one<HTMLInputElement>('page'),
  left: one<HTMLInputElement>('left'),
  top: one<HTMLInputElement>('top'),
};
const cover = form.querySelector<HTMLInputElement>('[name=cover]')!;

interface Shown {
  readonly survey: SurveyView;
  readonly preview: Preview;
  page: number;
}
let shown: Shown | undefined;
let turn = 0;

function tell(id: string, words: string): void {
  one(id).textContent = words;
  one(id).hidden = words === '';
}

/** The seal's box on the page, as the server would place it; undefined where it does not fit. */
function chosenBox({ survey, page }: Shown): { readonly box: Rect; readonly shape: StampShape } | undefined {
  const { page: typed, left, top } = fields;
  if (typed.value === '') {
    const { automatic } = survey;
    return automatic.page === page && !automatic.appended ? automatic : undefined;
  }
  if (Number(typed.value) !== page) return undefined;
  const at = { page, xMm: Number(left.value), yMm: Number(top.value) };
  try {
    // Of a survey only the sizes of the pages are asked for a chosen place.
    const pages = survey.pages.map((view) => ({ view }));
    return placeSeal({ pages } as unknown as Parameters<typeof placeSeal>[0], { at, mayAppend: false });
  } catch {
    return undefined;
  }
}

function paintedOn(survey: SurveyView, page: number): readonly Rect[] {
  const flat = survey.pages[page - 1]?.painted ?? [];
  return Array.from({ length: flat.length / 4 }, (_, i) => flat.slice(4 * i, 4 * i + 4) as unknown as Rect);
}

/** Puts the seal where the fields say, and says what is wrong with that place. */
function draw(): void {
  if (!shown) return;
  const { survey, page } = shown;
  const view = survey.pages[page - 1];
  const isByHand = fields.page.value !== '';
  const found = view && chosenBox(shown);
  seal.hidden = !found;
  one('by-itself').hidden = !isByHand;
  const isOutside = isByHand && Number(fields.page.value) === page && !found;
  const isOver = isByHand && found !== undefined && !cover.checked && covers(found.box, paintedOn(survey, page));
  const words = isOutside ? WORDS.outside : isOver ? WORDS.covers : '';
  tell('place-told', words);
  for (const field of Object.values(fields)) field.setCustomValidity(words);
  seal.classList.toggle('over', isOver);
  const { automatic } = survey;
  const itself = automatic.appended ? 'una hoja que se agrega al final' : `la página ${automatic.page}`;
  const where = isByHand
    ? `página ${fields.page.value}, a ${fields.left.value} mm de la izquierda y ${fields.top.value} mm de arriba`
    : itself;
  one('seal-where').textContent = `El sello va en ${where}. ${words}`;
  if (!view || !found) return;
  const [x0, y0, x1, y1] = found.box;
  const scale = canvas.clientWidth / view.width;
  seal.style.left = `${x0 * scale}px`;
  seal.style.top = `${(view.height - y1) * scale}px`;
  seal.style.width = `${(x1 - x0) * scale}px`;
  seal.style.height = `${(y1 - y0) * scale}px`;
}

/** The upper left corner in millimetres, kept on the page. */
function putAt(left: number, top: number): void {
  if (!shown) return;
  const view = shown.survey.pages[shown.page - 1]!;
  const shape = STAMP_SIZE.wide.width <= view.width ? STAMP_SIZE.wide : STAMP_SIZE.tall;
  const most = (size: number, length: number): number => Math.max(0, (size - length) / POINTS_PER_MM);
  const within = (value: number, limit: number): string =>
    String(Math.floor(Math.min(Math.max(value, 0), limit) * 10) / 10);
  fields.page.value = String(shown.page);
  fields.left.value = within(left, most(view.width, shape.width));
  fields.top.value = within(top, most(view.height, shape.height));
  one<HTMLDetailsElement>('by-hand').open = true;
  fields.top.dispatchEvent(new Event('input', { bubbles: true }));
}

/** Where the seal is now, in millimetres from the upper left corner. */
function placeNow(): { readonly left: number; readonly top: number } {
  if (fields.page.value !== '') return { left: Number(fields.left.value), top: Number(fields.top.value) };
  const { survey } = shown!;
  const { box, page } = survey.automatic;
  const height = survey.pages[page - 1]?.height ?? box[3];
  return { left: box[0] / POINTS_PER_MM, top: (height - box[3]) / POINTS_PER_MM };
}

const ARROWS: Readonly<Record<string, readonly [number, number]>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};

seal.addEventListener('keydown', (event) => {
  const step = ARROWS[event.key];
  if (!step || !shown) return;
  event.preventDefault();
  const { left, top } = placeNow();
  const far = event.shiftKey ? 10 : 1;
  putAt(left + step[0] * far, top + step[1] * far);
});

seal.addEventListener('pointerdown', (event) => {
  if (!shown) return;
  const { left, top } = placeNow();
  const [x, y] = [event.clientX, event.clientY];
  const perMm = (canvas.clientWidth / shown.survey.pages[shown.page - 1]!.width) * POINTS_PER_MM;
  seal.setPointerCapture(event.pointerId);
  const move = (now: PointerEvent): void => putAt(left + (now.clientX - x) / perMm, top + (now.clientY - y) / perMm);
  seal.addEventListener('pointermove', move);
  seal.addEventListener('lostpointercapture', () => seal.removeEventListener('pointermove', move), { once: true });
});

async function showPage(page: number): Promise<void> {
  if (!shown) return;
  const { length } = shown.survey.pages;
  shown.page = Math.min(Math.max(page, 1), length);
  one('page-now').textContent = `Página ${shown.page} de ${length}`;
  one('pager').hidden = length === 1;
  await shown.preview.draw(shown.page, canvas);
  draw();
}

async function survey(chosen: File): Promise<SurveyView> {
  const body = new FormData();
  body.set('document', chosen);
  const answer = await fetch(`${form.dataset['api'] ?? ''}/oficios/survey`, {
    method: 'POST',
    body,
    headers: { accept: 'application/json' },
  });
  const said: unknown = await answer.json().catch(() => undefined);
  if (answer.ok) return said as SurveyView;
  throw toldIn(said);
}

/** What the service says of the chosen file, and its pages; a later choice takes the place of this one. */
async function look(): Promise<void> {
  const own = ++turn;
  shown = undefined;
  const [chosen] = file.files ?? [];
  tell('document-told', '');
  file.setCustomValidity('');
  one('preview').hidden = true;
  if (!chosen) return;
  one('preview').hidden = false;
  one('sheet').hidden = true;
  tell('preview-told', WORDS.looking);
  let found: SurveyView;
  try {
    found = await survey(chosen);
  } catch (error) {
    if (own !== turn) return;
    one('preview').hidden = true;
    const words = error instanceof Error && !(error instanceof TypeError) ? error.message : toldIn(undefined).message;
    tell('document-told', words);
    file.setAttribute('aria-invalid', 'true');
    return;
  }
  file.removeAttribute('aria-invalid');
  try {
    const preview = await openPreview(new Uint8Array(await chosen.arrayBuffer()));
    if (own !== turn) return;
    one('sheet').hidden = false;
    tell('preview-told', '');
    shown = { survey: found, preview, page: 1 };
    await showPage(found.automatic.appended ? found.pages.length : found.automatic.page);
  } catch {
    if (own === turn) tell('preview-told', WORDS.unseen);
  }
}

file.addEventListener('change', () => void look());
for (const field of [...Object.values(fields), cover]) field.addEventListener('input', draw);
one('by-itself').addEventListener('click', () => {
  for (const field of Object.values(fields)) field.value = '';
  fields.top.dispatchEvent(new Event('input', { bubbles: true }));
  void showPage(shown?.survey.automatic.page ?? 1);
});
one('page-before').addEventListener('click', () => void showPage((shown?.page ?? 1) - 1));
one('page-after').addEventListener('click', () => void showPage((shown?.page ?? 1) + 1));
window.addEventListener('resize', draw);
