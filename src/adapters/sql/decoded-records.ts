import type { ColumnValue } from './record-table.ts';

export interface Decoded {
  /** The JSON that it was decoded from. */
  readonly text: string;
  readonly record: object;
  /** The key and the columns that follow from the record, once somebody asked. */
  readonly place?: readonly ColumnValue[];
}

/** Of some kilobytes each at most. */
const MOST_KEPT = 1024;

/** The records that were decoded last, each with the text of the row that it was decoded from: another text is another record. */
export class DecodedRecords {
  readonly #kept = new Map<string, Decoded>();

  find(table: string, key: string, text: string): Decoded | undefined {
    const kept = this.#kept.get(`${table} ${key}`);
    return kept?.text === text ? kept : undefined;
  }

  keep(table: string, key: string, decoded: Decoded): void {
    const name = `${table} ${key}`;
    if (!this.#kept.has(name) && this.#kept.size >= MOST_KEPT) this.#kept.delete(this.#kept.keys().next().value!);
    this.#kept.set(name, decoded);
  }
}
