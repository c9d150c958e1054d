import { Refusal } from '../core/refusal.ts';

/**
 * Why a document is declined. `pdf/xref-broken`: the chain of cross-reference sections does not lead where it says (we
 * never rebuild it by searching: what a search finds is not what other readers show). `pdf/ambiguous`: readers may show
 * different things; the fact `finding` says what was found.
 */
export type PdfCode =
  | 'pdf/not-a-pdf'
  | 'pdf/truncated'
  | 'pdf/encrypted'
  | 'pdf/xref-broken'
  | 'pdf/malformed'
  | 'pdf/ambiguous'
  | 'pdf/too-large'
  | 'pdf/too-many-pages'
  | 'pdf/no-pages';

export function malformed(what: string, at?: number): never {
  throw new Refusal<PdfCode>('pdf/malformed', what, at === undefined ? {} : { at });
}

export function brokenXref(what: string, at?: number): never {
  throw new Refusal<PdfCode>('pdf/xref-broken', what, at === undefined ? {} : { at });
}

export function tooLarge(what: string, limit: number): never {
  throw new Refusal<PdfCode>('pdf/too-large', what, { limit });
}
