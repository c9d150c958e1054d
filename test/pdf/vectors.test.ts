import { readdirSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { nodePrimitives } from '../../src/adapters/primitives.ts';
import { openPdf, type PdfDocument } from '../../src/pdf/document.ts';
import { checkUnambiguous } from '../../src/pdf/unambiguous.ts';
import { hasShared, readShared, sharedPath } from '../support/shared.ts';
import { outcome, readAll, secondsSince } from './read-all.ts';

const GROUPS = hasShared ? readdirSync(sharedPath('vectors', 'pdf')).filter((name) => /^[A-Z]\d-/.test(name)) : [];

function filesOf(group: string): readonly string[] {
  return readdirSync(sharedPath('vectors', 'pdf', group)).filter((name) => /\.pdf(\.gz)?$/.test(name));
}

function read(group: string, name: string): Uint8Array {
  const bytes = readShared('vectors', 'pdf', group, name);
  return name.endsWith('.gz') ? new Uint8Array(gunzipSync(bytes)) : bytes;
}

const open = (bytes: Uint8Array): PdfDocument => openPdf(bytes, nodePrimitives);

describe.skipIf(!hasShared)(
  "others' files: opened or refused within two seconds, never anything else (skipped without the shared folder)",
  () => {
    for (const group of GROUPS) {
      test.each(filesOf(group))(`${group}/%s`, (name) => {
        const bytes = read(group, name);
        const start = process.cpuUsage();
        expect(outcome(() => readAll(bytes))).toMatch(/^(ok|pdf\/[a-z-]+)$/);
        expect(secondsSince(start)).toBeLessThan(2);
      });
    }
  },
);

/** What does not simply open. */
const EXPECTED_ON_OPENING: Readonly<Record<string, string>> = {
  'A5-dss/pades_opposite_infinite_loop.pdf': 'pdf/xref-broken',
  'D1-dos/A3-pages-tree-loop-simple.pdf': 'pdf/malformed',
  'D1-dos/deflate-bomb-10GB-xref.pdf.gz': 'pdf/too-large',
  'D2-content-masking/K8-not-in-use-with-an-x.pdf': 'pdf/xref-broken',
  'D2-content-masking/N3-updates-missing-eof-1.pdf': 'pdf/truncated',
  'D2-content-masking/O2-second-xref-aim-high.pdf': 'pdf/xref-broken',
  'D2-content-masking/Q1-obj-before-2nd-header4.pdf': 'pdf/xref-broken',
  'D3-active-content/05-submit-form-fs-drive.pdf': 'pdf/xref-broken',
  'R1-parse/broken-objstream1.pdf': 'pdf/xref-broken',
  'R1-parse/minimal-annotless.pdf': 'pdf/xref-broken',
  'R1-parse/minimal-startxref-hopeless2.pdf': 'pdf/truncated',
  'R1-parse/minimal-startxref-obo2.pdf': 'pdf/xref-broken',
  'R1-parse/minimal-startxref-obo5.pdf': 'pdf/xref-broken',
  'R1-parse/malformed-encrypt-dict2.pdf': 'pdf/encrypted',
  'R1-parse/minimal-aes256-malformed-oe.pdf': 'pdf/encrypted',
  'R1-parse/minimal-pubkey-aes256.pdf': 'pdf/encrypted',
  'R1-parse/minimal-pubkey-unknown-envelope-alg.pdf': 'pdf/encrypted',
  'R1-parse/minimal-two-fields-aes256.pdf': 'pdf/encrypted',
  'R1-parse/minimal-with-field-pubkey-rc4.pdf': 'pdf/encrypted',
  'R1-parse/pubkey-rc2-test.pdf': 'pdf/encrypted',
};

describe.skipIf(!hasShared)(
  'reading for verification: the pages of every file whose table leads to them (skipped without the shared folder)',
  () => {
    for (const group of GROUPS) {
      test.each(filesOf(group))(`${group}/%s`, (name) => {
        const expected = EXPECTED_ON_OPENING[`${group}/${name}`] ?? 'ok';
        expect(outcome(() => open(read(group, name)).pages())).toBe(expected);
      });
    }
  },
);

/** Attacks by the difference between readers: refused before signing, each by what it does. */
const MASKED: Readonly<Record<string, string>> = {
  '.00-original.pdf': 'ok',
  'A2-stream-length-to-long-2.pdf': 'pdf/ambiguous endstream-in-data',
  'C1-stream-eol-none.pdf': 'pdf/ambiguous object',
  'C7-stream-eol-onebyte-lf.pdf': 'pdf/ambiguous object',
  'D3-prepend-nullbyte.pdf': 'pdf/ambiguous contents-start',
  'E4-unknown-filter.pdf': 'pdf/ambiguous contents-filter',
  'G3-obj-commented-out-3.pdf': 'pdf/ambiguous comment',
  'H4-onebyte-in-contents-key.pdf': 'pdf/ambiguous contents-key',
  'I4-endstreamx.pdf': 'pdf/ambiguous object',
  'K2-xref-duplicate-obj5.pdf': 'pdf/ambiguous unlisted-object',
  'K8-not-in-use-with-an-x.pdf': 'pdf/xref-broken',
  'M1-inner-outer-confusion-1.pdf': 'pdf/ambiguous unlisted-object',
  'N3-updates-missing-eof-1.pdf': 'pdf/truncated',
  'O2-second-xref-aim-high.pdf': 'pdf/xref-broken',
  'P5-obj-before-2nd-header.pdf': 'pdf/ambiguous second-header',
  'Q1-obj-before-2nd-header4.pdf': 'pdf/xref-broken',
  'Q7-obj-before-2nd-header7.pdf': 'pdf/ambiguous header',
};

/**
 * Broken files that some readers repair, each in its way; one font whose length covers the text `endstream`; and trailers
 * that name an object beyond the last, which what the seal adds would become.
 */
const AMBIGUOUS: Readonly<Record<string, string>> = {
  'R1-parse/broken-objstream4.pdf': 'pdf/ambiguous unlisted-object',
  'R1-parse/broken-objstream1.pdf': 'pdf/ambiguous object-stream',
  'R1-parse/minimal-annotless.pdf': 'pdf/ambiguous xref-offset',
  'R1-parse/minimal-illegal-header.pdf': 'pdf/ambiguous header',
  'R2-geometry/check_custom_10_20.pdf': 'pdf/ambiguous reference',
  'R2-geometry/check_custom_rotate90_10_20.pdf': 'pdf/ambiguous reference',
  'S1-shadow-prepared-unsigned/60f581-2_original-document-shadowed.pdf': 'pdf/ambiguous object',
  'A1-shadow-prepared-signed/dcdeda-3_original-document-shadowed-signed.pdf': 'pdf/ambiguous object',
};

const SIGNABLE = [
  'R1-parse',
  'R2-geometry',
  'S1-benign-control',
  'S1-shadow-prepared-unsigned',
  'A1-shadow-prepared-signed',
];

describe.skipIf(!hasShared)(
  'before signing: no file that readers may show differently, and every other (skipped without the shared folder)',
  () => {
    const check = (bytes: Uint8Array) => outcome(() => checkUnambiguous(open(bytes)));

    test('every masking attack has its expectation', () => {
      expect(filesOf('D2-content-masking').toSorted()).toEqual(Object.keys(MASKED).toSorted());
    });
    test.each(Object.entries(MASKED))('D2-content-masking/%s: %s', (name, expected) => {
      expect(check(read('D2-content-masking', name))).toBe(expected);
    });
    test.each(hasShared ? readdirSync(sharedPath('samples')).filter((name) => name.endsWith('.pdf')) : [])(
      'samples/%s is accepted',
      (name) => expect(check(readShared('samples', name))).toBe('ok'),
    );
    for (const group of SIGNABLE.filter((name) => GROUPS.includes(name))) {
      test.each(filesOf(group))(`${group}/%s`, (name) => {
        const key = `${group}/${name}`;
        expect(check(read(group, name))).toBe(AMBIGUOUS[key] ?? EXPECTED_ON_OPENING[key] ?? 'ok');
      });
    }
  },
);

describe.skipIf(!hasShared)('the shape of pages (skipped without the shared folder)', () => {
  const shape = (name: string) => {
    const [page] = open(read('R2-geometry', name)).pages();
    return [page!.rotate, ...page!.mediaBox];
  };
  test.each([
    ['test_-270.pdf', 90],
    ['test_270.pdf', 270],
    ['sun_90.pdf', 90],
    ['doc-negative-coordinates-rotate-270.pdf', 270],
    ['doc-positive-coordinates-rotate-360.pdf', 0],
  ])('%s is turned by %d', (name, rotate) => expect(shape(name)[0]).toBe(rotate));

  test('boxes may begin anywhere', () => {
    const [, left, bottom] = shape('doc-negative-coordinates.pdf');
    expect(left! < 0 && bottom! < 0).toBe(true);
  });
});
