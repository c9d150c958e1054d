import type { RetentionEvent, RetentionId } from '../../personal/retention.ts';
import type { PrivacyTexts } from '../privacy.ts';

/** The privacy notice, line by line of the table of what is kept. */
const LINES: Readonly<Record<RetentionId, readonly [what: string, why: string]>> = {
  officials: [
    'Name, post, unit and powers of whoever works here',
    'that you know who they are and what they may ask for; and that their signatures can be checked later',
  ],
  photos: ['Photo of whoever works here', 'that you compare it with the person before you'],
  credentials: ['Certificates of who signs or identifies themselves', 'checking signatures and credentials'],
  cards: [
    'Number and state of cards and distinctives',
    'knowing whether a card counts; of its taps only how many there were is kept, not where or when',
  ],
  letters: ['Signed letters, as they were handed over', 'checking that a letter is the institution’s'],
  addressees: [
    'Whom a letter is for, and where a visit takes place',
    'delivering it, and answering whoever received it',
  ],
  receptions: ['Who received a letter, and the photo of the stamp', 'proving that it was delivered'],
  requests: ['Digests of what was asked for, so that it is not done twice', 'that nothing is repeated by mistake'],
  access: ['Who may enter the office, with which passkeys and roles', 'that somebody answers for each act'],
  log: [
    'The log of acts',
    'that nobody changes what happened unnoticed; of who receives letters it has commitments alone, which nobody can read',
  ],
  invitations: ['Invitations of staff', 'letting in whoever begins'],
  enrolments: ['Passkeys of staff that wait for approval', 'that two people compare them'],
  sessions: ['Open sessions of staff: browser and network', 'that everybody sees and ends their own'],
  logins: ['Logins that are not finished', 'that nobody uses them twice'],
  tokens: ['Tokens of programs of staff', 'that a program acts for whoever allowed it'],
  approvals: ['Requests of staff', 'that whoever may confirms them'],
  exports: ['Who asked for the data of whom', 'that auditors can look'],
  'mail-addresses': ['Mail addresses of staff', 'to tell them what waits for them and what is done in their name'],
  notices: ['Notices by mail to staff, until they are sent', 'that they arrive, and once'],
  institution: ['Data of the institution itself', 'they are of no person'],
};

const EVENTS: Readonly<Record<RetentionEvent, string>> = {
  registering: 'after registration',
  'mandate-end': 'when they leave their post',
  'access-end': 'when their access ends',
  letter: 'after the letter',
  reception: 'after the reception',
  erasure: 'with what is erased',
  invitation: 'after the invitation',
  asking: 'after it was asked for',
  login: 'after the login',
  notice: 'after the notice',
  decision: 'after the decision',
  export: 'after they were asked for',
};

function span(seconds: number): string {
  const days = Math.round(seconds / 86_400);
  if (days >= 730) return `${Math.round(days / 365.25)} years`;
  if (days >= 2) return `${days} days`;
  return seconds >= 7200 ? `${Math.round(seconds / 3600)} hours` : `${Math.round(seconds / 60)} minutes`;
}

export const PRIVACY: PrivacyTexts = {
  title: 'Privacy notice',
  lead: 'Which data of people this system keeps, what for, and when they are erased.',
  responsible: 'Responsible',
  asking:
    'Whoever checks a letter or a credential leaves no data: the page asks for no name, sets no cookie, and keeps neither your network address nor what you asked. A file that you send is looked at in memory and not kept.',
  columns: ['What', 'What for', 'Until when'],
  rightsTitle: 'Your rights: access, rectification, erasure and objection',
  rights:
    'Ask at the institution’s Transparency Unit or by the telephone above, with an identification. You are given what there is about you, what is wrong is corrected, and what the law allows is erased. What letters and the log are checked with is not erased.',
  ground:
    'They are processed for the institution’s own powers, under the general law on personal data held by public bodies (Ley General de Protección de Datos Personales en Posesión de Sujetos Obligados).',
  line: (id) => LINES[id],
  time({ time, from, end }) {
    if (end === 'kept') return 'kept: nothing could be checked without it';
    if (time === 'own') return 'until it ends';
    if (typeof time !== 'number') return `erased ${EVENTS[from]}`;
    return `erased ${span(time)} ${EVENTS[from]}`;
  },
};
