/** What was found and expected, for the message that a person reads: never a secret. */
export type Facts = Readonly<Record<string, string | number>>;

/**
 * A request or an input that we understand and decline. `code` is `folder/what-is-wrong` and never changes once
 * released; each folder exports the union of its codes. `message` is for developers and telemetry, in English; what a
 * person reads comes from the message catalogue, by code and facts.
 */
export class Refusal<Code extends string = string> extends Error {
  readonly code: Code;
  readonly facts: Facts;

  constructor(code: Code, message: string, facts: Facts = {}) {
    super(message);
    this.name = 'Refusal';
    this.code = code;
    this.facts = facts;
  }
}

/** Something we stand on is not there now (disk, database, key device): the same request may succeed later. */
export class Outage<Code extends string = string> extends Error {
  readonly code: Code;
  readonly facts: Facts;

  constructor(code: Code, message: string, facts: Facts = {}, options?: ErrorOptions) {
    super(message, options);
    this.name = 'Outage';
    this.code = code;
    this.facts = facts;
  }
}

/** True for a refusal, narrowed to `code` where one is given. */
export function isRefusal(error: unknown, code?: string): error is Refusal {
  return error instanceof Refusal && (code === undefined || error.code === code);
}
