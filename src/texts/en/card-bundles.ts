import type { CardBundleCode } from '../../card/bundle.ts';
import type { ProblemTexts } from '../problem-text.ts';

const ANOTHER = 'Make another one with ./cotejo card bundle -o LIST and bring it again.';

/** The lists of counters without network. */
export const cardBundles: ProblemTexts<CardBundleCode> = {
  'card/bundle-malformed': {
    what: 'The file is no list for counters, or came incomplete.',
    next: `${ANOTHER} If the office has a newer version of Cotejo, update the one of this counter.`,
  },
  'card/bundle-untrusted': {
    what: 'This institution did not sign the list, or somebody changed it afterwards.',
    next: `Do not use it. ${ANOTHER} If it happens again, tell the systems staff.`,
  },
  'card/bundle-older': (found) => ({
    what: `This counter has used a newer list${found.time('seen', ', of ')}; this one is${found.time('found', ' of ')}.`,
    next: 'Use the newest. Whoever puts an old list back may want a card that was ended to look as if it were in force.',
  }),
  'card/bundle-too-large': (found) => ({
    what: `The cards and their photos do not fit into one list${found.megabytes('most', ' (', ')')}.`,
    next: 'Check the cards with a network, or on the page.',
  }),
  'card/tag-needs-network': {
    what: 'A tag for phones lies on the reader, and without a network it cannot be checked.',
    next: 'Use the reader with a slot: put the card in there, its other chip first.',
  },
  'card/root-differs': (found) => ({
    what: 'The root that was given is not the one that this counter goes by.',
    next: `Leave --root out. If the institution began anew, remove first what was noted${found('path', ' in ')}.`,
  }),
  'card/counter-notes-damaged': (found) => ({
    what: `What this counter noted of the lists before cannot be understood${found('path', ': ')}.`,
    next: 'Remove that file, and give --root with the root certificate of the institution the next time.',
  }),
};
