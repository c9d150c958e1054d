/*
 * The page of a founder, in the browser. The server takes the types away, and sends the rest as it stands.
 */

interface Options {
  readonly challenge: string;
  readonly user: { readonly id: string; readonly name: string; readonly displayName: string };
  readonly excludeCredentials?: readonly { readonly id: string; readonly transports?: AuthenticatorTransport[] }[];
}

/** What the server says of what it declined. */
class Told extends Error {}

const WORDS = {
  unable:
    'Este navegador no puede hacer llaves de acceso. Use uno reciente, en un dispositivo con huella, rostro o NIP.',
  stopped: 'No se hizo la llave: se canceló, o se acabó el tiempo. Puede intentarlo otra vez.',
  elsewhere: 'Este dispositivo ya tiene la llave de otra persona fundadora. Use uno que sea solo de usted.',
  lost: 'No hay conexión con el servidor. Revise la red e inténtelo otra vez.',
  failed: 'El dispositivo no pudo hacer la llave. Inténtelo otra vez, o use otro dispositivo.',
  busy: 'Siga las indicaciones de su dispositivo…',
  again: 'Hacer otra en su lugar',
};

function one<Kind extends HTMLElement>(id: string): Kind {
  return document.getElementById(id) as Kind;
}

const form = one<HTMLFormElement>('make');
const button = one<HTMLButtonElement>('button');
const path = form.dataset['path']!;

function bytesOf(text: string): Uint8Array<ArrayBuffer> {
  const binary = atob(text.replaceAll('-', '+').replaceAll('_', '/'));
  return Uint8Array.from(binary, (character) => character.charCodeAt(0));
}

function textOf(buffer: ArrayBuffer): string {
  const binary = String.fromCharCode(...new Uint8Array(buffer));
  return btoa(binary).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
}

async function ask(what: string, body: unknown): Promise<unknown> {
  const answer = await fetch(`${path}/${what}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  const told: unknown = await answer.json();
  if (answer.ok) return told;
  throw new Told((told as { readonly detail?: string }).detail ?? WORDS.failed);
}

async function make(): Promise<string> {
  // Older browsers have no `parseCreationOptionsFromJSON`.
  const { challenge, user, excludeCredentials = [], ...rest } = (await ask('opciones', {})) as Options;
  const made = await navigator.credentials.create({
    publicKey: {
      ...(rest as Pick<PublicKeyCredentialCreationOptions, 'rp' | 'pubKeyCredParams'>),
      challenge: bytesOf(challenge),
      user: { ...user, id: bytesOf(user.id) },
      excludeCredentials: excludeCredentials.map((other) => ({ ...other, type: 'public-key', id: bytesOf(other.id) })),
    },
  });
  const { id, rawId, type, response } = made as PublicKeyCredential & {
    readonly response: AuthenticatorAttestationResponse;
  };
  const told = await ask('llave', {
    id,
    rawId: textOf(rawId),
    type,
    response: {
      clientDataJSON: textOf(response.clientDataJSON),
      attestationObject: textOf(response.attestationObject),
      transports: response.getTransports?.() ?? [],
    },
  });
  return (told as { readonly fingerprint: string }).fingerprint;
}

function wordsFor(error: unknown): string {
  if (error instanceof Told) return error.message;
  if (error instanceof TypeError) return WORDS.lost;
  const name = error instanceof DOMException ? error.name : '';
  if (name === 'NotAllowedError' || name === 'AbortError') return WORDS.stopped;
  return name === 'InvalidStateError' ? WORDS.elsewhere : WORDS.failed;
}

function show(fingerprint: string): void {
  const groups = fingerprint.split(' ');
  for (const [i, place] of [...one('print').children].entries()) place.textContent = groups[i] ?? '';
  one('done').hidden = false;
  one('before').hidden = true;
  button.className = 'plain';
  one('done-title').focus();
}

function tell(words: string): void {
  const trouble = one('trouble');
  trouble.querySelector('p')!.textContent = words;
  trouble.hidden = false;
  trouble.focus();
}

async function work(): Promise<void> {
  const label = one('done').hidden ? button.textContent : WORDS.again;
  one('trouble').hidden = true;
  button.disabled = true;
  button.textContent = WORDS.busy;
  try {
    if (!('PublicKeyCredential' in window)) throw new Told(WORDS.unable);
    const fingerprint = await make();
    button.textContent = WORDS.again;
    show(fingerprint);
  } catch (error) {
    button.textContent = label;
    tell(wordsFor(error));
  } finally {
    button.disabled = false;
  }
}

form.addEventListener('submit', (event) => {
  event.preventDefault();
  void work();
});
