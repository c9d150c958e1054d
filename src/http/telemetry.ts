import { isRefusal, Outage } from '../core/refusal.ts';
import { formatTime, type Clock } from '../core/time.ts';
import type { State } from '../core/verdict.ts';
import type { Answer } from '../verifier/index.ts';

/** What is noted of a request: its route as a pattern, never its path, query, address or browser. */
export interface RequestNote {
  readonly method: string;
  /** `/v/{seal}`; `none` for what no route answers. */
  readonly route: string;
  readonly status: number;
  /** Milliseconds until the answer was ready to be sent. */
  readonly ms: number;
  /** The state of the verdict that was given. */
  readonly state?: State;
}

/** Diagnostics for operators. The transparency log is something else. */
export interface Telemetry {
  request(note: RequestNote): void;
  /** A verdict that somebody has to look at now: a key may be stolen, or a row was put into the database. */
  alert(route: string, answer: Answer): void;
  /** A bug or an outage: the only place where its details are told. */
  failure(where: string, error: unknown): void;
  /** Something of the service's own life: started, stopped. */
  notice(event: string, facts?: Readonly<Record<string, string | number>>): void;
}

const ALARMING: ReadonlySet<State> = new Set(['not-registered', 'not-authorised']);

/** Whether the page says that the team was told. */
export function isAlarming(answer: Answer): boolean {
  return ALARMING.has(answer.state);
}

const MOST_FRAMES = 12;

function describe(error: unknown): Record<string, unknown> {
  if (error instanceof Outage || isRefusal(error)) {
    const { name, code, message, facts } = error;
    return { name, code, message, facts, ...(error.cause instanceof Error && { cause: error.cause.message }) };
  }
  if (!(error instanceof Error)) return { name: typeof error };
  return { name: error.name, message: error.message, stack: error.stack?.split('\n').slice(1, MOST_FRAMES) };
}

/** One JSON object a line. A line that cannot be written is lost, never a reason to fail a request. */
export function jsonTelemetry(clock: Clock, write: (line: string) => void): Telemetry {
  const put = (kind: string, facts: object): void => {
    try {
      write(`${JSON.stringify({ at: formatTime(clock()), kind, ...facts })}\n`);
    } catch {
      // Nowhere is left to say so.
    }
  };
  return {
    request: (note) => put('request', { ...note, ms: Math.round(note.ms * 10) / 10 }),
    alert: (route, { state, dev, checks }) =>
      put('alert', { route, state, dev, failed: checks.filter(({ outcome }) => outcome === 'fail') }),
    failure: (where, error) => put('failure', { where, ...describe(error) }),
    notice: (event, facts = {}) => put('notice', { event, ...facts }),
  };
}
