import { randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { systemClock } from '../../src/adapters/system.ts';
import { fromLatin1 } from '../../src/core/bytes.ts';
import { unixSeconds } from '../../src/core/time.ts';
import type { SignedOficio } from '../../src/oficio/complete.ts';
import { pdfString, type PdfObject } from '../../src/pdf/object.ts';
import { SALT_ENTRY, SEAL_ENTRY } from '../../src/seal/in-signature.ts';
import type { Answer, LetterSubject } from '../../src/verifier/index.ts';
import { answerPage } from '../../verifier-web/answer-page.ts';
import { en } from '../../verifier-web/texts/en.ts';
import { es } from '../../verifier-web/texts/es.ts';
import { missingJudge } from '../support/judges.ts';
import { issueTo, letterOf, newcomer, openOffice, sample } from '../support/office.ts';
import { factsOf, textOf } from '../support/page-answers.ts';
import { signPdf, type SigningChain } from '../support/sign-pdf.ts';
import { makeThrowawayChain } from '../support/throwaway-chain.ts';

/* A letter that was signed over the file of an earlier one. */

let ahead = 0;
const office = await openOffice({ clock: () => unixSeconds(systemClock() + ahead) });
const { services, director } = office;
const HOUR = 3600;

const over = ({ document }: Pick<SignedOficio, 'document'>): Promise<SignedOficio> =>
  services.signOficio(letterOf(director, document), randomUUID());

const below = ({ subject }: Answer): readonly unknown[] =>
  ((subject as LetterSubject).endedBelow ?? []).map(({ folio, state }) => [folio, state]);

/** `pdf` signed by `chain` with the seal of `letter` in its dictionary. */
function withSealOf({ oficio }: SignedOficio, pdf: Uint8Array, chain: SigningChain): Promise<Uint8Array> {
  const entries: Record<string, PdfObject> = {
    [SEAL_ENTRY]: pdfString(fromLatin1(oficio.sealText!)),
    [SALT_ENTRY]: pdfString(oficio.salt, true),
  };
  return signPdf(pdf, chain, { at: oficio.sealedAt, entries, fieldName: 'Copia' });
}

test('of a file with several signatures each check says which one it is about', async () => {
  const alone = await office.sign();
  const both = await over(alone);
  await services.endOficio(alone.oficio.id, { reason: 'Error' });
  const answer = await services.verifyPdf(both.document);
  const { checks, signatures } = answer;
  expect(signatures!.map(({ folio }) => folio)).toEqual([alone.oficio.folio, both.oficio.folio]);
  const told = checks.flatMap(({ check, outcome, signature }) =>
    check === 'oficio/status' ? [[signature, outcome]] : [],
  );
  expect(told).toEqual([
    [1, 'fail'],
    [2, 'pass'],
  ]);
  const page = textOf(answerPage(factsOf(answer), es, '/').toString());
  expect(page).toMatch(/mal: cancelado \( ?oficio\/status ?, firma 1\)/);
  for (const { signature } of (await services.verifyPdf(alone.document)).checks) expect(signature).toBeUndefined();
});

describe('an earlier letter in the file of one in force', () => {
  test('does not take its answer away by ending, and is told with what became of it', async () => {
    const thief = await newcomer(office);
    const { serial } = await issueTo(services, thief, 'signer');
    const [replaced, cancelled] = [await office.sign(), await office.sign()];
    const expired = await office.sign(undefined, { expires: unixSeconds(systemClock() + HOUR) });
    const stolen = await services.signOficio(letterOf(thief, sample('oficio-chromium.pdf')), randomUUID());
    const [byNext, byCancelled] = [await over(replaced), await over(cancelled)];
    const [byExpired, byStolen] = [await over(expired), await over(stolen)];
    const all = [byNext, byCancelled, byExpired, byStolen];
    for (const { document } of all) expect(below(await services.verifyPdf(document))).toEqual([]);

    await services.endOficio(replaced.oficio.id, { reason: 'Otro', replacedBy: byNext.oficio });
    await services.endOficio(cancelled.oficio.id, { reason: 'Error' });
    const compromisedFrom = stolen.oficio.signedLeaf!;
    await services.revokeCredential(serial, { reason: 'keyCompromise', compromisedFrom });
    ahead = 2 * HOUR;
    for (const [letter, { folio }, state] of [
      [byNext, replaced.oficio, 'replaced'],
      [byCancelled, cancelled.oficio, 'cancelled'],
      [byExpired, expired.oficio, 'expired'],
      [byStolen, stolen.oficio, 'revoked'],
    ] as const) {
      const answer = await services.verifyPdf(letter.document);
      expect([answer.state, (answer.subject as LetterSubject).folio]).toEqual(['current', letter.oficio.folio]);
      expect(below(answer)).toEqual([[folio, state]]);
      const page = textOf(answerPage(factsOf(answer), es, '/').toString());
      expect(page).toContain('El archivo trae también el oficio');
      expect(page).toContain(`Esta respuesta es sólo del ${letter.oficio.folio}.`);
      expect(textOf(answerPage(factsOf(answer), en, '/').toString())).toContain('The file also has letter');
      expect((await services.verifyTyped(letter.oficio.typedCode)).state).toBe('current');
    }
    // Its own file is what it was.
    expect((await services.verifyPdf(replaced.document)).state).toBe('replaced');
    ahead = 0;
  });

  test('tells nothing of itself where the later one has ended, and the later one is what is answered', async () => {
    const first = await office.sign();
    const second = await over(first);
    await services.endOficio(second.oficio.id, { reason: 'Error' });
    const answer = await services.verifyPdf(second.document);
    expect([answer.state, (answer.subject as LetterSubject).folio]).toEqual(['cancelled', second.oficio.folio]);
  });

  const missing = missingJudge('openssl');
  test.skipIf(missing)(
    `that a stranger makes of a copied seal is part of the document that was signed ${missing ?? ''}`,
    async () => {
      const real = await office.sign(sample('oficio-chromium.pdf'));
      const outsider = makeThrowawayChain();
      try {
        for (const document of [sample('oficio-chromium.pdf'), sample('oficio-libreoffice.pdf')]) {
          const copied = await withSealOf(real, document, outsider);
          expect((await services.verifyPdf(copied)).state).toBe('altered');
          const answer = await services.verifyPdf((await over({ document: copied })).document);
          expect([answer.state, ...below(answer)]).toEqual(['current']);
          // Behind the letter it is what it was.
          expect((await services.verifyPdf(await withSealOf(real, real.document, outsider))).state).toBe('altered');
        }
      } finally {
        outsider.remove();
      }
    },
  );
});
