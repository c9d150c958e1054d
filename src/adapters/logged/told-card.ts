import type { Card } from '../../card/card.ts';
import { cardAfter, cardOfRegistration } from '../../card/office/replay.ts';
import type { Primitives } from '../../core/primitives.ts';
import { LeafKind } from '../../log/leaf.ts';
import { openingMissing } from '../../log/vouch.ts';
import type { WitnessLog } from './first-leaves.ts';
import { openedRecord, toldAbout } from './witness.ts';

type Log = Pick<WitnessLog, 'leaf' | 'opening' | 'referring' | 'isFirst' | 'hasCome'>;

export interface ToldCardOptions {
  /**
   * Also where nobody can read any more what made the card count: it counts for nothing then. For ending cards, which nothing
   * may stop, and for answers.
   */
  readonly acceptUnread?: boolean;
  /** As it was after this leaf. */
  readonly until?: number;
}

/** Kinds of leaves that have to be read: an end counts unread, and that it was opened changes nothing of a card. */
const CHANGING: ReadonlySet<LeafKind> = new Set([LeafKind.cardTagAssigned, LeafKind.cardActivated]);

/** The card that leaf `registeredLeaf` registered, as its leaves say it. @throws Refusal `log/opening-missing` */
export async function toldCard(
  log: Log,
  registeredLeaf: number,
  primitives: Pick<Primitives, 'hmac'>,
  { acceptUnread = false, until = Infinity }: ToldCardOptions = {},
): Promise<Card | undefined> {
  const record = await openedRecord(log, registeredLeaf, primitives);
  let card = record && cardOfRegistration(record, registeredLeaf);
  for (const act of card ? await toldAbout(log, registeredLeaf, primitives) : []) {
    if (act.index > until) break;
    const isUnread = !act.record && CHANGING.has(act.kind) && card!.state !== 'ended';
    if (isUnread && !acceptUnread) openingMissing(act.index);
    card = cardAfter(card!, act);
  }
  return card;
}
