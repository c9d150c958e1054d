import { expect, test } from 'vitest';
import { findEarlier, type Attempt, type AttemptStore } from '../../src/log/attempt.ts';
import { failingLedger } from '../doubles/failing-ledger.ts';
import { memoryData, type MemoryData } from '../doubles/memory-ledger.ts';
import { bytesOf, plainAct, unitPut } from '../support/acts.ts';
import { codeOfAct } from '../support/refuses.ts';

const request = bytesOf('the request');
const storeOf = (data: MemoryData): AttemptStore => ({
  findAttempt: async (key) => data.find<Attempt>('attempt', key)?.record,
});
const act = plainAct('act', unitPut('AC'), {
  put: 'attempt',
  key: 'once',
  record: { requestDigest: request, made: 'AC' },
  ifVersion: 0,
});

test('an act that never happened is not found, and is done by the next try', async () => {
  const data = memoryData();
  const ledger = failingLedger(data.ledger, 1, 'before');
  await expect(ledger.commit(act)).rejects.toMatchObject({ code: 'log/unavailable' });
  expect(await findEarlier(storeOf(data), 'once', request)).toBeUndefined();
  expect(await ledger.commit(act)).toEqual({ index: 0 });
});

test('an act whose answer was lost is found by its key, and cannot happen twice', async () => {
  const data = memoryData();
  const ledger = failingLedger(data.ledger, 1, 'after');
  await expect(ledger.commit(act)).rejects.toMatchObject({ code: 'log/unavailable' });
  expect(await findEarlier(storeOf(data), 'once', request)).toBe('AC');
  expect(await codeOfAct(() => ledger.commit(act))).toBe('log/stale');
  expect((await data.log.head()).size).toBe(1);
});

test('a key that was used for another request is refused', async () => {
  const data = memoryData();
  await data.ledger.commit(act);
  const other = () => findEarlier(storeOf(data), 'once', bytesOf('another request'));
  expect(await codeOfAct(other)).toBe('log/retry-differs');
});
