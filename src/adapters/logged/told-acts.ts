import { setImmediate } from 'node:timers/promises';
import { EvidenceKind, readAuthorisation, readSession, type AssertedBy } from '../../access/evidence.ts';
import { judgeAct, type JudgeDeps, type Unauthorised } from '../../access/judge.ts';
import { readAccessEnd, readEnrolled, readRoles } from '../../access/record.ts';
import { REQUIREMENTS } from '../../access/requirement.ts';
import type { RoleGrant } from '../../access/role.ts';
import type { ActAbout, ActQuery, NamedPerson, OpenedAct, ToldAct, ToldActs } from '../../access/told-act.ts';
import type { CborValue } from '../../core/cbor.ts';
import type { Primitives } from '../../core/primitives.ts';
import { Refusal } from '../../core/refusal.ts';
import { dayInMexicoCity, type CalendarDay, type UnixSeconds } from '../../core/time.ts';
import type { OfficialId } from '../../directory/official.ts';
import type { DirectoryStore } from '../../directory/store.ts';
import type { LogCode } from '../../log/code.ts';
import { LeafKind, openLeaf, type Leaf, type Opening } from '../../log/leaf.ts';
import type { LogReader } from '../../log/ledger.ts';
import { readRecord } from '../../log/record.ts';
import { aboutRecord } from './act-about.ts';
import { toldTime } from './times.ts';
import { isOfCard } from './willed-log.ts';

export interface ToldActsDeps {
  /** The whole of it, also what nobody who may authorised. */
  readonly log: LogReader;
  readonly judge: JudgeDeps;
  /** The development policy: an act without evidence counts. */
  readonly dev: boolean;
  /** Of which unit an official is, where no record of the act says so. */
  readonly directory: Pick<DirectoryStore, 'findOfficial'>;
  readonly primitives: Primitives;
}

/** One look at the log for a page takes no longer; whoever asked goes on from there. */
const LOOK_MILLISECONDS = 400;
/** As many leaves are looked at before others may work. */
const TURN = 32;
/** What is told of so many leaves is kept: no leaf ever tells anything else, unless what it commits to is put back. */
const MOST_KEPT = 20_000;
const MOST_CHAIN = 64;
/** Leaves before one that tells no time which are asked for theirs. */
const NEAREST = 32;
/** The first leaf of a noun is so many references away at most: outcome, intent, letter. */
const MOST_STEPS = 4;

/** Of `leaf`, what was read of it: absent where it is gone, or is not what the leaf commits to. */
interface Read {
  readonly leaf: Leaf;
  readonly opening?: Opening;
  readonly record?: readonly CborValue[];
}

export function toldActs(deps: ToldActsDeps): ToldActs {
  const told = new LoggedActs(deps);
  return { list: (query) => told.list(query), open: (index) => told.open(index) };
}

class LoggedActs {
  readonly #deps: ToldActsDeps;
  readonly #kept = new Map<number, ToldAct>();

  constructor(deps: ToldActsDeps) {
    this.#deps = deps;
  }

  async list(query: ActQuery): ReturnType<ToldActs['list']> {
    const { log } = this.#deps;
    const size = await log.size();
    const before = Math.min(query.before ?? size, size);
    const places = query.kinds && (await log.ofKinds(query.kinds)).filter((index) => index < before);
    const units = new Map<string, Promise<string | undefined>>();
    const acts: ToldAct[] = [];
    const until = performance.now() + LOOK_MILLISECONDS;
    for (let left = places ? places.length : before; left > 0; left--) {
      const index = places ? places[left - 1]! : left - 1;
      // One at least, so that whoever goes on comes to the end.
      const isFirst = left === (places ? places.length : before);
      if (acts.length === query.limit || (!isFirst && performance.now() > until)) {
        return { acts, size, next: index + 1 };
      }
      if (left % TURN === 0) await setImmediate();
      const act = await this.#told(index);
      if (act && (await this.#matches(act, query, units))) acts.push(act);
    }
    return { acts, size };
  }

  async open(index: number): Promise<OpenedAct> {
    const { log } = this.#deps;
    const read = await this.#read(index);
    const act = read && (await this.#told(index));
    if (!act) throw new Refusal<LogCode>('log/no-such-entry', `no entry ${index}`, { index });
    return {
      ...act,
      leaf: read.leaf,
      ...(read.opening && { opening: read.opening }),
      chain: await this.#chainOf(act),
      referring: await log.referring(index),
    };
  }

  async #read(index: number): Promise<Read | undefined> {
    const { log, primitives } = this.#deps;
    const leaf = await log.leaf(index);
    const opening = leaf && (await log.opening(index));
    if (!leaf || !opening || !openLeaf(leaf, opening, primitives)) return leaf && { leaf };
    const record = readRecord(opening.record);
    return { leaf, opening, ...(record && { record }) };
  }

  async #told(index: number): Promise<ToldAct | undefined> {
    const kept = this.#kept.get(index);
    if (kept) return kept;
    const read = await this.#read(index);
    if (!read) return undefined;
    const { kind, ref } = read.leaf;
    const action = read.record?.[1];
    const found = {
      index,
      kind,
      ...(ref !== undefined && { ref }),
      ...(typeof action === 'string' && { action }),
      ...(await this.#timeOf(index, read)),
      ...(await this.#judged(index, read)),
      by: await this.#namedBy(read),
      about: await this.#aboutOf(read),
    };
    if (found.result === 'unread') return found;
    if (this.#kept.size >= MOST_KEPT) this.#kept.delete(this.#kept.keys().next().value!);
    this.#kept.set(index, found);
    return found;
  }

  async #judged(index: number, { leaf, opening }: Read): Promise<Pick<ToldAct, 'result' | 'why'>> {
    if (!opening?.evidence) return { result: 'unread' };
    const { dev, judge } = this.#deps;
    const { record, evidence } = opening;
    const { by } = REQUIREMENTS[leaf.kind];
    const not = (why: Unauthorised | 'follows'): Pick<ToldAct, 'result' | 'why'> => ({ result: 'not-authorised', why });
    if (evidence.kind === EvidenceKind.assertions) {
      const finding = await judgeAct({ index, kind: leaf.kind, record, evidence }, judge);
      return finding.outcome === 'authorised' ? { result: 'asserted' } : not(finding.why);
    }
    if (by === 'follows' && leaf.ref !== undefined && leaf.ref < index) {
      const begun = await this.#told(leaf.ref);
      if (begun?.result === 'not-authorised') return not('follows');
    }
    if (dev && evidence.kind === EvidenceKind.none) return { result: 'development' };
    if (evidence.kind === EvidenceKind.session) {
      const counts = by === 'session' || (leaf.kind === LeafKind.credentialIntent && isOfCard({ record, evidence }));
      return counts ? { result: 'session' } : not('no-evidence');
    }
    const isByRule = by === 'automatic' || by === 'follows';
    const takesAway = by === 'withdrawn' && evidence.kind === EvidenceKind.automatic;
    return isByRule || takesAway ? { result: 'automatic' } : not('no-evidence');
  }

  async #namedBy({ opening }: Read): Promise<readonly NamedPerson[]> {
    const evidence = opening?.evidence;
    if (!evidence) return [];
    const session = readSession(evidence);
    const named = session ? [session] : (readAuthorisation(evidence)?.assertions ?? []).map(({ by }) => by);
    return Promise.all(named.map((by) => this.#whoIs(by)));
  }

  async #whoIs(by: AssertedBy): Promise<NamedPerson> {
    if ('founder' in by) {
      const founder = this.#deps.judge.founders[by.founder];
      const grants: readonly RoleGrant[] = [{ role: 'approver', from: '2000-01-01' as CalendarDay }];
      return founder ? { by, person: founder.person, name: founder.name, grants } : { by, grants: [] };
    }
    const enrolled = (await this.#read(by.enrolment))?.opening;
    const given = (await this.#read(by.roles))?.opening;
    const enrolment = enrolled && readEnrolled(enrolled.record);
    const roles = given && readRoles(given.record);
    return {
      by,
      ...(enrolment && { person: enrolment.person, name: enrolment.name }),
      ...(enrolment?.official !== undefined && { official: enrolment.official }),
      grants: roles && roles.person === enrolment?.person ? roles.grants : [],
    };
  }

  /** What it is about, by its own record and by that of the first leaf of its noun. */
  async #aboutOf(read: Read): Promise<ActAbout> {
    let first = read;
    for (let steps = 0; first.leaf.ref !== undefined && steps < MOST_STEPS; steps++) {
      const earlier = await this.#read(first.leaf.ref);
      if (!earlier) break;
      first = earlier;
    }
    return { ...(first.record && aboutRecord(first.record)), ...(read.record && aboutRecord(read.record)) };
  }

  /** When it took place, or of the nearest earlier leaf that tells when. */
  async #timeOf(index: number, read: Read): Promise<Pick<ToldAct, 'at' | 'isLater'>> {
    const own = ownTime(read);
    if (own !== undefined) return { at: own };
    for (let earlier = index - 1; earlier >= Math.max(0, index - NEAREST); earlier--) {
      const found = await this.#read(earlier);
      const at = found && ownTime(found);
      if (at !== undefined) return { at, isLater: true };
    }
    return {};
  }

  async #chainOf(act: ToldAct): Promise<readonly ToldAct[]> {
    const chain = new Map<number, ToldAct>();
    for (let waiting = [act]; waiting.length > 0 && chain.size < MOST_CHAIN;) {
      const named = waiting.flatMap(({ by }) => by.flatMap(({ by: one }) => ('founder' in one ? [] : [one])));
      const leaves = new Set(named.flatMap(({ enrolment, roles }) => [enrolment, roles]));
      waiting = [];
      for (const leaf of [...leaves].toSorted((a, b) => b - a)) {
        // Whoever claims a later leaf is not led in circles.
        const found = chain.has(leaf) || leaf >= act.index ? undefined : await this.#told(leaf);
        if (!found) continue;
        chain.set(leaf, found);
        waiting.push(found);
      }
    }
    return [...chain.values()].toSorted((a, b) => b.index - a.index);
  }

  async #matches(act: ToldAct, query: ActQuery, units: Map<string, Promise<string | undefined>>): Promise<boolean> {
    const { person, units: within, official, letter, from, to, result } = query;
    if (result !== undefined && act.result !== result) return false;
    if (letter !== undefined && act.about.letter !== letter) return false;
    const names = (id: string): boolean => act.about.official === id || act.by.some((one) => one.official === id);
    if (official !== undefined && !names(official)) return false;
    if (person !== undefined && act.about.key !== person && !act.by.some((one) => one.person === person)) return false;
    const day = act.at === undefined ? undefined : dayInMexicoCity(act.at);
    if (from !== undefined && !(day !== undefined && day >= from)) return false;
    if (to !== undefined && !(day !== undefined && day <= to)) return false;
    if (!within) return true;
    const own = act.about.unit ?? (act.about.official && (await this.#unitOf(act.about.official, units)));
    return own !== undefined && within.has(own);
  }

  #unitOf(official: string, units: Map<string, Promise<string | undefined>>): Promise<string | undefined> {
    const { directory } = this.#deps;
    const known = units.get(official) ?? directory.findOfficial(official as OfficialId).then((one) => one?.record.unit);
    units.set(official, known);
    return known;
  }
}

/** The statement that people authorised tells its time; so do many records. */
function ownTime({ leaf, opening, record }: Read): UnixSeconds | undefined {
  if (!record) return undefined;
  const end = leaf.kind === LeafKind.accessEnded && opening ? readAccessEnd(opening.record)?.at : undefined;
  const statement = opening?.evidence && readAuthorisation(opening.evidence)?.statement;
  return end ?? statement?.at ?? toldTime(leaf.kind, record);
}
