import { ecdsaDerToRaw } from '../asn1/ecdsa.ts';
import { toBase64Url } from '../core/base64.ts';
import { concat, equal, utf8 } from '../core/bytes.ts';
import type { Primitives } from '../core/primitives.ts';
import { isRefusal } from '../core/refusal.ts';
import { endsAsAssertion, readAuthenticatorData } from './authenticator-data.ts';
import { MOST_CLIENT_DATA_BYTES, readClientData } from './client-data.ts';
import { passkeyAlgorithmOf } from './passkey-key.ts';

/** What a passkey answers, as it came: `AuthenticatorAssertionResponse` (WebAuthn L3 §5.2.2). */
export interface Assertion {
  readonly authenticatorData: Uint8Array;
  readonly clientDataJSON: Uint8Array;
  /** DER `Ecdsa-Sig-Value`, or PKCS #1 v1.5 (§6.5.5). */
  readonly signature: Uint8Array;
}

/** What the answer must be about. Nothing of it is taken from the answer. */
export interface ExpectedAssertion {
  /** 32 bytes: the hash of what is authorised. */
  readonly challenge: Uint8Array;
  /** DER SubjectPublicKeyInfo of the passkey, as it was registered. */
  readonly spki: Uint8Array;
  /** Any of these; more than one where the service moved. */
  readonly rpIds: readonly string[];
  /** Any of these, as browsers write them: `https://panel.example.mx`, a port only where it is not the scheme's own. */
  readonly origins: readonly string[];
}

/** Why an assertion does not count, in the order of the checks. */
export type AssertionFault =
  | 'too-long'
  | 'client-data-malformed'
  /** Not `webauthn.get`: a registration, or a payment. */
  | 'other-ceremony'
  /** About something else than what is expected. */
  | 'other-challenge'
  /** Made on another page: somebody was led to an impostor's. */
  | 'other-origin'
  /** The page was shown inside somebody else's. */
  | 'framed'
  | 'authenticator-data-malformed'
  | 'other-rp-id'
  | 'user-not-present'
  | 'user-not-verified'
  /** Backed up, and not eligible for it: no authenticator says so. */
  | 'backup-state-impossible'
  /** Not a key that passkeys are accepted with. */
  | 'key-unfit'
  | 'signature-malformed'
  | 'signature-wrong';

/**
 * Whether the holder of the key authorised `challenge`. Whether `signCount` grew, and `backupEligible` is as it was at
 * registration (§7.2 steps 19 and 22), is for whoever keeps the record.
 */
export type AssertionFinding =
  | {
      readonly outcome: 'good';
      readonly userVerified: true;
      readonly signCount: number;
      readonly backupEligible: boolean;
      readonly backedUp: boolean;
      /** Those of the expected ones that it was made for. */
      readonly rpId: string;
      readonly origin: string;
    }
  | { readonly outcome: 'bad'; readonly why: AssertionFault };

const CHALLENGE_BYTES = 32;
const MOST_AUTHENTICATOR_DATA_BYTES = 1024;
const MOST_SIGNATURE_BYTES = 1024;

type Platform = Pick<Primitives, 'digest' | 'verify'>;

function bad(why: AssertionFault): AssertionFinding {
  return { outcome: 'bad', why };
}

/** §7.2 step 21. `s` in either half counts: authenticators are not asked to lower it, so a signature is no name of an act. */
async function findSignatureFault(
  { authenticatorData, clientDataJSON, signature }: Assertion,
  spki: Uint8Array,
  primitives: Platform,
): Promise<AssertionFault | undefined> {
  const algorithm = passkeyAlgorithmOf(spki);
  if (!algorithm) return 'key-unfit';
  const signed = concat(authenticatorData, primitives.digest('SHA-256', clientDataJSON));
  if (algorithm === 'RS256') {
    const isGood = await primitives.verify({ name: 'RSASSA-PKCS1-v1_5', digest: 'SHA-256' }, spki, signed, signature);
    return isGood ? undefined : 'signature-wrong';
  }
  let raw: Uint8Array;
  try {
    raw = ecdsaDerToRaw(signature, 32);
  } catch (error) {
    if (isRefusal(error)) return 'signature-malformed';
    throw error;
  }
  const isGood = await primitives.verify({ name: 'ECDSA', digest: 'SHA-256' }, spki, signed, raw);
  return isGood ? undefined : 'signature-wrong';
}

/**
 * Judges an assertion by the steps of WebAuthn L3 §7.2, in their order, with user verification required. Says the same on every
 * platform and in every year: it needs no network, no clock and no list. Never throws on hostile input.
 */
export async function verifyAssertion(
  assertion: Assertion,
  expected: ExpectedAssertion,
  primitives: Platform,
): Promise<AssertionFinding> {
  const { authenticatorData, clientDataJSON, signature } = assertion;
  // Before anything is read.
  if (authenticatorData.length > MOST_AUTHENTICATOR_DATA_BYTES) return bad('too-long');
  if (clientDataJSON.length > MOST_CLIENT_DATA_BYTES || signature.length > MOST_SIGNATURE_BYTES) return bad('too-long');

  const client = readClientData(clientDataJSON); // steps 8 and 9
  if (!client) return bad('client-data-malformed');
  if (client.type !== 'webauthn.get') return bad('other-ceremony'); // step 10
  if (expected.challenge.length !== CHALLENGE_BYTES) return bad('other-challenge');
  if (client.challenge !== toBase64Url(expected.challenge)) return bad('other-challenge'); // step 11
  if (!expected.origins.includes(client.origin)) return bad('other-origin'); // step 12
  if (client.isFramed) return bad('framed'); // steps 13 and 14

  const data = readAuthenticatorData(authenticatorData); // §6.1
  if (!data || !endsAsAssertion(data)) return bad('authenticator-data-malformed');
  const isFor = (id: string): boolean => equal(primitives.digest('SHA-256', utf8(id)), data.rpIdHash);
  const rpId = expected.rpIds.find(isFor);
  if (rpId === undefined) return bad('other-rp-id'); // step 15
  if (!data.isUserPresent) return bad('user-not-present'); // step 16
  if (!data.isUserVerified) return bad('user-not-verified'); // step 17
  if (data.isBackedUp && !data.isBackupEligible) return bad('backup-state-impossible'); // step 18

  const fault = await findSignatureFault(assertion, expected.spki, primitives); // steps 20 and 21
  if (fault) return bad(fault);
  const { signCount, isBackupEligible: backupEligible, isBackedUp: backedUp } = data;
  return { outcome: 'good', userVerified: true, signCount, backupEligible, backedUp, rpId, origin: client.origin };
}
