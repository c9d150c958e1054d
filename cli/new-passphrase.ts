import { canonicalPassphrase, drawPassphrase, isSamePassphrase } from '../src/adapters/keys/passphrase.ts';
import { systemRandom } from '../src/adapters/system.ts';
import { utf8 } from '../src/core/bytes.ts';
import { Declined, UsageError, type Text } from './command.ts';
import type { Prompt } from './cards/prompt.ts';
import type { Screen } from './screen.ts';
import { NEW_PASSPHRASE } from './unlock-keys.ts';

const DIFFERENT: Text = {
  es: 'Las dos contraseñas no son iguales: no se cambió nada.',
  en: 'The two passphrases are not the same: nothing was changed.',
};

/** A drawn passphrase is shown on a terminal, where nothing keeps it. @throws UsageError where there is none */
export function needTerminal({ isTerminal }: Prompt): void {
  if (isTerminal && process.stderr.isTTY) return;
  throw new UsageError({
    es: 'la contraseña generada sólo se muestra en una terminal; con --own se elige una',
    en: 'a drawn passphrase is shown on a terminal only; with --own one is chosen',
  });
}

async function repeated(prompt: Prompt, first: Uint8Array, question: Text): Promise<Uint8Array> {
  const second = await prompt.askSecret(question);
  const isSame = isSamePassphrase(first, second);
  second.fill(0);
  if (isSame) return first;
  first.fill(0);
  throw new Declined(DIFFERENT);
}

/** One that somebody chooses, typed twice. @throws Refusal `keys/passphrase-weak`; Declined where the two differ */
export async function chosenPassphrase(prompt: Prompt, question: Text = NEW_PASSPHRASE): Promise<Uint8Array> {
  const first = await prompt.askSecret(question);
  canonicalPassphrase(first).fill(0);
  return repeated(prompt, first, { es: 'Otra vez:', en: 'Once more:' });
}

/** A new one, shown until it was copied and typed back: what is on paper is what opens the keys. @throws Declined where the two differ */
export async function drawnPassphrase(screen: Screen, prompt: Prompt): Promise<Uint8Array> {
  const passphrase = drawPassphrase(systemRandom);
  const told = screen.say({
    es: 'Cópiela en papel y guárdela bajo llave:',
    en: 'Copy it on paper, to be locked away:',
  });
  process.stderr.write(`${told}\n\n    ${passphrase}\n\n`);
  try {
    const typed = { es: 'Escríbala como la copió (no se ve):', en: 'Type it as you copied it (not shown):' };
    return await repeated(prompt, utf8(passphrase), typed);
  } finally {
    // The question, and the four rows above it.
    process.stderr.write('\x1b[5A\r\x1b[J');
  }
}
