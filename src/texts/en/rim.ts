import type { EntryCode, HttpCode } from '../code.ts';
import type { Found, ProblemTexts } from '../problem-text.ts';
import { SYSTEM_REASONS } from './words.ts';

const because = (found: Found): string => found.word('reason', SYSTEM_REASONS, ' (', ')');
/** What is not undone where a file is not saved. */
const signedAlready = (found: Found): string => found('folio', ' The letter ', ' is signed.');
const saveAgain = (found: Found): string =>
  found('folio', ' or save it elsewhere with ./cotejo oficio show ', ' -o OUT.pdf') || ' and try again';

/** Of commands that sign: neither the file nor what is for good. */
const NOT_SIGNED = { sign: 'Nothing was signed either, and no folio taken.' };

/** Of commands about cards: whoever sits at a counter is to found no installation. */
const WHERE_CARDS_ARE = {
  verify:
    'At a counter: ./cotejo card verify --offline --bundle LIST. On the machine where the service runs, name its data folder in COTEJO_DATA.',
  office:
    'This command works with the installation or its service: give it on the machine where they are, with its data folder in COTEJO_DATA. At a counter cards are only checked: ./cotejo card verify --offline --bundle LIST.',
};

/** What is declined before anything begins. */
export const rim: ProblemTexts<HttpCode | EntryCode> = {
  'http/malformed': (found) => ({
    what: `Something is missing or not understood${found('field', ': ')}.`,
    next: 'Check what you wrote and try again.',
  }),
  'http/body-malformed': (found) => ({
    what: `Something is missing or not understood${found('field', ': ')}.`,
    next: 'Check what you wrote and try again.',
  }),
  'http/not-found': { what: 'This does not exist here.', next: 'Check the address or the number and try again.' },
  'http/method-not-allowed': {
    what: 'This address does not take this method.',
    next: 'Use one that the header Allow names (docs/http.md explains it).',
  },
  'http/address-too-long': {
    what: 'The address is too long.',
    next: 'Copy it again as a whole, or scan the code once more.',
  },
  'http/forbidden': {
    what: 'You are not allowed to do this.',
    next: "Ask whoever administers your unit's permissions.",
  },
  'http/too-large': (found) => ({
    what: `The file is too large${found.megabytes('most', ' (at most ', ')')}.`,
    next: 'Make it smaller and try again.',
  }),
  'http/media-type': {
    what: 'This kind of file is not accepted here.',
    next: 'Send the file in the format that is asked for and try again.',
  },
  'http/too-many-requests': (found) => ({
    what: 'There were too many attempts in a row.',
    next: `Wait ${found('retryAfter', '', found('retryAfter') === '1' ? ' second' : ' seconds') || 'a little'} and try again.`,
  }),
  'http/unavailable': (found) => ({
    what: `The service does not answer now${found('reason') && '; it may have done what you asked for'}.`,
    next: `Wait a minute and ${found('reason') ? 'repeat the same command, which finishes what it began' : 'try again'}; if it happens again, tell your systems staff.`,
  }),
  'http/unexpected': (found) => ({
    what: `The service answered something that is not understood${found('status', ' (', ')')}.`,
    next: 'Check that the service and this command are of the same version, and try again.',
  }),
  'http/address-in-use': (found) => ({
    what: `Another program already holds the address where the service has to listen${found('address', ': ')}${found('port', ' (port ', ')')}.`,
    next: 'Stop the other program, or name another address in COTEJO_LISTEN, and try again.',
  }),
  'http/address-unavailable': (found) => ({
    what: `The service cannot listen at the address given${found('address', ': ')}${found('port', ' (port ', ')')}.`,
    next: 'Correct the address in COTEJO_LISTEN and try again.',
  }),
  internal: {
    what: 'There was an internal fault.',
    next: 'Report it to your systems staff with the time and what you were doing.',
  },

  'installation/none': (found) => ({
    what: `There is no installation in the data folder yet${found('folder', ': ')}.`,
    next:
      found.word('counter', WHERE_CARDS_ARE) ||
      'Name the right folder in COTEJO_DATA or, the first time, make one with ./cotejo init --dev in a folder that is empty or absent.',
  }),
  'data/not-a-folder': (found) => ({
    what: `COTEJO_DATA is no folder, and none can be made there${found('path', ': ')}.`,
    next: 'Name a folder in COTEJO_DATA, or a path where one can be made; nothing was done.',
  }),
  'demo/not-development': {
    what: 'The data folder is of a real installation: the demonstration would leave test letters in it.',
    next: 'Name another folder in COTEJO_DATA and try again; nothing was changed.',
  },
  'file/not-found': (found) => ({
    what: `There is no such file${found('path', ': ')}.`,
    next: 'Check its name and folder and try again.',
  }),
  'file/not-a-file': (found) => ({
    what: `This is no file but a folder or a device${found('path', ': ')}.`,
    next: 'Name a file; of a folder, the one inside.',
  }),
  'file/too-large': (found) => ({
    what: `The file is too large${found('path', ': ')}${found.megabytes('most', ' (at most ', ')')}.`,
    next: 'Make it smaller or divide it, and try again.',
  }),
  'file/same-as-input': (found) => ({
    what: `The signed file would replace the original${found('path', ': ')}.`,
    next: 'Choose another name for the signed file (option -o).',
  }),
  'file/would-replace': (found) => ({
    what: `There is already ${found('path') || 'an output file'}${found('folio', ', and it is not the letter ')}. It was not changed.${found.word('act', NOT_SIGNED, ' ')}`,
    next: `Choose another name with ${found('option') || '-o'}${found('option') === '--report' ? '' : '; if the file that exists is no longer needed, repeat the command with --overwrite'}.`,
  }),
  'file/of-installation': (found) => ({
    what: `The output would lie among the files of the installation itself: its database or its keys${found('path', ': ')}. Nothing was done.`,
    next: 'Choose another name (-o) or folder.',
  }),
  'file/unreadable': (found) => ({
    what: `The file cannot be read${found('path', ': ')}${because(found)}.`,
    next: 'Check that you have permission to open it and try again.',
  }),
  'file/unwritable': (found) => ({
    what: `The file cannot be saved${found('path', ': ')}${because(found)}.${signedAlready(found)}`,
    next: `Check that the folder exists and that you may write to it,${saveAgain(found)}.`,
  }),
  'file/disk-full': (found) => ({
    what: `The disk is full: the file was not saved${found('path', ': ')}.${signedAlready(found)}`,
    next: `Make room${found('folio') ? ' and repeat the command (it gives the same letter),' : ''}${saveAgain(found)}.`,
  }),
  'file/output-lost': (found) => ({
    what: `Standard output could not be written${because(found)}: the answer is lost, whole or in part.`,
    next: 'What the command was to do is done: look with list or show before you repeat it.',
  }),
  'oficio/series-none': (found) => ({
    what: `There is no numbering yet${found('unit', ' of ')}${found('year', ' in ')}.`,
    next: 'Check the unit and the year. It begins by itself at 1 with the first letter that is signed; to begin elsewhere, declare it with --first.',
  }),
  'card/list-column-missing': (found) => ({
    what: `The list has no column of ids${found('column', ' ("', '")')}.`,
    next: 'Put a heading over each column, one of them "clave". ./cotejo official list gives the ids.',
  }),
  'card/list-empty': {
    what: 'The list has no id.',
    next: 'Write one a line, below "clave". ./cotejo official list tells them; without a list, use --unit CODE.',
  },
  'card/list-id-missing': {
    what: 'This line has no id: nobody knows whose it is, and no card is prepared for them.',
    next: 'Write the id of the person in it and run the command again. ./cotejo official list gives the ids.',
  },
  'card/list-id-above': {
    what: 'This id stands above the headings of the list: no card is prepared for whoever has it.',
    next: 'If they are to get a card, move the line below the headings and run the command again; otherwise take the id out of it.',
  },
  'oficio/list-column-missing': (found) => ({
    what: `The list of letters lacks a column${found('column', ': "', '"')}.`,
    next: 'Add it, with that heading in the first row, and try again.',
  }),
  'oficio/list-output-repeated': (found) => ({
    what: `The file of this line has the same name as that of ${found('firstLine', 'line ') || 'another line'}: both signed letters would become${found('path', ' ') || ' the same file'}.`,
    next: 'Rename one of the two files and run the list again; what is signed already is not repeated.',
  }),
  'oficio/type-unknown': (found) => ({
    what: `${found('where', '"', '": t') || 'T'}here is no such type of letter${found('found', ': "', '"')}.`,
    next: `Write one of the types that there are${found('types', ': ')}.`,
  }),
  'oficio/expires-malformed': (found) => ({
    what: `The last day${found('where', ' ("', '")')} does not exist or is not understood${found('found', ': "', '"')}.`,
    next: 'Write it as dd/mm/yyyy (31/12/2026) or as YYYY-MM-DD (2026-12-31).',
  }),
};
