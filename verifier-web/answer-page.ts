import { oficioTypeOf, type CredentialSubject, type LetterSubject } from '../src/verifier/index.ts';
import { fromHex } from '../src/core/bytes.ts';
import { formatTime } from '../src/core/time.ts';
import { toneOf, type PageFacts, type Tone } from './facts.ts';
import { html, type Html } from './html.ts';
import { icon, page, telephoneLink } from './layout.ts';
import { longDate, longTime } from './texts/dates.ts';
import type { Texts } from './texts/texts.ts';

const TONE_WORDS: Readonly<Record<'es' | 'en', Readonly<Record<Tone, string>>>> = {
  es: { confirmed: 'Confirmado', wait: 'Espera', stop: 'Alto' },
  en: { confirmed: 'Confirmed', wait: 'Wait', stop: 'Stop' },
};

function languageOf(texts: Texts): 'es' | 'en' {
  return texts.lang === 'en' ? 'en' : 'es';
}

function factList(facts: readonly (readonly [name: string, value: Html | string | number | undefined])[]): Html {
  const shown = facts.filter(([, value]) => value !== undefined && value !== '');
  return html`<dl class="facts">${shown.map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>`;
}

function letterBody(subject: LetterSubject, facts: PageFacts, texts: Texts): Html {
  const { words } = texts;
  const language = languageOf(texts);
  const type = subject.type === undefined ? undefined : oficioTypeOf(subject.type);
  const typeTexts = facts.institution.letterTexts[type ?? ''] ?? facts.institution.letterTexts[''];
  const asks = subject.amount === undefined ? undefined : texts.money(subject.amount);
  return html`${asks && html`<p class="money">${asks}</p>`}
${subject.amount ? typeTexts?.payment && html`<p>${typeTexts.payment}</p>` : ''}
${factList([
  [words.folio, subject.folio],
  [words.type, type && texts.types[type]],
  [words.unit, facts.unit?.name ?? subject.unit],
  [words.date, subject.sealedAt === undefined ? undefined : longDate(subject.sealedAt, language)],
  [words.expires, subject.expires === undefined ? undefined : longDate(subject.expires, language)],
  [words.subject, subject.subject],
  [words.pages, subject.pages],
  [words.signer, subject.signer && `${subject.signer.name}, ${subject.signer.post}`],
  [words.certificate, subject.signer?.serial],
])}`;
}

function list(title: string, items: readonly string[] | undefined): readonly [string, Html | undefined] {
  const shown = items && items.length > 0;
  return [title, shown ? html`<ul>${items.map((item) => html`<li>${item}</li>`)}</ul>` : undefined];
}

function credentialBody(subject: CredentialSubject, facts: PageFacts, texts: Texts): Html {
  const { words } = texts;
  const photo = subject.photo && fromHex(subject.photo) ? `${facts.origin}/foto/${subject.photo}` : undefined;
  return html`${photo && html`<img class="photo" src="${photo}" width="240" height="300" alt="${subject.name ?? ''}">`}
${subject.name && html`<p class="money">${subject.name}</p>`}
${factList([
  [words.post, subject.post],
  [words.unit, facts.unit?.name ?? subject.unit],
  list(words.may, subject.powers),
  list(words.mayAsk, subject.mayAsk),
  list(words.neverAsks, subject.neverAsks),
  [words.certificate, subject.serial],
])}`;
}

function comparison(facts: PageFacts, texts: Texts): Html {
  const { subject, state } = facts.answer;
  if (state !== 'current' || subject.kind !== 'oficio') return html``;
  const { words } = texts;
  return html`<section aria-labelledby="igual"><h2 id="igual">${words.compareQuestion}</h2>
<div class="buttons"><a class="button plain" href="#si">${words.compareYes}</a><a class="button plain" href="#no">${words.compareNo}</a></div>
<div id="si" class="verdict confirmed compared">${icon('confirmed')}<div><p><strong>${texts.same.answer}</strong></p><p>${texts.same.action}</p></div></div>
<div id="no" class="verdict stop compared">${icon('stop')}<div><p><strong>${texts.differs.answer}</strong></p><p>${texts.differs.action}</p></div></div>
</section>`;
}

/** Telephones of the configuration, each a link. */
export function lines(facts: Pick<PageFacts, 'institution'>): Html {
  const { telephones, name, telephone } = facts.institution;
  const all = [...telephones, { label: name, number: telephone }];
  return html`<ul class="lines">${all.map(({ label, number }) => html`<li>${label}: ${telephoneLink(number)}</li>`)}</ul>`;
}

function details(facts: PageFacts, texts: Texts): Html {
  const { answer } = facts;
  const { words } = texts;
  const checks = answer.checks.map(
    (check) =>
      html`<li><code>${check.check}</code>: ${words[check.outcome]} — <span lang="en">${check.detail}</span></li>`,
  );
  return html`<details><summary>${words.details}</summary>
<p>${answer.verdict} · ${answer.state} · ${words.checkedAt} <time datetime="${formatTime(answer.checkedAt)}">${longTime(answer.checkedAt, languageOf(texts))}</time></p>
<h2>${words.checks}</h2><ul>${checks}</ul></details>`;
}

/** The answer to one question: the first sentence is the answer, the second what to do. */
export function answerPage(facts: PageFacts, texts: Texts, otherLanguage: string): string {
  const tone = toneOf(facts.answer);
  const sentences = texts.sentences(facts);
  const { subject } = facts.answer;
  const main = html`<section class="verdict ${tone}">${icon(tone)}<div>
<p class="word">${TONE_WORDS[languageOf(texts)][tone]}</p>
<h1 tabindex="-1" autofocus>${sentences.answer}</h1>
<p>${sentences.action}</p></div></section>
${tone === 'stop' && html`<p><strong>${texts.stopEnding}</strong></p>`}
${tone !== 'confirmed' && lines(facts)}
${subject.kind === 'oficio' && letterBody(subject, facts, texts)}
${subject.kind === 'credential' && credentialBody(subject, facts, texts)}
${comparison(facts, texts)}
${tone === 'confirmed' && lines(facts)}
<p><a class="button plain" href="${facts.origin}/">${texts.words.home}</a></p>
${details(facts, texts)}`;
  const { institution, origin, dev } = facts;
  return page({ texts, institution, origin, dev, title: sentences.answer, otherLanguage, main });
}
