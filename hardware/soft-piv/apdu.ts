/** A command as the card reads it (ISO/IEC 7816-3 §12.1): short or extended. */
export interface CardCommand {
  readonly cla: number;
  readonly ins: number;
  readonly p1: number;
  readonly p2: number;
  readonly data: Uint8Array;
  /** How many bytes the answer may have; 256 where the command does not say. */
  readonly most: number;
}

/** `undefined` for lengths that do not add up. */
export function parseCommand(bytes: Uint8Array): CardCommand | undefined {
  if (bytes.length < 4) return undefined;
  const [cla, ins, p1, p2, first] = bytes;
  const head = { cla: cla!, ins: ins!, p1: p1!, p2: p2! };
  const none = new Uint8Array();
  if (bytes.length === 4) return { ...head, data: none, most: 256 };
  if (bytes.length === 5) return { ...head, data: none, most: first || 256 };
  const extended = first === 0;
  const word = (at: number): number => (bytes[at]! << 8) | bytes[at + 1]!;
  if (extended && bytes.length === 7) return { ...head, data: none, most: word(5) || 65_536 };
  const start = extended ? 7 : 5;
  const length = extended ? word(5) : first!;
  const end = start + length;
  const data = bytes.subarray(start, end);
  const rest = bytes.length - end;
  if (length === 0 || rest < 0) return undefined;
  if (rest === 0) return { ...head, data, most: extended ? 65_536 : 256 };
  if (extended) return rest === 2 ? { ...head, data, most: word(end) || 65_536 } : undefined;
  return rest === 1 ? { ...head, data, most: bytes[end]! || 256 } : undefined;
}

/** What a command does in the card: a status, and data where it is done. */
export interface CardAnswer {
  readonly status: number;
  readonly data?: Uint8Array;
}

/** Thrown inside the card to end a command. */
export class Declined extends Error {
  readonly status: number;

  constructor(status: number) {
    super(`the card answers ${status.toString(16)}`);
    this.status = status;
  }
}

export function decline(status: number): never {
  throw new Declined(status);
}

export function answer(data: Uint8Array): CardAnswer {
  return { status: 0x9000, data };
}

export const DONE: CardAnswer = { status: 0x9000 };
