import { logIn, makePasskey, onPasskeyForm, showFingerprint } from './passkey.ts';
import { expectPerson, forgetForms, keepForms } from './stay.ts';

/*
 * Every page of the office: logging in, making a passkey, and forms that lose nothing.
 */

function forms(kind: string): NodeListOf<HTMLFormElement> {
  return document.querySelectorAll<HTMLFormElement>(`form[data-passkey=${kind}]`);
}

for (const form of forms('login')) {
  onPasskeyForm(form, async ({ path = '', then = '' }) => {
    await logIn(path);
    if (then === 'reload') location.reload();
    else if (then === 'office') location.assign(path);
    else {
      // What was typed stands in this page still.
      const kept = document.getElementById('kept')!;
      document.getElementById('door')!.hidden = true;
      kept.hidden = false;
      kept.querySelector('h1')!.focus();
    }
  });
}
for (const form of forms('make')) {
  onPasskeyForm(form, async ({ path = '' }) => showFingerprint(await makePasskey(`${path}/invitacion`)), {
    twice: 'Este dispositivo ya tiene una llave de usted. Use otro dispositivo.',
  });
}

const dialog = document.querySelector<HTMLDialogElement>('dialog#again');
let onAgain = (_done: boolean): void => {};
if (dialog) {
  const form = dialog.querySelector('form')!;
  expectPerson(form.dataset['who']!);
  onPasskeyForm(form, async ({ path = '', who = '' }) => {
    const name = await logIn(path);
    if (name === who) return onAgain(true);
    // What was typed is not theirs.
    forgetForms();
    location.assign(path);
  });
  dialog.addEventListener('close', () => onAgain(false));
  dialog.querySelector('[data-close]')!.addEventListener('click', () => dialog.close());
}

keepForms({
  logInAgain: () =>
    new Promise((resolve) => {
      if (!dialog) return resolve(false);
      onAgain = (done) => {
        onAgain = () => {};
        dialog.close();
        resolve(done);
      };
      dialog.showModal();
    }),
});

for (const form of document.querySelectorAll('form[data-logout]')) form.addEventListener('submit', forgetForms);
