import { setImmediate } from 'node:timers/promises';
import type { Card } from '../../card/card.ts';
import type { CardStore } from '../../card/office/store.ts';
import type { Primitives } from '../../core/primitives.ts';
import { isRefusal } from '../../core/refusal.ts';
import { takingTurns } from '../../core/turns.ts';
import type { AttemptStore } from '../../log/attempt.ts';
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
  'size' | 'leaf' | 'opening' | 'referring' | 'ofKinds' | 'isFirst' | 'firstOfCard' | 'firstReadOfCard' | 'hasCome'
>;

/** The rows, of which only the version is asked. */
export interface VersionedCards extends AttemptStore {
  find(number: string): Promise<Pick<Versioned<Card>, 'version'> | undefined>;
}

interface Registration {
  readonly leaf: number;
  readonly number: string;
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
  readonly #byGuid = new Map<string, Registration>();
  /** GUIDs. */
  readonly #byOfficial = new Map<string, Set<string>>();
  /** GUIDs. */
  readonly #byTag = new Map<string, Set<string>>();
  /** Whose record, or that of their card, was gone when they were read: what is put back is told again. */
  readonly #unread = new Set<number>();
  readonly #inTurn = takingTurns();
  readonly #walk: LogWalk;

  /** @param options with `acceptUnread` what is not looked for by its number is told also behind a registration that is gone */
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

  find(number: string): Promise<Versioned<Card> | undefined> {
    return this.#versioned(number, () => this.#log.firstOfCard(number));
  }

  async findByGuid(guid: string): Promise<Versioned<Card> | undefined> {
    await this.#keepUp();
    return this.#registered(this.#byGuid.get(guid));
  }

  async findOfOfficial(officialId: string): Promise<Versioned<Card> | undefined> {
    await this.#keepUp();
    for (const registration of this.#inOrder(this.#byOfficial.get(officialId))) {
      const found = await this.#registered(registration);
      if (found && found.record.state !== 'ended') return found;
    }
    return undefined;
  }

  async list(): Promise<readonly Card[]> {
    await this.#keepUp();
    const cards: Card[] = [];
    // One by one: thousands at once would hold every record in memory, and let nobody else work.
    for (const [read, registration] of this.#inOrder(this.#byGuid.keys()).entries()) {
      if (read % PAGE === PAGE - 1) await setImmediate();
      const found = await this.#readable(registration);
      if (found) cards.push(found.record);
    }
    return cards;
  }

  async listByTag(uid: string): Promise<readonly Card[]> {
    await this.#keepUp();
    const registrations = this.#inOrder(this.#byTag.get(uid));
    const found = await Promise.all(registrations.map((registration) => this.#readable(registration)));
    const cards = found.flatMap((one) => (one?.record.tag?.uid === uid ? [one.record] : []));
    return cards.toSorted((one, other) => one.tagLeaf! - other.tagLeaf!);
  }

  /** @throws Refusal `log/opening-missing` where a record that made some tag part of some card is gone, or that of its card */
  async expectReadTags(): Promise<void> {
    await this.#keepUp();
    for (const index of this.#unread) {
      if ((await this.#log.leaf(index))?.kind === LeafKind.cardTagAssigned) openingMissing(index);
    }
  }

  findAttempt: CardStore['findAttempt'] = (key) => this.#rows.findAttempt(key);

  async #keepUp(): Promise<void> {
    await this.#walk.keepUp();
    if (this.#unread.size > 0) await this.#inTurn(() => this.#readAgain());
  }

  async #readAgain(): Promise<void> {
    for (const [read, index] of [...this.#unread].entries()) {
      if (read % PAGE === PAGE - 1) await setImmediate();
      await this.#note(index);
    }
  }

  #inOrder(guids: Iterable<string> = []): readonly Registration[] {
    const registrations = [...guids].map((guid) => this.#byGuid.get(guid)!);
    return registrations.toSorted((one, other) => one.leaf - other.leaf);
  }

  async #registered(registration: Registration | undefined): Promise<Versioned<Card> | undefined> {
    return registration && this.#versioned(registration.number, async () => registration.leaf);
  }

  async #versioned(
    number: string,
    registered: () => Promise<number | undefined>,
  ): Promise<Versioned<Card> | undefined> {
    // First: of a card that changes meanwhile, what was read of it is of no version that can be written over.
    const version = (await this.#rows.find(number))?.version ?? 0;
    const leaf = await registered();
    const card = await this.#told(leaf);
    // That there was none is not told of one whose registration is gone since it was read.
    if (!card && leaf !== undefined && !(await openedLeaf(this.#log, leaf, this.#primitives))) openingMissing(leaf);
    return card && { record: card, version };
  }

  /** For lists: one whose registration is gone is left out, where nothing depends on it. */
  async #readable(registration: Registration): Promise<Versioned<Card> | undefined> {
    try {
      return await this.#registered(registration);
    } catch (error) {
      if (!this.#options.acceptUnread || !isRefusal(error, 'log/opening-missing')) throw error;
      return undefined;
    }
  }

  async #told(registeredLeaf: number | undefined): Promise<Card | undefined> {
    if (registeredLeaf === undefined) return undefined;
    return toldCard(this.#log, registeredLeaf, this.#primitives, this.#options);
  }

  async #note(index: number): Promise<void> {
    const { kind, ref } = (await this.#log.leaf(index)) ?? {};
    const registered = kind === LeafKind.cardTagAssigned ? ref : index;
    if (registered === undefined || !(await this.#isRead(index, registered))) return;
    // Which card it is; what else is gone of it stops what is asked of that card alone.
    const card = await toldCard(this.#log, registered, this.#primitives, { acceptUnread: true });
    if (!card) return;
    if (registered === index) return this.#noteRegistration(card, index);
    // That of a copy of a registration is of no card.
    if (card.tagLeaf !== index || this.#byGuid.get(card.guid)?.leaf !== registered) return;
    listed(this.#byTag, card.tag!.uid).add(card.guid);
  }

  async #noteRegistration({ number, guid, officialId }: Card, leaf: number): Promise<void> {
    if ((await this.#log.firstReadOfCard(number)) !== leaf) return;
    const present = this.#byGuid.get(guid);
    if (present && present.leaf < leaf) return;
    this.#byGuid.set(guid, { leaf, number });
    listed(this.#byOfficial, officialId).add(guid);
  }

  /** Whether all of these can be read; where not, it may have been of any card: only where nothing depends on it the walk goes on. */
  async #isRead(index: number, registered: number): Promise<boolean> {
    for (const leaf of [registered, index]) {
      if (await openedLeaf(this.#log, leaf, this.#primitives)) continue;
      if (!this.#options.acceptUnread) openingMissing(leaf);
      this.#unread.add(index);
      return false;
    }
    this.#unread.delete(index);
    return true;
  }
}

function listed(lists: Map<string, Set<string>>, key: string): Set<string> {
  const list = lists.get(key) ?? new Set();
  lists.set(key, list);
  return list;
}
