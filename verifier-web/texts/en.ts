import { formatAmount, type ChangeKind, type Subject } from '../../src/verifier/index.ts';
import type { State } from '../../src/core/verdict.ts';
import { telephoneOf, type PageFacts } from '../facts.ts';
import { longDate, longDay, longTime } from './dates.ts';
import type { Sentences, Texts } from './texts.ts';

function letter(facts: PageFacts): Extract<Subject, { kind: 'oficio' }> | undefined {
  return facts.answer.subject.kind === 'oficio' ? facts.answer.subject : undefined;
}

function credential(facts: PageFacts): Extract<Subject, { kind: 'credential' }> | undefined {
  return facts.answer.subject.kind === 'credential' ? facts.answer.subject : undefined;
}

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
};

/** What was changed against the rules, each once: `content changed, page 2`. */
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

const wait = (facts: PageFacts): string => `Wait; do not decide yet. Confirm on ${telephoneOf(facts)}.`;
const stop = 'Do not pay. Do not hand over documents. Do not argue.';

const STATES: Readonly<Record<State, (facts: PageFacts) => Sentences>> = {
  current: (facts) =>
    credential(facts)
      ? { answer: 'Yes, this person works here.', action: 'Is it the person in the photo? If not, do not open; call.' }
      : {
          answer: `This code is from ${facts.institution.name}. Now compare your paper.`,
          action: 'Check that number, date and what it asks for are the same as on your paper.',
        },
  unconfirmed: (facts) => ({
    answer: 'The signature is genuine.',
    action:
      facts.answer.statusAsOf === undefined
        ? 'Whether it still holds is not known: confirm it online. Wait; do not decide yet.'
        : `Whether it still holds is not known: the list is from ${longTime(facts.answer.statusAsOf, 'en')}. Confirm it online.`,
  }),
  'stale-status': (facts) => ({
    answer: 'We could not check it.',
    action: `That does not mean it is false. ${wait(facts)}`,
  }),
  unreadable: (facts) => ({
    answer: 'We could not check it.',
    action: `The code or the file could not be read. That does not mean it is false. ${wait(facts)}`,
  }),
  'folio-only': () => ({
    answer: 'That number exists; it does not prove your paper.',
    action: 'Scan its code or type the 12 letters beside it.',
  }),
  unsigned: (facts) => ({
    answer: 'This file carries neither our signature nor our code.',
    action: `We cannot confirm it.${covered(facts)} ${wait(facts)}`,
  }),
  copy: (facts) => ({
    answer: 'This file is a copy.',
    action: `The code is ours; compare the content with the original. ${wait(facts)}`,
  }),
  'unknown-issuer': (facts) => {
    const { subject } = facts.answer;
    const who = subject.kind === 'unknown' && subject.signer ? ` (${subject.signer})` : '';
    return {
      answer: `Another institution${who} signed it, which is not on our list.`,
      action: 'Confirm it with them, on a number that you look up. Wait; do not decide yet.',
    };
  },
  replayed: () => ({
    answer: 'Hold the credential to YOUR phone again.',
    action: 'That reading was used before. Only the one you make counts.',
  }),
  'plain-tag': (facts) => ({
    answer: 'This card can be copied.',
    action: `Compare the photo and call if in doubt. ${wait(facts)}`,
  }),
  'not-found': (facts) => ({
    answer: facts.wanted ? 'We did not find that number.' : 'We did not find it.',
    action: `Check letters and digits.${covered(facts)} Call ${telephoneOf(facts)}.`,
  }),
  'not-yet-valid': (facts) => {
    const from = letter(facts)?.sealedAt;
    return {
      answer: from === undefined ? 'It is not valid yet.' : `It is valid from ${longDate(from, 'en')}.`,
      action: wait(facts),
    };
  },
  expired: (facts) => {
    const subject = letter(facts);
    const when = subject?.expires ?? credential(facts)?.notAfter;
    const day = when === undefined ? '' : ` (${longDate(when, 'en')})`;
    return {
      answer: subject ? `This letter has expired${day}.` : `This credential has expired${day}.`,
      action: wait(facts),
    };
  },
  suspended: (facts) => ({
    answer: 'We are reviewing it.',
    action: `Do not hand over anything yet. Call ${telephoneOf(facts)}.`,
  }),
  revoked: (facts) =>
    letter(facts)
      ? { answer: 'We do NOT recognise it.', action: `The signature of this letter was annulled. ${stop}` }
      : credential(facts)?.reason === 'keyCompromise'
        ? { answer: 'Credential reported as stolen.', action: 'Do not open. Do not accept it; do not argue.' }
        : {
            answer: 'This credential was cancelled.',
            action: `Do not accept it; ask for other identification and call ${telephoneOf(facts)}.`,
          },
  cancelled: (facts) => {
    const at = letter(facts)?.endedAt;
    return {
      answer: `This letter was cancelled${at === undefined ? '' : ` on ${longDate(at, 'en')}`}.`,
      action: `It no longer counts. ${stop}`,
    };
  },
  replaced: (facts) => {
    const by = letter(facts)?.replacedBy;
    return {
      answer: by ? `This letter was replaced by ${by}.` : 'This letter was replaced by another.',
      action: `Ask for the new letter. ${wait(facts)}`,
    };
  },
  'not-yet-signed': (facts) => ({
    answer: 'This letter is not signed yet.',
    action: `It is a draft: it does not count. ${wait(facts)}`,
  }),
  ended: (facts) => {
    const on = credential(facts)?.endedOn;
    return { answer: on ? `No longer works here since ${longDay(on, 'en')}.` : 'No longer works here.', action: stop };
  },
  altered: (facts) => ({
    answer: `NOT from ${facts.institution.name}.`,
    action: `The code or the file was altered. ${stop}`,
  }),
  'changed-after-signing': (facts) => {
    const changes = forbiddenChanges(facts);
    const what = changes ? `: ${changes}` : '';
    return { answer: `Something was added or removed after it was signed${what}.`, action: stop };
  },
  'not-registered': () => ({ answer: 'We do NOT recognise it.', action: `${stop} Our team has been told.` }),
  'not-authorised': () => ({ answer: 'We do NOT recognise it.', action: `${stop} Our team has been told.` }),
  'not-ours': (facts) => {
    const { subject } = facts.answer;
    const host = subject.kind === 'unknown' ? subject.host : undefined;
    return {
      answer: host ? `This code is not ours (it leads to ${host}).` : 'This code is not ours.',
      action: 'Do not open that page. Do not pay or hand over documents.',
    };
  },
  'unknown-tag': () => ({ answer: 'We do NOT recognise this card.', action: stop }),
};

export const en: Texts = {
  lang: 'en',
  sentences: (facts) => STATES[facts.answer.state](facts),
  money: (amount) => (amount === 0 ? 'Asks for no money' : `Asks for ${formatAmount(amount)} (pesos)`),
  types: {
    oficio: 'Letter',
    notificacion: 'Notice',
    requerimiento: 'Demand',
    citatorio: 'Summons',
    'orden-de-visita': 'Inspection order',
    permiso: 'Permit',
    constancia: 'Certificate',
    resolucion: 'Decision',
    circular: 'Circular',
    invitacion: 'Invitation',
  },
  words: {
    verify: 'Check',
    folio: 'Number',
    unit: 'Office',
    date: 'Date',
    subject: 'Subject',
    type: 'Kind',
    signer: 'Signed by',
    pages: 'Pages',
    expires: 'Expires',
    post: 'Post',
    may: 'May',
    mayAsk: 'May ask you for',
    neverAsks: 'May never ask you for',
    details: 'Details for specialists',
    checks: 'What was checked',
    pass: 'good',
    fail: 'bad',
    unknown: 'not known',
    checkedAt: 'Checked on',
    statusAsOf: 'With data of',
    certificate: 'Certificate',
    call: 'Call',
    home: 'Home',
    quickExit: 'Quick exit',
    other: 'Español',
    dev: 'TEST: development installation. Nothing here counts.',
    compareYes: 'Yes, it is the same',
    compareNo: 'No, it differs',
    compareQuestion: 'Is it the same as your paper?',
  },
  differs: {
    answer: 'Your paper differs from the original.',
    action: 'Do not pay. Keep a photo and report it.',
  },
  same: {
    answer: 'Then your paper agrees with the register.',
    action: 'If anything feels wrong, call before you pay or hand over documents.',
  },
  stopEnding: 'Do not pay. Do not hand over documents. Do not argue.',
  homeTexts: {
    title: 'Is it really from the borough?',
    intro: 'Check a letter or a person here before you pay, open the door or hand over documents.',
    search: 'Letter number or 12-letter code',
    searchHint: 'For example AC/DGG/SCI/0042/2026 or K7QW-3M9X-T2PA',
    button: 'Check',
    ways: [
      {
        id: 'oficio',
        title: 'I have a letter',
        text: 'Point your phone camera at the square of dots (QR code) and open the address it shows. If you cannot, type the number or the 12 letters beside it here.',
        none: 'It has no code: call and ask about its number. Letters from before the office began to seal carry none.',
      },
      {
        id: 'puerta',
        title: 'Somebody is at my door',
        text: 'Do not open yet. Ask to see the credential through the window and check it.',
        none: 'No credential: do not open. Call and ask whether somebody was sent.',
      },
      {
        id: 'llamada',
        title: 'They called or wrote to me',
        text: 'Hang up. Give no money, passwords or photos of documents by phone or message. Call the number below yourself and ask.',
        none: '',
      },
      { id: 'denuncia', title: 'I want to report', text: 'You can do it without giving your name.', none: '' },
    ],
  },
};
