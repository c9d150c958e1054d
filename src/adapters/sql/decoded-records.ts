interface Decoded {
  readonly text: string;
  readonly record: object;
}

/** Of some kilobytes each at most. */
const MOST_KEPT = 1024;

/** The records that were decoded last, each with the text of the row that it was decoded from: another text is another record. */
export class DecodedRecords {
  readonly #kept = new Map<string, Decoded>();

  find(table: string, key: string, text: string): object | undefined {
    const kept = this.#kept.get(`${table} ${key}`);
    return kept?.text === text ? kept.record : undefined;
  }

  keep(table: string, key: string, text: string, record: object): void {
    const name = `${table} ${key}`;
    if (!this.#kept.has(name) && this.#kept.size >= MOST_KEPT) this.#kept.delete(this.#kept.keys().next().value!);
    this.#kept.set(name, { text, record });
  }
}
