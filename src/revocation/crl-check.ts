import { equal } from '../core/bytes.ts';
import type { Primitives } from '../core/primitives.ts';
import { formatTime, type UnixSeconds } from '../core/time.ts';
import { verifySignature } from '../authority/algorithm.ts';
import type { Certificate } from '../authority/certificate.ts';
import type { RevocationAnswer, RevocationSource } from '../authority/chain.ts';
import { sameName } from '../authority/name.ts';
import { CERTIFICATE_HOLD, CRL_EXTENSION, type Crl, findRevoked, type RevokedEntry } from './crl.ts';

const KNOWN_EXTENSIONS: ReadonlySet<string> = new Set(
  Object.values(CRL_EXTENSION).filter((oid) => oid !== CRL_EXTENSION.deltaCRLIndicator),
);

/** Why a list says nothing about a certificate, its signature aside (RFC 5280 §6.3.3), or `undefined`. */
function findScopeFault(crl: Crl, certificate: Certificate, issuer: Certificate): string | undefined {
  const { keyUsage, subjectKeyIdentifier } = issuer.extensions;
  if (!sameName(crl.issuer, certificate.issuer)) return 'it is of another issuer';
  const named = crl.authorityKeyIdentifier;
  if (named && subjectKeyIdentifier && !equal(named, subjectKeyIdentifier)) return 'it is of another key';
  if (keyUsage && !keyUsage.has('cRLSign')) return 'its issuer may not sign lists';
  // A delta indicator is critical, so it is among those that we do not use.
  const stranger = crl.extensions.find(({ oid, critical }) => critical && !KNOWN_EXTENSIONS.has(oid));
  if (stranger) return `it has the unknown critical extension ${stranger.oid}`;
  if (!crl.scope) return undefined;
  if (crl.scope.unsupported) return 'it is indirect, or by reason';
  const { uris, onlyUserCertificates, onlyAuthorityCertificates } = crl.scope;
  const ca = certificate.extensions.basicConstraints?.ca === true;
  if (ca ? onlyUserCertificates : onlyAuthorityCertificates) return 'it is of other kinds of certificates';
  const points = certificate.extensions.crlDistributionPoints ?? [];
  return uris.length > 0 && !uris.some((uri) => points.includes(uri)) ? 'it is another part' : undefined;
}

/** Compromised before its revocation was recorded: the earlier time counts. */
function effectiveSince({ since, invalidityDate }: RevokedEntry): UnixSeconds {
  return invalidityDate !== undefined && invalidityDate < since ? invalidityDate : since;
}

function answerOf(crl: Crl, certificate: Certificate, at: UnixSeconds): RevocationAnswer {
  const asOf = crl.thisUpdate;
  const entry = findRevoked(crl, certificate.serial.hex);
  if (!entry) return { status: 'good', asOf, detail: `not in list ${crl.number} of ${formatTime(asOf)}` };
  const since = effectiveSince(entry);
  if (since > at) return { status: 'good', asOf, detail: `revoked only later, on ${formatTime(since)}` };
  const status = entry.reason === CERTIFICATE_HOLD ? 'suspended' : 'revoked';
  const reason = entry.reason === undefined ? {} : { reason: entry.reason };
  return { status, since, ...reason, asOf, detail: `${status} since ${formatTime(since)} (list ${crl.number})` };
}

export interface CrlSourceOptions {
  /** When the lists must be fresh, where that is not the time that is judged: old signatures, today's lists. */
  readonly freshAt?: UnixSeconds;
}

/**
 * Answers from complete lists that the issuer itself signed. Lists of other issuers, of another scope, not yet or no longer
 * fresh, or with a bad signature are passed over; of the others the one with the highest number answers. Each list's signature
 * is verified once per issuer.
 */
export function crlRevocation(
  crls: readonly Crl[],
  primitives: Pick<Primitives, 'verify'>,
  options: CrlSourceOptions = {},
): RevocationSource {
  const verified = new Map<Crl, Map<Uint8Array, Promise<boolean>>>();
  const isSigned = (crl: Crl, issuer: Certificate): Promise<boolean> => {
    const known = verified.get(crl) ?? new Map<Uint8Array, Promise<boolean>>();
    verified.set(crl, known);
    const { spki } = issuer.key;
    const result =
      known.get(spki) ??
      verifySignature(crl.signatureAlgorithm.algorithm, issuer.key, crl.tbs, crl.signature, primitives);
    known.set(spki, result);
    return result;
  };
  return async (certificate, issuer, at) => {
    const freshAt = options.freshAt ?? at;
    let best: Crl | undefined;
    let why = 'no list of its issuer';
    for (const crl of crls) {
      const fault = findScopeFault(crl, certificate, issuer);
      if (fault !== undefined) why = `no list answers: ${fault}`;
      else if (freshAt < crl.thisUpdate || freshAt > crl.nextUpdate) why = 'no list answers: it is not of this time';
      else if (best && best.number >= crl.number) continue;
      else if (await isSigned(crl, issuer)) best = crl;
      else why = 'no list answers: its signature is wrong';
    }
    return best ? answerOf(best, certificate, at) : { status: 'unknown', detail: why };
  };
}
