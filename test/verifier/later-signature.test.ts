import { beforeAll, describe, expect, test } from 'vitest';
import { concat, fromLatin1, utf8 } from '../../src/core/bytes.ts';
import type { SignedOficio } from '../../src/oficio/complete.ts';
import type { Answer } from '../../src/verifier/subject.ts';
import { pdfName, pdfString, type PdfRef } from '../../src/pdf/object.ts';
import { openPdf } from '../../src/pdf/document.ts';
import { nodePrimitives as primitives } from '../../src/adapters/primitives.ts';
import { beginUpdate, type PdfUpdate } from '../../src/pdf/update.ts';
import { withWritable, writableArray, writableDict } from '../../src/pdf/serialise.ts';
import { addToForm, addToPage } from '../../src/signature/add-field.ts';
import { readForm } from '../../src/signature/fields.ts';

import { letterOf, openOffice, sample, type Office } from '../support/office.ts';
import { missingJudge } from '../support/judges.ts';
import { signPdf, type SigningChain, type SigningOptions } from '../support/sign-pdf.ts';
import { stolenChain } from '../support/stolen-key.ts';
import { makeThrowawayChain } from '../support/throwaway-chain.ts';

const missing = missingJudge('openssl');

/** A white sheet that says something else. */
function sheet(update: PdfUpdate, width: number, height: number): PdfRef {
  const dict = writableDict({
    Type: pdfName('XObject'),
    Subtype: pdfName('Form'),
    BBox: writableArray(0, 0, width, height),
  });
  return update.add({ type: 'stream', dict, data: fromLatin1(`1 1 1 rg 0 0 ${width} ${height} re f`) });
}

describe.skipIf(missing)(`a signature after the letter's own${missing ? ` (${missing})` : ''}`, () => {
  let office: Office;
  let letter: SignedOficio;
  let outsider: SigningChain;
  beforeAll(async () => {
    office = await openOffice();
    letter = await office.sign(sample('oficio-chromium.pdf'));
    const chain = makeThrowawayChain();
    outsider = chain;
    return () => chain.remove();
  });

  const verified = (pdf: Uint8Array): Promise<Answer> => office.services.verifyPdf(pdf);
  const covered = (pdf: Uint8Array, chain: SigningChain, rect: readonly [number, number, number, number]) => {
    const appearance: { ref?: PdfRef } = {};
    const options: SigningOptions = {
      at: letter.oficio.sealedAt,
      fieldName: `F${pdf.length}`,
      rect,
      stamp: (update) => void (appearance.ref = sheet(update, rect[2] - rect[0], rect[3] - rect[1])),
      get appearance(): PdfRef {
        return appearance.ref!;
      },
    } as SigningOptions;
    return signPdf(pdf, chain, options);
  };
  const houseChain = (): Promise<SigningChain> => stolenChain(office, office.otherSigner);

  test('by an outsider that shows something finds the file changed, wherever its box is', async () => {
    for (const rect of [
      [40, 500, 572, 700],
      [1, 1, 3, 3],
    ] as const) {
      const answer = await verified(await covered(letter.document, outsider, rect));
      expect(answer).toMatchObject({ verdict: 'invalid', state: 'changed-after-signing' });
    }
  });

  test('by an outsider that takes room without an appearance finds the file changed as well', async () => {
    const answer = await verified(await signPdf(letter.document, outsider, { fieldName: 'B', rect: [1, 1, 9, 9] }));
    expect(answer.state).toBe('changed-after-signing');
  });

  test('by an outsider that shows nothing leaves the letter as it is, and is named', async () => {
    const answer = await verified(await signPdf(letter.document, outsider, { fieldName: 'Invisible' }));
    expect(answer).toMatchObject({ verdict: 'valid', state: 'current' });
    expect(answer.signatures).toMatchObject([{ trusted: true }, { field: 'Invisible', trusted: false }]);
    expect(answer.signatures![1]!.signer).toBeTruthy();
    expect(answer.checks.filter(({ check }) => check === 'signature/later')).toHaveLength(1);
  });

  test('that claims to sign an early part of the file is later by where it stands', async () => {
    const document = openPdf(letter.document, primitives);
    const update = beginUpdate(document);
    const form = readForm(document)!;
    const page = document.pages()[0]!;
    const appearance = sheet(update, 8, 8);
    const value = update.add(writableDict({ ByteRange: writableArray(0, 1, 5, 3), Contents: pdfString(utf8('x')) }));
    const field = update.add(
      writableDict({
        ...{ Type: pdfName('Annot'), Subtype: pdfName('Widget'), FT: pdfName('Sig'), T: pdfString(utf8('Antes')) },
        ...{ V: value, Rect: writableArray(1, 1, 9, 9), AP: writableDict({ N: appearance }), P: page.ref },
      }),
    );
    const listed = (dict: { entries: ReadonlyMap<string, unknown> }, key: string): PdfRef[] => {
      const found = document.resolve(dict.entries.get(key) as never);
      return found && typeof found === 'object' && found.type === 'array' ? (found.items as PdfRef[]).slice() : [];
    };
    update.put(form.ref!, withWritable(form.dict, { Fields: writableArray(...listed(form.dict, 'Fields'), field) }));
    update.put(page.ref, withWritable(page.dict, { Annots: writableArray(...listed(page.dict, 'Annots'), field) }));
    const answer = await verified(concat(letter.document, update.finish().appended));
    expect(answer.state).toBe('changed-after-signing');
  });

  test.each([
    ['text field', { FT: pdfName('Tx'), T: pdfString(utf8('a')) }],
    ['button', { FT: pdfName('Btn'), T: pdfString(utf8('a')) }],
    ['field of its own value', { V: pdfString(utf8('x')) }],
  ])('whose widget is a %s is none', async (_, disguise) => {
    const document = openPdf(letter.document, primitives);
    const update = beginUpdate(document);
    const page = document.pages()[0]!.ref;
    const shown = { Rect: writableArray(1, 1, 9, 9), AP: writableDict({ N: sheet(update, 8, 8) }), P: page, F: 4 };
    const widget = { Type: pdfName('Annot'), Subtype: pdfName('Widget'), ...shown, ...disguise };
    const kid = update.add(writableDict(widget));
    const value = update.add(writableDict({ Type: pdfName('Sig'), ByteRange: writableArray(0, 1, 2, 3) }));
    const field = { FT: pdfName('Sig'), T: pdfString(utf8('Pago')), V: value, Kids: writableArray(kid) };
    addToPage(update, page, kid);
    addToForm(update, readForm(document), update.add(writableDict(field)));
    const answer = await verified(concat(letter.document, update.finish().appended));
    expect(answer.state).toBe('changed-after-signing');
  });

  test('with a certificate of ours and no letter of the register is not registered, visible or not', async () => {
    const chain = await houseChain();
    const silent = await verified(
      await signPdf(letter.document, chain, { fieldName: 'Robado', at: letter.oficio.sealedAt }),
    );
    expect(silent).toMatchObject({ verdict: 'invalid', state: 'not-registered' });
    const shown = await verified(await covered(letter.document, chain, [1, 1, 9, 9]));
    expect(shown).toMatchObject({ verdict: 'invalid', state: 'not-registered' });
  });

  test('that is a letter of a colleague stands, and an outsider after both does not', async () => {
    const request = letterOf(office.subdirector, letter.document);
    const second = await office.services.signOficio(request, 'colleague');
    expect(await verified(second.document)).toMatchObject({ verdict: 'valid', state: 'current' });
    const third = await verified(await covered(second.document, outsider, [1, 1, 9, 9]));
    expect(third.state).toBe('changed-after-signing');
  });
});
