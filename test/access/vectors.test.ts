import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { verifyAuthenticationResponse } from '@simplewebauthn/server';
import { describe, expect, test } from 'vitest';
import { verifyAssertion, type AssertionFinding } from '../../src/access/assertion.ts';
import { readRegistration, type RegistrationResponse } from '../../src/access/registration.ts';
import { nodePrimitives } from '../../src/adapters/primitives.ts';
import { fromBase64Url, toBase64Url } from '../../src/core/base64.ts';
import { fromHex, toHex, utf8 } from '../../src/core/bytes.ts';
import { decodeCbor, encodeCbor, type CborValue } from '../../src/core/cbor.ts';

interface Case {
  readonly name: string;
  readonly challenge: string;
  readonly answer: RegistrationResponse;
  readonly registration: { readonly credentialId: string; readonly spki: string; readonly signCount: number };
  readonly assertions: readonly {
    readonly challenge: string;
    readonly authenticatorData: string;
    readonly clientDataJSON: string;
    readonly signature: string;
    readonly finding: AssertionFinding;
  }[];
}

const { rpId, origin, cases } = JSON.parse(
  readFileSync(join(import.meta.dirname, '..', 'vectors', 'webauthn.json'), 'utf8'),
) as { readonly rpId: string; readonly origin: string; readonly cases: readonly Case[] };

/** The COSE_Key at the end of a registration without extensions (WebAuthn L3 §6.5.1). */
function coseKeyOf({ response }: RegistrationResponse): Uint8Array<ArrayBuffer> {
  const attestation = decodeCbor(fromBase64Url(response.attestationObject)!) as Map<string, CborValue>;
  const data = attestation.get('authData') as Uint8Array;
  return Uint8Array.from(data.subarray(55 + data[53]! * 256 + data[54]!));
}

describe('what Chromium answered is read for ever as it was (test/vectors/webauthn.json)', () => {
  test.each(cases.map((one) => [one.name, one] as const))(
    '%s',
    async (_, { challenge, answer, registration, assertions }) => {
      const read = await readRegistration(answer, { challenge: fromHex(challenge)!, rpId, origins: [origin] });
      const { credentialId, spki } = read;
      expect({ ...read, credentialId: toHex(credentialId), spki: toHex(spki) }).toEqual(registration);
      for (const { finding, ...one } of assertions) {
        const assertion = {
          authenticatorData: fromHex(one.authenticatorData)!,
          clientDataJSON: utf8(one.clientDataJSON),
          signature: fromHex(one.signature)!,
        };
        const expected = { challenge: fromHex(one.challenge)!, spki, rpIds: [rpId], origins: [origin] };
        expect(await verifyAssertion(assertion, expected, nodePrimitives)).toEqual(finding);
      }
    },
  );

  test.each(cases.map((one) => [one.name, one] as const))('%s: another reader finds the same', async (_, one) => {
    expect(encodeCbor(decodeCbor(coseKeyOf(one.answer)))).toEqual(coseKeyOf(one.answer));
    for (const { challenge, authenticatorData, clientDataJSON, signature, finding } of one.assertions) {
      const { id, rawId } = one.answer;
      const told = await verifyAuthenticationResponse({
        response: {
          ...{ id, rawId, type: 'public-key', clientExtensionResults: {} },
          response: {
            authenticatorData: toBase64Url(fromHex(authenticatorData)!),
            clientDataJSON: toBase64Url(utf8(clientDataJSON)),
            signature: toBase64Url(fromHex(signature)!),
          },
        },
        expectedChallenge: toBase64Url(fromHex(challenge)!),
        expectedOrigin: origin,
        expectedRPID: rpId,
        credential: { id, publicKey: coseKeyOf(one.answer), counter: one.registration.signCount },
        requireUserVerification: true,
      }).then(
        ({ verified, authenticationInfo: { newCounter } }) => ({
          outcome: verified ? 'good' : 'bad',
          signCount: newCounter,
        }),
        () => ({ outcome: 'bad' }),
      );
      expect(finding).toMatchObject(told);
    }
  });
});
