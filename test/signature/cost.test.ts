import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { nodePrimitives as primitives } from '../../src/adapters/primitives.ts';
import { openPdf } from '../../src/pdf/document.ts';
import type { PdfRef } from '../../src/pdf/object.ts';
import { writableArray, type Writable } from '../../src/pdf/serialise.ts';
import { verifySignatures } from '../../src/signature/verify.ts';
import { first, inCatalog, updated } from '../support/changed-pdf.ts';
import { missingJudge } from '../support/judges.ts';
import { hasShared, readShared } from '../support/shared.ts';
import { signPdf } from '../support/sign-pdf.ts';
import { makeThrowawayChain, type ThrowawayChain } from '../support/throwaway-chain.ts';

const missing = hasShared ? missingJudge('openssl') : 'no shared folder';

describe.skipIf(missing)(
  `what a file may cost is counted over all its revisions${missing ? ` (${missing})` : ''}`,
  () => {
    let chain: ThrowawayChain;
    let letter: Uint8Array;
    beforeAll(() => {
      chain = makeThrowawayChain();
      letter = readShared('samples', 'oficio-2-paginas.pdf');
    });
    afterAll(() => chain.remove());
    /** Signed `signatures` times, and then its large objects written again. */
    const costly = async (signatures: number): Promise<Uint8Array> => {
      const large = (n: number): Writable => writableArray(...Array.from({ length: n }, () => writableArray(1)));
      const refs: PdfRef[] = [];
      let pdf = updated(letter, (update, doc) => {
        for (let i = 0; i < 5; i++) refs.push(update.add(large(2000)));
        inCatalog({ Fill: writableArray(...refs) })(update, doc);
      });
      for (let i = 0; i < signatures; i++) pdf = await signPdf(pdf, chain, { fieldName: `F${i}` });
      return updated(pdf, (update) => {
        for (const ref of refs) update.put(ref, large(2000));
      });
    };

    test('too much to compare is no finding, and never a signature that holds', async () => {
      const pdf = await costly(4);
      const enough = await verifySignatures(openPdf(pdf, primitives), { primitives });
      expect(enough.map(({ integrity }) => integrity)).toEqual(
        Array.from({ length: 4 }, () => 'allowed-changes').with(3, 'intact'),
      );
      const found = await verifySignatures(openPdf(pdf, primitives, { maxValues: 60_000 }), { primitives });
      expect(found.map(({ integrity }) => integrity)).toContain(undefined);
      for (const { integrity, checks, changes } of found.filter((one) => one.integrity === undefined)) {
        expect({ integrity, changes }).toEqual({ integrity: undefined, changes: [] });
        expect(checks).toContainEqual(expect.objectContaining({ check: 'signature/changes', outcome: 'unknown' }));
      }
      const stepped = await verifySignatures(openPdf(pdf, primitives, { maxSteps: 60_000 }), { primitives });
      expect(stepped.map(({ integrity }) => integrity)).toContain(undefined);
    });

    test('nothing is compared for a signature that does not hold', async () => {
      const pdf = await costly(1);
      const at = (await first(pdf)).byteRange!.gapStart;
      const spoilt = pdf.slice();
      spoilt.fill(0x30, at + 1, at + 41);
      const [finding] = await verifySignatures(openPdf(spoilt, primitives), { primitives });
      expect(finding).toMatchObject({ integrity: 'altered', changes: [] });
      expect(finding!.checks.map(({ check }) => check)).not.toContain('signature/changes');
    });
  },
);
