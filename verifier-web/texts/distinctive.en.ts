import type { CalendarDay } from '../../src/core/time.ts';
import type { State } from '../../src/core/verdict.ts';
import type { DistinctiveSubject } from '../../src/verifier/index.ts';
import { telephoneOf, type PageFacts } from '../facts.ts';
import { longDay } from './dates.ts';
import type { Sentences } from './texts.ts';

const on = (day: CalendarDay | undefined): string => (day === undefined ? '' : ` on ${longDay(day, 'en')}`);

/** What is said of a distinctive; of a state that none is in, nothing of its own. */
export const distinctiveEn: Readonly<
  Partial<Record<State, (subject: DistinctiveSubject, facts: PageFacts) => Sentences>>
> = {
  current: (_, facts) => ({
    answer: 'Yes, this person works here and has the badge "Libre de extorsión" (free of extortion).',
    action: facts.photo
      ? 'Is it the person in the photo? If not, tell them nothing and call.'
      : `We do not publish a photo: before you tell them anything, call ${telephoneOf(facts)} to confirm.`,
    condition: 'The code of a badge can be copied: by itself it does not prove who somebody is.',
  }),
  expired: ({ until }) => ({
    answer: `This badge expired${on(until)}.`,
    action: 'Tell them nothing yet. That it expired does not mean that the person did anything wrong.',
  }),
  suspended: (_, facts) => ({
    answer: 'We are reviewing this badge.',
    action: `Tell them nothing yet. Call ${telephoneOf(facts)}.`,
  }),
  'not-yet-valid': () => ({ answer: 'This badge is not valid yet.', action: 'Tell them nothing yet.' }),
  replaced: ({ withdrawnOn }) => ({
    answer: `This badge was exchanged for another one${on(withdrawnOn)}.`,
    action: 'Ask to see the new one and check it here. This one is no longer used.',
  }),
  revoked: ({ reason, withdrawnOn }, facts) => {
    if (reason !== undefined) {
      return {
        answer: `Badge reported as ${reason}.`,
        action: 'Whoever has it may be somebody else. Tell them nothing.',
      };
    }
    return {
      answer: `This badge was withdrawn${on(withdrawnOn)}. It is no longer valid.`,
      action: `Tell whoever has it nothing; call ${telephoneOf(facts)}.`,
    };
  },
  ended: ({ endedOn }) => ({
    answer:
      endedOn === undefined
        ? 'They no longer work here.'
        : `They no longer work here, since ${longDay(endedOn, 'en')}.`,
    action: 'Their badge is no longer valid. Tell them nothing and hand over nothing.',
  }),
};
