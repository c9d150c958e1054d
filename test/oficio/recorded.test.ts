import { expect, test } from 'vitest';
import { decodeRecord, encodeRecord } from '../../src/adapters/sql/record-json.ts';
import type { Oficio } from '../../src/oficio/oficio.ts';
import { LeafKind } from '../../src/log/leaf.ts';
import type { Ledger } from '../../src/log/ledger.ts';
import { letterOf, openOffice, TWO_PAGES } from '../support/office.ts';
import { codeOfAct } from '../support/refuses.ts';

/** A ledger whose second half of a letter fails once: the draft stays behind. */
function failingOnce(ledger: Ledger): Ledger {
  let failed = false;
  return {
    commit(act) {
      const signs = act.leaf.kind === LeafKind.oficioSigned;
      if (!signs || failed) return ledger.commit(act);
      failed = true;
      return Promise.reject(new Error('stopped'));
    },
  };
}

test.each([
  ['amount', { amount: 850_000 }],
  ['subject', { subject: 'Pague hoy mismo' }],
  ['folio', { folio: 'AE/DGG/0999/2026', number: 999 }],
] as const)('a retry does not seal a draft whose %s somebody changed meanwhile', async (_, change) => {
  const office = await openOffice({ replace: (ports) => ({ ...ports, ledger: failingOnce(ports.ledger) }) });
  const order = letterOf(office.director, TWO_PAGES);
  await expect(office.services.signOficio(order, 'once more')).rejects.toThrow('stopped');
  const { database } = office.ports.data;
  const row = database.prepare('SELECT key, record FROM oficio').get() as { key: string; record: string };
  const record = encodeRecord({ ...(decodeRecord(row.record) as Oficio), ...change });
  if ('number' in change) database.prepare('UPDATE oficio SET number = ?').run(change.number);
  database.prepare('UPDATE oficio SET record = ? WHERE key = ?').run(record, row.key);
  expect(await codeOfAct(() => office.services.signOficio(order, 'once more'))).toBe('log/corrupt');
});

test('a retry finishes no letter of another request, whatever the row of the attempt names', async () => {
  let stop = true;
  const office = await openOffice({
    replace: (ports) => ({
      ...ports,
      ledger: {
        commit: (act) =>
          stop && act.leaf.kind === LeafKind.oficioSigned
            ? Promise.reject(new Error('stopped'))
            : ports.ledger.commit(act),
      },
    }),
  });
  const orders = [0, 99_999].map((amount) => ({ ...letterOf(office.director, TWO_PAGES), amount }));
  for (const [i, order] of orders.entries()) {
    await expect(office.services.signOficio(order, `attempt ${i}`)).rejects.toThrow('stopped');
  }
  stop = false;
  const { database } = office.ports.data;
  const rows = database
    .prepare('SELECT key, record FROM attempt WHERE key LIKE ? ORDER BY key')
    .all('oficio/attempt %');
  const [asked, other] = rows.map(({ record }) => decodeRecord(String(record)) as { made: string });
  const led = encodeRecord({ ...asked, made: other!.made });
  database.prepare('UPDATE attempt SET record = ? WHERE key = ?').run(led, 'oficio/attempt 0');
  const before = (await office.services.log.head()).size;
  expect(await codeOfAct(() => office.services.signOficio(orders[0]!, 'attempt 0'))).toBe('log/corrupt');
  expect((await office.services.log.head()).size).toBe(before);
});

test('a retry whose signer is typed otherwise finds the same letter', async () => {
  const office = await openOffice();
  const order = letterOf(office.director, TWO_PAGES);
  const typed = { ...order, signerId: order.signerId.toLowerCase() };
  const first = await office.services.signOficio(typed, 'typed so');
  expect((await office.services.signOficio(typed, 'typed so')).oficio.id).toBe(first.oficio.id);
});
