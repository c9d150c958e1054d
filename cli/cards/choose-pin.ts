import { checkNewPin } from '../../src/card/station/pin-policy.ts';
import { isRefusal } from '../../src/core/refusal.ts';
import { problemText } from '../../src/texts/problems.ts';
import { UsageError } from '../command.ts';
import type { Screen } from '../screen.ts';
import type { Prompt } from './prompt.ts';

const MOST_ROUNDS = 5;

const CHOOSE = {
  es: 'La persona escribe su NIP nuevo, de 6 a 8 dígitos (no se ve):',
  en: 'The person types their new PIN, 6 to 8 digits (nothing is shown):',
};
const AGAIN = { es: 'Otra vez el mismo NIP:', en: 'The same PIN again:' };
const DIFFER = { es: 'No es el mismo. Otra vez desde el principio.', en: 'Not the same. Again from the beginning.' };

/**
 * The PIN that a person chooses, typed twice. At a terminal one that is declined is asked for again; what comes down a pipe is
 * declined at once.
 * @throws Refusal `card/pin-malformed`, `card/pin-too-simple`; UsageError where nobody types
 */
export async function choosePin(prompt: Prompt, screen: Screen): Promise<string> {
  for (let round = 1; ; round++) {
    const mayRetry = prompt.isTerminal && round < MOST_ROUNDS;
    const pin = await prompt.askHidden(CHOOSE);
    try {
      checkNewPin(pin);
    } catch (error) {
      if (!isRefusal(error) || !mayRetry) throw error;
      const { what, next } = problemText(error.code, error.facts, screen.language);
      screen.note(`${what} ${next}`);
      continue;
    }
    if ((await prompt.askHidden(AGAIN)) === pin) return pin;
    if (!mayRetry) throw new UsageError(DIFFER);
    screen.note(screen.say(DIFFER));
  }
}
