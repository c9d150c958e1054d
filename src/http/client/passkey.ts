import { ask, LOST, Told } from './asking.ts';

/*
 * Passkeys as browsers make and use them. Older browsers have no `parseCreationOptionsFromJSON` and no `toJSON`.
 */

const WORDS = {
  unable:
    'Este navegador no puede usar llaves de acceso. Use uno reciente, en un dispositivo con huella, rostro o NIP.',
  stopped: 'No se usó ninguna llave: se canceló, o se acabó el tiempo. Puede intentarlo otra vez.',
  twice: 'Este dispositivo ya tiene una llave. Use otro dispositivo.',
  failed: 'El dispositivo no pudo usar la llave. Inténtelo otra vez, o use otro dispositivo.',
  busy: 'Siga las indicaciones de su dispositivo…',
};

export function bytesOf(text: string): Uint8Array<ArrayBuffer> {
  const binary = atob(text.replaceAll('-', '+').replaceAll('_', '/'));
  return Uint8Array.from(binary, (character) => character.charCodeAt(0));
}

function textOf(buffer: ArrayBuffer): string {
  const binary = String.fromCharCode(...new Uint8Array(buffer));
  return btoa(binary).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
}

interface MakeOptions {
  readonly challenge: string;
  readonly user: { readonly id: string; readonly name: string; readonly displayName: string };
  readonly excludeCredentials?: readonly { readonly id: string; readonly transports?: AuthenticatorTransport[] }[];
}

/** Makes the passkey that the server asks for at `opciones`, and sends it to `llave`. Resolves to its fingerprint. */
export async function makePasskey(path: string): Promise<string> {
  const { challenge, user, excludeCredentials = [], ...rest } = (await ask(`${path}/opciones`, {})) as MakeOptions;
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
  const told = await ask(`${path}/llave`, {
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

/** What the device answers to a question, as it is sent. */
export async function assertionOver(publicKey: PublicKeyCredentialRequestOptions): Promise<object> {
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

interface LoginOptions {
  readonly challenge: string;
  readonly rpId: string;
  readonly timeout: number;
  readonly userVerification: UserVerificationRequirement;
}

/** Resolves to the name of whoever is logged in now. */
export async function logIn(path: string): Promise<string> {
  const { challenge, ...rest } = (await ask(`${path}/entrada/opciones`, {})) as LoginOptions;
  const assertion = await assertionOver({ ...rest, challenge: bytesOf(challenge) });
  return ((await ask(`${path}/entrada`, assertion)) as { readonly name: string }).name;
}

function wordsFor(error: unknown, words: Partial<typeof WORDS>): string {
  const { stopped, twice, failed } = { ...WORDS, ...words };
  if (error instanceof Told) return error.message;
  if (error instanceof TypeError) return LOST;
  const name = error instanceof DOMException ? error.name : '';
  if (name === 'NotAllowedError' || name === 'AbortError') return stopped;
  return name === 'InvalidStateError' ? twice : failed;
}

/** What went wrong, where the form says it. */
export function showTrouble(form: HTMLElement, words: string): void {
  const trouble = form.querySelector<HTMLElement>('[role=alert]') ?? document.getElementById('trouble')!;
  trouble.querySelector('p')!.textContent = words;
  trouble.hidden = false;
  trouble.focus();
}

/** Does `act` with a passkey when the form is sent; what goes wrong is said in the page. */
export function onPasskeyForm(
  form: HTMLFormElement,
  act: (data: DOMStringMap) => Promise<void>,
  words: Partial<typeof WORDS> = {},
): void {
  const button = form.querySelector('button')!;
  const work = async (): Promise<void> => {
    const label = button.textContent;
    const trouble = form.querySelector<HTMLElement>('[role=alert]') ?? document.getElementById('trouble')!;
    trouble.hidden = true;
    button.disabled = true;
    button.textContent = WORDS.busy;
    try {
      if (!('PublicKeyCredential' in window)) throw new Told(WORDS.unable, 'none');
      await act(form.dataset);
    } catch (error) {
      showTrouble(form, wordsFor(error, words));
    } finally {
      button.disabled = false;
      if (button.textContent === WORDS.busy) button.textContent = label;
    }
  };
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    void work();
  });
  // Before that a press would send the form to nobody.
  button.disabled = false;
}

/** The fingerprint of a passkey that was made, in its groups. */
export function showFingerprint(fingerprint: string): void {
  const one = (id: string): HTMLElement => document.getElementById(id)!;
  const groups = fingerprint.split(' ');
  for (const [i, place] of [...one('print').children].entries()) place.textContent = groups[i] ?? '';
  one('done').hidden = false;
  one('before').hidden = true;
  one('done-title').focus();
}
