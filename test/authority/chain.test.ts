import { generateKeyPairSync } from 'node:crypto';
import { beforeAll, describe, expect, test } from 'vitest';
import { contextTag, TAG } from '../../src/asn1/tag.ts';
import { readAll, readDer } from '../../src/asn1/read.ts';
import {
  bitString,
  boolean,
  der,
  integer,
  namedBits,
  octetString,
  oid,
  printableString,
  sequence,
  setOf,
  time,
  utf8String,
} from '../../src/asn1/write.ts';
import { generateKey, type SoftwareKey } from '../../src/adapters/keys.ts';
import { nodePrimitives } from '../../src/adapters/primitives.ts';
import { systemRandom } from '../../src/adapters/system.ts';
import { encodeSignatureAlgorithm } from '../../src/authority/algorithm.ts';
import { type Certificate, readCertificate } from '../../src/authority/certificate.ts';
import { type ChainRequest, validateChain } from '../../src/authority/chain.ts';
import { ANY_POLICY, EXTENSION } from '../../src/authority/extension.ts';
import { encodeSigned } from '../../src/authority/signed.ts';
import { concat, utf8 } from '../../src/core/bytes.ts';
import { later, MADE_AT } from '../support/authorities.ts';

/*
 * Cases in the manner of NIST PKITS, on P-256: each is a path made on the spot, so that what is wrong with it is read here.
 */

const ALGORITHM = { name: 'ECDSA', digest: 'SHA-256' } as const;

type Extra = readonly [name: string, critical: boolean, value: Uint8Array];

interface Wanted {
  readonly name: string;
  readonly issuer?: Entity;
  readonly ca?: boolean;
  readonly pathLength?: number;
  readonly extras?: readonly Extra[];
  readonly without?: readonly string[];
  readonly key?: SoftwareKey;
  readonly subject?: Uint8Array;
  readonly issuerName?: Uint8Array;
}

interface Entity {
  readonly certificate: Certificate;
  readonly key: SoftwareKey;
  readonly subject: Uint8Array;
}

const nameOf = (text: string): Uint8Array => sequence(setOf(sequence(oid('2.5.4.3'), utf8String(text))));
const policies = (...oids: string[]): Extra => [
  EXTENSION.certificatePolicies,
  false,
  sequence(...oids.map((one) => sequence(oid(one)))),
];
const requireExplicit = (skip: number): Extra => [
  EXTENSION.policyConstraints,
  true,
  sequence(der(contextTag(0, 'primitive'), Uint8Array.of(skip))),
];
const inhibitAny = (skip: number): Extra => [EXTENSION.inhibitAnyPolicy, true, integer(skip)];
const dns = (text: string): Uint8Array => der(contextTag(2, 'primitive'), utf8(text));
const uri = (text: string): Uint8Array => der(contextTag(6, 'primitive'), utf8(text));
const email = (text: string): Uint8Array => der(contextTag(1, 'primitive'), utf8(text));
const alternative = (...names: Uint8Array[]): Extra => [EXTENSION.subjectAltName, false, sequence(...names)];
const constrained = (permitted: Uint8Array[], excluded: Uint8Array[] = []): Extra => [
  EXTENSION.nameConstraints,
  true,
  sequence(
    ...(permitted.length > 0 ? [der(contextTag(0), ...permitted.map((base) => sequence(base)))] : []),
    ...(excluded.length > 0 ? [der(contextTag(1), ...excluded.map((base) => sequence(base)))] : []),
  ),
];

let keys: SoftwareKey[];
let nextKey = 0;

beforeAll(async () => {
  keys = await Promise.all(Array.from({ length: 12 }, () => generateKey('P-256')));
});

const identifierOf = (key: SoftwareKey): Uint8Array => nodePrimitives.digest('SHA-256', key.signer.spki).slice(0, 20);

async function make(wanted: Wanted): Promise<Entity> {
  const key = wanted.key ?? keys[nextKey++ % keys.length]!;
  const subject = wanted.subject ?? nameOf(wanted.name);
  const issuer = wanted.issuer;
  const constraints = [boolean(true), ...(wanted.pathLength === undefined ? [] : [integer(wanted.pathLength)])];
  const standard: Extra[] = [
    ...(wanted.ca ? [[EXTENSION.basicConstraints, true, sequence(...constraints)] as const] : []),
    [EXTENSION.keyUsage, true, wanted.ca ? namedBits(5, 6) : namedBits(0)],
    [EXTENSION.subjectKeyIdentifier, false, octetString(identifierOf(key))],
    [
      EXTENSION.authorityKeyIdentifier,
      false,
      sequence(der(contextTag(0, 'primitive'), identifierOf(issuer?.key ?? key))),
    ],
  ];
  const replaced = new Set([...(wanted.extras ?? []).map(([name]) => name), ...(wanted.without ?? [])]);
  const list = [...standard.filter(([name]) => !replaced.has(name)), ...(wanted.extras ?? [])];
  const serial = systemRandom(16);
  serial[0] = 0x42;
  const tbs = sequence(
    der(contextTag(0), integer(2)),
    integer(serial),
    encodeSignatureAlgorithm(ALGORITHM),
    wanted.issuerName ?? issuer?.subject ?? subject,
    sequence(time(MADE_AT), time(later(1000))),
    subject,
    key.signer.spki,
    der(
      contextTag(3),
      sequence(
        ...list.map(([name, critical, value]) =>
          sequence(oid(name), ...(critical ? [boolean(true)] : []), octetString(value)),
        ),
      ),
    ),
  );
  const signature = await (issuer?.key ?? key).signer.sign(tbs);
  return { certificate: readCertificate(encodeSigned(tbs, signature, ALGORITHM)), key, subject };
}

/** Root, one authority and a leaf, with what is special about each. */
async function makePath(root: Partial<Wanted>, authority: Partial<Wanted>, leaf: Partial<Wanted>) {
  const top = await make({ name: 'Root', ca: true, ...root });
  const middle = await make({ name: 'Authority', ca: true, issuer: top, ...authority });
  return [await make({ name: 'Leaf', issuer: middle, ...leaf }), middle, top] as const;
}

async function failuresOf(
  [leaf, ...rest]: readonly Entity[],
  changes: Partial<ChainRequest> = {},
): Promise<readonly string[]> {
  const certificates = rest.map(({ certificate }) => certificate);
  const request: ChainRequest = {
    certificate: leaf!.certificate,
    intermediates: certificates.slice(0, -1),
    anchors: certificates.slice(-1),
    at: MADE_AT,
    ...changes,
  };
  const result = await validateChain(request, nodePrimitives);
  return result.checks.filter(({ outcome }) => outcome === 'fail').map(({ check }) => check);
}

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
    const key: SoftwareKey = { ...keys[0]!, signer: { ...keys[0]!.signer, spki } };
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
    const [a, b] = [keys[0]!, keys[1]!];
    const seed = await make({ name: 'B', ca: true, key: b });
    const first = await make({ name: 'A', ca: true, key: a, issuer: seed });
    const second = await make({ name: 'B', ca: true, key: b, issuer: first });
    const leaf = await make({ name: 'Leaf', issuer: first });
    const elsewhere = await make({ name: 'Root', ca: true });
    expect(await failuresOf([leaf, first, second, elsewhere])).toEqual(['authority/path']);
  });

  test('of one name and many keys end, within the signatures allowed', async () => {
    const [a, b] = [keys[0]!, keys[1]!];
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

describe('policies (RFC 5280 §6.1)', () => {
  const P1 = '2.999.7.1';
  const P2 = '2.999.7.2';

  test.each<[string, boolean, Extra[], Extra[]]>([
    ['stated all the way down', true, [policies(P1)], [policies(P1, P2)]],
    ['covered by any policy above', true, [policies(ANY_POLICY)], [policies(P1)]],
    ['covered by any policy below', true, [policies(P1)], [policies(ANY_POLICY)]],
    ['stated only above', false, [policies(P1)], [policies(P2)]],
    ['stated only below', false, [policies(P2)], [policies(P1)]],
    ['stated by nobody above', false, [], [policies(P1)]],
    ['stated by nobody below', false, [policies(P1)], []],
    ['covered by any policy, which is inhibited', false, [policies(P1), inhibitAny(0)], [policies(ANY_POLICY)]],
    ['covered by any policy, inhibited only further down', true, [policies(P1), inhibitAny(1)], [policies(ANY_POLICY)]],
  ])('a required one: %s', async (_, good, authority, leaf) => {
    const path = await makePath({}, { extras: authority }, { extras: leaf });
    expect(await failuresOf(path, { requiredPolicy: P1 })).toEqual(good ? [] : ['authority/policy']);
  });

  test('are not asked for where nobody requires any', async () => {
    expect(await failuresOf(await makePath({}, { extras: [policies(P1)] }, { extras: [policies(P2)] }))).toEqual([]);
  });

  test.each<[string, boolean, Extra[], Extra[]]>([
    ['at once, and there is none', false, [policies(P1), requireExplicit(0)], [policies(P2)]],
    ['at once, and there is one', true, [policies(P1), requireExplicit(0)], [policies(P1)]],
    ['only further down than the path goes', true, [policies(P1), requireExplicit(2)], [policies(P2)]],
    ['by the leaf itself', false, [policies(P1)], [policies(P2), requireExplicit(0)]],
  ])('an authority requires one %s', async (_, good, authority, leaf) => {
    const path = await makePath({}, { extras: authority }, { extras: leaf });
    expect(await failuresOf(path)).toEqual(good ? [] : ['authority/policy']);
  });
});

describe('name constraints (RFC 5280 §4.2.1.10)', () => {
  const directory = (text: string) => der(contextTag(4), nameOf(text));

  test.each<[string, boolean, Extra, Extra]>([
    ['a host below', true, constrained([dns('a.mx')]), alternative(dns('x.a.mx'))],
    ['a host that only ends alike', false, constrained([dns('a.mx')]), alternative(dns('xa.mx'))],
    ['one name of two outside', false, constrained([dns('a.mx')]), alternative(dns('x.a.mx'), dns('b.mx'))],
    ['case does not matter', true, constrained([dns('A.mx')]), alternative(dns('X.a.MX'))],
    ['an excluded host', false, constrained([], [dns('x.a.mx')]), alternative(dns('y.x.a.mx'))],
    ['a wildcard that reaches an excluded host', false, constrained([], [dns('x.a.mx')]), alternative(dns('*.a.mx'))],
    ['a wildcard that reaches none', true, constrained([], [dns('y.x.a.mx')]), alternative(dns('*.a.mx'))],
    ['every host excluded', false, constrained([], [dns('')]), alternative(dns('a.mx'))],
    ['another kind of name', true, constrained([dns('a.mx')]), alternative(email('ana@b.mx'))],
    ['a mailbox at the host', true, constrained([email('b.mx')]), alternative(email('ana@B.MX'))],
    ['a mailbox below the host', false, constrained([email('b.mx')]), alternative(email('ana@c.b.mx'))],
    ['a mailbox below, with a period', true, constrained([email('.b.mx')]), alternative(email('ana@c.b.mx'))],
    ['another mailbox', false, constrained([email('ana@b.mx')]), alternative(email('Ana@b.mx'))],
    ['an address of the web', true, constrained([uri('.b.mx')]), alternative(uri('https://u@c.b.mx:8/x'))],
    ['an address of the web elsewhere', false, constrained([uri('b.mx')]), alternative(uri('https://b.mx.evil/b.mx'))],
    ['an address without a host', false, constrained([], [uri('b.mx')]), alternative(uri('urn:b.mx'))],
  ])('%s', async (_, good, authority, leaf) => {
    const path = await makePath({}, { extras: [authority] }, { extras: [leaf] });
    expect(await failuresOf(path)).toEqual(good ? [] : ['authority/name-constraints']);
  });

  test('hold for subjects, and for those of authorities below as well', async () => {
    const root = { extras: [constrained([], [directory('Mallory')])] };
    expect(await failuresOf(await makePath(root, {}, {}))).toEqual([]);
    expect(await failuresOf(await makePath(root, {}, { name: 'MALLORY' }))).toEqual(['authority/name-constraints']);
    expect(await failuresOf(await makePath(root, { name: 'mallory' }, {}))).toEqual(['authority/name-constraints']);
  });

  test('hold for an address in the subject', async () => {
    const address = setOf(sequence(oid('1.2.840.113549.1.9.1'), der(TAG.ia5String, utf8('ana@c.mx'))));
    const authority = { extras: [constrained([email('b.mx')])] };
    const subject = sequence(setOf(sequence(oid('2.5.4.3'), utf8String('Ana'))), address);
    expect(await failuresOf(await makePath({}, authority, { subject }))).toEqual(['authority/name-constraints']);
    const noAddress = setOf(sequence(oid('1.2.840.113549.1.9.1'), der(TAG.ia5String, utf8('ana'))));
    const excluding = { extras: [constrained([], [email('b.mx')])] };
    expect(await failuresOf(await makePath({}, excluding, { subject: sequence(noAddress) }))).toEqual([
      'authority/name-constraints',
    ]);
  });

  test('are compared only so often', async () => {
    const many = Array.from({ length: 1000 }, (_, i) => dns(`h${i}.mx`));
    const authority = {
      extras: [
        constrained(
          [dns('mx')],
          many.map((_, i) => dns(`x${i}.org`)),
        ),
      ],
    };
    const path = await makePath({}, authority, { extras: [alternative(...many)] });
    const started = performance.now();
    expect(await failuresOf(path)).toEqual(['authority/name-constraints']);
    expect(performance.now() - started).toBeLessThan(2000);
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
