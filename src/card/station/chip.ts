import type { Certificate } from '../../authority/certificate.ts';
import type { BlockCiphers } from '../../core/block-ciphers.ts';
import { concat, equal, fromHex, utf8 } from '../../core/bytes.ts';
import type { Primitives } from '../../core/primitives.ts';
import type { Random } from '../../core/random.ts';
import { isRefusal, Refusal, type Facts } from '../../core/refusal.ts';
import type { CardMakers, ChipMaker } from './attestation.ts';
import { formatCardNumber, type Card } from '../card.ts';
import type { CardChannel } from '../channel.ts';
import { performStep, type Step, type StepDeps } from './journal.ts';
import type { CardOffice } from '../office.ts';
import { selectApplication } from '../piv/application.ts';
import { readChuid } from '../piv/chuid.ts';
import { signWith } from '../piv/keys.ts';
import { readObject, writeObject, type ObjectName } from '../piv/objects.ts';
import { verifyPin, type KnownTries } from '../piv/pin.ts';
import type { PublicKey } from '../piv/public-key.ts';
import type { ManagementAlgorithm, Slot } from '../piv/reference.ts';
import type { StationCode } from './station-code.ts';

/** What a station needs to work on a chip. */
export interface ChipDeps extends StepDeps {
  readonly channel: CardChannel;
  readonly office: CardOffice;
  readonly ciphers: BlockCiphers;
  readonly random: Random;
  readonly primitives: Pick<Primitives, 'digest' | 'verify'>;
  /** Absent where this station asks no chip for its maker. */
  readonly makers?: CardMakers;
}

export function refuseCard(code: StationCode, message: string, facts: Facts = {}): never {
  throw new Refusal<StationCode>(code, message, facts);
}

/** What a chip answers that has another key in a slot, or none: cards differ in how they say the latter. */
export const HOLDS_NOT: readonly string[] = ['card/signature-wrong', 'card/no-key', 'card/declined'];

/** The chip of a card of ours in the reader, its application selected. What it forgets without power is noted here. */
export class Chip {
  readonly deps: ChipDeps;
  readonly card: Card;
  /** Nothing was on it when it was put in: what would be read first need not be. */
  readonly isBlank: boolean;
  /** Of the key in 9E, once a certificate for it was read from the chip and the key proved itself. */
  cardKey: PublicKey | undefined;
  /** Of its own management key, once that was proven. */
  managementAlgorithm: ManagementAlgorithm | undefined;
  /** Whether it attests keys that it made, as far as is known: it is asked until it says no. */
  attests = true;
  /** Who made it, where the station goes by that. */
  maker: ChipMaker | undefined;
  #pin: string | undefined;
  #tries: KnownTries = {};
  #isUnlocked = false;

  constructor(deps: ChipDeps, card: Card, isBlank: boolean) {
    this.deps = deps;
    this.card = card;
    this.isBlank = isBlank;
  }

  get guid(): Uint8Array {
    return fromHex(this.card.guid)!;
  }

  /** As `performStep`, of this card. */
  async step<Result>(
    step: Omit<Step, 'card'>,
    act: () => Promise<Result>,
    confirm?: () => Promise<unknown>,
  ): Promise<Result> {
    return performStep(this.deps, { card: this.card.number, ...step }, act, confirm);
  }

  /** The PIN that the chip has; `full` where it was just given it. */
  knowPin(pin: string, tries: KnownTries = {}): void {
    this.#pin = pin;
    this.#tries = tries;
    this.#isUnlocked = false;
  }

  /** Selects the application anew: whatever the chip kept in its memory is gone, and it is to be unlocked again. */
  async selectAgain(): Promise<void> {
    await selectApplication(this.deps.channel);
    this.#isUnlocked = false;
  }

  /** Whatever the slot wants before it signs; right before it, as 9C forgets the PIN with the next command. */
  async unlock(slot: Slot): Promise<void> {
    if (slot === '9E' || (slot !== '9C' && this.#isUnlocked)) return;
    if (this.#pin === undefined) throw new Error('no PIN is known yet');
    await verifyPin(this.deps.channel, this.#pin, this.#tries);
    this.#tries = { tries: 'full' };
    // Some chips forget it altogether when 9C has signed.
    this.#isUnlocked = slot !== '9C';
  }

  /** @throws Refusal `card/signature-wrong` unless the slot holds `key`, and as `signWith` */
  async sign(slot: Slot, key: PublicKey, data: Uint8Array): Promise<Uint8Array> {
    await this.unlock(slot);
    return signWith(this.deps.channel, slot, key, data, this.deps.primitives);
  }

  /** Whether the slot holds this key, by a signature over bytes that were never signed before. */
  async holds(slot: Slot, key: PublicKey): Promise<boolean> {
    try {
      await this.sign(slot, key, checkBytes(this.guid, this.deps.random));
      return true;
    } catch (error) {
      if (isRefusal(error) && HOLDS_NOT.includes(error.code)) return false;
      throw error;
    }
  }

  /**
   * Writes an object and reads it back: done, the journal says, when both are.
   * @throws Refusal `card/read-back-differs`, and as `writeObject`
   */
  async write(name: ObjectName, value: Uint8Array): Promise<void> {
    const { channel } = this.deps;
    const readBack = async (): Promise<void> => {
      const found = await readWhole(channel, name);
      if (found && equal(found, value)) return;
      refuseCard('card/read-back-differs', `${name}: another object is read than was written`, { object: name });
    };
    await this.step({ step: 'write-object', of: name }, () => writeObject(channel, name, value), readBack);
  }

  /** Empties the container of an object, and finds it empty. @throws Refusal `card/read-back-differs` */
  async erase(name: ObjectName): Promise<void> {
    const { channel } = this.deps;
    const readBack = async (): Promise<void> => {
      if ((await readObject(channel, name)) === undefined) return;
      refuseCard('card/read-back-differs', `${name}: an object is read that was erased`, { object: name });
    };
    await this.step({ step: 'erase-object', of: name }, () => writeObject(channel, name, new Uint8Array()), readBack);
  }

  /** The same as `write`, unless it stands there already. @returns whether it was written */
  async ensure(name: ObjectName, value: Uint8Array): Promise<boolean> {
    const found = this.isBlank ? undefined : await readWhole(this.deps.channel, name);
    if (found && equal(found, value)) return false;
    await this.write(name, value);
    return true;
  }

  /**
   * Between two stages, that it is still this chip: by its GUID, and by a signature of its own key over fresh bytes once it has
   * one.
   * @throws Refusal `card/exchanged`
   */
  async expectSame(): Promise<void> {
    const guid = await readGuid(this.deps.channel);
    const isSame = guid && equal(guid, this.guid) && (!this.cardKey || (await this.holds('9E', this.cardKey)));
    if (!isSame) {
      refuseCard('card/exchanged', 'another card than before', { number: formatCardNumber(this.card.number) });
    }
  }
}

const CHECK = utf8('cotejo card check v1\0');

/** What a key of a card signs to show that it is there, told apart from all else that it signs. */
export function checkBytes(guid: Uint8Array, random: Random): Uint8Array {
  return concat(CHECK, guid, random(32));
}

/** An object, or `undefined` where there is none or a torn one: both are to be written. */
export async function readWhole(channel: CardChannel, name: ObjectName): Promise<Uint8Array | undefined> {
  try {
    return await readObject(channel, name);
  } catch (error) {
    if (isRefusal(error, 'card/malformed')) return undefined;
    throw error;
  }
}

/** The GUID that the chip gives itself; `undefined` where it shows none that can be read. */
export async function readGuid(channel: CardChannel): Promise<Uint8Array | undefined> {
  const bytes = await readWhole(channel, 'chuid');
  try {
    return bytes && readChuid(bytes).guid;
  } catch (error) {
    if (isRefusal(error, 'card/malformed')) return undefined;
    throw error;
  }
}

/** The key of a certificate as a card may have it; `undefined` for any other kind. */
export function keyOf({ key: { algorithm, spki } }: Certificate): PublicKey | undefined {
  if (algorithm.kind === 'EC' && algorithm.curve !== 'P-521') return { algorithm: algorithm.curve, spki };
  return algorithm.kind === 'RSA' && algorithm.bits === 2048 ? { algorithm: 'RSA-2048', spki } : undefined;
}
