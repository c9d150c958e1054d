import { findFaultOfAppearance, hasArea, rectOf } from '../pdf/appearance.ts';
import { fieldOf, normalAppearance, showsValue } from '../pdf/field-look.ts';
import { intersect, type Rect } from '../pdf/geometry.ts';
import { contentInk, type PageInk } from '../pdf/ink.ts';
import { LivingFindings } from '../pdf/living.ts';
import { isPdf, type PdfDict, type PdfObject, type PdfRef } from '../pdf/object.ts';
import type { PdfPage } from '../pdf/page.ts';
import { dictOf, itemsOf, keyOf } from './graph.ts';
import type { Comparison } from './revisions.ts';

/** HIDDEN and NO_VIEW of ISO 32000-2 §12.5.3. */
const UNSEEN = 2 | 32;
/** In points: fields stand on lines, and beside what their labels' boxes reach. */
const TOUCH = 2;
const STEPS_A_PAGE = 1000;

/**
 * Widgets of fields that were filled in after signing: what they show is what the field holds, in its place, and on no text
 * that was signed, which an appearance with a ground of its own would replace (Mainka et al. 2021, "hide and replace").
 */
export class FilledWidgets {
  readonly #comparison: Comparison;
  readonly #findings: LivingFindings;
  readonly #roots: ReadonlySet<PdfObject>;
  readonly #inks = new Map<PdfPage, PageInk>();
  #pages: ReadonlyMap<number, PdfPage> | undefined;

  constructor(comparison: Comparison) {
    const { now } = comparison;
    this.#comparison = comparison;
    this.#findings = new LivingFindings(now);
    const form = dictOf(now, now.catalog.entries.get('AcroForm'));
    this.#roots = new Set(itemsOf(now, form?.entries.get('Fields')).map((item) => now.resolve(item)));
  }

  /** Why that widget may not look as it does; `undefined` where it may, and for a field without a place. */
  findFault(ref: PdfRef, widget: PdfDict): string | undefined {
    const { now } = this.#comparison;
    const fault = findFaultOfAppearance(now, widget);
    const place = rectOf(now, widget);
    const flags = now.resolve(widget.entries.get('F'));
    const isSeen = place !== undefined && hasArea(place) && !(typeof flags === 'number' && (flags & UNSEEN) !== 0);
    if (fault !== undefined || !isSeen) return fault;
    const field = fieldOf(this.#findings, widget, this.#roots);
    const appearance = normalAppearance(this.#findings, widget);
    if (!showsValue(this.#findings, widget, field, appearance)) return 'it does not show what it holds';
    return this.#liesOnText(ref, place) ? 'it lies on text' : undefined;
  }

  #liesOnText(ref: PdfRef, place: Rect): boolean {
    const page = this.#pageOf(ref);
    if (!page) return false;
    const { spend, signed } = this.#comparison;
    let ink = this.#inks.get(page);
    if (!ink) {
      this.#inks.set(page, (ink = contentInk(signed, page)));
      spend(STEPS_A_PAGE + ink.scanned);
    }
    const { text, full, drawn } = ink;
    spend(text.length / 4);
    if (full || drawn) return true;
    const inner: Rect = [place[0] + TOUCH, place[1] + TOUCH, place[2] - TOUCH, place[3] - TOUCH];
    for (let i = 0; i < text.length; i += 4) {
      if (intersect(inner, [text[i]!, text[i + 1]!, text[i + 2]!, text[i + 3]!])) return true;
    }
    return false;
  }

  /** The page that lists the widget. */
  #pageOf(ref: PdfRef): PdfPage | undefined {
    if (!this.#pages) {
      const { signed, spend } = this.#comparison;
      const pages = new Map<number, PdfPage>();
      for (const page of signed.pages()) {
        const items = itemsOf(signed, page.dict.entries.get('Annots'));
        spend(1 + items.length);
        for (const item of items) if (isPdf(item, 'ref')) pages.set(keyOf(item), page);
      }
      this.#pages = pages;
    }
    return this.#pages.get(keyOf(ref));
  }
}
