import { generateKeyPairSync } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { verifyAssertion } from '../../src/access/assertion.ts';
import { spkiOfCoseKey } from '../../src/access/cose-key.ts';
import { readRegistration, registrationOptions, type RegistrationResponse } from '../../src/access/registration.ts';
import { nodePrimitives } from '../../src/adapters/primitives.ts';
import { fromBase64Url, toBase64Url } from '../../src/core/base64.ts';
import { concat, utf8 } from '../../src/core/bytes.ts';
import { decodeCbor, encodeCbor, type CborValue } from '../../src/core/cbor.ts';
import { isRefusal } from '../../src/core/refusal.ts';
import { SoftAuthenticator, type Slips } from '../doubles/soft-authenticator.ts';
import { CHALLENGE, creationOptions, PANEL, RP_ID } from '../support/passkeys.ts';
import { codeOfAct } from '../support/refuses.ts';

const EXPECTED = { challenge: CHALLENGE, rpId: RP_ID, origins: [PANEL] };

function made(slips: Slips = {}, algorithm: 'ES256' | 'RS256' = 'ES256'): RegistrationResponse {
  return new SoftAuthenticator(PANEL).create(creationOptions(algorithm), slips);
}

function codeOfMade(slips: Slips): Promise<string> {
  return codeOfAct(() => readRegistration(made(slips), EXPECTED));
}

type Attestation = Map<string, CborValue>;

/** An answer whose attestation object is another. */
function reattested(answer: RegistrationResponse, change: (attestation: Attestation) => void): RegistrationResponse {
  const attestation = new Map(decodeCbor(fromBase64Url(answer.response.attestationObject)!) as Attestation);
  change(attestation);
  return { ...answer, response: { ...answer.response, attestationObject: toBase64Url(encodeCbor(attestation)) } };
}

/** An answer for an identifier and a key of the test's own. */
function withCredential(id: Uint8Array, cose: CborValue | Uint8Array): RegistrationResponse {
  const answer = reattested(made(), (attestation) => {
    const fixed = (attestation.get('authData') as Uint8Array).subarray(0, 37);
    const length = Uint8Array.of(id.length >> 8, id.length & 0xff);
    const key = cose instanceof Uint8Array ? cose : encodeCbor(cose);
    attestation.set('authData', concat(fixed, new Uint8Array(16), length, id, key));
  });
  return { ...answer, id: toBase64Url(id), rawId: toBase64Url(id) };
}

const ID = new Uint8Array(16).fill(7);

function ecKey(change: readonly (readonly [number, CborValue])[] = []): Map<number, CborValue> {
  const { x, y } = generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey.export({ format: 'jwk' });
  return new Map<number, CborValue>([
    [1, 2],
    [3, -7],
    [-1, 1],
    [-2, fromBase64Url(x!)!],
    [-3, fromBase64Url(y!)!],
    ...change,
  ]);
}

function rsaKey(modulusLength: number, change: readonly (readonly [number, CborValue])[] = []): Map<number, CborValue> {
  const { n, e } = generateKeyPairSync('rsa', { modulusLength }).publicKey.export({ format: 'jwk' });
  return new Map<number, CborValue>([[1, 3], [3, -257], [-1, fromBase64Url(n!)!], [-2, fromBase64Url(e!)!], ...change]);
}

describe('what a browser is asked for', () => {
  const request = {
    rpId: RP_ID,
    rpName: 'Alcaldía Cuauhtémoc',
    challenge: CHALLENGE,
    user: { handle: Uint8Array.of(9, 9), name: 'maria', displayName: 'María' },
    exclude: [{ credentialId: ID, transports: ['usb'] as const }],
  };

  test('is a passkey that is found by itself, verifies its holder, signs with ES256 or RS256, and tells no maker', async () => {
    expect(await registrationOptions(request)).toMatchObject({
      rp: { id: RP_ID, name: 'Alcaldía Cuauhtémoc' },
      user: { id: toBase64Url(Uint8Array.of(9, 9)), name: 'maria', displayName: 'María' },
      challenge: toBase64Url(CHALLENGE),
      authenticatorSelection: { residentKey: 'required', requireResidentKey: true, userVerification: 'required' },
      pubKeyCredParams: [{ alg: -7 }, { alg: -257 }],
      attestation: 'none',
      excludeCredentials: [{ id: toBase64Url(ID), transports: ['usb'] }],
    });
  });

  test('is answered by an authenticator, and taken', async () => {
    const authenticator = new SoftAuthenticator(PANEL);
    const answer = authenticator.create(await registrationOptions(request));
    expect((await readRegistration(answer, EXPECTED)).spki).toEqual(authenticator.passkeys[0]!.spki);
  });
});

describe('a passkey is kept', () => {
  test.for(['ES256', 'RS256'] as const)('with the key that its assertions are judged by: %s', async (algorithm) => {
    const authenticator = new SoftAuthenticator(PANEL);
    const answer = authenticator.create(creationOptions(algorithm), { signCount: 7, backupEligible: true });
    const [passkey] = authenticator.passkeys;
    const registration = await readRegistration(answer, EXPECTED);
    expect(registration).toEqual({
      credentialId: passkey!.id,
      spki: passkey!.spki,
      signCount: 7,
      backupEligible: true,
      transports: ['internal'],
    });
    const { assertion } = authenticator.get({ challenge: toBase64Url(CHALLENGE) });
    const expected = { challenge: CHALLENGE, spki: registration.spki, rpIds: [RP_ID], origins: [PANEL] };
    expect(await verifyAssertion(assertion, expected, nodePrimitives)).toMatchObject({ outcome: 'good' });
  });

  test('that is not synced, with extension outputs', async () => {
    const answer = made({ extensions: new Map([['credProtect', 2]]) });
    expect(await readRegistration(answer, EXPECTED)).toMatchObject({ backupEligible: false });
  });

  test('with the known ways to reach it, and no others', async () => {
    const answer = made();
    const transports = ['usb', 'pigeon', 'nfc', 'usb'];
    const changed = { ...answer, response: { ...answer.response, transports } };
    expect((await readRegistration(changed, EXPECTED)).transports).toEqual(['nfc', 'usb']);
    const without = { ...answer, response: { ...answer.response, transports: undefined } };
    expect((await readRegistration(without, EXPECTED)).transports).toEqual([]);
  });

  test.for([16, 1023])('with an identifier of %i bytes', async (length) => {
    const id = new Uint8Array(length).fill(1);
    expect((await readRegistration(withCredential(id, ecKey()), EXPECTED)).credentialId).toEqual(id);
  });

  test('with the longest that there can be: an identifier of 1023 bytes and RSA of 4096 bits', async () => {
    const registration = await readRegistration(withCredential(new Uint8Array(1023), rsaKey(4096)), EXPECTED);
    expect(registration.spki.length).toBe(550);
  });
});

describe('a passkey is declined', () => {
  const MADE: readonly (readonly [string, string, Slips])[] = [
    ['for another challenge', 'challenge', { challenge: new Uint8Array(32) }],
    ['on another page', 'origin', { origin: 'https://panel.cuauhtemoc.example.evil.example' }],
    ['in the page of another', 'origin', { crossOrigin: true }],
    ['without verifying its holder', 'unverified', { userVerified: false }],
    ['while nobody was there', 'malformed', { userPresent: false }],
    ['for another rpId', 'malformed', { rpId: 'cuauhtemoc.example' }],
    ['by what is no registration', 'malformed', { type: 'webauthn.get' }],
    [
      'by a browser whose assertions would not be read',
      'malformed',
      { clientData: (text) => text.replaceAll('/', '\\/') },
    ],
    ['backed up and not eligible for it', 'malformed', { backedUp: true }],
    ['with bytes after its data', 'malformed', { extraBytes: Uint8Array.of(0) }],
  ];
  test.for(MADE)('made %s: %s', async ([, code, slips]) => {
    expect(await codeOfMade(slips)).toBe(`access/registration-${code}`);
  });

  test('and the page where it was made is told', async () => {
    const told = await readRegistration(made({ origin: 'https://evil.example' }), EXPECTED).catch(
      (error: unknown) => error,
    );
    expect(told).toMatchObject({ facts: { found: 'https://evil.example' } });
  });

  const x5c: CborValue = [new Uint8Array(300)];
  const ATTESTATIONS: readonly (readonly [string, (attestation: Attestation) => void])[] = [
    ['of a maker, with certificates', (a) => a.set('fmt', 'packed').set('attStmt', new Map([['x5c', x5c]]))],
    ['of a TPM', (a) => a.set('fmt', 'tpm')],
    ['of FIDO U2F', (a) => a.set('fmt', 'fido-u2f')],
    [
      'by itself, with a wrong signature',
      (a) =>
        a.set('fmt', 'packed').set(
          'attStmt',
          new Map<string, CborValue>([
            ['alg', -7],
            ['sig', new Uint8Array(70)],
          ]),
        ),
    ],
    ['whose statement is no map', (a) => a.set('attStmt', 1)],
    ['without data', (a) => a.delete('authData')],
    ['with data that are cut short', (a) => a.set('authData', new Uint8Array(36))],
    ['with none of a credential', (a) => a.set('authData', flagged(a.get('authData') as Uint8Array))],
  ];
  function flagged(data: Uint8Array): Uint8Array {
    const out = data.slice(0, 37);
    out[32] = 0x05;
    return out;
  }
  test.for(ATTESTATIONS)('with an attestation %s', async ([, change]) => {
    const answer = reattested(made(), change);
    expect(await codeOfAct(() => readRegistration(answer, EXPECTED))).toBe('access/registration-malformed');
  });

  test('with more than the library may see, before it sees it', async () => {
    const whatOf = async (answer: RegistrationResponse): Promise<unknown> =>
      readRegistration(answer, EXPECTED).catch((error: unknown) => isRefusal(error) && error.facts['what']);
    expect(await whatOf(made({ type: 'webauthn.get' }))).toBe('client data of webauthn.get');
    for (const [, change] of ATTESTATIONS.slice(0, 3)) {
      expect(await whatOf(reattested(made(), change))).toBe('an attestation that nobody asked for');
    }
    const cut = reattested(made(), (attestation) => attestation.set('authData', new Uint8Array(36)));
    expect(await whatOf(cut)).toBe('authenticator data that are none');
  });

  const BYTES: readonly (readonly [string, Partial<RegistrationResponse['response']>])[] = [
    ['an attestation that is no map', { attestationObject: toBase64Url(Uint8Array.of(0x80)) }],
    ['an attestation that is not CBOR', { attestationObject: toBase64Url(Uint8Array.of(0xff)) }],
    ['an attestation that is not base64url', { attestationObject: 'o2N=' }],
    ['no attestation', { attestationObject: '' }],
    ['an attestation beyond bounds', { attestationObject: toBase64Url(new Uint8Array(4097)) }],
    ['client data that are padded', { clientDataJSON: `${made().response.clientDataJSON}=` }],
    ['client data beyond bounds', { clientDataJSON: toBase64Url(utf8(`{"a":"${'a'.repeat(5000)}"}`)) }],
  ];
  test.for(BYTES)('with %s', async ([, change]) => {
    const answer = made();
    const changed = { ...answer, response: { ...answer.response, ...change } };
    expect(await codeOfAct(() => readRegistration(changed, EXPECTED))).toBe('access/registration-malformed');
  });

  test.for([15, 1024])('with an identifier of %i bytes', async (length) => {
    const answer = withCredential(new Uint8Array(length), ecKey());
    expect(await codeOfAct(() => readRegistration(answer, EXPECTED))).toBe('access/registration-malformed');
  });

  test('that is called otherwise outside than inside', async () => {
    const answer = made();
    const other = toBase64Url(ID);
    for (const changed of [{ id: other, rawId: other }, { id: other }, { rawId: other }, { type: 'password' }]) {
      const code = await codeOfAct(() => readRegistration({ ...answer, ...changed }, EXPECTED));
      expect(code).toBe('access/registration-malformed');
    }
  });

  const zero = new Uint8Array(32);
  /** The same point, its last byte of x at the beginning of y. */
  function divided(key: Map<number, CborValue>): Map<number, CborValue> {
    const [x, y] = [key.get(-2) as Uint8Array, key.get(-3) as Uint8Array];
    return key.set(-2, x.subarray(0, 31)).set(-3, concat(x.subarray(31), y));
  }
  const KEYS: readonly (readonly [string, () => Map<number, CborValue>])[] = [
    ['off its curve', () => ecKey([[-2, zero]])],
    ['with a coordinate cut short', () => ecKey([[-2, zero.subarray(1)]])],
    ['whose point is divided elsewhere', () => divided(ecKey())],
    ['of another curve', () => ecKey([[-1, 2]])],
    ['with a parameter too many', () => ecKey([[-4, 1]])],
    ['of RSA for ES256', () => rsaKey(2048, [[3, -7]])],
    ['of RSA with 1024 bits', () => rsaKey(1024)],
    ['of RSA with exponent 3', () => rsaKey(2048, [[-2, Uint8Array.of(3)]])],
    ['of RSA with zeros in front', () => rsaKey(2048, [[-2, Uint8Array.of(0, 1, 0, 1)]])],
    ['of RSA with a parameter too many', () => rsaKey(2048, [[-3, 1]])],
    ['of RSA with a factor of 3', () => rsaKey(2048, [[-1, new Uint8Array(256).fill(0xff)]])],
  ];
  test.for(KEYS)('with a key %s', async ([, key]) => {
    const answer = withCredential(ID, key());
    expect(await codeOfAct(() => readRegistration(answer, EXPECTED))).toBe('access/registration-key-unfit');
  });

  test('so that no other form of a key becomes one of ours', () => {
    expect(spkiOfCoseKey(encodeCbor(ecKey()))).toHaveLength(91);
    for (const label of [-2, -3]) expect(spkiOfCoseKey(encodeCbor(ecKey([[label, zero.subarray(1)]])))).toBeUndefined();
    expect(spkiOfCoseKey(encodeCbor([2, -7, 1]))).toBeUndefined();
  });

  test('with a key of an algorithm that was not asked for', async () => {
    const answer = withCredential(ID, new Map<number, CborValue>([[1, 1], [3, -8], [-1, 6], [-2, zero]])); // prettier-ignore
    expect(await codeOfAct(() => readRegistration(answer, EXPECTED))).toBe('access/registration-malformed');
  });
});

test(
  'whatever a browser answers is refused with a code, or is the passkey that was made',
  { timeout: 60_000 },
  async () => {
    const answer = made();
    const object = fromBase64Url(answer.response.attestationObject)!;
    const kept = await readRegistration(answer, EXPECTED);
    await fc.assert(
      fc.asyncProperty(fc.nat(object.length), fc.nat(6), fc.uint8Array({ maxLength: 6 }), async (at, cut, put) => {
        const changed = concat(object.subarray(0, at), put, object.subarray(at + cut));
        const response = { ...answer.response, attestationObject: toBase64Url(changed) };
        try {
          // Nothing is signed: the maker's name and the counter may be others.
          expect((await readRegistration({ ...answer, response }, EXPECTED)).credentialId).toEqual(kept.credentialId);
        } catch (error) {
          if (!isRefusal(error) || !error.code.startsWith('access/registration-')) throw error;
        }
      }),
      { numRuns: 3_000 },
    );
  },
);
