import { dayInMexicoCity, type UnixSeconds } from '../core/time.ts';
import type { State } from '../core/verdict.ts';
import { distinctiveAt, isTakenFromPerson } from '../directory/distinctive/distinctive.ts';
import type { Inquiry } from './inquiry.ts';
import type { Knowledge, RegisteredDistinctive } from './knowledge.ts';
import { isPersonShown, personOf } from './person.ts';
import type { CredentialSubject, DistinctiveSubject } from './subject.ts';

/**
 * What a distinctive says of its person today, found by the number that is printed on it: anybody can print it on another one, so
 * `current` says that somebody works here and has it, and people have to compare the photo. It is worth nothing while a credential of
 * its person is suspended, nor without a mandate.
 */
export function judgeDistinctive(
  inquiry: Inquiry,
  found: RegisteredDistinctive,
): { readonly state: State; readonly subject: DistinctiveSubject } {
  const state = stateOf(inquiry, found);
  const { number, until, official, withdrawn } = found;
  const told = state === 'revoked' || state === 'replaced' ? withdrawn : undefined;
  const isLoose = state === 'revoked' && (told?.reason === 'stolen' || told?.reason === 'lost');
  return {
    state,
    subject: {
      kind: 'distinctive',
      number,
      officialId: official.id,
      until,
      ...(told && { withdrawnOn: dayInMexicoCity(told.at) }),
      ...(isLoose && { reason: told.reason as 'stolen' | 'lost' }),
      ...(state === 'ended' && official.endedOn !== undefined && { endedOn: official.endedOn }),
      ...(isPersonShown(state) && personOf(official.profile)),
    },
  };
}

function stateOf(inquiry: Inquiry, found: RegisteredDistinctive): State {
  const own = distinctiveAt(found, inquiry.at);
  const { mandate } = found.official;
  const isOver = mandate === 'ended' || mandate === 'expired';
  // Who left is told first: the one at the door has to know that they did.
  if (isOver && found.withdrawn?.reason !== 'stolen') {
    inquiry.fail('directory/mandate', `mandate ${mandate}`);
    return 'ended';
  }
  if (own === 'withdrawn' || own === 'replaced') {
    inquiry.fail('distinctive/state', own === 'replaced' ? 'another one took its place' : 'it was withdrawn');
    return own === 'replaced' ? 'replaced' : 'revoked';
  }
  if (own === 'expired') {
    inquiry.fail('distinctive/state', `the last day of the distinctive was ${found.until}`);
    return 'expired';
  }
  inquiry.pass('distinctive/state', `until ${found.until}`);
  if (!inquiry.holds('directory/mandate', mandate === 'current', 'a mandate today', `mandate ${mandate}`)) {
    return 'not-yet-valid';
  }
  const isFree = !found.isUnderReview;
  return inquiry.holds('distinctive/review', isFree, 'no credential suspended', 'a credential is suspended')
    ? 'current'
    : 'suspended';
}

/** `subject`, of whom is told in a line what became of their distinctive: only of who is well known otherwise, and never as a proof. */
export async function withDistinctive<Subject extends CredentialSubject>(
  subject: Subject,
  state: State,
  { distinctives }: Pick<Knowledge, 'distinctives'>,
  at: UnixSeconds,
): Promise<Subject> {
  const { officialId } = subject;
  if (state !== 'current' || officialId === undefined) return subject;
  const found = await distinctives?.newestOf(officialId);
  if (!found) return subject;
  if (isTakenFromPerson(found)) {
    const on = found.withdrawn && { withdrawnOn: dayInMexicoCity(found.withdrawn.at) };
    return { ...subject, distinctive: { state: 'revoked', ...on } };
  }
  if (distinctiveAt(found, at) !== 'current' || found.isUnderReview) return subject;
  return { ...subject, distinctive: { state: 'current', until: found.until } };
}
