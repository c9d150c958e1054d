/*
 * The page of a station, in the browser. The server takes the types away, and sends the rest as it stands.
 */
import { PinField } from './page-pin.ts';
import type { PageBoard, PageFound, PagePerson, PageSeat } from './page-view.ts';
import type { PageTexts } from './page-texts.ts';

const KEPT = 'cotejo-station';

let token = '';
let texts: PageTexts;

function one<Kind extends HTMLElement>(id: string): Kind {
  return document.getElementById(id) as Kind;
}

/** An element with a class, and in it texts and elements: never markup that came from outside. */
function make<Name extends keyof HTMLElementTagNameMap>(
  name: Name,
  className: string,
  ...inside: readonly (Node | string | undefined)[]
): HTMLElementTagNameMap[Name] {
  const made = document.createElement(name);
  if (className) made.className = className;
  made.append(...inside.filter((part) => part !== undefined));
  return made;
}

const MOST_TRIES = 4;
const AGAIN_MS = 400;
/** A connection that held so long was cut by chance. */
const LASTED_MS = 2_000;

/** A request whose connection was cut is sent again: nothing that the station is asked counts twice. */
async function ask(path: string, body?: unknown): Promise<Response> {
  const request: RequestInit = {
    method: body === undefined ? 'GET' : 'POST',
    headers: {
      ...(token && { authorization: `Bearer ${token}` }),
      ...(body !== undefined && { 'content-type': 'application/json' }),
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  };
  for (let tries = 1; ; tries++) {
    try {
      return await fetch(path, request);
    } catch (error) {
      if (tries === MOST_TRIES) throw error;
      await new Promise((resolve) => setTimeout(resolve, AGAIN_MS));
    }
  }
}

// ---- Sound ---------------------------------------------------------------------------------------------------------

let sounds: AudioContext | undefined;
/** Browsers let a page sound once somebody has touched it. */
for (const touched of ['pointerdown', 'keydown']) addEventListener(touched, () => (sounds ??= new AudioContext()));

/** Notes of 150 ms, in Hz. */
function play(...notes: readonly number[]): void {
  if (!sounds || !one<HTMLInputElement>('sound').checked) return;
  for (const [i, note] of notes.entries()) {
    const at = sounds.currentTime + i * 0.16;
    const tone = sounds.createOscillator();
    const volume = sounds.createGain();
    tone.frequency.value = note;
    volume.gain.setValueAtTime(0.15, at);
    volume.gain.exponentialRampToValueAtTime(0.001, at + 0.15);
    tone.connect(volume).connect(sounds.destination);
    tone.start(at);
    tone.stop(at + 0.15);
  }
}

const TONES: Readonly<Partial<Record<PageSeat['is'], readonly number[]>>> = {
  asking: [660],
  tag: [660, 660],
  done: [523, 659, 784],
  failed: [220, 175],
  'tag-not-awaited': [220],
};

// ---- One reader ----------------------------------------------------------------------------------------------------

/** `unknown`: it could not be asked for, which says nothing of whether there is one. */
type Photo = { readonly address: string } | 'none' | 'unknown';

const photos = new Map<string, Promise<Photo>>();

/** The photo, with an address in this page: asked for until it is known. */
async function photoOf({ officialId }: PagePerson): Promise<Photo> {
  const loading = photos.get(officialId) ?? loadPhoto(officialId);
  photos.set(officialId, loading);
  const photo = await loading;
  if (photo === 'unknown' && photos.get(officialId) === loading) photos.delete(officialId);
  return photo;
}

const NO_CONTENT = 204;

async function loadPhoto(officialId: string): Promise<Photo> {
  try {
    const answer = await ask(`/photo?of=${encodeURIComponent(officialId)}`);
    if (answer.status === NO_CONTENT) return 'none';
    return answer.ok ? { address: URL.createObjectURL(await answer.blob()) } : 'unknown';
  } catch {
    return 'unknown';
  }
}

/** Whoever leaves at once may be in a picture that is still being drawn. */
const FORGOTTEN_MS = 2_000;

/** Of those who are not before a reader any more nothing is kept. */
function forgetPhotos(seats: readonly PageSeat[]): void {
  const here = new Set(seats.map(({ person }) => person?.officialId));
  for (const [officialId, loading] of photos) {
    if (here.has(officialId)) continue;
    photos.delete(officialId);
    void loading.then((photo) => {
      if (typeof photo === 'object') setTimeout(() => URL.revokeObjectURL(photo.address), FORGOTTEN_MS);
    });
  }
}

function portrait(person: PagePerson): HTMLElement {
  const frame = make('div', 'photo');
  void photoOf(person).then((photo) => {
    if (!frame.isConnected) return;
    if (typeof photo === 'string') return frame.append(photo === 'none' ? texts.noPhoto : texts.photoUnknown);
    const image = make('img', 'photo');
    image.src = photo.address;
    image.alt = `${texts.photoOf} ${person.name}`;
    return frame.replaceWith(image);
  });
  return frame;
}

/** What follows from it, while it can be mended still. */
async function warnOfNoPhoto(person: PagePerson, form: HTMLElement): Promise<void> {
  if ((await photoOf(person)) === 'none') form.prepend(make('p', 'noFace', texts.noFace));
}

function labelOf({ id }: HTMLInputElement, text: string): HTMLLabelElement {
  const label = make('label', '', text);
  label.htmlFor = id;
  return label;
}

/** Sends an answer, and shows why it was declined where it is asked still. */
async function answer(id: number, given: object, said: HTMLElement): Promise<void> {
  said.hidden = true;
  const answered = await ask('/answer', { id, ...given }).catch(() => undefined);
  const lost = { what: texts.lost, next: '' };
  const { what, next } = answered?.ok ? ((await answered.json()) as Partial<typeof lost>) : lost;
  if (what === undefined) return;
  said.textContent = `${what} ${next}`;
  said.hidden = false;
  play(220);
}

function saidLine(): HTMLElement {
  const said = make('p', 'said');
  said.role = 'alert';
  said.hidden = true;
  return said;
}

function offerForm({ number, question, card, person }: PageSeat): HTMLElement {
  const { id, why } = question!;
  const said = saidLine();
  const yes = make('button', '', texts.yes);
  const later = make('button', 'plain', texts.later);
  yes.type = later.type = 'button';
  yes.onclick = () => void answer(id, { is: 'them' }, said);
  later.onclick = () => void answer(id, { is: 'later' }, said);
  const ask = make('p', 'ask', why === 'begun' ? `${texts.begun}. ${texts.isIt}` : texts.isIt);
  const form = make('div', '', ask, make('div', 'buttons', yes, later), said);
  if (why === 'next') form.append(otherForm(number, id, said));
  if (card !== undefined) ask.before(make('p', 'card', card));
  if (person) void warnOfNoPhoto(person, form);
  return form;
}

/** Who stands here instead: by name or id, chosen of those who wait. */
function otherForm(seat: number, id: number, said: HTMLElement): HTMLElement {
  const input = make('input', '');
  input.id = `other-${seat}`;
  input.type = 'search';
  input.placeholder = texts.otherHint;
  input.autocomplete = 'off';
  const found = make('ul', 'found');
  let last = 0;
  input.oninput = async () => {
    const mine = ++last;
    const typed = input.value.trim();
    const { people, others }: PageFound =
      typed === ''
        ? { people: [], others: [] }
        : ((await (await ask(`/people?q=${encodeURIComponent(typed)}`)).json()) as PageFound);
    if (mine !== last) return;
    const lines = people.map((person) => {
      const choose = make('button', 'plain', `${person.name} · ${person.unit}`);
      choose.type = 'button';
      choose.onclick = () => void answer(id, { is: 'other', officialId: person.officialId }, said);
      return make('li', '', choose);
    });
    const why = others.length > 0 ? others : [texts.nobody];
    const none = why.map((sentence) => make('li', '', sentence));
    found.replaceChildren(...(typed !== '' && lines.length === 0 ? none : lines));
  };
  return make('div', 'other', labelOf(input, texts.other), input, found);
}

function pinForm({ number, question }: PageSeat): HTMLElement {
  const said = saidLine();
  const [pin, again] = [new PinField(`pin-${number}`), new PinField(`again-${number}`)];
  const save = make('button', '', texts.save);
  const form = make(
    'form',
    '',
    make('p', 'hint', texts.types),
    // Above the fields, where whoever types looks: below them it would be under the edge of a low window.
    said,
    ...[labelOf(pin.input, texts.pin), pin.input, labelOf(again.input, texts.again), again.input],
    make('div', 'buttons', save),
  );
  // Enter goes on to what is still to be typed, and sends nothing that would be refused.
  pin.input.onkeydown = (event) => {
    if (event.key !== 'Enter' || event.isComposing) return;
    event.preventDefault();
    again.input.focus();
  };
  form.autocomplete = 'off';
  form.noValidate = true;
  form.onsubmit = (event) => {
    event.preventDefault();
    void answer(question!.id, { pin: pin.take(), again: again.take() }, said).then(() => {
      if (said.hidden) return;
      pin.input.focus();
      form.scrollIntoView({ block: 'nearest' });
    });
  };
  return form;
}

function showSeat(box: HTMLElement, seat: PageSeat): void {
  const { number, reader, is, words, person, question, card, problem, torn, waits } = seat;
  box.className = ['seat', is, torn && 'torn', waits && 'waits'].filter(Boolean).join(' ');
  const heading = make('h2', '', make('b', '', String(number)), reader);
  heading.id = `seat-${number}`;
  const parts: HTMLElement[] = [heading];
  if (person) {
    const { name, post, unit } = person;
    const shown = card !== undefined && !question ? make('p', 'card', card) : undefined;
    const who = make('div', '', make('p', 'name', name), make('p', 'post', post), make('p', 'unit', unit), shown);
    parts.push(make('div', 'who', portrait(person), who));
  }
  if (torn) parts.push(make('p', 'tornWhat', torn.what), make('p', 'next', torn.next));
  if (question) parts.push(question.kind === 'offer' ? offerForm(seat) : pinForm(seat));
  // Which card is to be put in is said by what is torn.
  else if (problem || (words && !torn)) parts.push(make('p', 'words', problem ? problem.what : words));
  if (problem) parts.push(make('p', 'next', `${problem.next} `, make('span', 'code', problem.code)));
  box.replaceChildren(...parts);
}

// ---- All of them ---------------------------------------------------------------------------------------------------

/** What is shown of each reader: one that did not change is left alone, so that nobody's typing is lost. */
const shown = new Map<number, { readonly box: HTMLElement; told: string; is: PageSeat['is'] }>();

function show(board: PageBoard): void {
  for (const seat of board.seats) {
    const told = JSON.stringify(seat);
    const before = shown.get(seat.number);
    if (before?.told === told) continue;
    const box = before?.box ?? make('section', 'seat');
    if (!before) {
      box.tabIndex = -1;
      box.setAttribute('aria-labelledby', `seat-${seat.number}`);
      one('seats').append(box);
    }
    const hadFocus = box.contains(document.activeElement);
    showSeat(box, seat);
    box.hidden = seat.is === 'unplugged' || (seat.is === 'empty' && seat.words === '' && !seat.torn);
    if (seat.torn) play(...TONES.failed!);
    else if (before?.is !== seat.is || seat.is === 'asking') play(...(TONES[seat.is] ?? []));
    shown.set(seat.number, { box, told, is: seat.is });
    attend(seat, box, hadFocus);
  }
  forgetPhotos(board.seats);
  const { total, done } = board;
  one('count').textContent = board.counted;
  const progress = one<HTMLProgressElement>('progress');
  progress.max = Math.max(1, total);
  progress.value = done;
  list('recent', board.recent);
  list('awaited', board.awaited);
  one('stop').hidden = board.ending || board.ended;
  const told = board.ended ? texts.ended : board.ending ? texts.ending : board.alert;
  if (told === undefined) one('banner').hidden = true;
  else banner(told);
}

/** A section that is there when it has something to tell. */
function list(id: string, lines: readonly string[]): void {
  const section = one(id);
  section.hidden = lines.length === 0;
  section.querySelector('ol')!.replaceChildren(...lines.map((line) => make('li', '', line)));
}

/**
 * Where the keyboard goes: to the fields of a PIN and to a question, but never away from what somebody types elsewhere, and
 * never onto the button that says yes: a key meant for something else must confirm nobody.
 */
function attend(seat: PageSeat, box: HTMLElement, hadFocus: boolean): void {
  const isFree = hadFocus || document.activeElement === document.body || document.activeElement === null;
  if (!isFree) return;
  if (seat.question?.kind === 'pin') box.querySelector('input')?.focus();
  else if (seat.question || hadFocus) box.focus();
}

function banner(text: string): void {
  one('banner').textContent = text;
  one('banner').hidden = false;
}

type Followed = 'ended' | 'lost' | 'elsewhere';

/** Shows each board that comes, a line each, until no more do. */
async function follow(): Promise<Followed> {
  const answered = await ask('/board');
  if (answered.status === 401) return 'elsewhere';
  if (!answered.ok || !answered.body) return 'lost';
  const reader = answered.body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = '';
  for (let ended = false; ;) {
    const { done, value } = await reader.read();
    if (done) return ended ? 'ended' : 'lost';
    const lines = (rest + value).split('\n');
    rest = lines.pop()!;
    for (const line of lines) {
      const board = JSON.parse(line) as PageBoard;
      ended = board.ended;
      show(board);
    }
  }
}

async function open(): Promise<void> {
  const code = location.hash.slice(1);
  history.replaceState(null, '', '/');
  if (code) {
    const opened = await ask('/open', { code });
    if (opened.ok) sessionStorage.setItem(KEPT, await opened.text());
  }
  const kept = sessionStorage.getItem(KEPT);
  if (kept === null) return banner(document.body.dataset['used'] ?? '');
  ({ token, texts } = JSON.parse(kept) as { token: string; texts: PageTexts });
  one('stop').onclick = () => void ask('/stop', {});
  // A connection that was cut is made again; a station that has ended makes none.
  for (let followed: Followed = 'lost', tries = 0; followed === 'lost'; tries++) {
    if (tries === MOST_TRIES) return banner(texts.lost);
    const began = performance.now();
    followed = await follow().catch((): Followed => 'lost');
    if (followed === 'elsewhere') return banner(texts.elsewhere);
    if (performance.now() - began > LASTED_MS) tries = 0;
    await new Promise((resolve) => setTimeout(resolve, AGAIN_MS));
  }
}

await open();
