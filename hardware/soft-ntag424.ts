/**
 * An NTAG 424 DNA without a device: the application with its three files, keys, AES secure messaging, mirrors and the
 * delay after failures, by NT4H2421Gx. LRP, random numbers, originality keys and the chaining of frames are not there.
 */
import { concat, equalSecret, fromHex } from '../src/core/bytes.ts';
import type { CardChannel } from '../src/card/channel.ts';
import {
  commandMac,
  decipher,
  encipher,
  MAC_LENGTH,
  responseMac,
  type CommMode,
} from '../src/card/ntag424/messaging.ts';
import { INS, NATIVE } from '../src/card/ntag424/native.ts';
import { changeSettings, fileAt, isoCommand, modeOf, needKey, readData, writeData } from './soft-ntag424-files.ts';
import { challenge, changeKey, prove } from './soft-ntag424-keys.ts';
import {
  decline,
  Declined,
  ISO,
  settingsOf,
  type Power,
  type SoftTag,
  type SoftTagDeps,
  type SoftTagState,
} from './soft-ntag424-state.ts';

export { factoryTag, type SoftTagState } from './soft-ntag424-state.ts';

/** ISO 14443-4 card of a contactless reader (PC/SC part 3 §3.1.3.2.3.1). */
const ATR = Uint8Array.of(0x3b, 0x81, 0x80, 0x01, 0x80, 0x80);
const HARDWARE = Uint8Array.of(0x04, 0x04, 0x02, 0x30, 0x00, 0x11, 0x05);
const SOFTWARE = Uint8Array.of(0x04, 0x04, 0x02, 0x01, 0x02, 0x11, 0x05);
const PRODUCTION = Uint8Array.of(0xcf, 0x39, 0xd4, 0x49, 0x80, 0x34, 0x20);

export interface SoftTagOptions {
  /** Failures in a row after which the tag delays: 50 unless told. */
  readonly failuresBeforeDelay?: number;
}

/** Puts the tag on a reader. What it keeps goes into `state` with every command; what it does not is lost with the channel. */
export function softNtag424(deps: SoftTagDeps, state: SoftTagState, options: SoftTagOptions = {}): CardChannel {
  const { failuresBeforeDelay = 50 } = options;
  const power: Power = {
    ...{ isSelected: false, versionParts: 0 },
    ...{ file: undefined, session: undefined, handshake: undefined, reading: undefined },
  };
  const tag: SoftTag = { ...deps, state, power, failuresBeforeDelay };
  return {
    atr: ATR,
    async transmit(command) {
      try {
        return answer(tag, command);
      } catch (error) {
        if (!(error instanceof Declined)) throw error;
        // Any error of a native command ends the session (§9.1.9).
        if (error.status >> 8 === 0x91) tag.power.session = undefined;
        return statusBytes(error.status);
      }
    },
    async close() {
      tag.power.session = undefined;
    },
  };
}

function statusBytes(status: number): Uint8Array {
  return Uint8Array.of(status >> 8, status & 0xff);
}

function answer(tag: SoftTag, command: Uint8Array): Uint8Array {
  const { power } = tag;
  const [cla, ins] = command;
  if (command.length < 4) decline(ISO.wrongLength);
  // A read goes on only while nothing else comes between its parts.
  const kind = cla === 0x00 && ins === 0xb0 ? 'iso' : cla === 0x90 && ins === INS.readData ? 'native' : undefined;
  if (power.reading?.kind !== kind) power.reading = undefined;
  const { handshake, versionParts } = power;
  power.handshake = undefined;
  power.versionParts = 0;
  if (cla === 0x00) return concat(isoCommand(tag, command), statusBytes(0x9000));
  if (cla !== 0x90) decline(ISO.wrongClass);
  const length = command.length > 5 ? command[4]! : 0;
  if (command.length > 5 && command.length !== 6 + length) decline(NATIVE.length);
  const body = command.subarray(5, 5 + length);
  const { data, status = NATIVE.done } =
    ins === INS.additionalFrame && handshake
      ? { data: prove(tag, handshake, body) }
      : ins === INS.additionalFrame && versionParts > 0
        ? nextVersion(tag, versionParts)
        : native(tag, ins!, body);
  return concat(data, statusBytes(status));
}

interface Answer {
  readonly data: Uint8Array;
  readonly status?: number;
}

function nextVersion({ power, state }: SoftTag, part: number): Answer {
  if (part === 2) return { data: concat(fromHex(state.uid)!, PRODUCTION) };
  power.versionParts = 2;
  return { data: SOFTWARE, status: NATIVE.additionalFrame };
}

/** A command in secure messaging: how long its header in the clear is, how it travels, and what it does. */
interface Secured {
  readonly header: number;
  readonly mode: CommMode;
  readonly act: (header: Uint8Array, data: Uint8Array) => Uint8Array;
  readonly needsSession?: boolean;
  readonly status?: number;
}

function native(tag: SoftTag, ins: number, body: Uint8Array): Answer {
  const { power, state } = tag;
  switch (ins) {
    case INS.getVersion:
      if (power.session || body.length > 0) decline(NATIVE.length);
      power.versionParts = 1;
      return { data: HARDWARE, status: NATIVE.additionalFrame };
    case INS.authenticateFirst:
      if (body.length < 2 || body[1] !== body.length - 2) decline(NATIVE.length);
      // PCDCap2.1, bit 1 asks for LRP.
      if (((body[2] ?? 0) & 0x02) !== 0) decline(NATIVE.permissionDenied);
      return { data: challenge(tag, body[0]!), status: NATIVE.additionalFrame };
    case INS.authenticateNonFirst:
      if (body.length !== 1) decline(NATIVE.length);
      if (!power.session) decline(NATIVE.permissionDenied);
      return { data: challenge(tag, body[0]!, power.session.messaging), status: NATIVE.additionalFrame };
    default: {
      // SetConfiguration too: random numbers and LRP cannot be undone.
      const command = securedCommand(tag, ins, body[0] ?? 0) ?? decline(NATIVE.commandNotFound);
      if (command.needsSession && !power.session) decline(NATIVE.authentication);
      const { status = NATIVE.done } = command;
      return { data: secured(tag, ins, body, command, status), status };
    }
  }

  function securedCommand(soft: SoftTag, code: number, first: number): Secured | undefined {
    switch (code) {
      case INS.readSignature:
        return { header: 1, mode: 'full', act: () => fromHex(state.signature)!, status: NATIVE.doneSignature };
      case INS.getKeyVersion:
        return { header: 1, mode: 'mac', act: ([number]) => Uint8Array.of(versionOf(soft, number!)) };
      case INS.getCardUid:
        return { header: 0, mode: 'full', act: () => fromHex(state.uid)!, needsSession: true };
      case INS.getFileSettings:
        return { header: 1, mode: 'mac', act: ([number]) => fromHex(fileAt(soft, number!).settings)! };
      case INS.getFileCounters:
        return { header: 1, mode: 'full', act: ([number]) => countersOf(soft, number!) };
      case INS.changeFileSettings: {
        const isFree = settingsOf(fileAt(soft, first)).rights.change === 'free';
        const act: Secured['act'] = ([number], data) => changeSettings(soft, number!, data);
        return { header: 1, mode: isFree ? 'plain' : 'full', act, needsSession: !isFree };
      }
      case INS.changeKey: {
        const act: Secured['act'] = ([number], data) => changeKey(soft, number!, data);
        return { header: 1, mode: 'full', act, needsSession: true };
      }
      case INS.readData:
        return { header: 7, mode: modeOf(soft, first, 'read'), act: (header) => readData(soft, header) };
      case INS.writeData: {
        const act: Secured['act'] = (header, data) => writeData(soft, header, data);
        return { header: 7, mode: modeOf(soft, first, 'write'), act };
      }
      default:
        return undefined;
    }
  }
}

function versionOf({ power, state }: SoftTag, number: number): number {
  return (power.isSelected ? state.versions[number] : undefined) ?? decline(NATIVE.noSuchKey);
}

function countersOf(tag: SoftTag, number: number): Uint8Array {
  const { sdm } = settingsOf(fileAt(tag, number));
  needKey(tag, sdm ? sdm.counterRead : 'never');
  const { counter } = tag.state;
  return Uint8Array.of(counter & 0xff, (counter >> 8) & 0xff, counter >> 16, 0, 0);
}

/** Checks and opens the command, and seals its answer the same way; without a session all of it travels as it is. */
function secured(tag: SoftTag, ins: number, body: Uint8Array, command: Secured, status: number): Uint8Array {
  const { ciphers, power } = tag;
  const { session } = power;
  const { mode } = command;
  const isSealed = session !== undefined && mode !== 'plain';
  const told = isSealed ? body.subarray(0, -MAC_LENGTH) : body;
  if (told.length < command.header) decline(NATIVE.length);
  const [header, rest] = [told.subarray(0, command.header), told.subarray(command.header)];
  if (!session) return command.act(header, rest);
  const { messaging } = session;
  const next = messaging.counter + 1;
  if (isSealed && !equalSecret(commandMac(ciphers, messaging, ins, told), body.subarray(-MAC_LENGTH))) {
    decline(NATIVE.integrity);
  }
  const data = mode === 'full' ? decipher(ciphers, messaging, 'command', messaging.counter, rest) : rest;
  const done = command.act(header, data ?? decline(NATIVE.integrity));
  // ChangeKey of key 0 ends the session: no MAC.
  if (!power.session) return done;
  session.messaging = { ...messaging, counter: next };
  if (!isSealed) return done;
  const sealed = mode === 'full' ? encipher(ciphers, messaging, 'response', next, done) : done;
  return concat(sealed, responseMac(ciphers, messaging, status & 0xff, sealed));
}
