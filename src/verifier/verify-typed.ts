import { parseCardNumber } from '../card/card.ts';
import type { Primitives } from '../core/primitives.ts';
import { isRefusal } from '../core/refusal.ts';
import type { UnixSeconds } from '../core/time.ts';
import type { State } from '../core/verdict.ts';
import { lacksYear, parseFolio } from '../oficio/folio.ts';
import { withoutLabel } from '../oficio/label.ts';
import { openSeal } from '../seal/open.ts';
import { parseTypedCode, typedCodeOf } from '../seal/text.ts';
import { Inquiry } from './inquiry.ts';
import { judgeSeal, stateOfDraft } from './judge-seal.ts';
import type { Knowledge } from './knowledge.ts';
import { cardNumberIn, findWorn, verifyBadge } from './verify-badge.ts';
import { findReplacement, isOver, stateByRegister } from './replacement.ts';
import type { Answer } from './subject.ts';
import { letterSubject, verifySeal } from './verify-seal.ts';

/**
 * The answer to a folio alone: existence, unit, date and status, nothing else, because folios are consecutive and
 * anybody can type the next one.
 */
async function verifyFolio(inquiry: Inquiry, folio: string, knowledge: Knowledge): Promise<Answer> {
  const { register } = knowledge;
  if (!register) {
    inquiry.unknown('register/letter', 'the register was not asked');
    return inquiry.answer('stale-status', { kind: 'unknown' });
  }
  inquiry.statusAsOf = register.asOf;
  const letter = await register.letterByFolio(folio);
  if (!letter) {
    inquiry.unknown('register/letter', 'no letter with this folio');
    return inquiry.answer('not-found', { kind: 'unknown' });
  }
  inquiry.unknown('seal/signature', 'a folio proves nothing about the paper');
  const state = stateByRegister(letter, inquiry.at);
  const replacement = await findReplacement(register, letter, inquiry.at);
  return inquiry.answer(state === 'current' ? 'folio-only' : state, {
    kind: 'oficio',
    folio: letter.folio,
    unit: letter.unit,
    sealedAt: letter.sealedAt,
    ...(isOver(letter, inquiry.at) ? { expires: letter.expires } : {}),
    ...(letter.endedAt === undefined ? {} : { endedAt: letter.endedAt }),
    ...(letter.replacedBy === undefined ? {} : { replacedBy: letter.replacedBy }),
    ...(replacement && { replacement }),
  });
}

/** The answer to the twelve letters beside the QR: the register finds the seal that they stand for, and that is judged. */
async function verifyCode(
  inquiry: Inquiry,
  code: string,
  knowledge: Knowledge,
  primitives: Primitives,
): Promise<Answer> {
  const letter = await knowledge.register?.letterByCode(code);
  if (letter && !letter.sealText) {
    const { folio, unit, endedAt } = letter;
    const state = stateOfDraft(inquiry, letter);
    return inquiry.answer(state, { kind: 'oficio', folio, unit, ...(endedAt !== undefined && { endedAt }) });
  }
  if (!letter?.sealText) {
    // The number of a card, or of a distinctive, looks like the code of a letter.
    const number = parseCardNumber(code);
    const { card, distinctive } = number === undefined ? {} : await findWorn(number, knowledge);
    const worn = card ?? distinctive;
    if (worn) return verifyBadge(worn.number, knowledge, inquiry.at, primitives);
    inquiry.unknown('register/letter', knowledge.register ? 'no letter with this code' : 'the register was not asked');
    return inquiry.answer(knowledge.register ? 'not-found' : 'stale-status', { kind: 'unknown' });
  }
  const seal = openSeal(letter.sealText, knowledge.places);
  if (typedCodeOf(seal.claims.id) !== code) {
    inquiry.fail('register/letter', 'the register gives this code to the seal of another letter');
    return inquiry.answer('not-found', { kind: 'unknown' });
  }
  const finding = await judgeSeal(inquiry, seal, knowledge, primitives);
  return inquiry.answer(finding.state, letterSubject(seal, finding));
}

/** The folio that `text` spells, or `undefined`. */
export function folioIn(text: string): string | undefined {
  try {
    return parseFolio(withoutLabel(text)).folio;
  } catch (error) {
    if (isRefusal(error)) return undefined;
    throw error;
  }
}

type Slip = 'mistyped' | 'short' | 'long';

/** The typed code in `text`, or how it was mistyped: its check symbol does not fit, a symbol is missing or too many. */
function codeIn(text: string): { readonly code: string } | Slip | undefined {
  const typed = withoutLabel(text);
  try {
    return { code: parseTypedCode(typed) };
  } catch (error) {
    if (isRefusal(error, 'seal/code-mistyped')) return 'mistyped';
    if (!isRefusal(error)) throw error;
    // A word may have as many letters; a code nearly always has a digit, and is printed with hyphens.
    if (!/[\d-]/.test(typed)) return undefined;
    const { found } = error.facts;
    return found === 11 ? 'short' : found === 13 ? 'long' : undefined;
  }
}

/** What is told of something that is nearly a code or a folio: which check could not be made, and why. */
const SLIPS: Readonly<Record<Slip | 'yearless', readonly [check: string, detail: string, state: State]>> = {
  mistyped: ['seal/typed-code', 'the check symbol does not fit: a letter or digit is wrong', 'not-found'],
  short: ['seal/code-short', 'a code has 12 letters and digits: one is missing', 'unreadable'],
  long: ['seal/code-long', 'a code has 12 letters and digits: there is one too many', 'unreadable'],
  yearless: ['oficio/folio-year', 'a folio ends with its year, of four digits', 'unreadable'],
};

/**
 * The verdict on whatever somebody typed or pasted: the text of a QR, a typed code, or a folio. Never throws on hostile
 * input; outages of the register do throw.
 */
export async function verifyTyped(
  text: string,
  knowledge: Knowledge,
  at: UnixSeconds,
  primitives: Primitives,
): Promise<Answer> {
  const card = cardNumberIn(text, knowledge.places);
  if (card !== undefined) return verifyBadge(card, knowledge, at, primitives);
  const short = text.length <= 100 ? text : '';
  const folio = folioIn(short);
  const code = codeIn(short);
  const inquiry = new Inquiry(at, knowledge.trust.dev);
  if (folio !== undefined) return verifyFolio(inquiry, folio, knowledge);
  if (typeof code === 'object') return verifyCode(inquiry, code.code, knowledge, primitives);
  const slip = lacksYear(withoutLabel(short)) ? 'yearless' : code;
  if (slip !== undefined) {
    const [check, detail, state] = SLIPS[slip];
    inquiry.unknown(check, detail);
    return inquiry.answer(state, { kind: 'unknown' });
  }
  return verifySeal(text, knowledge, at, primitives);
}

/** Whether `text` is the code or the folio of a letter, whatever field it was typed into. */
export function namesLetter(text: string): boolean {
  const short = text.length <= 100 ? text : '';
  return typeof codeIn(short) === 'object' || folioIn(short) !== undefined;
}
