import { describe, expect, test } from 'vitest';
import sharp from 'sharp';
import { systemClock } from '../../src/adapters/system.ts';
import { toLatin1 } from '../../src/core/bytes.ts';
import { dayInMexicoCity, unixSeconds } from '../../src/core/time.ts';
import type { Oficio } from '../../src/oficio/oficio.ts';
import type { Reception, ReceptionId } from '../../src/oficio/reception.ts';
import type { ReceivedInput } from '../../src/oficio/reception-store.ts';
import { openOffice, refusedForNothing, TWO_PAGES } from '../support/office.ts';
import { codeOfAct } from '../support/refuses.ts';

let ahead = 0;
const office = await openOffice({ clock: () => unixSeconds(systemClock() + ahead) });
const { services, sign } = office;
const now = (): ReceivedInput['receivedAt'] => services.clock();

let keys = 0;
const nextKey = (): string => `reception ${keys++}`;

const BY_HAND: Omit<ReceivedInput, 'receivedAt'> = {
  how: 'window',
  name: 'Rosa Vega Luna',
  post: 'Auxiliar',
  office: 'Oficialía de Partes, Secretaría de Gobierno',
  folio: '4711/2026',
};

function receive(
  { id }: Pick<Oficio, 'id'>,
  more: Partial<ReceivedInput> = {},
  idempotencyKey: string = nextKey(),
): Promise<Reception> {
  return services.receptions.receive({
    letter: id,
    received: { ...BY_HAND, receivedAt: now(), ...more },
    idempotencyKey,
  });
}

async function letter(): Promise<Oficio> {
  return (await sign()).oficio;
}

async function listed(of: Oficio): Promise<readonly Reception[]> {
  return services.receptions.listOf((await services.shown.oficio(of.id))!.record);
}

const publicDay = async (of: Oficio): Promise<unknown> => {
  const { subject } = await services.verifyTyped(of.sealText!);
  return subject.kind === 'oficio' ? subject.receivedOn : undefined;
};

describe('a reception', () => {
  test('is kept with who received it, and several of one letter stand beside each other', async () => {
    const own = await letter();
    ahead += 3600;
    const first = await receive(own);
    const second = await receive(own, { how: 'notifier', office: 'Contraloría' });
    expect(await listed(own)).toEqual([first, second]);
    expect(first).toMatchObject({ letter: own.id, how: 'window', unit: own.unit, kept: { name: 'Rosa Vega Luna' } });
    expect((await services.auditLog()).sound).toBe(true);
  });

  test('tells whoever scans the letter the day of the first one, and nothing else of any', async () => {
    const own = await letter();
    expect(await publicDay(own)).toBeUndefined();
    ahead += 2 * 86_400;
    const early = now();
    ahead += 86_400;
    await receive(own);
    await receive(own, { receivedAt: early });
    expect(await publicDay(own)).toBe(dayInMexicoCity(early));
    const answer = JSON.stringify(await services.verifyTyped(own.sealText!));
    for (const secret of ['Rosa', 'Auxiliar', '4711', 'Secretaría']) expect(answer).not.toContain(secret);
    const byFolio = await services.verifyTyped(own.folio);
    expect(byFolio.state).toBe('folio-only');
    expect(byFolio.subject).not.toHaveProperty('receivedOn');
  });

  test('repeated with its key is the same one, and with another request is refused', async () => {
    const own = await letter();
    const received = { receivedAt: now() };
    const first = await receive(own, received, 'the same key');
    expect(await receive(own, received, 'the same key')).toEqual(first);
    expect(await codeOfAct(() => receive(own, { ...received, name: 'Otra Persona' }, 'the same key'))).toBe(
      'log/retry-differs',
    );
    expect(await listed(own)).toHaveLength(1);
  });

  test('at once with one key is registered once', async () => {
    const own = await letter();
    const received = { receivedAt: now() };
    const all = await Promise.all([1, 2, 3].map(() => receive(own, received, 'three at once')));
    expect(new Set(all.map(({ id }) => id)).size).toBe(1);
  });

  test('is at an hour that is over and at which the letter was there', async () => {
    const own = await letter();
    const refused = (more: Partial<ReceivedInput>, of: Pick<Oficio, 'id'> = own): Promise<string> =>
      refusedForNothing(services, () => receive(of, more));
    expect(await refused({ receivedAt: unixSeconds(now() + 1) })).toBe('oficio/received-in-future');
    expect(await refused({ receivedAt: unixSeconds(own.sealedAt - 61) })).toBe('oficio/received-before-letter');
    expect(await refused({}, { id: '0000000000000000' as Oficio['id'] })).toBe('oficio/not-found');
    // People type minutes.
    await receive(own, { receivedAt: unixSeconds(own.sealedAt - (own.sealedAt % 60)) });
  });

  test('of a letter that ended is registered only where it was received before', async () => {
    const own = await letter();
    const before = now();
    ahead += 60;
    await services.endOficio(own.id, { reason: 'Error' });
    ahead += 60;
    expect(await refusedForNothing(services, () => receive(own))).toBe('oficio/received-after-end');
    expect((await receive(own, { receivedAt: before })).receivedAt).toBe(before);
    expect(await publicDay(own)).toBeUndefined();
  });

  test.each([
    [{ name: '' }, 'directory/text-missing'],
    [{ name: '   ' }, 'directory/text-missing'],
    [{ name: 'x'.repeat(121) }, 'directory/text-too-long'],
    [{ name: 'Rosa\u202egnip' }, 'directory/text-forbidden-character'],
    [{ name: 'PEGA850101HDFRRL09' }, 'directory/personal-key'],
    [{ post: '=1+1' }, 'directory/text-formula'],
    [{ office: 'x'.repeat(201) }, 'directory/text-too-long'],
    [{ folio: 'x'.repeat(61) }, 'directory/text-too-long'],
    [{ how: 'pigeon' }, 'oficio/reception-way'],
  ])('with %j is refused', async (more, code) => {
    expect(await refusedForNothing(services, async () => receive(await shared, more))).toBe(code);
  });

  test('keeps script as the text that it is', async () => {
    const script = '<script>alert(1)</script>';
    expect((await receive(await shared, { office: script })).kept?.office).toBe(script);
  });
});

describe('a wrong reception', () => {
  test('is corrected by a further one, with its reason, and stays to be read', async () => {
    const own = await letter();
    ahead += 86_400;
    const wrong = await receive(own);
    ahead += 86_400;
    const right = await correct(own, wrong.id, { receivedAt: unixSeconds(now() - 3600), name: 'Quien Sí Fue' });
    const [first, second] = await listed(own);
    expect(first).toEqual({ ...wrong, correctedLeaf: right.leaf });
    expect(second).toEqual(right);
    expect(right).toMatchObject({ corrects: wrong.id, kept: { reason: 'Se leyó mal el sello' } });
    expect(await publicDay(own)).toBe(dayInMexicoCity(right.receivedAt!));
    expect((await services.auditLog()).sound).toBe(true);
  });

  test('may never have taken place, and counts no more', async () => {
    const own = await letter();
    const wrong = await receive(own);
    const never = await correct(own, wrong.id);
    expect(never).not.toHaveProperty('receivedAt');
    expect(await publicDay(own)).toBeUndefined();
    expect((await services.auditLog()).sound).toBe(true);
  });

  test('is corrected once: what stands is corrected next, and by whoever was first', async () => {
    const own = await letter();
    const wrong = await receive(own);
    const again = await correct(own, wrong.id, { receivedAt: now() });
    expect(await codeOfAct(() => correct(own, wrong.id))).toBe('oficio/reception-corrected');
    const done = await Promise.allSettled([correct(own, again.id), correct(own, again.id)]);
    expect(done.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect(await codeOfAct(() => correct(own, again.id))).toBe('oficio/reception-corrected');
  });

  test('is one of this letter, and its reason is said', async () => {
    const own = await letter();
    const other = await receive(await shared);
    expect(await codeOfAct(() => correct(own, other.id))).toBe('oficio/reception-not-found');
    const mine = await receive(own);
    expect(await codeOfAct(() => correct(own, mine.id, undefined, ' '))).toBe('oficio/reason-malformed');
  });
});

describe('the photo of a stamped page', () => {
  test('is encoded again: bounded, and without what the camera wrote into it', async () => {
    const source = await sharp({ create: { width: 3000, height: 2000, channels: 3, background: '#bbb' } })
      .withExif({ IFD0: { Make: 'SECRETO' } })
      .jpeg()
      .toBuffer();
    const { photo, kept } = await receive(await shared, { photo: new Uint8Array(source) });
    const { width, height } = await sharp(photo).metadata();
    expect([width, height]).toEqual([1600, 1067]);
    expect(toLatin1(photo!)).not.toMatch(/SECRETO|Exif/);
    expect(kept?.photoSha256).toHaveLength(32);
    expect((await services.auditLog()).sound).toBe(true);
  });

  test.each([
    ['of 25 MB', new Uint8Array(25_000_000), 'directory/photo-too-large'],
    ['that is no picture', new TextEncoder().encode('no es una foto'), 'directory/photo-unreadable'],
    ['that is a PDF', TWO_PAGES, 'directory/photo-format'],
    ['that is empty', new Uint8Array(), 'directory/photo-unreadable'],
  ])('%s is refused', async (_, photo, code) => {
    expect(await refusedForNothing(services, async () => receive(await shared, { photo }))).toBe(code);
  });
});

function correct(
  { id }: Oficio,
  corrects: ReceptionId,
  more?: Partial<ReceivedInput> & Pick<ReceivedInput, 'receivedAt'>,
  reason = 'Se leyó mal el sello',
): Promise<Reception> {
  return services.receptions.receive({
    letter: id,
    ...(more && { received: { ...BY_HAND, ...more } }),
    correction: { corrects, reason },
    idempotencyKey: nextKey(),
  });
}

const shared = letter();
