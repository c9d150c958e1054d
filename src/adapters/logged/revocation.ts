import { setImmediate } from 'node:timers/promises';
import type { AuthorityId } from '../../authority/authority.ts';
import type { CborValue } from '../../core/cbor.ts';
import type { Primitives } from '../../core/primitives.ts';
import type { Clock } from '../../core/time.ts';
import { takingTurns } from '../../core/turns.ts';
import { AUTHORITY_OF, REVOCATION_REASONS } from '../../credential/credential.ts';
import { credentialOfIntent } from '../../credential/replay.ts';
import { readRecord } from '../../log/record.ts';
import { LeafKind } from '../../log/leaf.ts';
import { openedLeaf, openingMissing } from '../../log/vouch.ts';
import { letterOfIntent } from '../../oficio/replay.ts';
import { CERTIFICATE_HOLD, type RevokedEntry } from '../../revocation/crl.ts';
import type { RevocationStore, StatusEntry } from '../../revocation/store.ts';
import type { EndedHolders } from './ended-holders.ts';
import type { WitnessLog } from './first-leaves.ts';
import { LogWalk } from './log-walk.ts';
import type { OnCards } from './on-cards.ts';
import { loggedEnd, loggedStatus, type LoggedStatus } from './witness.ts';

type Log = Pick<WitnessLog, 'size' | 'leaf' | 'opening' | 'referring' | 'ofKinds' | 'isFirst' | 'hasCome'>;
type Commitments = Pick<Primitives, 'hmac'>;

/** A credential that the log revokes or suspends, by what its intent recorded. */
interface LoggedCredential {
  readonly intentLeaf: number;
  readonly authority: string;
  readonly serial: string;
  readonly statusIndex: number;
  /** Absent once it was resumed. */
  readonly status?: LoggedStatus;
}

/** A letter by what its intent recorded. */
interface LoggedLetter {
  readonly intentLeaf: number;
  readonly place: number;
  /** Of the certificate that signs. */
  readonly serial: string;
}

interface Intent {
  readonly index: number;
  readonly record: readonly CborValue[];
}

const STATUS_KINDS = [LeafKind.credentialSuspended, LeafKind.credentialResumed, LeafKind.credentialRevoked];
const END_KINDS = [LeafKind.oficioCancelled, LeafKind.oficioReplaced];
/** As many records are opened before others may work. */
const PAGE = 128;

/** Leaves between which a key was in other hands: the first that is void, and the revocation. */
interface Range {
  readonly from: number;
  readonly to: number;
}

/**
 * What the log says of status, kept up as it grows: each leaf is opened once, so that a list costs what happened since
 * the one before; a theft costs one walk over the letters since then. Memory: an entry for each credential and letter
 * that is not valid.
 */
class LoggedLists {
  readonly #log: Log;
  readonly #primitives: Commitments;
  /** By the leaf of its intent: acts about it refer to that, or to its issuance. */
  readonly #credentials = new Map<number, LoggedCredential>();
  readonly #endedPlaces = new Set<number>();
  readonly #spoiltPlaces = new Set<number>();
  /** Keys that were in other hands, whose letters are still to be looked for. */
  readonly #stolen = new Map<string, Range>();
  readonly #inTurn = takingTurns();
  readonly #acts: LogWalk;
  readonly #ends: LogWalk;

  constructor(log: Log, primitives: Commitments) {
    this.#log = log;
    this.#primitives = primitives;
    this.#acts = new LogWalk(log, STATUS_KINDS, (index) => this.#noteStatus(index));
    this.#ends = new LogWalk(log, END_KINDS, (index) => this.#noteEnd(index));
  }

  /** What fails is tried again by the next. @throws Refusal `log/opening-missing`, `log/corrupt` */
  async keepUp(what: 'credentials' | 'letters'): Promise<void> {
    await this.#acts.keepUp();
    if (what === 'credentials') return;
    await this.#ends.keepUp();
    await this.#inTurn(() => this.#readStolen());
  }

  credentials(): Iterable<LoggedCredential> {
    return this.#credentials.values();
  }

  *letterPlaces(): Iterable<number> {
    yield* this.#endedPlaces;
    yield* this.#spoiltPlaces;
  }

  async #noteStatus(index: number): Promise<void> {
    const about = (await this.#log.leaf(index))?.ref;
    const logged = about === undefined ? undefined : await this.#credentialOf(about);
    if (!logged) return;
    this.#credentials.set(logged.intentLeaf, logged);
    const { voidFrom, leaf: to = 0 } = logged.status ?? {};
    if (logged.authority !== 'oficios' || voidFrom === undefined) return;
    // No letter is committed under a credential that is revoked already: only a theft reaches back.
    if (voidFrom < to) this.#stolen.set(logged.serial, { from: voidFrom, to });
  }

  async #noteEnd(index: number): Promise<void> {
    const about = (await this.#log.leaf(index))?.ref;
    const letter = about === undefined ? undefined : await this.#letterOf(about);
    if (letter && (await loggedEnd(this.#log, letter, this.#primitives))) this.#endedPlaces.add(letter.place);
  }

  async #readStolen(): Promise<void> {
    const stolen = new Map(this.#stolen);
    await this.#findSpoilt(stolen);
    for (const serial of stolen.keys()) this.#stolen.delete(serial);
  }

  /** Nothing where the leaf is about no credential that an office ever recorded. */
  async #credentialOf(leaf: number): Promise<LoggedCredential | undefined> {
    const intent = await this.#intentOf(leaf, LeafKind.credentialIssued, LeafKind.credentialIntent);
    const recorded = intent && credentialOfIntent(intent.record);
    if (!recorded) return undefined;
    const { authority, serial, statusIndex } = recorded;
    const status = await loggedStatus(this.#log, intent.index, serial, this.#primitives);
    // When and why is in its record alone, and whether it was lifted.
    const unread = status?.unread ?? (status && status.at === undefined ? status.leaf : undefined);
    if (unread !== undefined) openingMissing(unread);
    return { intentLeaf: intent.index, authority, serial, statusIndex, ...(status && { status }) };
  }

  /** Letters whose leaf is at or after the one from which their signer's acts are void: all of them, whatever rows say. */
  async #findSpoilt(stolen: ReadonlyMap<string, Range>): Promise<void> {
    if (stolen.size === 0) return;
    const ranges = [...stolen.values()];
    const [first, end] = [Math.min(...ranges.map(({ from }) => from)), Math.max(...ranges.map(({ to }) => to))];
    for (const [read, index] of (await this.#log.ofKinds([LeafKind.oficioSigned], first)).entries()) {
      if (index >= end) return;
      if (read % PAGE === PAGE - 1) await setImmediate();
      const letter = await this.#letterOf(index);
      const range = letter && stolen.get(letter.serial);
      if (range && index >= range.from) this.#spoiltPlaces.add(letter.place);
    }
  }

  /** Nothing where leaf `index` is of no letter that an office ever recorded. */
  async #letterOf(index: number): Promise<LoggedLetter | undefined> {
    const intent = await this.#intentOf(index, LeafKind.oficioSigned, LeafKind.oficioIntent);
    const recorded = intent && letterOfIntent(intent.record);
    return recorded && { intentLeaf: intent.index, place: recorded.claims.index, serial: recorded.serial };
  }

  /**
   * What was recorded before the act to which leaf `index` belongs, itself an intent or the outcome of one; nothing where it is
   * of another kind. @throws Refusal `log/opening-missing`
   */
  async #intentOf(index: number, outcome: LeafKind, kind: LeafKind): Promise<Intent | undefined> {
    const leaf = await this.#log.leaf(index);
    const intent = leaf?.kind === outcome ? leaf.ref : index;
    if (intent === undefined || (await this.#log.leaf(intent))?.kind !== kind) return undefined;
    const opened = (await openedLeaf(this.#log, intent, this.#primitives)) ?? openingMissing(intent);
    if (!(await this.#log.isFirst(intent))) return undefined;
    return { index: intent, record: readRecord(opened.record) ?? [] };
  }
}

const ENDED = { state: 'revoked', reason: 'affiliationChanged' } as const;
/** Who certifies keys of people: the root does not, and its list waits for nothing that is said of them or of their cards. */
const OF_PEOPLE: ReadonlySet<AuthorityId> = new Set(Object.values(AUTHORITY_OF));
/** A credential whose card is not active, or has not proven it. */
const HELD = { state: 'suspended' } as const;

function entryOf(serial: string, { at, state, reason }: Pick<LoggedStatus, 'at' | 'state' | 'reason'>): RevokedEntry {
  const since = at!;
  if (state === 'suspended') return { serial, since, reason: CERTIFICATE_HOLD };
  const number = reason === undefined ? 0 : REVOCATION_REASONS[reason];
  return { serial, since, ...(number !== 0 && { reason: number }) };
}

/**
 * What lists say, by the log alone: every revocation, suspension and end has its leaf, and a row that says otherwise, or
 * more, was edited; what is on a card that is not active is suspended. Both lists are refused with `log/opening-missing` while somebody has erased what they need, and as
 * `check` does, which shows that the log is still the one that was signed.
 */
export function loggedRevocation(
  rows: Pick<RevocationStore, 'findCrl'>,
  log: Log,
  holders: EndedHolders,
  onCards: Pick<OnCards, 'held'>,
  primitives: Commitments,
  check: () => Promise<unknown>,
  clock: Clock,
): RevocationStore {
  const lists = new LoggedLists(log, primitives);
  return {
    ...rows,
    async revokedCertificates(authority) {
      await check();
      await lists.keepUp('credentials');
      const isOfPeople = OF_PEOPLE.has(authority);
      const entries = new Map<string, RevokedEntry>();
      for (const { authority: own, serial, status } of lists.credentials()) {
        if (own === authority && status) entries.set(serial, entryOf(serial, status));
      }
      for (const { authority: own, serial, since } of isOfPeople ? await onCards.held() : []) {
        if (own === authority && !entries.has(serial)) {
          entries.set(serial, entryOf(serial, { ...HELD, at: since }));
        }
      }
      // Whom no act revoked, because somebody took the rows away that it goes by.
      for (const { authority: own, serial, since } of isOfPeople ? await holders.credentials(clock()) : []) {
        const listed = entries.get(serial);
        const isRevoked = listed !== undefined && listed.reason !== CERTIFICATE_HOLD;
        if (own === authority && !isRevoked) entries.set(serial, entryOf(serial, { ...ENDED, at: since }));
      }
      return [...entries.values()];
    },
    async statusEntries(list) {
      await check();
      await lists.keepUp(list === 'seals' ? 'letters' : 'credentials');
      if (list === 'seals') return [...lists.letterPlaces()].map((index) => [index, 'invalid']);
      const entries = new Map<number, StatusEntry[1]>();
      for (const { authority, statusIndex, status } of lists.credentials()) {
        if (authority !== list || !status) continue;
        // Of several at one place, which no office gives twice, the graver counts.
        if (entries.get(statusIndex) !== 'invalid') {
          entries.set(statusIndex, status.state === 'revoked' ? 'invalid' : 'suspended');
        }
      }
      for (const { authority, statusIndex } of await onCards.held()) {
        if (authority === list && !entries.has(statusIndex)) entries.set(statusIndex, 'suspended');
      }
      for (const { authority, statusIndex } of await holders.credentials(clock())) {
        if (authority === list) entries.set(statusIndex, 'invalid');
      }
      return [...entries];
    },
  };
}
