import { formatTime } from '../core/time.ts';
import { oficioTypeOf, type Answer, type Subject } from '../verifier/index.ts';

/** A verdict as the public API, the command line and its `--json` tell it: times are RFC 3339, amounts centavos. */
export type VerdictJson = Readonly<Record<string, unknown>>;

const TIMES: ReadonlySet<string> = new Set(['sealedAt', 'expires', 'endedAt', 'notAfter']);

function subjectJson(subject: Subject): VerdictJson {
  return Object.fromEntries(
    Object.entries(subject).map(([name, value]) => {
      if (TIMES.has(name)) return [name, formatTime(value)];
      // A type that this release does not know keeps its number.
      if (name === 'type' && typeof value === 'number') return [name, oficioTypeOf(value) ?? value];
      return [name, value];
    }),
  );
}

export function verdictJson(answer: Answer): VerdictJson {
  const { verdict, state, dev, subject, signatures, checks, checkedAt, statusAsOf } = answer;
  return {
    verdict,
    state,
    dev,
    subject: subjectJson(subject),
    ...(signatures && { signatures }),
    checks,
    checkedAt: formatTime(checkedAt),
    ...(statusAsOf !== undefined && { statusAsOf: formatTime(statusAsOf) }),
  };
}
