import { ecdsaRawToDer } from '../asn1/ecdsa.ts';
import { contextTag } from '../asn1/tag.ts';
import { der, integer, octetString, oid, sequence, setOf } from '../asn1/write.ts';
import { encodeSignatureAlgorithm } from '../authority/algorithm.ts';
import type { Certificate } from '../authority/certificate.ts';
import type { Primitives } from '../core/primitives.ts';
import type { Signer } from '../core/signer.ts';
import { LDS_SECURITY_OBJECT } from './piv/security-object.ts';

const SIGNED_DATA = oid('1.2.840.113549.1.7.2');
const CONTENT_TYPE = oid('1.2.840.113549.1.9.3');
const MESSAGE_DIGEST = oid('1.2.840.113549.1.9.4');
const SHA256 = sequence(oid('2.16.840.1.101.3.4.2.1'));
/** Of SignedData whose content is no plain data, and of a signer that is named by the identifier of its key (RFC 5652 §5.1, §5.3). */
const VERSION_3 = integer(3);

/**
 * The security object of a card, signed: DER of a CMS ContentInfo (RFC 5652 §5) with the list of hashes in it. The signer is
 * named by its key identifier, and its certificate left out, for which the container has no room.
 * @param hashList `encodeHashList`
 */
export async function signSecurityObject(
  hashList: Uint8Array,
  { signer, certificate }: { readonly signer: Signer; readonly certificate: Certificate },
  primitives: Pick<Primitives, 'digest'>,
): Promise<Uint8Array> {
  const keyIdentifier = certificate.extensions.subjectKeyIdentifier;
  if (!keyIdentifier) throw new RangeError('a certificate of ours always has a key identifier');
  const contentType = oid(LDS_SECURITY_OBJECT);
  const attributes = setOf(
    sequence(CONTENT_TYPE, setOf(contentType)),
    sequence(MESSAGE_DIGEST, setOf(octetString(primitives.digest('SHA-256', hashList)))),
  );
  // What is signed is a SET OF; what stands in the message has another tag (§5.4).
  const stored = attributes.slice();
  stored[0] = contextTag(0);
  const signerInfo = sequence(
    VERSION_3,
    der(contextTag(0, 'primitive'), keyIdentifier),
    SHA256,
    stored,
    encodeSignatureAlgorithm(signer.algorithm),
    octetString(ecdsaRawToDer(await signer.sign(attributes))),
  );
  const content = sequence(contentType, der(contextTag(0), octetString(hashList)));
  const signedData = sequence(VERSION_3, setOf(SHA256), content, setOf(signerInfo));
  return sequence(SIGNED_DATA, der(contextTag(0), signedData));
}
