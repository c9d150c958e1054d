import { formatTime } from '../src/core/time.ts';
import type { State } from '../src/core/verdict.ts';
import {
  formatCardNumber,
  formatDistinctiveNumber,
  oficioTypeOf,
  type Countersigner,
  type CredentialSubject,
  type DistinctiveSubject,
  type LetterSubject,
  type Telephone,
} from '../src/verifier/index.ts';
import {
  claimedName,
  isFile,
  isWholeFile,
  letterTextOf,
  telephoneOf,
  toneOf,
  troubleOf,
  type PageFacts,
} from './facts.ts';
import { codeForm, credentialForm, fileForm, letterForm } from './forms.ts';
import { html, type Html } from './html.ts';
import { homeAddress, inSpanish, mark, page, telephones } from './layout.ts';
import { longDate, longDay, longTime } from './texts/dates.ts';
import { knownTelephones, withTelephones } from './telephone.ts';
import type { Texts } from './texts/texts.ts';
import { visitBody } from './visit.ts';
import { canTellFinding, tellFinding } from './texts/findings.ts';

function languageOf(texts: Texts): 'es' | 'en' {
  return texts.lang === 'en' ? 'en' : 'es';
}

/** What the code or file says of itself is not repeated where the register does not stand behind it. */
const UNVOUCHED: ReadonlySet<State> = new Set([
  'altered',
  'not-registered',
  'not-authorised',
  'not-ours',
  'stale-status',
]);

/** Only of what stands is it said what it asks for: nobody is to pay with a letter that was replaced or is over. */
const STANDING: ReadonlySet<State> = new Set(['current', 'unconfirmed']);

/** Of these it is said what the genuine letter asked for, to compare with what somebody shows. */
const COMPARED: ReadonlySet<State> = new Set(['copy', 'replaced', 'cancelled']);

/** What leads nowhere unless something else is typed: there the field comes before everything else. */
const ASK_AGAIN: ReadonlySet<State> = new Set(['unreadable', 'not-found', 'folio-only']);

/** A file of which nothing is believed may still show the code of a letter: that one can be looked at. */
const BY_ITS_CODE: ReadonlySet<State> = new Set(['unsigned', 'altered', 'changed-after-signing']);

type Fact = readonly [name: string, value: Html | string | number | undefined];

function factList(facts: readonly Fact[]): Html | undefined {
  const shown = facts.filter(([, value]) => value !== undefined && value !== '');
  if (shown.length === 0) return undefined;
  return html`<dl class="facts">${shown.map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>`;
}

function letterBody(subject: LetterSubject, facts: PageFacts, texts: Texts): Html {
  const { words } = texts;
  const language = languageOf(texts);
  const type = subject.type === undefined ? undefined : oficioTypeOf(subject.type);
  const { state } = facts.answer;
  const amount = STANDING.has(state) ? subject.amount : undefined;
  const asked = COMPARED.has(state) ? subject.amount : undefined;
  const payment = amount ? letterTextOf(facts, subject.type, 'payment', language) : undefined;
  const dial = (sentence: string): Html => withTelephones(sentence, knownTelephones(facts.institution, facts.unit));
  const delivered = state === 'current' && subject.receivedOn !== undefined && texts.delivered(subject.receivedOn);
  const visit = state === 'current' && subject.visit && visitBody(subject.visit, facts, texts);
  return html`${delivered && html`<p>${delivered}</p>`}${visit || undefined}${amount !== undefined && html`<p class="money">${texts.money(amount)}</p>`}${asked !== undefined && html`<p class="asked">${texts.genuineMoney(asked)}</p>`}
${payment ? html`<p>${payment.language === 'es' ? inSpanish(dial(payment.text), texts) : dial(payment.text)}</p>` : amount ? html`<p>${dial(texts.askHowToPay(telephoneOf(facts)))}</p>` : undefined}
${factList([
  [words.folio, folioOf(subject.folio)],
  [words.type, type && texts.types[type]],
  [words.unit, inSpanish(facts.unit?.name ?? subject.unit, texts)],
  [words.date, subject.sealedAt === undefined ? undefined : longDate(subject.sealedAt, language)],
  [words.expires, subject.expires === undefined ? undefined : longDate(subject.expires, language)],
  [words.subject, inSpanish(subject.subject, texts)],
  [words.addressee, addresseeOf(subject)],
  [words.publicVersion, publicVersionOf(subject, facts, texts)],
  [words.pages, subject.pages],
  [
    words.signer,
    subject.signer && html`${subject.signer.name ?? words.reservedPerson}, ${inSpanish(subject.signer.post, texts)}`,
  ],
  [words.reserved, inSpanish(subject.signer?.legalGround, texts)],
  [words.countersigners, countersignersOf(subject, texts)],
])}`;
}

/** On what ground the file that was judged has parts blacked out; of a letter, that there is one to read. */
function publicVersionOf(
  { publicVersion, availablePublicVersion: own }: LetterSubject,
  { base }: PageFacts,
  texts: Texts,
): Html | undefined {
  if (publicVersion) return html`${inSpanish(publicVersion.ground, texts)}`;
  if (!own) return undefined;
  return html`${inSpanish(own.ground, texts)}<br><a href="${base}/version-publica/${own.id}.pdf">${texts.words.publicVersionRead}</a>`;
}

/** Whom it is for, where somebody chose to tell. */
function addresseeOf({ addressee }: LetterSubject): string | undefined {
  return addressee && [addressee.name, addressee.post].filter(Boolean).join(', ');
}

function counts(state: Countersigner['state'] | undefined): boolean {
  return state === 'current' || state === 'unconfirmed';
}

/** Who signed it besides, one a line: a name under reserve is not told, and one that does not count is said not to. */
function countersignersOf({ countersigners = [] }: LetterSubject, texts: Texts): Html | undefined {
  const { words } = texts;
  if (countersigners.length === 0) return undefined;
  const told = countersigners.map(
    ({ name, post, legalGround, state }) =>
      html`${name ?? words.reservedPerson}${post && html`, ${inSpanish(post, texts)}`}${legalGround && html`. ${words.reserved}: ${inSpanish(legalGround, texts)}`}${!counts(state) && html`. ${words.doesNotCount}`}`,
  );
  const [only] = told;
  const shown = told.length === 1 ? only : html`<ul>${told.map((one) => html`<li>${one}</li>`)}</ul>`;
  return html`${shown}<p class="hint">${words.notPrinted}</p>`;
}

function itemsOf(title: string, items: readonly string[] | undefined, texts: Texts): Fact {
  const shown = items && items.length > 0;
  return [title, shown ? html`<ul>${items.map((item) => html`<li>${inSpanish(item, texts)}</li>`)}</ul>` : undefined];
}

/** It breaks at its slashes, never inside a number. */
function folioOf(folio: string | undefined): Html | undefined {
  return folio === undefined
    ? undefined
    : html`${folio.split('/').map((part, i) => html`${i > 0 && html`/<wbr>`}${part}`)}`;
}

/** What is particular to a distinctive, and what is said of one beside a credential. */
function distinctiveFacts(
  subject: CredentialSubject | DistinctiveSubject,
  { answer }: PageFacts,
  texts: Texts,
): Fact[] {
  const { words } = texts;
  const language = languageOf(texts);
  if (subject.kind === 'distinctive') {
    const until = answer.state === 'current' ? longDay(subject.until, language) : undefined;
    return [
      [words.card, formatDistinctiveNumber(subject.number)],
      [words.distinctiveUntil, until],
    ];
  }
  const { card, distinctive } = subject;
  const told =
    distinctive?.state === 'current'
      ? texts.distinctiveInForce(distinctive.until)
      : distinctive && texts.distinctiveWithdrawn(distinctive.withdrawnOn);
  return [
    [words.card, card && formatCardNumber(card)],
    [words.distinctive, told],
  ];
}

function personBody(subject: CredentialSubject | DistinctiveSubject, facts: PageFacts, texts: Texts): Html {
  const { words } = texts;
  const person = html`<div class="person">${
    facts.photo && html`<img class="photo" src="${facts.photo}" width="240" height="300" alt="${subject.name ?? ''}">`
  }${subject.name && html`<p class="money">${subject.name}</p>`}</div>`;
  return html`${(facts.photo || subject.name) && person}
${factList([
  ...distinctiveFacts(subject, facts, texts),
  [words.post, inSpanish(subject.post, texts)],
  [words.unit, inSpanish(facts.unit?.name ?? subject.unit, texts)],
  [words.reserved, inSpanish(subject.legalGround, texts)],
  itemsOf(words.may, subject.powers, texts),
  itemsOf(words.mayAsk, subject.mayAsk, texts),
  itemsOf(words.neverAsks, subject.neverAsks, texts),
])}`;
}

/**
 * Each answer is a place in the page that its link leads to: no script, and nothing is sent. The question stays in sight
 * while the paper is compared with what stands above it.
 */
function comparison(texts: Texts): Html {
  const { words, same } = texts;
  return html`<section class="compare" aria-labelledby="igual"><h2 id="igual">${words.compareQuestion}</h2>
<p class="buttons"><a class="button" href="#si">${words.compareYes}</a> <a class="button" href="#no">${words.compareNo}</a></p></section>
<div id="si" class="verdict confirmed compared" tabindex="-1">${mark('confirmed', texts)}<p class="answer">${same.answer}</p><p>${same.action}</p></div>`;
}

/**
 * What "it differs" leads to. It stands before the answer, which the style takes away while this is shown: nobody who
 * holds another paper is to read "confirmed" above it.
 */
function difference({ institution }: PageFacts, texts: Texts): Html {
  const { words, differs } = texts;
  return html`<section id="no" class="verdict stop compared" tabindex="-1" aria-labelledby="no-h">${mark('stop', texts)}<p class="answer" id="no-h" role="heading" aria-level="1">${differs.answer}</p>
<p class="ending">${texts.stopEnding}</p><p>${differs.action}</p>${telephones(institution, texts)}
<p><a class="button plain" href="#igual">${words.compareAgain}</a></p></section>`;
}

/**
 * The way on from an answer that something better typed or sent would change, and from no other: what was answered is not to
 * be asked again.
 */
function again(facts: PageFacts, texts: Texts): Html | undefined {
  const { asked, answer } = facts;
  if (isFile(answer) && BY_ITS_CODE.has(answer.state)) {
    return codeForm(facts, texts, toneOf(answer) === 'stop' ? texts.words.compareByCode : undefined);
  }
  if (!ASK_AGAIN.has(answer.state)) return undefined;
  if (answer.state === 'folio-only') return codeForm(facts, texts);
  if (asked && troubleOf(facts) === 'letter-at-door') {
    return html`${letterForm(facts, texts, asked.text)}${credentialForm(facts, texts)}`;
  }
  if (asked) return (asked.field === 'credential' ? credentialForm : letterForm)(facts, texts, asked.text);
  const file = troubleOf(facts)?.endsWith('-pdf') && fileForm(facts, texts);
  return html`${file}${letterForm(facts, texts)}`;
}

const MAX_NAMED = 40;

function details({ answer }: PageFacts, texts: Texts): Html {
  const { words } = texts;
  const language = languageOf(texts);
  const { subject } = answer;
  const serial = subject.kind === 'oficio' ? subject.signer?.serial : subject.kind === 'credential' && subject.serial;
  const time = (at: typeof answer.checkedAt): Html =>
    html`<time datetime="${formatTime(at)}">${longTime(at, language)}</time>`;
  const checks = answer.checks.map(
    ({ check, outcome, detail, signature }) =>
      html`<li>${words[outcome]}${canTellFinding(detail, language) && `: ${tellFinding(detail, language)}`} (<code>${check}</code>${signature !== undefined && html`, ${words.signature} ${signature}`})</li>`,
  );
  // Anybody can add a signature of their own to a letter: it must not pass for one of the institution's.
  const signatures = (answer.signatures ?? [])
    .slice(0, MAX_NAMED)
    .map(({ signer, field, trusted, folio, countersigns, countersignerState }) => {
      const who = trusted ? (signer ?? field) : claimedName(signer);
      return html`<li>${who && `${who}: `}${trusted ? words.ourCertificate : words.otherCertificate}${trusted && folio && html`. ${words.folio} ${folioOf(folio)}`}${trusted && countersigns && html`. ${words.countersigns} ${folioOf(countersigns)}${!counts(countersignerState) && html`. ${words.doesNotCount}`}`}</li>`;
    });
  return html`<details><summary>${words.details}</summary>
<p>${words[answer.verdict]} (<code>${answer.verdict}</code>, <code>${answer.state}</code>)</p>
<p>${words.checkedAt} ${time(answer.checkedAt)}${
    answer.statusAsOf !== undefined && html`. ${words.statusAsOf} ${time(answer.statusAsOf)}`
  }.</p>${serial && html`<p>${words.certificate} <code>${serial}</code></p>`}
${signatures.length > 1 && html`<h2>${words.signatures}</h2><ol>${signatures}</ol>`}<h2>${words.checks}</h2><ul>${checks}</ul></details>`;
}

/** Of the unit itself, which the answer says to call. */
function unitLine({ unit }: PageFacts): readonly Telephone[] {
  return unit?.telephone === undefined ? [] : [{ label: unit.name, number: unit.telephone }];
}

/** The answer to one question: the first sentence is the answer, the second what to do. */
export function answerPage(facts: PageFacts, texts: Texts, otherLanguage: string): string {
  const { answer, institution } = facts;
  const { subject } = answer;
  const tone = toneOf(answer);
  const sentences = texts.sentences(facts);
  const numbers = knownTelephones(institution, facts.unit);
  const dial = (sentence: string): Html => withTelephones(sentence, numbers);
  const compares = answer.state === 'current' && subject.kind === 'oficio' && !isWholeFile(answer);
  const form = again(facts, texts);
  const main = html`${compares && difference(facts, texts)}<div class="told"><section class="verdict ${tone}">${mark(tone, texts)}
<h1 tabindex="-1" autofocus>${sentences.answer}</h1>${sentences.action && html`<p>${dial(sentences.action)}</p>`}${sentences.condition && html`<p class="ending">${sentences.condition}</p>`}${sentences.spanish && html`<p>${inSpanish(dial(sentences.spanish), texts)}</p>`}
${tone === 'stop' && html`<p class="ending">${texts.stopEnding}</p>`}
${tone === 'wait' && html`<p class="ending">${dial(texts.waitEnding(telephoneOf(facts)))}</p>`}</section>
${tone === 'stop' && telephones(institution, texts)}
${form}
${subject.kind === 'oficio' && !UNVOUCHED.has(answer.state) && letterBody(subject, facts, texts)}
${(subject.kind === 'credential' || subject.kind === 'distinctive') && personBody(subject, facts, texts)}
${compares && comparison(texts)}
${tone !== 'stop' && html`<h2>${texts.words.telephones}</h2>${telephones(institution, texts, unitLine(facts))}`}
</div>
<p><a class="button plain" href="${homeAddress(facts, texts)}">${texts.words.another}</a></p>
${details(facts, texts)}`;
  return page({ site: facts, texts, title: sentences.answer, otherLanguage, main });
}
