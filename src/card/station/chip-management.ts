/** The management key of a chip: the factory's before it is ours, afterwards the one that follows from its GUID. */
import { isRefusal } from '../../core/refusal.ts';
import { formatCardNumber, type Card } from '../card.ts';
import { refuseCard, type Chip, type ChipDeps } from './chip.ts';
import type { ChipSecrets } from './chip-access.ts';
import { refuse } from '../piv/answer.ts';
import { factoryManagementKey } from '../piv/factory.ts';
import { authenticateManagement, findManagementAlgorithm, setManagementKey } from '../piv/management.ts';
import { MANAGEMENT_REFERENCE, type ManagementAlgorithm } from '../piv/reference.ts';
import { holderOfUnfinished } from './unfinished.ts';
import { readMetadata } from '../piv/vendor.ts';
import { possibleManagementKeys, secretOwner, type Owner } from './whose-secret.ts';

/** What chips are given where they take it: 3DES is in SP 800-78-5 no more. */
const PREFERRED: ManagementAlgorithm = 'AES-256';

export interface OpenedManagement {
  readonly algorithm: ManagementAlgorithm;
  /** Whose the key is that was proven. */
  readonly owner: Owner;
}

/**
 * Proves the factory's key to a chip that nobody has taken over, once, whatever it says of its own: one that was wiped may still
 * say that it has another.
 * @throws Refusal `card/foreign-secret`
 */
export async function openFromFactory(deps: ChipDeps): Promise<OpenedManagement> {
  const { algorithm } = await askForKey(deps);
  if (await proves(deps, algorithm, factoryManagementKey(algorithm))) return { algorithm, owner: 'factory' };
  return refuseCard('card/foreign-secret', 'the management key is not of the factory', { secret: 'management-key' });
}

/**
 * Proves to a chip of ours the key that it has: its own, or still the factory's. Each is tried once at most, and one only where
 * the chip, the journal or the office says which. That its own was proven is noted where the journal did not know: of one that
 * was torn.
 * @param isNeverTold that the office told its own to nothing yet
 * @throws Refusal `card/foreign-secret`, `card/factory-again`
 */
export async function openManagement(
  deps: ChipDeps,
  card: Pick<Card, 'number' | 'state'>,
  secrets: ChipSecrets,
  isNeverTold = false,
): Promise<OpenedManagement> {
  const { number } = card;
  const lines = await deps.journal.linesOf(number);
  const { algorithm, owner: told } = await askForKey(deps);
  for (const candidate of possibleManagementKeys(lines, card, told, isNeverTold)) {
    if (!(await proves(deps, algorithm, await keyFor(candidate, algorithm, secrets)))) continue;
    if (candidate === 'own' && secretOwner(lines, 'set-management-key') !== 'own') {
      const line = { card: number, step: 'set-management-key', of: 'own', phase: 'done' } as const;
      await deps.journal.append({ at: deps.clock(), ...line });
    }
    return { algorithm, owner: candidate };
  }
  return refuseCard('card/foreign-secret', 'the management key is another one', { secret: 'management-key' });
}

/**
 * Gives the chip its own key in place of the factory's, which was just proven, and proves it.
 * @throws Refusal `card/begun-elsewhere` where another station was told it as well: what lies there knows it, or will; and as
 * `holderOfUnfinished`
 */
export async function giveManagementKey(chip: Chip, secrets: ChipSecrets, found: ManagementAlgorithm): Promise<void> {
  await secrets.managementKeys();
  const { cardOpenings } = await holderOfUnfinished(chip.deps, chip.card);
  if (cardOpenings !== 1) {
    const facts = { number: formatCardNumber(chip.card.number) };
    refuseCard('card/begun-elsewhere', 'its management key was told elsewhere too', facts);
  }
  try {
    await setKey(chip, secrets, 'own', PREFERRED);
  } catch (error) {
    const isOlder = isRefusal(error, 'card/declined') || isRefusal(error, 'card/unsupported');
    if (!isOlder || found === PREFERRED) throw error;
    await setKey(chip, secrets, 'own', found);
  }
}

/** Begins anew with a chip that has its own key, after it broke off a command: that key is proven again. */
export async function openAgain(chip: Chip, secrets: ChipSecrets): Promise<void> {
  const algorithm = chip.managementAlgorithm!;
  await chip.selectAgain();
  await authenticateManagement(chip.deps.channel, await keyFor('own', algorithm, secrets), chip.deps, { algorithm });
}

/** Gives it back the factory's key, and proves it: whoever has the chip may take it over then. */
export async function returnManagementKey(chip: Chip, secrets: ChipSecrets, found: ManagementAlgorithm): Promise<void> {
  await setKey(chip, secrets, 'factory', found);
}

async function setKey(chip: Chip, secrets: ChipSecrets, owner: Owner, algorithm: ManagementAlgorithm): Promise<void> {
  const { channel } = chip.deps;
  const key = await keyFor(owner, algorithm, secrets);
  await chip.step(
    { step: 'set-management-key', of: owner },
    () => setManagementKey(channel, algorithm, key),
    () => authenticateManagement(channel, key, chip.deps, { algorithm }),
  );
  chip.managementAlgorithm = algorithm;
}

async function keyFor(owner: Owner, algorithm: ManagementAlgorithm, secrets: ChipSecrets): Promise<Uint8Array> {
  return owner === 'own' ? (await secrets.managementKeys())(algorithm) : factoryManagementKey(algorithm);
}

/** Of what kind the key is, and whose, where the chip says it. Nothing is tried. */
async function askForKey({
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
