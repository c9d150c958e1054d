import type { OficioType } from '../../src/verifier/index.ts';
import type { PageFacts } from '../facts.ts';

/** The first sentence is the answer, the second what to do. */
export interface Sentences {
  readonly answer: string;
  readonly action: string;
}

export type Word =
  | 'verify'
  | 'folio'
  | 'unit'
  | 'date'
  | 'subject'
  | 'type'
  | 'signer'
  | 'pages'
  | 'expires'
  | 'post'
  | 'may'
  | 'mayAsk'
  | 'neverAsks'
  | 'details'
  | 'checks'
  | 'pass'
  | 'fail'
  | 'unknown'
  | 'checkedAt'
  | 'statusAsOf'
  | 'certificate'
  | 'call'
  | 'home'
  | 'quickExit'
  | 'other'
  | 'dev'
  | 'compareYes'
  | 'compareNo'
  | 'compareQuestion';

/** One of the ways into the page; `none` says what to do without a code or a credential. */
export interface WayIn {
  readonly id: string;
  readonly title: string;
  readonly text: string;
  readonly none: string;
}

/** Everything the page says in one language. */
export interface Texts {
  readonly lang: string;
  sentences(facts: PageFacts): Sentences;
  money(amount: number): string;
  readonly types: Readonly<Record<OficioType, string>>;
  readonly words: Readonly<Record<Word, string>>;
  readonly differs: Sentences;
  readonly same: Sentences;
  readonly stopEnding: string;
  readonly homeTexts: {
    readonly title: string;
    readonly intro: string;
    readonly search: string;
    readonly searchHint: string;
    readonly button: string;
    readonly ways: readonly WayIn[];
  };
}
