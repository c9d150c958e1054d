import { copyFileSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Client } from '../../cli/client.ts';
import { connect } from '../../cli/connect.ts';
import type { LetterOrder } from '../../cli/letter-order.ts';
import { signLetter } from '../../cli/sign-letter.ts';
import { installDevelopment } from '../support/installation.ts';
import { appoint, issueTo, openData, TWO_PAGES, type Staff } from '../support/office.ts';
import { codeOfAct } from '../support/refuses.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const folder = temporaryFolder();
let client: Client;
let staff: Staff;

beforeAll(async () => {
  const config = await installDevelopment({ within: folder });
  const { services } = await openData(config);
  staff = await appoint(services);
  await issueTo(services, staff.director, 'signer');
  services.close();
  client = await connect(config);
});
afterAll(() => client.close());

let documents = 0;

/** An order to sign a document that no other order has. */
function newOrder(more: Partial<LetterOrder> = {}): LetterOrder {
  const input = join(folder, `carta-${++documents}.pdf`);
  writeFileSync(input, Buffer.concat([TWO_PAGES, Buffer.from(`%${documents}\n`)]));
  return {
    input,
    output: input.replace('.pdf', '-firmada.pdf'),
    signer: staff.director.id,
    type: 'oficio',
    amount: '0',
    subject: 'Prueba',
    ...more,
  };
}

const folioOf = async (order: LetterOrder): Promise<string> => (await signLetter(client, order)).oficio.folio;

describe('the same order', () => {
  test('is told by what it asks for, not by how its paths and values were typed', async () => {
    const order = newOrder({ amount: '1250', type: 'orden-de-visita', expires: '2099-12-31' });
    const folio = await folioOf(order);
    const link = join(folder, 'enlace');
    symlinkSync(folder, link);
    mkdirSync(join(folder, 'otra'));
    copyFileSync(order.input, join(folder, 'otra', 'copia.pdf'));
    const here = (path: string): string => relative(process.cwd(), path);
    const spellings: Partial<LetterOrder>[] = [
      { input: here(order.input), output: here(order.output) },
      { input: join(folder, 'otra', 'copia.pdf') },
      { output: order.output.replace(folder, `${folder}/otra/..`) },
      { output: order.output.replace(folder, link) },
      { signer: ` ${staff.director.id.toLowerCase()}`, amount: '$1,250.00', type: 'Orden de visita' },
      { subject: '  Prueba ', expires: '31/12/2099' },
    ];
    for (const spelling of spellings) {
      const again = await signLetter(client, { ...order, ...spelling });
      expect([again.oficio.folio, again.oficio.repeated], JSON.stringify(spelling)).toEqual([folio, true]);
    }
    expect((await signLetter(client, order)).oficio.earlierInForce).toEqual([]);
  });

  test('is another one with another value or another output', async () => {
    const order = newOrder();
    const folios = [
      await folioOf(order),
      await folioOf({ ...order, output: `${order.output}.otra` }),
      await folioOf({ ...order, subject: 'Otro', overwrite: true }),
      await folioOf({ ...order, place: '1:20,20', overwrite: true }),
    ];
    expect(new Set(folios).size).toBe(folios.length);
  });
});

describe('a document that was signed before', () => {
  test('is signed, and the folio that is in force already is named, as long as it is', async () => {
    const order = newOrder();
    const first = await signLetter(client, order);
    expect(first.oficio).toMatchObject({ repeated: false, earlierInForce: [] });
    const second = await signLetter(client, { ...order, output: join(folder, 'segunda.pdf') });
    expect(second.oficio).toMatchObject({ repeated: false, earlierInForce: [first.oficio.folio] });
    await client.post(`/api/v1/staff/oficios/${first.oficio.id}/cancel`, { reason: 'Duplicado' });
    const third = await signLetter(client, { ...order, output: join(folder, 'tercera.pdf') });
    expect(third.oficio.earlierInForce).toEqual([second.oficio.folio]);
  });
});

describe('an output that is there', () => {
  test('is written over by the order that wrote it, and by no other without a word', async () => {
    const order = newOrder();
    await folioOf(order);
    const signed = readFileSync(order.output);
    expect(await codeOfAct(() => signLetter(client, { ...order, subject: 'Otro' }))).toBe('file/would-replace');
    expect(await codeOfAct(() => signLetter(client, newOrder({ output: order.output })))).toBe('file/would-replace');
    expect(readFileSync(order.output).equals(signed)).toBe(true);
    await folioOf(order);
    rmSync(order.output);
    await folioOf(order);
    expect(readFileSync(order.output).equals(signed)).toBe(true);
  });

  test('stops the order before a folio is taken', async () => {
    const order = newOrder();
    writeFileSync(order.output, 'algo de alguien');
    const letters = async (): Promise<number> => (await client.get<unknown[]>('/api/v1/staff/oficios')).length;
    const before = await letters();
    expect(await codeOfAct(() => signLetter(client, order))).toBe('file/would-replace');
    expect(await letters()).toBe(before);
    expect(readFileSync(order.output, 'utf8')).toBe('algo de alguien');
    await folioOf({ ...order, overwrite: true });
    expect(readFileSync(order.output).subarray(0, 5).toString()).toBe('%PDF-');
  });
});
