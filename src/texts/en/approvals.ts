import type { ApprovalCode } from '../../approval/code.ts';
import type { ProblemTexts } from '../problem-text.ts';
import { REASONS } from './access.ts';

const STATES: Readonly<Record<string, string>> = {
  enacted: 'it was done',
  declined: 'somebody declined it',
  expired: 'its time is over',
  stale: 'it is no longer what would be done today',
};

/** What waits for others to authorise it. */
export const approvals: ProblemTexts<ApprovalCode> = {
  'approval/not-found': {
    what: 'No request of that id waits.',
    next: 'Look it up in the list of requests; those that ended more than 30 days ago are not shown.',
  },
  'approval/not-open': (found) => ({
    what: `The request waits no more${found.word('state', STATES, ': ')}.`,
    next: 'If it is still needed, ask for it again from the beginning.',
  }),
  'approval/stale': {
    what: 'Something changed since it was asked for, and what was authorised is not what would be done today. Nothing was done.',
    next: 'Look at how things are now, and ask for it again.',
  },
  'approval/same-person': {
    what: 'You have authorised this request already: another person is missing.',
    next: 'Ask the second person to look at it and to authorise it with a passkey of their own.',
  },
  'approval/assertion': (found) => ({
    what: `The confirmation does not count for this request${found.word('reason', REASONS, ': ')}. Nothing was done.`,
    next: 'Open the request again, look at it, and confirm it with your passkey.',
  }),
  'approval/not-yours': {
    what: 'This request is not yours: your roles, in that unit, are not those that are missing.',
    next: 'Tell whoever may authorise it.',
  },
  'approval/too-many': (found) => ({
    what: `Too many of your requests wait${found('most', ' (at most ', ')')}.`,
    next: 'Wait until they are authorised, or take back those that are not needed.',
  }),
  'approval/not-together': {
    what: 'Only letters that wait for their signature are signed together, each in a request of its own.',
    next: 'Choose only letters that wait to be signed.',
  },
};
