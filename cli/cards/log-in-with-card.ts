import { cardLoginChallenge, type CardAnswer } from '../../src/core/card-login.ts';
import { nodePrimitives } from '../../src/adapters/primitives.ts';
import { answerWithCard, openLoginCard } from '../../src/card/station/log-in-card.ts';
import type { Context, Text } from '../command.ts';
import { withReaders } from './station.ts';
import { typedPin } from './typed-pin.ts';

function questionOf(triesLeft: number | undefined): Text {
  const [es, en] =
    triesLeft === undefined ? ['', ''] : [` (quedan ${triesLeft} intentos)`, ` (${triesLeft} tries left)`];
  return { es: `NIP de la tarjeta${es}, no se ve:`, en: `PIN of the card${en}, nothing is shown:` };
}

/**
 * Has the card in the reader answer for its holder, with their PIN, before the service at `origin`.
 * @param deviceCode the secret of the program that asks to be let in
 */
export function logInWithCard(
  context: Pick<Context, 'config' | 'given' | 'screen'>,
  { origin, deviceCode }: { readonly origin: string; readonly deviceCode: string },
): Promise<CardAnswer> {
  return withReaders(context, async ({ prompt, take, random, primitives }) => {
    prompt.hide();
    const { channel } = await take(['chip']);
    const deps = { channel, random, primitives };
    const card = await openLoginCard(deps);
    const challenge = cardLoginChallenge(deviceCode, nodePrimitives);
    const desk = { prompt, screen: context.screen, channel };
    return typedPin(desk, questionOf, (pin) => answerWithCard(deps, card, pin, { origin, challenge }));
  });
}
