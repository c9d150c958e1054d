import { toHex } from '../../core/bytes.ts';
import type { CborValue } from '../../core/cbor.ts';
import type { Primitives } from '../../core/primitives.ts';
import { isRefusal } from '../../core/refusal.ts';
import type { CalendarDay } from '../../core/time.ts';
import { credentialOfIntent, type RecordedCredential } from '../../credential/replay.ts';
import { isActOf } from '../../log/act-shape.ts';
import type { LeafSubject } from '../../log/claim.ts';
import { readRecord } from '../../log/record.ts';
import { LeafKind } from '../../log/leaf.ts';
import type { LogReader } from '../../log/ledger.ts';
import { openedLeaf, openingMissing, type OpenedLeaf } from '../../log/vouch.ts';
import { LogWalk } from './log-walk.ts';
import { subjectOf } from './subject.ts';
import { tellsOf } from './times.ts';

/** The log, and which of its leaves are the first of what they are about. */
export interface WitnessLog extends LogReader {
  /**
   * Whether leaf `index` registered or prepared something of which no earlier leaf told: an authority, an official, a
   * credential, a card, a distinctive, a letter. Acts about it refer to this leaf alone, so that a row which names a copy of it names nothing.
   * @throws Refusal `log/opening-missing` where its record is gone, or that of an earlier leaf of its kind, which may be of the same
   */
  isFirst(index: number): Promise<boolean>;
  /** The first leaf of this official. @throws Refusal `log/opening-missing` where a record that might be of them is gone */
  firstOfOfficial(id: string): Promise<number | undefined>;
  /** The first leaf of the credential with this serial number. @throws Refusal `log/opening-missing` likewise */
  firstOfCredential(serial: string): Promise<number | undefined>;
  /** The first leaf of the letter with this id. @throws Refusal `log/opening-missing` likewise */
  firstOfLetter(id: string): Promise<number | undefined>;
  /**
   * The leaf that registered the card of this number: none where a distinctive had that number before, as both are printed and asked for
   * alike. @throws Refusal `log/opening-missing` likewise
   */
  firstOfCard(number: string): Promise<number | undefined>;
  /** The same among those that can be read, also behind a record that is gone: for what is listed, not for what is asked for by its number. */
  firstReadOfCard(number: string): Promise<number | undefined>;
  /** The leaf that granted the distinctive of this number: none where a card had it before. @throws Refusal `log/opening-missing` likewise */
  firstOfDistinctive(number: string): Promise<number | undefined>;
  /**
   * The leaf that registered the card with this GUID (32 hexadecimal digits), also behind a record that is gone: offices draw GUIDs.
   * @throws Refusal `log/opening-missing` where none that can be read is of it, and one is gone
   */
  firstOfGuid(guid: string): Promise<number | undefined>;
  /** All that was prepared for this official, in order. @throws Refusal `log/opening-missing` where a record that might be of them is gone */
  credentialsOf(officialId: string): Promise<readonly RecordedCredential[]>;
  /** Whether acts that were committed before leaf `before` tell that this day had come by then. */
  hasCome(day: CalendarDay, before: number): Promise<boolean>;
}

const FIRST_KINDS: readonly LeafKind[] = [
  LeafKind.authorityCreated,
  LeafKind.officialRegistered,
  LeafKind.credentialIntent,
  LeafKind.cardRegistered,
  LeafKind.distinctiveGranted,
  LeafKind.oficioIntent,
];

/** What bears a printed number: of two the one that had it first counts, whatever each of them is. */
const WORN: Readonly<Record<'card' | 'distinctive', LeafKind>> = {
  card: LeafKind.cardRegistered,
  distinctive: LeafKind.distinctiveGranted,
};

/**
 * `log` as a witness: which leaves are first is kept up as it grows, each opened once. Memory: some 100 bytes for each
 * letter, credential and official.
 */
export function witnessLog(log: LogReader, primitives: Pick<Primitives, 'hmac'>): WitnessLog {
  const byKey = new Map<string, number>();
  const first = new Set<number>();
  const worn = new Map<number, LeafSubject>();
  const byHolder = new Map<string, RecordedCredential[]>();
  const come = new Map<string, Promise<boolean>>();

  async function note(index: number): Promise<void> {
    const leaf = await log.leaf(index);
    // Of what nobody can read any more, nothing may take the place: who erased it may have had a reason.
    const opened = leaf && ((await openedLeaf(log, index, primitives)) ?? openingMissing(index));
    const told = opened && subjectOfFirst(opened);
    if (!told || byKey.has(keyOf(told.subject))) return;
    const { subject, record } = told;
    byKey.set(keyOf(subject), index);
    first.add(index);
    if (Object.hasOwn(WORN, subject.noun)) worn.set(index, subject);
    const guid = guidOf(told);
    if (guid && !byKey.has(keyOf(guid))) byKey.set(keyOf(guid), index);
    const credential = credentialOfIntent(record);
    if (!credential) return;
    const own = byHolder.get(credential.officialId);
    if (own) own.push(credential);
    else byHolder.set(credential.officialId, [credential]);
  }

  const readable = {
    card: new ReadableFirsts(log, WORN.card, primitives),
    distinctive: new ReadableFirsts(log, WORN.distinctive, primitives),
  };

  // Each kind by itself: what is gone of one stops no other.
  const walks = new Map(FIRST_KINDS.map((kind) => [kind, new LogWalk(log, [kind], note)]));

  /** Nothing after what is gone takes the place of what came before it. */
  async function firstOf(kind: LeafKind, subject: LeafSubject): Promise<number | undefined> {
    const key = keyOf(subject);
    try {
      await walks.get(kind)!.keepUp();
    } catch (error) {
      if (!isRefusal(error, 'log/opening-missing') || !byKey.has(key)) throw error;
    }
    return byKey.get(key);
  }

  /** Where records of the other noun are gone, all those that can be read are gone by, also behind them. */
  async function isTakenBefore(index: number): Promise<boolean> {
    const own = worn.get(index);
    if (!own) return false;
    const noun = own.noun === 'card' ? 'distinctive' : 'card';
    const other = keyOf({ noun, key: own.key });
    try {
      await walks.get(WORN[noun])!.keepUp();
    } catch (error) {
      if (!isRefusal(error, 'log/opening-missing')) throw error;
      const read = byKey.get(other) ?? (await readable[noun].find(other));
      return (read ?? Infinity) < index;
    }
    return (byKey.get(other) ?? Infinity) < index;
  }

  async function firstWorn(noun: keyof typeof WORN, key: string): Promise<number | undefined> {
    const index = await firstOf(WORN[noun], { noun, key });
    return index === undefined || (await isTakenBefore(index)) ? undefined : index;
  }

  return {
    ...log,
    async isFirst(index) {
      if (first.has(index)) return !(await isTakenBefore(index));
      const leaf = await log.leaf(index);
      const walk = leaf && walks.get(leaf.kind);
      try {
        await walk?.keepUp();
      } catch (error) {
        // Of the leaves before the one that is gone, all is known; of itself nothing, and it may be put back.
        if (!isRefusal(error, 'log/opening-missing') || walk!.next <= index) throw error;
      }
      return first.has(index) && !(await isTakenBefore(index));
    },
    firstOfOfficial: (id) => firstOf(LeafKind.officialRegistered, { noun: 'official', key: id }),
    firstOfCredential: (serial) => firstOf(LeafKind.credentialIntent, { noun: 'credential', key: serial }),
    firstOfCard: (number) => firstWorn('card', number),
    async firstReadOfCard(number) {
      try {
        return await firstWorn('card', number);
      } catch (error) {
        if (!isRefusal(error, 'log/opening-missing')) throw error;
        return readable.card.find(keyOf({ noun: 'card', key: number }));
      }
    },
    firstOfDistinctive: (number) => firstWorn('distinctive', number),
    async firstOfGuid(guid) {
      const key = keyOf({ noun: GUID, key: guid });
      try {
        await walks.get(LeafKind.cardRegistered)!.keepUp();
      } catch (error) {
        if (!isRefusal(error, 'log/opening-missing')) throw error;
        return (
          byKey.get(key) ?? (await readable.card.find(key)) ?? openingMissing(walks.get(LeafKind.cardRegistered)!.next)
        );
      }
      return byKey.get(key);
    },
    firstOfLetter: (id) => firstOf(LeafKind.oficioIntent, { noun: 'oficio', key: id }),
    async credentialsOf(id) {
      await walks.get(LeafKind.credentialIntent)!.keepUp();
      return byHolder.get(id) ?? [];
    },
    hasCome: (day, before) => {
      const key = `${day} ${before}`;
      const answer = come.get(key) ?? tellsOf(log, day, before, primitives);
      // What came before a leaf stays before it.
      come.set(key, answer);
      answer.catch(() => come.delete(key));
      return answer;
    },
  };
}

/**
 * The first leaves of one kind among those that can be read, whatever is gone between them: only what is gone itself is not known.
 * That is asked for anew each time, as it may be put back. Memory: as the log of one kind, from the first question on.
 */
class ReadableFirsts {
  readonly #log: LogReader;
  readonly #primitives: Pick<Primitives, 'hmac'>;
  readonly #walk: LogWalk;
  readonly #first = new Map<string, number>();
  readonly #gone = new Set<number>();

  constructor(log: LogReader, kind: LeafKind, primitives: Pick<Primitives, 'hmac'>) {
    this.#log = log;
    this.#primitives = primitives;
    this.#walk = new LogWalk(log, [kind], (index) => this.#note(index));
  }

  async find(key: string): Promise<number | undefined> {
    for (const index of [...this.#gone]) await this.#note(index);
    await this.#walk.keepUp();
    return this.#first.get(key);
  }

  async #note(index: number): Promise<void> {
    const opened = await openedLeaf(this.#log, index, this.#primitives);
    if (!opened) {
      this.#gone.add(index);
      return;
    }
    this.#gone.delete(index);
    const told = subjectOfFirst(opened);
    for (const subject of told ? [told.subject, guidOf(told)] : []) {
      if (subject) this.#first.set(keyOf(subject), Math.min(index, this.#first.get(keyOf(subject)) ?? Infinity));
    }
  }
}

interface ToldFirst {
  readonly subject: LeafSubject;
  readonly record: readonly CborValue[];
}

/** What a leaf registers or prepares; `undefined` where it is no such act. */
function subjectOfFirst({ kind, ref, record: encoded }: OpenedLeaf): ToldFirst | undefined {
  const record = ref === undefined ? (readRecord(encoded) ?? []) : [];
  const subject = isActOf(kind, record) ? subjectOf(record) : undefined;
  return subject && { subject, record };
}

/** Cards are looked for by what certificates say of them as well. */
const GUID = 'card-guid';

function guidOf({ subject, record: [, , , , guid] }: ToldFirst): LeafSubject | undefined {
  return subject.noun === 'card' && guid instanceof Uint8Array ? { noun: GUID, key: toHex(guid) } : undefined;
}

function keyOf({ noun, key }: LeafSubject): string {
  return `${noun}/${key}`;
}
