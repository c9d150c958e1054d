import { setImmediate } from 'node:timers/promises';
import type { Primitives } from '../../core/primitives.ts';
import type { Distinctive } from '../../directory/distinctive/distinctive.ts';
import { distinctiveAfter, distinctiveOfGrant } from '../../directory/distinctive/replay.ts';
import type { DistinctiveStore } from '../../directory/distinctive/store.ts';
import { isActOf } from '../../log/act-shape.ts';
import type { AttemptStore } from '../../log/attempt.ts';
import { readRecord } from '../../log/record.ts';
import { LeafKind } from '../../log/leaf.ts';
import type { Versioned } from '../../log/ledger.ts';
import { openedLeaf, openingMissing } from '../../log/vouch.ts';
import type { WitnessLog } from './first-leaves.ts';
import { LogWalk } from './log-walk.ts';
import { openedRecord, toldAbout } from './witness.ts';

/** As many are read before others may work. */
const PAGE = 64;

type Log = Pick<
  WitnessLog,
  'size' | 'leaf' | 'opening' | 'referring' | 'ofKinds' | 'isFirst' | 'firstOfDistinctive' | 'hasCome'
>;

/** The rows, of which only the version is asked. */
export interface VersionedDistinctives extends AttemptStore {
  find(number: string): Promise<Pick<Versioned<Distinctive>, 'version'> | undefined>;
}

export interface ToldDistinctiveOptions {
  /** Also where nobody can read any more what was granted to somebody: it counts for nothing then. For answers, and for withdrawing. */
  readonly acceptUnread?: boolean;
}

/**
 * Distinctives as their leaves say it, as cards are (`LoggedCards`): of a row nothing but its version is asked. Kept up as the log
 * grows. Memory: some 100 bytes for each.
 */
export class LoggedDistinctives implements DistinctiveStore {
  readonly #rows: VersionedDistinctives;
  readonly #log: Log;
  readonly #primitives: Pick<Primitives, 'hmac'>;
  readonly #options: ToldDistinctiveOptions;
  readonly #numbers: string[] = [];
  readonly #byOfficial = new Map<string, string[]>();
  readonly #walk: LogWalk;

  constructor(
    rows: VersionedDistinctives,
    log: Log,
    primitives: Pick<Primitives, 'hmac'>,
    options: ToldDistinctiveOptions = {},
  ) {
    this.#rows = rows;
    this.#log = log;
    this.#primitives = primitives;
    this.#options = options;
    this.#walk = new LogWalk(log, [LeafKind.distinctiveGranted], (index) => this.#note(index));
  }

  async find(number: string): Promise<Versioned<Distinctive> | undefined> {
    // First: an act that comes between the two readings makes it stale, and nobody acts on what was before.
    const version = (await this.#rows.find(number))?.version ?? 0;
    const grantedLeaf = await this.#log.firstOfDistinctive(number);
    const record = grantedLeaf === undefined ? undefined : await this.#told(grantedLeaf);
    return record && { record, version };
  }

  async listOf(officialId: string): Promise<readonly Versioned<Distinctive>[]> {
    await this.#walk.keepUp();
    return this.#findAll(this.#byOfficial.get(officialId) ?? []);
  }

  async list(): Promise<readonly Distinctive[]> {
    await this.#walk.keepUp();
    return (await this.#findAll(this.#numbers)).map(({ record }) => record);
  }

  findAttempt: DistinctiveStore['findAttempt'] = (key) => this.#rows.findAttempt(key);

  /** One by one: thousands at once would hold every record in memory, and let nobody else work. */
  async #findAll(numbers: readonly string[]): Promise<readonly Versioned<Distinctive>[]> {
    const all: Versioned<Distinctive>[] = [];
    for (const [read, number] of [...numbers].entries()) {
      if (read % PAGE === PAGE - 1) await setImmediate();
      const found = await this.find(number);
      if (found) all.push(found);
    }
    return all;
  }

  async #told(grantedLeaf: number): Promise<Distinctive | undefined> {
    const record = await openedRecord(this.#log, grantedLeaf, this.#primitives);
    let distinctive = record && distinctiveOfGrant(record, grantedLeaf);
    for (const act of distinctive ? await toldAbout(this.#log, grantedLeaf, this.#primitives) : []) {
      distinctive = distinctiveAfter(distinctive!, act);
    }
    return distinctive;
  }

  async #note(index: number): Promise<void> {
    const opened = await openedLeaf(this.#log, index, this.#primitives);
    // It may have been granted to anybody.
    if (!opened) return this.#options.acceptUnread ? undefined : openingMissing(index);
    const record = readRecord(opened.record) ?? [];
    if (!isActOf(opened.kind, record) || !(await this.#log.isFirst(index))) return undefined;
    const distinctive = distinctiveOfGrant(record, index);
    if (!distinctive) return undefined;
    const { number, officialId } = distinctive;
    this.#numbers.push(number);
    const own = this.#byOfficial.get(officialId);
    if (own) own.push(number);
    else this.#byOfficial.set(officialId, [number]);
    return undefined;
  }
}
