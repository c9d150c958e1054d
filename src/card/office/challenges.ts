import { equal } from '../../core/bytes.ts';
import type { Random } from '../../core/random.ts';
import { CHALLENGE_BYTES } from '../../credential/on-card.ts';

const SECONDS = 120;
/** As many wait for a proof at once, on every station together; the oldest challenge gives way. */
const MOST = 1024;

/**
 * Challenges for cards to sign, in memory: each is for one purpose (a credential by its serial number, a secret of a card),
 * serves once, within two minutes. After a restart a station asks for another.
 */
export class Challenges {
  readonly #random: Random;
  readonly #elapsed: () => number;
  /** By what they are for. */
  readonly #drawn = new Map<string, { readonly challenge: Uint8Array; readonly until: number }>();

  /** @param elapsed seconds that never fall */
  constructor(random: Random, elapsed: () => number) {
    this.#random = random;
    this.#elapsed = elapsed;
  }

  /** In place of any that was drawn for this before. */
  draw(purpose: string): Uint8Array {
    this.#drawn.delete(purpose);
    if (this.#drawn.size >= MOST) this.#drawn.delete(this.#drawn.keys().next().value!);
    const challenge = this.#random(CHALLENGE_BYTES);
    this.#drawn.set(purpose, { challenge, until: this.#elapsed() + SECONDS });
    return challenge;
  }

  /** Whether this is the challenge that was drawn; it is none afterwards. */
  take(purpose: string, challenge: Uint8Array): boolean {
    const drawn = this.#drawn.get(purpose);
    if (!drawn || !equal(drawn.challenge, challenge)) return false;
    this.#drawn.delete(purpose);
    return this.#elapsed() < drawn.until;
  }
}
