import type { Primitives } from '../../core/primitives.ts';
import { dayInMexicoCity, startOfDay, unixSeconds, type CalendarDay, type UnixSeconds } from '../../core/time.ts';
import { credentialOfIntent, type RecordedCredential } from '../../credential/replay.ts';
import { officialOfRecord } from '../../directory/replay.ts';
import { isActOf } from '../../log/act-shape.ts';
import { readRecord } from '../../log/record.ts';
import { LeafKind } from '../../log/leaf.ts';
import { openedLeaf, openingMissing, type OpenedLeaf } from '../../log/vouch.ts';
import type { WitnessLog } from './first-leaves.ts';
import { LogWalk } from './log-walk.ts';

type Log = Pick<WitnessLog, 'size' | 'leaf' | 'opening' | 'ofKinds' | 'isFirst' | 'firstOfOfficial' | 'hasCome'>;

const EPOCH = '1970-01-02';

/** A credential whose holder has left. */
export interface EndedCredential extends RecordedCredential {
  readonly since: UnixSeconds;
}

/**
 * Whose credentials no longer count because they left, by the log alone: rows of officials and credentials that somebody took
 * away hide nobody. Kept up as the log grows, each leaf opened once. Memory: an entry for each credential.
 */
export class EndedHolders {
  readonly #log: Log;
  /** By official. */
  readonly #credentials = new Map<string, RecordedCredential[]>();
  readonly #ends = new Map<string, CalendarDay>();
  readonly #walk: LogWalk;

  constructor(log: Log, primitives: Pick<Primitives, 'hmac'>) {
    this.#log = log;
    this.#walk = new LogWalk(log, [LeafKind.credentialIntent, LeafKind.officialEnded], async (index) =>
      this.#note(index, (await openedLeaf(log, index, primitives)) ?? openingMissing(index)),
    );
  }

  /** @throws Refusal `log/opening-missing` where a record that might tell of one is gone */
  async credentials(at: UnixSeconds): Promise<readonly EndedCredential[]> {
    await this.#walk.keepUp();
    const today = dayInMexicoCity(at);
    return [...this.#ends].flatMap(([official, on]) => (on > today ? [] : this.#credentialsOf(official, on)));
  }

  /** Who has left by then. @throws Refusal likewise */
  async officials(at: UnixSeconds): Promise<ReadonlySet<string>> {
    await this.#walk.keepUp();
    const today = dayInMexicoCity(at);
    return new Set([...this.#ends].flatMap(([official, on]) => (on > today ? [] : [official])));
  }

  #credentialsOf(official: string, on: CalendarDay): readonly EndedCredential[] {
    // Before 1970 there are no times.
    const since = on < EPOCH ? unixSeconds(0) : startOfDay(on);
    return (this.#credentials.get(official) ?? []).map((one) => ({ ...one, since }));
  }

  /** What opens to something else was appended by somebody else, and says nothing. */
  async #note(index: number, { kind, ref, record: encoded }: OpenedLeaf): Promise<void> {
    const record = readRecord(encoded) ?? [];
    if (!isActOf(kind, record)) return;
    if (kind === LeafKind.credentialIntent) {
      const credential = credentialOfIntent(record);
      if (!credential || !(await this.#log.isFirst(index))) return;
      const own = this.#credentials.get(credential.officialId);
      if (own) own.push(credential);
      else this.#credentials.set(credential.officialId, [credential]);
      return;
    }
    const mandate = officialOfRecord(record);
    if (!mandate?.ended || ref === undefined || ref !== (await this.#log.firstOfOfficial(mandate.id))) return;
    const { on } = mandate.ended;
    const said = this.#ends.get(mandate.id);
    // An end may be said again until its day has come.
    if (said !== undefined && on > said && (await this.#log.hasCome(said, index))) return;
    this.#ends.set(mandate.id, on);
  }
}
