import type { FoundingsCode } from '../code.ts';
import type { Found, ProblemTexts } from '../problem-text.ts';
import { SYSTEM_REASONS } from './words.ts';

const because = (found: Found): string => found.word('reason', SYSTEM_REASONS, ' (', ')');
const NEW_ADDRESS = "Ask whoever sits at the server's terminal for a new address.";

/** What is said to those who found an installation, at the terminal and on the page. */
export const foundings: ProblemTexts<FoundingsCode> = {
  'founding/origin': (found) => ({
    what: `A real installation needs an https address with a name${found('found', ', not ')}: passkeys belong to that address for ever.`,
    next: 'Set COTEJO_ORIGIN to the final address, as in https://verifica.alcaldia.gob.mx.',
  }),
  'founding/arc': (found) => ({
    what: `The institution's object identifier (policyArc) is for tests${found('found', ': ')}.`,
    next: 'Ask for one of your own (in Mexico from the Dirección General de Normas, or an enterprise number from IANA) and put it into the file of COTEJO_INSTITUTION.',
  }),
  'founding/founders': (found) => ({
    what: `Founding takes ${found('least') || '2'} to ${found('most') || '16'} people, each with a name and none twice${found('found', ' (given: ', ')')}.`,
    next: 'Give each with --founder "Full Name".',
  }),
  'founding/ticket-unknown': {
    what: "This address is no founder's, or a newer one took its place.",
    next: `Check that it is complete. ${NEW_ADDRESS}`,
  },
  'founding/ticket-used': {
    what: 'This address was used already, in this browser or another one.',
    next: `If you opened it before, go back to that browser. If it was not you, say so at once: somebody else has it. ${NEW_ADDRESS}`,
  },
  'founding/ticket-expired': { what: 'This address expired: it lasts 24 hours.', next: NEW_ADDRESS },
  'founding/not-opened': {
    what: 'This browser is not the one that opened an invitation.',
    next: `Open the whole address that you were given, in the browser in which you will make your key. ${NEW_ADDRESS}`,
  },
  'founding/elsewhere': {
    what: 'The request did not come from the founding page.',
    next: 'Close the page that you were on and open the address that you were given.',
  },
  'founding/key-of-another': {
    what: "That key is another founder's already.",
    next: 'Everybody makes their own, on a device of their own.',
  },
  'founding/over': { what: 'The keys were confirmed.', next: 'There is nothing more to do on this page.' },
  'founding/in-progress': {
    what: 'This service is being founded: there is nothing to look up yet.',
    next: 'Come back later.',
  },
  'founding/medium-not-a-folder': (found) => ({
    what: `There is no folder to write the root's key to${found('path', ': ')}.`,
    next: 'Connect the medium, see at which folder it is mounted, and give that with --root-media.',
  }),
  'founding/media-same-disk': (found) => ({
    what: `They are on one disk${found('path', ': ')}${found('other', ' and ')}. If it fails, everything is lost at once.`,
    next: 'Use two removable media, apart from each other and from the disk of the data. For a rehearsal: --root-media-same-disk.',
  }),
  'founding/passphrase-repeated': {
    what: "One passphrase opens two things: the service's keys and the two media have three different ones.",
    next: 'Choose different ones; nothing was done.',
  },
  'founding/medium-without-root': (found) => ({
    what: `There is no root authority on that medium${found('path', ': ')}.`,
    next: 'Check that it is one of the two media of the founding, and give the folder at which it is mounted.',
  }),
  'founding/medium-of-another': (found) => ({
    what: `The root authority on that medium is another installation's${found('path', ': ')}.`,
    next: "Bring one of this installation's two media.",
  }),
  'founding/medium-unwritable': (found) => ({
    what: `The medium cannot be written${found('path', ': ')}${because(found)}. Nothing was founded.`,
    next: 'Take the protection off, make room or use another medium, and repeat the command.',
  }),
  'founding/medium-unreliable': (found) => ({
    what: `What is read from the medium is not what was written${found('path', ': ')}. Nothing was founded.`,
    next: 'Replace that medium and repeat the command.',
  }),
};
