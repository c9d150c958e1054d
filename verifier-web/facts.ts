import type { Institution, Answer } from '../src/verifier/index.ts';

/** What the page knows beside the answer: configuration and the register of units. */
export interface PageFacts {
  readonly institution: Institution;
  /** Public base address without a trailing slash; may hold a path prefix. */
  readonly origin: string;
  readonly dev: boolean;
  /** The unit that the answer names. */
  readonly unit?: { readonly name: string; readonly coveredSince?: string; readonly telephone?: string };
  /** The folio that was looked for and not found. */
  readonly wanted?: string;
  readonly answer: Answer;
}

/** How the page sounds: every state has exactly one tone (`RESIDENT-PAGE` rules). */
export type Tone = 'confirmed' | 'wait' | 'stop';

/** `invalid` states that are no reason for alarm: the letter is real, only not now. */
const WAITING: ReadonlySet<string> = new Set(['not-yet-valid', 'expired', 'suspended', 'replaced', 'not-yet-signed']);

export function toneOf(answer: Answer): Tone {
  if (answer.verdict === 'valid') return 'confirmed';
  return answer.verdict === 'undetermined' || WAITING.has(answer.state) ? 'wait' : 'stop';
}

/** The switchboard that answers for the unit, else the institution's. */
export function telephoneOf(facts: PageFacts): string {
  return facts.unit?.telephone ?? facts.institution.telephone;
}
