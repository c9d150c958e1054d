/** A telephone with the words that say whose it is. */
export interface Telephone {
  readonly label: string;
  /** The same words in English. */
  readonly labelEn?: string;
  readonly number: string;
}

/** What a page says about one type of letter; approved by the institution's lawyers. */
export interface LetterTexts {
  /** Shown beside an amount: where and how it is paid, and how it never is. */
  readonly payment?: string;
  /** The same words in English. */
  readonly paymentEn?: string;
  /** Shown when the letter's term is over. */
  readonly expired?: string;
  /** The same words in English. */
  readonly expiredEn?: string;
}

/**
 * Who answers for an installation, as it is printed, shown and certified. Everything here is configuration: no
 * telephone, legal text or payment rule stands in code.
 */
export interface Institution {
  /** Organization (O) of every certificate, and the name on letters and pages. */
  readonly name: string;
  /** How people call it in a sentence: `la Alcaldía`. */
  readonly shortName: string;
  readonly address: string;
  /** The switchboard that confirms a letter or a person. */
  readonly telephone: string;
  /** Arc of the policies and extensions, dotted; a development installation uses 2.999.1. */
  readonly policyArc: string;
  /** Printed on letters: why the electronic signature counts, with its legal ground. */
  readonly legend: string;
  /** Lines to call, in the order shown on a *stop* page. */
  readonly telephones: readonly Telephone[];
  /** By type of letter (`oficio/type.ts`); the empty name holds what applies to every other type. */
  readonly letterTexts: Readonly<Record<string, LetterTexts>>;
  /** The day on which somebody last confirmed telephones and texts. */
  readonly checkedOn: string;
}
