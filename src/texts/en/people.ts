import type { PersonCode } from '../code.ts';
import type { Found, ProblemTexts } from '../problem-text.ts';
import { FIELDS, MANDATES } from './words.ts';

const SAVE_AS_CSV = 'in Excel or LibreOffice choose Save as, "CSV UTF-8 (comma delimited)", and try again.';
const OTHER_PHOTO = 'Use another photo, in JPEG, PNG or WebP, and try again.';
const inField = (found: Found): string => found('where', ' in "', '"') || found.word('field', FIELDS, ' in "', '"');

/** The directory, lists of staff and credentials. */
export const people: ProblemTexts<PersonCode> = {
  'directory/text-missing': (found) => ({
    what: `A value is missing${inField(found)}.`,
    next: 'Fill it in and try again.',
  }),
  'directory/text-too-long': (found) => ({
    what: `A text is too long${inField(found)}${found('max', ': at most ', ' characters')}${found('found', ', found ')}.`,
    next: 'Make it shorter and try again.',
  }),
  'directory/text-forbidden-character': (found) => ({
    what: `A text holds characters that cannot be seen or that overlap${inField(found)}.`,
    next: 'Delete it and type it by hand, without copy and paste.',
  }),
  'directory/text-formula': (found) => ({
    what: `A text begins like a formula of a spreadsheet${inField(found)}.`,
    next: 'Take away the sign at its beginning (=, + or @).',
  }),
  'directory/text-garbled': (found) => ({
    what: `The accents of a text are damaged${inField(found)}${found('line', ' on line ')} (such as "MuÃ±oz" or "Mu¤oz" instead of "Muñoz").`,
    next: `Mend the text (a long dash has spaces around it). If it comes from a list: ${SAVE_AS_CSV}`,
  }),
  'directory/personal-key': (found) => ({
    what: `A text holds a CURP or an RFC${inField(found)}. The directory is public and must not show them.`,
    next: 'Take the CURP or RFC out and try again.',
  }),
  'directory/list-too-long': (found) => ({
    what: `There are too many items${inField(found)}${found('max', ': at most ')}${found('found', ', found ')}.`,
    next: 'Join or remove some and try again.',
  }),
  'directory/phone-malformed': {
    what: 'The telephone number is not understood.',
    next: 'Write its 10 digits, for example 55 1234 5678, and the extension if there is one.',
  },
  'directory/mail-malformed': {
    what: 'The e-mail address is not understood.',
    next: 'Write it whole, for example name@institution.gob.mx.',
  },
  'directory/day-malformed': (found) => ({
    what: `A date does not exist or is not understood${inField(found)}.`,
    next: 'Write it as day, month and year, 31/12/2026, or as 2026-12-31.',
  }),
  'directory/day-out-of-range': (found) => ({
    what: `A date does not seem possible${inField(found)}: it has to lie between 1950 and 2100.`,
    next: 'Check the year and try again.',
  }),
  'directory/days-reversed': {
    what: 'The end date is before the start date.',
    next: 'Check both dates and try again.',
  },
  'directory/official-id-malformed': {
    what: 'This is not the identifier of an official.',
    next: 'Copy it from the list of the directory and try again.',
  },
  'directory/official-unknown': (found) => ({
    what: `This official is not in the directory${found('official', ': ')}.`,
    next: `Check the id${found('near', ' (perhaps ', '?)')}: ./cotejo official list --name NAME tells it. Who is not there is registered first: ./cotejo official add.`,
  }),
  'directory/official-ended': (found) => ({
    what: `The end of this official’s time in the post${found('official', ' (', ')')} is recorded${found('on', ' from ')}.`,
    next: `Until that day it can be corrected: ./cotejo official end ${found('official') || 'ID'} with another day (--on). Later, after a return to work, register the person anew with the new start date.`,
  }),
  'directory/official-already-registered': (found) => ({
    what: `This person is already registered in this post and unit${found('official', ': ')}.`,
    next: `To correct it: ./cotejo official import LIST.csv --update. After leaving the post, end that record first: ./cotejo official end ${found('official') || 'ID'} --reason REASON.`,
  }),
  'directory/superseded-not-ended': (found) => ({
    what: `The official${found('official', ' (', ')')} still holds the earlier post: a record only supersedes one that has ended.`,
    next: `End the earlier post, ./cotejo official end ${found('official') || 'ID'} --reason transferred, and repeat the command; the credentials of that post are revoked.`,
  }),
  'directory/ended-before-start': (found) => ({
    what: `The end${found('on', ' (', ')')} is before the start in the post${found('validFrom', ' (', ')')}.`,
    next: 'Check the end date and try again.',
  }),
  'directory/end-reason-unknown': {
    what: 'The reason for the end is not a known one.',
    next: 'Choose one of the reasons that the help names and try again.',
  },
  'directory/unchanged': (found) => ({
    what: `What you asked for is so already${found('official', ' in the record of ')}${found('unit', ' in unit ')}${found('on', ': out of the post from ')}.`,
    next: found('on') ? 'For another day, say it again with --on.' : 'Nothing more is needed.',
  }),
  'directory/publication-unknown': {
    what: 'It is not clear whether the record is public or reserved.',
    next: 'Write "public" or "reserved" and try again.',
  },
  'directory/legal-ground-missing': {
    what: 'The official is marked as reserved, but the legal ground is missing.',
    next: 'Write the article or resolution that allows it.',
  },
  'directory/legal-ground-unexpected': {
    what: 'There is a legal ground to reserve the record, but the official is not marked as reserved.',
    next: 'Write "reserved" as publication, or delete the legal ground.',
  },
  'directory/profile-malformed': {
    what: "The official's public profile cannot be read.",
    next: 'Tell your systems staff and give them the code at the end.',
  },
  'directory/unit-code-malformed': (found) => ({
    what: `This is not a unit code${inField(found)}.`,
    next: 'Write capitals separated by slashes, for example AC/DGG/SCI.',
  }),
  'directory/unit-unknown': (found) => ({
    what: `There is no unit${found('unit', ' ') || ' of this name'}.`,
    next: `Check the code or name of the unit${found('near', ' (perhaps ', ')')}. ./cotejo unit list tells which there are; if it is missing, add it first.`,
  }),
  'directory/unit-circular': {
    what: 'The unit would stand above itself, or too many levels deep.',
    next: 'Check which unit stands above it and try again.',
  },

  'directory/photo-missing': (found) => ({
    what: `The photo was not found${found('file', ': "', '"')}.`,
    next: 'Put the file in the folder of photos (that of the list, or of --photos), under the name that the list says.',
  }),
  'directory/photo-outside-folder': {
    what: 'The name of the photo leads out of its folder.',
    next: "Copy the photo to the list's folder and write only the name of the file.",
  },
  'directory/photo-too-large': (found) => ({
    what: `The file of the photo is too large${found.megabytes('max', ' (at most ', ')')}.`,
    next: 'Make it smaller and try again.',
  }),
  'directory/photo-too-many-pixels': {
    what: 'The photo has too many pixels.',
    next: 'Scale it down (for example to 1200 by 1600) and try again.',
  },
  'directory/photo-too-small': (found) => ({
    what: `The photo is too small to recognise somebody${found('width', ' (', ` by ${found('height') || '?'} pixels)`)}.`,
    next: `Use a larger one, from the front${found('minWidth', ', of at least ', ` by ${found('minHeight') || '?'} pixels`)}, and try again.`,
  }),
  'directory/photo-unreadable': (found) => ({
    what: found('reason')
      ? `The file of the photo${found('file', ' "', '"')} cannot be read (${found('reason')}).`
      : 'The file is not a photo, or is damaged.',
    next: found('reason') ? 'See that it can be opened, or use another photo.' : OTHER_PHOTO,
  }),
  'directory/photo-animated': { what: 'The file holds several pictures or an animation.', next: OTHER_PHOTO },
  'directory/photo-format': {
    what: 'The photo is in a format that is not accepted.',
    next: 'Save it as JPEG or PNG and try again.',
  },
  'directory/photo-timeout': { what: 'The photo takes too long to open.', next: OTHER_PHOTO },
  'directory/photo-busy': {
    what: 'Many photos are being processed at once.',
    next: 'Wait a minute and try again.',
  },

  'directory/csv-too-large': (found) => ({
    what: `The list is too large${found.megabytes('max', ' (at most ', ')')}.`,
    next: 'Divide it into several lists and try again.',
  }),
  'directory/csv-too-many-rows': (found) => ({
    what: `The list has too many rows${found('max', ' (at most ', ')')}.`,
    next: 'Divide it into several lists and try again.',
  }),
  'directory/csv-empty': { what: 'The list is empty.', next: 'Check that it is the right file and that it has rows.' },
  'directory/csv-is-spreadsheet': {
    what: 'The file is a spreadsheet, not a CSV list.',
    next: `Open it; ${SAVE_AS_CSV}`,
  },
  'directory/csv-not-text': { what: 'The file is not a list of text.', next: `Open it; ${SAVE_AS_CSV}` },
  'directory/csv-no-header': (found) => ({
    what: `No row${found('within', ' of the first ')} says what the columns are called.`,
    next: 'Put a first row with the headings, for example: nombre, cargo, unidad, atribuciones, desde.',
  }),
  'directory/csv-column-missing': (found) => ({
    what: `The list lacks a column${found('column', ': "', '"')}.`,
    next: 'Add it and try again.',
  }),
  'directory/csv-column-repeated': (found) => ({
    what: `Two columns of the list mean the same${found('column', ': "', '"')}.`,
    next: 'Leave only one and try again.',
  }),
  'directory/csv-reserve-unclear': (found) => ({
    what: `A column that is not used seems to say who is reserved${found('column', ': "', '"')}${found('line', ' (line ', ')')}. Nobody was registered, so that nobody protected is published.`,
    next: 'If it does, call it "publicacion", with "reservado" or "público" in each row, and put the ground in "fundamento". If not, take it out of the list.',
  }),
  'directory/csv-quote': {
    what: 'The quotation marks of this row do not close or are out of place.',
    next: 'Mend the quotation marks of the row and try again.',
  },
  'directory/csv-cell-too-long': {
    what: 'A cell of this row is too long.',
    next: 'Make it shorter; if it does not look long, check whether a quotation mark was left open.',
  },
  'directory/csv-extra-cells': (found) => ({
    what: `The row has more cells than there are columns${found('found', ' (', `, expected ${found('max') || 'fewer'})`)}.`,
    next: 'Put texts that hold the sign between the columns (comma or semicolon) in quotation marks.',
  }),
  'directory/row-repeated': (found) => ({
    what: `The row repeats somebody who is in the list already${found('firstLine', ' (line ', ')')}.`,
    next: 'Remove one of the two rows.',
  }),
  'directory/row-differs': (found) => ({
    what: `The official is registered with other data${found('official', ' (', ')')}${found.words('different', FIELDS, ': ')}.`,
    next: 'If those of the list are right, import it again with --update.',
  }),
  'directory/row-of-ended-official': (found) => ({
    what: `The end of the time in the post of the person in this row is recorded${found('on', ' from ')}: a list does not bring anybody back.`,
    next: 'After a return to work, register the person individually; otherwise remove the row.',
  }),

  'credential/not-found': (found) => ({
    what: `There is no credential with this number${found('serial', ': ')}.`,
    next: 'Check the number in the list of credentials and try again.',
  }),
  'credential/official-unknown': (found) => ({
    what: `This official is not in the directory${found('official', ': ')}.`,
    next: `Check the id${found('near', ' (perhaps ', '?)')}: ./cotejo official list --name NAME tells it. Who is not there is registered first: ./cotejo official add.`,
  }),
  'credential/no-mandate': (found) => ({
    what: `This official${found('official', ' (', ')')} cannot be given a credential: ${found.word('mandate', MANDATES) || 'the mandate does not hold'}.`,
    next: 'Ask Human Resources to check the dates in the directory. If they have left and have a card, end it: ./cotejo card replace --official ID --reason left.',
  }),
  'credential/not-issued': (found) => ({
    what: `The credential${found('serial', ' ')} is not completely issued yet.`,
    next: 'Finish issuing it, or revoke it if it is not needed.',
  }),
  'credential/not-suspended': (found) => ({
    what: `The credential${found('serial', ' ')} is not suspended.`,
    next: 'There is nothing to resume; check that the number is the right one.',
  }),
  'credential/already-suspended': (found) => ({
    what: `The credential${found('serial', ' ')} is suspended already.`,
    next: 'Nothing more is needed.',
  }),
  'credential/already-revoked': (found) => ({
    what: `The credential${found('serial', ' ')} is revoked, and that cannot be undone.`,
    next: 'If the person needs one, issue a new credential.',
  }),
  'credential/compromised-from-needs-key-compromise': {
    what: 'The entry from which signatures are void goes only with a compromised key.',
    next: 'Change the reason to keyCompromise, or leave that entry out.',
  },
  'credential/compromised-from-missing': {
    what: 'The log entry from which signatures with this key are void is missing.',
    next: 'Find the first doubtful entry in the log and give its number.',
  },
  'credential/compromised-from-unknown': (found) => ({
    what: `There is no such entry in the log${found('found', ': ')}.`,
    next: 'Check the number in the log and try again.',
  }),
  'credential/signer-reserved': (found) => ({
    what: `The name of this person${found('official', ' (', ')')} is reserved, and every letter would publish who signed it.`,
    next: 'Choose somebody else to sign. A staff credential can be issued: it does not bear the name.',
  }),
  'credential/key-in-use': (found) => ({
    what: `This key is already of a credential of another person, of another kind, of another card, or reported stolen${found('serial', ': ')}.`,
    next: 'Make a new key for this person and try again; a card makes another one once it was erased with ./cotejo card wipe.',
  }),
  'credential/not-on-card': (found) => ({
    what: `The credential${found('serial', ' ')} is not on a card.`,
    next: 'Check the number; those on cards are shown by `card verify`.',
  }),
  'credential/challenge-unknown': (found) => ({
    what: `The card's proof for the credential${found('serial', ' ')} came late or twice: each serves once, for two minutes.`,
    next: 'Leave the card in the reader and try again.',
  }),
  'credential/proof-wrong': (found) => ({
    what: `The card did not prove that it holds the key of the credential${found('serial', ' ')}.`,
    next: 'Do not hand it over. Write that key again with the card in the reader.',
  }),
};
