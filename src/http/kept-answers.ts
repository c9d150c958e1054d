import { toBase64Url } from '../core/base64.ts';
import type { Random } from '../core/random.ts';
import { elapsedBy, type Clock, type UnixSeconds } from '../core/time.ts';
import type { Answer } from '../verifier/index.ts';

export interface KeptAnswersDeps {
  readonly clock: Clock;
  readonly random: Random;
}

const KEPT_SECONDS = 120;
/** Answers that are kept at once, some kilobytes each; the oldest are forgotten beyond it. */
const MOST_KEPT = 2_000;
const ID_BYTES = 16;

/** Answers that are given once, kept in memory for two minutes under a name that nobody can guess, so that a reload finds them. */
export class KeptAnswers {
  readonly #random: Random;
  readonly #elapsed: Clock;
  /** The oldest first. */
  readonly #kept = new Map<string, { readonly answer: Answer; readonly since: UnixSeconds }>();

  constructor({ clock, random }: KeptAnswersDeps) {
    this.#random = random;
    this.#elapsed = elapsedBy(clock);
  }

  /** Keeps it, and answers its name: 22 characters of base64url. */
  keep(answer: Answer): string {
    const since = this.#elapsed();
    this.#forget(since, MOST_KEPT - 1);
    const id = toBase64Url(this.#random(ID_BYTES));
    this.#kept.set(id, { answer, since });
    return id;
  }

  find(id: string): Answer | undefined {
    this.#forget(this.#elapsed(), MOST_KEPT);
    return this.#kept.get(id)?.answer;
  }

  /** What has been there long enough, and the oldest where there are more than `most`. */
  #forget(now: UnixSeconds, most: number): void {
    for (const [id, { since }] of this.#kept) {
      if (now - since < KEPT_SECONDS && this.#kept.size <= most) return;
      this.#kept.delete(id);
    }
  }
}
