import { Outage, Refusal, type Facts } from '../core/refusal.ts';
import type { Code, HttpCode } from '../texts/code.ts';
import { isCode, problemText, type Language } from '../texts/problems.ts';
import { STATUS_OF, type ProblemStatus } from './problem-status.ts';

/** RFC 9457, with the stable code and the facts as members of our own. */
export interface ProblemBody {
  readonly type: string;
  readonly title: string;
  readonly status: ProblemStatus;
  readonly detail: string;
  readonly code: Code;
  readonly facts: Facts;
}

export interface ProblemOptions {
  /** Of title and detail; Spanish by default. */
  readonly language?: Language;
  /** Facts of outages name paths and devices of the server: only for those who run it. */
  readonly tellServerFacts?: boolean;
}

/**
 * What the outside is told of an error. A code has its title and text from the catalogues and its status from the table;
 * anything else is a bug, of which nothing is told (its details go to telemetry).
 */
export function problemOf(
  error: unknown,
  { language = 'es', tellServerFacts = false }: ProblemOptions = {},
): { readonly status: ProblemStatus; readonly body: ProblemBody } {
  const known = (error instanceof Refusal || error instanceof Outage) && isCode(error.code);
  const code: Code = known ? (error.code as Code) : 'internal';
  const status = STATUS_OF[code];
  const facts = known && (status < 500 || tellServerFacts) ? error.facts : {};
  const { what, next } = problemText(code, facts, language);
  const title = problemText(code, {}, language).what;
  const type = `urn:cotejo:problem:${code}`;
  return { status, body: { type, title, status, detail: `${what} ${next}`, code, facts } };
}

/** For what never became a request: an address that is none. */
export function malformedRequest(message: string): Refusal {
  return new Refusal<HttpCode>('http/malformed', message);
}
