import { ask } from './asking.ts';
import { assertionOver, bytesOf, onPasskeyForm } from './passkey.ts';

/*
 * What waits is confirmed with a passkey: the challenge is the hash of exactly what the page shows.
 */

for (const form of document.querySelectorAll<HTMLFormElement>('form[data-passkey=authorise]')) {
  onPasskeyForm(form, async ({ path = '', challenge = '', rp = '' }) => {
    const options = {
      challenge: bytesOf(challenge),
      rpId: rp,
      userVerification: 'required',
      timeout: 300_000,
    } as const;
    await ask(`${path}/confirmar`, await assertionOver(options));
    location.reload();
  });
}
