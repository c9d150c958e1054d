/** PIN and PUK of a chip. The PIN is set with the PUK always, so that none that was there before has to be known. */
import { isRefusal } from '../../core/refusal.ts';
import { refuseCard, type Chip, type ChipDeps } from './chip.ts';
import { possibleOwners, type JournalLine, type Owner } from './journal.ts';
import type { ChipSecrets } from './chip-access.ts';
import { refuse } from '../piv/answer.ts';
import { auditFactorySecrets, FACTORY_PIN, FACTORY_PUK } from '../piv/factory.ts';
import { changePuk, checkTries, unblockPin, type UnknownTries } from '../piv/pin.ts';
import { PUK_REFERENCE } from '../piv/reference.ts';
import { readMetadata } from '../piv/vendor.ts';

/** Of three, as cards have them, one is never spent. */
const MOST_SPENT = 2;
const FULL: UnknownTries = { tries: 'full' };

/**
 * Gives the chip its own PUK, and with it the PIN.
 * @throws Refusal `card/foreign-secret`, `card/factory-again`, `card/puk-last-try`, `card/puk-blocked`
 */
export async function givePin(
  chip: Chip,
  secrets: ChipSecrets,
  lines: readonly JournalLine[],
  pin: string,
): Promise<void> {
  const puk = await secrets.puk();
  await withPuk(chip, lines, async (owner, tries) => {
    const setOwn = (known: UnknownTries): Promise<void> => setPin(chip, puk, pin, known);
    if (owner === 'own') await setOwn(tries);
    else await setPuk(chip, 'own', [FACTORY_PUK, puk], tries, () => setOwn(FULL));
  });
}

/** Gives a chip that has its own PUK another PIN with it, blocked or not. @throws as `givePin` */
export async function replacePin(
  chip: Chip,
  secrets: ChipSecrets,
  lines: readonly JournalLine[],
  pin: string,
): Promise<void> {
  const puk = await secrets.puk();
  await withPuk(chip, lines, (_, tries) => setPin(chip, puk, pin, tries), { expected: 'own' });
}

/**
 * Gives it back the factory's PIN, which is taken, and its PUK. In between, `act` does what wants the PIN.
 * @throws as `givePin`
 */
export async function returnPin(
  chip: Chip,
  secrets: ChipSecrets,
  lines: readonly JournalLine[],
  act: () => Promise<void>,
): Promise<void> {
  const setFactoryPin = async (owner: Owner, tries: UnknownTries): Promise<void> =>
    setPin(chip, owner === 'own' ? await secrets.puk() : FACTORY_PUK, FACTORY_PIN, tries);
  // Its management key is its own, which it gives back last: most were never wiped before.
  const found = await withPuk(chip, lines, setFactoryPin, { likelier: 'own' });
  await act();
  if (found === 'factory') return;
  const { channel } = chip.deps;
  const useIt = (): Promise<void> => tryPuk(chip, () => changePuk(channel, FACTORY_PUK, FACTORY_PUK, FULL));
  await setPuk(chip, 'factory', [await secrets.puk(), FACTORY_PUK], FULL, useIt);
}

/**
 * Does something with the PUK that the chip has. Where neither chip nor journal says whose that is, a wrong one is tried, once.
 * @returns whose it was
 */
async function withPuk(
  chip: Chip,
  lines: readonly JournalLine[],
  act: (owner: Owner, tries: UnknownTries) => Promise<void>,
  { expected, likelier = 'factory' }: { readonly expected?: Owner; readonly likelier?: Owner } = {},
): Promise<Owner> {
  let told = await expectPukTries(chip, lines);
  const possible = possibleOwners(lines, 'set-puk', chip.isBlank ? 'factory' : told?.owner, likelier);
  for (const [at, candidate] of (expected ? [expected] : possible).entries()) {
    if (told && at > 0) told = await expectPukTries(chip, lines);
    const tries: UnknownTries = told ? { tries: told.triesLeft } : { acceptUnknownTries: true };
    if (await isRight(() => act(candidate, tries))) return candidate;
  }
  return refuseCard('card/foreign-secret', 'the PUK is another one', { secret: 'puk' });
}

/**
 * What the chip says of its PUK, where it does. Nothing is tried.
 * @throws Refusal `card/puk-last-try`, `card/puk-blocked`
 */
export async function expectPukTries(
  { deps }: Pick<Chip, 'deps'>,
  lines: readonly JournalLine[],
): Promise<{ readonly owner: Owner; readonly triesLeft: number } | undefined> {
  const told = await askForPuk(deps);
  if (told) checkTries(told.triesLeft, 'puk');
  else if (spentPuks(lines) >= MOST_SPENT) {
    refuse('card/puk-last-try', 'others were given before', { triesLeft: 1 });
  }
  return told;
}

async function askForPuk({
  channel,
}: ChipDeps): Promise<{ readonly owner: Owner; readonly triesLeft: number } | undefined> {
  const metadata = await readMetadata(channel, PUK_REFERENCE);
  if (metadata === undefined || metadata === 'none') return undefined;
  const { isFactory, triesLeft } = metadata;
  if (isFactory === undefined || triesLeft === undefined) return undefined;
  return { owner: isFactory ? 'factory' : 'own', triesLeft };
}

/**
 * How many tries the chip may have spent on its PUK since it took one: whatever became of a try, it was spent once it was about
 * to be sent. One whose answer was lost may have been wrong.
 */
function spentPuks(lines: readonly JournalLine[]): number {
  let count = 0;
  for (const { step, phase } of lines) {
    if (step !== 'try-puk') continue;
    if (phase === 'done') count = 0;
    else if (phase === 'intent') count++;
  }
  return count;
}

/** Gives the chip a PUK, once. In the journal before it is sent: the chip may not say how many tries are left. */
async function tryPuk(chip: Chip, act: () => Promise<void>): Promise<void> {
  await chip.step({ step: 'try-puk' }, act);
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
  const change = (): Promise<void> => tryPuk(chip, () => changePuk(channel, present, next, tries));
  await chip.step({ step: 'set-puk', of: owner }, change, useIt);
}

/** Done when it was taken: no key is certified on a card whose PIN may still be another. */
async function setPin(chip: Chip, puk: string, pin: string, tries: UnknownTries): Promise<void> {
  chip.knowPin(pin, FULL);
  await chip.step(
    { step: 'set-pin' },
    () => tryPuk(chip, () => unblockPin(chip.deps.channel, puk, pin, tries)),
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
