/** Takes a chip over from its factory: management key and PUK that follow from its GUID, the PIN that its person chose. */
import { isRefusal } from '../core/refusal.ts';
import { refuseCard, type Chip, type ChipDeps } from './chip.ts';
import { secretOwner, type JournalLine } from './journal.ts';
import type { CardAccess } from './office.ts';
import { refuse } from './piv/answer.ts';
import { auditFactorySecrets, FACTORY_PUK, factoryManagementKey } from './piv/factory.ts';
import { authenticateManagement, findManagementAlgorithm, setManagementKey } from './piv/management.ts';
import { changePuk, unblockPin, type UnknownTries } from './piv/pin.ts';
import { MANAGEMENT_REFERENCE, PUK_REFERENCE, type ManagementAlgorithm } from './piv/reference.ts';
import { readMetadata } from './piv/vendor.ts';

type Owner = 'factory' | 'own';

/** What cards are given where they take it: 3DES is in SP 800-78-5 no more. */
const PREFERRED: ManagementAlgorithm = 'AES-256';

// ---- Management key ------------------------------------------------------------------------------------------------

/** Proves the factory's key to a chip that nobody has taken over. @throws Refusal `card/foreign-secret` */
export async function openFromFactory(deps: ChipDeps): Promise<ManagementAlgorithm> {
  const { algorithm, owner } = await askForManagement(deps);
  if (owner !== 'own' && (await proves(deps, algorithm, factoryManagementKey(algorithm)))) return algorithm;
  return refuseCard('card/foreign-secret', 'the management key is not of the factory', { secret: 'management-key' });
}

/**
 * Proves to a chip of ours the key that it has: its own, or still the factory's. Each is tried once at most, and one only where
 * the chip or the journal says which.
 * @throws Refusal `card/foreign-secret`
 */
export async function openManagement(
  deps: ChipDeps,
  access: CardAccess,
  lines: readonly JournalLine[],
): Promise<{ readonly algorithm: ManagementAlgorithm; readonly owner: Owner }> {
  const { algorithm, owner = secretOwner(lines, 'set-management-key') } = await askForManagement(deps);
  for (const candidate of owner === 'unknown' ? (['own', 'factory'] as const) : [owner]) {
    const key = candidate === 'own' ? access.managementKey(algorithm) : factoryManagementKey(algorithm);
    if (await proves(deps, algorithm, key)) return { algorithm, owner: candidate };
  }
  return refuseCard('card/foreign-secret', 'the management key is another one', { secret: 'management-key' });
}

/** Gives the chip its own key in place of the one that was just proven, and proves it. */
export async function giveManagementKey(chip: Chip, access: CardAccess, found: ManagementAlgorithm): Promise<void> {
  if (!(await takesKey(chip, access, PREFERRED))) await setKey(chip, access, found);
}

/** Whether the chip takes a key of this kind: older ones do not. */
async function takesKey(chip: Chip, access: CardAccess, algorithm: ManagementAlgorithm): Promise<boolean> {
  try {
    await setKey(chip, access, algorithm);
    return true;
  } catch (error) {
    if (isRefusal(error, 'card/declined') || isRefusal(error, 'card/unsupported')) return false;
    throw error;
  }
}

async function setKey(chip: Chip, access: CardAccess, algorithm: ManagementAlgorithm): Promise<void> {
  const { channel } = chip.deps;
  const key = access.managementKey(algorithm);
  await chip.step(
    { step: 'set-management-key', of: 'own' },
    () => setManagementKey(channel, algorithm, key),
    () => authenticateManagement(channel, key, chip.deps, { algorithm }),
  );
  chip.managementAlgorithm = algorithm;
}

async function askForManagement({
  channel,
}: ChipDeps): Promise<{ readonly algorithm: ManagementAlgorithm; readonly owner?: Owner }> {
  const metadata = await readMetadata(channel, MANAGEMENT_REFERENCE);
  const told = metadata === 'none' ? undefined : metadata;
  const algorithm = told?.managementAlgorithm ?? (await findManagementAlgorithm(channel));
  if (!algorithm) refuse('card/management-key-algorithm', 'the card has a management key of no known kind');
  return { algorithm, ...(told?.isFactory !== undefined && { owner: told.isFactory ? 'factory' : 'own' }) };
}

async function proves(deps: ChipDeps, algorithm: ManagementAlgorithm, key: Uint8Array): Promise<boolean> {
  try {
    await authenticateManagement(deps.channel, key, deps, { algorithm });
    return true;
  } catch (error) {
    if (isRefusal(error, 'card/management-key-wrong')) return false;
    throw error;
  }
}

// ---- PUK and PIN ---------------------------------------------------------------------------------------------------

/** Of three, as cards have them, one is never spent. */
const MOST_SPENT = 2;

/**
 * Gives the chip its own PUK, and with it the PIN: whatever PIN it had, blocked or not, is gone. Where neither chip nor
 * journal says whose the PUK is, a wrong one is tried, once.
 * @throws Refusal `card/foreign-secret`, `card/puk-last-try`, `card/puk-blocked`, `card/pin-malformed`
 */
export async function givePin(
  chip: Chip,
  access: CardAccess,
  lines: readonly JournalLine[],
  pin: string,
): Promise<void> {
  const told = await askForPuk(chip.deps);
  const owner = told?.owner ?? (chip.isBlank ? 'factory' : secretOwner(lines, 'set-puk'));
  if (!told && wrongPuks(lines) >= MOST_SPENT) {
    refuse('card/puk-last-try', 'wrong ones were given before', { triesLeft: 1 });
  }
  const known: UnknownTries = told ? { tries: told.triesLeft } : { acceptUnknownTries: true };
  const withOwn = async (tries = known): Promise<void> => setPin(chip, access, pin, tries);
  const withFactory = async (): Promise<void> => setPuk(chip, access, known, () => withOwn({ tries: 'full' }));
  // What was about to be set is likelier to be there than not.
  const isOwn = owner === 'own' || (owner === 'unknown' && lines.some(({ step }) => step === 'set-puk'));
  const ways = isOwn ? [withOwn, withFactory] : [withFactory, withOwn];
  for (const way of owner === 'unknown' ? ways : ways.slice(0, 1)) {
    if (await isPukRight(() => way())) return;
  }
  refuseCard('card/foreign-secret', 'the PUK is another one', { secret: 'puk' });
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

async function setPuk(chip: Chip, { puk }: CardAccess, tries: UnknownTries, useIt: () => Promise<void>): Promise<void> {
  const change = (): Promise<void> => changePuk(chip.deps.channel, FACTORY_PUK, puk, tries);
  await chip.step({ step: 'set-puk', of: 'own' }, change, useIt);
}

async function setPin(chip: Chip, { puk }: CardAccess, pin: string, tries: UnknownTries): Promise<void> {
  chip.knowPin(pin, { tries: 'full' });
  // Taken at once: no key is certified on a card whose PIN may still be another.
  await chip.step(
    { step: 'set-pin' },
    () => unblockPin(chip.deps.channel, puk, pin, tries),
    () => chip.unlock('9A'),
  );
}

/** How many wrong PUKs the chip was given since it took one. */
function wrongPuks(lines: readonly JournalLine[]): number {
  let count = 0;
  for (const { step, phase } of lines) {
    if (step !== 'set-puk' && step !== 'set-pin') continue;
    if (phase === 'done') count = 0;
    else if (phase === 'declined') count++;
  }
  return count;
}

async function isPukRight(act: () => Promise<void>): Promise<boolean> {
  try {
    await act();
    return true;
  } catch (error) {
    if (isRefusal(error, 'card/puk-wrong')) return false;
    throw error;
  }
}

// ---- Leaving the station -------------------------------------------------------------------------------------------

/**
 * That no secret of the factory works any more. The chip forgets with it that our management key was proven.
 * @throws Refusal `card/factory-secret` also where that cannot be told
 */
export async function expectNoFactorySecret(chip: Chip, pin: string): Promise<void> {
  const { deps, managementAlgorithm } = chip;
  // With the PUK that is not the factory's the PIN was set, and with the PIN the keys signed.
  const evidence = { pin, pukSetHere: true, pinWasTaken: true, ...(managementAlgorithm && { managementAlgorithm }) };
  const audit = await auditFactorySecrets(deps.channel, deps, evidence);
  const secrets = { pin: audit.pin, puk: audit.puk, 'management-key': audit.managementKey };
  for (const [secret, { state }] of Object.entries(secrets)) {
    if (state !== 'changed') refuseCard('card/factory-secret', `the ${secret} may be the factory's`, { secret });
  }
}
