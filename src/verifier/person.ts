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

/**
 * What an encoded profile lets the public see.
 * @param reserved the legal ground where its person came under reserve since: neither name nor photo, whatever it has
 */
export function personOf(encoded: Uint8Array, reserved?: string): Person {
  const { publication, ...profile } = decodeProfile(encoded);
  const legalGround = reserved ?? (publication.state === 'reserved' ? publication.legalGround : undefined);
  const isNamed = reserved === undefined;
  return {
    ...(isNamed && profile.name !== undefined && { name: profile.name }),
    ...(legalGround !== undefined && { legalGround }),
    post: profile.post,
    unit: profile.unit,
    powers: profile.powers,
    mayAsk: profile.mayAsk,
    neverAsks: profile.neverAsks,
    ...(isNamed && profile.photo && { photo: toHex(profile.photo.thumbnailSha256) }),
  };
}
