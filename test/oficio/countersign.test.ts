import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { nodePrimitives } from '../../src/adapters/primitives.ts';
import { systemClock, systemRandom } from '../../src/adapters/system.ts';
import { certificateOf } from '../../src/authority/authority.ts';
import { encodePem } from '../../src/authority/pem.ts';
import { concat, utf8 } from '../../src/core/bytes.ts';
import { openPdf } from '../../src/pdf/document.ts';
import { pdfName, pdfString, type PdfRef } from '../../src/pdf/object.ts';
import { withWritable, writableArray, writableDict, type WritableDict } from '../../src/pdf/serialise.ts';
import { beginUpdate } from '../../src/pdf/update.ts';
import { letter as blank } from '../pdf/build.ts';
import { signPdf } from '../support/sign-pdf.ts';
import { makeThrowawayChain } from '../support/throwaway-chain.ts';
import { unixSeconds } from '../../src/core/time.ts';
import type { Official } from '../../src/directory/official.ts';
import { LeafKind } from '../../src/log/leaf.ts';
import type { Act } from '../../src/log/ledger.ts';
import type { CountersignedOficio } from '../../src/oficio/countersign.ts';
import { intentOfCountersignature, type CountersignatureId } from '../../src/oficio/countersignature.ts';
import type { SignedOficio } from '../../src/oficio/complete.ts';
import type { OficioId } from '../../src/oficio/oficio.ts';
import type { Answer, LetterSubject } from '../../src/verifier/index.ts';
import { plainLeaf } from '../support/acts.ts';
import { missingJudge, mutoolSignatures, opensslCms, pdfsigVerify, qpdfCheck } from '../support/judges.ts';
import { issueTo, letterOf, newcomer, openOffice, refusedForNothing, sample, sampleNames } from '../support/office.ts';
import { codeOfAct } from '../support/refuses.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

let ahead = 0;
const office = await openOffice({ clock: () => unixSeconds(systemClock() + ahead) });
const { services, director, subdirector } = office;

const by = ({ oficio }: SignedOficio, { id: signerId }: Official): Promise<CountersignedOficio> =>
  services.countersignOficio({ id: oficio.id, signerId });

async function fileOf({ oficio }: SignedOficio, version?: number): Promise<Uint8Array> {
  return concat(...(await services.signedFile(oficio.id, version))!);
}

async function signatory(): Promise<Official> {
  const person = await newcomer(office);
  await issueTo(services, person, 'signer');
  return person;
}

function countersignersOf({ subject }: Answer): readonly unknown[] {
  return ((subject as LetterSubject).countersigners ?? []).map(({ name, post, state }) => [name, post, state]);
}

const told = (...people: readonly Official[]): readonly unknown[] =>
  people.map(({ name, post }) => [name, post, 'current']);

describe('a countersigned letter', () => {
  test('is valid as file and as seal, names who countersigned with their post, and leaves earlier versions as they were', async () => {
    const [letter, third] = [await office.sign(), await signatory()];
    const first = await by(letter, subdirector);
    const second = await by(letter, third);
    expect([first.countersignature.ordinal, second.countersignature.ordinal]).toEqual([1, 2]);
    const versions = [await fileOf(letter, 0), await fileOf(letter, 1), await fileOf(letter)];
    expect(versions[0]).toEqual(letter.document);
    for (const [i, version] of versions.entries()) {
      expect(versions[2]!.subarray(0, version.length), 'each version is the beginning of the next').toEqual(version);
      const answer = await services.verifyPdf(version);
      expect([answer.verdict, answer.state]).toEqual(['valid', 'current']);
      expect(answer.checks.filter(({ outcome }) => outcome !== 'pass')).toEqual([]);
      expect(countersignersOf(answer), 'those whose signature it carries').toEqual(
        told(subdirector, third).slice(0, i),
      );
    }
    const { oficio } = letter;
    for (const text of [oficio.sealText!, oficio.typedCode]) {
      const answer = await services.verifyTyped(text);
      expect([answer.state, countersignersOf(answer)]).toEqual(['current', told(subdirector, third)]);
    }
    const { signatures } = await services.verifyPdf(versions[2]!);
    expect(signatures!.map(({ folio, countersigns }) => folio ?? countersigns)).toEqual(Array(3).fill(oficio.folio));
    expect(await services.auditLog()).toMatchObject({ sound: true });
  });

  test('tells nothing more to who has only its folio', async () => {
    const letter = await office.sign();
    await by(letter, subdirector);
    expect(JSON.stringify(await services.verifyTyped(letter.oficio.folio))).not.toContain(subdirector.name);
  });

  test('may be signed again as a letter of its own, and both count', async () => {
    const letter = await office.sign();
    await by(letter, subdirector);
    const { document } = await services.signOficio(letterOf(director, await fileOf(letter)), 'once more');
    expect(await services.verifyPdf(document)).toMatchObject({ verdict: 'valid', state: 'current' });
  });

  test('is one whatever made its document: other programs, a form, a signature of somebody else', async () => {
    const programs = join(import.meta.dirname, '../samples/programs');
    const documents = readdirSync(programs).map(
      (name) => [name, new Uint8Array(readFileSync(join(programs, name)))] as const,
    );
    const form = beginUpdate(openPdf(sample('oficio-chromium.pdf'), nodePrimitives));
    const field = form.add(writableDict({ FT: pdfName('Tx'), T: pdfString(utf8('monto')), V: pdfString(utf8('100')) }));
    const catalog = form.document.trailer.entries.get('Root') as PdfRef;
    const fields = writableDict({ Fields: writableArray(field) });
    form.put(catalog, withWritable(form.current(catalog) as WritableDict, { AcroForm: form.add(fields) }));
    const filled = concat(form.document.bytes, form.finish().appended);
    const stranger = makeThrowawayChain();
    const refused: string[] = [];
    try {
      const signed = await signPdf(blank('BT ET'), stranger);
      for (const [name, document] of [...documents, ['form', filled] as const, ['signed', signed] as const]) {
        const letter = await office.sign(document).catch(() => undefined);
        if (!letter) {
          refused.push(name);
          continue;
        }
        await by(letter, subdirector);
        const answer = await services.verifyPdf(await fileOf(letter));
        expect([name, answer.state, countersignersOf(answer)]).toEqual([name, 'current', told(subdirector)]);
      }
      expect(refused, 'no drafts at all').toEqual([]);
    } finally {
      stranger.remove();
    }
  });

  const judges = missingJudge('pdfsig', 'certutil', 'openssl', 'qpdf', 'mutool');
  test.skipIf(judges)(
    `is one that other people's programs call signed twice, whatever made it ${judges ?? ''}`,
    { timeout: 120_000 },
    async () => {
      const folder = temporaryFolder();
      const [root, path] = [join(folder, 'raiz.pem'), join(folder, 'oficio.pdf')];
      const { record } = (await services.authorities.findAuthority('raiz'))!;
      writeFileSync(root, encodePem('CERTIFICATE', certificateOf(record).encoded));
      for (const name of sampleNames) {
        const letter = await office.sign(sample(name));
        await by(letter, subdirector);
        writeFileSync(path, await fileOf(letter));
        expect(pdfsigVerify(path, root), name).toMatchObject([
          { valid: true, wholeDocument: false, trusted: true, subFilter: 'ETSI.CAdES.detached' },
          { valid: true, wholeDocument: true, trusted: true, subFilter: 'ETSI.CAdES.detached' },
        ]);
        expect(opensslCms(path, root).status, name).toBe(0);
        expect(qpdfCheck(path).status, name).toBe(0);
        expect(mutoolSignatures(path).text, name).not.toMatch(/not intact|have been changed|invalid/i);
      }
    },
  );
});

describe('whoever countersigns', () => {
  test('twice gets back what they did, also behind another one, and nothing new comes to be', async () => {
    const [letter, third] = [await office.sign(), await signatory()];
    const first = await by(letter, subdirector);
    await by(letter, third);
    const { size } = await services.log.head();
    const again = await by(letter, subdirector);
    expect(again).toMatchObject({ repeated: true, countersignature: first.countersignature });
    expect((await services.log.head()).size).toBe(size);
  });

  test('with a key that was stolen does it anew with another: the first stays, and does not count', async () => {
    const [letter, person] = [await office.sign(), await newcomer(office)];
    const { serial } = await issueTo(services, person, 'signer');
    const { countersignature } = await by(letter, person);
    const theft = { reason: 'keyCompromise', compromisedFrom: countersignature.signedLeaf } as const;
    await services.revokeCredential(serial, theft);
    await issueTo(services, person, 'signer');
    const anew = await by(letter, person);
    expect([anew.repeated, anew.countersignature.ordinal]).toEqual([false, 2]);
    expect(await by(letter, person)).toMatchObject({ repeated: true, countersignature: anew.countersignature });
    for (const answer of [
      await services.verifyPdf(await fileOf(letter)),
      await services.verifyTyped(letter.oficio.typedCode),
    ]) {
      const states = (answer.subject as LetterSubject).countersigners!.map(({ state }) => state);
      expect([answer.state, states[1], states.length]).toEqual(['current', 'current', 2]);
      expect(states[0]).not.toBe('current');
    }
    expect((await services.auditLog()).sound).toBe(true);
  });

  test('at once with others waits for none: each has a place of their own', async () => {
    const letter = await office.sign();
    const people = await Promise.all(Array.from({ length: 4 }, signatory));
    const made = await Promise.all([...people, ...people].map((person) => by(letter, person)));
    expect(new Set(made.map(({ countersignature }) => countersignature.ordinal))).toEqual(new Set([1, 2, 3, 4]));
    const answer = await services.verifyPdf(await fileOf(letter));
    expect([answer.state, countersignersOf(answer).length]).toEqual(['current', 4]);
    expect((await services.auditLog()).sound).toBe(true);
  });

  test('has a file that was recorded, any version of it', async () => {
    const letter = await office.sign();
    const digest = (file: Uint8Array): Uint8Array => nodePrimitives.digest('SHA-256', file);
    const request = { id: letter.oficio.id, signerId: subdirector.id };
    const strange = concat(letter.document, Uint8Array.of(0x0a));
    const act = (): Promise<unknown> => services.countersignOficio({ ...request, fileDigest: digest(strange) });
    expect(await refusedForNothing(services, act)).toBe('oficio/another-version');
    await services.countersignOficio({ ...request, fileDigest: digest(letter.document) });
    const third = await signatory();
    const older = { id: letter.oficio.id, signerId: third.id, fileDigest: digest(letter.document) };
    expect((await services.countersignOficio(older)).countersignature.ordinal).toBe(2);
  });

  test.each<[string, (person: Official) => Promise<unknown>, string]>([
    ['without a credential', async () => {}, 'oficio/signer-without-credential'],
    [
      'whose credential is suspended',
      async (person) => services.suspendCredential((await issueTo(services, person, 'signer')).serial),
      'oficio/signer-suspended',
    ],
    [
      'who has left',
      async (person) => {
        await issueTo(services, person, 'signer');
        await services.endOfficial({ id: person.id, reason: 'resigned' });
      },
      'oficio/signer-without-mandate',
    ],
    [
      'whose name is under reserve',
      async (person) => {
        await issueTo(services, person, 'signer');
        await services.changeOfficial({ id: person.id, changes: { publication: 'reserved', legalGround: 'Art. 113' } });
      },
      'oficio/signer-reserved',
    ],
  ])('%s is refused', async (_, happened, code) => {
    const [letter, person] = [await office.sign(), await newcomer(office)];
    await happened(person);
    expect(await refusedForNothing(services, () => by(letter, person))).toBe(code);
    expect(countersignersOf(await services.verifyTyped(letter.oficio.sealText!))).toEqual([]);
  });

  test('is somebody else than who signed it, and somebody', async () => {
    const letter = await office.sign();
    expect(await refusedForNothing(services, () => by(letter, director))).toBe('oficio/already-signer');
    const nobody = { id: letter.oficio.id, signerId: 'x' };
    const act = (): Promise<unknown> => services.countersignOficio(nobody);
    expect(await refusedForNothing(services, act)).toBe('oficio/signer-not-found');
  });
});

describe('a letter', () => {
  test.each<[string, (letter: SignedOficio) => Promise<unknown>, string]>([
    ['cancelled', ({ oficio }) => services.endOficio(oficio.id, { reason: 'Error' }), 'cancelled'],
    [
      'replaced',
      async ({ oficio }) => services.endOficio(oficio.id, { reason: 'Otro', replacedBy: (await office.sign()).oficio }),
      'replaced',
    ],
  ])('that was %s is not countersigned', async (_, end, state) => {
    const letter = await office.sign();
    await end(letter);
    const refusal = await by(letter, subdirector).catch((error: unknown) => error);
    expect(refusal).toMatchObject({ code: 'oficio/not-in-force', facts: { folio: letter.oficio.folio, state } });
  });

  test('that expired, a draft, or one that there is not, is not countersigned', async () => {
    const letter = await office.sign(undefined, { expires: unixSeconds(systemClock() + 3600) });
    ahead = 7200;
    expect(await refusedForNothing(services, () => by(letter, subdirector))).toBe('oficio/not-in-force');
    ahead = 0;
    const signerId = subdirector.id;
    const none = { id: '00'.repeat(8) as OficioId, signerId };
    expect(await codeOfAct(() => services.countersignOficio(none))).toBe('oficio/not-found');
  });

  test('that ends while it is countersigned ends: one of the two acts comes first, and the other sees it', async () => {
    const letter = await office.sign();
    const acts = [by(letter, subdirector), services.endOficio(letter.oficio.id, { reason: 'Error' })];
    const [outcome] = await Promise.allSettled(acts);
    if (outcome?.status === 'rejected') expect(outcome.reason).toMatchObject({ code: 'oficio/not-in-force' });
    expect((await services.verifyTyped(letter.oficio.sealText!)).state).toBe('cancelled');
    expect((await services.auditLog()).sound).toBe(true);
  });

  test('takes sixteen, and says so', { timeout: 120_000 }, async () => {
    const letter = await office.sign();
    for (let n = 0; n < 16; n++) await by(letter, await signatory());
    const one = await signatory();
    expect(await refusedForNothing(services, () => by(letter, one))).toBe('oficio/countersigned-by-most');
    const answer = await services.verifyPdf(await fileOf(letter));
    expect([answer.state, countersignersOf(answer).length]).toEqual(['current', 16]);
  });
});

describe('what was recorded before the signature', () => {
  const { ledger } = office.ports;
  const { commit } = ledger;

  /** Stopped when its signature is made. */
  async function begin(letter: SignedOficio): Promise<void> {
    Object.assign(ledger, {
      commit: async (act: Act) => {
        if (act.leaf.kind === LeafKind.oficioCountersigned) throw new Error('stopped');
        return commit(act);
      },
    });
    await expect(by(letter, subdirector)).rejects.toThrow('stopped');
    Object.assign(ledger, { commit });
  }

  async function begunOf({ oficio }: SignedOficio): Promise<readonly number[]> {
    const about = await services.log.referring(oficio.signedLeaf!);
    return about.filter(({ kind }) => kind === LeafKind.oficioCountersignIntent).map(({ index }) => index);
  }

  test('refers to the letter, and the signature to it', async () => {
    const letter = await office.sign();
    const { countersignature } = await by(letter, subdirector);
    const [intent, made] = [
      await services.log.leaf(countersignature.leaf),
      await services.log.leaf(countersignature.signedLeaf),
    ];
    expect(intent).toMatchObject({ kind: LeafKind.oficioCountersignIntent, ref: letter.oficio.signedLeaf });
    expect(made).toMatchObject({ kind: LeafKind.oficioCountersigned, ref: countersignature.leaf });
  });

  test('is gone on with for a day; later the signature would bear the time of another day', async () => {
    for (const [seconds, isTheSame] of [
      [80_000, true],
      [90_000, false],
    ] as const) {
      const letter = await office.sign();
      await begin(letter);
      const [begun] = await begunOf(letter);
      ahead = seconds;
      const { countersignature } = await by(letter, subdirector);
      ahead = 0;
      expect(countersignature.leaf === begun).toBe(isTheSame);
    }
    expect(await services.auditLog()).toMatchObject({ sound: true });
  });

  test('is left behind when somebody else countersigns first, when the key is another one, or the name', async () => {
    const third = await signatory();
    const changes: readonly ((letter: SignedOficio) => Promise<unknown>)[] = [
      (letter) => by(letter, third),
      () => issueTo(services, subdirector, 'signer'),
      () => services.changeOfficial({ id: subdirector.id, changes: { post: 'Subdirector de Otra Cosa' } }),
    ];
    for (const change of changes) {
      const letter = await office.sign();
      await begin(letter);
      await change(letter);
      await by(letter, subdirector);
      expect(await begunOf(letter)).toHaveLength(changes.indexOf(change) === 0 ? 3 : 2);
      const answer = await services.verifyPdf(await fileOf(letter));
      expect(answer).toMatchObject({ verdict: 'valid' });
    }
    expect(await services.auditLog()).toMatchObject({ sound: true });
  });

  test('has a time within the certificate: one from before it, which nobody would tell, is not gone on with', async () => {
    const [letter, person] = [await office.sign(), await newcomer(office)];
    const { serial, notBefore } = await issueTo(services, person, 'signer');
    const { id, name, post } = person;
    const intent = {
      ...{ id: 'ab'.repeat(8) as CountersignatureId, letter: letter.oficio.id, ordinal: 1 },
      baseDigest: nodePrimitives.digest('SHA-256', letter.document),
      ...{ at: unixSeconds(notBefore - 3600), signer: { officialId: id, name, post, serial }, salt: systemRandom(32) },
    };
    const record = intentOfCountersignature(intent);
    const leaf = {
      kind: LeafKind.oficioCountersignIntent,
      record,
      ref: letter.oficio.signedLeaf!,
      salt: systemRandom(32),
    };
    const { index } = await commit({ leaf: plainLeaf('begun by somebody else', leaf), writes: [] });
    const { countersignature } = await by(letter, person);
    expect(countersignature.leaf).not.toBe(index);
    expect(countersignersOf(await services.verifyTyped(letter.oficio.typedCode))).toEqual(told(person));
    expect(countersignersOf(await services.verifyPdf(await fileOf(letter)))).toEqual(told(person));
  });
});
