import type { CardChannel } from '../../src/card/channel.ts';
import { pinTriesLeft } from '../../src/card/station/sign-card.ts';
import { isRefusal } from '../../src/core/refusal.ts';
import { problemText } from '../../src/texts/problems.ts';
import type { Text } from '../command.ts';
import type { Screen } from '../screen.ts';
import type { Prompt } from './prompt.ts';

/** May be answered with another one at a terminal, as long as the card has tries to spare. */
const TYPED_WRONG = ['card/pin-wrong', 'card/pin-malformed'];

export interface PinDesk {
  readonly prompt: Pick<Prompt, 'askSecret' | 'isTerminal'>;
  readonly screen: Screen;
  readonly channel: CardChannel;
}

/**
 * Does something with the PIN that somebody types, which is wiped then; where it was wrong and somebody sits there, it is asked for again.
 * @throws Refusal `card/pin-last-try` (the last one is never spent), `card/pin-blocked`; without a terminal `card/pin-wrong`,
 *   `card/pin-malformed`; and what `use` throws
 */
export async function typedPin<Result>(
  { prompt, screen, channel }: PinDesk,
  questionOf: (triesLeft: number | undefined) => Text,
  use: (pin: Uint8Array) => Promise<Result>,
): Promise<Result> {
  for (;;) {
    const pin = await prompt.askSecret(questionOf(await pinTriesLeft(channel)));
    try {
      return await use(pin);
    } catch (error) {
      if (!isRefusal(error) || !TYPED_WRONG.includes(error.code) || !prompt.isTerminal) throw error;
      screen.note(problemText(error.code, error.facts, screen.language).what);
    } finally {
      pin.fill(0);
    }
  }
}
