import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { nodePrimitives as primitives } from '../../src/adapters/primitives.ts';
import { fromLatin1 } from '../../src/core/bytes.ts';
import { openPdf, type PdfDocument } from '../../src/pdf/document.ts';
import { pdfArray, pdfDict, pdfName, pdfString, type PdfRef } from '../../src/pdf/object.ts';
import { withWritable, writableArray, writableDict, type Writable } from '../../src/pdf/serialise.ts';
import type { PdfUpdate } from '../../src/pdf/update.ts';
import { verifySignatures, type SignatureFinding } from '../../src/signature/verify.ts';
import { inCatalog, updated } from '../support/changed-pdf.ts';
import { missingJudge } from '../support/judges.ts';
import { hasShared, readShared } from '../support/shared.ts';
import { signPdf } from '../support/sign-pdf.ts';
import { makeThrowawayChain, type ThrowawayChain } from '../support/throwaway-chain.ts';

const missing = hasShared ? missingJudge('openssl') : 'no shared folder';
/** Ten times what any of these takes here; what goes through a list again for each that names it takes a hundred times. */
const SECONDS = 5;
const STEPS = 32_000_000;

const text = (value: string): Writable => pdfString(fromLatin1(value));
const times = <T>(count: number, make: (i: number) => T): T[] => Array.from({ length: count }, (_, i) => make(i));

describe.skipIf(missing)(`what many name is gone through once${missing ? ` (${missing})` : ''}`, () => {
  let chain: ThrowawayChain;
  let letter: Uint8Array;
  beforeAll(() => {
    chain = makeThrowawayChain();
    letter = readShared('samples', 'oficio-2-paginas.pdf');
  });
  afterAll(() => chain.remove());

  const judged = async (pdf: Uint8Array, maxSteps = STEPS): Promise<SignatureFinding> =>
    (await verifySignatures(openPdf(pdf, primitives, { maxSteps }), { primitives }))[0]!;

  /** Within the budget and the time; and what it costs is counted, so that more of the same is refused. */
  const isBounded = async (pdf: Uint8Array, counted: number): Promise<SignatureFinding> => {
    // Of the processor: others use the machine too.
    const from = process.cpuUsage();
    const finding = await judged(pdf);
    expect(process.cpuUsage(from).user).toBeLessThan(SECONDS * 1_000_000);
    const refused = await judged(pdf, counted);
    expect(refused).toMatchObject({ integrity: undefined });
    return finding;
  };

  const onFirstPage = (update: PdfUpdate, doc: PdfDocument, annotations: readonly Writable[]): void => {
    const [page] = doc.pages();
    update.put(page!.ref, withWritable(page!.dict, { Annots: writableArray(...annotations) }));
  };

  const far: Writable = writableDict({
    Type: pdfName('Annot'),
    Subtype: pdfName('Link'),
    Rect: writableArray(9000, 9000, 9001, 9001),
  });

  test('new widgets are laid against annotations that were read once', async () => {
    const old = times(1000, () => far);
    const draft = updated(letter, (update, doc) => onFirstPage(update, doc, old));
    const signed = await signPdf(draft, chain, { fieldName: 'F0' });
    const attack = (fields: number, widgets: number): Uint8Array =>
      updated(signed, (update, doc) => {
        const kept = (doc.resolve(doc.pages()[0]!.dict.entries.get('Annots')) as { items: readonly Writable[] }).items;
        const made: PdfRef[] = [];
        const added = times(fields, (i) => {
          const kids = times(widgets, (k) =>
            update.add(
              writableDict({ Subtype: pdfName('Widget'), Rect: writableArray(20 * i, 20 * k, 20 * i + 5, 20 * k + 5) }),
            ),
          );
          made.push(...kids);
          const value = writableDict({ ByteRange: writableArray(0, 1, 2, 3) });
          return update.add(
            writableDict({ FT: pdfName('Sig'), T: text(`x${i}`), V: value, Kids: writableArray(...kids) }),
          );
        });
        onFirstPage(update, doc, [...kept, ...made]);
        const form = doc.resolve(doc.catalog.entries.get('AcroForm')) as { entries: ReadonlyMap<string, Writable> };
        const { items } = doc.resolve(form.entries.get('Fields') as PdfRef) as { items: readonly Writable[] };
        const grown = withWritable(
          { type: 'dict', entries: form.entries },
          { Fields: writableArray(...items, ...added) },
        );
        const place = doc.catalog.entries.get('AcroForm');
        if (typeof place === 'object' && place?.type === 'ref') update.put(place, grown);
        else inCatalog({ AcroForm: grown })(update, doc);
      });
    const finding = await isBounded(attack(100, 100), 20_000);
    expect(finding.changes).toContainEqual(
      expect.objectContaining({ kind: 'annotation', detail: '10000 widgets of signatures were added' }),
    );
    const fewer = await judged(attack(50, 2));
    expect(fewer.changes.map(({ detail }) => detail)).not.toContain('100 widgets of signatures were added');
  });

  test('entries of the security store that name one list', async () => {
    const draft = updated(letter, (update, doc) => {
      const list = update.add(
        writableArray(...times(20_000, (i) => ({ type: 'ref' as const, number: 9000 + i, generation: 0 }))),
      );
      const entries = Object.fromEntries(times(20_000, (i) => [`A${i}`, writableDict({ Cert: list })]));
      inCatalog({ DSS: writableDict({ VRI: writableDict(entries) }), Marked: 0 })(update, doc);
    });
    const signed = await signPdf(draft, chain);
    const finding = await isBounded(updated(signed, inCatalog({ Marked: 1 })), 1_500_000);
    expect(finding.integrity).toBe('forbidden-changes');
  });

  /** A form of so many fields, and a signature whose locks all name one array of `names`. */
  const locked = async (
    fields: readonly string[],
    names: readonly string[],
    references: number,
  ): Promise<Uint8Array> => {
    const draft = updated(letter, (update, doc) => {
      const open = fields.map((name) => writableDict({ FT: pdfName('Tx'), T: text(name) }));
      inCatalog({ AcroForm: writableDict({ Fields: writableArray(...open) }), Marked: 0 })(update, doc);
    });
    let lock: PdfRef | undefined;
    const signed = await signPdf(draft, chain, {
      leaveFieldsOpen: true,
      stamp: (update) => {
        const list = update.add(writableArray(...names.map(text)));
        lock = update.add(writableDict({ Action: pdfName('Include'), Fields: list }));
      },
      get entries() {
        const reference = pdfDict({ TransformMethod: pdfName('FieldMDP'), TransformParams: lock! });
        return { Reference: pdfArray(...times(references, () => reference)) };
      },
    });
    return updated(signed, inCatalog({ Marked: 1 }));
  };

  test('fields under locks that name one array', async () => {
    const fields = times(10_000, (i) => `f${i}`);
    const finding = await isBounded(
      await locked(
        fields,
        times(10_000, (i) => `g${i}`),
        20,
      ),
      100_000,
    );
    expect(finding.integrity).toBe('forbidden-changes');
  });

  test('locks of two hundred signatures, real or not, that name one array of long names', async () => {
    const names = times(20_000, (i) => `${i}${'n'.repeat(200)}`);
    const pdf = updated(letter, (update, doc) => {
      const list = update.add(writableArray(...names.map(text)));
      const lock = update.add(writableDict({ Action: pdfName('Include'), Fields: list }));
      const reference = writableDict({ TransformMethod: pdfName('FieldMDP'), TransformParams: lock });
      const references = update.add(writableArray(...times(20, () => reference)));
      const value = writableDict({ Reference: references, ByteRange: writableArray(0, 1, 2, 3) });
      const fields = times(200, (i) => writableDict({ FT: pdfName('Sig'), T: text(`s${i}`), V: value }));
      inCatalog({ AcroForm: writableDict({ Fields: writableArray(...fields) }) })(update, doc);
    });
    expect(await isBounded(pdf, 100_000)).toMatchObject({ integrity: 'altered' });
  });

  test('fields that share a value, long names and kids', async () => {
    const form = (fields: (update: PdfUpdate) => readonly Writable[]): Uint8Array =>
      updated(letter, (update, doc) =>
        inCatalog({ AcroForm: writableDict({ Fields: writableArray(...fields(update)) }), Marked: 0 })(update, doc),
      );
    const field = (name: string, entries: Readonly<Record<string, Writable>>): Writable =>
      writableDict({ FT: pdfName('Tx'), T: text(name), ...entries });
    const shared = async (make: (update: PdfUpdate) => readonly Writable[]): Promise<Uint8Array> =>
      signPdf(form(make), chain, { leaveFieldsOpen: true });

    let value: PdfRef | undefined;
    const long = (last: number): Writable => writableArray(...times(50_000, () => 1), last);
    const values = await shared((update) => {
      value = update.add(long(1));
      return times(19_000, (i) => update.add(field(`f${i}`, { V: value! })));
    });
    await isBounded(
      updated(values, (update) => update.put(value!, long(2))),
      500_000,
    );

    const names = form((update) => {
      const kids = times(10_000, (i) => field(`k${i}`, {}));
      return [update.add(field('n'.repeat(1_000_000), { Kids: writableArray(...kids) }))];
    });
    await expect(judged(names)).resolves.toMatchObject({ checks: [expect.objectContaining({ outcome: 'unknown' })] });

    const kids = form((update) => {
      const one = update.add(writableDict({}));
      const all = update.add(writableArray(...times(100_000, () => one)));
      return times(10_000, (i) => field(`k${i}`, { Kids: all }));
    });
    await expect(judged(kids)).resolves.toMatchObject({ checks: [expect.objectContaining({ outcome: 'unknown' })] });
  });
});
