import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { nodePrimitives } from '../../src/adapters/primitives.ts';
import { systemClock } from '../../src/adapters/system.ts';
import { Refusal } from '../../src/core/refusal.ts';
import { openPdf } from '../../src/pdf/document.ts';
import { sealOrigin } from '../../src/seal/address.ts';
import { findPicturedSeal } from '../../src/verifier/find-pictured-seal.ts';
import { verifyFile, type Answer, type Knowledge, type ReadPicture } from '../../src/verifier/index.ts';
import { PdfBuilder } from '../pdf/build.ts';
import { makeInstallation, type Installation } from '../support/installation.ts';

/** A page that names the objects from 10 on as often as `names` says. */
function scan(objects: number, names: number): Uint8Array {
  const named = Array.from({ length: names }, (_, i) => `/I${i} ${10 + (i % objects)} 0 R`).join(' ');
  const builder = new PdfBuilder().letter('q Q', `/Resources<</XObject<<${named}>>>>`);
  for (let i = 0; i < objects; i++)
    builder.stream(10 + i, '/Subtype/Image/Width 900/Height 900/Filter/DCTDecode', '\xff\xd8\xff' + i);
  builder.table();
  return builder.done();
}

async function readsOf(pdf: Uint8Array): Promise<number> {
  let reads = 0;
  const places = { origins: [sealOrigin('https://alcaldia.example', { allowHttp: false })] };
  await findPicturedSeal(openPdf(pdf, nodePrimitives), places, async () => {
    reads++;
    return { lookedAt: true };
  });
  return reads;
}

describe('the pictures of a file', () => {
  test('one with many names is looked at once', async () => {
    expect(await readsOf(scan(1, 50))).toBe(1);
  });

  test('are two at most', async () => {
    expect(await readsOf(scan(20, 20))).toBe(2);
  });
});

describe('the answer about a file without a signature', () => {
  let installation: Installation;
  let knowledge: Knowledge;
  beforeAll(async () => {
    installation = await makeInstallation();
    knowledge = await installation.services.publications.knowledge();
  });
  afterAll(() => installation.remove());

  const answer = (readPicture: ReadPicture): Promise<Answer> =>
    verifyFile(scan(1, 1), { ...knowledge, readPicture }, systemClock(), nodePrimitives);
  const outcome = ({ checks }: Answer): unknown =>
    checks.find(({ check }) => check === 'document/pictures')?.outcome ?? 'no such check';

  test.each([
    ['annotations', '/Annots 9 0 R'],
    ['the pictures of its page', '/Resources<</XObject 9 0 R>>'],
    ['an annotation', '/Annots[9 0 R]'],
    ['a picture', '/Resources<</XObject<</I 9 0 R>>>>'],
  ])('is a verdict also where %s cannot be read', async (_, page) => {
    const builder = new PdfBuilder().letter('q Q', page).object(9, `${'['.repeat(2000)}${']'.repeat(2000)}`);
    builder.table();
    const read: ReadPicture = async () => ({ lookedAt: true });
    const found = await verifyFile(builder.done(), { ...knowledge, readPicture: read }, systemClock(), nodePrimitives);
    expect(found.state).toBe('unsigned');
  });

  test('says when its pictures were not looked at', async () => {
    const found = await answer(async () => ({ lookedAt: false }));
    expect([found.state, outcome(found)]).toEqual(['unsigned', 'unknown']);
  });

  test('says nothing of pictures that show no code or are damaged', async () => {
    expect(outcome(await answer(async () => ({ lookedAt: true })))).toBe('no such check');
    const damaged = await answer(() => Promise.reject(new Refusal('picture/unreadable', 'damaged')));
    expect([damaged.state, outcome(damaged)]).toEqual(['unsigned', 'no such check']);
  });
});
