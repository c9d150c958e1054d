import { CertifiedKeys } from '../../credential/certified-keys.ts';
import type { LastAct } from '../../directory/replay.ts';
import { isActOf } from '../../log/act-shape.ts';
import type { LeafSubject, RegisterFinding } from '../../log/claim.ts';
import { readRecord } from '../../log/record.ts';
import { leafHead, LeafKind } from '../../log/leaf.ts';
import type { LogReader } from '../../log/ledger.ts';
import { Numbering, type LoggedSeries } from '../../oficio/numbering.ts';
import { subjectOf } from '../logged/subject.ts';

/** Nouns whose rows do not name their leaf, by the kind that sets them. Few: units, series, charters. */
const STANDING: ReadonlySet<LeafKind> = new Set([LeafKind.unitSet, LeafKind.folioSeriesSet, LeafKind.charterPublished]);

/** What is judged by all leaves before it, not by those about its own row alone. */
const ORDERED: ReadonlySet<LeafKind> = new Set([
  LeafKind.oficioIntent,
  LeafKind.folioSeriesSet,
  LeafKind.credentialIntent,
  LeafKind.credentialRevoked,
]);

/** What the leaves of a log tell in their order, up to the one that was read last. */
export class ReplayedLog {
  readonly #log: LogReader;
  readonly #standing = new Map<string, number>();
  readonly #lastActs = new Map<number, LastAct>();
  readonly #numbering = new Numbering();
  readonly #keys = new CertifiedKeys();
  #size = 0;

  constructor(log: LogReader) {
    this.#log = log;
  }

  /** How many leaves were read. */
  get size(): number {
    return this.#size;
  }

  /** The leaf that set a standing noun last. */
  standing({ noun, key }: LeafSubject): number | undefined {
    return this.#standing.get(`${noun} ${key}`);
  }

  /** The last leaf about an official, by that of the registration. */
  lastAbout(leaf: number): LastAct | undefined {
    return this.#lastActs.get(leaf);
  }

  series(unit: string, year: number): LoggedSeries {
    return this.#numbering.of(unit, year);
  }

  /** Reads on to the end of the log: the acts among what is new that were not allowed by then. */
  async read(): Promise<readonly RegisterFinding[]> {
    const findings: RegisterFinding[] = [];
    const { size } = await this.#log.storedHead();
    while (this.#size < size) {
      const entries = await this.#log.storedEntries(this.#size, size);
      if (entries.length === 0) break;
      for (const { index, entry } of entries) {
        const { kind, ref } = leafHead(entry) ?? {};
        if (kind !== undefined) findings.push(...(await this.#open(index, kind, ref)));
      }
      this.#size = entries.at(-1)!.index + 1;
    }
    return findings;
  }

  /** Leaves that are of no act are named elsewhere, and tell nothing. */
  async #open(leaf: number, kind: LeafKind, ref: number | undefined): Promise<readonly RegisterFinding[]> {
    const isOfficial = kind === LeafKind.officialChanged || kind === LeafKind.officialEnded;
    if (!isOfficial && !STANDING.has(kind) && !ORDERED.has(kind)) return [];
    const opening = await this.#log.opening(leaf);
    const record = opening && (readRecord(opening.record) ?? []);
    if (record && !isActOf(kind, record)) return [];
    if (isOfficial && ref !== undefined) this.#lastActs.set(ref, { leaf, kind });
    if (!record) {
      if (kind === LeafKind.credentialRevoked) this.#keys.addUnreadRevocation();
      return [];
    }
    const subject = STANDING.has(kind) ? subjectOf(record) : undefined;
    const name = subject && `${subject.noun} ${subject.key}`;
    // A charter is published once: what somebody appends later is none.
    if (name && !(kind === LeafKind.charterPublished && this.#standing.has(name))) this.#standing.set(name, leaf);
    if (!ORDERED.has(kind)) return [];
    const faults = [...this.#numbering.add(record), ...this.#keys.add(record)];
    return faults.map((fault) => ({ problem: 'act-not-allowed', ...fault, leaf }));
  }
}
