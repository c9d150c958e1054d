import { namesLetter, oficioTypeOf, type Answer, type Institution, type LetterTexts } from '../src/verifier/index.ts';
import { shownTelephone } from './telephone.ts';

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
  /** What somebody typed and into which field, so that it can be mended without typing all of it again. */
  readonly asked?: { readonly text: string; readonly field: 'letter' | 'credential' };
  /** By what a card was found, where that changes what is said of it. */
  readonly by?: 'tap' | 'badge';
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

/** Whether a file was judged, not a code or a folio. */
export function isFile({ signatures }: Answer): boolean {
  return signatures !== undefined;
}

/** A letter that was judged by the whole file, so that there is no paper to compare. */
export function isWholeFile({ state, subject, signatures }: Answer): boolean {
  return state === 'current' && subject.kind === 'oficio' && (signatures?.length ?? 0) > 0;
}

/** Why nothing could be looked up, where the person can do something about it. */
export type Trouble =
  | 'not-a-pdf'
  | 'protected-pdf'
  | 'unread-pdf'
  | 'mistyped-code'
  | 'short-code'
  | 'long-code'
  | 'folio-without-year'
  | 'not-a-folio'
  | 'unread-code'
  | 'not-a-serial'
  | 'not-a-card-number'
  | 'letter-at-door';

const PDF_TROUBLES: Readonly<Record<string, Trouble>> = {
  'pdf/not-a-pdf': 'not-a-pdf',
  'pdf/encrypted': 'protected-pdf',
};
const TROUBLES: Readonly<Record<string, Trouble>> = {
  'seal/typed-code': 'mistyped-code',
  'seal/code-short': 'short-code',
  'seal/code-long': 'long-code',
  'oficio/folio-year': 'folio-without-year',
  'credential/format': 'not-a-serial',
  'card/number': 'not-a-card-number',
};

/** By the check that could not be made; its detail begins with the code of the refusal where a file was not read. */
export function troubleOf({ answer, asked }: Pick<PageFacts, 'answer' | 'asked'>): Trouble | undefined {
  if (answer.state !== 'unreadable' && answer.state !== 'not-found') return undefined;
  const open = answer.checks.filter(({ outcome }) => outcome !== 'pass');
  for (const { check, detail } of open) {
    if (check === 'pdf/format') return PDF_TROUBLES[detail.split(':', 1)[0]!] ?? 'unread-pdf';
    // Whoever types does not write an address or a seal: that was pasted or scanned.
    if (check === 'seal/format')
      return asked && /^(?!.*:\/\/).{1,60}$/s.test(asked.text) ? 'not-a-folio' : 'unread-code';
    if (check === 'credential/format' && asked && namesLetter(asked.text)) return 'letter-at-door';
    if (TROUBLES[check]) return TROUBLES[check];
  }
  return undefined;
}

/** No digits and no colon: a telephone or a sentence in a name would be a stranger's advice on our page. */
const NAME = /^[\p{L}\p{M} .,&'’()-]{2,60}$/u;

/** What somebody calls themselves in a certificate that nobody vouched for, where it has the form of a name; else ''. */
export function claimedName(signer: string | undefined): string {
  return signer !== undefined && NAME.test(signer) ? signer.trim() : '';
}

/** Whether a file has pictures that nobody could look at, which may be a scan of a letter. */
export function hasUnseenPictures({ answer }: Pick<PageFacts, 'answer'>): boolean {
  return answer.checks.some(({ check, outcome }) => check === 'document/pictures' && outcome === 'unknown');
}

/** The switchboard that answers for the unit, else the institution's, as it is shown. */
export function telephoneOf(facts: Pick<PageFacts, 'unit' | 'institution'>): string {
  return shownTelephone(facts.unit?.telephone ?? facts.institution.telephone);
}

/** What the institution says about letters of this type, or about every type that it says nothing special of. */
function letterTextsOf({ institution }: Site, type: number | undefined): LetterTexts | undefined {
  const name = type === undefined ? undefined : oficioTypeOf(type);
  return (name && institution.letterTexts[name]) ?? institution.letterTexts[''];
}

/** One of those texts in the language of the page, or in Spanish where no other is there. */
export function letterTextOf(
  site: Site,
  type: number | undefined,
  which: 'payment' | 'expired',
  language: 'es' | 'en',
): { readonly text: string; readonly language: 'es' | 'en' } | undefined {
  const texts = letterTextsOf(site, type);
  const english = language === 'en' ? texts?.[`${which}En`] : undefined;
  if (english !== undefined) return { text: english, language: 'en' };
  const text = texts?.[which];
  return text === undefined ? undefined : { text, language: 'es' };
}
