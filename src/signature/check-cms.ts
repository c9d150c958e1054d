import { verifySignature } from '../authority/algorithm.ts';
import { readKnownCertificate } from '../authority/known-certificate.ts';
import type { Certificate } from '../authority/certificate.ts';
import { equal } from '../core/bytes.ts';
import type { Primitives } from '../core/primitives.ts';
import { isRefusal } from '../core/refusal.ts';
import { failed, passed, unknown, type Check } from '../core/verdict.ts';
import { issuerAndSerialOf, OID_DATA } from './cms.ts';
import { readSignedData, type SignedAttributes, type SignedData, type SignerId } from './signed-data.ts';

/** What a CMS over the signed bytes turned out to be. A missing `data` could not be read. */
export interface CmsFinding {
  readonly checks: readonly Check[];
  readonly data: SignedData | undefined;
  /** The signer's, believed only as far as the checks say; its chain is judged apart. */
  readonly certificate: Certificate | undefined;
}

export interface CmsRules {
  /** The dictionary says ETSI.CAdES.detached: what PAdES requires is required. */
  readonly pades: boolean;
}

/** Candidates for the signer that we read before giving up: equal names and numbers are somebody's trick. */
const MAX_CANDIDATES = 5;

/**
 * Judges the value of `/Contents` over the signed parts of the file, in the order of ETSI EN 319 102-1 §5.3: format,
 * content, digest, signer, binding, signature. What we cannot compute is `unknown`, never `fail`. Never throws on
 * hostile input.
 */
export async function checkCms(
  contents: Uint8Array,
  parts: readonly Uint8Array[],
  rules: CmsRules,
  primitives: Pick<Primitives, 'digest' | 'verify'>,
): Promise<CmsFinding> {
  let data: SignedData;
  try {
    data = readSignedData(contents);
  } catch (error) {
    if (!isRefusal(error)) throw error;
    return {
      checks: [failed('signature/cms', `${error.code}: ${error.message}`)],
      data: undefined,
      certificate: undefined,
    };
  }
  const checks: Check[] = [passed('signature/cms', data.isDer ? 'one signer, DER' : 'one signer, BER')];
  checks.push(checkContent(data));
  const { attributes } = data;
  if (!attributes) {
    const report = rules.pades ? failed : unknown;
    checks.push(report('signature/attributes', 'no signed attributes'));
    return { checks, data, certificate: findSigner(data) };
  }
  checks.push(checkAttributes(attributes), checkDigest(data, attributes, parts, primitives));
  const certificate = findSigner(data, primitives);
  const binding = checkBinding(attributes, certificate, rules, primitives);
  if (binding) checks.push(binding);
  checks.push(await checkValue(data, attributes, certificate, primitives));
  return { checks, data, certificate };
}

function checkContent(data: SignedData): Check {
  if (data.content !== undefined) return failed('signature/content', 'the CMS encloses a content of its own');
  if (data.contentType !== OID_DATA) return failed('signature/content', `content of type ${data.contentType}`);
  return passed('signature/content', 'detached');
}

function checkAttributes(attributes: SignedAttributes): Check {
  if (attributes.contentType !== OID_DATA) return failed('signature/attributes', 'content-type is not id-data');
  if (!attributes.messageDigest) return failed('signature/attributes', 'no message-digest');
  return passed('signature/attributes', 'content-type and message-digest once');
}

function checkDigest(
  data: SignedData,
  attributes: SignedAttributes,
  parts: readonly Uint8Array[],
  primitives: Pick<Primitives, 'digest'>,
): Check {
  const { algorithm, oid } = data.digestAlgorithm;
  if (!algorithm) return unknown('signature/digest', `a digest that we do not compute: ${oid}`);
  const digest = primitives.digest(algorithm, ...parts);
  return attributes.messageDigest && equal(attributes.messageDigest, digest)
    ? passed('signature/digest', algorithm)
    : failed('signature/digest', `the signed bytes do not have the signed ${algorithm} digest`);
}

/** The certificate that the SignerInfo names; of several by that name, the one that the signed attribute binds. */
function findSigner(data: SignedData, primitives?: Pick<Primitives, 'digest'>): Certificate | undefined {
  const candidates: Certificate[] = [];
  for (const encoded of data.certificates) {
    if (candidates.length === MAX_CANDIDATES) break;
    const certificate = readIfNamed(encoded, data.signer);
    if (certificate) candidates.push(certificate);
  }
  const bound = data.attributes?.signingCertificate;
  const algorithm = bound?.algorithm.algorithm;
  if (candidates.length > 1 && bound && algorithm && primitives) {
    const match = candidates.find(({ encoded }) => equal(primitives.digest(algorithm, encoded), bound.hash));
    if (match) return match;
  }
  return candidates[0];
}

/** The certificate, if it is the one that the SignerInfo names and it can be read. */
function readIfNamed(encoded: Uint8Array, signer: SignerId): Certificate | undefined {
  try {
    if ('issuer' in signer) {
      const { issuer, serial } = issuerAndSerialOf(encoded);
      const named = equal(signer.issuer, issuer.encoded) && equal(signer.serial, serial.contents);
      return named ? readKnownCertificate(encoded) : undefined;
    }
    const certificate = readKnownCertificate(encoded);
    const { subjectKeyIdentifier } = certificate.extensions;
    return subjectKeyIdentifier && equal(signer.subjectKeyIdentifier, subjectKeyIdentifier) ? certificate : undefined;
  } catch (error) {
    if (isRefusal(error)) return undefined;
    throw error;
  }
}

/** RFC 5035 §5.4: without it another certificate for the same key could be put in the signer's place. */
function checkBinding(
  attributes: SignedAttributes,
  certificate: Certificate | undefined,
  rules: CmsRules,
  primitives: Pick<Primitives, 'digest'>,
): Check | undefined {
  const bound = attributes.signingCertificate;
  if (!bound) {
    return rules.pades ? failed('signature/certificate-binding', 'no signing-certificate attribute') : undefined;
  }
  const { algorithm, oid } = bound.algorithm;
  if (!certificate) return unknown('signature/certificate-binding', 'the signing certificate was not found');
  if (!algorithm) return unknown('signature/certificate-binding', `a digest that we do not compute: ${oid}`);
  return equal(primitives.digest(algorithm, certificate.encoded), bound.hash)
    ? passed('signature/certificate-binding', `signing-certificate version ${bound.version}`)
    : failed('signature/certificate-binding', 'the signed attribute names another certificate');
}

async function checkValue(
  data: SignedData,
  attributes: SignedAttributes,
  certificate: Certificate | undefined,
  primitives: Pick<Primitives, 'verify'>,
): Promise<Check> {
  const { algorithm, oid } = data.signatureAlgorithm;
  if (!certificate) return unknown('signature/value', 'the signing certificate is not enclosed, or cannot be read');
  if (!algorithm) return unknown('signature/value', `a signature algorithm that we do not verify: ${oid}`);
  const { key } = certificate;
  if (key.algorithm.kind === 'unknown') return unknown('signature/value', `an unknown key: ${key.algorithm.oid}`);
  return (await verifySignature(algorithm, key, attributes.encoded, data.signature, primitives))
    ? passed('signature/value', algorithm.name)
    : failed('signature/value', 'the signature is not of this key over these attributes');
}
