/**
 * Whose secrets may be in a chip, by what was written: on the chip, in the journal of this station, at the office.
 *
 * The order in which they are written leaves three states while a chip bears the GUID of a card, and no secret of an earlier card
 * in any of them: both of the factory; the management key its own; both its own. Making goes up these steps (the PUK of the
 * factory is proven to be there before the management key is set), wiping down, and a card is ended before it is wiped at
 * whatever station. So what this station set is there for as long as its card has not ended.
 */
import { Refusal } from '../../core/refusal.ts';
import type { Card } from '../card.ts';
import type { JournalLine } from './journal.ts';
import type { StationCode } from './station-code.ts';

/** Whose secret a card has: the one of its factory, or the one that follows from its GUID. */
export type Owner = 'factory' | 'own';

type Setting = 'set-management-key' | 'set-puk';

const OTHER: Readonly<Record<Owner, Owner>> = { factory: 'own', own: 'factory' };

/**
 * Whose the management key may be, the likelier first. A chip that says it has the factory's is believed, but for one in which
 * this station set and saw used its own: it is another one, or was reset, and is told nothing. That it is not the factory's says
 * every PivApplet once another one was ever set, also after a wipe: of itself that rules nothing out.
 * @param told what the chip says
 * @param isNeverTold that the office told its own to nothing yet: it is in no chip
 * @throws Refusal `card/factory-again`
 */
export function possibleManagementKeys(
  lines: readonly JournalLine[],
  { state }: Pick<Card, 'state'>,
  told: Owner | undefined,
  isNeverTold: boolean,
): readonly Owner[] {
  const noted = secretOwner(lines, 'set-management-key');
  const isOwn = noted === 'own' && state !== 'ended';
  if (told === 'factory') return isOwn ? refuseFactoryAgain('management-key') : ['factory'];
  if (isOwn) return ['own'];
  if (noted === 'factory' || isNeverTold) return ['factory'];
  const last = lines.findLast(({ step }) => step === 'set-management-key')?.of;
  return both(told ?? (last === 'factory' ? 'factory' : 'own'));
}

/**
 * The same of the PUK of a chip whose own management key was proven.
 * @param known `own` where a key of the card was proven: no chip has one before it has its own PUK
 * @param likelier where nobody knows
 * @throws Refusal `card/factory-again`
 */
export function possiblePuks(
  lines: readonly JournalLine[],
  { state }: Pick<Card, 'state'>,
  told: Owner | undefined,
  known: 'own' | undefined,
  likelier: Owner,
): readonly Owner[] {
  const noted = secretOwner(lines, 'set-puk');
  const isOwn = known === 'own' || (noted === 'own' && state !== 'ended');
  if (told === 'factory') return isOwn ? refuseFactoryAgain('puk') : ['factory'];
  if (isOwn) return ['own'];
  if (noted === 'factory') return ['factory'];
  return both(pukTries(lines).likely ?? told ?? likelier);
}

function both(first: Owner): readonly Owner[] {
  return [first, OTHER[first]];
}

export function refuseFactoryAgain(secret: 'management-key' | 'puk'): never {
  const message = `the ${secret} was set, and is said to be the factory's`;
  throw new Refusal<StationCode>('card/factory-again', message, { secret });
}

/** What the journal of this station says of a secret of the card; of a card that it never wrote on, that it is unknown. */
export function secretOwner(lines: readonly JournalLine[], step: Setting): Owner | 'unknown' {
  let owner: Owner | 'unknown' = 'unknown';
  let before: Owner | 'unknown' = 'unknown';
  for (const line of lines) {
    if (line.step !== step) continue;
    if (line.phase === 'intent') {
      before = owner;
      owner = 'unknown';
    } else if (line.phase === 'declined' || line.phase === 'wrong') owner = before;
    else if (line.phase === 'done') owner = line.of === 'own' ? 'own' : 'factory';
  }
  return owner;
}

/** Of three, as cards have them, one is never spent. */
const MOST_SPENT = 2;

/**
 * Whether this PUK may be tried on a chip that does not say how many tries it has left, so that one is left whatever becomes of
 * it: a try was spent once it was about to be sent. Where it is one of two, only those of this one were wrong if it is not this
 * one; what the chip said was wrong counts for both.
 */
export function mayTryPuk(lines: readonly JournalLine[], candidate: Owner): boolean {
  const { spent, wrong } = pukTries(lines);
  return spent[candidate] < MOST_SPENT && wrong < MOST_SPENT;
}

interface PukTries {
  /** Whose it is likelier to be, where this station set one or tried one. */
  readonly likely: Owner | undefined;
  /** Tries of each since the chip took one. */
  readonly spent: Readonly<Record<Owner, number>>;
  /** Those of either that it said were wrong. */
  readonly wrong: number;
}

function pukTries(lines: readonly JournalLine[]): PukTries {
  const spent = { factory: 0, own: 0 };
  let wrong = 0;
  let [taken, next, likely, before]: (Owner | undefined)[] = [];
  for (const { step, of, phase } of lines) {
    const owner = of === 'factory' || of === 'own' ? of : undefined;
    // Set first and given back last.
    if (step === 'set-management-key' && phase === 'intent') likely = taken = 'factory';
    if (step === 'set-puk') next = phase === 'intent' ? owner : undefined;
    if (step !== 'try-puk') continue;
    if (phase === 'done') {
      Object.assign(spent, { factory: 0, own: 0 });
      wrong = 0;
      likely = taken = next ?? owner;
    } else if (!owner) {
      // As journals of before have them: of either.
      if (phase === 'intent') wrong++;
    } else if (phase === 'intent') {
      before = likely;
      spent[owner]++;
      // Of one whose answer is lost: it was changed rather than not, and taken if it was before; else the other is tried first.
      likely = next && next !== owner ? next : taken === owner ? owner : OTHER[owner];
    } else if (phase === 'wrong') {
      wrong++;
      taken = undefined;
      likely = OTHER[owner];
    } else if (phase === 'declined') likely = before;
  }
  return { likely, spent, wrong };
}
