import type { CardNumber } from '../card/card.ts';
import type { JudgedTap } from '../card/tap.ts';
import type { Primitives } from '../core/primitives.ts';
import type { UnixSeconds } from '../core/time.ts';
import { failed, unknown, VERDICT_OF_STATE, type Check, type State } from '../core/verdict.ts';
import { Inquiry } from './inquiry.ts';
import { judgeCard } from './judge-card.ts';
import type { Knowledge } from './knowledge.ts';
import type { Answer, Subject } from './subject.ts';
import { verifyBadge } from './verify-badge.ts';

export interface TapAnswer {
  readonly answer: Answer;
  /** Whether the tap was used up for it: nobody gets it again for the same address. */
  readonly isOnce: boolean;
}

/** What nobody is to do business with is told as often as it is asked: a used tap hides no warning. */
const WARNINGS: ReadonlySet<State> = new Set(['revoked', 'ended', 'not-registered', 'not-authorised']);

/**
 * The verdict on a tap that was judged: whose card it is, and what became of it. From an address that was used before nobody
 * learns who works here.
 */
export async function verifyTap(
  tap: JudgedTap,
  knowledge: Knowledge,
  at: UnixSeconds,
  primitives: Primitives,
): Promise<Answer> {
  const inquiry = inquiryInto(tap, knowledge, at);
  if (tap.outcome === 'unknown') return inquiry.answer('unknown-tag', { kind: 'unknown' });
  const { register, cards } = knowledge;
  const card = await cards?.findByNumber(tap.card);
  if (!register || !card) {
    inquiry.unknown('register/card', 'the register was not asked');
    return inquiry.answer('stale-status', { kind: 'unknown' });
  }
  inquiry.statusAsOf = register.asOf;
  const { state, subject } = await judgeCard(inquiry, card, { ...knowledge, register }, primitives);
  if (tap.outcome === 'accepted' || WARNINGS.has(state)) return inquiry.answer(state, told(subject, tap));
  return inquiryInto(tap, knowledge, at).answer('replayed', { kind: 'unknown' });
}

function told(subject: Subject, tap: JudgedTap): Subject {
  if (subject.kind !== 'credential' || tap.outcome !== 'accepted' || tap.skipped === 0) return subject;
  return { ...subject, skippedTaps: tap.skipped };
}

/** Begins with what was found about the tap itself: of one that is unknown, not what is wrong with it. */
function inquiryInto(tap: JudgedTap, { trust }: Knowledge, at: UnixSeconds): Inquiry {
  const inquiry = new Inquiry(at, trust.dev);
  const { outcome } = tap;
  const isOurs = outcome !== 'unknown';
  inquiry.holds('card/tap', isOurs, 'made by a tag of ours', 'no tag of ours made this address');
  if (outcome === 'accepted') {
    const { skipped } = tap;
    if (skipped === 0) inquiry.pass('card/tap-counter', 'nobody used this tap before');
    else
      inquiry.pass('card/tap-counter', `nobody used this tap before; ${skipped} before it were read, and not opened`);
  }
  if (outcome === 'replayed') inquiry.unknown('card/tap-counter', 'this tap was used before, or a later one was');
  return inquiry;
}

/**
 * The verdict on a plain tag, by the number of the card that it says to be in: at best that person works here, and that
 * anybody can copy the tag.
 */
export async function verifyPlainTag(
  number: CardNumber,
  knowledge: Knowledge,
  at: UnixSeconds,
  primitives: Primitives,
): Promise<Answer> {
  const found = await verifyBadge(number, knowledge, at, primitives);
  const told = (state: State, subject: Subject, check: Check): Answer => {
    return { ...found, state, verdict: VERDICT_OF_STATE[state], subject, checks: [...found.checks, check] };
  };
  // No card has this number.
  const state = found.subject.kind === 'distinctive' ? 'not-found' : found.state;
  switch (state) {
    case 'current':
      return told('plain-tag', found.subject, unknown('card/tap', 'a plain tag: anybody can copy what it holds'));
    case 'not-found':
      return told('unknown-tag', { kind: 'unknown' }, failed('card/tap', 'no tag of ours made this address'));
    default:
      return found;
  }
}
