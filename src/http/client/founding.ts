import { makePasskey, onPasskeyForm, showFingerprint } from './passkey.ts';

/*
 * The page of a founder.
 */

const form = document.querySelector<HTMLFormElement>('form#make')!;
const button = form.querySelector('button')!;

onPasskeyForm(
  form,
  async ({ path = '' }) => {
    const fingerprint = await makePasskey(path);
    button.textContent = 'Hacer otra en su lugar';
    button.className = 'plain';
    showFingerprint(fingerprint);
  },
  {
    stopped: 'No se hizo la llave: se canceló, o se acabó el tiempo. Puede intentarlo otra vez.',
    twice: 'Este dispositivo ya tiene la llave de otra persona fundadora. Use uno que sea solo de usted.',
  },
);
