import { equal, fromHex, toHex } from '../../core/bytes.ts';
import type { CborValue } from '../../core/cbor.ts';
import { isTime, parseDay } from '../../core/time.ts';
import { parseOfficialId } from '../../directory/official.ts';
import type { ClaimedAct, LeafSubject, RowClaims } from '../../log/claim.ts';
import { LeafKind } from '../../log/leaf.ts';
import { endReasonOf, isCardEndReason, parseCardNumber, type Card, type CardState, type CardTag } from '../card.ts';
import { isKeyVersion } from '../ntag424/keys.ts';
import { parseTagBatch } from '../ntag424/sun.ts';
import { formatTagUid, parseTagUid } from '../ntag424/uid.ts';
import { activatedRecord, endedRecord, registeredRecord, stolenRecord, tagRecord } from './record.ts';

type CardRecord = readonly CborValue[];

/** Whether it is a version 4 UUID (RFC 9562 §5.4). */
function isGuid(value: CborValue | undefined): value is Uint8Array {
  return value instanceof Uint8Array && value.length === 16 && value[6]! >> 4 === 4 && value[8]! >> 6 === 2;
}

/** The card that leaf `registeredLeaf` registered; `undefined` for a record that we never wrote. */
export function cardOfRegistration(record: CardRecord, registeredLeaf: number): Card | undefined {
  const [, act, text, holder, guid, day, registeredAt] = record;
  if (act !== 'card/registered' || record.length !== 7) return undefined;
  const number = typeof text === 'string' ? parseCardNumber(text) : undefined;
  const officialId = typeof holder === 'string' ? parseOfficialId(holder) : undefined;
  const expires = typeof day === 'string' ? parseDay(day) : undefined;
  // In the one spelling that we write.
  if (number === undefined || number !== text || officialId === undefined || officialId !== holder) return undefined;
  if (expires === undefined || !isGuid(guid)) return undefined;
  if (typeof registeredAt !== 'number' || !isTime(registeredAt)) return undefined;
  return { number, officialId, guid: toHex(guid), expires, state: 'registered', registeredAt, registeredLeaf };
}

function tagOf([uidBytes, name, keyVersion]: CardRecord): CardTag | undefined {
  const uid = uidBytes instanceof Uint8Array ? parseTagUid(uidBytes) : undefined;
  const batch = typeof name === 'string' ? parseTagBatch(name) : undefined;
  if (!uid || batch === undefined || typeof keyVersion !== 'number' || !isKeyVersion(keyVersion)) return undefined;
  return { uid: formatTagUid(uid), batch, keyVersion };
}

/** The first tag of a card, or the same one with newer keys: older ones may be known to somebody. */
function mayFollow(tag: CardTag, before: CardTag | undefined): boolean {
  return !before || (tag.uid === before.uid && tag.keyVersion > before.keyVersion);
}

/** The same tag as a record of activation tells it, or none in both. */
function isProvenWith([uid, batch, keyVersion]: CardRecord, tag: CardTag | undefined): boolean {
  if (!tag) return uid === null && batch === null && keyVersion === null;
  const isUid = uid instanceof Uint8Array && equal(uid, fromHex(tag.uid)!);
  return isUid && batch === tag.batch && keyVersion === tag.keyVersion;
}

/** An act about a card, in its turn; without its record where nobody can read that any more. */
export interface CardAct {
  readonly kind: LeafKind;
  readonly index: number;
  readonly record?: CardRecord;
}

/**
 * The card after a leaf about it. What no office would write then changes nothing. What makes a card worth less counts
 * unread, what makes it count has to be read.
 */
export function cardAfter(card: Card, { kind, index, record }: CardAct): Card {
  if (card.state === 'ended') return kind === LeafKind.cardStolen ? afterTheft(card, index, record) : card;
  if (kind === LeafKind.cardEnded) {
    const [, , , at, reason] = record ?? [];
    const isRead = typeof at === 'number' && isTime(at) && typeof reason === 'string' && isCardEndReason(reason);
    if (record && !isRead) return card;
    return { ...card, state: 'ended', endedLeaf: index, ...(isRead && { ended: { at, reason } }) };
  }
  if (!record || card.state !== 'registered') return card;
  if (kind === LeafKind.cardTagAssigned) {
    const tag = tagOf(record.slice(3));
    return tag && mayFollow(tag, card.tag) ? { ...card, tag, tagLeaf: index } : card;
  }
  const at = record[3];
  if (kind !== LeafKind.cardActivated || typeof at !== 'number' || !isTime(at)) return card;
  const certified = certifiedIn(record[7]);
  if (!certified || !isProvenWith(record.slice(4), card.tag)) return card;
  return { ...card, state: 'active', activatedAt: at, certified, activatedLeaf: index };
}

/** Digests of certificates, in order and none twice, as an activation tells them. */
function certifiedIn(value: CborValue | undefined): readonly string[] | undefined {
  if (!Array.isArray(value)) return undefined;
  const digests = (value as CardRecord).map((one) =>
    one instanceof Uint8Array && one.length === 32 ? toHex(one) : '',
  );
  const isInOrder = digests.every((one, i) => one !== '' && (i === 0 || digests[i - 1]! < one));
  return isInOrder ? digests : undefined;
}

/** A theft that is told after the end: once, and of a card that did not end for one. */
function afterTheft(card: Card, index: number, record: CardRecord | undefined): Card {
  if (endReasonOf(card) === 'stolen') return card;
  const at = record?.[3];
  const isRead = typeof at === 'number' && isTime(at);
  return record && !isRead ? card : { ...card, stolenLeaf: index, ...(isRead && { stolen: { at } }) };
}

/** How far the leaves that it names have brought a card. */
function stateOf({ activatedLeaf, endedLeaf }: Card): CardState {
  if (endedLeaf !== undefined) return 'ended';
  return activatedLeaf === undefined ? 'registered' : 'active';
}

const TAG = ['tag.uid', 'tag.batch', 'tag.keyVersion'];

/** What the row of a card says that the log holds. */
export function cardClaims(card: Card): RowClaims {
  const { registeredLeaf, tagLeaf, activatedLeaf, endedLeaf, stolenLeaf } = card;
  const claim = (
    field: string,
    leaf: number | undefined,
    told: () => Pick<ClaimedAct, 'kind' | 'record' | 'items'>,
  ): readonly ClaimedAct[] => (leaf === undefined ? [] : [{ field, leaf, ref: registeredLeaf, ...told() }]);
  const goTogether = (value: unknown, leaf: number | undefined): boolean =>
    (value === undefined) === (leaf === undefined);
  return {
    acts: [
      {
        field: 'registeredLeaf',
        leaf: registeredLeaf,
        kind: LeafKind.cardRegistered,
        record: registeredRecord(card),
        items: ['number', 'officialId', 'guid', 'expires', 'registeredAt'],
      },
      ...claim('tagLeaf', tagLeaf, () => ({
        kind: LeafKind.cardTagAssigned,
        record: tagRecord(card),
        items: ['number', ...TAG],
      })),
      ...claim('activatedLeaf', activatedLeaf, () => ({
        kind: LeafKind.cardActivated,
        record: activatedRecord(card),
        items: ['number', 'activatedAt', ...TAG, 'certified'],
      })),
      ...claim('endedLeaf', endedLeaf, () => ({
        kind: LeafKind.cardEnded,
        record: endedRecord(card),
        items: ['number', 'ended.at', 'ended.reason'],
      })),
      ...claim('stolenLeaf', stolenLeaf, () => ({
        kind: LeafKind.cardStolen,
        record: stolenRecord(card),
        items: ['number', 'stolen.at'],
      })),
    ],
    fields: {
      state: card.state === stateOf(card),
      tag: goTogether(card.tag, tagLeaf),
      activatedAt: goTogether(card.activatedAt, activatedLeaf),
      certified: goTogether(card.certified, activatedLeaf),
      ended: goTogether(card.ended, endedLeaf),
      stolen: goTogether(card.stolen, stolenLeaf) && (stolenLeaf === undefined || endedLeaf !== undefined),
    },
  };
}

/** Whose row an opened leaf of this folder is about. */
export function cardSubject([, act, number]: CardRecord): LeafSubject | undefined {
  if (typeof act !== 'string' || !act.startsWith('card/') || typeof number !== 'string') return undefined;
  return { noun: 'card', key: number };
}
