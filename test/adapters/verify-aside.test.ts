import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { nodePrimitives } from '../../src/adapters/primitives.ts';
import { systemClock } from '../../src/adapters/system.ts';
import { verifierAside } from '../../src/adapters/verify-aside.ts';
import { utf8 } from '../../src/core/bytes.ts';
import { Outage, Refusal } from '../../src/core/refusal.ts';
import { verifyPdf, type Answer, type Knowledge, type Register } from '../../src/verifier/index.ts';
import { heavyLetter } from '../bench/inputs.ts';
import { makeInstallation, type Installation } from '../support/installation.ts';
import { readShared, hasShared } from '../support/shared.ts';

let installation: Installation;
let signed: Uint8Array;
let knowledge: Knowledge;
const at = systemClock();

/** A register that answers nothing of itself: each test gives what it needs. */
function registerOf(letter: Register['letter']): Register {
  const nothing = async (): Promise<undefined> => undefined;
  const others = {
    unreadLetter: nothing,
    letterByFolio: nothing,
    letterByCode: nothing,
    publicVersion: nothing,
    credential: nothing,
    leaf: nothing,
    opening: nothing,
    hasAccessChanged: async () => true,
    wasUsed: async () => true,
  };
  return { asOf: at, letter, ...others, mayName: async () => true };
}

/**
 * Two answers are never given at one time, and how many pictures there was time to look at depends on what else the machine
 * does: whether they say as of when, and of pictures, is compared.
 */
function comparable(answer: Answer): object {
  const { checkedAt: _, statusAsOf, checks, ...rest } = answer;
  const told = checks.map(({ check, outcome, detail }) => ({
    ...{ check, outcome },
    detail: check === 'document/pictures' ? detail.replace(/\d+$/, 'N') : detail,
  }));
  return { ...rest, checks: told, saysAsOf: statusAsOf !== undefined };
}

beforeAll(async () => {
  installation = await makeInstallation();
  signed = (await installation.sign()).document;
  knowledge = await installation.services.publications.knowledge();
});
afterAll(() => installation.remove());

describe('a file that is judged in another thread', () => {
  test('is judged as in this one, register and pictures included', async () => {
    const { services } = installation;
    const changed = signed.slice();
    changed[20]! ^= 1;
    const files = [signed, changed, heavyLetter(50_000, 5), utf8('%PDF-1.7\nnothing'), new Uint8Array(0)];
    if (hasShared) files.push(readShared('samples', 'oficio-escaneado.pdf'));
    for (const file of files) {
      const here = await services.verifyPdf(file);
      const aside = await services.verifyPdfAside(file);
      expect(comparable(aside)).toEqual(comparable(here));
    }
    expect((await services.verifyPdfAside(signed)).state).toBe('current');
  });

  test('keeps nobody else waiting', async () => {
    const done: string[] = [];
    const heavy = installation.services.verifyPdfAside(heavyLetter(20_000_000, 60_000)).then(() => done.push('heavy'));
    await installation.services.verifyTyped('AAAA-AAAA-AAAA').then(() => done.push('typed'));
    await heavy;
    expect(done).toEqual(['typed', 'heavy']);
  });

  test('is given up when it takes too long, and the next one is judged', async () => {
    const { verify } = verifierAside({ milliseconds: 3000, heapMegabytes: 128, threads: 1 });
    const silent = registerOf(() => new Promise(() => {}));
    const [given, next] = await Promise.all([
      verify(signed, { ...knowledge, register: silent }, at),
      verify(signed, knowledge, at),
    ]);
    expect(given).toMatchObject({ verdict: 'undetermined', state: 'unreadable', checks: [{ check: 'pdf/format' }] });
    expect(next).toEqual(await verifyPdf(signed, knowledge, at, nodePrimitives));
  });

  test('that takes too much memory ends its thread alone', async () => {
    const { verify } = verifierAside({ milliseconds: 20_000, heapMegabytes: 3, threads: 1 });
    expect((await verify(signed, knowledge, at)).state).toBe('unreadable');
    expect((await verify(signed, knowledge, at)).state).toBe('unreadable');
  });

  test('is refused as in this one, with its code and facts', async () => {
    const refusal = new Refusal('data/row-damaged', 'a row', { name: 'oficio x' });
    const damaged = registerOf(async () => {
      throw refusal;
    });
    const { verify } = verifierAside();
    const act = verify(signed, { ...knowledge, register: damaged }, at);
    await expect(act).rejects.toMatchObject({ name: 'Refusal', code: refusal.code, facts: refusal.facts });
  });

  test('is given up when the service stops, and so are those that wait', async () => {
    const silent = registerOf(() => new Promise(() => {}));
    const { verify, close } = verifierAside({ milliseconds: 20_000, heapMegabytes: 128, threads: 1 });
    const acts = [1, 2, 3].map(() => verify(signed, { ...knowledge, register: silent }, at));
    setTimeout(close, 50);
    for (const act of acts) await expect(act).rejects.toMatchObject({ code: 'data/unavailable' });
  });

  test('passes an outage on as it was', async () => {
    const outage = new Outage('log/unavailable', 'no disk');
    const failing = registerOf(async () => {
      throw outage;
    });
    const { verify } = verifierAside();
    await expect(verify(signed, { ...knowledge, register: failing }, at)).rejects.toBe(outage);
    expect((await verify(signed, knowledge, at)).subject.kind).toBe('oficio');
  });
});
