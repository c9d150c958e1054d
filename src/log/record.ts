import { decodeCbor, type CborValue } from '../core/cbor.ts';
import { Refusal } from '../core/refusal.ts';

/** The record as an array, or `undefined` for what we never wrote. */
export function readRecord(record: Uint8Array): readonly CborValue[] | undefined {
  try {
    const value = decodeCbor(record);
    return Array.isArray(value) ? (value as readonly CborValue[]) : undefined;
  } catch (error) {
    if (error instanceof Refusal) return undefined;
    throw error;
  }
}
