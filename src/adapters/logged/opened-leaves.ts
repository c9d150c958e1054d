import type { CborValue } from '../../core/cbor.ts';
import type { Primitives } from '../../core/primitives.ts';
import { identityOf } from '../../directory/official.ts';
import { officialOfRecord } from '../../directory/replay.ts';
import { readRecord } from '../../log/record.ts';
import { LeafKind } from '../../log/leaf.ts';
import type { LogReader } from '../../log/ledger.ts';
import { openedLeaf, openingMissing, type OpenedLeaf } from '../../log/vouch.ts';
import { LogWalk } from './log-walk.ts';
import { isOurAct, OFFICIAL_KINDS } from './witness.ts';

type Log = Pick<LogReader, 'size' | 'leaf' | 'opening' | 'ofKinds'>;

/** Records that are kept after they were shown to be what their leaf commits to: no leaf ever commits to another. */
const MOST_KEPT = 1024;

/** The leaves of one log that were opened, and what the directory is called in them. */
export class OpenedLeaves {
  readonly #log: Log;
  readonly #primitives: Pick<Primitives, 'hmac'>;
  readonly #kept = new Map<number, OpenedLeaf>();
  /** The leaf that set each unit last. */
  readonly #units = new Map<string, number>();
  /** Ids of the officials who were ever called so. */
  readonly #identities = new Map<string, Set<string>>();
  readonly #unitWalk: LogWalk;
  readonly #officialWalk: LogWalk;

  constructor(log: Log, primitives: Pick<Primitives, 'hmac'>) {
    this.#log = log;
    this.#primitives = primitives;
    this.#unitWalk = new LogWalk(log, [LeafKind.unitSet], async (index) => {
      const [, , code] = (await this.#actOf(index)) ?? [];
      if (typeof code === 'string') this.#units.set(code, index);
    });
    this.#officialWalk = new LogWalk(log, OFFICIAL_KINDS, async (index) => {
      const recorded = officialOfRecord((await this.#actOf(index)) ?? []);
      if (!recorded) return;
      const identity = identityOf(recorded);
      const known = this.#identities.get(identity);
      if (known) known.add(recorded.id);
      else this.#identities.set(identity, new Set([recorded.id]));
    });
  }

  /** The leaf with the record that it commits to; `undefined` where the record is gone or another one. */
  async open(index: number | undefined): Promise<OpenedLeaf | undefined> {
    const kept = this.#kept.get(index ?? -1);
    if (kept || index === undefined) return kept;
    const opened = await openedLeaf(this.#log, index, this.#primitives);
    if (!opened) return undefined;
    if (this.#kept.size >= MOST_KEPT) this.#kept.delete(this.#kept.keys().next().value!);
    this.#kept.set(index, opened);
    return opened;
  }

  /** @throws Refusal `log/opening-missing` where a record that might be of this unit is gone */
  async lastOfUnit(code: string): Promise<number | undefined> {
    await this.#unitWalk.keepUp();
    return this.#units.get(code);
  }

  /** The codes of all units. @throws Refusal likewise */
  async units(): Promise<readonly string[]> {
    await this.#unitWalk.keepUp();
    return [...this.#units.keys()];
  }

  /** The ids of the officials who are or were called so. @throws Refusal likewise */
  async everCalled(identity: string): Promise<readonly string[]> {
    await this.#officialWalk.keepUp();
    return [...(this.#identities.get(identity) ?? [])];
  }

  async #actOf(index: number): Promise<readonly CborValue[] | undefined> {
    const opened = (await this.open(index)) ?? openingMissing(index);
    const record = readRecord(opened.record) ?? [];
    return isOurAct(opened.kind, record) ? record : undefined;
  }
}

/** How many leaves refer to these of a row; there is none to refer to where the row lacks one. */
export async function saidOf(
  log: Pick<LogReader, 'referring'>,
  ...leaves: readonly (number | undefined)[]
): Promise<number> {
  let count = 0;
  for (const leaf of leaves) if (leaf !== undefined) count += (await log.referring(leaf)).length;
  return count;
}
