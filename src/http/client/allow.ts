import { ask } from './asking.ts';
import { assertionOver, bytesOf, onPasskeyForm } from './passkey.ts';

/*
 * Letting a program act in one's name: no act of the log, so the challenge is the server's, for this page and this session alone.
 */

const SECONDS = 300;

for (const form of document.querySelectorAll<HTMLFormElement>('form[data-passkey=allow]')) {
  onPasskeyForm(form, async ({ path = '', challenge = '', rp = '' }) => {
    const options = { challenge: bytesOf(challenge), rpId: rp, timeout: SECONDS * 1000 };
    await ask(`${path}/confirmar`, await assertionOver({ ...options, userVerification: 'required' }));
    location.reload();
  });
}
