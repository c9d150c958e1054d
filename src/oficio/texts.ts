import type { OficioType } from './type.ts';

/** The words that a sealed letter carries, in the language of the letter: from a catalogue, never from here. */
export interface OficioTexts {
  readonly title: string;
  /** Instead of `title` on what a development installation signs: on paper nobody sees the installation. */
  readonly testTitle: string;
  readonly labels: {
    readonly folio: string;
    readonly signer: string;
    readonly post: string;
    readonly certificate: string;
    readonly date: string;
    readonly type: string;
    readonly code: string;
    readonly telephone: string;
    readonly original: string;
    readonly signature: string;
    readonly expires: string;
  };
  readonly types: Readonly<Record<OficioType, string>>;
  /** What the letter asks for; `amount` in centavos. */
  demand(amount: number): string;
  /** How to check it without a camera, before the address to type. */
  readonly checkLead: string;
  readonly keepClear: string;
  folioLine(folio: string, page: number, pages: number): string;
  /** What the seal says, for those who cannot see it. */
  alternative(folio: string, code: string, address: string): string;
  readonly linkHint: string;
  readonly added: { readonly title: string; readonly text: string };
}
