import type { Primitives } from '../core/primitives.ts';
import { openPdf, type PdfDocument } from '../pdf/document.ts';
import { checkUnambiguous } from '../pdf/unambiguous.ts';
import { placeSeal, type SealPlacement } from '../seal/placement.ts';
import { surveyPages, type Survey } from '../seal/survey.ts';
import { readForm, readSignatures } from '../signature/fields.ts';
import type { GivenPlace } from './oficio.ts';

/** A document that may be sealed, and where. The same document and wish always give the same answer. */
export interface InspectedDocument {
  readonly document: PdfDocument;
  readonly survey: Survey;
  readonly placement: SealPlacement;
  /** Somebody has signed it before: the seal may only be the new signature's appearance. */
  readonly alreadySigned: boolean;
}

/**
 * Reads what somebody wants sealed: only what every reader understands alike.
 * @throws Refusal of reading (`pdf/…`), `seal/no-room`, `seal/outside-page`
 */
export function inspectDocument(
  bytes: Uint8Array,
  place: GivenPlace | undefined,
  primitives: Primitives,
): InspectedDocument {
  const document = openPdf(bytes, primitives);
  checkUnambiguous(document);
  const alreadySigned = readSignatures(document, readForm(document)).length > 0;
  const survey = surveyPages(document);
  const placement = placeSeal(survey, {
    mayAppend: !alreadySigned,
    ...(place && { at: { page: place.page, xMm: place.left, yMm: place.top } }),
  });
  return { document, survey, placement, alreadySigned };
}
