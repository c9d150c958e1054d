import { formatLocalTime, parseTime } from '../../src/core/time.ts';
import type { ChangeKind } from '../../src/verifier/index.ts';
import { findingsEs } from './findings.es.ts';

/** Longer ones hold something that a file says of itself: comparing them with every sentence would cost too much. */
const MAX_COMPARED = 600;

interface Sentence {
  readonly shape: RegExp;
  readonly told: string;
}

let kept: readonly Sentence[] | undefined;

/** Sentences with blanks, the most particular first: of two that fit, the one with more words of its own is meant. */
function sentences(): readonly Sentence[] {
  const words = (said: string): number => said.replaceAll('{}', '').length;
  return (kept ??= Object.entries(findingsEs)
    .filter(([said]) => said.includes('{}'))
    .toSorted(([a], [b]) => words(b) - words(a))
    .map(([said, told]) => ({ shape: shapeOf(said), told })));
}

function shapeOf(said: string): RegExp {
  const parts = said.split('{}').map((part) => part.replaceAll(/[$()*+.?[\\\]^{|}]/g, String.raw`\$&`));
  return new RegExp(`^${parts.join('(.+?)')}$`, 's');
}

/** Whether `tellFinding` has words for it, or it is one fact without any, such as the name of an algorithm. */
export function canTellFinding(detail: string, language: 'es' | 'en'): boolean {
  return (
    language === 'en' ||
    !detail.includes(' ') ||
    (detail.length <= MAX_COMPARED && inSpanish(detail, undefined, 0) !== detail)
  );
}

/** What stands before a change as its name, which is a code: in Spanish it stands behind, as codes do. */
const KINDS: ReadonlySet<string | undefined> = new Set<ChangeKind>([
  'signature-added',
  'field-signed',
  'form-filled',
  'validation-data',
  'metadata',
  'pages',
  'page',
  'content',
  'annotation',
  'form',
  'field',
  'signature',
  'catalog',
  'validation-data-removed',
  'appended-bytes',
  'ambiguous',
  'unreadable',
]);

/** A change's kind or a refusal's code, which programs know: `annotation: …`, `pdf/malformed: …`. */
const CODE_FIRST = /^([a-z0-9]+(?:[-/][a-z0-9]+)*): (.+)$/s;

/** What the catalogue of refusals says of a code, where there is one at hand. */
export type TellCode = (code: string) => string | undefined;

const TIME = /\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ/g;

function localTime(time: string): string {
  const at = parseTime(time);
  return at === undefined ? time : `${formatLocalTime(at)} (UTC−6)`;
}

/** Facts that are findings of their own stand in few others; deeper is something that a file says of itself. */
const MAX_DEPTH = 4;

/**
 * What a check found, in the reader's language. The domain says it in English, to developers and auditors, with its facts in
 * it; numbers, hashes, names and codes stay as they are, and times become those of Mexico City, as on the seal. What a newer
 * release says stays in English.
 */
export function tellFinding(detail: string, language: 'es' | 'en', tellCode?: TellCode): string {
  const told = language === 'en' || detail.length > MAX_COMPARED ? detail : inSpanish(detail, tellCode, 0);
  return told.replaceAll(TIME, localTime);
}

function inSpanish(detail: string, tellCode: TellCode | undefined, depth: number): string {
  if (Object.hasOwn(findingsEs, detail)) return findingsEs[detail]!;
  if (depth > MAX_DEPTH) return detail;
  const inside = (part: string): string => inSpanish(part, tellCode, depth + 1);
  const [, code, rest = ''] = CODE_FIRST.exec(detail) ?? [];
  if (code?.includes('/')) {
    // The message of a refusal is for developers; its code says the same to everybody.
    const known = tellCode?.(code);
    return known === undefined ? code : `${code}: ${known}`;
  }
  // Where nothing is known of the rest, what looked like a code is a fact: the name of a field.
  const told = code === undefined ? rest : inside(rest);
  if (told !== rest) return KINDS.has(code!) ? `${told} (${code})` : `${code}: ${told}`;
  for (const sentence of sentences()) {
    const match = sentence.shape.exec(detail);
    if (match) return sentence.told.replaceAll(/\{(\d)\}/g, (_, place: string) => inside(match[Number(place)] ?? ''));
  }
  return detail;
}
