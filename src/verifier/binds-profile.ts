import { readDer, readOctetString } from '../asn1/read.ts';
import type { Certificate } from '../authority/certificate.ts';
import { profileHashOid } from '../authority/profile.ts';
import { equal } from '../core/bytes.ts';
import type { Primitives } from '../core/primitives.ts';
import { isRefusal } from '../core/refusal.ts';
import { decodeProfile } from '../directory/profile.ts';
import type { Knowledge } from './knowledge.ts';

/** Whether a certificate commits to this public profile, and that is of this official. */
export function bindsProfile(
  certificate: Certificate,
  profile: Uint8Array,
  officialId: string,
  { trust }: Pick<Knowledge, 'trust'>,
  primitives: Pick<Primitives, 'digest'>,
): boolean {
  const oid = profileHashOid(trust.charter.arc);
  const extension = certificate.extensions.all.find((one) => one.oid === oid);
  if (!extension) return false;
  try {
    const bound = equal(readOctetString(readDer(extension.value)), primitives.digest('SHA-256', profile));
    return bound && decodeProfile(profile).id === officialId;
  } catch (error) {
    if (isRefusal(error)) return false;
    throw error;
  }
}
