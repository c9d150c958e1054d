import type { Card, CardEndReason } from '../../card/card.ts';
import { isCardEndReason } from '../../card/card.ts';
import { activatedRecord, endedRecord, registeredRecord, tagRecord } from '../../card/record.ts';
import { stateOfCard } from '../../card/replay.ts';
import type { CardStore } from '../../card/store.ts';
import type { Primitives } from '../../core/primitives.ts';
import { isTime, unixSeconds, type UnixSeconds } from '../../core/time.ts';
import { LeafKind } from '../../log/leaf.ts';
import type { Versioned } from '../../log/ledger.ts';
import { vouchesFor } from '../../log/vouch.ts';
import { findingAsLogged } from './as-logged.ts';
import type { WitnessLog } from './first-leaves.ts';
import { toldAbout } from './witness.ts';

type Log = Pick<WitnessLog, 'leaf' | 'opening' | 'referring' | 'isFirst'>;
type Commitments = Pick<Primitives, 'hmac'>;

/** What the log says of a card: the first leaf of each kind counts. */
export interface ToldOfCard extends Pick<Card, 'tagLeaf' | 'activatedLeaf' | 'endedLeaf'> {
  /** When and why it ended, where that can still be read. */
  readonly end?: { readonly at: UnixSeconds; readonly reason: CardEndReason };
}

export async function toldOfCard(log: Log, registeredLeaf: number, primitives: Commitments): Promise<ToldOfCard> {
  const acts = await toldAbout(log, registeredLeaf, primitives);
  const first = (kind: LeafKind): number | undefined => acts.find((act) => act.kind === kind)?.index;
  const ended = acts.find(({ kind }) => kind === LeafKind.cardEnded);
  const [, , , at, reason] = ended?.record ?? [];
  const isRead = typeof at === 'number' && isTime(at) && typeof reason === 'string' && isCardEndReason(reason);
  const [tagLeaf, activatedLeaf] = [first(LeafKind.cardTagAssigned), first(LeafKind.cardActivated)];
  return {
    ...(tagLeaf !== undefined && { tagLeaf }),
    ...(activatedLeaf !== undefined && { activatedLeaf }),
    ...(ended && { endedLeaf: ended.index }),
    ...(isRead && { end: { at: unixSeconds(at), reason } }),
  };
}

/** Whether the leaf that the row names registered this card, as the row has it. */
export async function isRegisteredAsRecorded(log: Log, card: Card, primitives: Commitments): Promise<boolean> {
  const { registeredLeaf } = card;
  if (!(await log.isFirst(registeredLeaf))) return false;
  return vouchesFor(log, registeredLeaf, LeafKind.cardRegistered, () => registeredRecord(card), primitives);
}

async function isCardAsLogged(card: Card, log: Log, primitives: Commitments): Promise<boolean> {
  if (!(await isRegisteredAsRecorded(log, card, primitives))) return false;
  const { tagLeaf, activatedLeaf, endedLeaf } = await toldOfCard(log, card.registeredLeaf, primitives);
  if (card.tagLeaf !== tagLeaf || card.activatedLeaf !== activatedLeaf || card.endedLeaf !== endedLeaf) return false;
  const vouches = async (leaf: number | undefined, kind: LeafKind, value: unknown, record: () => Uint8Array) =>
    leaf === undefined ? value === undefined : vouchesFor(log, leaf, kind, record, primitives);
  return (
    card.state === stateOfCard(card) &&
    (await vouches(tagLeaf, LeafKind.cardTagAssigned, card.tag, () => tagRecord(card))) &&
    (await vouches(activatedLeaf, LeafKind.cardActivated, card.activatedAt, () => activatedRecord(card))) &&
    (await vouches(endedLeaf, LeafKind.cardEnded, card.ended, () => endedRecord(card)))
  );
}

type Comparing = (row: Card) => Promise<boolean>;

/** Every way to find a card, comparing what is found. */
function comparing(rows: CardStore, isAsLogged: Comparing): Pick<CardStore, 'find' | 'findByGuid' | 'findOfOfficial'> {
  const by = (
    read: (key: string) => Promise<Versioned<Card> | undefined>,
    keyOf: (card: Card) => string,
  ): ((key: string) => Promise<Versioned<Card> | undefined>) =>
    findingAsLogged<Card>({
      noun: 'card',
      read,
      isAsLogged: async (row, key) => keyOf(row) === key && isAsLogged(row),
    });
  return {
    find: by(rows.find, ({ number }) => number),
    findByGuid: by(rows.findByGuid, ({ guid }) => guid),
    findOfOfficial: by(rows.findOfOfficial, ({ officialId }) => officialId),
  };
}

/** `rows`, of which one card is found only as the log has it. @throws Refusal `log/corrupt` for another */
export function loggedCards(rows: CardStore, log: Log, primitives: Commitments): CardStore {
  return { ...rows, ...comparing(rows, (row) => isCardAsLogged(row, log, primitives)) };
}

/**
 * `rows` for ending cards: the registration has to vouch for whose they are; whether they are ended is told by the log.
 * @throws Refusal `log/corrupt` for a card for which its registration does not vouch
 */
export function standingCards(rows: CardStore, log: Log, primitives: Commitments): CardStore {
  const compared = comparing(rows, (row) => isRegisteredAsRecorded(log, row, primitives));
  return {
    ...rows,
    ...compared,
    async find(number) {
      const found = await compared.find(number);
      return found && { ...found, record: await standing(found.record, log, primitives) };
    },
  };
}

async function standing(card: Card, log: Log, primitives: Commitments): Promise<Card> {
  const { endedLeaf: _leaf, ended: _ended, ...rest } = card;
  const { end, endedLeaf } = await toldOfCard(log, card.registeredLeaf, primitives);
  const told = { ...rest, ...(endedLeaf !== undefined && { endedLeaf }), ...(end && { ended: end }) };
  return { ...told, state: stateOfCard(told) };
}
