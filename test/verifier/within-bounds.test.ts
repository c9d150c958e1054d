import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { utf8 } from '../../src/core/bytes.ts';
import { unixSeconds } from '../../src/core/time.ts';
import { failed, passed } from '../../src/core/verdict.ts';
import type { PdfRef } from '../../src/pdf/object.ts';
import { writableArray } from '../../src/pdf/serialise.ts';
import type { Answer, SignatureReport } from '../../src/verifier/subject.ts';
import { withinBounds } from '../../src/verifier/within-bounds.ts';
import { PdfBuilder } from '../pdf/build.ts';
import { first, inCatalog, updated } from '../support/changed-pdf.ts';
import { makeInstallation, type Installation } from '../support/installation.ts';
import { missingJudge } from '../support/judges.ts';
import { signPdf } from '../support/sign-pdf.ts';
import { makeThrowawayChain } from '../support/throwaway-chain.ts';

/** What an answer takes as JSON at the very most. */
const MOST_BYTES = 2_500_000;
const report: Omit<SignatureReport, 'field' | 'changes'> = {
  integrity: 'forbidden-changes',
  trusted: false,
  coverage: 'earlier-revision',
};
const AT = unixSeconds(1_800_000_000);
const jsonBytes = (answer: Answer): number => utf8(JSON.stringify(answer)).length;

let installation: Installation;
beforeAll(async () => {
  installation = await makeInstallation();
});
afterAll(() => installation.remove());

/** Signature fields below one whose title has so many bytes. */
function withTitle(bytes: number): Uint8Array {
  const builder = new PdfBuilder();
  const kids = Array.from({ length: 7 }, (_, i) => 10 + i);
  builder.object(1, '<</Type/Catalog/Pages 2 0 R/AcroForm<</Fields[4 0 R]/SigFlags 3>>>>');
  builder.object(2, '<</Type/Pages/Kids[3 0 R]/Count 1/MediaBox[0 0 612 792]>>');
  builder.object(3, '<</Type/Page/Parent 2 0 R>>');
  builder.object(4, `<</FT/Sig/Kids[${kids.map((kid) => `${kid} 0 R`).join(' ')}]/T(${'\u0001'.repeat(bytes)})>>`);
  for (const kid of kids) builder.object(kid, `<</T(k)/Parent 4 0 R/V<</Type/Sig>>>>`);
  builder.table();
  return builder.done();
}

describe('an answer is bounded, whatever the file says', () => {
  test('no text or list of the file makes it large', () => {
    const text = fc
      .tuple(fc.string({ unit: 'binary', minLength: 1, maxLength: 3 }), fc.constantFrom(1, 299, 300, 301, 20_000))
      .map(([unit, times]) => unit.repeat(times));
    const size = fc.constantFrom(0, 1, 100, 101, 1500);
    const answer = fc.record({ text, changes: size, checks: size, signatures: fc.constantFrom(1, 12, 200) });
    fc.assert(
      fc.property(answer, ({ text: said, changes, checks, signatures }) => {
        const change = { kind: 'content', allowed: false, detail: said } as const;
        const full: Answer = {
          verdict: 'invalid',
          state: 'changed-after-signing',
          dev: true,
          subject: { kind: 'unknown', signer: said, host: said },
          signatures: Array.from({ length: signatures }, () => ({
            ...report,
            ...{ field: said, signer: said, serial: said },
            changes: Array.from({ length: changes }, () => change),
          })),
          checks: Array.from({ length: checks }, () => failed('signature/changes', said)),
          checkedAt: AT,
        };
        const given = withinBounds(full);
        expect(jsonBytes(given)).toBeLessThan(MOST_BYTES);
        for (const one of given.signatures!) {
          expect(one.changes.length).toBeLessThanOrEqual(100);
          expect(one.changes.length + (one.moreChanges ?? 0)).toBe(changes);
        }
        if (said.length <= 300) expect(given.signatures![0]!.field.length).toBe(said.length);
      }),
      { numRuns: 20 },
    );
  });

  test('what is worse stays where a list is cut', () => {
    const changes = Array.from({ length: 300 }, (_, i) => ({
      ...({ kind: 'form-filled', detail: 'x' } as const),
      allowed: i !== 250,
    }));
    const checks = Array.from({ length: 3000 }, (_, i) => (i === 2500 ? failed('b', 'x') : passed('a', 'x')));
    const given = withinBounds({
      ...({ verdict: 'invalid', state: 'unknown-issuer', dev: true, subject: { kind: 'unknown' } } as const),
      signatures: [{ ...report, field: 'F', changes }],
      checks,
      checkedAt: AT,
    });
    expect(given.signatures![0]!.changes[0]!.allowed).toBe(false);
    expect(given.signatures![0]!.moreChanges).toBe(200);
    expect(given.checks[0]).toEqual(failed('b', 'x'));
    expect(given.checks.at(-1)).toMatchObject({ check: 'answer/checks', detail: '2000 more checks' });
  });

  test('a form whose fields have endless names is not read', async () => {
    const { verifyPdf } = installation.services;
    const read = await verifyPdf(withTitle(4000));
    expect(read.signatures).toHaveLength(7);
    expect(read.signatures!.every(({ field }) => field.length === 300)).toBe(true);
    const refused = await verifyPdf(withTitle(5000));
    expect(refused).toMatchObject({ verdict: 'undetermined', state: 'unreadable', signatures: [{ field: '' }] });
    expect(refused.checks.at(-1)).toMatchObject({ check: 'signature/form', outcome: 'unknown' });
    expect(refused.checks.at(-1)!.detail).toMatch(/^pdf\/too-large/);
  });
});

const missing = missingJudge('openssl');

describe.skipIf(missing)(`changes that nobody would read${missing ? ` (${missing})` : ''}`, () => {
  test('are counted, and not told one by one', async () => {
    const chain = makeThrowawayChain();
    const refs: PdfRef[] = [];
    const draft = new PdfBuilder().letter('BT ET');
    draft.table();
    const filled = updated(draft.done(), (update, doc) => {
      for (let i = 0; i < 1000; i++) refs.push(update.add(i));
      inCatalog({ Fill: writableArray(...refs) })(update, doc);
    });
    const signed = await signPdf(filled, chain);
    chain.remove();
    const changed = updated(signed, (update) => {
      for (const ref of refs) update.put(ref, -1);
    });
    const finding = await first(changed);
    expect(finding.integrity).toBe('forbidden-changes');
    const told = finding.changes.length;
    expect(told).toBeLessThan(120);
    expect(told + finding.furtherChanges).toBeGreaterThanOrEqual(1000);
    const answer = await installation.services.verifyPdf(changed);
    const { changes, moreChanges } = answer.signatures![0]!;
    expect([changes.length, changes.length + moreChanges!]).toEqual([100, told + finding.furtherChanges]);
    const checks = answer.checks.filter(({ check }) => check === 'signature/changes');
    expect(checks).toHaveLength(101);
    expect(checks.at(-1)).toMatchObject({ outcome: 'fail', detail: `${moreChanges} more changes` });
  });
});
