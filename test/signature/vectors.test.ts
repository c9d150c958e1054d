import { describe, expect, test } from 'vitest';
import { nodePrimitives as primitives } from '../../src/adapters/primitives.ts';
import { isRefusal } from '../../src/core/refusal.ts';
import { openPdf } from '../../src/pdf/document.ts';
import { verifySignatures, type SignatureFinding } from '../../src/signature/verify.ts';
import { hasShared, readShared } from '../support/shared.ts';

/** What is said of each signature in the file, oldest first; a code where the file is refused as a whole. */
async function judged(group: string, name: string): Promise<string> {
  try {
    const doc = openPdf(readShared('vectors', 'pdf', group, name), primitives);
    const findings = await verifySignatures(doc, { primitives });
    return findings.map(({ integrity }) => integrity ?? 'unknown').join(' ');
  } catch (error) {
    if (isRefusal(error)) return error.code;
    throw error;
  }
}

async function findingsOf(group: string, name: string): Promise<readonly SignatureFinding[]> {
  return verifySignatures(openPdf(readShared('vectors', 'pdf', group, name), primitives), { primitives });
}

const reason = hasShared ? '' : ': no shared folder';

describe.skipIf(!hasShared)(`files that others signed and changed${reason}`, () => {
  test.for([
    ['A1-shadow-prepared-signed', '3_original-document-shadowed-signed.pdf', 'intact'],
    ['A1-shadow-prepared-signed', 'dcdeda-3_original-document-shadowed-signed.pdf', 'intact'],
    ['A1-shadow-prepared-signed', 'e74404-3_original-document-shadowed-signed.pdf', 'intact'],
    ['A1-shadow-attack', '4_original-document-shadowed-signed-manipulated.pdf', 'forbidden-changes'],
    ['A1-shadow-attack', '4_original-document-shadowed-signed-manipulated_v1.pdf', 'forbidden-changes'],
    ['A1-shadow-attack', '4_original-document-shadowed-signed-manipulated_v2.pdf', 'forbidden-changes'],
    ['A1-shadow-attack', '06da46-4_original-document-shadowed-signed-manipulated.pdf', 'forbidden-changes'],
    ['A5-dss', 'modified_after_signature.pdf', 'forbidden-changes'],
    ['A5-dss', 'hide.pdf', 'forbidden-changes'],
    ['A5-dss', 'pdf-byterange-overlap.pdf', 'allowed-changes altered'],
    ['A5-dss', 'pades_opposite_infinite_loop.pdf', 'pdf/xref-broken'],
    ['A5-dss', 'pades-signed-filled-form.pdf', 'allowed-changes'],
    // A second signature without room, whose look is larger and blank. SHA-1, and a document timestamp: not judged here.
    ['A5-dss', 'pades-multiple-pages-annots-overlap.pdf', 'allowed-changes unknown unknown'],
    ['A5-dss', 'pades-same-border-annotations.pdf', 'allowed-changes'],
    ['A5-dss', 'pades-spoofing-replaced-reason.pdf', 'forbidden-changes'],
    ['A5-dss', 'pdf-signed-added-page.pdf', 'forbidden-changes'],
    ['A5-dss', 'pades-enveloping-empty-bytes-cms.pdf', 'altered'],
    ['A5-dss', 'pdf-removed-pages.pdf', 'altered'],
    ['A5-dss', 'pdf-double-signer-info.pdf', 'altered'],
    ['A5-dss', 'siwa.pdf', 'altered'],
    // A save of nothing between both says /Size 1: poppler then misses the catalog and rebuilds the file.
    ['A5-dss', 'hello_signed_INCSAVE_signed.pdf', 'forbidden-changes intact'],
    ['R1-parse', 'certified-with-indirect-refs-in-dir.pdf', 'intact'],
    ['R1-parse', 'sig-with-ski-sid.pdf', 'intact'],
    ['R1-parse', 'pades-with-old-style-signing-cert-attr.pdf', 'intact'],
    ['R1-parse', 'ed448-shake256-nolen.pdf', 'unknown'],
    ['R1-parse', 'pdf-sig-with-econtent.pdf', 'altered'],
    // Their second signature covers 39 % of a small page.
    ['R1-parse', 'extensions-update-direct.pdf', 'forbidden-changes intact'],
    ['R1-parse', 'minimal-signed-twice-no-sig-type.pdf', 'allowed-changes intact'],
    ['R1-parse', 'minimal-two-fields-signed-twice.pdf', 'forbidden-changes intact'],
    ['R1-parse', 'form-update-override-appearance-stream-ap-indirect.pdf', 'forbidden-changes intact'],
    ['R1-parse', 'pades-lta-dss-indirect-arrs-test-2.pdf', 'allowed-changes unknown allowed-changes'],
    ['R2-geometry', 'rotate90_bottom-right-signed.pdf', 'intact'],
  ] as const)('%s/%s: %s', async ([group, name, expected]) => {
    expect(await judged(group, name)).toBe(expected);
  });

  test('the reader learns which page was added, and which object of which page was replaced', async () => {
    const [added] = await findingsOf('A5-dss', 'pdf-signed-added-page.pdf');
    expect(added?.changes).toContainEqual({ kind: 'pages', allowed: false, detail: '2 pages, 1 were signed' });
    const [shadow] = await findingsOf('A1-shadow-attack', '4_original-document-shadowed-signed-manipulated.pdf');
    expect(shadow?.changes.map(({ kind, page }) => ({ kind, page }))).toEqual([
      { kind: 'content', page: 1 },
      { kind: 'content', page: 1 },
    ]);
  });

  test('the signed revision of a modified file is what its author retrieved', async () => {
    const [finding] = await findingsOf('A5-dss', 'modified_after_signature.pdf');
    expect(finding?.coverage).toBe('revision');
    expect(finding?.byteRange?.end).toBe(642689);
  });
});
