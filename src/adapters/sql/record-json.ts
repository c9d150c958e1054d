/** How bytes stand in a record's JSON: `{"$bytes":"<base64url>"}`. */
const BYTES = '$bytes';
const MAX_DEPTH = 32;

/** Node's own is several times as fast as ours, and less strict: this is our own data, and what it skips is noticed. */
function toBase64Url({ buffer, byteOffset, length }: Uint8Array): string {
  return Buffer.from(buffer, byteOffset, length).toString('base64url');
}

function fromBase64Url(text: string): Uint8Array | undefined {
  const bytes = new Uint8Array(Buffer.from(text, 'base64url'));
  return bytes.length === Math.floor((text.length * 3) / 4) ? bytes : undefined;
}

/** Written straight, without building a second record of what JSON has: every act writes several. */
function textOf(value: unknown, depth: number): string | undefined {
  if (typeof value === 'string') return JSON.stringify(value);
  if (typeof value === 'number' && !Number.isFinite(value)) throw new TypeError(`a record holds ${value}`);
  if (typeof value === 'number' || typeof value === 'boolean' || value === null) return String(value);
  if (value === undefined) return undefined;
  if (typeof value !== 'object') throw new TypeError(`a record holds a ${typeof value}`);
  if (depth > MAX_DEPTH) throw new TypeError('a record is nested too deeply');
  if (value instanceof Uint8Array) return `{"${BYTES}":"${toBase64Url(value)}"}`;
  if (Array.isArray(value)) return `[${value.map((item) => textOf(item, depth + 1) ?? 'null').join(',')}]`;
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) throw new TypeError('a record holds an object of a class');
  let out = '';
  for (const name of Object.keys(value)) {
    if (name === BYTES) throw new TypeError(`a record has a field ${BYTES}`);
    const text = textOf((value as Record<string, unknown>)[name], depth + 1);
    if (text !== undefined) out += `${out === '' ? '' : ','}${JSON.stringify(name)}:${text}`;
  }
  return `{${out}}`;
}

/** In place: what was just parsed is nobody else's. */
function fromJson(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  const fields = value as Record<string, unknown>;
  const bytes = fields[BYTES];
  if (typeof bytes === 'string') return fromBase64Url(bytes);
  for (const name of Object.keys(fields)) {
    const field = fields[name];
    if (typeof field === 'object' && field !== null) fields[name] = fromJson(field);
  }
  return value;
}

/** JSON of a record of plain data and bytes. @throws TypeError for what JSON would lose: a map, a class, NaN (a bug) */
export function encodeRecord(record: object): string {
  return textOf(record, 0)!;
}

/** The record that `encodeRecord` wrote: this process's own data, never somebody's input. */
export function decodeRecord(json: string): unknown {
  const value: unknown = JSON.parse(json);
  return json.includes(BYTES) ? fromJson(value) : value;
}
