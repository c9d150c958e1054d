import type { Approval, ApprovalId } from '../../src/approval/approval.ts';
import type { ApprovalStore, KeptAnswer } from '../../src/approval/store.ts';

interface Row {
  readonly record: Approval;
  readonly version: number;
  readonly body?: Uint8Array;
  readonly answer?: KeptAnswer;
}

/** What waits for people, in memory. */
export function memoryApprovals(): ApprovalStore {
  const rows = new Map<ApprovalId, Row>();
  const newest = (): Row[] =>
    [...rows.values()].toSorted(({ record: a }, { record: b }) => b.madeAt - a.madeAt || (a.id < b.id ? 1 : -1));
  return {
    async add(record, body) {
      if (rows.has(record.id)) throw new Error(`an approval ${record.id} is there`);
      rows.set(record.id, { record, version: 1, body });
    },
    async find(id) {
      const found = rows.get(id);
      return found && { record: found.record, version: found.version };
    },
    async list({ state, requester, before, limit }) {
      const all = newest();
      const from = before === undefined ? 0 : all.findIndex(({ record }) => record.id === before) + 1;
      return all
        .slice(from)
        .filter(({ record }) => state === undefined || record.state === state)
        .filter(({ record }) => requester === undefined || record.requester.person === requester)
        .slice(0, limit)
        .map(({ record }) => record);
    },
    async countOpen(requester) {
      return newest().filter(({ record }) => record.requester.person === requester && record.state === 'open').length;
    },
    findBody: async (id) => rows.get(id)?.body,
    findAnswer: async (id) => rows.get(id)?.answer,
    async replace(record, ifVersion, answer) {
      const found = rows.get(record.id);
      if (found?.version !== ifVersion) return false;
      const { body: _, ...rest } = found;
      const kept = record.state === 'open' ? found : rest;
      rows.set(record.id, { ...kept, record, version: ifVersion + 1, ...(answer && { answer }) });
      return true;
    },
    async forget(at) {
      const over = newest().filter(({ record }) => record.end && record.end.at < at);
      for (const { record } of over) rows.delete(record.id);
      return over.length;
    },
  };
}
