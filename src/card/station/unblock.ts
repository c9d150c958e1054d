import { formatCardNumber, type Card } from '../card.ts';
import { Chip, refuseCard, type ChipDeps } from './chip.ts';
import { secretsOf } from './chip-access.ts';
import { expectPukTries, replacePin } from './chip-pin.ts';
import { identifyCard } from './identify-chip.ts';
import { checkNewPin } from './pin-policy.ts';
import { proveCardKey } from './verify-card.ts';

/**
 * Gives the card in the reader another PIN, blocked or not, with the PUK that follows from its GUID: nobody has to keep one.
 * The chip proves its own key before, so that no other is told the PUK.
 * @param choosePin by the card's person, once it is known whose it is
 * @throws Refusal `card/not-ours`, `card/not-active`, `card/pin-too-simple`, `card/puk-last-try`, `card/puk-blocked`, and as
 * `proveCardKey`
 */
export async function unblockCard(deps: ChipDeps, choosePin: (card: Card) => Promise<string>): Promise<Card> {
  const card = await identifyCard(deps);
  const { number, state } = card;
  if (state !== 'active') {
    refuseCard('card/not-active', `the card is ${state}`, { number: formatCardNumber(number), state });
  }
  const chip = new Chip(deps, card, false);
  chip.cardKey = (await proveCardKey(deps, card)).key;
  // Before somebody chooses one for nothing.
  const secrets = secretsOf(deps, card);
  await secrets.puk();
  await expectPukTries(chip);
  const pin = await choosePin(card);
  checkNewPin(pin);
  // Somebody may have changed the card while they thought.
  await chip.expectSame();
  await replacePin(chip, secrets, pin);
  return card;
}
