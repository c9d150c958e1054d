import { equal } from '../core/bytes.ts';
import { isRefusal } from '../core/refusal.ts';
import type { UnixSeconds } from '../core/time.ts';
import { signatureAlgorithmFor } from '../authority/algorithm.ts';
import type { Certificate } from '../authority/certificate.ts';
import type { Finding } from '../authority/finding.ts';
import { CRL_EXTENSION, type CrlBody, readCrlBody } from './crl.ts';
import { type CrlDraft, encodeTbsCrl } from './crl-encode.ts';

export interface CrlLintContext {
  readonly issuer: Certificate;
  readonly at: UnixSeconds;
  /** The number of the last list of this issuer and scope; absent for the first. */
  readonly previousNumber?: number;
  readonly partition?: CrlDraft['partition'];
  /** From this update to the next. Default 10 days. */
  readonly maxLifeSeconds?: number;
}

type Rule = readonly [rule: string, look: (body: CrlBody, context: CrlLintContext) => string | undefined];

const OURS = new Set<string>([
  CRL_EXTENSION.authorityKeyIdentifier,
  CRL_EXTENSION.cRLNumber,
  CRL_EXTENSION.issuingDistributionPoint,
  CRL_EXTENSION.expiredCertsOnCRL,
]);
const REASONS = new Set([undefined, 1, 2, 3, 4, 5, 6, 9]);

function scopeFault({ scope }: CrlBody, { partition }: CrlLintContext): string | undefined {
  if (!partition) return scope ? 'a scope in a list of everything' : undefined;
  if (!scope || scope.unsupported) return 'a part without its scope';
  if (scope.uris.length !== 1 || scope.uris[0] !== partition.uri) return `not the address ${partition.uri}`;
  const kind = scope.onlyUserCertificates ? 'user' : scope.onlyAuthorityCertificates ? 'authority' : undefined;
  return kind === partition.only ? undefined : 'another kind of certificates';
}

function entryFault({ entries, thisUpdate }: CrlBody): string | undefined {
  for (const { serial, since, reason, invalidityDate } of entries.values()) {
    if (/^0*$|^[0-9a-f]{41,}$/.test(serial)) return `${serial} is not a serial number`;
    if (!REASONS.has(reason)) return `reason ${reason} of ${serial}`;
    if (since > thisUpdate || (invalidityDate ?? 0) > thisUpdate) return `${serial} is revoked after this update`;
  }
  return undefined;
}

/** The encoder is deterministic: anything else in the bytes (order, times, defaults) would be a difference. */
function canonicalFault(body: CrlBody, { partition }: CrlLintContext): string | undefined {
  const { issuer, authorityKeyIdentifier, signatureAlgorithm, expiredSince } = body;
  const { algorithm } = signatureAlgorithm;
  if (!algorithm || !authorityKeyIdentifier || body.number > BigInt(Number.MAX_SAFE_INTEGER)) return 'not of ours';
  const again = encodeTbsCrl({
    issuer: issuer.encoded,
    authorityKeyIdentifier,
    signatureAlgorithm: algorithm,
    thisUpdate: body.thisUpdate,
    nextUpdate: body.nextUpdate,
    number: Number(body.number),
    entries: [...body.entries.values()],
    ...(partition && { partition }),
    ...(expiredSince !== undefined && { expiredSince }),
  });
  return equal(again, body.tbs) ? undefined : 'its bytes are not those that we write';
}

const RULES: readonly Rule[] = [
  ['crl/issuer', ({ issuer }, c) => (equal(issuer.encoded, c.issuer.subject.encoded) ? undefined : 'another name')],
  [
    'crl/issuer-may-sign',
    (_, { issuer }) => (issuer.extensions.keyUsage?.has('cRLSign') ? undefined : 'without cRLSign'),
  ],
  [
    'crl/algorithm',
    ({ signatureAlgorithm: { algorithm } }, { issuer }) =>
      JSON.stringify(algorithm) === JSON.stringify(signatureAlgorithmFor(issuer.key.algorithm))
        ? undefined
        : 'not the algorithm of the key of its issuer',
  ],
  [
    'crl/authority-key-identifier',
    ({ authorityKeyIdentifier: named }, { issuer: { extensions } }) =>
      named && extensions.subjectKeyIdentifier && equal(named, extensions.subjectKeyIdentifier)
        ? undefined
        : 'not the key identifier of its issuer',
  ],
  [
    'crl/number',
    ({ number }, { previousNumber }) =>
      number > BigInt(previousNumber ?? 0) ? undefined : `${number} after ${previousNumber ?? 0}`,
  ],
  ['crl/this-update', ({ thisUpdate }, { at }) => (thisUpdate <= at ? undefined : 'in the future')],
  [
    'crl/next-update',
    ({ thisUpdate, nextUpdate }, { maxLifeSeconds, issuer }) => {
      if (nextUpdate <= thisUpdate) return 'not after this update';
      if (thisUpdate < issuer.notBefore || thisUpdate > issuer.notAfter) return 'outside the life of its issuer';
      return nextUpdate - thisUpdate <= (maxLifeSeconds ?? 864_000) ? undefined : 'too far away';
    },
  ],
  [
    'crl/extensions',
    ({ extensions }) => {
      const odd = extensions.find(
        ({ oid, critical }) => !OURS.has(oid) || critical !== (oid === CRL_EXTENSION.issuingDistributionPoint),
      );
      return odd && `${odd.oid} is not of ours, or its criticality`;
    },
  ],
  ['crl/scope', scopeFault],
  ['crl/entries', entryFault],
  ['crl/canonical', canonicalFault],
];

/** Every rule that the body of a list breaks, read again from its bytes; none means that the key may sign it. */
export function lintCrl(tbs: Uint8Array, context: CrlLintContext): Finding[] {
  let body: CrlBody;
  try {
    body = readCrlBody(tbs);
  } catch (error) {
    if (!isRefusal(error)) throw error;
    return [{ rule: 'crl/readable', detail: error.message }];
  }
  return RULES.flatMap(([rule, look]) => {
    const detail = look(body, context);
    return detail === undefined ? [] : [{ rule, detail }];
  });
}
