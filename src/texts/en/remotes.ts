import type { RemoteCode } from '../code.ts';
import type { ProblemTexts } from '../problem-text.ts';

/** The command line before a service on another machine. */
export const remotes: ProblemTexts<RemoteCode> = {
  'remote/login-needed': (found) => ({
    what: `Nobody has logged in from this account${found('remote', ' at ')}.`,
    next: `Log in with ./cotejo login${found('remote', ' --remote ')} and repeat the command.`,
  }),
  'remote/not-https': (found) => ({
    what: `The address of the service is not https${found('remote', ': ')}. Nothing was sent.`,
    next: 'Give the whole address, as https://verifica.alcaldia.example, with --remote or in COTEJO_REMOTE.',
  }),
  'remote/no-login': (found) => ({
    what: `Nobody can log in there from the command line${found('remote', ': ')}.`,
    next: 'Check the address. If it is the right one, the service is of another version, or for tests and without people.',
  }),
  'remote/refused': {
    what: 'In the browser it was refused that this command acts in your name.',
    next: 'If that was you, there is nothing else to do. If not, tell those who run the systems.',
  },
  'remote/too-late': {
    what: 'Nobody allowed it in time: the code is good for ten minutes.',
    next: 'Repeat ./cotejo login and type the new code into the browser.',
  },
  'remote/login-file': (found) => ({
    what: `The file that keeps your login is not yours alone, or cannot be read${found('path', ': ')}. It was not used.`,
    next: 'Delete it and log in again with ./cotejo login.',
  }),
};
