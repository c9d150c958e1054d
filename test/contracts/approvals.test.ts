import { afterAll, describe, expect, test } from 'vitest';
import type { PersonId } from '../../src/access/person.ts';
import { sqlApprovals } from '../../src/adapters/sql/approvals.ts';
import { openSqlite, type SqliteData } from '../../src/adapters/sqlite.ts';
import { openApproval, type Approval } from '../../src/approval/approval.ts';
import type { ApprovalStore } from '../../src/approval/store.ts';
import { unixSeconds } from '../../src/core/time.ts';
import { LeafKind } from '../../src/log/leaf.ts';
import { memoryApprovals } from '../doubles/memory-approvals.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const AT = 1_795_284_000;
const ANA = { person: 'a'.repeat(32) as PersonId, name: 'Ana Pérez' };
const EVA = { person: 'e'.repeat(32) as PersonId, name: 'Eva Ruiz' };
const BODY = new Uint8Array([1, 2, 3]);
const ANSWER = { status: 200, contentType: 'application/json', body: new Uint8Array([0x7b, 0x7d]) };

let made = 0;
function approval(over: Partial<Approval> = {}, minute = 0): Approval {
  const key = new Uint8Array(16).fill(++made);
  const root = new Uint8Array(32);
  const opened = openApproval({
    pending: {
      asked: [{ kind: LeafKind.officialRegistered, record: new Uint8Array([0x80]), scope: { unit: 'AE' } }],
      statement: {
        ...{ action: 'official/registered', count: 1, target: root, key },
        ...{ at: unixSeconds(AT + 60 * minute), size: 7, root },
      },
      seed: new Uint8Array(32).fill(9),
      caller: { by: { enrolment: 4, roles: 5 }, grants: [] },
    },
    request: { method: 'POST', path: '/officials', contentType: 'application/json' },
    requester: ANA,
  });
  return { ...opened, ...over };
}

const ended = (one: Approval): Approval => ({ ...one, state: 'enacted', end: { at: unixSeconds(AT + 10) } });

function approvalsContract(name: string, make: () => ApprovalStore): void {
  describe(`approvals that wait: ${name}`, () => {
    test('finds what was added, with the body of its request, and nothing else', async () => {
      const store = make();
      const one = approval();
      await store.add(one, BODY);
      expect(await store.find(one.id)).toEqual({ record: one, version: 1 });
      expect(await store.findBody(one.id)).toEqual(BODY);
      expect(await store.findAnswer(one.id)).toBeUndefined();
      expect(await store.find(approval().id)).toBeUndefined();
      await expect(store.add(one, BODY)).rejects.toThrow();
    });

    test('of two that read the same version one replaces it', async () => {
      const store = make();
      const one = approval();
      await store.add(one, BODY);
      const other = { ...one, requester: EVA };
      expect(await Promise.all([store.replace(ended(one), 1, ANSWER), store.replace(other, 1)])).toEqual([true, false]);
      expect(await store.find(one.id)).toEqual({ record: ended(one), version: 2 });
      expect(await store.replace(ended(one), 1)).toBe(false);
    });

    test('one that ended keeps its answer and no body of its request', async () => {
      const store = make();
      const one = approval();
      await store.add(one, BODY);
      await store.replace({ ...one, assertions: [] }, 1);
      expect(await store.findBody(one.id)).toEqual(BODY);
      await store.replace(ended(one), 2, ANSWER);
      expect(await store.findBody(one.id)).toBeUndefined();
      expect(await store.findAnswer(one.id)).toEqual(ANSWER);
    });

    test('lists the newest first, by state and by who asked, page by page', async () => {
      const store = make();
      const [old, later, hers, over] = [
        approval({}, 1),
        approval({}, 2),
        approval({ requester: EVA }, 3),
        approval({}, 4),
      ];
      for (const one of [later, old, over, hers]) await store.add(one, BODY);
      await store.replace(ended(over), 1);
      const ids = async (query: Omit<Parameters<ApprovalStore['list']>[0], 'limit'>, limit = 10): Promise<string[]> =>
        (await store.list({ ...query, limit })).map(({ id }) => id);
      expect(await ids({})).toEqual([over, hers, later, old].map(({ id }) => id));
      expect(await ids({ state: 'open', requester: ANA.person })).toEqual([later.id, old.id]);
      expect(await ids({ before: hers.id })).toEqual([later.id, old.id]);
      expect(await ids({}, 1)).toEqual([over.id]);
      expect(await store.countOpen(ANA.person)).toBe(2);
    });

    test('forgets what ended before, and nothing that is open', async () => {
      const store = make();
      const [open, over] = [approval(), approval()];
      for (const one of [open, over]) await store.add(one, BODY);
      await store.replace(ended(over), 1, ANSWER);
      expect(await store.forget(unixSeconds(AT + 10))).toBe(0);
      expect(await store.forget(unixSeconds(AT + 11))).toBe(1);
      expect(await store.find(over.id)).toBeUndefined();
      expect(await store.findAnswer(over.id)).toBeUndefined();
      expect(await store.find(open.id)).toBeDefined();
    });
  });
}

const folder = temporaryFolder();
const opened: SqliteData[] = [];
afterAll(() => {
  for (const data of opened) data.close();
});

approvalsContract('SQLite', () => {
  const data = openSqlite(`${folder}/${opened.length}.sqlite`);
  opened.push(data);
  return sqlApprovals(data);
});
approvalsContract('the double', memoryApprovals);
