import { randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { nodePrimitives as primitives } from '../../src/adapters/primitives.ts';
import { unixSeconds } from '../../src/core/time.ts';
import { systemRandom } from '../../src/adapters/system.ts';
import { concat, toHex, utf8 } from '../../src/core/bytes.ts';
import type { Credential } from '../../src/credential/credential.ts';
import type { Official } from '../../src/directory/official.ts';
import { LeafKind } from '../../src/log/leaf.ts';
import type { SignedOficio } from '../../src/oficio/complete.ts';
import type { Countersignature, CountersignatureId } from '../../src/oficio/countersignature.ts';
import { openPdf } from '../../src/pdf/document.ts';
import { isPdf } from '../../src/pdf/object.ts';
import { withWritable, writableArray } from '../../src/pdf/serialise.ts';
import { beginUpdate } from '../../src/pdf/update.ts';
import { readForm } from '../../src/signature/fields.ts';
import type { Answer, LetterSubject } from '../../src/verifier/index.ts';
import { unsuspend, whileEdited } from '../support/edited-row.ts';
import { missingJudge } from '../support/judges.ts';
import { issueTo, letterOf, newcomer, openOffice, TWO_PAGES } from '../support/office.ts';
import { signPdf, type SigningChain } from '../support/sign-pdf.ts';
import { forgeCountersignature, stolenChain } from '../support/stolen-key.ts';
import { makeThrowawayChain } from '../support/throwaway-chain.ts';

const office = await openOffice();
const { services, ports, director, subdirector } = office;

interface Countersigned extends SignedOficio {
  readonly countersignature: Countersignature;
  /** With the countersignature. */
  readonly file: Uint8Array;
}

async function countersigned(who: Official = subdirector): Promise<Countersigned> {
  const letter = await office.sign();
  const { countersignature } = await services.countersignOficio({ id: letter.oficio.id, signerId: who.id });
  return { ...letter, countersignature, file: concat(...(await services.signedFile(letter.oficio.id))!) };
}

async function signatory(): Promise<readonly [Official, Credential]> {
  const person = await newcomer(office);
  return [person, await issueTo(services, person, 'signer')];
}

const stolen = (credential: Credential): Promise<SigningChain> => stolenChain(office, credential);

/** `file` in whose form, by a later save, the field of the letter is not listed. */
function withoutLetter(file: Uint8Array): Uint8Array {
  const update = beginUpdate(openPdf(file, primitives));
  const { fields, dict, ref } = readForm(update.document)!;
  const listed = dict.entries.get('Fields');
  const others = writableArray(...fields.filter(({ name }) => name !== 'Cotejo').map((field) => field.ref!));
  if (isPdf(listed, 'ref')) update.put(listed, others);
  else update.put(ref!, withWritable(dict, { Fields: others }));
  return concat(file, update.finish().appended);
}

async function judged(pdf: Uint8Array): Promise<readonly [string, readonly unknown[]]> {
  const answer = await services.verifyPdf(pdf);
  return [answer.state, statesOf(answer)];
}

function statesOf({ subject }: Answer): readonly unknown[] {
  return ((subject as LetterSubject).countersigners ?? []).map(({ name, state }) => [name, state]);
}

describe('a countersignature', () => {
  test('with a stolen key and without a leaf is the alarm, whatever of a genuine one it copies', async () => {
    const letter = await countersigned();
    const chain = await stolen(office.otherSigner);
    const { countersignature: genuine, document } = letter;
    const own = { id: toHex(systemRandom(8)) as CountersignatureId, salt: systemRandom(32) };
    for (const facts of [
      { ...genuine, ...own },
      { ...genuine, id: own.id },
      { ...genuine, salt: own.salt },
      { ...genuine, ordinal: 2 },
    ]) {
      expect(await judged(await forgeCountersignature(document, chain, facts))).toEqual(['not-registered', []]);
      expect(await judged(await forgeCountersignature(letter.file, chain, { ...facts, ordinal: 2 }))).toEqual([
        'not-registered',
        [[subdirector.name, 'current']],
      ]);
    }
    // Whatever time the thief claims, before the certificate began or after it ends.
    for (const days of [0, -900, 900]) {
      const at = unixSeconds(genuine.at + days * 86_400);
      expect(await judged(await signPdf(document, chain, { at }))).toEqual(['not-registered', []]);
      expect(await judged(await forgeCountersignature(document, chain, { ...genuine, ...own, at }))).toEqual([
        'not-registered',
        [],
      ]);
    }
  });

  test('that the log has stands under a later letter, as one of the letter that it is of', async () => {
    const { file, oficio } = await countersigned();
    const { document } = await services.signOficio(letterOf(director, file), randomUUID());
    const answer = await services.verifyPdf(document);
    expect([answer.state, ...statesOf(answer)]).toEqual(['current']);
    expect(answer.signatures![1]).toMatchObject({ countersigns: oficio.folio, countersignerState: 'current' });
  });

  test('of one letter is none of another, nor of another version', async () => {
    const [one, other] = [await countersigned(), await countersigned()];
    const chain = await stolen(office.otherSigner);
    for (const base of [other.document, other.file]) {
      expect((await judged(await forgeCountersignature(base, chain, one.countersignature)))[0]).toBe('not-registered');
      const named = { ...one.countersignature, letter: other.oficio.id };
      expect((await judged(await forgeCountersignature(base, chain, named)))[0]).toBe('not-registered');
    }
    expect((await judged(await forgeCountersignature(one.file, chain, one.countersignature)))[0]).toBe(
      'not-registered',
    );
    // The bytes of one behind the other are no signature of anything.
    const moved = concat(other.document, one.file.subarray(one.document.length));
    expect((await services.verifyPdf(moved)).verdict).not.toBe('valid');
  });

  test('by somebody else than it was registered for is the alarm', async () => {
    const [, credential] = await signatory();
    const letter = await countersigned();
    const forged = await forgeCountersignature(letter.document, await stolen(credential), letter.countersignature);
    expect(await judged(forged)).toEqual(['not-registered', []]);
  });

  test('of which one byte was changed is told, and never counts', async () => {
    const { file, document, countersignature } = await countersigned();
    const text = Buffer.from(file).toString('latin1');
    const entry = text.indexOf('/Cotejo.Countersigns <', document.length) + '/Cotejo.Countersigns <'.length;
    const ordinal = entry + 33;
    expect(Number.parseInt(text[ordinal]!, 16)).toBe(countersignature.ordinal);
    const at = [
      entry,
      entry + 20,
      ordinal,
      text.indexOf('/Cotejo.Salt <', document.length) + 20,
      text.lastIndexOf('/M (') + 8,
    ];
    for (const position of at) {
      const changed = file.slice();
      changed[position] = file[position] === 0x32 ? 0x33 : 0x32;
      expect(await judged(changed), text.slice(position - 20, position + 5)).toEqual(['changed-after-signing', []]);
    }
  });

  const noOpenssl = missingJudge('openssl');
  test.skipIf(noOpenssl)(`that a stranger says they made is a stranger's signature ${noOpenssl ?? ''}`, async () => {
    const letter = await countersigned();
    const outsider = makeThrowawayChain();
    try {
      const forged = await forgeCountersignature(letter.document, outsider, letter.countersignature);
      expect(await judged(forged)).toEqual(['current', []]);
      const { signatures } = await services.verifyPdf(forged);
      expect(signatures![1]).toMatchObject({ trusted: false });
      expect(signatures![1]).not.toHaveProperty('countersigns');
    } finally {
      outsider.remove();
    }
  });
});

describe('a genuine countersignature whose letter the file does not show any more', () => {
  test('is no alarm of a stolen key: the file was changed', async () => {
    const letter = await countersigned();
    const [person] = await signatory();
    await services.countersignOficio({ id: letter.oficio.id, signerId: person.id });
    const twice = concat(...(await services.signedFile(letter.oficio.id))!);
    const at = Buffer.from(twice).toString('latin1').lastIndexOf('/Fields [') + '/Fields ['.length;
    const changed = twice.slice();
    changed[at] = changed[at] === 0x31 ? 0x32 : 0x31;
    for (const file of [withoutLetter(letter.file), withoutLetter(twice), changed]) {
      expect(await judged(file)).toEqual(['changed-after-signing', []]);
    }
  });

  test('is not confused with one by a stolen key', async () => {
    const letter = await countersigned();
    const chain = await stolen(office.otherSigner);
    const own = { id: toHex(systemRandom(8)) as CountersignatureId, salt: systemRandom(32) };
    const forged = await forgeCountersignature(letter.document, chain, { ...letter.countersignature, ...own });
    expect(await judged(withoutLetter(forged))).toEqual(['not-registered', []]);
    expect(
      await judged(await forgeCountersignature(withoutLetter(letter.file), chain, letter.countersignature)),
    ).toEqual(['not-registered', []]);
  });
});

describe('a countersignature that does not count', () => {
  const both = async ({ file, oficio }: Countersigned): Promise<readonly unknown[]> => {
    const answers = [await services.verifyPdf(file), await services.verifyTyped(oficio.sealText!)];
    return answers.map((answer) => [answer.verdict, answer.state, ...statesOf(answer)]);
  };

  test('as its key was stolen by then leaves the letter as it is, and is told; one before stays', async () => {
    const [person, { serial }] = await signatory();
    const before = await countersigned(person);
    const after = await countersigned(person);
    const compromisedFrom = after.countersignature.signedLeaf;
    await services.revokeCredential(serial, { reason: 'keyCompromise', compromisedFrom });
    expect(await both(before)).toEqual(Array(2).fill(['valid', 'current', [person.name, 'current']]));
    expect(await both(after)).toEqual(Array(2).fill(['valid', 'current', [person.name, 'revoked']]));
    const { checks, signatures } = await services.verifyPdf(after.file);
    expect(signatures![1]).toMatchObject({ countersigns: after.oficio.folio, countersignerState: 'revoked' });
    expect(checks.filter(({ outcome }) => outcome === 'fail').map(({ check }) => check)).toEqual([
      'countersignature/signer',
    ]);
    expect((await services.auditLog()).sound).toBe(true);
  });

  test('as its credential was suspended at its leaf is told, and the audit names it', async () => {
    const [person, { serial }] = await signatory();
    await services.suspendCredential(serial);
    const { referring } = services.log;
    const letter = await whileEdited(ports.data.database, 'credential', serial, unsuspend, async () => {
      services.log.referring = async (index) =>
        (await referring(index)).filter(({ kind }) => kind !== LeafKind.credentialSuspended);
      try {
        return await countersigned(person);
      } finally {
        services.log.referring = referring;
      }
    });
    expect(await both(letter)).toEqual(Array(2).fill(['valid', 'current', [person.name, 'not-authorised']]));
    const { findings } = (await services.auditLog()).register;
    const { id: key, folio: name } = letter.oficio;
    const { signedLeaf: leaf } = letter.countersignature;
    const field = 'countersigner.suspended';
    expect(findings).toEqual([{ problem: 'act-not-allowed', noun: 'oficio', key, name, leaf, field }]);
  });

  test('does not make a letter count whose own signer had no right to sign', async () => {
    const [person, { serial }] = await signatory();
    const { oficio } = await services.signOficio(letterOf(person, TWO_PAGES), randomUUID());
    await services.countersignOficio({ id: oficio.id, signerId: director.id });
    const file = concat(...(await services.signedFile(oficio.id))!);
    await services.revokeCredential(serial, { reason: 'keyCompromise', compromisedFrom: 1 });
    expect(await judged(file)).toEqual(['revoked', [[director.name, 'current']]]);
    const act = services.countersignOficio({ id: oficio.id, signerId: subdirector.id });
    await expect(act).rejects.toMatchObject({ code: 'oficio/not-in-force', facts: { state: 'revoked' } });
  });
});

describe('who signed or countersigned and came under reserve since', () => {
  const reserve = ({ id }: Official): Promise<unknown> =>
    services.changeOfficial({ id, changes: { publication: 'reserved', legalGround: 'Artículo 113' } });

  test('is named in no answer', async () => {
    const [person] = await signatory();
    const { file, oficio } = await countersigned(person);
    await reserve(person);
    for (const answer of [await services.verifyPdf(file), await services.verifyTyped(oficio.sealText!)]) {
      expect(answer.state).toBe('current');
      expect((answer.subject as LetterSubject).countersigners).toMatchObject([
        { legalGround: 'Artículo 113', post: person.post, state: 'current' },
      ]);
      expect(JSON.stringify(answer)).not.toContain(person.name);
    }
  });

  test('is named in none about a file that somebody changed, wherever, nor one from which the letter was taken', async () => {
    const [[signer], [person]] = [await signatory(), await signatory()];
    const { oficio } = await services.signOficio(letterOf(signer, TWO_PAGES), randomUUID());
    await services.countersignOficio({ id: oficio.id, signerId: person.id });
    const file = concat(...(await services.signedFile(oficio.id))!);
    const text = Buffer.from(file).toString('latin1');
    await reserve(signer);
    await reserve(person);
    const changed = (at: number): Uint8Array => {
      const copy = file.slice();
      copy[at] = file[at] === 0x32 ? 0x33 : 0x32;
      return copy;
    };
    const files = [
      concat(file, utf8('x')),
      concat(file, utf8('\n% x\n')),
      ...[100, text.indexOf('/M (') + 8, text.lastIndexOf('/M (') + 8].map(changed),
      withoutLetter(file),
    ];
    for (const pdf of files) {
      for (const answer of [await services.verifyPdf(pdf), await services.verifyPdfAside(pdf)]) {
        expect(answer.signatures!.length).toBeGreaterThan(0);
        expect(answer.verdict).not.toBe('valid');
        expect(JSON.stringify(answer)).not.toMatch(new RegExp(`${signer.name}|${person.name}`));
      }
    }
  });
});

test('a later end of who countersigned leaves what they signed as it is', async () => {
  const [person, { serial }] = await signatory();
  const { file } = await countersigned(person);
  await services.endOfficial({ id: person.id, reason: 'resigned' });
  expect((await services.credentials.find(serial))!.record.state).toBe('revoked');
  expect(await judged(file)).toEqual(['current', [[person.name, 'current']]]);
});
