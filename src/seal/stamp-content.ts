import { mm } from './typeset.ts';

/** The modules of a QR symbol, row by row from the top left; non-zero is dark. */
export interface QrModules {
  readonly size: number;
  readonly data: ArrayLike<number>;
}

export interface Labelled {
  readonly label: string;
  readonly value: string;
}

/** Every word that the seal shows, in the language of the letter. What is too long for its place is shortened, or as said. */
export interface StampContent {
  readonly qr: QrModules;
  /** Where a tap on the QR or on the address leads. */
  readonly link: string;
  readonly institution: string;
  readonly title: string;
  /** Never shortened. */
  readonly folio: Labelled;
  /** What the letter asks the reader for, in the words of its declaration. */
  readonly demand?: string;
  /** Signer, post, certificate number, date and time …: one to six, the two most important ones first. */
  readonly fields: readonly Labelled[];
  /** How to check it without a camera: the address to type and the code are never shortened. */
  readonly check: {
    readonly lead: string;
    readonly address: string;
    readonly code: Labelled;
    readonly telephone: Labelled;
  };
  /** *Cadena original* and *sello digital*, never shortened. */
  readonly original: Labelled;
  readonly signature: Labelled;
  /** The legal ground, as the institution's lawyer worded it. */
  readonly legend?: string;
  /** "No sellar aquí". */
  readonly keepClear: string;
}

export type StampShape = 'wide' | 'tall';

/** What the seal takes on the page, in points: known before its content is, since the QR states how many pages there are. */
export const STAMP_SIZE: Readonly<Record<StampShape, { readonly width: number; readonly height: number }>> = {
  wide: { width: mm(180), height: mm(56) },
  tall: { width: mm(100), height: mm(98) },
};
