import { concat, fromHex, toHex } from '../../src/core/bytes.ts';
import { isRefusal } from '../../src/core/refusal.ts';
import { encodeDiscovery } from '../../src/card/piv/key-history.ts';
import { OBJECTS } from '../../src/card/piv/objects.ts';
import { encodeObject, readObjects, type DataObject } from '../../src/card/tlv.ts';
import { answer, decline, DONE, type CardAnswer, type CardCommand } from './apdu.ts';
import type { Session } from './session.ts';

/** Fingerprints, face, printed information and iris want the PIN (SP 800-73-5 Part 1 §3). */
const WITH_PIN = ['5fc103', '5fc108', '5fc109', '5fc121'];
const MOST_BYTES = new Map(Object.values(OBJECTS).map(({ tag, mostBytes }) => [tag.toString(16), mostBytes]));
const OTHER_BYTES = 3052;

/** The data objects of a command, or 6A80. */
export function parse(bytes: Uint8Array): readonly DataObject[] {
  try {
    return readObjects(bytes, 'command');
  } catch (error) {
    if (isRefusal(error)) decline(0x6a80);
    throw error;
  }
}

export function getData(session: Session, { p1, p2, data }: CardCommand): CardAnswer {
  if (p1 !== 0x3f || p2 !== 0xff) decline(0x6a86);
  const [list, ...more] = parse(data);
  if (list?.tag !== 0x5c || more.length > 0) decline(0x6a80);
  const tag = toHex(list.value);
  if (tag === '7e') return answer(encodeObject(0x7e, encodeDiscovery({ pinUsage: 0x40, preferred: 0 })));
  if (WITH_PIN.includes(tag) && !session.pinVerified) decline(0x6982);
  const object = session.state.objects[tag];
  return object === undefined ? decline(0x6a82) : answer(fromHex(object)!);
}

export function putData(session: Session, { p1, p2, data }: CardCommand): CardAnswer {
  const { tag, object } = target(session, p1, p2, data);
  const [value, ...more] = parse(object);
  if (!value || more.length > 0 || (value.tag !== 0x53 && value.tag !== 0x7f61)) decline(0x6a80);
  const most = session.options.mostObjectBytes ?? MOST_BYTES.get(tag) ?? OTHER_BYTES;
  if (value.value.length > most) decline(0x6a84);
  if (value.value.length === 0) delete session.state.objects[tag];
  else session.state.objects[tag] = toHex(encodeObject(value.tag, value.value));
  return DONE;
}

/** A part of a chain has come and is acknowledged: what a card without a buffer has written of it by now. */
export function putPart(session: Session, { p1, p2 }: CardCommand, data: Uint8Array): void {
  const { torn = 'keeps-old' } = session.options;
  const { tag, object } = target(session, p1, p2, data);
  if (torn === 'keeps-old') return;
  const old = fromHex(session.state.objects[tag] ?? '') ?? new Uint8Array();
  session.state.objects[tag] = toHex(torn === 'leaves-half' ? object : concat(object, missing(object, old)));
}

/** The bytes that are still to come, as they lie in the memory of the card: what was there before, and zeros. */
function missing(object: Uint8Array, old: Uint8Array): Uint8Array {
  const long = object[1] === 0x82 ? 4 + ((object[2]! << 8) | object[3]!) : object[1] === 0x81 ? 3 + object[2]! : 0;
  const rest = new Uint8Array(Math.max(0, long - object.length));
  rest.set(old.subarray(object.length, object.length + rest.length));
  return rest;
}

function target(session: Session, p1: number, p2: number, data: Uint8Array): { tag: string; object: Uint8Array } {
  if (p1 !== 0x3f || p2 !== 0xff) decline(0x6a86);
  if (!session.managementProven) decline(0x6982);
  if (data[0] === 0x7e) decline(0x6a81);
  if (data[0] === 0x7f && data[1] === 0x61) return { tag: '7f61', object: data };
  if (data[0] !== 0x5c || data[1] !== 3) decline(0x6a80);
  return { tag: toHex(data.subarray(2, 5)), object: data.subarray(5) };
}
