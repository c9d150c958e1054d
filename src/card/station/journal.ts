import { isRefusal } from '../../core/refusal.ts';
import type { Clock, UnixSeconds } from '../../core/time.ts';
import type { CardNumber } from '../card.ts';

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

/** About to be done, done, known not to have been done, also because a secret is another one (`wrong`), or nobody knows. */
export type StepPhase = 'intent' | 'done' | 'declined' | 'wrong' | 'unknown';

/** One line: never a PIN, a PUK, a key, or anything that a card was sent. */
export interface JournalLine {
  readonly at: UnixSeconds;
  readonly card: CardNumber;
  readonly step: CardStep;
  readonly phase: StepPhase;
  /** The object, the slot, whose secret it becomes or is tried as (`own`, `factory`), the step of a tag. */
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
  ...['card/puk-blocked', 'card/puk-last-try', 'card/puk-tries-unknown'],
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
    await write(isAnswered ? 'unknown' : phaseOf(error));
    throw error;
  }
  await write('done');
  return result;
}

function phaseOf(error: unknown): StepPhase {
  if (isRefusal(error, 'card/puk-wrong')) return 'wrong';
  return isRefusal(error) && NOT_DONE.includes(error.code) ? 'declined' : 'unknown';
}
