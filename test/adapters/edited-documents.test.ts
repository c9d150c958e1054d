import { rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import type { RegisterFinding } from '../../src/log/claim.ts';
import type { Services } from '../../src/services.ts';
import { letterOf, TWO_PAGES } from '../support/office.ts';
import { afterEdit, setInRecord, workedRegister } from '../support/worked-register.ts';

const { config, staff, standing, cancelled, cancelledFile } = await workedRegister();

afterAll(() => rmSync(dirname(config.dataFolder), { recursive: true, force: true }));

const put = (leaf: number, bytes: string): string =>
  `CREATE TEMP TABLE was AS SELECT bytes FROM document WHERE idx = ${leaf}; DELETE FROM document WHERE idx = ${leaf};
   INSERT INTO document (idx, bytes) SELECT ${leaf}, ${bytes} FROM was; DROP TABLE was;`;
const of = (leaf: number): string => `(SELECT bytes FROM document WHERE idx = ${leaf})`;
const [intent, signed] = [standing.intentLeaf, standing.signedLeaf!];
const EDITS: readonly (readonly [what: string, sql: string, leaf: number])[] = [
  ['another input', put(intent, of(signed)), intent],
  ['an input with a byte more', put(intent, "CAST(bytes || x'0a' AS BLOB)"), intent],
  ['what was appended to another letter', put(signed, of(cancelled.signedLeaf!)), signed],
  ['something after the signature', put(signed, "CAST(bytes || x'0a' AS BLOB)"), signed],
  ['nothing that is signed', put(signed, "x'00'"), signed],
];

describe('a stored file is handed out and audited as the log has it:', () => {
  const file = (services: Services): Promise<unknown> => services.signedFile(standing.id);

  test('the files of honest acts are found, whole', async () => {
    const found = await afterEdit(config, 'SELECT 1', (services) => services.signedFile(cancelled.id));
    expect(Buffer.concat(found!).equals(cancelledFile)).toBe(true);
  });

  test.each(EDITS)('%s is refused, named by the audit, and completes no retry', async (_, sql, leaf) => {
    const corrupt = expect.objectContaining({ code: 'log/corrupt' });
    await expect(afterEdit(config, sql, file)).rejects.toEqual(corrupt);
    const { register, sound } = await afterEdit(config, sql, (services) => services.auditLog());
    expect(sound).toBe(false);
    const differs: RegisterFinding = {
      problem: 'row-differs',
      noun: 'document',
      key: standing.id,
      leaf,
      field: 'bytes',
    };
    expect(register.findings).toContainEqual(differs);
    for (const one of register.findings) expect(one).toMatchObject({ noun: 'document', key: standing.id });
    if (leaf !== signed) return;
    const request = {
      ...letterOf(staff.director, TWO_PAGES),
      signerId: staff.director.id,
      subject: 'En pie',
      amount: 100,
      addressee: { name: 'Rosa Vega', address: 'Colima 9', isPublic: true },
    };
    await expect(afterEdit(config, sql, (all) => all.signOficio(request, 'letter 0'))).rejects.toEqual(corrupt);
  });

  test('one that is gone, and one that no act brought, are named too', async () => {
    const gone = `DELETE FROM document WHERE idx = ${signed};`;
    const stray = "INSERT INTO document (idx, bytes) VALUES (0, x'00');";
    const { register } = await afterEdit(config, gone + stray, (services) => services.auditLog());
    expect(register.findings).toEqual([
      { problem: 'leaf-without-row', noun: 'document', key: standing.id, leaf: signed },
      { problem: 'row-without-leaf', noun: 'document', key: '0', leaf: 0 },
    ]);
  });

  test('the row of a letter cannot hand out the file of another', async () => {
    const leaves = ["'$.intentLeaf'", String(cancelled.intentLeaf), "'$.signedLeaf'", String(cancelled.signedLeaf)];
    const column = `UPDATE oficio SET intent_leaf = ${cancelled.intentLeaf} WHERE key = '${standing.id}';`;
    const sql = setInRecord('oficio', standing.id, ...leaves) + column;
    await expect(afterEdit(config, sql, file)).rejects.toMatchObject({ code: 'log/corrupt' });
  });
});
