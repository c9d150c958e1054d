import { fromBase64Url, toBase64Url } from '../../core/base64.ts';

/** How bytes stand in a record's JSON: `{"$bytes":"<base64url>"}`. */
const BYTES = '$bytes';
const MAX_DEPTH = 32;

function toJson(value: unknown, depth: number): unknown {
  if (depth > MAX_DEPTH) throw new TypeError('a record is nested too deeply');
  if (typeof value === 'number' && !Number.isFinite(value)) throw new TypeError(`a record holds ${value}`);
  if (typeof value === 'bigint' || typeof value === 'function' || typeof value === 'symbol') {
    throw new TypeError(`a record holds a ${typeof value}`);
  }
  if (typeof value !== 'object' || value === null) return value;
  if (value instanceof Uint8Array) return { [BYTES]: toBase64Url(value) };
  if (Array.isArray(value)) return value.map((item) => toJson(item, depth + 1));
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) throw new TypeError('a record holds an object of a class');
  const fields = Object.entries(value);
  if (fields.some(([name]) => name === BYTES)) throw new TypeError(`a record has a field ${BYTES}`);
  return Object.fromEntries(fields.map(([name, field]) => [name, toJson(field, depth + 1)]));
}

function fromJson(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(fromJson);
  const fields = Object.entries(value);
  const [first] = fields;
  if (first?.[0] === BYTES && typeof first[1] === 'string') return fromBase64Url(first[1]);
  return Object.fromEntries(fields.map(([name, field]) => [name, fromJson(field)]));
}

/** JSON of a record of plain data and bytes. @throws TypeError for what JSON would lose: a map, a class, NaN (a bug) */
export function encodeRecord(record: object): string {
  return JSON.stringify(toJson(record, 0));
}

/** The record that `encodeRecord` wrote: this process's own data, never somebody's input. */
export function decodeRecord(json: string): unknown {
  const value: unknown = JSON.parse(json);
  return json.includes(BYTES) ? fromJson(value) : value;
}
