import { endReasonOf, parseCardNumber } from '../../src/card/card.ts';
import type { CardOffice } from '../../src/card/office.ts';
import { ApiProblem } from '../client.ts';
import { Refusal } from '../../src/core/refusal.ts';

const OF_ENDED = ['card/not-active', 'card/ended'];

/**
 * What is refused of a card that was ended is refused with why, as it is known now: whoever has it in hand may have to keep it.
 * @throws what `work` does; Refusal `card/not-active`, `card/ended` with `reason` where the office knows one
 */
export async function tellingWhyEnded<Result>(
  office: Pick<CardOffice, 'find'>,
  work: () => Promise<Result>,
): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof Refusal || error instanceof ApiProblem) || !OF_ENDED.includes(error.code)) throw error;
    const number = parseCardNumber(String(error.facts?.['number']));
    const card = number && (await office.find({ number }).catch(() => undefined));
    const reason = card && endReasonOf(card);
    if (reason === undefined) throw error;
    throw new Refusal(error.code, error.message, { ...error.facts, reason });
  }
}
