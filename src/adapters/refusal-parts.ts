import { Refusal, type Facts } from '../core/refusal.ts';

/** A refusal on its way between threads, which leaves classes behind. */
export interface RefusalParts {
  readonly code: string;
  readonly message: string;
  readonly facts: Facts;
}

export function partsOf({ code, message, facts }: Refusal): RefusalParts {
  return { code, message, facts };
}

export function refusalOf({ code, message, facts }: RefusalParts): Refusal {
  return new Refusal(code, message, facts);
}
