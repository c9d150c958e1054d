import { LOST, toldIn } from './asking.ts';
import { showTrouble } from './passkey.ts';

/*
 * Forms that lose nothing: sent by the script, so that what was typed and chosen stays in the page whatever comes of it, and kept in
 * the tab over a reload until they were done. A form without its script is sent by the browser.
 */

/** What is kept in this tab for whoever is logged in begins so, and goes with them. */
export const KEPT = 'cotejo:';
/** As `isLoginNeeded` of the site. */
const LOGIN_MENDS: readonly string[] = ['access/login-needed', 'session/over', 'session/changed'];
const BUSY = 'Enviando…';

type Field = HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement;

function fieldsOf(form: HTMLFormElement): readonly Field[] {
  return [...form.elements].filter(
    (one): one is Field => 'value' in one && 'name' in one && one.name !== '' && !(one instanceof HTMLButtonElement),
  );
}

/** Hidden fields are the server's, but the key under which a form is one act however often it is sent, and what it showed before it was changed. */
function isKept({ type, name }: Field): boolean {
  return type !== 'file' && type !== 'password' && (type !== 'hidden' || name === 'key' || name === 'shown');
}

function placeOf(form: HTMLFormElement): string {
  return `${KEPT}${location.pathname}#${form.dataset['stay'] || new URL(form.action).pathname}`;
}

/** Who looks at this tab: what others typed in it is none of theirs. */
export function expectPerson(person: string): void {
  const place = `${KEPT}who`;
  const before = sessionStorage.getItem(place);
  if (before !== null && before !== person) forgetForms();
  sessionStorage.setItem(place, person);
}

/** Whoever looks at this tab next is somebody else. */
export function forgetForms(): void {
  for (const place of Object.keys(sessionStorage)) if (place.startsWith(KEPT)) sessionStorage.removeItem(place);
}

function keep(form: HTMLFormElement): void {
  const kept = fieldsOf(form)
    .filter(isKept)
    .map((one) => [one.name, one.value, one instanceof HTMLInputElement && one.checked]);
  sessionStorage.setItem(placeOf(form), JSON.stringify(kept));
}

function restore(form: HTMLFormElement): void {
  const text = sessionStorage.getItem(placeOf(form));
  if (text === null) return;
  const kept = JSON.parse(text) as (readonly [name: string, value: string, checked: boolean])[];
  const isTick = ({ type }: Field): boolean => type === 'checkbox' || type === 'radio';
  for (const one of fieldsOf(form).filter(isKept)) {
    const found = kept.findIndex(([name, value]) => name === one.name && (!isTick(one) || value === one.value));
    const [, value = '', checked = false] = kept[found] ?? [];
    if (found < 0) continue;
    if (isTick(one)) (one as HTMLInputElement).checked = checked;
    else {
      one.value = value;
      // Of several with one name, each has its own.
      kept.splice(found, 1);
    }
  }
  form.dispatchEvent(new Event('restored'));
}

interface Answer {
  readonly status: number;
  readonly said: unknown;
}

/** As the browser would send it, with the progress of what takes long; status 0 without a connection. */
function send(
  form: HTMLFormElement,
  submitter: HTMLElement | null,
  onProgress: (share: number) => void,
): Promise<Answer> {
  const data = new FormData(form, submitter);
  const texts = [...data].map(([name, value]) => [name, typeof value === 'string' ? value : value.name]);
  const request = new XMLHttpRequest();
  request.open('POST', form.action);
  request.setRequestHeader('accept', 'application/json');
  request.responseType = 'json';
  request.upload.addEventListener('progress', ({ loaded, total }) => onProgress(total > 0 ? loaded / total : 0));
  return new Promise((resolve) => {
    request.addEventListener('loadend', () => resolve({ status: request.status, said: request.response }));
    request.send(form.enctype === 'multipart/form-data' ? data : new URLSearchParams(texts));
  });
}

/** The field that was declined, where the server names one. */
function mark(form: HTMLFormElement, said: unknown): void {
  for (const one of form.querySelectorAll('[aria-invalid]')) one.removeAttribute('aria-invalid');
  const { field } = ((said ?? {}) as { readonly facts?: { readonly field?: unknown } }).facts ?? {};
  const found = fieldsOf(form).find(({ name, type }) => name === field && type !== 'hidden');
  if (!found) return;
  found.setAttribute('aria-invalid', 'true');
  // What is wrong is said where it is.
  const trouble = form.querySelector<HTMLElement>('[data-moves]');
  if (trouble) (found.closest('label') ?? found).after(trouble);
  found.focus();
}

export interface StayOptions {
  /** Logs in again in the page; resolves to false where nobody did. */
  logInAgain(): Promise<boolean>;
}

function stay(form: HTMLFormElement, { logInAgain }: StayOptions): void {
  let isBusy = false;
  const work = async (submitter: HTMLElement | null): Promise<void> => {
    if (isBusy) return;
    isBusy = true;
    const button = submitter ?? form.querySelector('button')!;
    const label = button.textContent;
    const progress = document.createElement('progress');
    const isLong = form.enctype === 'multipart/form-data';
    button.textContent = BUSY;
    button.setAttribute('aria-disabled', 'true');
    if (isLong) button.after(progress);
    try {
      for (;;) {
        const { status, said } = await send(form, submitter, (share) => {
          if (share < 1) progress.value = share;
          else progress.removeAttribute('value');
        });
        if (status >= 200 && status < 300) {
          sessionStorage.removeItem(placeOf(form));
          location.assign((said as { readonly location: string }).location);
          return;
        }
        const told = toldIn(said);
        if (LOGIN_MENDS.includes(told.code) && (await logInAgain())) continue;
        showTrouble(form, status === 0 ? LOST : told.message);
        mark(form, said);
        return;
      }
    } finally {
      isBusy = false;
      progress.remove();
      button.textContent = label;
      button.removeAttribute('aria-disabled');
    }
  };
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    void work(event.submitter);
  });
  for (const type of ['input', 'change']) form.addEventListener(type, () => keep(form));
  restore(form);
}

/** Every form of the page that asks for it. */
export function keepForms(options: StayOptions): void {
  for (const form of document.querySelectorAll<HTMLFormElement>('form[data-stay]')) {
    if (!form.querySelector('[role=alert]')) {
      const trouble = document.createElement('div');
      trouble.className = 'stop';
      trouble.role = 'alert';
      trouble.tabIndex = -1;
      trouble.hidden = true;
      trouble.dataset['moves'] = '';
      trouble.append(document.createElement('p'));
      form.prepend(trouble);
    }
    stay(form, options);
  }
}
