import {
  generateRegistrationOptions,
  verifyRegistrationResponse,
  type PublicKeyCredentialCreationOptionsJSON,
  type RegistrationResponseJSON,
} from '@simplewebauthn/server';
import { fromBase64Url, toBase64Url } from '../core/base64.ts';
import { decodeCbor, type CborValue } from '../core/cbor.ts';
import { isRefusal, Refusal } from '../core/refusal.ts';
import { readAuthenticatorData } from './authenticator-data.ts';
import { MOST_CLIENT_DATA_BYTES, readClientData } from './client-data.ts';
import type { AccessCode } from './code.ts';
import { spkiOfCoseKey } from './cose-key.ts';
import { findNewKeyFault } from './passkey-key.ts';

/*
 * How a passkey is made: at the server alone. Assertions are judged without the library (assertion.ts), and so is here all that
 * they will be judged by, so that nobody leaves with a passkey whose assertions do not count.
 */

/** How a browser reaches a passkey (WebAuthn L3 §5.8.4): hints for later requests, never a ground to decline one. */
const TRANSPORTS = ['ble', 'cable', 'hybrid', 'internal', 'nfc', 'smart-card', 'usb'] as const;
export type Transport = (typeof TRANSPORTS)[number];

export interface RegistrationRequest {
  readonly rpId: string;
  /** What people call the service. */
  readonly rpName: string;
  /** 32 bytes, for this request alone. */
  readonly challenge: Uint8Array;
  readonly user: {
    /** 1 to 64 bytes that say nothing about the person (§14.6.1). */
    readonly handle: Uint8Array;
    readonly name: string;
    readonly displayName: string;
  };
  /** Those that the person has: the same device is not registered twice. */
  readonly exclude: readonly { readonly credentialId: Uint8Array; readonly transports: readonly Transport[] }[];
}

/** What a browser answers, in the form of `PublicKeyCredential.toJSON()`; more fields are ignored. */
export interface RegistrationResponse {
  readonly id: string;
  readonly rawId: string;
  readonly type: string;
  readonly response: {
    readonly clientDataJSON: string;
    readonly attestationObject: string;
    readonly transports?: readonly string[] | undefined;
  };
}

export interface ExpectedRegistration {
  readonly challenge: Uint8Array;
  readonly rpId: string;
  readonly origins: readonly string[];
}

export interface Registration {
  readonly credentialId: Uint8Array;
  /** DER SubjectPublicKeyInfo of ES256 or RS256. */
  readonly spki: Uint8Array;
  readonly signCount: number;
  readonly backupEligible: boolean;
  readonly transports: readonly Transport[];
}

const ALGORITHMS = [-7, -257];
/** §5.1: five minutes are the least where people are to be verified. */
const TIMEOUT_MILLISECONDS = 300_000;
/** An identifier of 1023 bytes, an RSA key of 4096 bits and a signature with it. */
const MOST_ATTESTATION_BYTES = 4096;
const CREDENTIAL_ID_BYTES = { least: 16, most: 1023 } as const;

function decline(code: AccessCode, message: string, found?: string): never {
  throw new Refusal<AccessCode>(code, message, found === undefined ? {} : { found });
}

function malformed(what: string): never {
  throw new Refusal<AccessCode>('access/registration-malformed', what, { what });
}

/** What to ask a browser for: a passkey that it can find by itself, whose holder it verifies, made by nobody in particular. */
export function registrationOptions(request: RegistrationRequest): Promise<PublicKeyCredentialCreationOptionsJSON> {
  const { rpId, rpName, challenge, user, exclude } = request;
  return generateRegistrationOptions({
    rpName,
    rpID: rpId,
    challenge: Uint8Array.from(challenge),
    userID: Uint8Array.from(user.handle),
    userName: user.name,
    userDisplayName: user.displayName,
    timeout: TIMEOUT_MILLISECONDS,
    attestationType: 'none',
    authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
    supportedAlgorithmIDs: ALGORITHMS,
    excludeCredentials: exclude.map(({ credentialId, transports }) => ({
      id: toBase64Url(credentialId),
      transports: [...transports],
    })),
  });
}

function bytesOf(text: string, least: number, most: number, what: string): Uint8Array {
  // Measured before it is decoded: of so many characters come no more bytes.
  const bytes = text.length <= Math.ceil((most * 4) / 3) ? fromBase64Url(text) : undefined;
  return bytes && bytes.length >= least ? bytes : malformed(what);
}

function checkClientData(bytes: Uint8Array, expected: ExpectedRegistration): void {
  const client = readClientData(bytes);
  if (!client) malformed('client data of another form');
  if (client.type !== 'webauthn.create') malformed(`client data of ${client.type}`);
  if (client.challenge !== toBase64Url(expected.challenge)) {
    decline('access/registration-challenge', 'made for another challenge');
  }
  const { origin } = client;
  if (!expected.origins.includes(origin)) decline('access/registration-origin', `made at ${origin}`, origin);
  if (client.isFramed) decline('access/registration-origin', 'made inside the page of another origin');
}

function isMap(value: CborValue | undefined): value is ReadonlyMap<number | string, CborValue> {
  return value instanceof Map;
}

/**
 * Only what says nothing of the maker reaches the library: no statement, or one that the new key signs itself (§8.2). We ask for no
 * more, and the others are verified with certificates that come along, and with what those point to on the network.
 */
function checkAttestation(bytes: Uint8Array): void {
  let attestation: CborValue;
  try {
    attestation = decodeCbor(bytes, { maxDepth: 3, maxItems: 16 });
  } catch (error) {
    if (isRefusal(error)) malformed('an attestation object of another form');
    throw error;
  }
  if (!isMap(attestation)) malformed('an attestation object that is none');
  const [format, statement, data] = ['fmt', 'attStmt', 'authData'].map((name) => attestation.get(name));
  if (format !== 'none' && format !== 'packed') malformed('an attestation that nobody asked for');
  if (!isMap(statement) || statement.has('x5c')) malformed('an attestation that nobody asked for');
  const authenticator = data instanceof Uint8Array ? readAuthenticatorData(data) : undefined;
  if (!authenticator) malformed('authenticator data that are none');
  if (!authenticator.isUserVerified) decline('access/registration-unverified', 'made without verifying its holder');
}

/**
 * What a browser answered to `registrationOptions`, as it is kept. That the key is the person's is proven by its first assertion:
 * nothing here is signed.
 * @throws Refusal `access/registration-…`
 */
export async function readRegistration(
  answer: RegistrationResponse,
  expected: ExpectedRegistration,
): Promise<Registration> {
  const { id, rawId, type, response } = answer;
  const { least, most } = CREDENTIAL_ID_BYTES;
  const credentialId = bytesOf(id, least, most, `a credential id that is not of ${least} to ${most} bytes`);
  checkClientData(bytesOf(response.clientDataJSON, 1, MOST_CLIENT_DATA_BYTES, 'client data out of bounds'), expected);
  checkAttestation(bytesOf(response.attestationObject, 1, MOST_ATTESTATION_BYTES, 'an attestation out of bounds'));

  const read = await verify(
    { id, rawId, type: type as 'public-key', response: only(response), clientExtensionResults: {} },
    expected,
  );
  // The library does not compare them: the one outside is said by the browser, the one inside by the authenticator.
  if (read.credential.id !== id) malformed('another credential id outside than inside');
  const spki = spkiOfCoseKey(read.credential.publicKey);
  if (!spki) decline('access/registration-key-unfit', 'a key of another form than ES256 and RS256 have');
  const fault = findNewKeyFault(spki);
  if (fault !== undefined) decline('access/registration-key-unfit', fault, fault);
  return {
    credentialId,
    spki,
    signCount: read.credential.counter,
    backupEligible: read.credentialDeviceType === 'multiDevice',
    transports: TRANSPORTS.filter((transport) => response.transports?.includes(transport)),
  };
}

function only({
  clientDataJSON,
  attestationObject,
}: RegistrationResponse['response']): RegistrationResponseJSON['response'] {
  return { clientDataJSON, attestationObject };
}

type RegistrationInfo = NonNullable<Awaited<ReturnType<typeof verifyRegistrationResponse>>['registrationInfo']>;

/** Whatever the library says no with, it says in the words of developers. */
async function verify(response: RegistrationResponseJSON, expected: ExpectedRegistration): Promise<RegistrationInfo> {
  const found = await verifyRegistrationResponse({
    response,
    expectedChallenge: toBase64Url(expected.challenge),
    expectedOrigin: [...expected.origins],
    expectedRPID: expected.rpId,
    requireUserPresence: true,
    requireUserVerification: true,
    supportedAlgorithmIDs: ALGORITHMS,
  }).catch((error: unknown) => malformed(error instanceof Error ? error.message : 'declined by the library'));
  return found.registrationInfo ?? malformed('an attestation whose signature is wrong');
}
