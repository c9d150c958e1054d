/*
 * The pages of the office in the browser: logging in with a passkey, and making one. The server takes the types away, and sends the
 * rest as it stands.
 */

interface Made {
  readonly challenge: string;
  readonly user: { readonly id: string; readonly name: string; readonly displayName: string };
  readonly excludeCredentials?: readonly { readonly id: string; readonly transports?: AuthenticatorTransport[] }[];
}

interface Asked {
  readonly challenge: string;
  readonly rpId: string;
  readonly timeout: number;
  readonly userVerification: UserVerificationRequirement;
}

/** What the server says of what it declined. */
class Told extends Error {}

const WORDS = {
  unable:
    'Este navegador no puede usar llaves de acceso. Use uno reciente, en un dispositivo con huella, rostro o NIP.',
  stopped: 'No se usó ninguna llave: se canceló, o se acabó el tiempo. Puede intentarlo otra vez.',
  twice: 'Este dispositivo ya tiene una llave de usted. Use otro dispositivo.',
  lost: 'No hay conexión con el servidor. Revise la red e inténtelo otra vez.',
  failed: 'El dispositivo no pudo usar la llave. Inténtelo otra vez, o use otro dispositivo.',
  busy: 'Siga las indicaciones de su dispositivo…',
};

function one(id: string): HTMLElement {
  return document.getElementById(id)!;
}

function bytesOf(text: string): Uint8Array<ArrayBuffer> {
  const binary = atob(text.replaceAll('-', '+').replaceAll('_', '/'));
  return Uint8Array.from(binary, (character) => character.charCodeAt(0));
}

function textOf(buffer: ArrayBuffer): string {
  const binary = String.fromCharCode(...new Uint8Array(buffer));
  return btoa(binary).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
}

async function ask(path: string, body: unknown): Promise<unknown> {
  const answer = await fetch(path, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  const told: unknown = await answer.json();
  if (answer.ok) return told;
  throw new Told((told as { readonly detail?: string }).detail ?? WORDS.failed);
}

/** Older browsers have no `parseCreationOptionsFromJSON`. */
async function make({ path = '' }: DOMStringMap): Promise<void> {
  const asked = (await ask(`${path}/invitacion/opciones`, {})) as Made;
  const { challenge, user, excludeCredentials = [], ...rest } = asked;
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
  const told = await ask(`${path}/invitacion/llave`, {
    id,
    rawId: textOf(rawId),
    type,
    response: {
      clientDataJSON: textOf(response.clientDataJSON),
      attestationObject: textOf(response.attestationObject),
      transports: response.getTransports?.() ?? [],
    },
  });
  const groups = (told as { readonly fingerprint: string }).fingerprint.split(' ');
  for (const [i, place] of [...one('print').children].entries()) place.textContent = groups[i] ?? '';
  one('done').hidden = false;
  one('before').hidden = true;
  one('done-title').focus();
}

/** What the device answers to a question, as it is sent. */
async function assertionOver(publicKey: PublicKeyCredentialRequestOptions): Promise<object> {
  const got = await navigator.credentials.get({ publicKey });
  const { id, rawId, type, response } = got as PublicKeyCredential & {
    readonly response: AuthenticatorAssertionResponse;
  };
  const { authenticatorData, clientDataJSON, signature, userHandle } = response;
  return {
    id,
    rawId: textOf(rawId),
    type,
    response: {
      authenticatorData: textOf(authenticatorData),
      clientDataJSON: textOf(clientDataJSON),
      signature: textOf(signature),
      ...(userHandle && { userHandle: textOf(userHandle) }),
    },
  };
}

async function logIn({ path = '', then = '' }: DOMStringMap): Promise<void> {
  const { challenge, ...rest } = (await ask(`${path}/entrada/opciones`, {})) as Asked;
  await ask(`${path}/entrada`, await assertionOver({ ...rest, challenge: bytesOf(challenge) }));
  if (then === 'reload') location.reload();
  else if (then === 'office') location.assign(path);
  else {
    // What was typed stands in this page still.
    const kept = one('kept');
    one('door').hidden = true;
    kept.hidden = false;
    kept.querySelector('h1')!.focus();
  }
}

/** Confirms what the page shows: the challenge is the hash of exactly that. */
async function authorise({ path = '', challenge = '', rp = '' }: DOMStringMap): Promise<void> {
  const options = { challenge: bytesOf(challenge), rpId: rp, userVerification: 'required', timeout: 300_000 } as const;
  await ask(`${path}/confirmar`, await assertionOver(options));
  location.reload();
}

function wordsFor(error: unknown): string {
  if (error instanceof Told) return error.message;
  if (error instanceof TypeError) return WORDS.lost;
  const name = error instanceof DOMException ? error.name : '';
  if (name === 'NotAllowedError' || name === 'AbortError') return WORDS.stopped;
  return name === 'InvalidStateError' ? WORDS.twice : WORDS.failed;
}

function onSubmit(id: string, act: (data: DOMStringMap) => Promise<void>): void {
  const form = document.getElementById(id);
  if (!form) return;
  const button = one('button') as HTMLButtonElement;
  const work = async (): Promise<void> => {
    const label = button.textContent;
    const trouble = one('trouble');
    trouble.hidden = true;
    button.disabled = true;
    button.textContent = WORDS.busy;
    try {
      if (!('PublicKeyCredential' in window)) throw new Told(WORDS.unable);
      await act(form.dataset);
    } catch (error) {
      trouble.querySelector('p')!.textContent = wordsFor(error);
      trouble.hidden = false;
      trouble.focus();
    } finally {
      button.disabled = false;
      button.textContent = label;
    }
  };
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    void work();
  });
}

onSubmit('login', logIn);
onSubmit('make', make);
onSubmit('authorise', authorise);
