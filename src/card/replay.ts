import { toHex } from '../core/bytes.ts';
import type { CborValue } from '../core/cbor.ts';
import type { ClaimedAct, LeafSubject, RowClaims } from '../log/claim.ts';
import { LeafKind } from '../log/leaf.ts';
import type { Card, CardState } from './card.ts';
import { activatedRecord, endedRecord, registeredRecord, tagRecord } from './record.ts';

/** How far the leaves that it names have brought a card. */
export function stateOfCard({ activatedLeaf, endedLeaf }: Pick<Card, 'activatedLeaf' | 'endedLeaf'>): CardState {
  if (endedLeaf !== undefined) return 'ended';
  return activatedLeaf === undefined ? 'registered' : 'active';
}

/** What the row of a card says that the log holds. */
export function cardClaims(card: Card): RowClaims {
  const { registeredLeaf, tagLeaf, activatedLeaf, endedLeaf } = card;
  const about = { ref: registeredLeaf };
  const acts: readonly (ClaimedAct | undefined)[] = [
    {
      field: 'registeredLeaf',
      leaf: registeredLeaf,
      kind: LeafKind.cardRegistered,
      record: registeredRecord(card),
      items: ['number', 'officialId', 'guid', 'expires', 'registeredAt'],
    },
    tagLeaf === undefined
      ? undefined
      : {
          ...{ field: 'tagLeaf', leaf: tagLeaf, ...about },
          kind: LeafKind.cardTagAssigned,
          record: tagRecord(card),
          items: ['number', 'tag.uid', 'tag.batch', 'tag.keyVersion'],
        },
    activatedLeaf === undefined
      ? undefined
      : {
          ...{ field: 'activatedLeaf', leaf: activatedLeaf, ...about },
          kind: LeafKind.cardActivated,
          record: activatedRecord(card),
          items: ['number', 'activatedAt', 'tag.uid', 'tag.batch', 'tag.keyVersion'],
        },
    endedLeaf === undefined
      ? undefined
      : {
          ...{ field: 'endedLeaf', leaf: endedLeaf, ...about },
          kind: LeafKind.cardEnded,
          record: endedRecord(card),
          items: ['number', 'ended.at', 'ended.reason'],
        },
  ];
  const goTogether = (value: unknown, leaf: number | undefined): boolean =>
    (value === undefined) === (leaf === undefined);
  return {
    acts: acts.filter((act) => act !== undefined),
    fields: {
      state: card.state === stateOfCard(card),
      tag: goTogether(card.tag, tagLeaf),
      activatedAt: goTogether(card.activatedAt, activatedLeaf),
      ended: goTogether(card.ended, endedLeaf),
    },
  };
}

/** Whose row an opened leaf of this folder is about. */
export function cardSubject([, act, number]: readonly CborValue[]): LeafSubject | undefined {
  if (typeof act !== 'string' || !act.startsWith('card/') || typeof number !== 'string') return undefined;
  return { noun: 'card', key: number };
}

/** A tag that was made part of a card, as its leaf has it. */
export interface RecordedTag {
  readonly number: string;
  /** 14 hexadecimal digits, capitals. */
  readonly uid: string;
}

/** What the record of a `card/tag-assigned` says; `undefined` for a record that we never wrote. */
export function tagOfRecord([, act, number, uid]: readonly CborValue[]): RecordedTag | undefined {
  if (act !== 'card/tag-assigned' || typeof number !== 'string' || !(uid instanceof Uint8Array)) return undefined;
  return { number, uid: toHex(uid).toUpperCase() };
}
