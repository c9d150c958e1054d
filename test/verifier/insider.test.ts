import { beforeAll, describe, expect, test } from 'vitest';
import { readAll, readBitString, readDer } from '../../src/asn1/read.ts';
import { bitString, integer, sequence } from '../../src/asn1/write.ts';
import { generateKey, type StoredKey } from '../../src/adapters/keys.ts';
import { nodePrimitives } from '../../src/adapters/primitives.ts';
import { decodeRecord, encodeRecord } from '../../src/adapters/sql/record-json.ts';
import { systemClock, systemRandom } from '../../src/adapters/system.ts';
import { readPublicKey } from '../../src/authority/algorithm.ts';
import { readCertificate } from '../../src/authority/certificate.ts';
import { completeCertificate, prepareCertificate } from '../../src/authority/issue.ts';
import { makeSerial } from '../../src/authority/prepare.ts';
import { fromHex, fromLatin1, toHex } from '../../src/core/bytes.ts';
import type { Signer } from '../../src/core/signer.ts';
import { unixSeconds } from '../../src/core/time.ts';
import type { Credential } from '../../src/credential/credential.ts';
import type { SignedOficio } from '../../src/oficio/complete.ts';
import type { Oficio } from '../../src/oficio/oficio.ts';
import { claimsOf } from '../../src/oficio/register.ts';
import { pdfString } from '../../src/pdf/object.ts';
import { sealAddress, sealOrigin } from '../../src/seal/address.ts';
import { makeSeal, newSealId } from '../../src/seal/make.ts';
import { openSeal } from '../../src/seal/open.ts';
import type { SealClaims } from '../../src/seal/seal.ts';
import { issueTo, letterOf, OFFICE_ORIGIN, openOffice, sample, TWO_PAGES, type Office } from '../support/office.ts';
import { missingJudge } from '../support/judges.ts';
import { signPdf, type SigningChain } from '../support/sign-pdf.ts';
import { stolenChain } from '../support/stolen-key.ts';
import { makeThrowawayChain } from '../support/throwaway-chain.ts';

/** FIPS 186-5, P-256. */
const P256_ORDER = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;

let office: Office;
let letter: SignedOficio;

beforeAll(async () => {
  office = await openOffice();
  letter = await office.sign();
  expect((await office.services.verifyPdf(letter.document)).state).toBe('current');
});

function keyOf(name: string): Promise<StoredKey> {
  return office.ports.openKeys(true).get(name);
}

const chainOf = (credential: Credential): Promise<SigningChain> => stolenChain(office, credential);

/** What a letter's signature dictionary carries, copied: everybody who holds the file can read it. */
function copied({ sealText }: Oficio, salt: Uint8Array): Record<string, ReturnType<typeof pdfString>> {
  return { 'Cotejo.Seal': pdfString(fromLatin1(sealText!)), 'Cotejo.Salt': pdfString(salt, true) };
}

/** `input` signed by `chain` as if it were the letter: at the same time, with its seal and this salt. */
function forge(input: Uint8Array, chain: SigningChain, salt: Uint8Array = letter.oficio.salt): Promise<Uint8Array> {
  return signPdf(input, chain, { at: letter.oficio.sealedAt, entries: copied(letter.oficio, salt) });
}

async function stateOf(pdf: Uint8Array): Promise<string> {
  const { state, verdict } = await office.services.verifyPdf(pdf);
  expect(verdict).not.toBe('valid');
  return state;
}

describe('a genuine document with another update', () => {
  test('is not registered when a colleague signed it, with a salt of their own or the copied one', async () => {
    const colleague = await chainOf(office.otherSigner);
    expect(await stateOf(await forge(TWO_PAGES, colleague, systemRandom(32)))).toBe('not-registered');
    expect(await stateOf(await forge(TWO_PAGES, colleague))).toBe('not-registered');
  });

  test('is not registered when the same person signed other bytes with the same credential', async () => {
    expect(await stateOf(await forge(TWO_PAGES, await chainOf(office.signer)))).toBe('not-registered');
  });

  test('is not registered when the same person signed it behind a change of the content', async () => {
    const chain = await chainOf(office.signer);
    const drawn = await signPdf(TWO_PAGES, chain, {
      at: letter.oficio.sealedAt,
      entries: copied(letter.oficio, letter.oficio.salt),
      stamp: (update) => void update.add({ type: 'dict', entries: new Map() }),
    });
    expect(await stateOf(drawn)).toBe('not-registered');
  });

  const noOpenssl = missingJudge('openssl');
  test.skipIf(noOpenssl)(
    `is altered and no alarm when an outsider signed it with the copied seal${noOpenssl ? ` (${noOpenssl})` : ''}`,
    async () => {
      const outsider = makeThrowawayChain();
      try {
        expect(await stateOf(await forge(TWO_PAGES, outsider))).toBe('altered');
        expect(await stateOf(await forge(TWO_PAGES, outsider, systemRandom(32)))).toBe('altered');
        const unknown = await sealWithStolenKey({ ...claimsOf(letter.oficio), id: newSealId(systemRandom) });
        const entries = { ...copied(letter.oficio, letter.oficio.salt), 'Cotejo.Seal': pdfString(fromLatin1(unknown)) };
        const pdf = await signPdf(TWO_PAGES, outsider, { at: letter.oficio.sealedAt, entries });
        expect(await stateOf(pdf)).toBe('not-registered');
      } finally {
        outsider.remove();
      }
    },
  );

  test('is a forbidden change or no letter when it is signed once more over the signed file with a copied seal', async () => {
    const answer = await office.services.verifyPdf(await forge(letter.document, await chainOf(office.otherSigner)));
    expect(answer.verdict).toBe('invalid');
    expect(answer.signatures).toHaveLength(2);
  });

  test('is not registered when it carries no seal at all', async () => {
    const plain = await signPdf(TWO_PAGES, await chainOf(office.signer), { at: letter.oficio.sealedAt });
    expect(await stateOf(plain)).toBe('not-registered');
  });
});

describe('a copy of a letter that anybody can make', () => {
  /** The letter without the name of its seal, and with another algorithm where its signature names one. */
  const renamed = (oid: string): Uint8Array => {
    const text = Buffer.from(letter.document).toString('latin1').replaceAll('Cotejo.Seal', 'Cotejo.Sexl');
    const at = text.lastIndexOf('/Contents');
    const signature = text.slice(at).replaceAll(new RegExp(oid, 'gi'), (found) => `${found.slice(0, -1)}9`);
    expect(signature).not.toBe(text.slice(at));
    return new Uint8Array(Buffer.from(text.slice(0, at) + signature, 'latin1'));
  };

  test.each([
    ['a digest', '608648016503040201', 'unreadable'],
    ['a signature', '2a8648ce3d040302', 'altered'],
  ])('is no alarm when it names an algorithm of %s that nobody knows', async (_, oid, state) => {
    expect(await stateOf(renamed(oid))).toBe(state);
  });
});

describe('a seal', () => {
  test('moved to another document finds it altered', async () => {
    const other = await forge(sample('oficio-libreoffice.pdf'), await chainOf(office.signer));
    expect(await stateOf(other)).toBe('altered');
  });

  test('of another letter of the house does not vouch for this one', async () => {
    const second = await office.sign(sample('oficio-chromium.pdf'));
    const swapped = await signPdf(TWO_PAGES, await chainOf(office.signer), {
      at: second.oficio.sealedAt,
      entries: copied(second.oficio, second.oficio.salt),
    });
    expect(await stateOf(swapped)).toBe('altered');
  });

  test('made with the stolen seal key is not registered: the alarm', async () => {
    const text = await sealWithStolenKey({ ...claimsOf(letter.oficio), id: newSealId(systemRandom) });
    const answer = await office.services.verifyTyped(text);
    expect(answer).toMatchObject({ verdict: 'invalid', state: 'not-registered' });
    expect(answer.checks.find(({ check }) => check === 'register/letter')?.outcome).toBe('fail');
  });

  test.each([
    ['amount', { amount: 5_000_00 }],
    ['folio', { folio: 'AE/DGG/0999/2026' }],
    ['type', { type: 2 }],
    ['digest', { digest: new Uint8Array(20) }],
    ['time', { issuedAt: unixSeconds(1_760_000_000) }],
    ['term', { expiresAt: unixSeconds(4_000_000_000) }],
    ['number of pages', { pages: 99 }],
    ['length', { length: 1 }],
    ['place in the status list', { index: 7 }],
  ] as const)('made with the stolen seal key under a known id with another %s is not registered', async (_, change) => {
    const text = await sealWithStolenKey({ ...claimsOf(letter.oficio), ...change });
    expect(await office.services.verifyTyped(text)).toMatchObject({ verdict: 'invalid', state: 'not-registered' });
  });

  test('dated in the future with the stolen key is never valid', async () => {
    const issuedAt = unixSeconds(systemClock() + 86_400);
    const text = await sealWithStolenKey({ ...claimsOf(letter.oficio), id: newSealId(systemRandom), issuedAt });
    expect((await office.services.verifyTyped(text)).verdict).not.toBe('valid');
  });
});

async function sealWithStolenKey(claims: SealClaims): Promise<string> {
  const { signer } = await keyOf('seal');
  const origin = sealOrigin(OFFICE_ORIGIN);
  return sealAddress(origin, await makeSeal({ signer, primitives: nodePrimitives, origin }, claims));
}

describe('the stolen key of the authority', () => {
  /** A certificate that the authority's key signed and nobody recorded. */
  async function unrecorded(kind: 'staff' | 'signer'): Promise<{ readonly der: Uint8Array; readonly key: Signer }> {
    const { charter } = office.services;
    const [issuerIndex, name] = kind === 'staff' ? [0, 'credenciales'] : [1, 'oficios'];
    const issuer = readCertificate(charter.authorities[issuerIndex as number]!);
    const { signer: key } = await generateKey('P-256');
    const prepared = prepareCertificate(
      {
        profile: kind,
        arc: charter.arc,
        origin: charter.origin,
        serial: makeSerial(systemRandom),
        subject: {
          country: 'MX',
          organization: charter.institution,
          title: 'Directora General de Gobierno',
          serialNumber: office.director.id,
          commonName: office.director.name,
        },
        key: readPublicKey(readDer(key.spki)),
        notBefore: letter.oficio.sealedAt,
        notAfter: unixSeconds(letter.oficio.sealedAt + 86_400),
        issuer,
        profileHash: nodePrimitives.digest('SHA-256', office.signer.profile),
      },
      systemClock(),
      nodePrimitives,
    );
    const { signer } = await keyOf(name as string);
    const signature = await signer.sign(prepared.tbs);
    return { der: (await completeCertificate(prepared, signature, issuer.key, nodePrimitives)).encoded, key };
  }

  test.each(['staff', 'signer'] as const)('makes no %s certificate that is valid', async (kind) => {
    const { der } = await unrecorded(kind);
    const answer = await office.services.verifyCertificate(der);
    expect(answer).toMatchObject({ verdict: 'invalid', state: 'not-registered' });
    const { hex } = readCertificate(der).serial;
    expect(await office.services.verifyCredential(hex)).toMatchObject({ state: 'not-found' });
  });

  test('is not what a registered certificate shows whose signature anybody can write otherwise', async () => {
    const { certificate } = await issueTo(office.services, office.inspector, 'staff');
    const [tbs, algorithm, value] = readAll(readDer(certificate!));
    const [r, s] = readAll(readDer(readBitString(value!))).map((one) => BigInt(`0x${toHex(one.contents)}`));
    const other = [r!, P256_ORDER - s!].map((one) => integer(fromHex(one.toString(16).padStart(64, '0'))!));
    const encoded = sequence(tbs!.encoded, algorithm!.encoded, bitString(sequence(...other)));
    const answer = await office.services.verifyCertificate(encoded);
    expect(answer).toMatchObject({ verdict: 'invalid', state: 'altered' });
    expect((await office.services.verifyCertificate(certificate!)).state).toBe('current');
  });

  test('signs no letter that is valid, with a copied seal or with none', async () => {
    const { der, key } = await unrecorded('signer');
    const chain = { certificates: [der, office.services.charter.authorities[1]!], signer: key } as const;
    expect(await stateOf(await forge(TWO_PAGES, chain))).toBe('not-registered');
    expect(await stateOf(await signPdf(TWO_PAGES, chain, { at: letter.oficio.sealedAt }))).toBe('not-registered');
  });
});

describe('a row of the register, changed by hand', () => {
  /** Runs `use` while the letter's row says what `change` makes of it. */
  async function withRow<Result>(
    id: string,
    change: (record: Oficio) => Partial<Oficio>,
    use: () => Promise<Result>,
  ): Promise<Result> {
    const { database } = office.ports.data;
    const json = String(database.prepare('SELECT record FROM oficio WHERE key = ?').get(id)!['record']);
    const write = database.prepare('UPDATE oficio SET record = ? WHERE key = ?');
    const record = decodeRecord(json) as Oficio;
    const changed = Object.entries({ ...record, ...change(record) }).filter(([, value]) => value !== undefined);
    write.run(encodeRecord(Object.fromEntries(changed)), id);
    try {
      return await use();
    } finally {
      write.run(json, id);
    }
  }

  const bothStates = async (document: Uint8Array, text: string): Promise<readonly string[]> => [
    (await office.services.verifyPdf(document)).state,
    (await office.services.verifyTyped(text)).state,
    (await office.services.verifyTyped(letter.oficio.typedCode)).state,
  ];

  const none = undefined as never;
  test.each([
    ['another leaf', (record: Oficio) => ({ signedLeaf: record.signedLeaf! - 1 })],
    ['the leaf of its intent', (record: Oficio) => ({ signedLeaf: record.intentLeaf })],
    ['a leaf beyond the log', () => ({ signedLeaf: 1_000_000 })],
    ['no leaf', () => ({ signedLeaf: none })],
    ['the state of a draft', () => ({ state: 'sealed' as const })],
    ['other signed bytes', () => ({ byteRangeDigest: new Uint8Array(32) })],
    ['no signed bytes', () => ({ byteRangeDigest: none })],
    ['another signer', () => ({ certificateDigest: new Uint8Array(32) })],
    ['another salt', () => ({ salt: new Uint8Array(32) })],
  ])('that names %s of a signature is not asked, but the log', async (_, change) => {
    const { oficio, document } = letter;
    const states = await withRow(oficio.id, change, async () => [
      ...(await bothStates(document, oficio.sealText!)),
      (await office.services.verifyTyped(oficio.folio)).state,
    ]);
    expect(states).toEqual(['current', 'current', 'current', 'folio-only']);
  });

  test.each([
    ['no seal', () => ({ sealText: none })],
    ['a seal that is none', () => ({ sealText: 'x' })],
    ['neither leaf nor seal', () => ({ signedLeaf: none, sealText: none })],
  ])('that holds %s is named to whoever types the code, and harms neither seal nor file', async (_, change) => {
    const { oficio, document } = letter;
    await withRow(oficio.id, change, async () => {
      expect((await office.services.verifyPdf(document)).state).toBe('current');
      expect((await office.services.verifyTyped(oficio.sealText!)).state).toBe('current');
      expect((await office.services.verifyTyped(oficio.folio)).state).toBe('folio-only');
      const damaged = { code: 'log/corrupt', facts: { noun: 'oficio', key: oficio.id } };
      await expect(office.services.verifyTyped(oficio.typedCode)).rejects.toMatchObject(damaged);
    });
  });

  test.each([
    ['another amount', () => ({ amount: 1 })],
    ['another document', () => ({ inputDigest: new Uint8Array(32) })],
  ])('that names %s is not asked: the log tells the letter', async (_, change) => {
    const { oficio, document } = letter;
    const states = await withRow(oficio.id, change, () => bothStates(document, oficio.sealText!));
    expect(states).toEqual(['current', 'current', 'current']);
    expect(await bothStates(document, oficio.sealText!)).toEqual(['current', 'current', 'current']);
  });

  test('that agrees with a forged file does not make it valid', async () => {
    const chain = await chainOf(office.otherSigner);
    const salt = systemRandom(32);
    const forged = await forge(TWO_PAGES, chain, salt);
    const range = /\/ByteRange\s*\[\s*0\s+(\d+)\s+(\d+)\s+(\d+)\s*\]/.exec(Buffer.from(forged).toString('latin1'))!;
    const [first, second, length] = range.slice(1).map(Number) as [number, number, number];
    const byteRangeDigest = nodePrimitives.digest(
      'SHA-256',
      forged.subarray(0, first),
      forged.subarray(second, second + length),
    );
    const certificateDigest = nodePrimitives.digest('SHA-256', chain.certificates[0]);
    const { oficio } = letter;
    const states = await withRow(
      oficio.id,
      () => ({ salt, byteRangeDigest, certificateDigest }),
      async () => [
        (await office.services.verifyPdf(forged)).state,
        (await office.services.verifyTyped(oficio.sealText!)).state,
      ],
    );
    expect(states).toEqual(['not-registered', 'current']);
  });

  test('that was put in beside the log does not make a letter', async () => {
    const { database } = office.ports.data;
    const text = await sealWithStolenKey({ ...claimsOf(letter.oficio), id: newSealId(systemRandom) });
    expect((await office.services.verifyTyped(text)).state).toBe('not-registered');
    const hex = toHex(openSeal(text, { origins: [sealOrigin(OFFICE_ORIGIN)] }).claims.id);
    const columns = 'typed_code, unit, year, number, signer, serial, state, version';
    const row = database.prepare('SELECT record FROM oficio WHERE key = ?').get(letter.oficio.id)!;
    const invented = { ...(decodeRecord(String(row['record'])) as Oficio), id: hex, sealText: text };
    const values = [hex, encodeRecord(invented), 'ZZZZZZZZZZZZ', 'AE/DGG', 2026, 999_998, 'x', 'y', 'signed', 1];
    const marks = values.map(() => '?').join(', ');
    database.prepare(`INSERT INTO oficio (key, record, ${columns}) VALUES (${marks})`).run(...values);
    try {
      expect((await office.services.verifyTyped(text)).state).toBe('not-registered');
    } finally {
      database.prepare('DELETE FROM oficio WHERE key = ?').run(hex);
    }
  });
});

describe("revoking the signer's credential", () => {
  test('leaves letters current, except those from the leaf on at which its key was compromised', async () => {
    const { services, inspector } = office;
    const credential = await issueTo(services, inspector, 'signer');
    const sign = (document: Uint8Array, name: string): Promise<SignedOficio> =>
      services.signOficio(letterOf(inspector, document), `compromised ${name}`);
    const earlier = await sign(TWO_PAGES, 'earlier');
    const later = await sign(sample('oficio-libreoffice.pdf'), 'later');
    expect(earlier.oficio.signer.serial).toBe(credential.serial);
    const statesOf = async ({ oficio, document }: SignedOficio): Promise<readonly string[]> => [
      (await services.verifyPdf(document)).state,
      (await services.verifyTyped(oficio.sealText!)).state,
    ];
    await services.revokeCredential(credential.serial, {
      reason: 'keyCompromise',
      compromisedFrom: later.oficio.signedLeaf!,
    });
    expect(await statesOf(earlier)).toEqual(['current', 'current']);
    expect(await statesOf(later)).toEqual(['revoked', 'revoked']);
  });

  test('for an ordinary reason leaves every letter current', async () => {
    const { services } = office;
    await services.revokeCredential(office.signer.serial, { reason: 'cessationOfOperation' });
    expect((await services.verifyPdf(letter.document)).state).toBe('current');
    expect((await services.verifyTyped(letter.oficio.sealText!)).state).toBe('current');
  });
});
