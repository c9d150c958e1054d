import { describe, expect, test } from 'vitest';
import { ecdsaRawToDer } from '../../src/asn1/ecdsa.ts';
import { nodePrimitives as primitives } from '../../src/adapters/primitives.ts';
import { concat, equal, fromHex, fromLatin1, toHex } from '../../src/core/bytes.ts';
import type { SignedOficio } from '../../src/oficio/complete.ts';
import { openPdf } from '../../src/pdf/document.ts';
import { readByteRange, readGap, signedParts, type ByteRange } from '../../src/signature/byte-range.ts';
import { encodeSignedData, signedAttributes } from '../../src/signature/cms.ts';
import { readForm, readSignatures } from '../../src/signature/fields.ts';
import { readSignedData } from '../../src/signature/signed-data.ts';
import { missingJudge } from '../support/judges.ts';
import { issueTo, newcomer, openOffice, refusedForNothing } from '../support/office.ts';
import { makeThrowawayChain } from '../support/throwaway-chain.ts';

/* Whoever may write to the database exchanges what stands in the gap of a signature: no digest of the log covers it. */

const office = await openOffice();
const { services, ports, subdirector } = office;
const { database } = ports.data;
database.exec('DROP TRIGGER document_fixed');

const P256 = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;
const ECDSA = { name: 'ECDSA', digest: 'SHA-256' } as const;

function rangeOf(file: Uint8Array): ByteRange {
  const document = openPdf(file, primitives);
  const ranges = readSignatures(document, readForm(document)).map((one) => readByteRange(one.byteRange, file.length));
  return ranges.find((range) => typeof range !== 'string' && range.end === file.length) as ByteRange;
}

type Exchange = (gap: Uint8Array, parts: readonly Uint8Array[]) => Promise<string> | string;

/** Runs `act` while the last signature of `file`, kept under `leaf`, is another one. */
async function whileExchanged(
  file: Uint8Array,
  leaf: number,
  exchange: Exchange,
  act: () => Promise<void>,
): Promise<void> {
  const row = database.prepare('SELECT bytes FROM document WHERE idx = ?').get(leaf) as { bytes: Uint8Array };
  const range = rangeOf(file);
  const gap = readGap(file, range)!;
  const hex = await exchange(gap, signedParts(file, range));
  const other = file.slice();
  other.set(fromLatin1(hex.padEnd(2 * gap.length, '0')), range.gapStart + 1);
  expect(equal(other, file)).toBe(false);
  const set = (bytes: Uint8Array): void =>
    void database.prepare('UPDATE document SET bytes = ? WHERE idx = ?').run(bytes, leaf);
  set(other.subarray(-row.bytes.length));
  try {
    await act();
  } finally {
    set(row.bytes);
  }
}

async function strangersSignature(_: Uint8Array, parts: readonly Uint8Array[]): Promise<string> {
  const stranger = makeThrowawayChain();
  try {
    const [certificate] = stranger.certificates;
    const value = primitives.digest('SHA-256', certificate!);
    const attributes = signedAttributes(primitives.digest('SHA-256', ...parts), { algorithm: 'SHA-256', value });
    const { algorithm } = stranger.signer;
    const made = {
      certificates: [certificate!],
      attributes,
      digestAlgorithm: 'SHA-256',
      signatureAlgorithm: algorithm,
    } as const;
    return toHex(encodeSignedData({ ...made, signature: await stranger.signer.sign(attributes) }));
  } finally {
    stranger.remove();
  }
}

/** The same signature, as its CMS is written with these certificates and this value. */
function rewritten(
  gap: Uint8Array,
  { more = [], twin = false }: { readonly more?: readonly Uint8Array[]; readonly twin?: boolean },
): string {
  const { encoded, certificates, attributes, signature } = readSignedData(gap);
  const of = { attributes: attributes!.encoded, digestAlgorithm: 'SHA-256', signatureAlgorithm: ECDSA } as const;
  const numbers = /^30..02(..)/.exec(toHex(signature))!;
  const r = toHex(signature)
    .slice(8, 8 + 2 * Number.parseInt(numbers[1]!, 16))
    .slice(-64)
    .padStart(64, '0');
  const s = BigInt(`0x${toHex(signature).slice(8 + 2 * Number.parseInt(numbers[1]!, 16) + 4)}`);
  const raw = fromHex(r + (twin ? P256 - s : s).toString(16).padStart(64, '0'))!;
  expect(equal(ecdsaRawToDer(raw), signature)).toBe(!twin);
  // Which of them is the signer's is told by who is named.
  for (const first of certificates) {
    const others = certificates.filter((one) => one !== first);
    const plain = encodeSignedData({
      ...of,
      certificates: [first, ...others],
      signature: fromHex(r + s.toString(16).padStart(64, '0'))!,
    });
    if (equal(plain, encoded))
      return toHex(encodeSignedData({ ...of, certificates: [first, ...others, ...more], signature: raw }));
  }
  return expect.fail('not as we write it');
}

const noOpenssl = missingJudge('openssl');
const exchanges: readonly [string, Exchange][] = [
  ['a certificate more', (gap) => rewritten(gap, { more: [services.charter.root] })],
  ['capital digits', (gap) => toHex(gap).toUpperCase()],
  [
    'one byte of its value',
    (gap) => toHex(gap).replace(/(..)(0*)$/, (_, last: string, zeros: string) => (last === '00' ? '01' : '00') + zeros),
  ],
  ['no signature at all', (gap) => toHex(new Uint8Array(gap.length))],
];

const fileOf = async ({ oficio }: SignedOficio, version?: number): Promise<Uint8Array> =>
  concat(...(await services.signedFile(oficio.id, version))!);

describe('the signature of a letter in the store', () => {
  test.each(exchanges)('that is %s is not signed over', async (_, exchange) => {
    const { oficio, document } = await office.sign();
    const act = (): Promise<unknown> => services.countersignOficio({ id: oficio.id, signerId: subdirector.id });
    await whileExchanged(document, oficio.signedLeaf!, exchange, async () =>
      expect(await refusedForNothing(services, act)).toBe('log/corrupt'),
    );
    await act();
    expect((await services.auditLog()).sound).toBe(true);
  });

  test.skipIf(noOpenssl)(`that is a stranger’s is not signed over ${noOpenssl ?? ''}`, async () => {
    const { oficio, document } = await office.sign();
    const act = (): Promise<unknown> => services.countersignOficio({ id: oficio.id, signerId: subdirector.id });
    await whileExchanged(document, oficio.signedLeaf!, strangersSignature, async () => {
      await expect(act()).rejects.toMatchObject({ code: 'log/corrupt', facts: { index: oficio.signedLeaf } });
    });
  });

  test('that is a countersignature is the one of its leaf, value and all', async () => {
    const [letter, third] = [await office.sign(), await newcomer(office)];
    await issueTo(services, third, 'signer');
    const { id } = letter.oficio;
    const { countersignature } = await services.countersignOficio({ id, signerId: subdirector.id });
    const act = (): Promise<unknown> => services.countersignOficio({ id, signerId: third.id });
    const twin: Exchange = (gap) => rewritten(gap, { twin: true });
    for (const exchange of [twin, ...exchanges.map(([, one]) => one)]) {
      await whileExchanged(await fileOf(letter), countersignature.signedLeaf, exchange, async () =>
        expect(await refusedForNothing(services, act)).toBe('log/corrupt'),
      );
    }
    await act();
    expect((await services.verifyPdf(await fileOf(letter))).verdict).toBe('valid');
  });
});
