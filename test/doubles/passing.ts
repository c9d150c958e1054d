import type { PassingRow, PassingStore } from '../../src/access/passing-store.ts';

/** Rows that pass by themselves, in memory. */
export function memoryPassing<Row extends PassingRow>(): PassingStore<Row> {
  const rows = new Map<string, { readonly record: Row; readonly version: number }>();
  return {
    async add(record) {
      if (rows.has(record.id)) return false;
      rows.set(record.id, { record, version: 1 });
      return true;
    },
    find: async (id) => rows.get(id),
    async replace(record, ifVersion) {
      if (rows.get(record.id)?.version !== ifVersion) return false;
      rows.set(record.id, { record, version: ifVersion + 1 });
      return true;
    },
    async take(id) {
      const taken = rows.get(id)?.record;
      rows.delete(id);
      return taken;
    },
    list: async () => [...rows.values()].toSorted((a, b) => (a.record.id < b.record.id ? -1 : 1)),
    async sweep(at, most) {
      const byEnd = [...rows.values()].map(({ record }) => record).toSorted((a, b) => b.expiresAt - a.expiresAt);
      for (const [i, { id, expiresAt }] of byEnd.entries()) if (expiresAt <= at || i >= most) rows.delete(id);
    },
  };
}
