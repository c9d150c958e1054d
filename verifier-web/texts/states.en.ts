import type { ChangeKind, Subject } from '../../src/verifier/index.ts';
import type { State } from '../../src/core/verdict.ts';
import {
  claimedName,
  hasUnseenPictures,
  isFile,
  isWholeFile,
  letterTextOf,
  telephoneOf,
  troubleOf,
  type PageFacts,
  type Trouble,
} from '../facts.ts';
import { clockTime, longDate, longDay, longTime } from './dates.ts';
import type { Sentences } from './texts.ts';

function letter(facts: PageFacts): Extract<Subject, { kind: 'oficio' }> | undefined {
  return facts.answer.subject.kind === 'oficio' ? facts.answer.subject : undefined;
}

function credential(facts: PageFacts): Extract<Subject, { kind: 'credential' }> | undefined {
  return facts.answer.subject.kind === 'credential' ? facts.answer.subject : undefined;
}

/** Of a file that is registered as the public version of a letter: what it is, and that it is no original. */
function publicVersion(of: ReturnType<typeof letter>): Sentences | undefined {
  const { folio = '', publicVersion: own } = of ?? {};
  switch (own?.state) {
    case 'current':
      return {
        answer: `This is the public version of letter ${folio}.`,
        action: 'It is a copy to read, with parts blacked out. The letter that was signed says more.',
      };
    case 'replaced':
      return {
        answer: `This was the public version of letter ${folio}; another one took its place.`,
        action: 'Ask for the one in force. The letter that was signed says more.',
      };
    case 'withdrawn':
      return {
        answer: `This was the public version of letter ${folio}; it was withdrawn.`,
        action: 'Do not pass it on. Ask by telephone whether there is another.',
      };
    default:
      return undefined;
  }
}

const NOT_FALSE = 'That does not mean it is false.';

/** Programs that save a file again end its signature, whatever they show: nobody can tell that from a forgery. */
const ORIGINAL = 'Ask for the original file, as it was signed: saving it again with another program changes it too.';

const TROUBLES: Readonly<Record<Trouble, Sentences>> = {
  'not-a-pdf': {
    answer: 'That file is not a PDF.',
    action: `Choose the PDF file that was sent to you. If you have the paper or a photo, type its number or code. ${NOT_FALSE}`,
  },
  'protected-pdf': {
    answer: 'That file has a password.',
    action: `We cannot read it like that. Ask for one without a password, or type the code printed on it. ${NOT_FALSE}`,
  },
  'unread-pdf': {
    answer: 'We could not read that PDF file.',
    action: `It may have arrived incomplete: download it again, or type the code printed on it. ${NOT_FALSE}`,
  },
  'mistyped-code': {
    answer: 'It seems that a letter or digit is wrong.',
    action: `Check it: the code has 12 letters and digits. ${NOT_FALSE}`,
  },
  'short-code': {
    answer: 'A letter or digit of that code is missing.',
    action: `Check it: it has 12 letters and digits, in three groups of four. ${NOT_FALSE}`,
  },
  'long-code': {
    answer: 'That code has a letter or digit too many.',
    action: `Check it: it has 12 letters and digits, in three groups of four. ${NOT_FALSE}`,
  },
  'folio-without-year': {
    answer: 'The year of that number is missing.',
    action: `Type all of it, with the year of four digits at its end, for example AC/DGG/SCI/0042/2026. ${NOT_FALSE}`,
  },
  'not-a-folio': {
    answer: 'That is neither the number of a letter nor a code.',
    action: `Type the number as it is printed, for example AC/DGG/SCI/0042/2026, or the 12 letters and digits of its code. ${NOT_FALSE}`,
  },
  'unread-code': {
    answer: 'We could not check it.',
    action: `The code could not be read. Scan it again, or type the 12 letters and digits beside it. ${NOT_FALSE}`,
  },
  'not-a-serial': {
    answer: 'That is not the number of a credential.',
    action:
      'Do not open yet. Type the number as it is printed on the credential: 12 letters and digits, in three groups of four.',
  },
  'not-a-card-number': {
    answer: 'It seems that a letter or digit is wrong.',
    action:
      'Do not open yet. Check the number of the credential: it has 12 letters and digits, in three groups of four.',
  },
  'letter-at-door': {
    answer: 'That is of a letter, not of a credential.',
    action:
      'Do not open yet. Touch “Check” to see the letter, and ask through the window for the number of the credential.',
  },
};

const CHANGES: Readonly<Record<ChangeKind, string>> = {
  'signature-added': 'another signature',
  'field-signed': 'another signature',
  'form-filled': 'data in a form',
  'validation-data': 'data of the signature',
  metadata: 'data of the file',
  pages: 'pages added, removed or reordered',
  page: 'a page changed',
  content: 'content changed',
  annotation: 'something laid over it',
  form: 'a form changed',
  field: 'a field changed',
  signature: 'the signature changed',
  catalog: 'the structure of the file changed',
  'validation-data-removed': 'data of the signature removed',
  'appended-bytes': 'something added at the end',
  unreadable: 'something that cannot be read',
  ambiguous: 'something that can be read in two ways',
};

/** What was changed against the rules, each once: 'content changed, page 2'. */
function forbiddenChanges(facts: PageFacts): string {
  const changes =
    facts.answer.signatures?.flatMap((signature) => signature.changes.filter(({ allowed }) => !allowed)) ?? [];
  const texts = changes.map(({ kind, page }) =>
    page === undefined ? CHANGES[kind] : `${CHANGES[kind]}, page ${page}`,
  );
  return [...new Set(texts)].slice(0, 3).join('; ');
}

function covered(facts: PageFacts): string {
  const since = facts.unit?.coveredSince;
  return since ? ` This office has sealed its letters since ${longDay(since, 'en')}; older ones are not listed.` : '';
}

/** What is said of the letter that replaced another and is not in force itself. */
const NO_BETTER: Partial<Record<State, string>> = {
  cancelled: 'was cancelled as well',
  expired: 'has expired',
  'not-yet-signed': 'is not signed yet',
};

/** What has to be known of an answer, by what the card was found. */
const CONDITIONS: Readonly<Record<NonNullable<PageFacts['by']>, string>> = {
  tap: 'It only counts if you held the credential to your phone yourself.',
  badge: 'The code of a credential can be copied: by itself it does not prove who somebody is.',
};

/** Where taps before it were not opened, somebody may have read the card earlier, and send on now what it said. */
function conditionOf({ by, answer }: PageFacts): Pick<Sentences, 'condition'> {
  const skipped = answer.subject.kind === 'credential' && answer.subject.skippedTaps;
  if (by !== 'tap' || !skipped) return by ? { condition: CONDITIONS[by] } : {};
  return {
    condition: `It only counts if you held the credential to your phone at ${clockTime(answer.checkedAt)}; if not, hold it again.`,
  };
}

/** What became of a letter over which the one of the answer was signed. */
const BELOW: Partial<Record<State, string>> = {
  replaced: 'was replaced',
  cancelled: 'was cancelled',
  expired: 'has expired',
};

/** A file may have an earlier letter as well, which nobody is to take for one in force. */
function belowOf(facts: PageFacts): Pick<Sentences, 'condition'> {
  const { folio, endedBelow = [] } = letter(facts) ?? {};
  if (endedBelow.length === 0) return {};
  const told = endedBelow.map((one) => `letter ${one.folio}, which ${BELOW[one.state] ?? 'does not count'}`);
  return { condition: `The file also has ${told.join('; ')}. This answer is about ${folio} alone.` };
}

export const statesEn: Readonly<Record<State, (facts: PageFacts) => Sentences>> = {
  current: (facts) =>
    credential(facts)
      ? {
          answer: 'Yes, this person works here.',
          action: facts.photo
            ? 'Is it the person in the photo? If not, do not open; call.'
            : 'We do not publish a photo: call to confirm before you open.',
          ...conditionOf(facts),
        }
      : isWholeFile(facts.answer)
        ? {
            answer: `This file is from ${facts.institution.name} and nobody changed it.`,
            action: 'Check that number, date and what it asks for are what you were told.',
            ...belowOf(facts),
          }
        : {
            answer: `This code is from ${facts.institution.name}. Now compare your paper.`,
            action: 'Check that number, date and what it asks for are the same as on your paper.',
          },
  unconfirmed: (facts) => ({
    answer: 'The signature is genuine.',
    action:
      facts.answer.statusAsOf === undefined
        ? 'Whether it still holds is not known: confirm it online.'
        : `Whether it still holds is not known: the list is from ${longTime(facts.answer.statusAsOf, 'en')}. Confirm it online.`,
    ...belowOf(facts),
  }),
  'stale-status': () => ({
    answer: 'We could not check it.',
    action: 'That does not mean it is false.',
  }),
  unreadable: (facts) => {
    const trouble = troubleOf(facts);
    return trouble
      ? TROUBLES[trouble]
      : { answer: 'We could not check it.', action: `The code or the file could not be read. ${NOT_FALSE}` };
  },
  'folio-only': () => ({
    answer: 'That number exists; it does not prove your paper.',
    action: 'Scan its code or type the 12 letters and digits beside it.',
  }),
  unsigned: (facts) =>
    hasUnseenPictures(facts)
      ? {
          answer: 'We could not read the pictures in this file: scan its code with the telephone.',
          action: `It carries no signature of ours. Without the code we cannot confirm it. ${NOT_FALSE}${covered(facts)}`,
        }
      : {
          answer: 'We found no signature of ours in this file.',
          action: `We cannot confirm it like that. If you see a square of dots on it, scan it with the camera of your telephone, or type the 12 letters and digits beside it. Older letters have none. ${NOT_FALSE}${covered(facts)}`,
        },
  copy: (facts) =>
    publicVersion(letter(facts)) ?? {
      answer: 'This file is a copy.',
      action: 'The code is ours; compare the content with the original.',
    },
  'unknown-issuer': (facts) => {
    const { subject } = facts.answer;
    const who = claimedName(subject.kind === 'unknown' ? subject.signer : undefined);
    return {
      answer: `We did not sign it: somebody did who is not on our list${who && ` (they say they are “${who}”)`}.`,
      action: 'If it is of another institution, confirm it with them, on a number that you look up.',
    };
  },
  replayed: () => ({
    answer: 'Hold the credential to YOUR phone again.',
    action: 'That reading was used before. Only the one you make counts.',
  }),
  'plain-tag': () => ({
    answer: 'This card can be copied.',
    action: 'Compare the photo and call if in doubt.',
  }),
  'not-found': (facts) => {
    const trouble = troubleOf(facts);
    if (trouble) return TROUBLES[trouble];
    return credential(facts)
      ? {
          answer: 'We did not find that credential.',
          action: `Check its number. Do not open yet: first call ${telephoneOf(facts)}.`,
        }
      : {
          answer: facts.wanted ? 'We did not find that number.' : 'We did not find it.',
          action: `Check letters and digits.${covered(facts)} Call ${telephoneOf(facts)}.`,
        };
  },
  'not-yet-valid': (facts) => {
    if (credential(facts)) return { answer: 'This credential is not valid yet.', action: 'Do not open yet.' };
    const from = letter(facts)?.sealedAt;
    return {
      answer: from === undefined ? 'It is not valid yet.' : `It is valid from ${longDate(from, 'en')}.`,
      action: '',
    };
  },
  expired: (facts) => {
    const subject = letter(facts);
    const told = subject && letterTextOf(facts, subject.type, 'expired', 'en');
    const when = subject?.expires ?? credential(facts)?.notAfter;
    const day = when === undefined ? '' : ` (${longDate(when, 'en')})`;
    return {
      answer: subject ? `This letter has expired${day}.` : `This credential has expired${day}.`,
      action: subject ? (told?.language === 'en' ? told.text : '') : 'Do not open yet.',
      ...(told?.language === 'es' && { spanish: told.text }),
    };
  },
  suspended: (facts) =>
    credential(facts)
      ? {
          answer: 'This credential is suspended while we review it.',
          action: `Do not open yet. Do not hand over anything. Call ${telephoneOf(facts)}.`,
        }
      : { answer: 'We are reviewing it.', action: `Do not hand over anything yet. Call ${telephoneOf(facts)}.` },
  revoked: (facts) =>
    letter(facts)
      ? { answer: 'We do NOT recognise it.', action: 'The signature of this letter was annulled.' }
      : credential(facts)?.reason === 'keyCompromise'
        ? { answer: 'Credential reported as stolen.', action: 'Do not open. Do not accept it.' }
        : {
            answer: 'This credential was cancelled.',
            action: `Do not open. Do not accept it; ask for other identification and call ${telephoneOf(facts)}.`,
          },
  cancelled: (facts) => {
    const at = letter(facts)?.endedAt;
    return {
      answer: `This letter was cancelled${at === undefined ? '' : ` on ${longDate(at, 'en')}`}.`,
      action: 'It no longer counts.',
    };
  },
  replaced: (facts) => {
    const { replacedBy: by, replacement } = letter(facts) ?? {};
    if (replacement && replacement.state !== 'current') {
      const { folio, state } = replacement;
      const which = folio === by ? folio : `${by} and then by ${folio}`;
      return {
        answer: `This letter was replaced by ${which}, which ${NO_BETTER[state] ?? 'does not count either'}.`,
        action: 'Do not pay with any of them. Ask by telephone which one counts.',
      };
    }
    const last = replacement?.folio ?? by;
    return {
      answer: last ? `This letter was replaced by ${last}.` : 'This letter was replaced by another.',
      action: 'Ask to be given the new letter. Do not pay with this one.',
    };
  },
  'not-yet-signed': () => ({
    answer: 'This letter is not signed yet.',
    action: 'It is a draft: it does not count.',
  }),
  ended: (facts) => {
    const on = credential(facts)?.endedOn;
    return {
      answer: on ? `No longer works here since ${longDay(on, 'en')}.` : 'No longer works here.',
      action: 'Do not open. Do not hand over anything.',
    };
  },
  altered: (facts) => ({
    answer: `NOT from ${facts.institution.name}.`,
    action: `The code or the file was altered.${isFile(facts.answer) ? ` ${ORIGINAL}` : ''}`,
  }),
  'changed-after-signing': (facts) => {
    const changes = forbiddenChanges(facts);
    const what = changes ? `: ${changes}` : '';
    return { answer: `Something was added or removed after it was signed${what}.`, action: ORIGINAL };
  },
  'not-registered': () => ({
    answer: 'We do NOT recognise it.',
    action: 'Whoever made it used something of ours without being allowed to.',
  }),
  'not-authorised': () => ({
    answer: 'We do NOT recognise it.',
    action: 'Whoever made it used something of ours without being allowed to.',
  }),
  'not-ours': (facts) => {
    const { subject } = facts.answer;
    const host = subject.kind === 'unknown' ? subject.host : undefined;
    return {
      answer: host ? `This code is not ours (it leads to ${host}).` : 'This code is not ours.',
      action: 'Do not open that page.',
    };
  },
  'unknown-tag': (facts) => ({
    answer: 'We do NOT recognise this card.',
    action: `Do not open. Do not accept it; ask for other identification and call ${telephoneOf(facts)}.`,
  }),
};
