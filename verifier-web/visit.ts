import { parseTime } from '../src/core/time.ts';
import type { AnnouncedVisit, Visitor } from '../src/verifier/index.ts';
import type { PageFacts } from './facts.ts';
import { html, type Html } from './html.ts';
import { inSpanish } from './layout.ts';
import { visitTime } from './texts/dates.ts';
import type { Texts } from './texts/texts.ts';

/** Who comes, with what there is to compare at the door; once the time is over, that nobody does. */
export function visitBody(visit: AnnouncedVisit, { answer, base }: PageFacts, texts: Texts): Html | undefined {
  const [from, to] = [parseTime(visit.from), parseTime(visit.to)];
  if (from === undefined || to === undefined) return undefined;
  const when = visitTime(from, to, answer.checkedAt, texts.lang === 'en' ? 'en' : 'es');
  if (to <= answer.checkedAt) return html`<p class="asked">${texts.visitOver(when)}</p>`;
  const people = visit.officials.map((one) => html`<li>${visitorOf(one, base, texts)}</li>`);
  return html`<section class="visit" aria-labelledby="visita"><h2 id="visita">${texts.visitors(when, visit.place)}</h2>
<ul class="visitors">${people}</ul><p class="asked">${texts.words.visitQuestion}</p></section>`;
}

function visitorOf({ officialId, name, legalGround, post, photo, state }: Visitor, base: string, texts: Texts): Html {
  const { words } = texts;
  if (state !== 'current') return html`<p>${words.visitorGone}</p>`;
  const picture =
    photo === undefined
      ? html`<p class="hint">${words.visitorWithoutPhoto}</p>`
      : html`<img class="photo" loading="lazy" src="${base}/foto/${officialId}/${photo}.jpg" width="240" height="300" alt="${name ?? ''}">`;
  return html`${picture}<p><strong>${name ?? words.reservedPerson}</strong>${post && html`, ${inSpanish(post, texts)}`}${legalGround && html`. ${words.reserved}: ${inSpanish(legalGround, texts)}`}</p>`;
}
