import { readDer } from '../../asn1/read.ts';
import { TAG } from '../../asn1/tag.ts';
import { concat } from '../../core/bytes.ts';
import { isRefusal } from '../../core/refusal.ts';
import { encodeObject } from '../tlv.ts';
import { malformed } from './answer.ts';
import { endOfContainer, fieldOf, fixedField, readFields } from './container.ts';

const CERTIFICATE = 0x70;
const INFORMATION = 0x71;
/** For cards of the Department of Defense; nobody writes it any more. */
const MSCUID = 0x72;

/** The container of an X.509 certificate (SP 800-73-5 Part 1, appendix A): its DER, not compressed. */
export function encodeCertificate(certificate: Uint8Array): Uint8Array {
  return concat(encodeObject(CERTIFICATE, certificate), encodeObject(INFORMATION, Uint8Array.of(0)), endOfContainer());
}

/**
 * The DER of the certificate in the container: one SEQUENCE and nothing behind it. What it says is for others to judge.
 * @throws Refusal `card/malformed`, also for one that is compressed
 */
export function readCertificate(bytes: Uint8Array): Uint8Array {
  const what = 'certificate';
  const fields = readFields(bytes, [CERTIFICATE, INFORMATION, MSCUID], what);
  const certificate = fieldOf(fields, CERTIFICATE, what);
  const information = fixedField(fields, INFORMATION, 1, what)[0];
  if (information !== 0) malformed(what, 'a certificate that is compressed');
  try {
    readDer(certificate, TAG.sequence);
  } catch (error) {
    if (!isRefusal(error)) throw error;
    malformed(what, 'a certificate that is cut short, or longer than it says');
  }
  return certificate;
}
