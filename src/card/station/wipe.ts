import { CARD_SLOTS } from '../../credential/on-card.ts';
import { isRefusal } from '../../core/refusal.ts';
import { formatCardNumber, type Card, type CardNumber } from '../card.ts';
import { refuseBody, secretsOf } from './chip-access.ts';
import { Chip, refuseCard, type ChipDeps } from './chip.ts';
import { openFromFactory, openManagement, returnManagementKey } from './chip-management.ts';
import { returnPin } from './chip-pin.ts';
import { identifyCard, identifyTagged, usedSlots } from './identify-chip.ts';
import { performStep, type StepDeps } from './journal.ts';
import { getVersion } from '../ntag424/commands.ts';
import { wipeTag as wipeChipOfTag } from '../ntag424/wipe-tag.ts';
import type { CardOffice } from '../office.ts';
import { generateKey } from '../piv/keys.ts';
import { certificateObject } from '../piv/objects.ts';
import { tagWriting, type TagStationDeps } from './provision-tag.ts';

/**
 * Takes the chip of a card of ours back to how it left the factory, so that it can be somebody's card again: the card is ended
 * and all that was issued for it revoked, then its keys and objects go, PIN, PUK and management key become the factory's, and
 * its GUID goes last, so that until then it is known. May be called again after any interruption. A chip from the factory that
 * bears nothing but the number of a card in use, or of one of which a key was proven, is none: it loses the number, and the card
 * stays as it is.
 * @param confirmed the card that somebody said is to be wiped: a chip may say another number each time it is asked
 * @throws Refusal `card/exchanged` where it is another one by now; `card/not-ours`, `card/certificate-of-another` of a chip that
 *   only says it is a card in use, `card/proven-elsewhere` where it only says it is such a one that is being made; `card/foreign-secret`, `card/factory-again`, `card/puk-blocked`, `card/puk-last-try`
 * @throws Outage as channel, journal and office do: put the card in again
 */
export async function wipeCard(deps: ChipDeps, confirmed: CardNumber): Promise<Card> {
  const found = await identifyCard(deps);
  refuseUnlessConfirmed(found, confirmed);
  const isOfAnother = await isKnownByKey(deps, found);
  if (isOfAnother && (await isFromFactory(deps))) {
    await new Chip(deps, found, false).erase('chuid');
    return found;
  }
  const secrets = secretsOf(deps, found);
  const { algorithm, owner } = await openManagement(deps, found, secrets);
  const isItsOwn = owner === 'own';
  // Anybody can write a number on a chip: nothing that only says so ends a card whose chip has keys.
  if (!isItsOwn && found.state === 'active')
    refuseCard('card/not-ours', 'the chip has the management key of the factory');
  if (!isItsOwn && isOfAnother) refuseBody(found);
  const card = await endedCard(deps, found);
  const chip = new Chip(deps, card, false);
  // The management key is the first that a chip gets and the last that it gives back. What has the factory's is told no PUK.
  if (isItsOwn) {
    await returnPin(chip, secrets, () => emptySlotsAndObjects(chip));
    await returnManagementKey(chip, secrets, algorithm);
  }
  await chip.erase('chuid');
  return card;
}

/** Whether its chip has a key that was proven: a card in use, or one that is being made. It took its own management key before. */
async function isKnownByKey(
  { office }: Pick<ChipDeps, 'office'>,
  { number, state, officialId }: Card,
): Promise<boolean> {
  if (state !== 'registered') return state === 'active';
  const { card, isCardProven = false } = await office.holder(officialId);
  return card?.number === number && isCardProven;
}

/** But for the number that it says: one that another station was faster than, or anybody's. Whatever is made of it is told nothing. */
async function isFromFactory(deps: ChipDeps): Promise<boolean> {
  if ((await usedSlots(deps.channel)).length > 0) return false;
  try {
    await openFromFactory(deps);
    return true;
  } catch (error) {
    if (isRefusal(error, 'card/foreign-secret')) return false;
    throw error;
  }
}

async function emptySlotsAndObjects(chip: Chip): Promise<void> {
  for (const slot of CARD_SLOTS) {
    await chip.erase(certificateObject(slot));
    // No command takes a key away: another one, of nobody, takes its place.
    const { channel } = chip.deps;
    await chip.step({ step: 'generate-key', of: slot }, () => generateKey(channel, slot, 'P-256'));
  }
  for (const name of ['printed-information', 'facial-image', 'security-object'] as const) await chip.erase(name);
}

/**
 * The same of a tag: afterwards it is empty and open, with the keys of the factory. Its card is ended once the tag has proven its
 * keys: one that is refused leaves its card as it is.
 * @throws as `wipeCard`; Refusal `card/still-active`; Refusal `TagCode`
 */
export async function wipeTag(deps: TagStationDeps, confirmed: CardNumber): Promise<Card> {
  const found = await identifyTagged(deps);
  refuseUnlessConfirmed(found, confirmed);
  const { number } = found;
  refuseActive(found);
  const { uid } = await getVersion(deps.channel);
  const assignment = await deps.office.assignTag(number, uid, { isBlank: false });
  let card = found;
  await wipeChipOfTag(tagWriting(deps, number), { uid, ...assignment }, async () => {
    const present = (await deps.office.find({ number })) ?? found;
    // Activated elsewhere meanwhile, and one that is blank has proven nothing.
    refuseActive(present);
    card = await endedCard(deps, present);
  });
  return card;
}

function refuseUnlessConfirmed({ number }: Card, confirmed: CardNumber): void {
  if (number === confirmed) return;
  refuseCard('card/exchanged', 'another card than the one that was confirmed', { number: formatCardNumber(confirmed) });
}

function refuseActive({ number, state }: Card): void {
  if (state === 'active') refuseCard('card/still-active', 'nothing on the tag proves it', { number });
}

async function endedCard(deps: StepDeps & { readonly office: CardOffice }, card: Card): Promise<Card> {
  if (card.state === 'ended') return card;
  const { number } = card;
  return performStep(deps, { card: number, step: 'end' }, () => deps.office.end({ number, reason: 'wiped' }));
}
