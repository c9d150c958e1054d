import { equal, fromLatin1, fromUtf8, toLatin1 } from '../core/bytes.ts';

/** A browser sends as many as the page has fields. */
const MOST_PARTS = 64;
const MOST_HEADER_BYTES = 4096;
/** RFC 2046 §5.1.1. */
const BOUNDARY =
  /^multipart\/form-data\s*;(?:[^"]*;)?\s*boundary=(?:"([\w'()+,./:=? -]{1,70})"|([\w'+./-]{1,70}))\s*(?:;.*)?$/i;
const CR = 13;
const LF = 10;

/** A part of a form (RFC 7578). */
interface FormPart {
  readonly name: string;
  readonly isFile: boolean;
  readonly data: Uint8Array;
}

/**
 * The file in the field `name` of a form (RFC 7578); `undefined` where the form is none, or has no such file. One pass
 * over the body, nothing copied: the parsers of platforms take seconds over many small parts or one endless header.
 */
export function fileOfForm(body: Uint8Array, contentType: string, name: string): Uint8Array | undefined {
  for (const part of partsIn(body, contentType)) {
    if (part === 'malformed') return undefined;
    if (part.isFile && part.name === name) return part.data;
  }
  return undefined;
}

/** What a form with files has. */
export interface FormParts {
  readonly fields: URLSearchParams;
  /** By field; one that was left empty is absent. */
  readonly files: ReadonlyMap<string, Uint8Array>;
}

/** All of a form (RFC 7578); `undefined` where it is none, a field is not UTF-8, or two files have one name. */
export function formParts(body: Uint8Array, contentType: string): FormParts | undefined {
  const fields = new URLSearchParams();
  const files = new Map<string, Uint8Array>();
  let count = 0;
  for (const part of partsIn(body, contentType)) {
    if (part === 'malformed' || (part.isFile && files.has(part.name))) return undefined;
    count++;
    if (part.isFile) {
      if (part.data.length > 0) files.set(part.name, part.data);
      continue;
    }
    const text = fromUtf8(part.data);
    if (text === undefined) return undefined;
    fields.append(part.name, text);
  }
  return count > 0 ? { fields, files } : undefined;
}

function* partsIn(body: Uint8Array, contentType: string): Generator<FormPart | 'malformed'> {
  const match = BOUNDARY.exec(contentType.trim());
  const boundary = match?.[1] ?? match?.[2];
  if (boundary === undefined) yield 'malformed';
  else yield* partsOf(body, fromLatin1(`\r\n--${boundary}`));
}

/** `delimiter` with the end of line before it; the first one has none. */
function* partsOf(body: Uint8Array, delimiter: Uint8Array): Generator<FormPart | 'malformed'> {
  if (!startsAt(body, 0, delimiter.subarray(2))) return yield 'malformed';
  let at = delimiter.length - 2;
  for (let count = 0; count < MOST_PARTS; count++) {
    if (toLatin1(body.subarray(at, at + 2)) === '--') return;
    const headers = headersAt(body, at);
    if (!headers) break;
    const end = find(body, headers.end, delimiter);
    if (end < 0) break;
    yield { ...headers.disposition, data: body.subarray(headers.end, end) };
    at = end + delimiter.length;
  }
  yield 'malformed';
}

interface PartHeaders {
  readonly disposition: Pick<FormPart, 'name' | 'isFile'>;
  /** Where the data begins. */
  readonly end: number;
}

function headersAt(body: Uint8Array, at: number): PartHeaders | undefined {
  const text = toLatin1(body.subarray(at, at + MOST_HEADER_BYTES));
  const length = text.indexOf('\r\n\r\n');
  if (!text.startsWith('\r\n') || length < 0) return undefined;
  const line = text
    .slice(2, length)
    .split('\r\n')
    .find((one) => /^content-disposition\s*:/i.test(one));
  const name = line && /^content-disposition\s*:\s*form-data\s*;\s*name="([^"]*)"/i.exec(line)?.[1];
  if (line === undefined || name === undefined) return undefined;
  return { disposition: { name, isFile: /;\s*filename\*?=/i.test(line) }, end: at + length + 4 };
}

function startsAt(body: Uint8Array, at: number, pattern: Uint8Array): boolean {
  return at + pattern.length <= body.length && equal(body.subarray(at, at + pattern.length), pattern);
}

/** No boundary has a CR, so what was compared once is not compared again. */
function find(body: Uint8Array, from: number, delimiter: Uint8Array): number {
  const last = body.length - delimiter.length;
  for (let at = from; at <= last; at++) {
    if (body[at] === CR && body[at + 1] === LF && startsAt(body, at, delimiter)) return at;
  }
  return -1;
}
