import { setImmediate } from 'node:timers/promises';
import type { Card } from '../../card/card.ts';
import type { CardStore } from '../../card/office/store.ts';
import type { Primitives } from '../../core/primitives.ts';
import { isActOf } from '../../log/act-shape.ts';
import type { AttemptStore } from '../../log/attempt.ts';
import { readRecord } from '../../log/claim.ts';
import { LeafKind } from '../../log/leaf.ts';
import type { Versioned } from '../../log/ledger.ts';
import { openedLeaf, openingMissing } from '../../log/vouch.ts';
import type { WitnessLog } from './first-leaves.ts';
import { LogWalk } from './log-walk.ts';
import { toldCard, type ToldCardOptions } from './told-card.ts';

/** As many are read before others may work. */
const PAGE = 64;

type Log = Pick<
  WitnessLog,
  'size' | 'leaf' | 'opening' | 'referring' | 'ofKinds' | 'isFirst' | 'firstOfCard' | 'hasCome'
>;

/** The rows, of which only the version is asked. */
export interface VersionedCards extends AttemptStore {
  find(number: string): Promise<Pick<Versioned<Card>, 'version'> | undefined>;
}

/**
 * Cards as their leaves say it: of a row nothing but its version is asked, so that no edit of one leads an act or an answer
 * astray, and the next act mends it. Kept up as the log grows. Memory: some 200 bytes for each card.
 */
export class LoggedCards implements CardStore {
  readonly #rows: VersionedCards;
  readonly #log: Log;
  readonly #primitives: Pick<Primitives, 'hmac'>;
  readonly #options: Pick<ToldCardOptions, 'acceptUnread'>;
  readonly #byGuid = new Map<string, string>();
  readonly #byOfficial = new Map<string, string[]>();
  readonly #byTag = new Map<string, string[]>();
  readonly #walk: LogWalk;

  constructor(
    rows: VersionedCards,
    log: Log,
    primitives: Pick<Primitives, 'hmac'>,
    options: Pick<ToldCardOptions, 'acceptUnread'> = {},
  ) {
    this.#rows = rows;
    this.#log = log;
    this.#primitives = primitives;
    this.#options = options;
    const kinds = [LeafKind.cardRegistered, LeafKind.cardTagAssigned];
    this.#walk = new LogWalk(log, kinds, (index) => this.#note(index));
  }

  async find(number: string): Promise<Versioned<Card> | undefined> {
    // First: of a card that changes meanwhile, what was read of it is of no version that can be written over.
    const version = (await this.#rows.find(number))?.version ?? 0;
    const card = await this.#told(await this.#log.firstOfCard(number));
    return card && { record: card, version };
  }

  async findByGuid(guid: string): Promise<Versioned<Card> | undefined> {
    await this.#walk.keepUp();
    const number = this.#byGuid.get(guid);
    return number === undefined ? undefined : this.find(number);
  }

  async findOfOfficial(officialId: string): Promise<Versioned<Card> | undefined> {
    await this.#walk.keepUp();
    for (const number of this.#byOfficial.get(officialId) ?? []) {
      const found = await this.find(number);
      if (found && found.record.state !== 'ended') return found;
    }
    return undefined;
  }

  async list(): Promise<readonly Card[]> {
    await this.#walk.keepUp();
    const cards: Card[] = [];
    // One by one: thousands at once would hold every record in memory, and let nobody else work.
    for (const [read, number] of [...this.#byGuid.values()].entries()) {
      if (read % PAGE === PAGE - 1) await setImmediate();
      const found = await this.find(number);
      if (found) cards.push(found.record);
    }
    return cards;
  }

  async listByTag(uid: string): Promise<readonly Card[]> {
    await this.#walk.keepUp();
    const found = await Promise.all((this.#byTag.get(uid) ?? []).map((number) => this.find(number)));
    return found.flatMap((one) => (one ? [one.record] : []));
  }

  findAttempt: CardStore['findAttempt'] = (key) => this.#rows.findAttempt(key);

  async #told(registeredLeaf: number | undefined): Promise<Card | undefined> {
    if (registeredLeaf === undefined) return undefined;
    return toldCard(this.#log, registeredLeaf, this.#primitives, this.#options);
  }

  async #note(index: number): Promise<void> {
    const opened = await openedLeaf(this.#log, index, this.#primitives);
    if (!opened) return this.#noteUnread(index);
    const { kind, ref, record: encoded } = opened;
    const record = readRecord(encoded) ?? [];
    if (!isActOf(kind, record)) return undefined;
    const isTag = kind === LeafKind.cardTagAssigned;
    const card = await this.#told(isTag ? ref : index);
    if (!card || (isTag ? card.tagLeaf !== index : !(await this.#log.isFirst(index)))) return undefined;
    if (card.tag && isTag) {
      const holders = listed(this.#byTag, card.tag.uid);
      // Each time that it was given keys has a leaf.
      if (!holders.includes(card.number)) holders.push(card.number);
    }
    if (isTag) return undefined;
    this.#byGuid.set(card.guid, this.#byGuid.get(card.guid) ?? card.number);
    listed(this.#byOfficial, card.officialId).push(card.number);
    return undefined;
  }

  /** It may have been of any card: only where nothing depends on it the walk goes on. */
  #noteUnread(index: number): undefined {
    return this.#options.acceptUnread ? undefined : openingMissing(index);
  }
}

function listed<Item>(lists: Map<string, Item[]>, key: string): Item[] {
  const list = lists.get(key) ?? [];
  lists.set(key, list);
  return list;
}
