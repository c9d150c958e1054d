import type { Card, CardNumber } from '../../src/card/card.ts';
import type { CardHolder, CardOffice } from '../../src/card/office.ts';
import { Outage } from '../../src/core/refusal.ts';
import type { OfficialId } from '../../src/directory/official.ts';
import type { HttpCode } from '../../src/texts/code.ts';

/** So long an office is waited for once the station ends: one that is there answers in much less. */
const LAST_ANSWER_MS = 1_000;

/** It stopped, or does not answer: what it did of what it was asked is not known. */
export function isServiceAway(error: unknown): boolean {
  return error instanceof Outage && error.code === 'http/unavailable';
}

export interface Ending {
  /** What was begun is finished. */
  readonly stop: AbortSignal;
  /** Nothing is waited for any more. */
  readonly cut: AbortSignal;
}

/**
 * The office of a station that may end while it is asked: one that does not answer then is given up, as if its service had
 * stopped. What it did is asked of it when the card is put in again.
 */
export class LastCalls {
  /** Asked once more in vain: nothing else is waited for. */
  #isSilent = false;
  readonly #ending: Ending;
  readonly #numbers = new Map<OfficialId, CardNumber>();
  /** The same, and every call throws Outage `http/unavailable` when it is given up. */
  readonly office: CardOffice;

  constructor(office: CardOffice, ending: Ending) {
    this.#ending = ending;
    this.office = new Proxy(office, {
      get: (target, name) => {
        const act: unknown = Reflect.get(target, name);
        if (typeof act !== 'function') return act;
        return (...given: readonly unknown[]) => this.#ask(name, Reflect.apply(act, target, given) as Promise<unknown>);
      },
    });
  }

  /** The card that the office last told of as theirs. */
  readonly numberOf = (officialId: OfficialId): CardNumber | undefined => this.#numbers.get(officialId);

  async #ask(name: string | symbol, answer: Promise<unknown>): Promise<unknown> {
    const answered = await this.#unlessSilent(answer);
    if (name === 'register' || name === 'find') this.#note(answered as Card | undefined);
    if (name === 'holder') {
      const { officialId, card } = answered as CardHolder;
      this.#numbers.delete(officialId);
      this.#note(card);
    }
    return answered;
  }

  #note(card: Card | undefined): void {
    if (card && card.state !== 'ended') this.#numbers.set(card.officialId, card.number);
  }

  async #unlessSilent(answer: Promise<unknown>): Promise<unknown> {
    const { stop, cut } = this.#ending;
    let timer: NodeJS.Timeout | undefined;
    let forget = (): void => {};
    const givenUp = new Promise<never>((_, reject) => {
      const giveUp = (): void => {
        this.#isSilent = true;
        reject(new Outage<HttpCode>('http/unavailable', 'not answered while the station ends', { reason: 'silent' }));
      };
      const wait = (): void => {
        timer ??= setTimeout(giveUp, this.#isSilent ? 0 : LAST_ANSWER_MS);
      };
      stop.addEventListener('abort', wait);
      cut.addEventListener('abort', giveUp);
      forget = () => {
        stop.removeEventListener('abort', wait);
        cut.removeEventListener('abort', giveUp);
      };
      if (cut.aborted) giveUp();
      else if (stop.aborted) wait();
    });
    try {
      return await Promise.race([answer, givenUp]);
    } finally {
      clearTimeout(timer);
      forget();
    }
  }
}
