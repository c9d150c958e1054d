import { Refusal, type Facts } from '../../core/refusal.ts';
import { parseOfficialId, type OfficialId } from '../../directory/official.ts';
import { foldText } from '../../directory/text.ts';
import type { CardNumber } from '../card.ts';
import type { StationCode } from './station-code.ts';

/** Somebody who is to get a card. */
export interface QueuedPerson {
  readonly officialId: OfficialId;
  readonly name: string;
  readonly post: string;
  readonly unit: string;
  /** Whether the name is reserved: shown to whoever hands the card out, and not written down. */
  readonly isReserved: boolean;
}

/**
 * How it stands with somebody's card.
 * - `waiting`: any blank card may become theirs.
 * - `begun`: a body says already that it is their card (`number`): that one is waited for, and no other.
 * - `at-work`: it lies in a reader.
 * - `done`: they have it, made here or before.
 * - `failed`: it cannot be made now, whatever card is put in.
 */
export type QueueState =
  | { readonly state: 'waiting' }
  | { readonly state: 'begun'; readonly number: CardNumber }
  | { readonly state: 'at-work' }
  | { readonly state: 'done'; readonly number: CardNumber; readonly made: 'here' | 'before' }
  | { readonly state: 'failed'; readonly code: string; readonly facts: Facts };

export interface QueueEntry {
  readonly person: QueuedPerson;
  /** Not on the list: their half-made card was put in. */
  readonly isGuest: boolean;
  readonly standing: QueueState;
}

interface Place {
  readonly person: QueuedPerson;
  readonly isGuest: boolean;
  standing: QueueState;
  /** How often they were put off: so many rounds behind the others. */
  putOff: number;
}

const MOST_FOUND = 20;

/**
 * The people of a station, in the order of their list: who is next, and who is at work at which moment, so that two readers
 * never have the same person. It keeps nothing: how somebody stands is asked of the office and the journal, and told to it.
 */
export class Queue {
  readonly #places = new Map<OfficialId, Place>();
  readonly #freed = new Set<() => void>();
  /** On no list: known only so that whoever looks for them is told why they are not called. */
  readonly #holders: readonly QueueEntry[];

  /**
   * @param people each once, in the order in which they are called
   * @param holders others, who had their card before
   */
  constructor(
    people: Iterable<readonly [QueuedPerson, QueueState]>,
    holders: Iterable<readonly [QueuedPerson, QueueState]> = [],
  ) {
    this.#holders = Array.from(holders, ([person, standing]) => ({ person, standing, isGuest: true }));
    for (const [person, standing] of people) this.#add(person, standing, false);
  }

  get entries(): readonly QueueEntry[] {
    return [...this.#places.values()];
  }

  find(officialId: OfficialId): QueueEntry | undefined {
    return this.#places.get(officialId);
  }

  /** Whoever is called next: the first who waits, of those who were put off least. */
  next(): QueuedPerson | undefined {
    const waiting = [...this.#places.values()].filter(({ standing }) => standing.state === 'waiting');
    const least = Math.min(...waiting.map(({ putOff }) => putOff));
    return waiting.find(({ putOff }) => putOff === least)?.person;
  }

  /** Those who wait, by their id or by words of their name, as they were typed: at most twenty. */
  search(typed: string): readonly QueuedPerson[] {
    return this.#match(typed, (state) => state === 'waiting').map(({ person }) => person);
  }

  /** The same of those who do not wait, and how it stands with them: at most twenty. */
  searchOthers(typed: string): readonly QueueEntry[] {
    return this.#match(typed, (state) => state !== 'waiting');
  }

  /** Whether what is typed to find somebody may be a name that is not written down. */
  get hasReserved(): boolean {
    return this.#known.some(({ person }) => person.isReserved);
  }

  get #known(): readonly QueueEntry[] {
    return [...this.entries, ...this.#holders.filter(({ person }) => !this.#places.has(person.officialId))];
  }

  #match(typed: string, isWanted: (state: QueueState['state']) => boolean): readonly QueueEntry[] {
    const id = parseOfficialId(typed);
    const words = foldText(typed).split(' ').filter(Boolean);
    if (words.length === 0) return [];
    const wanted = this.#known.filter(({ standing }) => isWanted(standing.state));
    const found = wanted.filter(({ person }) => {
      const name = foldText(person.name);
      return person.officialId === id || words.every((word) => name.includes(word));
    });
    return found.slice(0, MOST_FOUND);
  }

  /** Adds somebody who is not on the list. */
  admit(person: QueuedPerson, standing: QueueState): void {
    if (!this.#places.has(person.officialId)) this.#add(person, standing, true);
  }

  /** From here on a reader works for them, and no other. @throws Refusal `card/busy` */
  take(officialId: OfficialId): void {
    const place = this.#place(officialId);
    if (place.standing.state === 'at-work') {
      throw new Refusal<StationCode>('card/busy', 'another reader works for this person', { officialId });
    }
    place.standing = { state: 'at-work' };
  }

  /** What came of it, or what is known now. */
  settle(officialId: OfficialId, standing: Exclude<QueueState, { state: 'at-work' }>): void {
    this.#place(officialId).standing = standing;
    for (const told of [...this.#freed]) told();
  }

  /** Is not here now: called again when all others were. */
  putOff(officialId: OfficialId): void {
    this.#place(officialId).putOff++;
    this.settle(officialId, { state: 'waiting' });
  }

  /** Resolves when no reader works for them. @throws what `signal` was aborted with */
  async whenFree(officialId: OfficialId, signal: AbortSignal): Promise<void> {
    while (this.#places.get(officialId)?.standing.state === 'at-work') {
      signal.throwIfAborted();
      await new Promise<void>((resolve) => {
        const told = (): void => {
          this.#freed.delete(told);
          signal.removeEventListener('abort', told);
          resolve();
        };
        this.#freed.add(told);
        signal.addEventListener('abort', told);
      });
    }
    signal.throwIfAborted();
  }

  /** How many of the list, guests not counted, stand how. */
  counts(): Readonly<Record<QueueState['state'] | 'total', number>> {
    const counts = { total: 0, waiting: 0, begun: 0, 'at-work': 0, done: 0, failed: 0 };
    for (const { isGuest, standing } of this.#places.values()) {
      if (isGuest) continue;
      counts.total++;
      counts[standing.state]++;
    }
    return counts;
  }

  #add(person: QueuedPerson, standing: QueueState, isGuest: boolean): void {
    this.#places.set(person.officialId, { person, standing, isGuest, putOff: 0 });
  }

  #place(officialId: OfficialId): Place {
    const place = this.#places.get(officialId);
    if (!place) throw new Error('not in the queue');
    return place;
  }
}
