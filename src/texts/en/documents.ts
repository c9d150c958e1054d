import type { DocumentCode } from '../code.ts';
import type { ProblemTexts } from '../problem-text.ts';

const EXPORT_AGAIN = 'Open it in the program that made it, export it as PDF again, and try once more.';
const ASK_FOR_ANOTHER = 'Ask for another copy of the file, or download it again, and try once more.';
const TELL_SUPPORT = 'Tell your systems staff and give them the code at the end.';

/** The PDF file, its signatures and the printed seal. */
export const documents: ProblemTexts<DocumentCode> = {
  'pdf/not-a-pdf': {
    what: 'The file is not a PDF.',
    next: 'Export it as PDF from the program in which it was written, and try again.',
  },
  'pdf/truncated': { what: 'The PDF file is incomplete: its end is missing.', next: ASK_FOR_ANOTHER },
  'pdf/encrypted': {
    what: 'The PDF file is protected by a password or by restrictions.',
    next: 'Save it without password and restrictions, and try again.',
  },
  'pdf/xref-broken': {
    what: 'The PDF file is damaged: its internal index does not lead where it says.',
    next: EXPORT_AGAIN,
  },
  'pdf/malformed': { what: 'The PDF file is damaged and cannot be read to the end.', next: EXPORT_AGAIN },
  'pdf/ambiguous': (found) => ({
    what: `Programs may show this PDF differently from each other${found('finding', ' (detail: ', ')')}.`,
    next: EXPORT_AGAIN,
  }),
  'pdf/too-large': {
    what: 'The PDF file is too large, or takes too much memory to open.',
    next: 'Make its pictures smaller or divide it into several files, and try again.',
  },
  'pdf/too-many-pages': (found) => ({
    what: `The PDF file has too many pages${found('limit', ' (at most ', ')')}.`,
    next: 'Divide it into several files and try again.',
  }),
  'pdf/no-pages': { what: 'The PDF file has no page.', next: EXPORT_AGAIN },

  'signature/certified': {
    what: 'The author of this PDF closed it: it allows no change, not even another signature.',
    next: 'Ask the author for a version that may be signed, and try again.',
  },
  'signature/locked': {
    what: 'An earlier signature of this PDF allows no other.',
    next: 'Ask the earlier signer for a version that allows more signatures, and try again.',
  },
  'signature/field-taken': {
    what: 'The PDF already has a signature field of this name.',
    next: 'Try again; if it happens again, export the document as PDF once more.',
  },
  'signature/no-page': {
    what: 'The PDF does not have the page on which to sign.',
    next: 'Check the page number and try again.',
  },
  'signature/form-malformed': { what: 'The form in this PDF is damaged.', next: EXPORT_AGAIN },
  'signature/xfa': {
    what: 'This PDF is a dynamic form: what it shows depends on the program that opens it.',
    next: 'Print it to a plain PDF and try again with that file.',
  },
  'signature/too-many': (found) => ({
    what: `The PDF has so many signatures${found('most', ' (at most ', ' are checked)')} that nobody could check one more. Nothing was signed.`,
    next: 'Sign a copy of the document that has fewer signatures, or none.',
  }),
  'signature/not-comparable': (found) => ({
    what: `The PDF is so large that with one more signature nobody could check whether ${found('field', 'the signature "', '"') || 'an earlier one'} still holds. Nothing was signed.`,
    next: 'Sign a copy of the document with fewer signatures, or none; or divide it.',
  }),
  'signature/too-long': {
    what: 'The signature does not fit in the room that was reserved for it.',
    next: TELL_SUPPORT,
  },
  'signature/malformed': {
    what: 'The signature in this file is damaged or not in the expected form.',
    next: ASK_FOR_ANOTHER,
  },
  'signature/not-prepared': {
    what: 'This file is not waiting for a signature.',
    next: 'Begin again from the original PDF, before any signature.',
  },

  'seal/malformed': {
    what: 'The code looks like ours, but is incomplete or altered.',
    next: 'Scan it again, whole and in good light. If it happens again, do not trust the paper and call the unit that issued it.',
  },
  'seal/not-a-seal': {
    what: 'What was scanned or typed is not the code of one of our letters.',
    next: 'Scan the square code beside the folio, or type the 12 letters and digits beside it.',
  },
  'seal/other-host': (found) => ({
    what: `The code is not ours${found('host', ': it leads to ')}.`,
    next: 'Do not open that page. Call the unit that is said to have issued the letter.',
  }),
  'seal/not-https': (found) => ({
    what: `The address${found('host', ' ')} is not secure: it begins with http and should begin with https.`,
    next: 'Do not open it. Type the address of the institution in your browser yourself.',
  }),
  'seal/claims': (found) => ({
    what: `Something about the letter does not fit the seal or is not acceptable${found('field', ' (', ')')}.`,
    next: 'Check the details of the letter and try again.',
  }),
  'seal/too-long': {
    what: 'What the seal has to say does not fit the printed code.',
    next: 'Use a shorter public address for the institution, or a shorter folio, and try again.',
  },
  'seal/origin': (found) => ({
    what: `The public address of the institution${found('found', ' ("', '")')} cannot be written in the printed code.`,
    next: `Use ${found('most', 'an address of at most ', ' characters') || 'a short address'} that begins with https, of plain letters, digits, dots, hyphens and slashes.`,
  }),
  'seal/not-a-code': {
    what: 'The code has to have 12 letters and digits.',
    next: 'Copy it as it is printed beside the square code; hyphens do not matter.',
  },
  'seal/code-mistyped': {
    what: 'A letter or digit of the code is mistyped.',
    next: 'Compare it with the paper, one by one, and type it again.',
  },
  'seal/text-too-long': (found) => ({
    what: `A text does not fit the seal as a whole${found('what', ': ')}${found('length', ' (', ' characters)')}.`,
    next: 'Make it shorter and try again.',
  }),
  'seal/outside-page': (found) => ({
    what: `The place asked for the seal is not within page${found('page', ' ') || ' limits'}${found('pages', ' (pages in the document: ', ')')}.${found('pageSize', ' That page has ', ' mm')}${found('wideSeal', '; the seal, ', ` mm${found('tallSeal', ', or ', ' mm where it is tall')}.`)}`,
    next: 'Choose another place, or let the seal find one, and try again.',
  }),
  'seal/covers': (found) => ({
    what: `The seal would cover something printed there${found('page', ' (page ', ')')}.`,
    next: 'Choose a blank place. If the document is a scan or has a background, say that the seal may lie over it.',
  }),
  'seal/no-room': (found) => ({
    what: `No page has room for the seal${found('pages', ' (pages looked at: ', ')')}, and none can be added, because the document is signed already.`,
    next: 'Use the PDF from before it was signed, leave 18 by 6 centimetres blank, and try again.',
  }),

  'picture/unreadable': {
    what: 'The file is not a picture, or is damaged.',
    next: 'Take another picture of the code, or save it as JPEG or PNG, and try again.',
  },
  'picture/no-code': {
    what: 'No square code was found in the picture.',
    next: 'Take another photo from near, straight and in good light, with the whole code in it, or type the 12 letters and digits beside it.',
  },
  'picture/several-codes': {
    what: 'The picture has more than one code: each belongs to a letter.',
    next: 'Crop it, or take another photo, so that only one can be seen, and check them one by one.',
  },
  'picture/too-large': (found) => ({
    what: `The picture is too large${found.megabytes('most', ' (at most ', ')')}.`,
    next: 'Cut it down to the square code and try again.',
  }),
};
