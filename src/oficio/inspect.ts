import { concat } from '../core/bytes.ts';
import type { Primitives } from '../core/primitives.ts';
import { isRefusal, Refusal } from '../core/refusal.ts';
import { unixSeconds } from '../core/time.ts';
import { ambiguous } from '../pdf/ambiguity.ts';
import { openPdf, type PdfDocument } from '../pdf/document.ts';
import { ownLimits } from '../pdf/limits.ts';
import type { PdfDict } from '../pdf/object.ts';
import { transformRect } from '../pdf/geometry.ts';
import type { LivingFinding } from '../pdf/living.ts';
import { livingContent } from '../pdf/living-content.ts';
import { checkUnambiguous } from '../pdf/unambiguous.ts';
import { beginUpdate } from '../pdf/update.ts';
import { covers, placeSeal, type SealPlacement } from '../seal/placement.ts';
import { surveyPages, type Survey } from '../seal/survey.ts';
import { readForm, readSignatures } from '../signature/fields.ts';
import { checkSignable, freeFieldName, prepareSignature, refuseUncompared } from '../signature/prepare.ts';
import { mayStand, verifySignatures, type SignatureFinding } from '../signature/verify.ts';
import type { GivenPlace, OficioCode } from './oficio.ts';

/** Of our signature fields; the second in a document has a number behind it. */
export const FIELD_NAME = 'Cotejo';

/** A document that may be sealed, and where. The same document and wish always give the same answer. */
export interface InspectedDocument {
  readonly document: PdfDocument;
  readonly survey: Survey;
  readonly placement: SealPlacement;
  /** Dictionaries of the signatures that it has already: where there is one, the seal may only be the new one's appearance. */
  readonly signatures: readonly PdfDict[];
}

/**
 * Reads what somebody wants sealed: only what every reader understands alike, that does nothing, and that will always look
 * as it does now.
 * @throws Refusal of reading (`pdf/…`), `oficio/active-content` and `oficio/changing-content` (facts `kind`, a
 * `LivingFinding`'s, and `page`), `oficio/signature-broken` (fact `field`), `oficio/place-breaks-signature`
 * (facts `field`, `page`), `signature/certified` and the like,
 * `signature/not-comparable`, `seal/no-room`, `seal/outside-page`
 */
export async function inspectDocument(
  bytes: Uint8Array,
  place: GivenPlace | undefined,
  primitives: Primitives,
): Promise<InspectedDocument> {
  const document = openPdf(bytes, primitives);
  checkUnambiguous(document);
  refuseLiving(document);
  checkSignable(document, freeFieldName(document, FIELD_NAME));
  const signatures = readSignatures(document, readForm(document)).map(({ dict }) => dict);
  const survey = surveyPages(document);
  refuseUnreadable(survey);
  const placement = placeSeal(survey, {
    mayAppend: signatures.length === 0,
    ...(place && { at: { page: place.page, xMm: place.left, yMm: place.top } }),
  });
  if (signatures.length > 0) await refuseWhatBreaks(document, survey, placement, primitives);
  return { document, survey, placement, signatures };
}

/** Whether the seal lies over something printed. Only a warning: a page too long to be read through is none. */
export function coversInk({ survey, placement }: InspectedDocument): boolean {
  try {
    return covers(placement.box, survey.pages[placement.page - 1]?.painted ?? []);
  } catch (error) {
    if (isRefusal(error, 'pdf/too-large')) return false;
    throw error;
  }
}

/**
 * Tries what every verifier would say of the earlier signatures once ours stood there: a broken one must not lie under
 * ours, and ours must not break one. Found out before a folio is taken.
 */
async function refuseWhatBreaks(
  document: PdfDocument,
  survey: Survey,
  { page, box }: SealPlacement,
  primitives: Primitives,
): Promise<void> {
  const { page: shown, view } = survey.pages[page - 1]!;
  const update = beginUpdate(document);
  const fieldName = freeFieldName(document, FIELD_NAME);
  prepareSignature(update, {
    fieldName,
    page: shown.ref,
    rect: transformRect(box, view.toUser),
    at: unixSeconds(0),
    reservedBytes: 1,
  });
  const tried = openPdf(concat(document.bytes, update.finish().appended), primitives, ownLimits());
  const findings = await verifySignatures(tried, { primitives });
  const broken = firstBroken(findings.filter(({ field }) => field !== fieldName));
  if (!broken) return;
  refuseUncompared(broken);
  const before = firstBroken(await verifySignatures(document, { primitives }));
  if (before) {
    const { field, integrity = 'of a kind that nobody knows' } = before;
    const facts = { field };
    throw new Refusal<OficioCode>('oficio/signature-broken', `the signature ${field} is broken: ${integrity}`, facts);
  }
  const { field, changes } = broken;
  const detail = changes.find(({ allowed }) => !allowed)?.detail ?? 'the signature would not stand';
  throw new Refusal<OficioCode>('oficio/place-breaks-signature', detail, { field, page });
}

function firstBroken(findings: readonly SignatureFinding[]): SignatureFinding | undefined {
  return findings.find((finding) => !mayStand(finding));
}

/** Of content that breaks off, or is not held to the grammar, one reader shows this, another that, and a third nothing. */
function refuseUnreadable({ pages, rules }: Survey): void {
  for (const [index, page] of pages.entries()) {
    // It is read when asked for.
    void page.ink;
    if (rules.finding) ambiguous(rules.finding);
    if (rules.inlineLayers) refuse({ effect: 'changing', kind: 'layers', page: index + 1, detail: '/OC' });
  }
  rules.checkFonts();
  if (rules.finding) ambiguous(rules.finding);
}

/**
 * What acts comes first: it is the worse of the two.
 * @throws Refusal `oficio/active-content`, `oficio/changing-content`
 */
export function refuseLiving(document: PdfDocument): void {
  const findings = livingContent(document);
  const found = findings.find(({ effect }) => effect === 'active') ?? findings[0];
  if (found) refuse(found);
}

function refuse({ effect, kind, page, detail }: LivingFinding): never {
  const facts = { kind, detail, ...(page !== undefined && { page }) };
  if (effect === 'active') throw new Refusal<OficioCode>('oficio/active-content', `the document acts: ${kind}`, facts);
  throw new Refusal<OficioCode>('oficio/changing-content', `the document may come to look different: ${kind}`, facts);
}
