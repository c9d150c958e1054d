import { ALL_STATE, FILL, STROKE } from './content-operators.ts';

/**
 * What content is: a page's own; that of forms, which go on in the state of who draws them; tiles of patterns, with colours
 * of their own or not; glyphs that are drawings, which say first whether they are `drawing`s with colours, or `stencil`s.
 */
export type ContentKind = 'page' | 'content' | 'tile' | 'uncoloured' | 'glyph' | 'drawing' | 'stencil';

/** What content of a kind may do. */
export interface KindTerms {
  readonly coloured: boolean;
  /** Whether it shows text in fonts: in glyphs, and where a pattern has no colours, readers differ in how. */
  readonly text: boolean;
  readonly parameters: boolean;
  /**
   * Parameters of the graphics state that it need not set itself: to some readers tiles and glyphs begin with the first
   * state of the page (ISO 32000-2 §8.7.3.1), to others with that of who paints.
   */
  readonly given: number;
  /** Of the forms that it draws. */
  readonly forms: ContentKind | undefined;
}

export const KIND_TERMS: Readonly<Record<ContentKind, KindTerms>> = {
  page: { coloured: true, text: true, parameters: true, given: ALL_STATE, forms: 'content' },
  content: { coloured: true, text: true, parameters: true, given: ALL_STATE, forms: 'content' },
  tile: { coloured: true, text: true, parameters: true, given: 0, forms: 'tile' },
  uncoloured: { coloured: false, text: false, parameters: true, given: FILL | STROKE, forms: undefined },
  glyph: { coloured: false, text: false, parameters: false, given: 0, forms: undefined },
  drawing: { coloured: true, text: false, parameters: false, given: 0, forms: 'drawing' },
  stencil: { coloured: false, text: false, parameters: false, given: FILL | STROKE, forms: undefined },
};
