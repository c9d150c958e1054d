import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { nodePrimitives as primitives } from '../../src/adapters/primitives.ts';
import { readCertificate } from '../../src/authority/certificate.ts';
import { concat, fromLatin1, toLatin1 } from '../../src/core/bytes.ts';
import { isRefusal } from '../../src/core/refusal.ts';
import { openPdf } from '../../src/pdf/document.ts';
import { pdfString } from '../../src/pdf/object.ts';
import { completeSignature, readPrepared, type SignatureValue } from '../../src/signature/complete.ts';
import { preparedDocument } from '../../src/signature/prepare.ts';
import { trustByChain } from '../../src/signature/trust.ts';
import { verifySignatures, type SignatureFinding } from '../../src/signature/verify.ts';
import { missingJudge } from '../support/judges.ts';
import { hasShared, readShared } from '../support/shared.ts';
import { preparePdf, signPdf, SIGNED_AT } from '../support/sign-pdf.ts';
import { makeThrowawayChain, type ThrowawayChain } from '../support/throwaway-chain.ts';

const missing = hasShared ? missingJudge('openssl') : 'no shared folder';

async function findings(pdf: Uint8Array): Promise<readonly SignatureFinding[]> {
  return verifySignatures(openPdf(pdf, primitives), { primitives });
}

/** Of each signature, oldest first; the code where the file is refused. */
async function integrity(pdf: Uint8Array): Promise<string> {
  try {
    return (await findings(pdf)).map((finding) => finding.integrity ?? 'unknown').join(' ');
  } catch (error) {
    if (isRefusal(error)) return error.code;
    throw error;
  }
}

function failedChecks(found: readonly SignatureFinding[]): string[] {
  return found.flatMap(({ checks }) => checks.filter(({ outcome }) => outcome === 'fail').map(({ check }) => check));
}

function replaced(pdf: Uint8Array, from: string, to: string): Uint8Array {
  const text = toLatin1(pdf);
  const at = text.lastIndexOf(from);
  if (at < 0) throw new Error(`${from} is not there`);
  return fromLatin1(text.slice(0, at) + to + text.slice(at + from.length));
}

describe.skipIf(missing)(`verifying a letter ${missing ?? ''}`, () => {
  let chain: ThrowawayChain;
  let letter: Uint8Array;
  let signed: Uint8Array;
  beforeAll(async () => {
    chain = makeThrowawayChain();
    letter = readShared('samples', 'oficio-2-paginas.pdf');
    signed = await signPdf(letter, chain);
  });
  afterAll(() => chain.remove());

  const valueOf = async (toBeSigned: Uint8Array, by: ThrowawayChain = chain): Promise<SignatureValue> => ({
    signature: await by.signer.sign(toBeSigned),
    algorithm: by.signer.algorithm,
    certificates: by.certificates,
  });
  const range = async (): Promise<{ gapStart: number; gapEnd: number; end: number }> =>
    (await findings(signed))[0]!.byteRange!;

  test('finds ours intact, over the whole file, with every check passed', async () => {
    const [finding, ...more] = await findings(signed);
    expect(more).toEqual([]);
    expect(finding).toMatchObject({ integrity: 'intact', coverage: 'whole', page: 1, field: 'Cotejo', changes: [] });
    expect(finding?.claimedAt).toBe(SIGNED_AT);
    expect(finding?.checks.map(({ check, outcome }) => `${check} ${outcome}`)).toEqual([
      'signature/byte-range pass',
      'signature/contents pass',
      'signature/cms pass',
      'signature/content pass',
      'signature/attributes pass',
      'signature/digest pass',
      'signature/certificate-binding pass',
      'signature/value pass',
    ]);
  });

  test('says apart whether the signer is one of ours', async () => {
    const other = makeThrowawayChain();
    try {
      for (const [root, outcome] of [
        [chain, 'pass'],
        [other, 'fail'],
      ] as const) {
        const anchors = [readCertificate(root.certificates[1])];
        const { notBefore } = readCertificate(chain.certificates[0]);
        const trust = trustByChain({ anchors, intermediates: [], at: notBefore }, primitives);
        const [finding] = await verifySignatures(openPdf(signed, primitives), { primitives, trust });
        expect(finding).toMatchObject({ integrity: 'intact', trust: { outcome } });
      }
    } finally {
      other.remove();
    }
  });

  test('finds the first signature with an allowed change after a second, and the second intact', async () => {
    const twice = await signPdf(signed, chain.colleague());
    const [first, second] = await findings(twice);
    expect(first).toMatchObject({ integrity: 'allowed-changes', coverage: 'revision' });
    expect(first?.changes.map(({ kind }) => kind)).toEqual(['signature-added']);
    expect(second).toMatchObject({ integrity: 'intact', coverage: 'whole' });
  });

  test('finds no signature in a letter without one', async () => {
    expect(await findings(letter)).toEqual([]);
  });

  test('no change of one byte outside the signature stays intact', async () => {
    const { gapStart, gapEnd } = await range();
    const outside = signed.length - (gapEnd - gapStart);
    await fc.assert(
      fc.asyncProperty(fc.nat(outside - 1), fc.integer({ min: 1, max: 255 }), async (place, mask) => {
        const changed = signed.slice();
        changed[place < gapStart ? place : place + gapEnd - gapStart]! ^= mask;
        return !/^(intact|allowed-changes)/.test(await integrity(changed));
      }),
      { numRuns: 300 },
    );
  });

  test('no change inside the signature breaks the verifier', async () => {
    const { gapStart, gapEnd } = await range();
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: gapStart, max: gapEnd - 1 }), fc.nat(255), async (place, byte) => {
        const changed = signed.slice();
        changed[place] = byte;
        return typeof (await integrity(changed)) === 'string';
      }),
      { numRuns: 300 },
    );
  });

  test('cut short anywhere is never intact', async () => {
    for (let length = letter.length; length < signed.length; length += 97) {
      expect(await integrity(signed.subarray(0, length))).not.toMatch(/^intact/);
    }
  });

  test('white space behind the end changes nothing, other bytes are forbidden', async () => {
    const [finding] = await findings(concat(signed, fromLatin1('\n')));
    expect(finding).toMatchObject({ integrity: 'intact', coverage: 'revision' });
    const more = concat(signed, fromLatin1('9 0 obj << >> endobj\n'));
    expect((await findings(more))[0]).toMatchObject({
      integrity: 'forbidden-changes',
      changes: [{ kind: 'appended-bytes' }],
    });
  });

  test('padding that is not zero is no signature', async () => {
    const { gapEnd } = await range();
    const changed = signed.slice();
    changed[gapEnd - 2] = 0x31;
    expect(failedChecks(await findings(changed))).toEqual(['signature/cms']);
  });

  test('a signature by another key than the bound certificate is none', async () => {
    const colleague = chain.colleague();
    const prepared = preparePdf(letter, chain);
    const value = { ...(await valueOf(prepared.toBeSigned, colleague)), certificates: chain.certificates };
    const pdf = concat(letter, completeSignature(prepared, value));
    expect(failedChecks(await findings(pdf))).toEqual(['signature/value']);
    expect(await integrity(pdf)).toBe('altered');
  });

  test('another certificate in the place of the bound one is found out', async () => {
    const colleague = chain.colleague();
    const prepared = preparePdf(letter, chain);
    const pdf = concat(letter, completeSignature(prepared, await valueOf(prepared.toBeSigned, colleague)));
    expect(failedChecks(await findings(pdf))).toEqual(['signature/certificate-binding']);
  });

  test('the signature of one letter on another is none', async () => {
    const other = readShared('samples', 'oficio-chromium.pdf');
    const prepared = preparePdf(other, chain);
    const foreign = preparePdf(letter, chain);
    const value = await valueOf(foreign.toBeSigned);
    const stolen = { ...prepared, toBeSigned: foreign.toBeSigned };
    const pdf = concat(other, completeSignature(stolen, value));
    expect(failedChecks(await findings(pdf))).toEqual(['signature/digest']);
  });

  describe('a byte range', () => {
    const withRange = (text: string): Uint8Array => {
      const old = /\/ByteRange (\[[^\]]*\])/.exec(toLatin1(signed.subarray(letter.length)))![1]!;
      return replaced(signed, old, text.padEnd(old.length));
    };

    test('that does not start at 0, is no four numbers, or leaves the file is no signature', async () => {
      const { gapStart, gapEnd, end } = await range();
      const rest = end - gapEnd;
      for (const numbers of [
        [1, gapStart - 1, gapEnd, rest],
        [0, gapStart, gapEnd],
        [0, gapStart, gapEnd, rest, 0],
        [0, gapStart, gapEnd, rest + 1],
        [0, -1, gapEnd, rest],
        [0, gapStart + 0.5, gapEnd, rest],
        [0, gapEnd, gapStart, rest],
      ]) {
        const pdf = withRange(`[${numbers.join(' ')}]`);
        expect(failedChecks(await findings(pdf)), numbers.join(' ')).toEqual(['signature/byte-range']);
      }
    });

    test('that ends before the end of a revision is no signature', async () => {
      const { gapStart, gapEnd, end } = await range();
      const pdf = withRange(`[0 ${gapStart} ${gapEnd} ${end - gapEnd - 10}]`);
      expect(failedChecks(await findings(pdf))).toEqual(['signature/byte-range']);
    });

    test('with a gap wider or narrower than /Contents is no signature', async () => {
      const { gapStart, gapEnd, end } = await range();
      for (const [start, stop] of [
        [gapStart - 1, gapEnd],
        [gapStart, gapEnd + 1],
        [gapStart + 2, gapEnd],
        [gapStart, gapEnd - 2],
      ] as const) {
        const pdf = withRange(`[0 ${start} ${stop} ${end - stop}]`);
        expect(failedChecks(await findings(pdf))).toContain('signature/contents');
      }
    });
  });

  test('the signed second part moved behind other objects is found out (signature wrapping)', async () => {
    const { gapStart, gapEnd, end } = await range();
    const [head, gap, tail] = [
      signed.subarray(0, gapStart),
      signed.subarray(gapStart, gapEnd),
      signed.subarray(gapEnd, end),
    ];
    const evil = fromLatin1('>>\nendobj\n900 0 obj\n<< /Type /Page >>\nendobj\n901 0 obj\n<< /Hidden ');
    const moved = gapEnd + evil.length;
    const old = /\/ByteRange (\[[^\]]*\])/.exec(toLatin1(signed.subarray(letter.length)))![1]!;
    const text = `[0 ${gapStart} ${moved} ${end - gapEnd}]`.padEnd(old.length);
    const pdf = replaced(concat(head, gap, evil, tail), old, text);
    expect(await integrity(pdf)).not.toMatch(/intact|allowed/);
  });

  test('a dictionary with two /Contents is no signature, even if it was signed so', async () => {
    const prepared = preparePdf(letter, chain, { entries: { Xontents: pdfString(new Uint8Array(4), true) } });
    const document = replaced(preparedDocument(letter, prepared), '/Xontents', '/Contents');
    const again = readPrepared(document, { certificate: chain.certificates[0] }, primitives);
    const pdf = completeSignature(again, await valueOf(again.toBeSigned));
    expect(failedChecks(await findings(pdf))).toEqual(['signature/contents']);
  });
});
