import type { Primitives } from '../core/primitives.ts';
import type { Random } from '../core/random.ts';
import type { Clock, UnixSeconds } from '../core/time.ts';
import type { Evidence } from '../log/leaf.ts';
import type { AuthorisationNeeded, Caller } from './rule.ts';

/** The draws and the time of a first try, so that the act that is made again is, bit by bit, the one that was authorised. */
export interface Repeated {
  readonly random: Random;
  readonly at: UnixSeconds;
}

/** In whose name a request is answered, and what was authorised for it. */
export interface Acting {
  readonly caller: Caller;
  readonly repeated?: Repeated;
  /** The evidence that people gave for exactly this record. */
  granted?(record: Uint8Array): Evidence | undefined;
  /** Nothing is committed: only whether it could be is asked. */
  readonly isTrial?: true;
  /** Told of each act that people have to authorise first, also where the work goes on with another. */
  onNeeded?(needed: AuthorisationNeeded): void;
}

/** What the work that is under way is done in the name of; nothing where the service acts by itself. */
export interface ActingContext {
  current(): Acting | undefined;
  during<T>(acting: Acting, work: () => Promise<T>): Promise<T>;
  /** What the service does by a rule of its own, whoever's request made it look: in nobody's name. */
  alone<T>(work: () => Promise<T>): Promise<T>;
}

/** Time and draws, which an act that is made again takes from its first try. */
export function repeating(acting: ActingContext, { clock, random }: Drawing): Drawing {
  return {
    clock: () => acting.current()?.repeated?.at ?? clock(),
    random: (bytes) => (acting.current()?.repeated?.random ?? random)(bytes),
  };
}

interface Drawing {
  readonly clock: Clock;
  readonly random: Random;
}

/**
 * Draws that follow from 32 secret random bytes: the same ones in the same order, each time that it is begun. HMAC-SHA256 in counter
 * mode (NIST SP 800-108 §4.1): nobody without the seed can tell them from random ones.
 */
export function drawsOf(seed: Uint8Array, primitives: Pick<Primitives, 'hmac'>): Random {
  let counter = 0;
  return (bytes) => {
    const drawn = new Uint8Array(bytes);
    for (let at = 0; at < bytes; at += 32) {
      const block = new Uint8Array(8);
      new DataView(block.buffer).setBigUint64(0, BigInt(counter++));
      drawn.set(primitives.hmac(seed, block).subarray(0, Math.min(32, bytes - at)), at);
    }
    return drawn;
  };
}
