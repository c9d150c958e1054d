import { formatAmount, type Institution } from '../../src/verifier/index.ts';
import { longDay } from './dates.ts';
import { distinctiveEn } from './distinctive.en.ts';
import { statesEn } from './states.en.ts';
import type { HomeTexts, PageProblem, Sentences, Texts } from './texts.ts';

function home({ name }: Institution): HomeTexts {
  return {
    title: `Is it really from ${name}?`,
    intro: 'Check it here before you pay, open the door or hand over documents.',
    ways: [
      {
        id: 'oficio',
        title: 'I have a letter',
        text: 'Point your phone camera at the square of dots (QR code) and open the address it shows. If you cannot, type it here:',
        none: 'No code on it? Call and ask about its number. Letters from before the office began to seal carry none.',
      },
      {
        id: 'puerta',
        title: 'Somebody is at my door',
        text: 'Do not open yet. Nobody can make you open in a hurry. Ask to see the credential through the window and type its number here:',
        none: 'No credential? Do not open. Call and ask whether somebody was sent.',
      },
      {
        id: 'llamada',
        title: 'They called or wrote to me',
        text: 'Hang up. Give no money, passwords or photos of documents by phone or message. Then call the number below yourself and ask.',
        none: '',
      },
      {
        id: 'denuncia',
        title: 'I want to report',
        text: 'You can do it without giving your name. Keep the paper, the messages and the numbers that called you.',
        none: '',
      },
    ],
    search: 'Letter number or code of 12 letters and digits',
    searchHint: 'For example AC/DGG/SCI/0042/2026 or K7QW-3M9X-T2PA',
    button: 'Check',
    code: 'Code of 12 letters and digits',
    codeHint: 'Beside the square of dots, for example K7QW-3M9X-T2PA',
    credential: 'Number of the credential',
    credentialHint:
      'As it is printed, for example 7QK2-M9XD-4TRA. That of a badge works too, and the “Certificado núm.” of a letter.',
    credentialButton: 'Check the credential',
    file: 'Do you have it as a PDF file?',
    fileHint: 'We check it and do not keep it. Up to 25 MB.',
    fileButton: 'Check the file',
  };
}

const PROBLEMS: Readonly<Record<PageProblem, Sentences>> = {
  'no-page': { answer: 'This page does not exist.', action: 'Check the address, or start from the home page.' },
  'too-large': {
    answer: 'The file is too large.',
    action: 'We check PDF files of up to 25 MB. If it is a letter on paper, type its code.',
  },
  'no-file': {
    answer: 'No file reached us.',
    action: 'Go back to the home page, choose the PDF file and touch “Check the file”.',
  },
  'file-not-kept': {
    answer: 'Choose the file again.',
    action: 'We do not keep it: to see its result again, or in this language, it has to be checked once more.',
  },
  'tap-not-kept': {
    answer: 'Hold the credential to YOUR phone again.',
    action: 'This result is only kept for two minutes.',
  },
  'too-often': {
    answer: 'Many questions came from your network.',
    action: 'Wait a few seconds and try again. That does not mean that your paper is false.',
  },
  busy: {
    answer: 'We could not check it just now.',
    action: 'Try again in a minute. That does not mean it is false.',
  },
  failure: { answer: 'We could not check it.', action: 'The fault is ours. That does not mean it is false.' },
};

export const en: Texts = {
  lang: 'en',
  sentences(facts) {
    const { state, subject } = facts.answer;
    const own = subject.kind === 'distinctive' ? distinctiveEn[state]?.(subject, facts) : undefined;
    return own ?? statesEn[state](facts);
  },
  money: (amount) => (amount === 0 ? 'Asks for no money' : `Asks for ${formatAmount(amount)} (pesos)`),
  visitors: (when, place) => `${when}${place === undefined ? '' : `, at ${place}`}, only these people may visit you:`,
  visitOver: (when) => `The visit is over (${when}): nobody is to come with this letter any more.`,
  delivered: (on) =>
    `It was delivered on ${longDay(on, 'en')}. If you received it, compare it. If somebody shows it to you now, it may be a copy.`,
  distinctiveInForce: (until) => `In force until ${longDay(until, 'en')}`,
  distinctiveWithdrawn: (on) =>
    `It was withdrawn${on === undefined ? '' : ` on ${longDay(on, 'en')}`}. If they wear it, it does not count.`,
  askHowToPay: (telephone) => `Before you pay, ask on ${telephone} how it is paid.`,
  genuineMoney: (amount) =>
    amount === 0
      ? 'The genuine letter asked for no money.'
      : `The genuine letter asked for ${formatAmount(amount)} (pesos).`,
  types: {
    oficio: 'Letter',
    notificacion: 'Notification',
    requerimiento: 'Demand',
    citatorio: 'Summons',
    'orden-de-visita': 'Order to visit',
    permiso: 'Permit',
    constancia: 'Certificate',
    resolucion: 'Decision',
    circular: 'Circular',
    invitacion: 'Invitation',
  },
  words: {
    folio: 'Number',
    unit: 'Office',
    date: 'Date',
    subject: 'Subject',
    type: 'Kind',
    signer: 'Signed by',
    addressee: 'For',
    publicVersion: 'Public version, with parts blacked out by',
    publicVersionRead: 'Read the public version (PDF)',
    visitQuestion: 'Is it who stands before you? If somebody else comes, do not open, and call.',
    visitorGone: 'Somebody who no longer works here: do not open',
    visitorWithoutPhoto: 'No photo is published: call before you open',
    countersigners: 'Also signed by',
    countersigns: 'Also signs folio',
    doesNotCount: 'This signature does not count.',
    notPrinted: 'In the file; paper does not show it.',
    pages: 'Pages',
    expires: 'Expires',
    card: 'Number',
    distinctive: 'Badge "Libre de extorsión" (free of extortion)',
    distinctiveUntil: 'Badge in force until',
    post: 'Post',
    reserved: 'Name and photo are not published because of',
    reservedPerson: 'a person whose data are reserved',
    may: 'May',
    mayAsk: 'May ask you for',
    neverAsks: 'May never ask you for',
    details: 'Details for specialists',
    signatures: 'Who signed the file',
    signature: 'signature',
    ourCertificate: 'certificate of this institution',
    otherCertificate: 'certificate of somebody else: not part of the letter',
    checks: 'What was checked',
    valid: 'Valid',
    invalid: 'Not valid',
    undetermined: 'Undetermined',
    pass: 'good',
    fail: 'bad',
    unknown: 'not known',
    checkedAt: 'Checked on',
    statusAsOf: 'With data of',
    certificate: 'Certificate',
    home: 'Home',
    another: 'Check another',
    quickExit: 'Quick exit',
    privacy: 'Privacy notice',
    other: 'Español',
    dev: 'TEST: development installation. Nothing here counts.',
    call: 'Call',
    telephones: 'Telephones',
    compareByCode: 'To see what the genuine letter says, type the code beside its square of dots.',
    compareAgain: 'Compare again',
    compareYes: 'Yes, it is the same',
    compareNo: 'No, it differs',
    compareQuestion: 'Is it the same as your paper?',
  },
  tones: { confirmed: 'Confirmed', wait: 'Wait', stop: 'Stop' },
  differs: {
    answer: 'Your paper differs from the original.',
    action: 'Keep a photo and report it on one of these telephones:',
  },
  same: {
    answer: 'Then your paper agrees with the register.',
    action: 'If anything feels wrong, call before you pay or hand over documents.',
  },
  stopEnding: 'Do not pay. Do not hand over documents. Do not argue.',
  waitEnding: (telephone) => `Wait; do not decide yet. Confirm on ${telephone}.`,
  home,
  problem: (problem) => PROBLEMS[problem],
  tapLink: {
    answer: 'This link proves nothing. Hold the credential to YOUR phone.',
    action:
      'If somebody sent it to you, it does not count: ask them to hold the credential to your phone. If you have just done that, touch the button.',
    button: 'I held it: check',
  },
  official: (host) => `You are on the official page only if the address above says ${host}`,
  checkedOn: (day) => `Telephones and texts checked on ${longDay(day, 'en')}.`,
};
