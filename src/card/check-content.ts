import type { Certificate } from '../authority/certificate.ts';
import { equal } from '../core/bytes.ts';
import type { Primitives } from '../core/primitives.ts';
import { isRefusal } from '../core/refusal.ts';
import { failed, passed, type Check } from '../core/verdict.ts';
import { openSecurityObject } from './content.ts';
import { readChuid } from './piv/chuid.ts';
import { changedObjects, readHashList, readSecurityObject } from './piv/security-object.ts';

/** What a chip shows of its content without a PIN; absent where there is none, or a torn one. */
export interface ShownContent {
  readonly chuid?: Uint8Array;
  readonly securityObject?: Uint8Array;
}

/** What `challengeCard` has shown. */
export const CHALLENGED: Check = passed(
  'card/challenge',
  'the card signed fresh bytes with the key of its certificate',
);

const CHECK = 'card/security-object';
/** Read with the PIN alone, so that at a counter nobody can compare them. */
const LOCKED = ['printed-information', 'facial-image'];

/**
 * Whether the office signed what the card says of itself: the signature, and the hash of the CHUID, which has GUID and last
 * day in it. What is read with the PIN is not looked at. Never throws on hostile input.
 * @param guid of the card that the certificate of the proven key names: a chip may answer otherwise each time that it is asked
 * @param signer certificate of the key that signs what stands on cards
 */
export async function checkContent(
  { chuid, securityObject }: ShownContent,
  guid: Uint8Array,
  signer: Certificate,
  primitives: Pick<Primitives, 'digest' | 'verify'>,
): Promise<Check> {
  if (!chuid || !securityObject) return failed(CHECK, 'the card has no signed list of what stands on it');
  try {
    const { objects, signed } = readSecurityObject(securityObject);
    const opened = await openSecurityObject(signed, signer, primitives);
    if ('fault' in opened) return failed(CHECK, FAULTS[opened.fault]);
    const hashes = readHashList(opened.hashList);
    if (hashes.length !== objects.length) return failed(CHECK, FAULTS.form);
    const changed = changedObjects({ objects, hashes }, [{ name: 'chuid', value: chuid }], primitives);
    const seen = changed.filter((name) => !LOCKED.includes(name));
    if (seen.length > 0) return failed(CHECK, `not what the office signed: ${seen.join(', ')}`);
    if (!equal(readChuid(chuid).guid, guid)) return failed(CHECK, 'what the office signed of another card');
    return passed(CHECK, 'the office signed what the card says of itself; what the PIN guards was not read');
  } catch (error) {
    if (isRefusal(error, 'card/malformed')) return failed(CHECK, FAULTS.form);
    throw error;
  }
}

const FAULTS = {
  form: 'the signed list is in another form, or of another signer',
  signature: 'the signature of the list is wrong',
} as const;
