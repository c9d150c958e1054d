import { cardGuidOf } from '../../authority/card-name.ts';
import { toHex } from '../../core/bytes.ts';
import type { Primitives } from '../../core/primitives.ts';
import type { UnixSeconds } from '../../core/time.ts';
import { tagOfRecord } from '../../card/replay.ts';
import type { CardLeaves } from '../../card/store.ts';
import type { SerialNumber } from '../../credential/credential.ts';
import { credentialOfIntent, type RecordedCredential } from '../../credential/replay.ts';
import { isActOf } from '../../log/act-shape.ts';
import { readRecord } from '../../log/claim.ts';
import { LeafKind } from '../../log/leaf.ts';
import { openedLeaf, openingMissing, type OpenedLeaf } from '../../log/vouch.ts';
import { bodyOfIntent, loggedCard } from './card-proof.ts';
import type { WitnessLog } from './first-leaves.ts';
import { LogWalk } from './log-walk.ts';
import { loggedStatus } from './witness.ts';

type Log = Pick<
  WitnessLog,
  'size' | 'leaf' | 'opening' | 'referring' | 'ofKinds' | 'isFirst' | 'firstOfOfficial' | 'firstOfCard'
>;

/** A credential that waits for the proof of its card, and is not revoked. */
export interface HeldCredential extends RecordedCredential {
  /** Since when: it was prepared then. */
  readonly since: UnixSeconds;
}

/**
 * Which credentials are on which cards, which of them wait for their proof, and which tags were part of which cards: by the
 * log alone, kept up as it grows, each leaf opened once. Memory: an entry for each credential on a card and each tag.
 */
export class OnCards implements CardLeaves {
  readonly #log: Log;
  readonly #primitives: Pick<Primitives, 'hmac' | 'verify'>;
  /** By the GUID of the card. */
  readonly #credentials = new Map<string, SerialNumber[]>();
  /** By the leaf of the intent. */
  readonly #held = new Map<number, HeldCredential>();
  /** By the UID of the tag. */
  readonly #tags = new Map<string, string[]>();
  readonly #issuances: LogWalk;
  readonly #assignments: LogWalk;

  constructor(log: Log, primitives: Pick<Primitives, 'hmac' | 'verify'>) {
    this.#log = log;
    this.#primitives = primitives;
    const kinds = [LeafKind.credentialIntent, LeafKind.credentialProven, LeafKind.credentialRevoked];
    this.#issuances = new LogWalk(log, kinds, (index) => this.#noteIssuance(index));
    this.#assignments = new LogWalk(log, [LeafKind.cardTagAssigned], (index) => this.#noteTag(index));
  }

  /** @throws Refusal `log/opening-missing` where a record that might tell of one is gone */
  async held(): Promise<readonly HeldCredential[]> {
    await this.#issuances.keepUp();
    return [...this.#held.values()];
  }

  /** @throws Refusal `log/opening-missing` likewise */
  async credentialsOf(guid: string): Promise<readonly SerialNumber[]> {
    await this.#issuances.keepUp();
    return [...(this.#credentials.get(guid) ?? [])];
  }

  /** @throws Refusal `log/opening-missing` likewise */
  async cardsOfTag(uid: string): Promise<readonly string[]> {
    await this.#assignments.keepUp();
    return [...(this.#tags.get(uid) ?? [])];
  }

  async #noteIssuance(index: number): Promise<void> {
    const leaf = await this.#log.leaf(index);
    if (leaf?.kind === LeafKind.credentialIntent) return this.#noteIntent(index);
    const about = leaf?.ref === undefined ? undefined : await this.#log.leaf(leaf.ref);
    const intent = about?.kind === LeafKind.credentialIssued ? about.ref : leaf?.ref;
    const held = intent === undefined ? undefined : this.#held.get(intent);
    // A proof whose record is gone, or is none, leaves its credential on hold.
    if (intent !== undefined && held && !(await this.#waits(intent, held))) this.#held.delete(intent);
    return undefined;
  }

  async #waits(intent: number, { serial }: HeldCredential): Promise<boolean> {
    const status = await loggedStatus(this.#log, intent, serial, this.#primitives);
    if (status?.state === 'revoked') return false;
    return (await loggedCard(this.#log, intent, this.#primitives))?.provenLeaf === undefined;
  }

  async #noteIntent(index: number): Promise<void> {
    const { kind, record: encoded } = await this.#opened(index);
    const record = readRecord(encoded) ?? [];
    const body = isActOf(kind, record) ? bodyOfIntent(record) : undefined;
    const guid = body && cardGuidOf(body);
    const credential = guid && credentialOfIntent(record);
    if (!guid || !credential || !(await this.#log.isFirst(index))) return;
    listed(this.#credentials, toHex(guid)).push(credential.serial);
    this.#held.set(index, { ...credential, since: body.notBefore });
  }

  async #noteTag(index: number): Promise<void> {
    const { kind, ref, record: encoded } = await this.#opened(index);
    const record = readRecord(encoded) ?? [];
    const tag = isActOf(kind, record) ? tagOfRecord(record) : undefined;
    // Of several of one card the first counts.
    if (!tag || ref === undefined || ref !== (await this.#log.firstOfCard(tag.number))) return;
    const first = (await this.#log.referring(ref)).find((one) => one.kind === LeafKind.cardTagAssigned);
    if (first?.index === index) listed(this.#tags, tag.uid).push(tag.number);
  }

  async #opened(index: number): Promise<OpenedLeaf> {
    return (await openedLeaf(this.#log, index, this.#primitives)) ?? openingMissing(index);
  }
}

function listed<Item>(lists: Map<string, Item[]>, key: string): Item[] {
  const list = lists.get(key) ?? [];
  lists.set(key, list);
  return list;
}
