import { tellActs, type TellActsDeps } from './acts.ts';
import { tellExpiries, type TellExpiriesDeps } from './expiries.ts';
import { tellRequests, type TellRequestsDeps } from './requests.ts';

const REQUESTS_SECONDS = 60;
/** One message about all that somebody did in five minutes. */
const ACTS_SECONDS = 300;
const EXPIRIES_SECONDS: number = 6 * 3600;

/**
 * What finds everything that is to be told, each kind when it was not looked for lately. What one of them fails with keeps no other from
 * its turn. @throws the first failure
 */
export function collector(deps: TellRequestsDeps & TellActsDeps & TellExpiriesDeps): () => Promise<void> {
  const kinds = [
    { every: REQUESTS_SECONDS, tell: () => tellRequests(deps), next: 0 },
    { every: ACTS_SECONDS, tell: () => tellActs(deps), next: 0 },
    { every: EXPIRIES_SECONDS, tell: () => tellExpiries(deps), next: 0 },
  ];
  return async () => {
    const now = deps.clock();
    const due = kinds.filter(({ next }) => next <= now);
    let failed: { readonly error: unknown } | undefined;
    for (const kind of due) {
      kind.next = now + kind.every;
      await kind.tell().catch((error: unknown) => (failed ??= { error }));
    }
    if (failed) throw failed.error;
  };
}
