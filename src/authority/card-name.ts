import { contextTag } from '../asn1/tag.ts';
import { der, sequence } from '../asn1/write.ts';
import { utf8 } from '../core/bytes.ts';
import { readRandomUuidUrn, uuidUrn } from '../core/uuid.ts';
import type { CertificateBody } from './certificate.ts';

/** SubjectAltName with the UUID of a card (SP 800-73-5 Part 1 §3.1.2, RFC 4122). @param guid 16 bytes */
export function encodeCardName(guid: Uint8Array): Uint8Array {
  return sequence(der(contextTag(6, 'primitive'), utf8(uuidUrn(guid))));
}

/** The UUID of the card on which the key of a certificate is, 16 bytes; `undefined` for a key that is on none of ours. */
export function cardGuidOf({ extensions }: Pick<CertificateBody, 'extensions'>): Uint8Array | undefined {
  for (const name of extensions.subjectAltName ?? []) {
    const guid = name.kind === 'uri' ? readRandomUuidUrn(name.value) : undefined;
    if (guid) return guid;
  }
  return undefined;
}
