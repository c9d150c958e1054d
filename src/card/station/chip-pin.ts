/** PIN and PUK of a chip. The PIN is set with the PUK always, so that none that was there before has to be known. */
import { isRefusal } from '../../core/refusal.ts';
import { refuseCard, type Chip, type ChipDeps } from './chip.ts';
import type { ChipSecrets } from './chip-access.ts';
import { refuse } from '../piv/answer.ts';
import { auditFactorySecrets, FACTORY_PIN, FACTORY_PUK } from '../piv/factory.ts';
import { changePuk, checkTries, unblockPin, type UnknownTries } from '../piv/pin.ts';
import { PUK_REFERENCE } from '../piv/reference.ts';
import { readMetadata } from '../piv/vendor.ts';
import { mayTryPuk, possiblePuks, type Owner } from './whose-secret.ts';

const FULL: UnknownTries = { tries: 'full' };

/**
 * That the chip has the PUK of the factory, before its management key becomes its own: from then on it is one of two.
 * @throws Refusal `card/foreign-secret`, `card/puk-last-try`, `card/puk-blocked`
 */
export async function expectFactoryPuk(chip: Chip): Promise<void> {
  const told = await askForPuk(chip.deps);
  const tries = await triesFor(chip, 'factory', told);
  if (told?.owner !== 'factory' && !(await isRight(() => useFactoryPuk(chip, tries)))) refusePuk();
}

/**
 * Gives the chip its own PUK, and with it the PIN.
 * @param known whose PUK it has, where that is certain: `factory` after `expectFactoryPuk`
 * @throws Refusal `card/foreign-secret`, `card/factory-again`, `card/puk-last-try`, `card/puk-blocked`
 */
export async function givePin(chip: Chip, secrets: ChipSecrets, known: Owner | undefined, pin: string): Promise<void> {
  const puk = await secrets.puk();
  const setOwn = (tries: UnknownTries): Promise<void> => setPin(chip, ['own', puk], pin, tries);
  const give = async (owner: Owner, tries: UnknownTries): Promise<void> => {
    if (owner === 'own') await setOwn(tries);
    else await setPuk(chip, 'own', [FACTORY_PUK, puk], tries, () => setOwn(FULL));
  };
  if (known !== 'factory') await withPuk(chip, give, { known });
  else if (!(await isRight(() => give(known, FULL)))) refusePuk();
}

/** Gives a chip in use, which has its own PUK, another PIN with it, blocked or not. @throws as `givePin` */
export async function replacePin(chip: Chip, secrets: ChipSecrets, pin: string): Promise<void> {
  const puk = await secrets.puk();
  await withPuk(chip, (_, tries) => setPin(chip, ['own', puk], pin, tries), { known: 'own' });
}

/**
 * Gives it back the factory's PIN, which is taken, and its PUK. In between, `act` does what wants the PIN.
 * @throws as `givePin`
 */
export async function returnPin(chip: Chip, secrets: ChipSecrets, act: () => Promise<void>): Promise<void> {
  const setFactoryPin = async (owner: Owner, tries: UnknownTries): Promise<void> =>
    setPin(chip, [owner, owner === 'own' ? await secrets.puk() : FACTORY_PUK], FACTORY_PIN, tries);
  // Its management key is its own, which it gives back last: most were never wiped before.
  const found = await withPuk(chip, setFactoryPin, { likelier: 'own' });
  await act();
  if (found === 'factory') return;
  await setPuk(chip, 'factory', [await secrets.puk(), FACTORY_PUK], FULL, () => useFactoryPuk(chip, FULL));
}

/**
 * Does something with the PUK that the chip has. Where that may be one of two, a wrong one is tried, once.
 * @returns whose it was
 */
async function withPuk(
  chip: Chip,
  act: (owner: Owner, tries: UnknownTries) => Promise<void>,
  { known, likelier = 'factory' }: { readonly known?: 'own' | undefined; readonly likelier?: Owner },
): Promise<Owner> {
  const { deps, card } = chip;
  const lines = await deps.journal.linesOf(card.number);
  let told = await askForPuk(deps);
  for (const [at, candidate] of possiblePuks(lines, card, told?.owner, known, likelier).entries()) {
    if (told && at > 0) told = await askForPuk(deps);
    const tries = await triesFor(chip, candidate, told);
    if (await isRight(() => act(candidate, tries))) return candidate;
  }
  return refusePuk();
}

function refusePuk(): never {
  return refuseCard('card/foreign-secret', 'the PUK is another one', { secret: 'puk' });
}

/**
 * That the chip's own PUK may be tried. Nothing is.
 * @throws Refusal `card/puk-last-try`, `card/puk-blocked`
 */
export async function expectPukTries(chip: Chip): Promise<void> {
  await triesFor(chip, 'own', await askForPuk(chip.deps));
}

interface ToldPuk {
  readonly owner: Owner;
  readonly triesLeft: number;
}

async function triesFor({ deps, card }: Chip, candidate: Owner, told: ToldPuk | undefined): Promise<UnknownTries> {
  if (told) {
    checkTries(told.triesLeft, 'puk');
    return { tries: told.triesLeft };
  }
  if (!mayTryPuk(await deps.journal.linesOf(card.number), candidate)) {
    refuse('card/puk-last-try', 'others were given before', { triesLeft: 1 });
  }
  return { acceptUnknownTries: true };
}

/** What the chip says of its PUK, where it does. Nothing is tried. */
async function askForPuk({ channel }: ChipDeps): Promise<ToldPuk | undefined> {
  const metadata = await readMetadata(channel, PUK_REFERENCE);
  if (metadata === undefined || metadata === 'none') return undefined;
  const { isFactory, triesLeft } = metadata;
  if (isFactory === undefined || triesLeft === undefined) return undefined;
  return { owner: isFactory ? 'factory' : 'own', triesLeft };
}

/** Gives the chip a PUK, once. In the journal before it is sent: the chip may not say how many tries are left. */
async function tryPuk(chip: Chip, owner: Owner, act: () => Promise<void>): Promise<void> {
  await chip.step({ step: 'try-puk', of: owner }, act);
}

/** It is the same afterwards. */
async function useFactoryPuk(chip: Chip, tries: UnknownTries): Promise<void> {
  await tryPuk(chip, 'factory', () => changePuk(chip.deps.channel, FACTORY_PUK, FACTORY_PUK, tries));
}

async function isRight(act: () => Promise<void>): Promise<boolean> {
  try {
    await act();
    return true;
  } catch (error) {
    if (isRefusal(error, 'card/puk-wrong')) return false;
    throw error;
  }
}

/** Done, the journal says, when the new one was used. */
async function setPuk(
  chip: Chip,
  owner: Owner,
  [present, next]: readonly [string, string],
  tries: UnknownTries,
  useIt: () => Promise<void>,
): Promise<void> {
  const { channel } = chip.deps;
  const before = owner === 'own' ? 'factory' : 'own';
  const change = (): Promise<void> => tryPuk(chip, before, () => changePuk(channel, present, next, tries));
  await chip.step({ step: 'set-puk', of: owner }, change, useIt);
}

/** Done when it was taken: no key is certified on a card whose PIN may still be another. */
async function setPin(
  chip: Chip,
  [owner, puk]: readonly [Owner, string],
  pin: string,
  tries: UnknownTries,
): Promise<void> {
  chip.knowPin(pin, FULL);
  await chip.step(
    { step: 'set-pin' },
    () => tryPuk(chip, owner, () => unblockPin(chip.deps.channel, puk, pin, tries)),
    () => chip.unlock('9A'),
  );
}

/**
 * That no secret of the factory works any more, before the card leaves the station. The chip forgets with it that our management
 * key was proven.
 * @throws Refusal `card/factory-secret` also where that cannot be told
 */
export async function expectNoFactorySecret(chip: Chip, pin: string): Promise<void> {
  const { deps, managementAlgorithm } = chip;
  // The PIN was set with the PUK that is not the factory's, and taken.
  const evidence = { pin, pukSetHere: true, pinWasTaken: true, ...(managementAlgorithm && { managementAlgorithm }) };
  const audit = await auditFactorySecrets(deps.channel, deps, evidence);
  const secrets = { pin: audit.pin, puk: audit.puk, 'management-key': audit.managementKey };
  for (const [secret, { state }] of Object.entries(secrets)) {
    if (state !== 'changed') refuseCard('card/factory-secret', `the ${secret} may be the factory's`, { secret });
  }
}
