import { toHex } from '../core/bytes.ts';
import type { State } from '../core/verdict.ts';
import { decodeProfile } from '../directory/profile.ts';
import type { CredentialSubject } from './subject.ts';

type Person = Pick<
  CredentialSubject,
  'name' | 'legalGround' | 'post' | 'unit' | 'powers' | 'mayAsk' | 'neverAsks' | 'photo'
>;

/** Whether who has a credential in this state is shown: of somebody who left, or of one that is revoked, only words remain. */
export function isPersonShown(state: State): boolean {
  return state === 'current' || state === 'suspended' || state === 'expired' || state === 'not-yet-valid';
}

/** What an encoded profile lets the public see. */
export function personOf(encoded: Uint8Array): Person {
  const profile = decodeProfile(encoded);
  return {
    ...(profile.name !== undefined && { name: profile.name }),
    ...(profile.publication.state === 'reserved' && { legalGround: profile.publication.legalGround }),
    post: profile.post,
    unit: profile.unit,
    powers: profile.powers,
    mayAsk: profile.mayAsk,
    neverAsks: profile.neverAsks,
    ...(profile.photo && { photo: toHex(profile.photo.thumbnailSha256) }),
  };
}
