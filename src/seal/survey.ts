import { ContentRules } from '../pdf/content-rules.ts';
import type { PdfDocument } from '../pdf/document.ts';
import { type PageView, type Rect, pageView, transformRect } from '../pdf/geometry.ts';
import { type PageInk, pageInk } from '../pdf/ink.ts';
import type { PdfPage } from '../pdf/page.ts';
import { tooLarge } from '../pdf/refusal.ts';

/**
 * A page as the seal needs to know it; what costs is found out when first asked for. A class: V8 keeps whatever the getters
 * of a literal refer to until its next full collection, which was the whole document.
 */
export class SurveyedPage {
  readonly page: PdfPage;
  readonly view: PageView;
  readonly #inkOf: (page: PdfPage) => PageInk;
  #ink: PageInk | undefined;
  #painted: readonly Rect[] | undefined;

  constructor(page: PdfPage, inkOf: (page: PdfPage) => PageInk) {
    this.page = page;
    this.view = pageView(page);
    this.#inkOf = inkOf;
  }

  get ink(): PageInk {
    return (this.#ink ??= this.#inkOf(this.page));
  }

  /** What is painted, in the page's view: upright, in points from its lower left visible corner. */
  get painted(): readonly Rect[] {
    return (this.#painted ??= paintedOn(this.ink, this.view));
  }
}

/** The pages of a document for one sealing: placement and stamping read each page's content once between them. */
export interface Survey {
  readonly document: PdfDocument;
  readonly pages: readonly SurveyedPage[];
  /** What has been found in the content of those pages whose ink was asked for. */
  readonly rules: ContentRules;
}

/** Content of all pages together: thousands of pages may share one long stream. */
const MAX_SCANNED_BYTES = 64 << 20;

/** @throws Refusal of `PdfDocument.pages`; asking for a page's ink `pdf/too-large` */
export function surveyPages(document: PdfDocument): Survey {
  let left = MAX_SCANNED_BYTES;
  const rules = new ContentRules(document);
  const inkOf = (page: PdfPage): PageInk => {
    if (left < 0) tooLarge('the content of the pages is too long', MAX_SCANNED_BYTES);
    const ink = pageInk(document, page, rules);
    if (ink.tooLarge) tooLarge('the content of a page inflates beyond the limit', MAX_SCANNED_BYTES);
    left -= ink.scanned;
    return ink;
  };
  return { document, rules, pages: document.pages().map((page) => new SurveyedPage(page, inkOf)) };
}

function paintedOn(ink: PageInk, view: PageView): readonly Rect[] {
  if (ink.full) return [[0, 0, view.width, view.height]];
  const rects: Rect[] = [];
  const { boxes } = ink;
  for (let i = 0; i < boxes.length; i += 4) {
    rects.push(transformRect([boxes[i]!, boxes[i + 1]!, boxes[i + 2]!, boxes[i + 3]!], view.fromUser));
  }
  return rects;
}
