import { contextTag } from '../../src/asn1/tag.ts';
import {
  boolean,
  der,
  integer,
  namedBits,
  octetString,
  oid,
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
import { EXTENSION } from '../../src/authority/extension.ts';
import { encodeSigned } from '../../src/authority/signed.ts';
import { utf8 } from '../../src/core/bytes.ts';
import { later, MADE_AT } from './authorities.ts';

/*
 * Paths made on the spot on P-256, so that what is wrong with one is read in its test.
 */

const ALGORITHM = { name: 'ECDSA', digest: 'SHA-256' } as const;

export type Extra = readonly [name: string, critical: boolean, value: Uint8Array];

export interface Wanted {
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

export interface Entity {
  readonly certificate: Certificate;
  readonly key: SoftwareKey;
  readonly subject: Uint8Array;
}

export const nameOf = (text: string): Uint8Array => sequence(setOf(sequence(oid('2.5.4.3'), utf8String(text))));
export const policies = (...oids: string[]): Extra => [
  EXTENSION.certificatePolicies,
  false,
  sequence(...oids.map((one) => sequence(oid(one)))),
];
export const requireExplicit = (skip: number): Extra => [
  EXTENSION.policyConstraints,
  true,
  sequence(der(contextTag(0, 'primitive'), Uint8Array.of(skip))),
];
export const inhibitAny = (skip: number): Extra => [EXTENSION.inhibitAnyPolicy, true, integer(skip)];
export const dns = (text: string): Uint8Array => der(contextTag(2, 'primitive'), utf8(text));
export const uri = (text: string): Uint8Array => der(contextTag(6, 'primitive'), utf8(text));
export const email = (text: string): Uint8Array => der(contextTag(1, 'primitive'), utf8(text));
export const alternative = (...names: Uint8Array[]): Extra => [EXTENSION.subjectAltName, false, sequence(...names)];
export const constrained = (permitted: Uint8Array[], excluded: Uint8Array[] = []): Extra => [
  EXTENSION.nameConstraints,
  true,
  sequence(
    ...(permitted.length > 0 ? [der(contextTag(0), ...permitted.map((base) => sequence(base)))] : []),
    ...(excluded.length > 0 ? [der(contextTag(1), ...excluded.map((base) => sequence(base)))] : []),
  ),
];

/** Throwaway keys, taken in turn: making one takes longer than signing. */
export const pathKeys: readonly SoftwareKey[] = await Promise.all(
  Array.from({ length: 12 }, () => generateKey('P-256')),
);
let nextKey = 0;

const identifierOf = (key: SoftwareKey): Uint8Array => nodePrimitives.digest('SHA-256', key.signer.spki).slice(0, 20);

export async function make(wanted: Wanted): Promise<Entity> {
  const key = wanted.key ?? pathKeys[nextKey++ % pathKeys.length]!;
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
export async function makePath(
  root: Partial<Wanted>,
  authority: Partial<Wanted>,
  leaf: Partial<Wanted>,
): Promise<readonly [Entity, Entity, Entity]> {
  const top = await make({ name: 'Root', ca: true, ...root });
  const middle = await make({ name: 'Authority', ca: true, issuer: top, ...authority });
  return [await make({ name: 'Leaf', issuer: middle, ...leaf }), middle, top];
}

export async function failuresOf(
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
