import { isRefusal, Refusal } from '../../core/refusal.ts';
import type { Clock, UnixSeconds } from '../../core/time.ts';
import type { CardNumber } from '../card.ts';
import type { StationCode } from './station-code.ts';

/** What a station does to a card, or has the office do for it. */
export type CardStep =
  | 'write-object'
  | 'erase-object'
  | 'set-management-key'
  | 'set-puk'
  | 'set-pin'
  | 'try-puk'
  | 'generate-key'
  | 'certify'
  | 'prove'
  | 'discard'
  | 'write-tag'
  | 'activate'
  | 'end';

/** About to be done, done, known not to have been done, or nobody knows. */
export type StepPhase = 'intent' | 'done' | 'declined' | 'unknown';

/** One line: never a PIN, a PUK, a key, or anything that a card was sent. */
export interface JournalLine {
  readonly at: UnixSeconds;
  readonly card: CardNumber;
  readonly step: CardStep;
  readonly phase: StepPhase;
  /** The object, the slot, whose secret it becomes (`own`, `factory`), the step of a tag. */
  readonly of?: string;
  /** Of a certificate. */
  readonly serial?: string;
}

/**
 * What a station did to cards, so that after a pull, a crash or a power cut it is known what a card may have in it. The truth
 * is on the card and at the office, and is read there; the journal says what neither of them can tell.
 */
export interface Journal {
  /** The line is durable before this resolves; one after another. @throws Outage `card/journal-unwritable` */
  append(line: JournalLine): Promise<void>;
  /** What was written of a card, oldest first. @throws Outage `card/journal-unwritable` */
  linesOf(card: CardNumber): Promise<readonly JournalLine[]>;
}

export interface StepDeps {
  readonly journal: Journal;
  readonly clock: Clock;
}

export type Step = Pick<JournalLine, 'card' | 'step' | 'of' | 'serial'>;

/** The card answered with a status, or what was asked was declined before it was sent: it was not done. */
const NOT_DONE = [
  ...['card/declined', 'card/not-allowed', 'card/unsupported', 'card/full', 'card/too-large'],
  ...['card/puk-wrong', 'card/puk-blocked', 'card/puk-last-try', 'card/puk-tries-unknown'],
];

/**
 * Does one step: its intent is durable before the card or the office hears of it, its outcome after.
 * @param confirm shows that it was done, whatever was answered; where that fails, nobody knows
 * @throws what `act` and `confirm` do, once the outcome is written
 */
export async function performStep<Result>(
  deps: StepDeps,
  step: Step,
  act: () => Promise<Result>,
  confirm?: () => Promise<unknown>,
): Promise<Result> {
  const write = (phase: StepPhase): Promise<void> => deps.journal.append({ at: deps.clock(), ...step, phase });
  await write('intent');
  let isAnswered = false;
  let result: Result;
  try {
    result = await act();
    isAnswered = true;
    await confirm?.();
  } catch (error) {
    const isNotDone = !isAnswered && isRefusal(error) && NOT_DONE.includes(error.code);
    await write(isNotDone ? 'declined' : 'unknown');
    throw error;
  }
  await write('done');
  return result;
}

/** Whose secret a card has: the one of its factory, or the one that follows from its GUID. */
export type Owner = 'factory' | 'own';

/**
 * Whose a secret may be, the likelier first, by what the chip says of it, where it does, and by the journal. What this station set
 * and saw used is in the chip for good: one that says it has the factory's again is another chip, or was reset, and is told
 * nothing. That it is not the factory's says every PivApplet once another one was ever set, also after a wipe.
 * @throws Refusal `card/factory-again`
 */
export function possibleOwners(
  lines: readonly JournalLine[],
  step: 'set-management-key' | 'set-puk',
  told: Owner | undefined,
  likelier: Owner,
): readonly Owner[] {
  const noted = secretOwner(lines, step);
  if (told === 'factory') {
    return noted === 'own' ? refuseFactoryAgain(step === 'set-puk' ? 'puk' : 'management-key') : ['factory'];
  }
  if (noted !== 'unknown') return [noted];
  const last = lines.findLast((line) => line.step === step)?.of;
  if (told === 'own') return last === 'factory' ? ['own', 'factory'] : ['own'];
  // What was about to be set is likelier to be there than not.
  return (last ?? likelier) === 'own' ? ['own', 'factory'] : ['factory', 'own'];
}

export function refuseFactoryAgain(secret: 'management-key' | 'puk'): never {
  const message = `the ${secret} was set, and is said to be the factory's`;
  throw new Refusal<StationCode>('card/factory-again', message, { secret });
}

/** What the journal of this station says of a secret of the card; of a card that it never wrote on, that it is unknown. */
export function secretOwner(lines: readonly JournalLine[], step: 'set-management-key' | 'set-puk'): Owner | 'unknown' {
  let owner: Owner | 'unknown' = 'unknown';
  let before: Owner | 'unknown' = 'unknown';
  for (const line of lines) {
    if (line.step !== step) continue;
    if (line.phase === 'intent') {
      before = owner;
      owner = 'unknown';
    } else if (line.phase === 'declined') owner = before;
    else if (line.phase === 'done') owner = line.of === 'own' ? 'own' : 'factory';
  }
  return owner;
}
