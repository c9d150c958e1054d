import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { contextTag } from '../../src/asn1/tag.ts';
import { readAll, readDer } from '../../src/asn1/read.ts';
import {
  bitString,
  boolean,
  der,
  integer,
  namedBits,
  oid,
  printableString,
  sequence,
  setOf,
} from '../../src/asn1/write.ts';
import type { SoftwareKey } from '../../src/adapters/keys.ts';
import { nodePrimitives } from '../../src/adapters/primitives.ts';
import { type Certificate, readCertificate } from '../../src/authority/certificate.ts';
import { validateChain } from '../../src/authority/chain.ts';
import { EXTENSION } from '../../src/authority/extension.ts';
import { concat } from '../../src/core/bytes.ts';
import { later, MADE_AT } from '../support/authorities.ts';
import { failuresOf, make, makePath, nameOf, pathKeys, type Wanted } from '../support/path.ts';

/* Cases in the manner of NIST PKITS; policies and name constraints stand in constraints.test.ts. */

test('a plain path holds, at its first and at its last second', async () => {
  const path = await makePath({}, {}, {});
  expect(await failuresOf(path)).toEqual([]);
  expect(await failuresOf(path, { at: later(1000) })).toEqual([]);
  expect(await failuresOf(path, { at: later(1001) })).toEqual(['authority/not-after']);
  expect(await failuresOf(path, { at: later(-1) })).toEqual(['authority/not-before']);
});

describe('names', () => {
  test('chain whatever their case, spaces and string type (RFC 5280 §7.1)', async () => {
    const printable = (text: string) => sequence(setOf(sequence(oid('2.5.4.3'), printableString(text))));
    const issuerName = printable('the  AUTHORITY ');
    const path = await makePath({}, { subject: nameOf('The Authority') }, { issuerName });
    expect(await failuresOf(path)).toEqual([]);
  });

  test('do not chain when a word differs', async () => {
    const path = await makePath({}, {}, { issuerName: nameOf('Authority 2') });
    expect(await failuresOf(path)).toEqual(['authority/path']);
  });
});

describe('signatures', () => {
  test('of another key with the same name are not accepted', async () => {
    const [leaf, middle, root] = await makePath({}, {}, {});
    const impostor = await make({ name: 'Authority', ca: true, issuer: root });
    expect(await failuresOf([leaf, impostor, root])).toEqual(['authority/path']);
    expect(await failuresOf([leaf, impostor, middle, root])).toEqual([]);
  });

  test('of a trusted root that did not sign do not count', async () => {
    const [leaf, middle] = await makePath({}, {}, {});
    const other = await make({ name: 'Root', ca: true });
    expect(await failuresOf([leaf, middle, other])).toEqual(['authority/path']);
  });

  test('with SHA-1 are refused', async () => {
    const [leaf, middle, root] = await makePath({}, {}, {});
    const sha1 = sequence(oid('1.2.840.10045.4.1'));
    const fields = readAll(readDer(leaf.certificate.tbs)).map(({ encoded }) => encoded);
    const tbs = sequence(...fields.map((field, i) => (i === 2 ? sha1 : field)));
    const weak = readCertificate(sequence(tbs, sha1, bitString(leaf.certificate.signature)));
    expect(await failuresOf([{ ...leaf, certificate: weak }, middle, root])).toEqual(['authority/algorithms']);
  });

  test('under a weak key count for nothing', async () => {
    const { publicKey } = generateKeyPairSync('rsa', { modulusLength: 1024 });
    const spki = new Uint8Array(publicKey.export({ format: 'der', type: 'spki' }));
    const key: SoftwareKey = { ...pathKeys[0]!, signer: { ...pathKeys[0]!.signer, spki } };
    expect(await failuresOf(await makePath({}, {}, { key }))).toEqual(['authority/key-strength']);
  });
});

describe('authorities', () => {
  test.each<[string, string[], Partial<Wanted>]>([
    [
      'without basic constraints',
      ['authority/basic-constraints', 'authority/extensions'],
      { without: [EXTENSION.basicConstraints] },
    ],
    [
      'whose basic constraints are not critical',
      ['authority/basic-constraints'],
      { extras: [[EXTENSION.basicConstraints, false, sequence(boolean(true))]] },
    ],
    ['that may only sign documents', ['authority/key-usage'], { extras: [[EXTENSION.keyUsage, true, namedBits(0)]] }],
    ['without a key identifier', ['authority/key-identifiers'], { without: [EXTENSION.subjectKeyIdentifier] }],
    [
      'that name another issuer key',
      ['authority/key-identifiers'],
      {
        extras: [
          [EXTENSION.authorityKeyIdentifier, false, sequence(der(contextTag(0, 'primitive'), new Uint8Array(20)))],
        ],
      },
    ],
    ['with an unknown critical extension', ['authority/extensions'], { extras: [['1.2.3.4', true, integer(1)]] }],
    ['with a critical policy mapping', ['authority/extensions'], { extras: [['2.5.29.33', true, sequence()]] }],
  ])('%s are refused', async (_, checks, authority) => {
    expect(await failuresOf(await makePath({}, authority, {}))).toEqual(checks);
  });

  test('have no more authorities below than they may; self-issued ones do not count', async () => {
    const root = await make({ name: 'Root', ca: true, pathLength: 0 });
    const renewed = await make({ name: 'Root', ca: true, issuer: root, pathLength: 0 });
    const direct = await make({ name: 'Leaf', issuer: renewed });
    expect(await failuresOf([direct, renewed, root])).toEqual([]);
    const middle = await make({ name: 'Authority', ca: true, issuer: renewed });
    const leaf = await make({ name: 'Leaf', issuer: middle });
    expect(await failuresOf([leaf, middle, renewed, root])).toEqual(['authority/path-length']);
  });

  test('are at most as many as asked', async () => {
    const path = await makePath({}, {}, {});
    expect(await failuresOf(path, { maxDepth: 0 })).toEqual(['authority/path']);
    expect(await failuresOf(path, { maxDepth: 1 })).toEqual([]);
  });
});

describe('hostile collections of certificates', () => {
  test('that sign each other in a circle end', async () => {
    const [a, b] = [pathKeys[0]!, pathKeys[1]!];
    const seed = await make({ name: 'B', ca: true, key: b });
    const first = await make({ name: 'A', ca: true, key: a, issuer: seed });
    const second = await make({ name: 'B', ca: true, key: b, issuer: first });
    const leaf = await make({ name: 'Leaf', issuer: first });
    const elsewhere = await make({ name: 'Root', ca: true });
    expect(await failuresOf([leaf, first, second, elsewhere])).toEqual(['authority/path']);
  });

  test('of one name and many keys end, within the signatures allowed', async () => {
    const [a, b] = [pathKeys[0]!, pathKeys[1]!];
    const one = await make({ name: 'X', ca: true, key: a });
    const other = await make({ name: 'X', ca: true, key: b });
    const crossed = await Promise.all(
      Array.from({ length: 150 }, (_, i) =>
        make({ name: 'X', ca: true, key: i % 2 ? a : b, issuer: i % 2 ? other : one }),
      ),
    );
    const leaf = await make({ name: 'Leaf', issuer: one });
    let verified = 0;
    const counting = {
      verify: (...args: Parameters<typeof nodePrimitives.verify>) => {
        verified++;
        return nodePrimitives.verify(...args);
      },
    };
    const root = await make({ name: 'Root', ca: true });
    const intermediates = crossed.map(({ certificate }) => certificate);
    const request = { certificate: leaf.certificate, intermediates, anchors: [root.certificate], at: MADE_AT };
    const result = await validateChain({ ...request, maxDepth: 100 }, counting);
    expect(result).toMatchObject({ outcome: 'fail', checks: [{ check: 'authority/path' }] });
    expect(verified).toBeLessThanOrEqual(200);
  });

  test('of more than 200 are refused unread', async () => {
    const [leaf, middle, root] = await makePath({}, {}, {});
    const intermediates = Array<Certificate>(201).fill(middle.certificate);
    expect(await failuresOf([leaf, middle, root], { intermediates })).toEqual(['authority/path']);
  });

  test('do not hide a good path behind a bad one', async () => {
    const [leaf, middle, root] = await makePath({}, {}, {});
    const bad = await make({
      name: 'Authority',
      ca: true,
      issuer: root,
      key: middle.key,
      extras: [['1.2.3', true, integer(1)]],
    });
    expect(await failuresOf([leaf, bad, root])).toEqual(['authority/extensions']);
    expect(await failuresOf([leaf, bad, middle, root])).toEqual([]);
  });
});

describe('revocation', () => {
  test('is asked for every certificate but the anchor, and only when the rest holds', async () => {
    const path = await makePath({}, {}, {});
    const asked: Certificate[] = [];
    const revocation = (certificate: Certificate) => {
      asked.push(certificate);
      return { status: 'unknown', detail: 'no list' } as const;
    };
    const request = {
      certificate: path[0].certificate,
      intermediates: [path[1].certificate],
      anchors: [path[2].certificate],
    };
    const result = await validateChain({ ...request, at: MADE_AT, revocation }, nodePrimitives);
    expect(result.outcome).toBe('unknown');
    expect(asked).toEqual([path[0].certificate, path[1].certificate]);
    await validateChain({ ...request, at: later(5000), revocation }, nodePrimitives);
    expect(asked).toHaveLength(2);
  });
});

test('bytes around a certificate are not part of it', async () => {
  const { certificate } = await make({ name: 'Root', ca: true });
  expect(() => readCertificate(concat(certificate.encoded, Uint8Array.of(0)))).toThrow('bytes after the end');
});
