import { expect, describe, test } from 'vitest';
import { nodePrimitives } from '../../src/adapters/primitives.ts';
import { type Certificate, readCertificate } from '../../src/authority/certificate.ts';
import { type ChainRequest, type ChainResult, validateChain } from '../../src/authority/chain.ts';
import { decodeOnePem } from '../../src/authority/pem.ts';
import { isRefusal } from '../../src/core/refusal.ts';
import { parseTime } from '../../src/core/time.ts';
import { failed } from '../../src/core/verdict.ts';
import { crlRevocation } from '../../src/revocation/crl-check.ts';
import { type Crl, readCrl } from '../../src/revocation/crl.ts';
import { hasShared, readSharedJson } from '../support/shared.ts';

/** C2SP/x509-limbo (Apache-2.0). */
interface LimboCase {
  id: string;
  trusted_certs: string[];
  untrusted_intermediates: string[];
  peer_certificate: string;
  validation_time: string | null;
  extended_key_usage: string[];
  expected_result: 'SUCCESS' | 'FAILURE';
  expected_peer_name: { kind: 'DNS' | 'IP' | 'RFC822'; value: string } | null;
  max_chain_depth: number | null;
  crls: string[];
}

/** Cases without a time mean "now": a fixed day, so that the result does not change with the calendar. */
const NOW = '2026-11-21T18:00:00Z';
const EKU: Readonly<Record<string, string>> = { serverAuth: '1.3.6.1.5.5.7.3.1', clientAuth: '1.3.6.1.5.5.7.3.2' };

/** Differences from what the vectors expect, each with its reason. */
const DECIDED_OTHERWISE: Readonly<Record<string, string>> = {
  'rfc5280::aki::cross-signed-root-missing-aki':
    'pedantic, and cve-2024-0567 expects the contrary: whoever else signed an anchor is not part of the path (RFC 5280 §6.1)',
};

function readAll<T>(texts: readonly string[], label: 'CERTIFICATE' | 'X509 CRL', read: (der: Uint8Array) => T): T[] {
  return texts.flatMap((text) => {
    try {
      return [read(decodeOnePem(label, text))];
    } catch (error) {
      // An unreadable certificate or list is one that was not offered.
      if (isRefusal(error)) return [];
      throw error;
    }
  });
}

function bytesOfAddress(text: string): Uint8Array {
  if (!text.includes(':')) return Uint8Array.from(text.split('.').map(Number));
  const [head, tail] = text.split('::').map((part) => part.split(':').filter(Boolean));
  const groups = [...head!, ...Array<string>(8 - head!.length - (tail?.length ?? 0)).fill('0'), ...(tail ?? [])];
  return Uint8Array.from(
    groups.flatMap((group) => [Number.parseInt(group, 16) >> 8, Number.parseInt(group, 16) & 255]),
  );
}

function dnsMatches(pattern: string, host: string): boolean {
  const [a, b] = [pattern.toLowerCase(), host.toLowerCase()];
  return a === b || (a.startsWith('*.') && b.slice(b.indexOf('.') + 1) === a.slice(2));
}

/** Comparing the name of a peer is the business of whoever connects (RFC 9525), so the harness does it. */
function namesPeer(certificate: Certificate, peer: LimboCase['expected_peer_name']): boolean {
  if (!peer) return true;
  return (certificate.extensions.subjectAltName ?? []).some((name) => {
    if (peer.kind === 'DNS') return name.kind === 'dns' && dnsMatches(name.value, peer.value);
    if (peer.kind === 'RFC822') return name.kind === 'email' && name.value === peer.value;
    return name.kind === 'ip' && Buffer.from(name.value).equals(bytesOfAddress(peer.value));
  });
}

async function judge(limbo: LimboCase): Promise<ChainResult> {
  const [certificate] = readAll([limbo.peer_certificate], 'CERTIFICATE', readCertificate);
  if (!certificate) return { outcome: 'fail', checks: [failed('limbo/leaf', 'unreadable')], development: false };
  const crls: Crl[] = readAll(limbo.crls, 'X509 CRL', readCrl);
  const [usage] = limbo.extended_key_usage;
  // An EKU that is absent allows everything in RFC 5280; we ask for it only where the case's leaf states any.
  const required = certificate.extensions.extendedKeyUsage && usage !== undefined ? EKU[usage] : undefined;
  const request: ChainRequest = {
    certificate,
    intermediates: readAll(limbo.untrusted_intermediates, 'CERTIFICATE', readCertificate),
    anchors: readAll(limbo.trusted_certs, 'CERTIFICATE', readCertificate),
    at: parseTime(limbo.validation_time ?? NOW)!,
    ...(limbo.max_chain_depth !== null && { maxDepth: limbo.max_chain_depth }),
    ...(required !== undefined && { requiredEku: required }),
    ...(limbo.crls.length > 0 && { revocation: crlRevocation(crls, nodePrimitives) }),
  };
  const result = await validateChain(request, nodePrimitives);
  if (result.outcome !== 'pass' || namesPeer(certificate, limbo.expected_peer_name)) return result;
  return { ...result, outcome: 'fail', checks: [...result.checks, failed('limbo/peer', 'another name')] };
}

describe.skipIf(!hasShared)('agrees with x509-limbo (skipped where the shared vectors are absent)', () => {
  const { testcases } = hasShared
    ? readSharedJson<{ testcases: LimboCase[] }>('vectors', 'x509-limbo.json')
    : { testcases: [] };

  test.each(testcases.map((limbo) => [limbo.id, limbo] as const))('%s', async (id, limbo) => {
    const result = await judge(limbo);
    const agrees = (result.outcome === 'pass') === (limbo.expected_result === 'SUCCESS');
    const explanation = JSON.stringify(result.checks.filter(({ outcome }) => outcome !== 'pass'));
    expect(agrees, explanation).toBe(!(id in DECIDED_OTHERWISE));
  });
});
