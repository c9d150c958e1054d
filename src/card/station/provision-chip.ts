import { equal, toHex } from '../../core/bytes.ts';
import { Refusal } from '../../core/refusal.ts';
import type { CardSlot } from '../../credential/on-card.ts';
import type { ChipMaker } from './attestation.ts';
import { formatCardNumber, type Card, type CardNumber, type CardRegisterCode } from '../card.ts';
import { secretsOf, type ChipSecrets } from './chip-access.ts';
import { Chip, readWhole, refuseCard, type ChipDeps } from './chip.ts';
import { chuidOf, personalObjects } from '../card-objects.ts';
import { completeCapability, completeObjects, type Face } from './chip-objects.ts';
import {
  giveManagementKey,
  openAgain,
  openFromFactory,
  openManagement,
  type OpenedManagement,
} from './chip-management.ts';
import { expectFactoryPuk, expectNoFactorySecret, givePin } from './chip-pin.ts';
import { completeSlot, emptySlot, expectKnownMaker, type CompletedSlot, type SlotStory } from './chip-slots.ts';
import { identifyChip } from './identify-chip.ts';
import { performStep, type Journal } from './journal.ts';
import type { CardHolder } from '../office.ts';
import { checkNewPin } from './pin-policy.ts';
import type { KeyAlgorithm } from '../piv/reference.ts';
import { holderOfUnfinished } from './unfinished.ts';
import { proveCardKey } from './verify-card.ts';
import { refuseFactoryAgain } from './whose-secret.ts';

/** What is under way with a chip, in this order. */
export type ChipStage = 'identify' | 'take-over' | 'keys' | 'objects' | 'audit';

/** The people at the station. */
export interface StationPeople {
  /**
   * The PIN that the card's person types, twice the same. Asked for once the chip in the reader is known to be the right one,
   * and before anything is written on it.
   * @param isProven that it is the chip which was begun for them, by its own management key: only such a one may be given a
   * PIN that was typed before
   * @throws what ends the act, where they think better of it
   */
  choosePin(holder: CardHolder, isProven: boolean): Promise<string>;
  /** How far it is. */
  tell?(stage: ChipStage): void;
}

export interface ProvisionOptions {
  /** Of the keys; P-256 unless told. RSA-2048 takes a card up to half a minute for each. */
  readonly algorithm?: KeyAlgorithm;
}

export interface ProvisionedChip {
  readonly card: Card;
  /**
   * Whether it was blank, or begun before and left; `anew`: begun before, and another card now; `done-before`: active already,
   * and only verified.
   */
  readonly began: 'blank' | 'resumed' | 'anew' | 'done-before';
  /** Who made the chip, where the station goes by that. */
  readonly maker?: ChipMaker;
  /** Whether it bears the photo of its person; `no-room`: the chip takes no object of that size. Absent in one that was done before. */
  readonly face?: Face;
  /** What was done in each slot. */
  readonly slots: Readonly<Partial<Record<CardSlot, SlotStory>>>;
  /** Of the certificates whose keys the chip holds and proved; none of one that was done before. */
  readonly serials: readonly string[];
}

/** The card's own key first: by it the chip is known from then on. */
const ORDER: readonly CardSlot[] = ['9E', '9A', '9C'];

/**
 * Makes the chip in the reader the card of an official: everything written and read back, each key proven to the office, no
 * secret of the factory left. May be called again after any interruption, with the same chip: what is on it is read, and gone
 * on from. What is left to do then is to activate the card.
 * @throws Refusal `StationCode`, `CardRegisterCode`, `PivCode`, what the office refuses
 * @throws Outage as channel, journal and office do: put the card in again
 */
export async function provisionChip(
  deps: ChipDeps,
  officialId: string,
  people: StationPeople,
  { algorithm = 'P-256' }: ProvisionOptions = {},
): Promise<ProvisionedChip> {
  people.tell?.('identify');
  const shown = await deps.office.holder(officialId);
  const { card, used } = await identifyChip(deps);
  if (card?.state === 'active' && card.officialId === shown.officialId) {
    await proveCardKey(deps, card);
    return { card, began: 'done-before', slots: {}, serials: [] };
  }
  await (card ? expectUnfinished(card, shown) : expectBlank(deps, used, shown));
  const found = card && (await reopen(deps, card, shown));
  const pin = await people.choosePin(shown, found?.owner === 'own');
  checkNewPin(pin);
  people.tell?.('take-over');
  // While they thought, another station may have ended, begun or finished a card of theirs.
  const holder = card ? await holderOfUnfinished(deps, card) : await deps.office.holder(officialId);
  if (!card) await expectBlank(deps, used, holder);
  const opened = await (found ? begunOrAnew(deps, found, holder) : open(deps, holder));
  // Before anything is written: a photo may not fit.
  const personal = personalObjects(opened.card, holder);
  const chip = await takeOver(deps, opened, holder, pin);
  people.tell?.('keys');
  const completed = await completeSlots(chip, holder, algorithm);
  people.tell?.('objects');
  await chip.expectSame();
  const face = await completeObjects(chip, personal, () => openAgain(chip, opened.secrets));
  people.tell?.('audit');
  await expectNoFactorySecret(chip, pin);
  await chip.expectSame();
  const slots = Object.fromEntries(completed.map(([slot, { story }]) => [slot, story]));
  const serials = completed.map(([, { serial }]) => serial);
  const { maker } = chip;
  const began = opened === found ? 'resumed' : found ? 'anew' : 'blank';
  return { card: chip.card, began, ...(maker && { maker }), face, slots, serials };
}

function expectUnfinished({ number, state, officialId, ended }: Card, holder: CardHolder): void {
  if (state === 'ended') {
    const facts = { number: formatCardNumber(number), reason: ended!.reason };
    throw new Refusal<CardRegisterCode>('card/ended', 'the card was ended', facts);
  }
  if (officialId !== holder.officialId) {
    refuseCard('card/of-another', 'the card of somebody else', { number: formatCardNumber(number) });
  }
}

async function expectBlank(deps: ChipDeps, used: readonly CardSlot[], holder: CardHolder): Promise<void> {
  const { card } = holder;
  if (used.length > 0) refuseCard('card/not-blank', 'there are certificates on it', { found: used.join(', ') });
  if (!card) return;
  const number = formatCardNumber(card.number);
  if (card.state === 'active') throw new Refusal<CardRegisterCode>('card/has-one', 'the person has a card', { number });
  if (await isBegun(deps, card, holder))
    refuseCard('card/begun-elsewhere', 'the card was begun on another body', { number });
}

/**
 * Whether some body says already that it is this card, knows what opens it, or has keys that are certified: no other one becomes
 * it, wherever that was begun.
 */
export async function isBegun(
  { journal, office }: Pick<ChipDeps, 'journal' | 'office'>,
  { number }: Pick<Card, 'number'>,
  { cardOpenings = 0, isCardProven = false }: Pick<CardHolder, 'cardOpenings' | 'isCardProven'>,
): Promise<boolean> {
  if (cardOpenings > 0 || isCardProven || (await isNamedHere(journal, number))) return true;
  return (await office.certificates(number)).length > 0;
}

/** Whether this station had some body say that it is this card. */
export async function isNamedHere(journal: Journal, number: CardNumber): Promise<boolean> {
  const lines = await journal.linesOf(number);
  return lines.some(({ step, of, phase }) => step === 'write-object' && of === 'chuid' && phase === 'done');
}

/** A chip whose management key was proven, to it and by it. */
interface OpenedChip extends OpenedManagement {
  readonly card: Card;
  readonly secrets: ChipSecrets;
  readonly isBlank: boolean;
}

/** A chip from the factory, to be the person's card: registered before anything is written. */
async function open(deps: ChipDeps, holder: CardHolder): Promise<OpenedChip> {
  const opened = await openFromFactory(deps);
  const card = await registeredCard(deps, holder);
  return { card, secrets: secretsOf(deps, card), isBlank: true, ...opened };
}

/** The card that the person has, begun before or active, or else a new one. */
export async function registeredCard(
  { office, random }: Pick<ChipDeps, 'office' | 'random'>,
  { officialId, card }: Pick<CardHolder, 'officialId' | 'card'>,
): Promise<Card> {
  // What is not heard of because its answer was lost is the person's card the next time.
  return card ?? office.register({ officialId, idempotencyKey: toHex(random(16)) });
}

async function reopen(deps: ChipDeps, card: Card, holder: CardHolder): Promise<OpenedChip> {
  const secrets = secretsOf(deps, card);
  const isNeverTold = holder.card?.number === card.number && holder.cardOpenings === 0;
  const opened = await openManagement(deps, card, secrets, isNeverTold);
  return { card, secrets, isBlank: false, ...opened };
}

/**
 * A chip that was begun, to go on with. One that has the factory's key still becomes another card where its own may have been
 * told: to this chip, which was pulled before it took it, or to one that only said it was this card, and knows the key by now.
 * @throws Refusal `card/factory-again` where keys were certified in a chip that has taken it, or were proven and are revoked by now
 */
async function begunOrAnew(
  deps: ChipDeps,
  found: OpenedChip,
  { cardOpenings = 0, isCardProven }: Pick<CardHolder, 'cardOpenings' | 'isCardProven'>,
): Promise<OpenedChip> {
  const { card, algorithm, owner } = found;
  if (owner === 'own' || cardOpenings === 0) return found;
  const { number, officialId } = card;
  const isElsewhere = isCardProven || (await deps.office.certificates(number)).length > 0;
  if (isElsewhere) refuseFactoryAgain('management-key');
  await performStep(deps, { card: number, step: 'end' }, () => deps.office.end({ number, reason: 'replaced' }));
  const next = await registeredCard(deps, { officialId });
  return { card: next, secrets: secretsOf(deps, next), isBlank: true, algorithm, owner };
}

/** The chip bears its GUID before any secret follows from that, and no secret of the factory before it has keys. */
async function takeOver(
  deps: ChipDeps,
  opened: OpenedChip,
  { isCardProven }: Pick<CardHolder, 'isCardProven'>,
  pin: string,
): Promise<Chip> {
  const { card, secrets, isBlank, algorithm, owner } = opened;
  const chip = new Chip(deps, card, isBlank);
  if (owner === 'factory') {
    await expectKnownMaker(chip);
    await chip.ensure('chuid', chuidOf(card));
    await expectFactoryPuk(chip);
    await giveManagementKey(chip, secrets, algorithm);
  } else {
    chip.managementAlgorithm = algorithm;
    await expectChuid(chip);
  }
  const puk = owner === 'factory' ? owner : isCardProven ? 'own' : undefined;
  await givePin(chip, secrets, puk, pin);
  await completeCapability(chip);
  return chip;
}

/** Read back before the key of the chip became its own, it is whole: torn now, nobody would know whose the chip is. */
async function expectChuid({ card, deps: { channel } }: Chip): Promise<void> {
  const found = await readWhole(channel, 'chuid');
  if (found && equal(found, chuidOf(card))) return;
  refuseCard('card/read-back-differs', 'chuid: another object than was written', { object: 'chuid' });
}

async function completeSlots(
  chip: Chip,
  holder: CardHolder,
  algorithm: KeyAlgorithm,
): Promise<readonly (readonly [CardSlot, CompletedSlot])[]> {
  const issued = await chip.deps.office.certificates(chip.card.number);
  const completed: (readonly [CardSlot, CompletedSlot])[] = [];
  // Of who came under reserve since.
  const others = issued.filter(({ slot }) => !holder.slots.includes(slot));
  for (const one of others) await emptySlot(chip, one);
  for (const slot of ORDER.filter((one) => holder.slots.includes(one))) {
    if (chip.cardKey) await chip.expectSame();
    const ofSlot = issued.filter((one) => one.slot === slot);
    completed.push([slot, await completeSlot(chip, slot, ofSlot, algorithm)]);
  }
  return completed;
}
