import { Outage, Refusal, type Facts } from '../src/core/refusal.ts';
import { STATUS_OF } from '../src/http/problem-status.ts';
import { printable } from '../src/texts/problem-text.ts';
import { isCode, problemText } from '../src/texts/problems.ts';
import { ApiProblem, isTold } from './client.ts';
import { EXIT, type Exit } from './command.ts';
import type { Screen } from './screen.ts';

const USAGE: ReadonlySet<number> = new Set([400, 405, 413, 414, 415, 422]);
const OUTAGE: ReadonlySet<number> = new Set([429, 502, 503, 504, 507]);

/** The exit code that goes with a status, whether the service said it or the table of codes. */
export function exitOf(status: number): Exit {
  if (USAGE.has(status)) return EXIT.usage;
  if (OUTAGE.has(status)) return EXIT.outage;
  return status >= 400 && status < 500 ? EXIT.declined : EXIT.bug;
}

type Problem = ApiProblem | Refusal | Outage;

function statusOf(error: Problem): number {
  if (error instanceof ApiProblem) return error.status;
  if (isCode(error.code)) return STATUS_OF[error.code];
  return error instanceof Outage ? 503 : 409;
}

/**
 * Says what is wrong and what to do next, in the reader's language, with the code last; for programs one JSON document
 * beside it, with `context` (which file, which line of a list).
 * @returns the exit code
 * @throws `error` itself when it is a bug: that is not for the catalogue
 */
export function explain(error: unknown, screen: Screen, context: Readonly<Record<string, unknown>> = {}): Exit {
  const told = note(error, screen);
  if (screen.json) screen.data({ ...context, error: told });
  return exitOf(statusOf(error as Problem));
}

/**
 * Says of acts that are done and answered that the log's head could not be signed after them. They stand, and so does their
 * exit code, unless the log is no longer the one that they were committed to.
 * @throws `error` as `explain`
 */
export function noteUnsignedHead(error: unknown, screen: Screen, exit: Exit): Exit {
  if (error instanceof Refusal) {
    note(error, screen);
    return exitOf(statusOf(error));
  }
  screen.note(
    screen.say({
      es: 'cotejo: lo que hizo la orden quedó asentado, pero no se pudo firmar la cabeza de la bitácora.',
      en: 'cotejo: what the command did is recorded, but the head of the log could not be signed.',
    }),
  );
  note(error, screen);
  return exit;
}

function note(error: unknown, screen: Screen): { code: string; what: string; next: string; facts: Facts } {
  if (!isTold(error)) throw error;
  // The service may be newer than this program, or not ours at all.
  const code = printable(error.code);
  const facts: Facts = error.facts ?? {};
  const { what, next } = problemText(error.code, facts, screen.language);
  screen.note(`cotejo: ${what}`);
  screen.note(`${next} ${screen.paint('faint', code)}`);
  return { code, what, next, facts };
}
