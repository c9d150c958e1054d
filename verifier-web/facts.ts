import { oficioTypeOf, type Answer, type Institution, type LetterTexts } from '../src/verifier/index.ts';

/** Whose pages these are and where they stand. */
export interface Site {
  readonly institution: Institution;
  /** Path prefix without a trailing slash: empty, or `/verifica`. Links stay on the host by which the page was reached. */
  readonly base: string;
  /** The public host and prefix, as people read them in the address. */
  readonly host: string;
  readonly dev: boolean;
}

/** What the page knows beside the answer: configuration and the register of units. */
export interface PageFacts extends Site {
  /** The unit that the answer names. */
  readonly unit?: { readonly name: string; readonly coveredSince?: string; readonly telephone?: string };
  /** The folio that was looked for and not found. */
  readonly wanted?: string;
  /** Where the official's picture is, when it may be shown. */
  readonly photo?: string;
  readonly answer: Answer;
}

/** How the page sounds: every state has exactly one tone. */
export type Tone = 'confirmed' | 'wait' | 'stop';

/** `invalid` states that are no reason for alarm: the letter is real, only not now. */
const WAITING: ReadonlySet<string> = new Set(['not-yet-valid', 'expired', 'suspended', 'replaced', 'not-yet-signed']);

export function toneOf(answer: Answer): Tone {
  if (answer.verdict === 'valid') return 'confirmed';
  return answer.verdict === 'undetermined' || WAITING.has(answer.state) ? 'wait' : 'stop';
}

/** The switchboard that answers for the unit, else the institution's. */
export function telephoneOf(facts: Pick<PageFacts, 'unit' | 'institution'>): string {
  return facts.unit?.telephone ?? facts.institution.telephone;
}

/** What the institution says about letters of this type, or about every type that it says nothing special of. */
export function letterTextsOf({ institution }: Site, type: number | undefined): LetterTexts | undefined {
  const name = type === undefined ? undefined : oficioTypeOf(type);
  return (name && institution.letterTexts[name]) ?? institution.letterTexts[''];
}
