import { VERDICT_OF_STATE, failed, passed, unknown, type Check, type State } from '../core/verdict.ts';
import type { UnixSeconds } from '../core/time.ts';
import type { Answer, SignatureReport, Subject } from './subject.ts';
import { withinBounds } from './within-bounds.ts';

/** Collects the checks of one verification, in the order in which they were made. */
export class Inquiry {
  readonly checks: Check[] = [];
  readonly at: UnixSeconds;
  readonly #dev: boolean;
  statusAsOf: UnixSeconds | undefined;

  constructor(at: UnixSeconds, dev: boolean) {
    this.at = at;
    this.#dev = dev;
  }

  pass(check: string, detail: string): true {
    this.checks.push(passed(check, detail));
    return true;
  }

  fail(check: string, detail: string): false {
    this.checks.push(failed(check, detail));
    return false;
  }

  unknown(check: string, detail: string): undefined {
    this.checks.push(unknown(check, detail));
    return undefined;
  }

  /** Notes the outcome of one question; what it says is what the check found, not what was hoped. */
  holds(check: string, good: boolean, whenGood: string, whenBad: string): boolean {
    return good ? this.pass(check, whenGood) : this.fail(check, whenBad);
  }

  /** Says of all checks since `from` which signature of the file they are about. */
  areOf(signature: number, from: number): void {
    for (let i = from; i < this.checks.length; i++) this.checks[i] = { ...this.checks[i]!, signature };
  }

  answer(state: State, subject: Subject, signatures?: readonly SignatureReport[]): Answer {
    return withinBounds({
      verdict: VERDICT_OF_STATE[state],
      state,
      dev: this.#dev,
      subject,
      ...(signatures === undefined ? {} : { signatures }),
      checks: this.checks,
      checkedAt: this.at,
      ...(this.statusAsOf === undefined ? {} : { statusAsOf: this.statusAsOf }),
    });
  }
}
