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
  database.prepare('UPDATE oficio SET record = ? WHERE key = ?').run(record, row.key);
  expect(await codeOfAct(() => office.services.signOficio(order, 'once more'))).toBe('log/corrupt');
});
