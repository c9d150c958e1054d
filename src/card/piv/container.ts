import { fromUtf8, utf8 } from '../../core/bytes.ts';
import { encodeObject, readObjects } from '../tlv.ts';
import { malformed, refuse } from './answer.ts';

/** Error detection code (SP 800-73-5 Part 1, appendix A): its tag stays, empty, at the end of most containers. */
const END = 0xfe;

/** The fields of a container, each at most once, by their tags. */
export type Fields = ReadonlyMap<number, Uint8Array>;

/**
 * The fields of a container: those of `tags` and no other, in that order, each at most once, and the empty error detection
 * code behind them. A container that was cut between two fields has no such end: it is refused with all others.
 * @throws Refusal `card/malformed`
 */
export function readFields(bytes: Uint8Array, tags: readonly number[], what: string): Fields {
  const objects = readObjects(bytes, what);
  const last = objects.at(-1);
  if (last?.tag !== END || last.value.length > 0) malformed(what, 'no end');
  const fields = new Map<number, Uint8Array>();
  let place = -1;
  for (const { tag, value } of objects.slice(0, -1)) {
    const found = tags.indexOf(tag);
    if (found === -1) malformed(what, `an unknown field ${tag.toString(16)}`);
    if (found <= place) malformed(what, `a field ${tag.toString(16)} out of place`);
    place = found;
    fields.set(tag, value);
  }
  return fields;
}

export function fieldOf(fields: Fields, tag: number, what: string): Uint8Array {
  return fields.get(tag) ?? malformed(what, `no field ${tag.toString(16)}`);
}

/** @throws Refusal `card/malformed` unless the field is there and so long */
export function fixedField(fields: Fields, tag: number, length: number, what: string): Uint8Array {
  const value = fieldOf(fields, tag, what);
  if (value.length !== length) malformed(what, `a field ${tag.toString(16)} of ${value.length} bytes`);
  return value;
}

export function endOfContainer(): Uint8Array {
  return encodeObject(END);
}

/** A text of at most `most` bytes in UTF-8, without characters that do not print. @throws Refusal `card/malformed` */
export function readText(value: Uint8Array, most: number, what: string): string {
  const text = value.length > most ? undefined : fromUtf8(value);
  if (text === undefined || /\p{C}/u.test(text)) malformed(what, 'a text that cannot be read');
  return text;
}

/** @throws Refusal `card/too-large` beyond `most` bytes */
export function encodeText(tag: number, text: string, most: number, what: string): Uint8Array {
  const bytes = utf8(text);
  if (bytes.length > most) {
    const facts = { object: what, bytes: bytes.length, most };
    refuse('card/too-large', `${what}: a text of ${bytes.length} bytes, at most ${most} are allowed`, facts);
  }
  return encodeObject(tag, bytes);
}
