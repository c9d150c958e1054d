import type { KeysCode } from '../code.ts';
import type { ProblemTexts } from '../problem-text.ts';

/** The institution's keys, and who keeps them. */
export const keys: ProblemTexts<KeysCode> = {
  'keys/not-found': (found) => ({
    what: `A key of the institution is missing${found('name', ': ')}.`,
    next: 'Check the folder of keys in the settings, or restore its backup.',
  }),
  'keys/exists': {
    what: 'There is a key of this name already, and keys are never overwritten.',
    next: 'Use another name, or another folder of keys.',
  },
  'keys/unencrypted': (found) => ({
    what: `The key${found('name', ' ')} is not protected by a password.`,
    next: 'This release works so only with throwaway keys: use a development installation (init --dev).',
  }),
  'keys/development-only': (found) => ({
    what: `The key${found('name', ' ')} is a throwaway key, and this installation is not for development.`,
    next: "Use the institution's keys; throwaway keys never serve for real letters.",
  }),
  'keys/permissions': (found) => ({
    what: `Other people can read the institution's keys${found('path', ': ')}.`,
    next: 'Take the permission from others (chmod go=) and try again.',
  }),
  'keys/damaged': (found) => ({
    what: `A key of the institution is damaged${found('name', ': ')}.`,
    next: 'Restore the key from its backup and try again.',
  }),
  'keys/name': {
    what: 'This cannot be the name of a key.',
    next: 'Use small plain letters, digits and hyphens.',
  },
  'keys/unavailable': (found) => ({
    what: `The institution's keys cannot be used now${found('reason', ' (', ')')}.`,
    next: 'Check the folder of keys, wait a minute and try again.',
  }),
  'keys/encrypted': (found) => ({
    what: `The key${found('name', ' ')} is encrypted, and this installation is for development.`,
    next: 'Check that the folder of keys is of this installation.',
  }),
  'keys/locked': {
    what: "The institution's keys are encrypted, and nobody has given the passphrase since the start.",
    next: 'Ask a custodian of the keys to run ./cotejo unlock on the machine (docs/operating.md).',
  },
  'keys/other-encryption': (found) => ({
    what: `A file in the folder of keys is encrypted under another key than the folder's${found('name', ': ')}.`,
    next: 'It is of another installation or backup: restore all files of one backup together.',
  }),
  'keys/passphrase-weak': (found) => ({
    what: 'The passphrase of the keys is too short, or too long.',
    next: `Type one${found('least', ' of ', ' characters or more')}, or let Cotejo draw one.`,
  }),
  'keys/passphrase-wrong': {
    what: 'This passphrase does not open the keys.',
    next: 'Type it again with care. If it is forgotten, another custodian can open the keys.',
  },
  'keys/custodian-name': {
    what: 'This cannot be the name of a custodian of the keys.',
    next: 'Give a name of up to 64 characters on one line.',
  },
  'keys/custodian-exists': (found) => ({
    what: `There is a custodian of this name already${found('custodian', ': ')}.`,
    next: 'For another passphrase, add another name and remove the old one afterwards.',
  }),
  'keys/custodian-unknown': {
    what: 'No custodian of the keys has this name.',
    next: 'See the names with ./cotejo key list.',
  },
  'keys/custodian-last': {
    what: 'This is the only one who can open the keys: without them nobody could.',
    next: 'Add somebody else first, with ./cotejo key custodian add.',
  },
  'keys/custodian-many': (found) => ({
    what: `There are${found('most', ' ')} custodians of the keys already: no more fit.`,
    next: 'Remove first whoever is none any more.',
  }),
  'keys/backup-inside': (found) => ({
    what: `The backup of the keys would lie inside the data folder${found('path', ': ')}.`,
    next: 'Choose a folder on another disk, for instance a medium that is locked away.',
  }),
  'keys/backup-occupied': (found) => ({
    what: `The folder of the backup is not empty${found('path', ': ')}.`,
    next: 'Choose a new or empty folder: a backup is never written over another.',
  }),
};
