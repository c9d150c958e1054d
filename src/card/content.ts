import { ecdsaRawToDer } from '../asn1/ecdsa.ts';
import { open, readAll, readDer, readOctetString, readSetOf } from '../asn1/read.ts';
import { contextTag } from '../asn1/tag.ts';
import { der, integer, octetString, oid, sequence, setOf } from '../asn1/write.ts';
import { encodeSignatureAlgorithm, verifySignature } from '../authority/algorithm.ts';
import type { Certificate } from '../authority/certificate.ts';
import { equal } from '../core/bytes.ts';
import type { Primitives } from '../core/primitives.ts';
import { isRefusal } from '../core/refusal.ts';
import type { Signer } from '../core/signer.ts';
import { LDS_SECURITY_OBJECT } from './piv/security-object.ts';

const SIGNED_DATA = oid('1.2.840.113549.1.7.2');
const CONTENT_TYPE = oid('1.2.840.113549.1.9.3');
const MESSAGE_DIGEST = oid('1.2.840.113549.1.9.4');
const SHA256 = sequence(oid('2.16.840.1.101.3.4.2.1'));
/** Of SignedData whose content is no plain data, and of a signer that is named by the identifier of its key (RFC 5652 §5.1, §5.3). */
const VERSION_3 = integer(3);

const ALGORITHM = { name: 'ECDSA', digest: 'SHA-256' } as const;

/**
 * The security object of a card, signed: DER of a CMS ContentInfo (RFC 5652 §5) with the list of hashes in it. The signer is
 * named by its key identifier, and its certificate left out, for which the container has no room: `/ca/tarjetas.cer` has it.
 * @param hashList `encodeHashList`
 */
export async function signSecurityObject(
  hashList: Uint8Array,
  { signer, certificate }: { readonly signer: Signer; readonly certificate: Certificate },
  primitives: Pick<Primitives, 'digest'>,
): Promise<Uint8Array> {
  const signature = ecdsaRawToDer(await signer.sign(attributesOf(hashList, primitives)));
  return messageOf(hashList, keyIdentifierOf(certificate), signature, primitives);
}

/**
 * The list of hashes in a message of the one form that `signSecurityObject` writes, signed by the key of this certificate; else
 * why not. Never throws on hostile input.
 */
export async function openSecurityObject(
  message: Uint8Array,
  certificate: Certificate,
  primitives: Pick<Primitives, 'digest' | 'verify'>,
): Promise<{ readonly hashList: Uint8Array } | { readonly fault: 'form' | 'signature' }> {
  const found = partsOf(message);
  if (!found) return { fault: 'form' };
  const { hashList, signature } = found;
  // Whatever else a CMS may hold, ours holds nothing but this.
  if (!equal(messageOf(hashList, keyIdentifierOf(certificate), signature, primitives), message))
    return { fault: 'form' };
  const signed = attributesOf(hashList, primitives);
  const isSigned = await verifySignature(ALGORITHM, certificate.key, signed, signature, primitives);
  return isSigned ? { hashList } : { fault: 'signature' };
}

function keyIdentifierOf({ extensions: { subjectKeyIdentifier } }: Certificate): Uint8Array {
  if (!subjectKeyIdentifier) throw new RangeError('a certificate of ours always has a key identifier');
  return subjectKeyIdentifier;
}

/** What is signed (§5.4). */
function attributesOf(hashList: Uint8Array, { digest }: Pick<Primitives, 'digest'>): Uint8Array {
  return setOf(
    sequence(CONTENT_TYPE, setOf(oid(LDS_SECURITY_OBJECT))),
    sequence(MESSAGE_DIGEST, setOf(octetString(digest('SHA-256', hashList)))),
  );
}

function messageOf(
  hashList: Uint8Array,
  keyIdentifier: Uint8Array,
  signature: Uint8Array,
  primitives: Pick<Primitives, 'digest'>,
): Uint8Array {
  // What is signed is a SET OF; what stands in the message has another tag (§5.4).
  const stored = attributesOf(hashList, primitives).slice();
  stored[0] = contextTag(0);
  const signerInfo = sequence(
    VERSION_3,
    der(contextTag(0, 'primitive'), keyIdentifier),
    SHA256,
    stored,
    encodeSignatureAlgorithm(ALGORITHM),
    octetString(signature),
  );
  const content = sequence(oid(LDS_SECURITY_OBJECT), der(contextTag(0), octetString(hashList)));
  const signedData = sequence(VERSION_3, setOf(SHA256), content, setOf(signerInfo));
  return sequence(SIGNED_DATA, der(contextTag(0), signedData));
}

/** Where the two things stand that vary. */
function partsOf(message: Uint8Array): { hashList: Uint8Array; signature: Uint8Array } | undefined {
  try {
    const info = open(readDer(message));
    info.next();
    const data = open(open(info.next(), contextTag(0)).next());
    data.next();
    data.next();
    const content = open(data.next());
    content.next();
    const hashList = readOctetString(open(content.next(), contextTag(0)).next());
    const [signerInfo] = readSetOf(data.next(), undefined, 1);
    const fields = readAll(signerInfo!, undefined, 6);
    return fields.length === 6 ? { hashList, signature: readOctetString(fields[5]!) } : undefined;
  } catch (error) {
    if (isRefusal(error, 'asn1/malformed')) return undefined;
    throw error;
  }
}
