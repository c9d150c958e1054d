import type { CalendarDay } from '../../src/core/time.ts';
import type { Institution, OficioType } from '../../src/verifier/index.ts';
import type { PageFacts } from '../facts.ts';

/** The first sentence is the answer, the second what to do. */
export interface Sentences {
  readonly answer: string;
  readonly action: string;
  /** Under which alone the answer counts, or what it does not say. */
  readonly condition?: string;
  /** What the institution says and only in Spanish, on a page in another language. */
  readonly spanish?: string;
}

export type Word =
  | 'folio'
  | 'unit'
  | 'date'
  | 'subject'
  | 'type'
  | 'signer'
  | 'countersigners'
  | 'addressee'
  | 'publicVersion'
  | 'publicVersionRead'
  | 'visitQuestion'
  | 'visitorGone'
  | 'visitorWithoutPhoto'
  | 'countersigns'
  | 'doesNotCount'
  | 'notPrinted'
  | 'pages'
  | 'expires'
  | 'card'
  | 'post'
  | 'distinctive'
  | 'distinctiveUntil'
  | 'may'
  | 'reserved'
  | 'reservedPerson'
  | 'mayAsk'
  | 'neverAsks'
  | 'details'
  | 'checks'
  | 'signatures'
  | 'signature'
  | 'ourCertificate'
  | 'otherCertificate'
  | 'valid'
  | 'invalid'
  | 'undetermined'
  | 'pass'
  | 'fail'
  | 'unknown'
  | 'checkedAt'
  | 'statusAsOf'
  | 'certificate'
  | 'home'
  | 'another'
  | 'quickExit'
  | 'privacy'
  | 'other'
  | 'dev'
  | 'call'
  | 'telephones'
  | 'compareAgain'
  | 'compareByCode'
  | 'compareYes'
  | 'compareNo'
  | 'compareQuestion';

/** One of the ways into the page; `none` says what to do without a code or a credential. */
export interface WayIn {
  readonly id: 'oficio' | 'puerta' | 'llamada' | 'denuncia';
  readonly title: string;
  readonly text: string;
  readonly none: string;
}

export interface HomeTexts {
  readonly title: string;
  readonly intro: string;
  readonly ways: readonly WayIn[];
  readonly search: string;
  readonly searchHint: string;
  readonly button: string;
  readonly code: string;
  readonly codeHint: string;
  readonly credential: string;
  readonly credentialHint: string;
  readonly credentialButton: string;
  readonly file: string;
  readonly fileHint: string;
  readonly fileButton: string;
}

/** Why a page could not answer at all. */
export type PageProblem =
  'no-page' | 'too-large' | 'no-file' | 'file-not-kept' | 'tap-not-kept' | 'too-often' | 'busy' | 'failure';

/** Everything the page says in one language. */
export interface Texts {
  readonly lang: 'es-MX' | 'en';
  sentences(facts: PageFacts): Sentences;
  money(amount: number): string;
  /** Of somebody's distinctive, in a line: that it is in force, or was withdrawn. */
  distinctiveInForce(until: CalendarDay): string;
  /** Before the list of who comes; `when` as `visitTime` says it. */
  visitors(when: string, place: string | undefined): string;
  /** In its place, once the time is over. */
  visitOver(when: string): string;
  /** Of a letter in force that somebody received before: it may be a copy that is shown now. */
  delivered(on: CalendarDay): string;
  distinctiveWithdrawn(on: CalendarDay | undefined): string;
  /** What is said beside an amount of which the institution says nothing: whom to ask. */
  askHowToPay(telephone: string): string;
  /** What the genuine letter asked for, where the one that somebody holds does not count or is a copy. */
  genuineMoney(amount: number): string;
  readonly types: Readonly<Record<OficioType, string>>;
  readonly words: Readonly<Record<Word, string>>;
  readonly tones: Readonly<Record<'confirmed' | 'wait' | 'stop', string>>;
  readonly differs: Sentences;
  readonly same: Sentences;
  readonly stopEnding: string;
  waitEnding(telephone: string): string;
  home(institution: Institution): HomeTexts;
  problem(problem: PageProblem): Sentences;
  /** Of the address of a tap that was sent on, or is looked at beforehand; the button is for who did tap. */
  readonly tapLink: Sentences & { readonly button: string };
  /** How people know that they are on the right page. */
  official(host: string): string;
  checkedOn(day: string): string;
}
