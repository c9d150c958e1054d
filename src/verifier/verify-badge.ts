import { parseCardNumber, type CardNumber } from '../card/card.ts';
import type { Primitives } from '../core/primitives.ts';
import { isRefusal, type Refusal } from '../core/refusal.ts';
import type { UnixSeconds } from '../core/time.ts';
import { lowerAscii } from '../seal/address.ts';
import type { SealPlaces } from '../seal/open.ts';
import { mendScannerText } from '../seal/text.ts';
import { Inquiry } from './inquiry.ts';
import { judgeCard } from './judge-card.ts';
import type { Knowledge, RegisteredCard, RegisteredDistinctive } from './knowledge.ts';
import type { Answer } from './subject.ts';
import { judgeDistinctive } from './verify-distinctive.ts';

/**
 * The verdict on a card or a distinctive by the number that is printed on it, as somebody scanned or typed it. Anybody can print it on another
 * card: what `valid` says is that this person works here today, and people have to compare the photo.
 */
export async function verifyBadge(
  typed: string,
  knowledge: Knowledge,
  at: UnixSeconds,
  primitives: Primitives,
): Promise<Answer> {
  const inquiry = new Inquiry(at, knowledge.trust.dev);
  const { register } = knowledge;
  const number = parseCardNumber(typed);
  if (number === undefined) {
    inquiry.unknown('card/number', 'not the number of a card: twelve letters and digits');
    return inquiry.answer('unreadable', { kind: 'unknown' });
  }
  if (!register) {
    inquiry.unknown('register/card', 'the register was not asked');
    return inquiry.answer('stale-status', { kind: 'credential', card: number });
  }
  inquiry.statusAsOf = register.asOf;
  const { card, distinctive } = await findWorn(number, knowledge);
  if (distinctive) {
    const { state, subject } = judgeDistinctive(inquiry, distinctive);
    return inquiry.answer(state, subject);
  }
  if (!card) {
    inquiry.unknown('register/card', 'no card with this number');
    return inquiry.answer('not-found', { kind: 'credential', card: number });
  }
  const { state, subject } = await judgeCard(inquiry, card, { ...knowledge, register }, primitives);
  return inquiry.answer(state, subject);
}

/** What bears this number: a card, or a distinctive. Where nobody can read any more which cards there were, a distinctive still answers. */
export async function findWorn(
  number: CardNumber,
  { cards, distinctives }: Pick<Knowledge, 'cards' | 'distinctives'>,
): Promise<{ readonly card?: RegisteredCard; readonly distinctive?: RegisteredDistinctive }> {
  let unread: Refusal | undefined;
  try {
    const card = await cards?.findByNumber(number);
    if (card) return { card };
  } catch (error) {
    if (!isRefusal(error, 'log/opening-missing')) throw error;
    unread = error;
  }
  const distinctive = await distinctives?.findByNumber(number);
  if (distinctive) return { distinctive };
  if (unread) throw unread;
  return {};
}

/** Longer than any address of ours with a number behind it. */
const MAX_ADDRESS = 200;

/** What stands for a number in the address of a badge of ours, however it was scanned or copied; `undefined` for any other text. */
export function cardNumberIn(text: string, { origins }: SealPlaces): string | undefined {
  const address = text.length <= MAX_ADDRESS ? lowerAscii(mendScannerText(text.trim())) : '';
  const origin = origins.find((one) => address.startsWith(`${one}/b/`));
  // As browsers copy it: with the language, or a slash at the end.
  return origin === undefined ? undefined : address.slice(`${origin}/b/`.length).replace(/\/?(?:[?#].*)?$/, '');
}
