import { setImmediate } from 'node:timers/promises';
import { cardGuidOf } from '../../authority/card-name.ts';
import { toHex } from '../../core/bytes.ts';
import type { Primitives } from '../../core/primitives.ts';
import { isTime, type UnixSeconds } from '../../core/time.ts';
import { takingTurns } from '../../core/turns.ts';
import type { CardLeaves, ProvenOpening } from '../../card/office/store.ts';
import { kindOfBody } from '../../credential/body.ts';
import type { CredentialKind, SerialNumber } from '../../credential/credential.ts';
import { CARD_SLOTS, KIND_OF_SLOT } from '../../credential/on-card.ts';
import { credentialOfIntent, type RecordedCredential } from '../../credential/replay.ts';
import { isActOf } from '../../log/act-shape.ts';
import { readRecord } from '../../log/record.ts';
import { LeafKind } from '../../log/leaf.ts';
import { openedLeaf, openingMissing, type OpenedLeaf } from '../../log/vouch.ts';
import { bodyOfIntent, isLoggedOnHold, type CardLog } from './card-proof.ts';
import type { WitnessLog } from './first-leaves.ts';
import { LogWalk } from './log-walk.ts';
import { toldCard } from './told-card.ts';
import { expectReadCard } from './unread-card.ts';
import { loggedStatus, toldAbout, type ToldAct } from './witness.ts';

/** As many are read again before others may work. */
const PAGE = 128;

type Log = CardLog & Pick<WitnessLog, 'size' | 'ofKinds'>;

/** A credential on a card that is not active, or has not proven it, and that is not revoked. */
export interface HeldCredential extends RecordedCredential {
  /** Since when: it was prepared then. */
  readonly since: UnixSeconds;
}

interface OnCard {
  /** The leaf of its intent. */
  readonly intent: number;
  readonly serial: SerialNumber;
  readonly kind: CredentialKind;
}

/**
 * Which credentials are on which cards, and which of them do not count yet: by the log alone, kept up as it grows, each leaf
 * opened once. Memory: an entry for each credential on a card.
 */
export class OnCards implements CardLeaves {
  readonly #log: Log;
  readonly #primitives: Pick<Primitives, 'hmac' | 'verify'>;
  /** By the GUID of the card. */
  readonly #credentials = new Map<string, OnCard[]>();
  /** By the leaf of the intent. */
  readonly #held = new Map<number, HeldCredential>();
  /** Proofs and activations whose record, or that of their card, was gone when they were asked: what is put back counts again. */
  readonly #unread = new Set<number>();
  readonly #inTurn = takingTurns();
  readonly #walk: LogWalk;

  constructor(log: Log, primitives: Pick<Primitives, 'hmac' | 'verify'>) {
    this.#log = log;
    this.#primitives = primitives;
    const about = [LeafKind.credentialProven, LeafKind.credentialRevoked, LeafKind.cardActivated];
    const kinds = [LeafKind.credentialIntent, ...about];
    this.#walk = new LogWalk(log, kinds, (index) => this.#note(index));
  }

  /**
   * Of a card whose registration or activation is gone all that is on it, and nothing else.
   * @throws Refusal `log/opening-missing` where the record of an intent is gone: it may have been of any card
   */
  async held(): Promise<readonly HeldCredential[]> {
    await this.#walk.keepUp();
    if (this.#unread.size > 0) await this.#inTurn(() => this.#readAgain());
    return [...this.#held.values()];
  }

  /**
   * Whether this one does not count yet: asked before it is revoked for that, which nothing takes back.
   * @throws Refusal `log/opening-missing` likewise, and where what is gone may have made this one count
   */
  async isHeld(serial: SerialNumber): Promise<boolean> {
    await this.held();
    const intent = [...this.#held].find(([, held]) => held.serial === serial)?.[0];
    if (intent === undefined) return false;
    await expectReadCard(this.#log, intent, this.#primitives);
    return true;
  }

  /** @throws Refusal `log/opening-missing` likewise */
  async credentialsOf(guid: string): Promise<readonly SerialNumber[]> {
    await this.#walk.keepUp();
    return (this.#credentials.get(guid) ?? []).map(({ serial }) => serial);
  }

  async openingsOf(registeredLeaf: number): Promise<number> {
    const told = await toldAbout(this.#log, registeredLeaf, this.#primitives);
    // One that nobody can read any more may have told it.
    const isKey = ({ record }: ToldAct): boolean => !record || record[4] === 'management-key';
    return told.filter((act) => act.kind === LeafKind.cardOpened && isKey(act)).length;
  }

  async replacementOf(registeredLeaf: number, serial: string): Promise<ProvenOpening | undefined> {
    const told = await toldAbout(this.#log, registeredLeaf, this.#primitives);
    const shown = told.flatMap(({ index: leaf, kind, record }) => {
      if (kind !== LeafKind.cardOpened || record?.[4] !== 'key-replacement') return [];
      const [, , , at, , , by, challenge, signature] = record;
      if (!(by instanceof Uint8Array && toHex(by) === serial) || typeof at !== 'number' || !isTime(at)) return [];
      const isProof = challenge instanceof Uint8Array && signature instanceof Uint8Array;
      return isProof ? [{ leaf, at, challenge, signature }] : [];
    });
    return shown.at(-1);
  }

  /** Of each slot of a card what was prepared for it last, 9A first. @throws Refusal `log/opening-missing` likewise */
  async newestOf(guid: string): Promise<readonly SerialNumber[]> {
    await this.#walk.keepUp();
    const all = this.#credentials.get(guid) ?? [];
    return CARD_SLOTS.flatMap((slot) => all.findLast(({ kind }) => kind === KIND_OF_SLOT[slot])?.serial ?? []);
  }

  async #note(index: number): Promise<void> {
    const leaf = await this.#log.leaf(index);
    if (leaf?.kind === LeafKind.credentialIntent) return this.#noteIntent(index);
    if (leaf?.kind === LeafKind.cardActivated) return this.#noteActive(index, leaf.ref);
    if (leaf?.kind === LeafKind.credentialProven) await this.#noteRead(index);
    const about = leaf?.ref === undefined ? undefined : await this.#log.leaf(leaf.ref);
    const intent = about?.kind === LeafKind.credentialIssued ? about.ref : leaf?.ref;
    return intent === undefined ? undefined : this.#release(intent);
  }

  async #readAgain(): Promise<void> {
    for (const [read, index] of [...this.#unread].entries()) {
      if (read % PAGE === PAGE - 1) await setImmediate();
      await this.#note(index);
    }
  }

  /** @param others what else has to be read for it to count */
  async #noteRead(index: number, others: readonly number[] = []): Promise<void> {
    for (const leaf of [index, ...others]) {
      if (await openedLeaf(this.#log, leaf, this.#primitives)) continue;
      this.#unread.add(index);
      return;
    }
    this.#unread.delete(index);
  }

  async #noteActive(index: number, registeredLeaf: number | undefined): Promise<void> {
    if (registeredLeaf === undefined) return;
    const told = await toldAbout(this.#log, registeredLeaf, this.#primitives);
    await this.#noteRead(index, [registeredLeaf, ...told.map((act) => act.index)]);
    const card = await toldCard(this.#log, registeredLeaf, this.#primitives, { acceptUnread: true });
    for (const { intent } of (card && this.#credentials.get(card.guid)) ?? []) await this.#release(intent);
  }

  /** A proof or an activation whose record is gone, or is none, leaves its credential on hold. */
  async #release(intent: number): Promise<void> {
    const held = this.#held.get(intent);
    if (held && !(await this.#waits(intent, held))) this.#held.delete(intent);
  }

  async #waits(intent: number, { serial }: HeldCredential): Promise<boolean> {
    const status = await loggedStatus(this.#log, intent, serial, this.#primitives);
    if (status?.state === 'revoked') return false;
    return isLoggedOnHold(this.#log, intent, this.#primitives);
  }

  async #noteIntent(index: number): Promise<void> {
    const { kind, record: encoded } = await this.#opened(index);
    const record = readRecord(encoded) ?? [];
    const body = isActOf(kind, record) ? bodyOfIntent(record) : undefined;
    const guid = body && cardGuidOf(body);
    const credential = guid && credentialOfIntent(record);
    if (!guid || !credential || !(await this.#log.isFirst(index))) return;
    const own = this.#credentials.get(toHex(guid)) ?? [];
    own.push({ intent: index, serial: credential.serial, kind: kindOfBody(body, credential.authority) });
    this.#credentials.set(toHex(guid), own);
    this.#held.set(index, { ...credential, since: body.notBefore });
  }

  async #opened(index: number): Promise<OpenedLeaf> {
    return (await openedLeaf(this.#log, index, this.#primitives)) ?? openingMissing(index);
  }
}
