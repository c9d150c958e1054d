import { AsyncLocalStorage } from 'node:async_hooks';
import type { Caller } from '../access/rule.ts';
import type { Random } from '../core/random.ts';
import type { Clock, UnixSeconds } from '../core/time.ts';
import type { Evidence } from '../log/leaf.ts';

/** In whose name a request is answered, and what was authorised for it. */
export interface Acting {
  readonly caller: Caller;
  /**
   * The draws and the time of the first try, so that the act that is made again is, bit by bit, the one that was authorised;
   * absent for what nobody authorised yet.
   */
  readonly repeated?: { readonly random: Random; readonly at: UnixSeconds };
  /** The evidence that people gave for exactly this record. */
  granted?(record: Uint8Array): Evidence | undefined;
}

/** What the work that is under way is done in the name of; nothing where the service acts by itself. */
export interface ActingContext {
  current(): Acting | undefined;
  during<T>(acting: Acting, work: () => Promise<T>): Promise<T>;
}

export function actingContext(): ActingContext {
  const storage = new AsyncLocalStorage<Acting>();
  return {
    current: () => storage.getStore(),
    during: (acting, work) => storage.run(acting, work),
  };
}

/** Time and draws, which an act that is made again takes from its first try. */
export function repeating(
  acting: ActingContext,
  { clock, random }: { readonly clock: Clock; readonly random: Random },
): { readonly clock: Clock; readonly random: Random } {
  return {
    clock: () => acting.current()?.repeated?.at ?? clock(),
    random: (bytes) => (acting.current()?.repeated?.random ?? random)(bytes),
  };
}
