import { concat, equal } from '../../src/core/bytes.ts';
import { Outage } from '../../src/core/refusal.ts';
import type { CardChannel } from '../../src/card/channel.ts';
import type { CardOutageCode } from '../../src/card/code.ts';
import { PIV_AID } from '../../src/card/piv/application.ts';
import { encodeObject } from '../../src/card/tlv.ts';
import { answer, decline, Declined, DONE, parseCommand, type CardAnswer, type CardCommand } from './apdu.ts';
import { attest, attestationObject } from './attestation.ts';
import { generate, keyMetadata, useKey } from './keys.ts';
import { authenticateManagement, managementMetadata, setManagementKey } from './management.ts';
import { getData, putData, putPart } from './objects.ts';
import { change, secretMetadata, setTries, unblock, verify } from './secrets.ts';
import { newSession, type Session, type SoftPivOptions } from './session.ts';
import { factoryState, type SoftPivState } from './state.ts';

const ATR = {
  yubikey: Uint8Array.of(
    ...[0x3b, 0xfd, 0x13, 0x00, 0x00, 0x81, 0x31, 0xfe, 0x15, 0x80, 0x73, 0xc0, 0x21, 0xc0, 0x57],
    ...[0x59, 0x75, 0x62, 0x69, 0x4b, 0x65, 0x79, 0x40],
  ),
  pivapplet: Uint8Array.of(0x3b, 0x80, 0x80, 0x01, 0x01),
  bare: Uint8Array.of(0x3b, 0x80, 0x80, 0x01, 0x01),
};
const CHAINED = 0x10;
const MOST_CHAINED = { yubikey: 16_384, pivapplet: 6_144, bare: 16_384 };
const SELECT = 0xa4;
const PUT_DATA = 0xdb;
const GENERAL_AUTHENTICATE = 0x87;
const ATTESTATION = Uint8Array.of(0x5c, 3, 0x5f, 0xff, 0x01);

/**
 * A PIV card without a chip: puts `state` into a reader and powers it up. The state is changed in place as the card is written
 * to; the same state can be put in again when the channel is closed, or was pulled.
 */
export function insertSoftPiv(state: SoftPivState, options: SoftPivOptions): CardChannel {
  let session: Session | undefined = newSession(state, options);
  const conversation = new Conversation();
  return {
    atr: ATR[options.personality],
    async transmit(command) {
      if (!session) throw new Outage<CardOutageCode>('card/removed', 'the card is not in the reader');
      return conversation.answer(session, command);
    },
    async close() {
      session = undefined;
    },
  };
}

/** Chains of commands, and answers that are fetched in parts. */
class Conversation {
  #chain: { readonly head: CardCommand; readonly data: Uint8Array } | undefined;
  #waiting: Uint8Array = new Uint8Array();
  /** More came than it holds: no chain goes on until it is selected anew. */
  #isFull = false;

  async answer(session: Session, bytes: Uint8Array): Promise<Uint8Array> {
    const command = parseCommand(bytes);
    if (!command) return status(0x6700);
    // The PIN for one signature is forgotten by whatever comes between, but not by the parts of the signature's own command.
    if (command.ins !== GENERAL_AUTHENTICATE) session.pinFresh = false;
    if (command.ins === 0xc0) return this.#next(command.most);
    this.#waiting = new Uint8Array();
    try {
      const whole = this.#gather(session, command);
      const { status: word, data = new Uint8Array() } = whole ? await execute(session, whole) : DONE;
      if (word !== 0x9000) return status(word);
      this.#waiting = data;
      return this.#next(command.most);
    } catch (error) {
      if (!(error instanceof Declined)) throw error;
      return status(error.status);
    } finally {
      if (command.ins === GENERAL_AUTHENTICATE && !this.#chain) session.pinFresh = false;
    }
  }

  /** The command with the data of its whole chain, or `undefined` where more is to come. */
  #gather(session: Session, command: CardCommand): CardCommand | undefined {
    const before = this.#chain;
    this.#chain = undefined;
    const fits = before && [before.head.ins, before.head.p1, before.head.p2].join() === headOf(command);
    if (before && !fits) decline(0x6883);
    const data = before ? concat(before.data, command.data) : command.data;
    const { personality } = session.options;
    if (command.ins === SELECT) this.#isFull = false;
    else if (this.#isFull && command.cla & CHAINED) decline(0x6f00);
    if (data.length > MOST_CHAINED[personality]) {
      this.#isFull = personality === 'pivapplet';
      decline(this.#isFull ? 0x6f00 : 0x6700);
    }
    if (!(command.cla & CHAINED)) return { ...command, data };
    if (command.ins === PUT_DATA) putPart(session, command, data);
    this.#chain = { head: command, data };
    return undefined;
  }

  #next(most: number): Uint8Array {
    const part = this.#waiting.subarray(0, most);
    this.#waiting = this.#waiting.subarray(part.length);
    const left = this.#waiting.length;
    return concat(part, status(left === 0 ? 0x9000 : 0x6100 | (left > 0xff ? 0 : left)));
  }
}

function headOf({ ins, p1, p2 }: CardCommand): string {
  return [ins, p1, p2].join();
}

function status(word: number): Uint8Array {
  return Uint8Array.of(word >> 8, word & 0xff);
}

async function execute(session: Session, command: CardCommand): Promise<CardAnswer> {
  if ((command.cla & ~CHAINED) !== 0) decline(0x6e00);
  if (command.ins === SELECT) return select(session, command);
  if (!session.selected) decline(0x6d00);
  switch (command.ins) {
    case 0x20:
      return verify(session, command);
    case 0x24:
      return change(session, command);
    case 0x2c:
      return unblock(session, command);
    case 0x47:
      return generate(session, command);
    case GENERAL_AUTHENTICATE:
      return command.p2 === 0x9b ? authenticateManagement(session, command) : useKey(session, command);
    case 0xcb:
      if (hasVendorCommands(session) && equal(command.data, ATTESTATION)) return attestationObject(session);
      return getData(session, command);
    case PUT_DATA:
      return putData(session, command);
    case 0xff:
      return setManagementKey(session, command);
    default:
      return hasVendorCommands(session) ? executeVendor(session, command) : decline(0x6d00);
  }
}

function hasVendorCommands({ options }: Session): boolean {
  return options.personality !== 'bare';
}

async function executeVendor(session: Session, command: CardCommand): Promise<CardAnswer> {
  const { state, options } = session;
  switch (command.ins) {
    case 0xf7:
      if (command.p2 === 0x80 || command.p2 === 0x81) return secretMetadata(session, command.p2);
      return command.p2 === 0x9b ? managementMetadata(session) : keyMetadata(session, command.p2);
    case 0xf8:
      return answer(
        Uint8Array.of(state.serial >>> 24, (state.serial >> 16) & 255, (state.serial >> 8) & 255, state.serial & 255),
      );
    case 0xf9:
      return attest(session, command);
    case 0xfa:
      return setTries(session, command);
    case 0xfb:
      return reset(session);
    case 0xfd:
      return answer(Uint8Array.from(options.version ?? [5, 4, 3]));
    default:
      return decline(0x6d00);
  }
}

/** The application by its name, in full or cut off behind the provider (SP 800-73-5 Part 2 §3.1.1). */
function select(session: Session, { p1, data }: CardCommand): CardAnswer {
  if (p1 !== 4 || data.length < 5 || !equal(data, PIV_AID.subarray(0, data.length))) decline(0x6a82);
  session.selected = true;
  const identifier = encodeObject(0x4f, PIV_AID.subarray(5));
  const authority = encodeObject(0x79, encodeObject(0x4f, PIV_AID.subarray(0, 5)));
  return answer(encodeObject(0x61, identifier, authority));
}

/** As it left the factory, but for the number that is printed on it; only when PIN and PUK are both blocked. */
function reset(session: Session): CardAnswer {
  const { state, options } = session;
  if (state.pin.triesLeft > 0 || state.puk.triesLeft > 0) decline(0x6985);
  Object.assign(state, factoryState(options.random), { serial: state.serial });
  Object.assign(session, { pinVerified: false, managementProven: false, asked: undefined });
  return DONE;
}
