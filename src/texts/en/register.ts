import type { RegisterCode } from '../code.ts';
import type { ProblemTexts } from '../problem-text.ts';
import { INSTITUTION_FORMS, SETTING_FORMS } from './words.ts';

const RESTORE =
  'Stop the service and delete nothing. Tell your systems staff: the log has to be audited and, if need be, the newest backup restored.';
const NOT_OURS = 'Check that it is the right file and complete, and try again.';
const DO_NOT_TRUST =
  'Do not trust that file. Get another copy from the official source; if it happens again, tell your systems staff.';
const CORRECT_SETTING = 'Correct it as docs/settings.md says and try again.';
const CORRECT_INSTITUTION = 'Correct it like the example to which docs/settings.md leads and try again.';

/** The log, the data, the keys and the settings. */
export const register: ProblemTexts<RegisterCode> = {
  'log/retry-differs': {
    what: 'This attempt claims to repeat an earlier one, but asks for something else.',
    next: 'Check how the earlier attempt ended; if you need something different, begin anew.',
  },
  'log/stale': {
    what: 'Somebody else changed this record while you were working.',
    next: 'Open it again, look at it, and repeat your change if it is still needed.',
  },
  'log/no-such-entry': (found) => ({
    what: `There is no such entry in the log${found('index', ': ')}.`,
    next: 'Check the number and try again.',
  }),
  'log/not-yet-published': (found) => ({
    what: `The entry${found('index', ' ')} is in the log, but not published yet.`,
    next: 'Wait a minute and try again.',
  }),
  'log/leaf-malformed': { what: 'An entry of the log cannot be read.', next: NOT_OURS },
  'log/key-malformed': { what: 'The public key of the log cannot be read.', next: NOT_OURS },
  'log/note-malformed': { what: 'The signed note of the log cannot be read.', next: NOT_OURS },
  'log/note-unsigned': { what: 'The note of the log is signed by nobody whom we know.', next: DO_NOT_TRUST },
  'log/note-forged': (found) => ({
    what: `The note of the log carries a forged signature${found('name', ' of ')}.`,
    next: DO_NOT_TRUST,
  }),
  'log/checkpoint-malformed': { what: 'The checkpoint of the log cannot be read.', next: NOT_OURS },
  'log/wrong-origin': { what: 'The checkpoint is of another log, not of ours.', next: NOT_OURS },
  'log/bundle-malformed': { what: 'The bundle of log entries cannot be read.', next: NOT_OURS },
  'log/proof-malformed': { what: 'The proof of the log cannot be read.', next: NOT_OURS },
  'log/forked': {
    what: 'The log is not the one that was signed before: somebody changed it, or it was restored wrongly.',
    next: RESTORE,
  },
  'log/behind-checkpoint': {
    what: 'The log lacks entries that were signed before: it looks like an old copy.',
    next: RESTORE,
  },
  'log/checkpoint-missing': (found) => ({
    what: `The log has ${found('found') || 'some'} entries and not one signed checkpoint: somebody deleted them all.`,
    next: RESTORE,
  }),
  'log/opening-missing': (found) => ({
    what: `Somebody erased what an entry of the log commits to${found('index', ' (entry ', ')')}: what needs it is not made.`,
    next: RESTORE,
  }),
  'log/corrupt': (found) => ({
    what: `The database is damaged or was edited${found('noun', ': ')}${found('key', ', ')}.`,
    next: RESTORE,
  }),
  'log/unavailable': {
    what: 'The database does not answer now. Nothing was left half saved.',
    next: 'Wait a minute and try again; if it happens again, tell your systems staff.',
  },
  'log/disk-full': {
    what: 'The disk is full: this change was not saved.',
    next: 'Make room on the disk of the data and try again: no folio was lost.',
  },

  'data/newer': (found) => ({
    what: `The data were written by a newer Cotejo${found('found', ' (data version ', `, this one knows up to ${found('expected') || 'an earlier one'})`)}.`,
    next: 'Update Cotejo and try again. Nothing was changed.',
  }),
  'data/older': (found) => ({
    what: `The data are of an earlier Cotejo${found('found', ' (', ')')}.`,
    next: 'Start the service once to bring them up to date, and try again.',
  }),
  'data/not-cotejo': (found) => ({
    what: `The database is of another program${found('path', ': ')}.`,
    next: 'Check in the settings where the data are.',
  }),
  'data/sqlite-too-old': (found) => ({
    what: `This SQLite${found('found', ' (', ')')} is too old and could ruin the data${found('expected', '; needed: ')}.`,
    next: 'Update Node to the newest version 24 and try again.',
  }),
  'data/not-permitted': (found) => ({
    what: `This account may not use the data${found('path', ': ')}${found('owner', ' (they belong to the account "', '")')}.`,
    next: `Run the command as that account${found('owner', ' (sudo -u ', ' ./cotejo …)')}, or ask the systems staff. Do not open the permissions: the keys are there.`,
  }),
  'data/schema-changed': (found) => ({
    what: `Somebody changed the structure of the database${found('name', ' ("', '")')}. What an act writes could be lost without a word.`,
    next: RESTORE,
  }),
  'data/row-damaged': (found) => ({
    what: `A row of the register is damaged or was edited${found('table', ': ')}${found('key', ', ')}.`,
    next: RESTORE,
  }),
  'data/charter-damaged': (found) => ({
    what: `The charter that the root signed for this installation is damaged or was edited${found('reason', ' (', ')')}.`,
    next: RESTORE,
  }),
  'data/in-use': (found) => ({
    what: `Another program is using the data${found('path', ': ')}.`,
    next: 'Wait until it ends and try again. For several commands to work at once, leave the service running in another window: ./cotejo serve.',
  }),
  'data/unavailable': (found) => ({
    what: `The data cannot be opened${found('path', ': ')}.`,
    next: 'Check that the folder exists, that you have permission and that the disk answers. For the first time, run ./cotejo init --dev.',
  }),

  'config/malformed': (found) => ({
    what: `A setting is not valid${found('variable', ': ')}${found('found', ' = "', '"')}.`,
    next:
      found.word(found('form') ? 'form' : 'variable', SETTING_FORMS, 'Expected: ', '. Correct it and try again.') ||
      CORRECT_SETTING,
  }),
  'config/origin-missing': (found) => ({
    what: `The public address is missing: COTEJO_LISTEN${found('found', ' = "', '"')} says where the service listens, but nobody can open that address.`,
    next: 'Name in COTEJO_ORIGIN the address that telephones will open, for example COTEJO_ORIGIN=http://192.168.1.20:8080. It stands in every seal and does not change.',
  }),
  'config/origin-differs': (found) => ({
    what: `COTEJO_ORIGIN is not the address of this installation${found('expected', ' (', ')')}, which its seals and certificates carry.`,
    next: 'Unset COTEJO_ORIGIN, or use another data folder with COTEJO_DATA; this release cannot move an installation.',
  }),
  'config/institution-malformed': (found) => ({
    what: `The file that describes the institution is not valid${found('field', ': check "', '"')}${found.word('form', INSTITUTION_FORMS, ': ')}.`,
    next: CORRECT_INSTITUTION,
  }),

  'installation/exists': (found) => ({
    what: `There is something in the data folder already${found('folder', ': ')}.`,
    next: 'Use another folder (COTEJO_DATA) or go on with the installation there; nothing was changed.',
  }),
};
