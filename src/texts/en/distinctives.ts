import type { DistinctiveCode } from '../../directory/distinctive/code.ts';
import type { DistinctiveState, EvidenceKind } from '../../directory/distinctive/distinctive.ts';
import type { ProblemTexts } from '../problem-text.ts';
import { MANDATES } from './words.ts';

const KINDS: Readonly<Record<EvidenceKind, string>> = {
  'trust-exam': 'trust exam (trust-exam)',
  'link-analysis': 'link analysis (link-analysis)',
  training: 'training (training)',
};

const STATES: Readonly<Record<Exclude<DistinctiveState, 'current'> | 'suspended', string>> = {
  expired: 'it has expired',
  withdrawn: 'it was withdrawn',
  replaced: 'another one took its place',
  suspended: 'a credential of the person is suspended',
};

const RESUMED = {
  suspended:
    'See which one with ./cotejo credential list --official ID; print it once that is resumed (./cotejo credential resume) or revoked.',
};

/** The badge "libre de extorsión". */
export const distinctives: ProblemTexts<DistinctiveCode> = {
  'distinctive/not-found': (found) => ({
    what: `There is no distinctive with this number${found('asked', ' (', ')')}.`,
    next: 'Check the 12 letters and digits that are printed on it, or find it with ./cotejo distinctive list.',
  }),
  'distinctive/none': (found) => ({
    what: `The person${found('official', ' (', ')')} has no distinctive to withdraw.`,
    next: 'See which there are with ./cotejo distinctive list.',
  }),
  'distinctive/over': (found) => ({
    what: `That distinctive does not count today${found('number', ' (', ')')}${found.word('state', STATES, ': ')}. It is not printed.`,
    next:
      found.word('state', RESUMED) ||
      'If the person meets the requirements, grant another with ./cotejo distinctive grant and print that one.',
  }),
  'distinctive/no-mandate': (found) => ({
    what: `The person has no mandate today${found('official', ' (', ')')}${found.word('mandate', MANDATES, ': ')}.`,
    next: 'It is granted and printed only for who is in office. Check the days with ./cotejo official show.',
  }),
  'distinctive/until': (found) => ({
    what: `The last day that you asked for is over, or later than evidence and mandate allow${found('latest', ' (', ' at the latest)')}.`,
    next: 'Choose another day for --until, or leave it out: it counts until the first of the evidence ends.',
  }),
  'distinctive/evidence-missing': (found) => ({
    what: `Evidence is missing${found.word('kind', KINDS, ': ')}.`,
    next: 'Give all three to --evidence, between commas and each with its last day: trust-exam=YYYY-MM-DD, link-analysis=YYYY-MM-DD, training=YYYY-MM-DD.',
  }),
  'distinctive/evidence-repeated': (found) => ({
    what: `Evidence is given twice${found.word('kind', KINDS, ': ')}.`,
    next: 'Give each kind once and try again.',
  }),
  'distinctive/evidence-unknown': (found) => ({
    what: `That is no kind of evidence${found('kind', ': "', '"')}.`,
    next: 'There are three: trust-exam, link-analysis and training.',
  }),
  'distinctive/evidence-expired': (found) => ({
    what: `Evidence has expired${found.word('kind', KINDS, ': ')}${found('on', ', on ')}.`,
    next: 'The person has to pass it again before the distinctive is granted.',
  }),
  'distinctive/evidence-too-late': (found) => ({
    what: `No evidence counts for so long${found.word('kind', KINDS, ': ')}${found('latest', ', at the latest ')}.`,
    next: 'Check the year and try again.',
  }),
  'distinctive/evidence-reference': (found) => ({
    what: `The reference of evidence has another form${found.word('kind', KINDS, ': ')}.`,
    next: 'Write the number of the file with letters without accents, digits, dots, hyphens or slashes, without spaces, up to 64, for example C3/2026-0117; never results.',
  }),
  'distinctive/reason-unknown': {
    what: 'The reason for withdrawing it is not a known one.',
    next: 'Choose one of the reasons that the help names (./cotejo distinctive withdraw --help).',
  },
};
