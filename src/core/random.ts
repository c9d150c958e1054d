/** `length` bytes that nobody can predict. The only implementation outside tests is `adapters/system.ts`. */
export type Random = (length: number) => Uint8Array;
