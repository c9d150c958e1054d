import { unknown, worstFirst, type Check } from '../core/verdict.ts';
import type { Answer, SignatureReport, Subject } from './subject.ts';

/** Of a text of the file, in UTF-16 units: names of people, fields and posts are shorter. */
const MOST_LETTERS = 300;
/** Of one signature, and of all together: of each it is told how many more there are. */
const MOST_CHANGES = 100;
const MOST_CHANGES_OF_ALL = 1000;
const MOST_CHECKS = 1000;

/**
 * The answer as it is given: what a stranger's file says, and finds said about it, is cut here and nowhere else, so that an
 * answer has some hundreds of kilobytes at most (2.5 MB where all of it is said in letters of three bytes), whatever the
 * file. What our register says of a letter or a credential is ours, and stays.
 */
export function withinBounds(answer: Answer): Answer {
  const { subject, signatures, checks } = answer;
  return {
    ...answer,
    subject: subjectWithin(subject),
    ...(signatures && { signatures: signaturesWithin(signatures) }),
    checks: checksWithin(checks),
  };
}

/** Cut, and without control characters, each of which takes six bytes in JSON and moves the cursor of a terminal. */
function cut(text: string): string {
  const short = text.length > MOST_LETTERS ? `${text.slice(0, MOST_LETTERS - 1)}…` : text;
  return short.toWellFormed().replaceAll(/\p{Cc}/gu, '\ufffd');
}

function subjectWithin(subject: Subject): Subject {
  if (subject.kind !== 'unknown') return subject;
  const { host, signer } = subject;
  return {
    kind: 'unknown',
    ...(host !== undefined && { host: cut(host) }),
    ...(signer !== undefined && { signer: cut(signer) }),
  };
}

function signaturesWithin(signatures: readonly SignatureReport[]): readonly SignatureReport[] {
  let room = MOST_CHANGES_OF_ALL;
  return signatures.map((report) => {
    const { field, signer, serial, changes, moreChanges = 0 } = report;
    const told = worstFirst(changes, Math.min(MOST_CHANGES, room), ({ allowed }) => !allowed);
    room -= told.length;
    const more = moreChanges + changes.length - told.length;
    return {
      ...report,
      field: cut(field),
      ...(signer !== undefined && { signer: cut(signer) }),
      ...(serial !== undefined && { serial: cut(serial) }),
      changes: told.map((change) => ({ ...change, detail: cut(change.detail) })),
      ...(more > 0 && { moreChanges: more }),
    };
  });
}

function checksWithin(checks: readonly Check[]): readonly Check[] {
  const told = worstFirst(checks, MOST_CHECKS, ({ outcome }) => outcome !== 'pass');
  const more = checks.length - told.length;
  const last = more > 0 ? [unknown('answer/checks', `${more} more checks`)] : [];
  return [...told.map((one) => ({ ...one, detail: cut(one.detail) })), ...last];
}
