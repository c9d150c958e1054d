import { beforeAll, describe, expect, test } from 'vitest';
import { contextTag } from '../../src/asn1/tag.ts';
import {
  bitString,
  boolean,
  der,
  generalizedTime,
  integer,
  namedBits,
  octetString,
  oid,
  printableString,
  sequence,
  sequenceOf,
  setOf,
  time,
  utf8String,
} from '../../src/asn1/write.ts';
import { readAll, readDer, readOid } from '../../src/asn1/read.ts';
import { generateKey } from '../../src/adapters/keys.ts';
import { nodePrimitives } from '../../src/adapters/primitives.ts';
import { EXTENSION } from '../../src/authority/extension.ts';
import { lintCertificate, type LintContext } from '../../src/authority/lint.ts';
import { encodeTbsCertificate } from '../../src/authority/prepare.ts';
import { profileHashOid } from '../../src/authority/profile.ts';
import { concat, equal, utf8 } from '../../src/core/bytes.ts';
import {
  ARC,
  DAY_SECONDS,
  draftFor,
  INSTITUTION,
  later,
  MADE_AT,
  makeTestAuthorities,
  ORIGIN,
  publicKeyOf,
  type TestAuthorities,
} from '../support/authorities.ts';

/** The parts of a body, to break one at a time. */
interface Parts {
  version: Uint8Array;
  serial: Uint8Array;
  algorithm: Uint8Array;
  issuer: Uint8Array;
  validity: Uint8Array;
  subject: Uint8Array;
  key: Uint8Array;
  extensions: Uint8Array[];
}

function takeApart(tbs: Uint8Array): Parts {
  const [version, serial, algorithm, issuer, validity, subject, key, list] = readAll(readDer(tbs)).map(
    ({ encoded }) => encoded,
  ) as [Uint8Array, Uint8Array, Uint8Array, Uint8Array, Uint8Array, Uint8Array, Uint8Array, Uint8Array];
  const extensions = readAll(readDer(readDer(list).contents)).map(({ encoded }) => encoded);
  return { version, serial, algorithm, issuer, validity, subject, key, extensions };
}

function putTogether({ extensions, ...parts }: Parts): Uint8Array {
  const { version, serial, algorithm, issuer, validity, subject, key } = parts;
  const list = extensions.length > 0 ? [der(contextTag(3), sequenceOf(extensions))] : [];
  return sequence(version, serial, algorithm, issuer, validity, subject, key, ...list);
}

function extension(name: string, critical: boolean, value: Uint8Array): Uint8Array {
  return sequence(oid(name), ...(critical ? [boolean(true)] : []), octetString(value));
}

const isOf = (name: string) => (encoded: Uint8Array) => readOid(readAll(readDer(encoded))[0]!) === name;

function replace(name: string, critical: boolean, value: Uint8Array) {
  return (parts: Parts): void => {
    const at = parts.extensions.findIndex(isOf(name));
    const made = extension(name, critical, value);
    if (at < 0) parts.extensions.push(made);
    else parts.extensions[at] = made;
  };
}

function remove(name: string) {
  return (parts: Parts): void => {
    parts.extensions = parts.extensions.filter((encoded) => !isOf(name)(encoded));
  };
}

function flipCriticality(name: string) {
  return (parts: Parts): void => {
    const encoded = parts.extensions.find(isOf(name))!;
    const items = readAll(readDer(encoded));
    replace(name, items.length === 2, items.at(-1)!.contents)(parts);
  };
}

const uri = (text: string) => der(contextTag(6, 'primitive'), utf8(text));
const points = (text: string) => sequence(sequence(der(contextTag(0), der(contextTag(0), uri(text)))));
const attribute = (type: string, value: Uint8Array) => setOf(sequence(oid(type), value));
const C = attribute('2.5.4.6', printableString('MX'));
const O = attribute('2.5.4.10', utf8String(INSTITUTION));
const CN = (text: string) => attribute('2.5.4.3', utf8String(text));

let authorities: TestAuthorities;
let good: Uint8Array;
let context: LintContext;

beforeAll(async () => {
  authorities = await makeTestAuthorities();
  const draft = draftFor(authorities, 'staff', publicKeyOf(await generateKey('P-256')));
  good = encodeTbsCertificate(draft, nodePrimitives);
  const issuer = authorities.certificates.credenciales;
  context = { profile: 'staff', arc: ARC, origin: ORIGIN, at: MADE_AT, issuer };
});

/** The rules that a certificate of a card breaks whose alternative name is this. */
async function rulesForCard(name: Uint8Array | undefined): Promise<string[]> {
  const draft = draftFor(authorities, 'card', publicKeyOf(await generateKey('P-256')));
  const parts = takeApart(encodeTbsCertificate(draft, nodePrimitives));
  (name ? replace(EXTENSION.subjectAltName, false, name) : remove(EXTENSION.subjectAltName))(parts);
  return lintCertificate(putTogether(parts), { ...context, profile: 'card' }, nodePrimitives).map(({ rule }) => rule);
}

test('a certificate of a card names its card, in one spelling and alone', async () => {
  const name = uri('urn:uuid:00112233-4455-4677-8899-aabbccddeeff');
  expect(await rulesForCard(sequence(name))).toEqual([]);
  const wrong = [
    undefined,
    sequence(name, name),
    sequence(name, der(contextTag(1, 'primitive'), utf8('ana@alcaldia.example'))),
    sequence(uri('urn:uuid:00112233-4455-4677-8899-AABBCCDDEEFF')),
    sequence(uri('urn:uuid:00112233-4455-1677-8899-aabbccddeeff')),
    sequence(uri('https://alcaldia.example/00112233-4455-4677-8899-aabbccddeeff')),
  ];
  for (const one of wrong) expect(await rulesForCard(one)).toEqual(['certificate/alternative-name']);
});

function rulesFor(change: (parts: Parts) => void): string[] {
  const parts = takeApart(good);
  change(parts);
  return lintCertificate(putTogether(parts), context, nodePrimitives).map(({ rule }) => rule);
}

test('finds nothing in what we make', () => {
  expect(equal(putTogether(takeApart(good)), good)).toBe(true);
  expect(lintCertificate(good, context, nodePrimitives)).toEqual([]);
});

const BROKEN: readonly (readonly [what: string, rule: string, change: (parts: Parts) => void])[] = [
  ['version 1', 'certificate/readable', (p) => (p.version = der(contextTag(0), integer(0)))],
  ['no version', 'certificate/readable', (p) => (p.version = new Uint8Array(0))],
  ['serial number zero', 'certificate/serial', (p) => (p.serial = integer(0))],
  ['a negative serial number', 'certificate/readable', (p) => (p.serial = der(2, new Uint8Array(16).fill(0x80)))],
  ['21 octets of serial number', 'certificate/readable', (p) => (p.serial = integer(new Uint8Array(21).fill(0x11)))],
  ['a counter for a serial number', 'certificate/serial', (p) => (p.serial = integer(4711))],
  ['a constant serial number', 'certificate/serial', (p) => (p.serial = integer(new Uint8Array(16).fill(0x55)))],
  ['SHA-1', 'certificate/algorithm', (p) => (p.algorithm = sequence(oid('1.2.840.10045.4.1')))],
  [
    'another hash than of the key',
    'certificate/algorithm',
    (p) => (p.algorithm = sequence(oid('1.2.840.10045.4.3.3'))),
  ],
  ['parameters of ECDSA', 'certificate/readable', (p) => (p.algorithm = sequence(oid('1.2.840.10045.4.3.2'), der(5)))],
  ['another issuer', 'certificate/issuer', (p) => (p.issuer = sequence(C, O, CN('Autoridad de oficios')))],
  [
    "the issuer's name in another string type",
    'certificate/issuer',
    (p) => (p.issuer = sequence(attribute('2.5.4.6', utf8String('MX')), O, CN('Autoridad de credenciales'))),
  ],
  ['an empty subject', 'certificate/subject', (p) => (p.subject = sequence())],
  ['a subject without a common name', 'certificate/subject', (p) => (p.subject = sequence(C, O))],
  ['65 characters of name', 'certificate/subject', (p) => (p.subject = sequence(C, O, CN('x'.repeat(65))))],
  ['a name not in form C', 'certificate/subject', (p) => (p.subject = sequence(C, O, CN('n\u0303')))],
  ['a name with NUL', 'certificate/subject', (p) => (p.subject = sequence(C, O, CN('Ana\u0000')))],
  ['two names', 'certificate/subject', (p) => (p.subject = sequence(C, O, CN('Ana'), CN('Eva')))],
  [
    'an attribute of a kind that is none of ours',
    'certificate/subject',
    (p) => (p.subject = sequence(C, O, CN('Ana'), attribute('1.2.840.113549.1.9.1', utf8String('a@b.example')))),
  ],
  [
    'a country as UTF8String',
    'certificate/subject',
    (p) => (p.subject = sequence(attribute('2.5.4.6', utf8String('MX')), O, CN('Ana'))),
  ],
  [
    'a country of three letters',
    'certificate/subject',
    (p) => (p.subject = sequence(attribute('2.5.4.6', printableString('MEX')), O, CN('Ana'))),
  ],
  [
    'another organization',
    'certificate/subject-permitted',
    (p) => (p.subject = sequence(C, attribute('2.5.4.10', utf8String('Otra')), CN('Ana'))),
  ],
  ["its issuer's name", 'certificate/subject-permitted', (p) => (p.subject = p.issuer)],
  [
    'an end beyond that of its issuer',
    'certificate/validity',
    (p) => (p.validity = sequence(time(MADE_AT), time(later(3660 * DAY_SECONDS)))),
  ],
  [
    'an end before its beginning',
    'certificate/validity',
    (p) => (p.validity = sequence(time(later(60)), time(later(59)))),
  ],
  [
    'a beginning before its issuer',
    'certificate/validity',
    (p) => (p.validity = sequence(time(later(-60)), time(later(60)))),
  ],
  [
    'GeneralizedTime before 2050',
    'certificate/time-form',
    (p) => (p.validity = sequence(generalizedTime(MADE_AT), time(later(60)))),
  ],
  [
    'a time with a fraction',
    'certificate/readable',
    (p) => (p.validity = sequence(der(0x18, utf8('20261121180000.5Z')), time(later(60)))),
  ],
  ['the key of its issuer', 'certificate/key', (p) => (p.key = authorities.certificates.credenciales.key.spki)],
  [
    'RSA of 1024 bits',
    'certificate/key',
    (p) => {
      const number = new Uint8Array(128).fill(0xc1);
      const bits = sequence(integer(number), integer(65537));
      p.key = sequence(sequence(oid('1.2.840.113549.1.1.1'), der(5)), bitString(bits));
    },
  ],
  [
    'Ed25519',
    'certificate/key',
    (p) => (p.key = sequence(sequence(oid('1.3.101.112')), bitString(new Uint8Array(32).fill(7)))),
  ],
  ['no extensions', 'certificate/extensions', (p) => (p.extensions = [])],
  ['an extension twice', 'certificate/readable', (p) => p.extensions.push(p.extensions[0]!)],
  ['an unknown extension', 'certificate/extensions', replace('1.2.3.4', false, der(5))],
  ['cA FALSE written out', 'certificate/readable', replace(EXTENSION.basicConstraints, true, sequence(boolean(false)))],
  [
    'basic constraints in a leaf',
    'certificate/basic-constraints',
    replace(EXTENSION.basicConstraints, true, sequence()),
  ],
  ['an authority', 'certificate/basic-constraints', replace(EXTENSION.basicConstraints, true, sequence(boolean(true)))],
  ['keyCertSign', 'certificate/key-usage', replace(EXTENSION.keyUsage, true, namedBits(0, 5))],
  ['nonRepudiation for staff', 'certificate/key-usage', replace(EXTENSION.keyUsage, true, namedBits(0, 1))],
  ['no key usage', 'certificate/extensions', remove(EXTENSION.keyUsage)],
  ['a key usage that is not critical', 'certificate/extensions', flipCriticality(EXTENSION.keyUsage)],
  [
    'any extended usage',
    'certificate/extended-key-usage',
    replace(EXTENSION.extendedKeyUsage, false, sequence(oid('2.5.29.37.0'))),
  ],
  ['no extended usage', 'certificate/extended-key-usage', remove(EXTENSION.extendedKeyUsage)],
  ['critical extended usages', 'certificate/extensions', flipCriticality(EXTENSION.extendedKeyUsage)],
  [
    'any policy',
    'certificate/policies',
    replace(EXTENSION.certificatePolicies, false, sequence(sequence(oid('2.5.29.32.0')))),
  ],
  ['no policy', 'certificate/policies', remove(EXTENSION.certificatePolicies)],
  [
    'another key identifier',
    'certificate/subject-key-identifier',
    replace(EXTENSION.subjectKeyIdentifier, false, octetString(new Uint8Array(20))),
  ],
  ['a critical key identifier', 'certificate/extensions', flipCriticality(EXTENSION.subjectKeyIdentifier)],
  [
    'the identifier of another issuer',
    'certificate/authority-key-identifier',
    replace(EXTENSION.authorityKeyIdentifier, false, sequence(der(contextTag(0, 'primitive'), new Uint8Array(20)))),
  ],
  ['no identifier of its issuer', 'certificate/authority-key-identifier', remove(EXTENSION.authorityKeyIdentifier)],
  ['no address of a list', 'certificate/addresses', remove(EXTENSION.crlDistributionPoints)],
  [
    'a list at https',
    'certificate/addresses',
    replace(EXTENSION.crlDistributionPoints, false, points(`${ORIGIN}/crl/credenciales.crl`)),
  ],
  [
    "another authority's list",
    'certificate/addresses',
    replace(EXTENSION.crlDistributionPoints, false, points('http://verifica.alcaldia.example/crl/oficios.crl')),
  ],
  [
    'an OCSP address',
    'certificate/addresses',
    replace(
      EXTENSION.authorityInfoAccess,
      false,
      sequence(sequence(oid('1.3.6.1.5.5.7.48.1'), uri('http://a.example/ocsp'))),
    ),
  ],
  [
    'a DNS name',
    'certificate/alternative-name',
    replace(EXTENSION.subjectAltName, false, sequence(der(contextTag(2, 'primitive'), utf8('a.example')))),
  ],
  ['no hash of its profile', 'certificate/extensions', remove(profileHashOid(ARC))],
  [
    'a short hash of its profile',
    'certificate/profile-hash',
    replace(profileHashOid(ARC), false, octetString(new Uint8Array(31).fill(1))),
  ],
  ['a hash that is not an octet string', 'certificate/profile-hash', replace(profileHashOid(ARC), false, der(5))],
  [
    'name constraints in a leaf',
    'certificate/extensions',
    replace(EXTENSION.nameConstraints, true, sequence(der(contextTag(0), sequence(der(contextTag(2, 'primitive')))))),
  ],
];

describe('refuses a body with', () => {
  test.each(BROKEN)('%s', (_, rule, change) => {
    expect(rulesFor(change)).toContain(rule);
  });
});

describe('refuses an authority', () => {
  function lintAuthority(change: (parts: Parts) => void): string[] {
    const parts = takeApart(authorities.certificates.oficios.tbs);
    change(parts);
    const issuer = authorities.certificates.raiz;
    const held: LintContext = { ...context, profile: 'oficio-authority', issuer };
    return lintCertificate(putTogether(parts), held, nodePrimitives).map(({ rule }) => rule);
  }

  test('with nothing that is ours', () => {
    expect(lintAuthority(() => {})).toEqual([]);
  });

  const wider = sequence(der(contextTag(0), sequence(der(contextTag(4), sequence(C)))));
  test.each([
    [
      'without a path length',
      'certificate/basic-constraints',
      replace(EXTENSION.basicConstraints, true, sequence(boolean(true))),
    ],
    [
      'with path length 1',
      'certificate/basic-constraints',
      replace(EXTENSION.basicConstraints, true, sequence(boolean(true), integer(1))),
    ],
    ['whose basic constraints are not critical', 'certificate/extensions', flipCriticality(EXTENSION.basicConstraints)],
    ['that signs documents', 'certificate/key-usage', replace(EXTENSION.keyUsage, true, namedBits(0, 5, 6))],
    ['that may name anybody', 'certificate/extensions', remove(EXTENSION.nameConstraints)],
    [
      'that may name the whole country',
      'certificate/name-constraints',
      replace(EXTENSION.nameConstraints, true, wider),
    ],
    [
      'of any policy',
      'certificate/policies',
      replace(EXTENSION.certificatePolicies, false, sequence(sequence(oid('2.5.29.32.0')))),
    ],
  ] as const)('%s', (_, rule, change) => {
    expect(lintAuthority(change)).toContain(rule);
  });

  test('below one that may have none', () => {
    const held: LintContext = {
      ...context,
      profile: 'oficio-authority',
      issuer: authorities.certificates.credenciales,
    };
    const rules = lintCertificate(authorities.certificates.oficios.tbs, held, nodePrimitives).map(({ rule }) => rule);
    expect(rules).toContain('certificate/issuer-may');
  });

  test('that is its own issuer and not the root', () => {
    const { issuer: _, ...rootless } = context;
    const rules = lintCertificate(good, rootless, nodePrimitives).map(({ rule }) => rule);
    expect(rules).toContain('certificate/issuer');
  });
});

test('reads what it is given, not what it was made from', () => {
  expect(lintCertificate(concat(good, Uint8Array.of(0)), context, nodePrimitives)).toMatchObject([
    { rule: 'certificate/readable' },
  ]);
  const elsewhere = { ...context, origin: 'https://otra.example' };
  expect(lintCertificate(good, elsewhere, nodePrimitives)).toMatchObject([{ rule: 'certificate/addresses' }]);
  const otherArc = { ...context, arc: '1.3.6.1.4.1.99999' };
  expect(lintCertificate(good, otherArc, nodePrimitives).map(({ rule }) => rule)).toEqual([
    'certificate/issuer-may',
    'certificate/extensions',
    'certificate/policies',
  ]);
});
