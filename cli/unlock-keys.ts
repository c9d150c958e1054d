import type { KeyEncryption } from '../src/adapters/keys/encryption.ts';
import { readPassphraseFile } from '../src/adapters/keys/passphrase-file.ts';
import { hasUnlock, openUnlock } from '../src/adapters/keys/unlock.ts';
import type { Config } from '../src/config.ts';
import { Refusal } from '../src/core/refusal.ts';
import { Prompt } from './cards/prompt.ts';
import { ApiProblem } from './client.ts';
import type { Screen } from './screen.ts';
import type { Text } from './command.ts';

const TRIES = 3;
/** More than 128 characters take, composed or not. */
const MOST_BYTES = 1024;

const QUESTION: Text = { es: 'Contraseña de las llaves (no se ve):', en: 'Passphrase of the keys (not shown):' };
/** Of who gets a passphrase of their own. */
export const NEW_PASSPHRASE: Text = {
  es: 'Contraseña nueva, de 16 caracteres o más (no se ve):',
  en: 'New passphrase, of 16 characters or more (not shown):',
};
const AGAIN: Text = {
  es: 'Esa contraseña no abre las llaves. Escríbala otra vez con cuidado.',
  en: 'This passphrase does not open the keys. Type it again with care.',
};

/** Asks at the terminal without showing what is typed; elsewhere the next line of standard input. */
export async function withPrompt<Result>(screen: Screen, act: (prompt: Prompt) => Promise<Result>): Promise<Result> {
  const prompt = new Prompt(screen, process.stdin, { mostBytes: MOST_BYTES });
  try {
    return await act(prompt);
  } finally {
    await prompt.close();
  }
}

function isWrong(error: unknown): boolean {
  return (error instanceof Refusal || error instanceof ApiProblem) && error.code === 'keys/passphrase-wrong';
}

/**
 * Has a custodian type the passphrase, three times at most at a terminal; `use` does not keep it.
 * @throws what `use` throws at the last try, `keys/passphrase-wrong`; UsageError where nothing comes any more
 */
export async function askPassphrase<Result>(
  screen: Screen,
  prompt: Prompt,
  use: (passphrase: Uint8Array) => Promise<Result>,
  question: Text = QUESTION,
): Promise<Result> {
  for (let left = prompt.isTerminal ? TRIES : 1; ; left--) {
    const typed = await prompt.askSecret(question);
    try {
      return await use(typed);
    } catch (error) {
      if (!isWrong(error) || left === 1) throw error;
      screen.note(screen.say(AGAIN));
    } finally {
      typed.fill(0);
    }
  }
}

/**
 * What opens the keys of the installation, whose data this process opens itself: by the passphrase that systemd hands over, or
 * that a custodian types at the terminal. `undefined` where there is nothing to open, or nobody to ask.
 * @throws Refusal `keys/passphrase-wrong`, and those of `openUnlock`
 */
export async function unlockKeys(
  { keysFolder, passphraseFile }: Pick<Config, 'keysFolder' | 'passphraseFile'>,
  screen: Screen,
): Promise<KeyEncryption | undefined> {
  if (!(await hasUnlock(keysFolder))) return undefined;
  const handed = passphraseFile === undefined ? undefined : await readPassphraseFile(passphraseFile);
  if (handed) {
    try {
      return await openUnlock(keysFolder, handed);
    } finally {
      handed.fill(0);
    }
  }
  // A line of a file or of a pipe may be meant for anything.
  if (!process.stdin.isTTY) return undefined;
  return withPrompt(screen, (prompt) =>
    askPassphrase(screen, prompt, (passphrase) => openUnlock(keysFolder, passphrase)),
  );
}
