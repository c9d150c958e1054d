import { AsyncLocalStorage } from 'node:async_hooks';
import type { Acting, ActingContext } from '../access/acting.ts';

/** What is done in whose name, through whatever waits in between. */
export function actingContext(): ActingContext {
  const storage = new AsyncLocalStorage<Acting>();
  return {
    current: () => storage.getStore(),
    during: (acting, work) => storage.run(acting, work),
    alone: (work) => storage.exit(work),
  };
}
