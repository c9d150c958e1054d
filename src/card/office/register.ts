import { toHex } from '../../core/bytes.ts';
import { encodeCbor } from '../../core/cbor.ts';
import type { Primitives } from '../../core/primitives.ts';
import type { Random } from '../../core/random.ts';
import { Refusal } from '../../core/refusal.ts';
import { dayInMexicoCity, unixSeconds, type CalendarDay, type Clock, type UnixSeconds } from '../../core/time.ts';
import { holderOf } from '../../credential/issue.ts';
import { mentionOfficial } from '../../directory/mention.ts';
import { parseOfficialId, type Official } from '../../directory/official.ts';
import type { DirectoryStore } from '../../directory/store.ts';
import { findEarlier } from '../../log/attempt.ts';
import type { LogCode } from '../../log/code.ts';
import { LeafKind, NO_ISSUER, type Evidence } from '../../log/leaf.ts';
import type { Ledger, Versioned } from '../../log/ledger.ts';
import { untilFresh } from '../../log/retry.ts';
import { drawCardNumber, type Card, type CardRegisterCode } from '../card.ts';
import { makeGuid } from '../piv/chuid.ts';
import { registeredRecord } from './record.ts';
import type { CardStore, CardWrite } from './store.ts';

export interface CardDeps {
  readonly store: CardStore;
  readonly directory: DirectoryStore;
  readonly ledger: Ledger<CardWrite>;
  readonly clock: Clock;
  readonly random: Random;
  readonly primitives: Primitives;
  readonly evidence: Evidence;
}

/** As long as the certificates of a card may live. */
export const CARD_DAYS: number = 3 * 365;

/** The last day of a card that is registered at `at`: nothing on it outlives the mandate of its holder. */
export function lastDayOfCard({ validUntil }: Pick<Official, 'validUntil'>, at: UnixSeconds): CalendarDay {
  const own = dayInMexicoCity(unixSeconds(at + (CARD_DAYS - 1) * 86_400));
  return validUntil !== undefined && validUntil < own ? validUntil : own;
}

/**
 * Registers a card for somebody with a mandate today, before anything is written on a chip. A retry with the same key finds what the
 * first try made.
 * @throws Refusal `card/has-one`, `credential/official-unknown`, `credential/no-mandate`, `log/retry-differs`
 */
export function registerCard(
  deps: CardDeps,
  { officialId, idempotencyKey }: { readonly officialId: string; readonly idempotencyKey: string },
): Promise<Card> {
  const { store, random, primitives } = deps;
  const attemptKey = `card/${idempotencyKey}`;
  const requestDigest = primitives.digest('SHA-256', encodeCbor([1, 'card/request', officialId]));
  return untilFresh(async () => {
    const madeEarlier = async (): Promise<Card | undefined> => {
      const number = await findEarlier(store, attemptKey, requestDigest);
      return number === undefined ? undefined : madeFor(officialId, (await getCard(store, number)).record);
    };
    const earlier = await madeEarlier();
    if (earlier) return earlier;
    const registeredAt = deps.clock();
    const official = await holderOf(deps, { officialId, kind: 'staff' }, registeredAt);
    const { id } = official.record;
    const present = await store.findOfOfficial(id);
    // It may be what the first try with this key made meanwhile.
    const meanwhile = present && (await madeEarlier());
    if (meanwhile) return meanwhile;
    if (present) refuseSecond(present.record);
    const card: Card = {
      number: drawCardNumber(random),
      officialId: id,
      guid: toHex(makeGuid(random)),
      expires: lastDayOfCard(official.record, registeredAt),
      state: 'registered',
      registeredAt,
      registeredLeaf: -1,
    };
    const mention = mentionOfficial(official, primitives);
    const { index } = await deps.ledger.commit({
      leaf: {
        kind: LeafKind.cardRegistered,
        issuer: NO_ISSUER,
        record: registeredRecord(card),
        salt: random(32),
        subjectTag: mention.subjectTag,
        evidence: deps.evidence,
      },
      writes: [
        { put: 'card', key: card.number, record: card, ifVersion: 0, leafAs: 'registeredLeaf' },
        { put: 'attempt', key: attemptKey, record: { requestDigest, made: card.number }, ifVersion: 0 },
        mention.write,
      ],
    });
    return { ...card, registeredLeaf: index };
  });
}

/** A row that says what an earlier try made may have been edited to name another card. */
function madeFor(officialId: string, card: Card): Card {
  if (card.officialId === parseOfficialId(officialId)) return card;
  const facts = { number: card.number, index: card.registeredLeaf };
  throw new Refusal<LogCode>('log/corrupt', 'the card that an earlier try is said to have made is another', facts);
}

function refuseSecond({ officialId, number, state }: Card): never {
  const facts = { official: officialId, number, state };
  throw new Refusal<CardRegisterCode>('card/has-one', `${officialId} has a card that is ${state}`, facts);
}

/** @throws Refusal `card/not-found` */
export async function getCard(store: Pick<CardStore, 'find'>, number: string): Promise<Versioned<Card>> {
  const found = await store.find(number);
  if (found) return found;
  throw new Refusal<CardRegisterCode>('card/not-found', 'no such card', { asked: number.slice(0, 40) });
}

/** @throws Refusal `card/ended`, `card/already-active` unless the card may still be written */
export function refuseUnlessRegistered({ number, state, ended }: Card): void {
  if (state === 'ended') {
    const facts = { number, ...(ended && { reason: ended.reason }) };
    throw new Refusal<CardRegisterCode>('card/ended', 'the card was ended', facts);
  }
  if (state === 'active') throw new Refusal<CardRegisterCode>('card/already-active', 'the card is active', { number });
}
