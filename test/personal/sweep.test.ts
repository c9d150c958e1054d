import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { systemClock } from '../../src/adapters/system.ts';
import { unixSeconds } from '../../src/core/time.ts';
import { LeafKind } from '../../src/log/leaf.ts';
import { DETAILS_KEPT_SECONDS } from '../../src/oficio/erasure.ts';
import type { ErasureRequest } from '../../src/oficio/erase-details.ts';
import type { Oficio } from '../../src/oficio/oficio.ts';
import type { Reception } from '../../src/oficio/reception.ts';
import { letterOf, openOffice, TWO_PAGES } from '../support/office.ts';
import { codeOfAct } from '../support/refuses.ts';

/* What is kept beside letters goes when its time is over, or when the person asks for it: told by the log, and no hole in it. */

let ahead = 0;
const office = await openOffice({ clock: () => unixSeconds(systemClock() + ahead) });
const { services, ports, director } = office;
// Nobody's credential lasts five years.
afterEach(() => {
  ahead = 0;
});
const { database } = ports.data;
const PHOTO = new Uint8Array(readFileSync(join(import.meta.dirname, '../../keys-dev/photos/persona-1.jpg')));
const SECRET = /Lidia|Mora|Colima|Rosa|Vega|4711|Contralor/;
let number = 0;

const addressee = { name: 'Lidia Mora', post: 'Vecina', address: 'Colima 9', isPublic: true };

async function letter(to: object = addressee): Promise<Oficio> {
  const order = letterOf(director, TWO_PAGES, { addressee: { ...addressee, ...to } });
  return (await services.signOficio(order, `letter ${number++}`)).oficio;
}

function receive({ id }: Oficio, key = `reception ${number++}`): Promise<Reception> {
  return services.receptions.receive({
    letter: id,
    received: {
      ...{ receivedAt: services.clock(), how: 'window', name: 'Rosa Vega', office: 'Contraloría', folio: '4711/2026' },
      photo: PHOTO,
    },
    idempotencyKey: key,
  });
}

const asRecorded = async ({ id }: Oficio): Promise<Oficio> => (await services.shown.oficio(id))!.record;
const delivery = async (own: Oficio): ReturnType<typeof services.findDelivery> =>
  services.findDelivery(await asRecorded(own));
const receptions = async (own: Oficio): Promise<readonly Reception[]> =>
  services.receptions.listOf(await asRecorded(own));
const request = (own: Oficio, more: Partial<ErasureRequest> = {}): ErasureRequest => ({
  ...{ letter: own.id, ground: 'cancellation', reference: 'ARCO-12/2026' },
  ...more,
});
const erase = (own: Oficio, more: Partial<ErasureRequest> = {}): ReturnType<typeof services.personal.erase> =>
  services.personal.erase(request(own, more));
const sweep = (options = { isTrial: false }): ReturnType<typeof services.personal.sweep> =>
  services.personal.sweep(options);
const line = async (name: string, options = { isTrial: false }): Promise<object | undefined> =>
  (await sweep(options)).lines.find((one) => one.line === name);
const sound = async (): Promise<boolean> => (await services.auditLog()).sound;
const rowOf = (table: string, key: string): string =>
  String(database.prepare(`SELECT record FROM ${table} WHERE key = ?`).get(key)!['record']);
const erasures = (): Promise<readonly number[]> => services.log.ofKinds([LeafKind.oficioDetailsErased]);

describe('what the person asks for', () => {
  test('is erased with its salt, and the verdict about the letter stays as it was', async () => {
    const own = await letter();
    const before = await services.verifyTyped(own.sealText!);
    expect(before.subject).toMatchObject({ addressee: { name: 'Lidia Mora' } });
    const { leaf } = await erase(own);
    expect(rowOf('delivery', own.id)).not.toMatch(SECRET);
    expect(rowOf('delivery', own.id)).not.toContain('salt');
    expect(await delivery(own)).toMatchObject({ erased: { ground: 'cancellation' }, erasedLeaf: leaf });
    const { addressee: _, ...rest } = before.subject as { addressee?: object };
    const after = await services.verifyTyped(own.sealText!);
    expect(after).toMatchObject({ state: before.state, subject: rest });
    expect(after.subject).not.toHaveProperty('addressee');
    expect(await sound()).toBe(true);
  });

  test('of a reception goes with its photo; it still counts, and can still be corrected', async () => {
    const own = await letter();
    const made = await receive(own);
    await erase(own, { reception: made.id });
    const [found] = await receptions(own);
    expect(found).toMatchObject({ id: made.id, receivedAt: made.receivedAt, erased: { reference: 'ARCO-12/2026' } });
    expect(found).not.toHaveProperty('kept');
    expect(database.prepare("SELECT count(*) AS n FROM blob WHERE owner = 'reception'").get()!['n']).toBe(0);
    expect((await services.verifyTyped(own.sealText!)).subject).toHaveProperty('receivedOn');
    await services.receptions.receive({
      letter: own.id,
      correction: { corrects: made.id, reason: 'No fue así' },
      idempotencyKey: `reception ${number++}`,
    });
    expect(await sound()).toBe(true);
  });

  test('asked for twice is erased once', async () => {
    const own = await letter();
    const first = await erase(own);
    const size = await services.log.size();
    expect(await erase(own, { reference: 'ARCO-13/2026' })).toEqual(first);
    expect(await services.log.size()).toBe(size);
  });

  test.each(['', 'Lidia Mora', 'x'.repeat(61), '12\u202e/2026', '<script>1</script>'])(
    'needs the number of a request: %j is none, and no name enters the log',
    async (reference) => {
      const own = await letter();
      expect(await codeOfAct(() => erase(own, { reference }))).toBe('oficio/erasure-reference');
    },
  );

  test('is refused where there is nothing, and while inspectors may come', async () => {
    const plain = (await office.sign()).oficio;
    expect(await codeOfAct(() => erase(plain))).toBe('oficio/details-none');
    const none = { reception: '0000000000000000' as Reception['id'] };
    expect(await codeOfAct(() => erase(plain, none))).toBe('oficio/reception-not-found');
  });
});

/** Whether the files of the database hold these words anywhere, free pages and the log of writes among it. */
function inFile(words: string): boolean {
  const { dataFolder } = office.config;
  const files = readdirSync(dataFolder).filter((name) => name.startsWith('cotejo.sqlite'));
  return files.some((name) => readFileSync(join(dataFolder, name)).includes(words));
}

describe('a sweep', () => {
  test('erases what the table says, once its time is over, and no day sooner', async () => {
    const own = await letter();
    const made = await receive(own);
    expect(await codeOfAct(() => erase(own, { ground: 'retention' }))).toBe('oficio/details-needed');
    expect(await codeOfAct(() => erase(own, { ground: 'retention', reception: made.id }))).toBe(
      'oficio/details-needed',
    );
    ahead += DETAILS_KEPT_SECONDS - 3600;
    expect(
      (await sweep()).lines.every(({ line: name, due }) => due === 0 || name === 'requests' || name === 'logins'),
    ).toBe(true);
    expect(await delivery(own)).toMatchObject({ name: 'Lidia Mora' });
    ahead += 7200;
    const due = await line('receptions', { isTrial: true });
    expect(due).toMatchObject({ due: expect.any(Number) as number, erased: 0 });
    expect(await receptions(own)).toMatchObject([{ kept: { name: 'Rosa Vega' } }]);
    const { lines } = await sweep();
    for (const name of ['addressees', 'receptions', 'requests']) {
      const one = lines.find((found) => found.line === name)!;
      expect([name, one.failed]).toEqual([name, 0]);
      expect(one.erased).toBeGreaterThan(0);
    }
    expect(await delivery(own)).toMatchObject({ erased: { ground: 'retention' } });
    expect(await receptions(own)).toMatchObject([{ erased: { ground: 'retention' } }]);
    expect(await sound()).toBe(true);
    expect((await services.verifyTyped(own.sealText!)).subject).toHaveProperty('receivedOn');
    expect((await sweep()).lines.filter(({ due: left }) => left > 0)).toEqual([]);
  }, 60_000);

  test('takes the attempts along, by which names could be tried', async () => {
    const own = await letter();
    await receive(own, 'key of this reception');
    const key = 'reception/key of this reception';
    expect(rowOf('attempt', key)).toContain('requestDigest');
    ahead += DETAILS_KEPT_SECONDS + 1;
    await sweep();
    expect(database.prepare('SELECT 1 FROM attempt WHERE key = ?').get(key)).toBeUndefined();
  });

  test('that is stopped between two goes on the next time, and repeats nothing', async () => {
    ahead += DETAILS_KEPT_SECONDS + 1;
    await sweep();
    ahead = 0;
    const all = [await letter(), await letter(), await letter()];
    ahead += DETAILS_KEPT_SECONDS + 1;
    const before = (await erasures()).length;
    const first = await services.personal.sweep({ isTrial: false, most: 1 });
    expect(first).toMatchObject({ isBounded: true });
    expect((await erasures()).length).toBe(before + 1);
    await sweep();
    expect((await erasures()).length).toBe(before + all.length);
    expect(await sound()).toBe(true);
  });

  test('leaves nothing of a name in the file of the database', async () => {
    // Long enough for pages of their own, which are given up whole.
    const address = 'Zenobia 9, '.repeat(27);
    const all: Oficio[] = [];
    for (let i = 0; i < 8; i++) all.push(await letter({ name: 'Zenobia Quetzalcuautli', address }));
    await sweep();
    expect(inFile('Zenobia')).toBe(true);
    for (const own of all) await erase(own);
    expect(inFile('Zenobia')).toBe(false);
  });
});

describe('whoever edits the database', () => {
  test('makes nothing due: the log tells how old a letter is', async () => {
    const own = await letter();
    const record = rowOf('oficio', own.id);
    const early = record.replace(`"sealedAt":${own.sealedAt}`, `"sealedAt":${own.sealedAt - 2 * DETAILS_KEPT_SECONDS}`);
    database.prepare('UPDATE oficio SET record = ? WHERE key = ?').run(early, own.id);
    expect(await line('addressees')).toMatchObject({ due: 1, erased: 0, failed: 1 });
    database.prepare('UPDATE oficio SET record = ? WHERE key = ?').run(record, own.id);
    expect(await delivery(own)).toMatchObject({ name: 'Lidia Mora' });
  });

  test('and takes details away without an act is named, as is who puts back what was erased', async () => {
    const own = await letter();
    const made = await receive(own);
    const set = (table: string, key: string, record: string): unknown =>
      database.prepare(`UPDATE ${table} SET record = ? WHERE key = ?`).run(record, key);
    const findings = async (): Promise<unknown> =>
      (await services.auditLog()).register.findings.map(({ noun, key, field }) => [noun, key, field]);
    const [kept, receipt] = [rowOf('delivery', own.id), rowOf('reception', made.id)];
    set('delivery', own.id, JSON.stringify({ letter: own.id }));
    expect(await findings()).toContainEqual(['delivery', own.id, 'kept']);
    expect(await codeOfAct(() => delivery(own))).toBe('log/corrupt');
    // As if an act had erased it.
    const claimed = { letter: own.id, unit: own.unit, erased: { at: 1, ground: 'retention' }, erasedLeaf: 3 };
    set('delivery', own.id, JSON.stringify(claimed));
    expect(await codeOfAct(() => delivery(own))).toBe('log/corrupt');
    expect(await sound()).toBe(false);
    set('delivery', own.id, kept);
    expect(await sound()).toBe(true);
    await erase(own);
    await erase(own, { reception: made.id });
    const [erasedRow, erasedReceipt] = [rowOf('delivery', own.id), rowOf('reception', made.id)];
    set('delivery', own.id, kept);
    expect(await findings()).toContainEqual(['delivery', own.id, 'kept']);
    expect(await codeOfAct(() => delivery(own))).toBe('log/corrupt');
    set('delivery', own.id, erasedRow);
    set('reception', made.id, receipt);
    expect(await findings()).toContainEqual(['reception', made.id, 'kept']);
    set('reception', made.id, erasedReceipt);
    expect(await sound()).toBe(true);
  });
});
