import { describe, expect, test } from 'vitest';
import { systemRandom } from '../../../src/adapters/system.ts';
import { concat, toHex } from '../../../src/core/bytes.ts';
import { decodeCbor, type CborValue } from '../../../src/core/cbor.ts';
import type { Credential } from '../../../src/credential/credential.ts';
import type { Official } from '../../../src/directory/official.ts';
import type { RegisterFinding } from '../../../src/log/claim.ts';
import { LeafKind } from '../../../src/log/leaf.ts';
import type { OfferedCountersignature } from '../../../src/oficio/countersign-elsewhere.ts';
import type { CountersignedOficio } from '../../../src/oficio/countersign.ts';
import {
  encodeCountersignedRecord,
  intentOfCountersignature,
  readCountersignIntent,
  type Countersignature,
  type CountersignatureId,
  type CountersignIntent,
} from '../../../src/oficio/countersignature.ts';
import type { SignedOficio } from '../../../src/oficio/complete.ts';
import type { Oficio } from '../../../src/oficio/oficio.ts';
import { signedAttributes } from '../../../src/signature/cms.ts';
import type { Answer, LetterSubject } from '../../../src/verifier/index.ts';
import { bytesOf, plainLeaf } from '../../support/acts.ts';
import { whileEdited } from '../../support/edited-row.ts';
import { issueTo, newcomer, openOffice } from '../../support/office.ts';
import { codeOfAct } from '../../support/refuses.ts';
import { makeCard } from '../../support/soft-slots.ts';

/* Whoever may write to the database file appends leaves of their own, edits rows and files, and takes records away. */

const office = await openOffice();
const { services, ports, subdirector, otherSigner } = office;
const { database } = ports.data;
let salted = 0;

const by = ({ oficio }: SignedOficio, who: Official = subdirector): Promise<CountersignedOficio> =>
  services.countersignOficio({ id: oficio.id, signerId: who.id });

const fileOf = async ({ oficio }: SignedOficio): Promise<Uint8Array> =>
  concat(...(await services.signedFile(oficio.id))!);

function namesIn({ subject }: Answer): readonly unknown[] {
  return ((subject as LetterSubject).countersigners ?? []).map(({ name }) => name);
}

const told = async ({ oficio }: SignedOficio): Promise<readonly unknown[]> =>
  namesIn(await services.verifyTyped(oficio.sealText!));

async function findings({ oficio }: SignedOficio): Promise<readonly Partial<RegisterFinding>[]> {
  const { register } = await services.auditLog();
  return register.findings
    .filter(({ key, leaf }) => key === oficio.id || leaf !== undefined)
    .map(({ problem, noun, field }) => ({ problem, noun, ...(field !== undefined && { field }) }));
}

type Invented = Omit<CountersignIntent, 'leaf'>;

function invented({ oficio }: SignedOficio, who: Official, { serial }: Credential): Invented {
  return {
    ...{ id: toHex(systemRandom(8)) as CountersignatureId, letter: oficio.id, ordinal: 1, baseDigest: bytesOf('base') },
    ...{ at: oficio.sealedAt, signer: { officialId: who.id, name: who.name, post: who.post, serial } },
    salt: systemRandom(32),
  };
}

async function append(kind: LeafKind, record: Uint8Array, ref: number, salt = systemRandom(32)): Promise<number> {
  const leaf = plainLeaf(`countersigned ${salted++}`, { kind, record, ref, salt });
  return (await ports.ledger.commit({ leaf, writes: [] })).index;
}

const appendIntent = ({ oficio }: SignedOficio, one: Invented): Promise<number> =>
  append(LeafKind.oficioCountersignIntent, intentOfCountersignature(one), oficio.signedLeaf!);

const appendOutcome = (
  one: Invented,
  intent: number,
  more: Partial<Pick<Countersignature, 'signature' | 'byteRangeDigest' | 'certificateDigest'>> = {},
): Promise<number> => {
  const digests = { byteRangeDigest: bytesOf('range'), certificateDigest: bytesOf('certificate') };
  const record = encodeCountersignedRecord({ ...one, ...digests, signature: systemRandom(64), ...more });
  return append(LeafKind.oficioCountersigned, record, intent, one.salt);
};

describe('a leaf that somebody appended', () => {
  test('without a right signature makes nobody countersign, and stops nobody; the audit names it', async () => {
    const letter = await office.sign();
    const false_ = invented(letter, subdirector, otherSigner);
    await appendOutcome(false_, await appendIntent(letter, false_));
    expect(await told(letter)).toEqual([]);
    expect((await services.shown.oficio(letter.oficio.id))!.record).not.toHaveProperty('countersignedLeaf');
    const { countersignature, repeated } = await by(letter);
    expect([countersignature.ordinal, repeated]).toEqual([1, false]);
    const answer = await services.verifyPdf(await fileOf(letter));
    expect([answer.state, namesIn(answer)]).toEqual(['current', [subdirector.name]]);
    expect(await findings(letter)).toEqual([
      { problem: 'row-differs', noun: 'oficio', field: 'countersignedLeaf' },
      { problem: 'leaf-without-row', noun: 'document' },
    ]);
  });

  test('about what an honest office began does not take its place: the same order goes on with it, and is finished', async () => {
    const letter = await office.sign();
    const { commit } = ports.ledger;
    let begun: number | undefined;
    Object.assign(ports.ledger, {
      commit: async (act: Parameters<typeof commit>[0]) => {
        if (act.leaf.kind === LeafKind.oficioCountersigned) throw new Error('stopped');
        const made = await commit(act);
        if (act.leaf.kind === LeafKind.oficioCountersignIntent) begun = made.index;
        return made;
      },
    });
    await expect(by(letter)).rejects.toThrow('stopped');
    Object.assign(ports.ledger, { commit });
    const { record } = (await services.log.opening(begun!))!;
    const intent = readCountersignIntent(decodeCbor(record) as readonly CborValue[], begun!)!;
    await appendOutcome({ ...intent, id: 'ab'.repeat(8) as CountersignatureId }, begun!);
    await appendOutcome(intent, begun!);
    const { countersignature } = await by(letter);
    expect(countersignature.leaf).toBe(begun);
    expect(await told(letter)).toEqual([subdirector.name]);
  });

  test('about what waits for a card stops neither its signature nor who begins anew', async () => {
    const [letter, person] = [await office.sign(), await newcomer(office)];
    const { slots } = await makeCard(services, person);
    const { serial, key } = slots['9C'];
    const begin = async (): Promise<OfferedCountersignature> =>
      (await services.prepareCountersignature({
        id: letter.oficio.id,
        signerId: person.id,
        serial,
      })) as OfferedCountersignature;
    const offered = await begin();
    await appendOutcome(offered.intent, offered.intent.leaf);
    const again = await begin();
    expect(again.intent).toEqual(offered.intent);
    await appendOutcome(offered.intent, offered.intent.leaf);
    const signature = await key.signer.sign(offered.toBeSigned);
    const made = await services.completeCountersignature(letter.oficio.id, offered.intent.id, signature);
    expect(made.countersignature.ordinal).toBe(1);
    const answer = await services.verifyPdf(await fileOf(letter));
    expect([answer.state, namesIn(answer)]).toEqual(['current', [person.name]]);
  });

  test('with the signature of another credential under the name of a colleague counts for nobody', async () => {
    const [letter, insider] = [await office.sign(), await newcomer(office)];
    const own = await issueTo(services, insider, 'signer');
    const false_ = invented(letter, subdirector, own);
    const { signer } = await ports.openKeys(true).get(own.keyName!);
    const certificateDigest = bytesOf('certificate');
    const attributes = signedAttributes(bytesOf('range'), { algorithm: 'SHA-256', value: certificateDigest });
    const signature = await signer.sign(attributes);
    await appendOutcome(false_, await appendIntent(letter, false_), { signature, certificateDigest });
    expect(await told(letter)).toEqual([]);
    expect((await by(letter)).countersignature.ordinal).toBe(1);
  });

  test('with a signature that they made of another letter, or as its own signer, counts for nobody', async () => {
    const [letter, other] = [await office.sign(), await office.sign()];
    const { countersignature: made } = await by(other);
    const { signature, byteRangeDigest, certificateDigest } = made;
    const theirs = { signature, byteRangeDigest, certificateDigest };
    const replayed = { ...invented(letter, subdirector, otherSigner), salt: made.salt, at: made.at };
    await appendOutcome(replayed, await appendIntent(letter, replayed), theirs);
    expect(await told(letter)).toEqual([]);
    // The same id, place and salt, of the other letter.
    const same = { ...replayed, id: made.id, ordinal: made.ordinal };
    await appendOutcome(same, await appendIntent(letter, same), theirs);
    expect(await told(letter)).toEqual([]);
    expect((await by(letter)).countersignature.ordinal).toBe(1);
    const later = { ...made, letter: other.oficio.id, ordinal: 2, id: 'cd'.repeat(8) as CountersignatureId };
    await appendOutcome(later, await appendIntent(other, later), theirs);
    expect(await told(other)).toEqual([subdirector.name]);
  });

  test('that nobody can read any more stops the act, and neither the letter nor its end', async () => {
    const letter = await office.sign();
    const leaf = await appendIntent(letter, invented(letter, subdirector, otherSigner));
    const { record } = (await services.log.opening(leaf))!;
    database.prepare('DELETE FROM opening WHERE idx = ?').run(leaf);
    expect(await codeOfAct(() => by(letter))).toBe('log/opening-missing');
    expect((await services.verifyPdf(letter.document)).state).toBe('current');
    expect(record.length).toBeGreaterThan(0);
    await services.endOficio(letter.oficio.id, { reason: 'Error' });
    expect((await services.verifyTyped(letter.oficio.sealText!)).state).toBe('cancelled');
  });
});

describe('the record of a countersignature that somebody took away', () => {
  test('is no alarm: nothing is known of the file that has it, and the letter stands by itself', async () => {
    const letter = await office.sign();
    const { countersignature } = await by(letter);
    const file = await fileOf(letter);
    const row = database.prepare('SELECT * FROM opening WHERE idx = ?').get(countersignature.signedLeaf)!;
    database.prepare('DELETE FROM opening WHERE idx = ?').run(countersignature.signedLeaf);
    expect((await services.verifyPdf(file)).state).toBe('stale-status');
    expect((await services.verifyPdf(letter.document)).state).toBe('current');
    expect(await told(letter)).toEqual([]);
    const columns = Object.keys(row);
    const marks = columns.map(() => '?').join(', ');
    database.prepare(`INSERT INTO opening (${columns.join(', ')}) VALUES (${marks})`).run(...Object.values(row));
    expect((await services.verifyPdf(file)).state).toBe('current');
  });

  test.each(['the outcome', 'both leaves'])(
    'does not make %s of it that somebody appends again count, behind the end of its signer',
    async (which) => {
      const [letter, person] = [await office.sign(), await newcomer(office)];
      await issueTo(services, person, 'signer');
      const { countersignature: made } = await by(letter, person);
      const file = await fileOf(letter);
      await services.endOfficial({ id: person.id, reason: 'resigned' });
      const isBoth = which === 'both leaves';
      const erase = database.prepare('DELETE FROM opening WHERE idx = ?');
      for (const leaf of isBoth ? [made.leaf, made.signedLeaf] : [made.signedLeaf]) erase.run(leaf);
      const intent = isBoth ? await appendIntent(letter, made) : made.leaf;
      await append(LeafKind.oficioCountersigned, encodeCountersignedRecord(made), intent, made.salt);
      const answer = await services.verifyPdf(file);
      expect([answer.state, namesIn(answer), await told(letter)]).toEqual(['stale-status', [], []]);
      expect((await services.verifyPdf(letter.document)).state).toBe('current');
    },
  );
});

describe('the row of a countersigned letter', () => {
  type Row = Record<string, unknown>;

  test.each<[string, (row: Row) => void]>([
    ['names no countersignature', (row) => void delete row['countersignedLeaf']],
    ['names another leaf', (row) => void (row['countersignedLeaf'] = row['signedLeaf'])],
  ])('that %s is refused by name for the next act, changes no answer, and the audit names it', async (_, edit) => {
    const [letter, person] = [await office.sign(), await newcomer(office)];
    await issueTo(services, person, 'signer');
    await by(letter);
    const file = await fileOf(letter);
    await whileEdited(database, 'oficio', letter.oficio.id, edit, async () => {
      const refusal = await by(letter, person).catch((error: unknown) => error);
      expect(refusal).toMatchObject({ code: 'log/corrupt', facts: { noun: 'oficio', key: letter.oficio.id } });
      expect([(await services.verifyPdf(file)).state, await told(letter)]).toEqual(['current', [subdirector.name]]);
      const found = (await services.auditLog()).register.findings.filter(({ key }) => key === letter.oficio.id);
      expect(found.map(({ field }) => field)).toEqual(['countersignedLeaf']);
    });
    expect((await by(letter, person)).countersignature.ordinal).toBe(2);
  });

  test('is mended by the end of the letter', async () => {
    const letter = await office.sign();
    await by(letter);
    const ended = await whileEdited(
      database,
      'oficio',
      letter.oficio.id,
      (row) => void delete row['countersignedLeaf'],
      () => services.endOficio(letter.oficio.id, { reason: 'Error' }),
    );
    expect(ended.countersignedLeaf).toBeDefined();
  });
});

describe('the file of a countersignature', () => {
  test('that was exchanged or taken away is not handed out, and the audit names it', async () => {
    const letter = await office.sign();
    const { countersignature } = await by(letter);
    const good = await fileOf(letter);
    const { signedLeaf } = countersignature;
    database.exec('DROP TRIGGER document_fixed');
    const { bytes } = database.prepare('SELECT bytes FROM document WHERE idx = ?').get(signedLeaf)! as {
      bytes: Uint8Array;
    };
    const other = bytes.slice();
    other[20]! ^= 1;
    const set = (value: Uint8Array): void =>
      void database.prepare('UPDATE document SET bytes = ? WHERE idx = ?').run(value, signedLeaf);
    set(other);
    expect(await codeOfAct(() => services.signedFile(letter.oficio.id))).toBe('log/corrupt');
    const named = async (): Promise<readonly unknown[]> =>
      (await services.auditLog()).register.findings
        .filter(({ leaf }) => leaf === signedLeaf)
        .map(({ problem, noun, field }) => [problem, noun, field]);
    expect(await named()).toEqual([['row-differs', 'document', 'bytes']]);
    expect((await services.verifyPdf(good)).state).toBe('current');
    database.prepare('DELETE FROM document WHERE idx = ?').run(signedLeaf);
    expect(await named()).toEqual([['leaf-without-row', 'document', undefined]]);
    expect(await services.signedFile(letter.oficio.id)).toBeUndefined();
    const record: Oficio = (await services.shown.oficio(letter.oficio.id))!.record;
    expect(record.countersignedLeaf).toBe(signedLeaf);
  });
});
