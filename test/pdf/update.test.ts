import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { nodePrimitives } from '../../src/adapters/primitives.ts';
import { concat, fromLatin1, toLatin1 } from '../../src/core/bytes.ts';
import { isRefusal } from '../../src/core/refusal.ts';
import { openPdf, type PdfDocument } from '../../src/pdf/document.ts';
import { isPdf, pdfArray, pdfDict, pdfName, pdfRef, pdfString } from '../../src/pdf/object.ts';
import { pdfRaw, writableArray, writableDict } from '../../src/pdf/serialise.ts';
import { checkUnambiguous } from '../../src/pdf/unambiguous.ts';
import { beginUpdate, type FinishedUpdate, type PdfUpdate } from '../../src/pdf/update.ts';
import { ask, missingJudge, qpdfCheck, withFolder } from '../support/judges.ts';
import { hasShared, readShared, sharedPath } from '../support/shared.ts';
import { letter, PdfBuilder } from './build.ts';

const open = (bytes: Uint8Array): PdfDocument => openPdf(bytes, nodePrimitives);

function update(
  bytes: Uint8Array,
  change: (update: PdfUpdate) => void,
): { file: Uint8Array; finished: FinishedUpdate } {
  const begun = beginUpdate(open(bytes));
  change(begun);
  const finished = begun.finish();
  return { file: concat(bytes, finished.appended), finished };
}

/** A new /Info, a stream, and the catalog written again. */
function touch(begun: PdfUpdate): void {
  begun.setTrailer('Info', begun.add(pdfDict({ Title: pdfString(fromLatin1('Oficio (1)')) })));
  begun.add({ type: 'stream', dict: pdfDict({}), data: fromLatin1('data') });
  const root = begun.document.trailer.entries.get('Root');
  if (isPdf(root, 'ref')) begun.put(root, begun.current(root));
}

describe('an incremental update', () => {
  test('puts new and replaced objects behind the original, and nothing else changes', () => {
    const original = letter();
    const { file, finished } = update(original, (begun) => {
      const ref = begun.allocate();
      expect(ref).toEqual(pdfRef(5));
      begun.put(ref, pdfString(fromLatin1('new')));
      begun.put(pdfRef(4), pdfDict({ New: ref }));
    });
    const document = open(file);
    expect(file.subarray(0, original.length)).toEqual(original);
    expect(document.get(pdfRef(5))).toEqual(pdfString(fromLatin1('new')));
    expect(document.get(pdfRef(4))).toEqual(pdfDict({ New: pdfRef(5) }));
    expect(document.get(pdfRef(3))).toEqual(open(original).get(pdfRef(3)));
    for (const [number, offset] of finished.offsets) {
      expect(toLatin1(file.subarray(offset, offset + 7))).toBe(`${number} 0 obj`);
    }
    expect(finished.length).toBe(file.length);
    expect(document.revisions.map(({ end }) => end)).toEqual([file.length, original.length]);
    expect(document.at(original.length).get(pdfRef(4))).toMatchObject({ type: 'stream' });
  });

  test('begins on a new line', () => {
    const cut = letter().subarray(0, -1);
    expect(update(cut, touch).finished.appended[0]).toBe(10);
    expect(update(letter(), touch).finished.appended[0]).not.toBe(10);
  });

  test('numbers are never used twice, whatever /Size says', () => {
    const small = fromLatin1(toLatin1(letter()).replace('/Size 5', '/Size 2'));
    const large = fromLatin1(toLatin1(letter()).replace('/Size 5', '/Size 9'));
    expect(beginUpdate(open(small)).allocate()).toEqual(pdfRef(5));
    expect(beginUpdate(open(large)).allocate()).toEqual(pdfRef(9));
  });

  test('a replaced object keeps its generation', () => {
    const builder = new PdfBuilder().letter().object(5, '(old)', 7);
    builder.table();
    const bytes = fromLatin1(toLatin1(builder.done()).replace(/(\d{10}) 00000 n (\n)trailer/, '$1 00007 n $2trailer'));
    const { file } = update(bytes, (begun) => begun.put(pdfRef(5, 7), pdfString(fromLatin1('new'))));
    expect(open(file).get(pdfRef(5, 7))).toEqual(pdfString(fromLatin1('new')));
    expect(() => update(bytes, (begun) => begun.put(pdfRef(5, 0), null))).toThrow(/generation/);
  });

  test('what was neither allocated nor there is a mistake of ours', () => {
    expect(() => update(letter(), (begun) => begun.put(pdfRef(17), null))).toThrow(/allocated/);
    expect(() => update(letter(), (begun) => begun.put(pdfRef(0), null))).toThrow(/allocated/);
  });

  test('later parts of one update see what earlier ones put', () => {
    update(letter(), (begun) => {
      begun.put(pdfRef(4), pdfName('changed'));
      expect(begun.current(pdfRef(4))).toEqual(pdfName('changed'));
      expect(begun.current(pdfRef(1))).toEqual(begun.document.catalog);
      expect(begun.current(pdfRef(4, 9))).toBeNull();
    });
  });

  test('the trailer keeps /Root, /Info and what others put there; /ID keeps its first half', () => {
    const trailer = '/Root 1 0 R/Own(x)/DocChecksum/ABC/ID[<0102><0304>]';
    const { file } = update(letter('', '', trailer), touch);
    const { entries } = open(file).trailer;
    const identifier = entries.get('ID');
    if (!isPdf(identifier, 'array')) throw new Error('no identifier');
    expect(identifier.items[0]).toEqual(pdfString(Uint8Array.of(1, 2), true));
    expect(identifier.items[1]).not.toEqual(pdfString(Uint8Array.of(3, 4), true));
    expect(entries.get('Own')).toEqual(pdfString(fromLatin1('x')));
    expect(entries.has('DocChecksum')).toBe(false);
    expect(entries.get('Size')).toBe(7);
    const other = update(letter('', '', trailer), (begun) => begun.add(null)).file;
    expect(open(other).trailer.entries.get('ID')).not.toEqual(identifier);
  });

  test('a file without /ID gets one', () => {
    expect(open(update(letter(), touch).file).trailer.entries.get('ID')).toMatchObject({ type: 'array' });
  });

  test('an update of nothing, and updates of updates', () => {
    let bytes = letter();
    for (let i = 0; i < 4; i++) bytes = update(bytes, i % 2 === 0 ? touch : () => {}).file;
    const document = open(bytes);
    expect(document.revisions).toHaveLength(5);
    checkUnambiguous(document);
  });

  test('raw placeholders are reported where they stand and can be filled in place', () => {
    const contents = pdfRaw(fromLatin1(`<${'0'.repeat(64)}>`));
    const range = pdfRaw(fromLatin1('0 00000000 00000000 00000000'));
    const { file, finished } = update(letter(), (begun) => {
      begun.add(writableDict({ Contents: contents, ByteRange: writableArray(range) }));
    });
    const at = finished.raws.get(contents)!;
    expect(toLatin1(file.subarray(at, at + 3))).toBe('<00');
    expect(file[at + 65]).toBe(0x3e);
    const there = finished.raws.get(range)!;
    expect(toLatin1(file.subarray(there - 1, there + 2))).toBe('[0 ');
    file.set(fromLatin1(`<${'ab'.repeat(32)}>`), at);
    const signature = open(file).get(pdfRef(5));
    expect(isPdf(signature, 'dict') && signature.entries.get('Contents')).toEqual(
      pdfString(new Uint8Array(32).fill(0xab), true),
    );
    expect(() => update(letter(), (begun) => begun.add(writableArray(range, range)))).toThrow(/twice/);
  });

  test('a stream inside another object is a mistake of ours', () => {
    const stream = { type: 'stream', dict: pdfDict({}), data: new Uint8Array(0) } as const;
    expect(() => update(letter(), (begun) => begun.add(pdfArray(stream)))).toThrow(/indirect/);
  });
});

const noJudge = missingJudge('qpdf', 'pdfinfo');

/** Files that qpdf finds nothing wrong with, a /Size that is too large aside, which an update mends. */
function judged(group: readonly string[]): readonly string[] {
  return readdirSync(sharedPath(...group)).filter((name) => {
    if (!name.endsWith('.pdf')) return false;
    const { status, text } = qpdfCheck(sharedPath(...group, name));
    const warnings = text.split('\n').filter((line) => line.startsWith('WARNING'));
    return status === 0 || (warnings.length === 1 && warnings[0]!.includes('reported number of objects'));
  });
}

describe.skipIf(!hasShared || noJudge !== undefined)(
  'qpdf and pdfinfo find nothing wrong with an updated file (skipped without them or the shared folder)',
  () => {
    for (const group of [['samples'], ['vectors', 'pdf', 'R1-parse'], ['vectors', 'pdf', 'R2-geometry']]) {
      test(group.join('/'), { timeout: 120_000 }, () => {
        const kinds = new Set<string>();
        withFolder((folder) => {
          for (const name of judged(group)) {
            const original = readShared(...group, name);
            let document: PdfDocument;
            try {
              document = open(original);
            } catch (error) {
              if (!isRefusal(error)) throw error;
              continue;
            }
            const before = document.revisions[0]!.kind;
            const { file } = update(original, touch);
            kinds.add(before);
            const path = join(folder, name);
            writeFileSync(path, file);
            expect([name, qpdfCheck(path).text]).toEqual([
              name,
              expect.stringContaining('No syntax or stream encoding'),
            ]);
            expect([name, qpdfCheck(path).status]).toEqual([name, 0]);
            const { status, text } = ask('pdfinfo', [path]);
            expect([name, status]).toEqual([name, 0]);
            expect(text).toMatch(/^Title: +Oficio \(1\)$/m);
            expect(text).not.toMatch(/Error|Warning/);
            const after = open(file);
            expect(after.revisions[0]!.kind).toBe(before === 'stream' ? 'stream' : 'table');
            expect(after.pages().length).toBe(document.pages().length);
          }
        });
        expect(kinds.has('table')).toBe(true);
        if (group.length > 1) expect(kinds.has('stream')).toBe(true);
      });
    }
  },
);
