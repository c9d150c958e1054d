import type { PreparedFault } from '../../oficio/check-prepared.ts';
import type { LetterCode } from '../code.ts';
import type { ProblemTexts } from '../problem-text.ts';
import {
  ACTIVE_CONTENT,
  CHANGING_CONTENT,
  FOLIO_OR,
  HIDDEN_WORDS,
  MANDATES,
  OFICIO_STATES,
  SECRET_WORDS,
  SERIES_FAULTS,
  VISITOR_FAULTS,
} from './words.ts';

const PREPARED: Readonly<Record<PreparedFault, string>> = {
  certificate: 'with another certificate',
  signer: 'with another signer',
  institution: 'with the name of another institution',
  origin: 'with another address in the QR code',
  development: 'as a test that is none, or without saying that it is a test',
  subject: 'with another subject',
  type: 'of another type',
  amount: 'with another amount',
  folio: 'with another folio',
  term: 'with another term',
  time: 'with a time that is yet to come',
  pages: 'with another number of pages',
  seal: 'with the seal of another letter',
  bytes: 'with another content',
};
/** What stands around its folio. */
const CANCEL_DRAFT = [' Cancel the draft with ./cotejo oficio cancel ', ' --reason REASON.'] as const;
const PRINT_TO_PDF =
  'Look it over, print it to a plain PDF and use that file. If somebody has signed it already, ask them for another version.';

/** Letters, their folios and their amounts. */
export const letters: ProblemTexts<LetterCode> = {
  'oficio/not-found': (found) => ({
    what: `There is no letter with this folio or number${found('found', ': ')}.`,
    next: 'Check how it is written on the paper and try again.',
  }),
  'oficio/folio-taken': (found) => ({
    what: `Another letter already has the folio${found('folio', ' ')}.`,
    next: 'Use another folio, or give none to get the next one.',
  }),
  'oficio/folio-other-year': (found) => ({
    what: `The folio is of another year${found('year', ': ')}, for which the unit has no declared series.`,
    next: 'Check the year of the folio; if it is right, declare its series first with ./cotejo folio series.',
  }),
  'oficio/folio-other-unit': (found) => ({
    what: `The folio is of unit${found('unit', ' ') || ' A'} and the signer is of another unit${found('signerUnit', ': ')}.`,
    next: "Use a folio of the signer's unit, or choose a signer of the folio's unit.",
  }),
  'oficio/not-signed': (found) => ({
    what: `The letter${found('folio', ' ')} is not signed yet.`,
    next: 'Sign it first and try again.',
  }),
  'oficio/already-cancelled': (found) => ({
    what: `The letter${found('folio', ' ')}${found.word('state', OFICIO_STATES, ' ') || ' is no longer in force'}.`,
    next: 'Nothing more is needed: a cancelled or replaced letter does not change any more.',
  }),
  'oficio/earlier-ended': (found) => ({
    what: `The file has the letter${found('folio', ' ')} already, which${found.word('state', OFICIO_STATES, ' ') || ' is not in force'}: signed once more it would not count either.${found('draft', ' The draft ', ' was not signed.') || ' No folio was taken.'}`,
    next: `Sign the original document, without the seal of that letter.${found('draft', CANCEL_DRAFT[0], CANCEL_DRAFT[1])}`,
  }),
  'oficio/earlier-not-registered': (found) => ({
    what: `The file has a signature already by a certificate of this institution that is not in the log: whoever checked the letter would not see a good one.${found('draft', ' The draft ', ' was not signed.') || ' No folio was taken.'}`,
    next: `Sign the original document, without that signature.${found('draft', CANCEL_DRAFT[0], CANCEL_DRAFT[1])} If whoever is named as its signer did not make it, tell those who keep the systems: somebody may have their key.`,
  }),
  'oficio/replacement-not-signed': (found) => ({
    what: `The letter that replaces it${found('folio', ' (', ')')} is not signed, is no longer in force, or is the same one.`,
    next: 'Sign the new letter first, then replace the old one.',
  }),
  'oficio/active-content': (found) => ({
    what: `The PDF holds something that acts when it is opened or used${found.word('kind', ACTIVE_CONTENT, ': ')}${found('page', ' (page ', ')')}. It cannot be signed like this.`,
    next: PRINT_TO_PDF,
  }),
  'oficio/changing-content': (found) => ({
    what: `The PDF could look different after signing${found.word('kind', CHANGING_CONTENT, ': ')}${found('page', ' (page ', ')')}.`,
    next: PRINT_TO_PDF,
  }),
  'oficio/signature-broken': (found) => ({
    what: `The PDF already carries a signature that does not hold${found('field', ' (', ')')}: the document changed after it, or the signature is damaged.`,
    next: 'Ask the earlier signer for the file as it was signed, or start from the document without signatures. No folio was taken.',
  }),
  'oficio/place-breaks-signature': (found) => ({
    what: `There${found('page', ', on page ', ',')} the seal would break a signature that the PDF already has${found('field', ' (', ')')}: it would cover what is printed or another signature, or the signatures would take too much of the page.`,
    next: 'Choose another blank place, or another page. If there is none left, start from the document without signatures. No folio was taken.',
  }),
  'oficio/subject-malformed': (found) => ({
    what: `The subject${found('where', ' ("', '")')} is empty, too long${found('most', ' (at most ', ' characters)')} or holds invisible characters.`,
    next: 'Write it again in one short line.',
  }),
  'oficio/reason-malformed': (found) => ({
    what: `The reason is empty, too long${found('most', ' (at most ', ' characters)')} or has characters that cannot be seen.`,
    next: 'Write in one short line why the letter is cancelled or replaced (--reason).',
  }),
  'oficio/text-garbled': (found) => ({
    what: `The accents of the text${found('where', ' ("', '")')} are damaged (such as "Mar¡a" instead of "María").`,
    next: 'Write it again; a dash between two words has spaces around it. If it comes from a list, save that as "CSV UTF-8 (comma delimited)".',
  }),
  'oficio/expires-in-past': {
    what: 'The date on which the letter expires is past.',
    next: 'Give today or a later date, or none if the letter does not expire.',
  },
  'oficio/own-check-failed': (found) => ({
    what: `The letter just signed did not pass our own check${found('found', ' (detail: ', ')')}, so it was not handed out.`,
    next: 'Use no file of this attempt. Tell your systems staff and give them the code at the end.',
  }),
  'oficio/unit-unknown': (found) => ({
    what: `The unit${found('unit', ' ')} is not in the directory.`,
    next: 'Check the unit code, or have the unit added, and try again.',
  }),
  'oficio/signer-not-found': (found) => ({
    what: `The signer is not in the directory${found('signer', ': ')}.`,
    next: 'Look up the id, which ./cotejo official list --name NAME tells, and try again.',
  }),
  'oficio/signer-reserved': (found) => ({
    what: `The name of who should sign${found('signer', ' (', ')')} is reserved, and the letter would publish it.`,
    next: 'Choose somebody else to sign.',
  }),
  'oficio/signer-changed': (found) => ({
    what: `Name, post or unit of the signer${found('signer', ' (', ')')} changed after the letter was registered.`,
    next: 'Cancel the draft with its reason and sign the letter again.',
  }),
  'oficio/signer-without-mandate': (found) => ({
    what: `The signer${found('signer', ' (', ')')} may not sign today: ${found.word('mandate', MANDATES) || 'the mandate does not hold'}.`,
    next: 'Choose somebody else, or ask Human Resources to update the dates.',
  }),
  'oficio/signer-without-credential': (found) => ({
    what: `The signer${found('signer', ' (', ')')} has no credential in force to sign letters with${found('serial', ' (', ')')}.`,
    next: 'Have a signing credential issued and try again.',
  }),
  'oficio/signer-key-elsewhere': (found) => ({
    what: `The signing credential in force${found('signer', ' of ')}${found('serial', ' (', ')')} is for a key that is not kept here.`,
    next: 'If the key is on their card, sign with --card. If not, issue another signing credential whose key is kept here, without --csr.',
  }),
  'oficio/signer-key-unfit': {
    what: 'The key on the card is of a kind with which no letter is signed.',
    next: 'Make another card with ./cotejo card provision: it makes P-256 keys.',
  },
  'oficio/prepared-for-another': (found) => ({
    what: `The letter${found('folio', ' ')} was prepared for another certificate of the same person${found('serial', ' (', ')')}.`,
    next: 'If that card is no longer of use, cancel the draft with ./cotejo oficio cancel FOLIO --reason REASON, and sign with another output (-o, --out-dir) or another --idempotency-key.',
  }),
  'oficio/seal-not-of-letter': (found) => ({
    what: `What came to be signed is not of this letter${found('folio', ' (', ')')}.`,
    next: 'Repeat the same command: it goes on with the same folio.',
  }),
  'oficio/signature-wrong': (found) => ({
    what: `What the card signed is not this letter${found('folio', ' (', ')')}, or another key signed it. Nothing was handed out.`,
    next: 'Repeat the same command: it goes on with the same folio. If it happens again, tell your systems staff.',
  }),
  'oficio/delivered-differs': {
    what: 'The service delivered another letter, or another file, as signed than was ordered. Nothing was saved.',
    next: 'Do not use what the service delivers, and tell your systems staff.',
  },
  'oficio/not-in-force': (found) => ({
    what: `The letter${found('folio', ' ')}${found.word('state', OFICIO_STATES, ' ') || ' is not in force'}: it is not countersigned.`,
    next: 'Look at it with ./cotejo oficio show FOLIO, and countersign the letter that is in force.',
  }),
  'oficio/already-signer': (found) => ({
    what: `Whoever is to countersign${found('signer', ' (', ')')} signed the letter${found('folio', ' ')} itself.`,
    next: 'Choose somebody else: a letter is countersigned by another official.',
  }),
  'oficio/countersigned-by-most': (found) => ({
    what: `The letter${found('folio', ' ')} has as many countersignatures as a letter may have${found('most', ' (', ')')}.`,
    next: 'Nobody else can countersign it. If somebody has to, sign another letter, and replace this one by it.',
  }),
  'oficio/file-too-long': (found) => ({
    what: `With one more signature the file of the letter${found('folio', ' ')} would be larger than what anybody can have verified. Nothing was signed.`,
    next: 'Make the document smaller (pictures, form fields), sign it as another letter and, if this one is in force, replace it by that.',
  }),
  'oficio/overtaken': (found) => ({
    what: `What was prepared to countersign${found('folio', ' ')} is not what would be signed now: somebody else countersigned meanwhile, it took more than a day, or name or post of the signer changed. Nothing was signed.`,
    next: 'Repeat the same command: it prepares the newest version of the letter.',
  }),
  'oficio/another-version': (found) => ({
    what: `The file is none of the versions of the letter${found('folio', ' ')} that this office recorded: somebody saved it anew, or signed it elsewhere.`,
    next: 'Give the folio in place of the file, or get the recorded one with ./cotejo oficio show FOLIO -o FILE.pdf.',
  }),
  'oficio/no-letter-in-file': {
    what: 'The file carries no letter that this institution signed.',
    next: 'Give the file that ./cotejo oficio sign wrote, or the folio of the letter. A document that nobody signed yet is signed with ./cotejo oficio sign.',
  },
  'oficio/prepared-differs': (found) => ({
    what: `The service wants something else signed than you ordered${found.word('what', PREPARED, ': ')}. No PIN was asked for, and nothing signed.`,
    next: 'Do not insist. Check that this program and the service are of one version; if they are, tell your systems staff: somebody may want you to sign another letter.',
  }),
  'oficio/signer-suspended': (found) => ({
    what: `The signing credential of the signer${found('signer', ' (', ')')} is suspended${found.time('since', ' since ', ', Mexico City time')}.`,
    next: `If the review is over, lift it with ./cotejo credential resume${found('serial', ' ')}; if not, choose another signer.`,
  }),

  'oficio/received-in-future': (found) => ({
    what: `The hour at which the letter${found('folio', ' ')} was received is still to come${found.time('now', ': it is ', ' in Mexico City now')}.`,
    next: 'Type the day and hour at which it was received, which are over. Where the stamp bears another date, type the true one and keep the photo of the stamp.',
  }),
  'oficio/received-before-letter': (found) => ({
    what: `Nobody can have received the letter${found('folio', ' ')} before it was sealed${found.time('sealedAt', ' (', ', Mexico City time)')}.`,
    next: 'Type the day and hour at which it was really received. Where the stamp bears another date, keep the photo of the stamp.',
  }),
  'oficio/received-after-end': (found) => ({
    what: `The letter${found('folio', ' ')}${found.word('state', OFICIO_STATES, ' ') || ' was no longer in force'}${found.time('endedAt', ' on ')}: that it was received is registered only where that was before.`,
    next: 'Check day and hour. Where it was handed over when it no longer counted, tell whoever received it, and register the letter that is in force.',
  }),
  'oficio/reception-way': (found) => ({
    what: `No letter is received that way${found('found', ': "', '"')}.`,
    next: 'Say one of: window, notifier, mail.',
  }),
  'oficio/reception-not-found': (found) => ({
    what: `The letter has no reception with that id${found('found', ': ')}.`,
    next: 'See them with ./cotejo oficio show FOLIO.',
  }),
  'oficio/reception-corrected': (found) => ({
    what: `The reception${found('found', ' ')} was corrected before, or says that there was none.`,
    next: 'See it with ./cotejo oficio show FOLIO and correct the one that stands.',
  }),
  'oficio/receptions-most': (found) => ({
    what: `As many receptions of the letter are registered as may be${found('most', ' (', ')')}.`,
    next: 'See that they are not repeated: each office that received it is registered once.',
  }),

  'oficio/details-none': (found) => ({
    what: `No details of an addressee or a visit are kept beside that letter${found('folio', ' (', ')')}.`,
    next: 'Check the folio. Those of a reception are erased by saying which one (--reception).',
  }),
  'oficio/details-needed': (found) => ({
    what: `Those details are still needed${found('folio', ' (', ')')}${found.time('until', ': until ')}.`,
    next: 'Wait for that day. While the visit may take place, its place protects whoever opens the door.',
  }),
  'oficio/erasure-reference': (found) => ({
    what: `The number of the person's request is missing, or is no number of a file${found('found', ': "', '"')}.`,
    next: 'Write the number of the request, for example ARCO-12/2026; never a name: the log keeps it.',
  }),

  'oficio/ground-malformed': (found) => ({
    what: `The ground of the public version is missing, or too long${found('length', ' (', ' characters)')}.`,
    next: 'Write the norm and the resolution of the committee in one line, for example "LGTAIP art. 115; resolución CT-12/2026"; never a name: it is published.',
  }),
  'oficio/public-version-not-found': (found) => ({
    what: `The letter has no public version with that id${found('found', ': ')}.`,
    next: 'See them with ./cotejo oficio show FOLIO.',
  }),
  'oficio/public-version-over': (found) => ({
    what: `Another one took the place of that public version${found('found', ' ')}: it is published no longer.`,
    next: 'Withdraw the one that stands.',
  }),
  'oficio/public-version-same': {
    what: 'This very file is the public version of the letter already.',
    next: 'It need not be registered again. To change its ground, save the file anew, or withdraw it first.',
  },
  'oficio/public-version-most': (found) => ({
    what: `As many public versions of the letter are registered as may be${found('most', ' (', ')')}.`,
    next: 'Tell whoever runs the service: something repeats them.',
  }),
  'oficio/public-version-hides': (found) => ({
    what: `The file has more than it shows${found.word('what', HIDDEN_WORDS, ': ')}${found('page', ' (page ', ')')}. All of that would be published.`,
    next: 'Apply what is blacked out and save a clean copy ("remove hidden information" in Acrobat); or print, scan, and register the scan.',
  }),
  'oficio/public-version-names': (found) => ({
    what: `The file still has${found.word('field', SECRET_WORDS, ' ') || ' what the office keeps apart'}${found('page', ', on page ')}: it can be copied although it is not seen.`,
    next: 'Take the text away instead of covering it, with the program that blacks out, or by printing and scanning. Then register it.',
  }),
  'oficio/public-version-covered': (found) => ({
    what: `Below something painted is text that can be copied${found('page', ', on page ')}${found('text', ': "', '"')}.`,
    next: 'Where it was to be blacked out, take the text away instead of covering it. Where somebody looked and it may be published, say so (--accept-covered).',
  }),
  'oficio/public-version-other-letter': (found) => ({
    what: `The file shows the code of another letter${found('found', ': ')}${found('folio', '; this one is ')}.`,
    next: 'Choose the public version of this letter, or open the other one.',
  }),

  'oficio/visit-type': {
    what: 'A letter of that type announces no visit.',
    next: 'Announce the visit in an order to visit, a notification or a summons alone; or change the type.',
  },
  'oficio/visit-window': (found) => ({
    what: `The time of the visit cannot be${found.time('from', ': from ')}${found.time('to', ' to ')}. It ends after it begins and after now, and takes at most${found('most', ' ', ' days') || ' two months'}.`,
    next: 'Check both days and hours, Mexico City time.',
  }),
  'oficio/visit-officials': (found) => ({
    what: `A visit is made by one to${found('most', ' ') || ' twelve'} people${found('found', ', and these were named: ')}.`,
    next: 'Name the id of each person who will come (--visit-official), or announce it in several letters.',
  }),
  'oficio/visit-official': (found) => ({
    what: `That person${found('official', ' (', ')')} cannot make the visit${found.word('why', VISITOR_FAULTS, ': ')}.`,
    next: 'Choose somebody else in the directory: whoever is visited compares name and photo.',
  }),

  'oficio/series-malformed': (found) => ({
    what: `The numbering is not possible${found('unit', ' for unit ')}${found('year', ' in ')}${found.word('fault', SERIES_FAULTS, ': ')}${found('found', ' (', ')')}.`,
    next: 'Check the first number and the ranges: ascending, without overlap, and each gap with its reason.',
  }),
  'oficio/series-started': (found) => ({
    what: `The numbering${found('unit', ' of ')}${found('year', ' in ')} has begun${found('folio', ' (there is ', ')') || found('next', ' (next number: ', ')')}; its first number cannot change.`,
    next: 'Declare the numbers that will not be used as gaps, with their reason.',
  }),
  'oficio/series-number-used': (found) => ({
    what: `A letter already has the folio${found('folio', ' ')}; it cannot be among the declared numbers${found('range', ' (', ')')}.`,
    next: 'Declare the numbers without it: one range that ends before and another that begins after it.',
  }),
  'oficio/series-unit-unknown': (found) => ({
    what: `The unit${found('unit', ' ')} is not in the directory.`,
    next: 'Check the unit code, or have the unit added, and try again.',
  }),
  'oficio/folio-in-gap': (found) => ({
    what: `The number${found('number', ' ')} was declared unused${found('reason', ': ')}.`,
    next: 'Use another number, or give none to get the next one.',
  }),
  'oficio/folio-before-first': (found) => ({
    what: `The number${found('number', ' ')} is less than the first of the numbering${found('first', ' (', ')')}.`,
    next: 'Use a number of the numbering, or none.',
  }),
  'oficio/series-exhausted': (found) => ({
    what: `No folio numbers are left${found('unit', ' for ')}${found('year', ' in ')}.`,
    next: "Tell whoever keeps the unit's numbering.",
  }),
  'oficio/folio-malformed': (found) => ({
    what: `${found('where', '"', '": t') || 'T'}his is not a folio${found.word('or', FOLIO_OR)}${found('found', ': "', '"')}.`,
    next: 'Write unit, number and year, for example AC/DGG/SCI/0042/2026.',
  }),
  'oficio/amount-malformed': (found) => ({
    what: `${found('where', '"', '": t') || 'T'}his is not an amount in pesos${found('found', ': "', '"') || ' (it is empty)'}.`,
    next: 'Write pesos and centavos with a point, for example 1250.00, or 0 if the letter asks for no money.',
  }),
};
