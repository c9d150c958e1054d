/** What a leaf of the log commits to, as an auditor reads it. */
import { nodePrimitives } from '../src/adapters/primitives.ts';
import { decodeCbor, type CborValue } from '../src/core/cbor.ts';
import { fromBase64 } from '../src/core/base64.ts';
import { toHex } from '../src/core/bytes.ts';
import { isRefusal } from '../src/core/refusal.ts';
import { decodeLeaf, openLeaf } from '../src/log/leaf.ts';
import { printable } from '../src/texts/problem-text.ts';

/** As the service tells it: all in base64. */
export interface OpeningView {
  readonly record: string;
  readonly salt: string;
  readonly evidence?: { readonly kind: number; readonly bytes: string };
}

/** Whether the leaf commits to that record, and evidence: computed here, as anybody does who has leaf, record and salt. */
export function holdsFor(entry: string, { record, salt, evidence }: OpeningView): boolean {
  const [leaf, ...given] = [entry, record, salt].map(fromBase64);
  const [recordBytes, saltBytes] = given;
  const proof = evidence && fromBase64(evidence.bytes);
  if (!leaf || !recordBytes || !saltBytes || (evidence && !proof)) return false;
  const opening = {
    ...{ record: recordBytes, salt: saltBytes },
    ...(evidence && proof && { evidence: { kind: evidence.kind, bytes: proof } }),
  };
  try {
    return openLeaf(decodeLeaf(leaf), opening, nodePrimitives);
  } catch (error) {
    if (isRefusal(error)) return false;
    throw error;
  }
}

/** The items of a record behind its version, the act first: bytes in hexadecimal. `undefined` for what is no record. */
export function itemsOf({ record }: Pick<OpeningView, 'record'>): readonly string[] | undefined {
  try {
    const value = decodeCbor(fromBase64(record) ?? new Uint8Array());
    return Array.isArray(value) ? value.slice(1).map((item: CborValue) => printable(itemText(item))) : undefined;
  } catch (error) {
    if (isRefusal(error)) return undefined;
    throw error;
  }
}

function itemText(value: CborValue): string {
  if (typeof value === 'string') return value;
  return JSON.stringify(plain(value));
}

function plain(value: CborValue): unknown {
  if (value instanceof Uint8Array) return toHex(value);
  if (Array.isArray(value)) return value.map(plain);
  if (value instanceof Map) return Object.fromEntries([...value].map(([key, item]) => [String(key), plain(item)]));
  return value;
}
