import { describe, expect, test } from 'vitest';
import { verifyAssertion } from '../../src/access/assertion.ts';
import { passkeyAlgorithmOf } from '../../src/access/passkey-key.ts';
import { readRegistration, registrationOptions } from '../../src/access/registration.ts';
import { nodePrimitives } from '../../src/adapters/primitives.ts';
import { fromBase64Url, toBase64Url } from '../../src/core/base64.ts';
import { noBrowser } from '../support/chromium.ts';
import { CHALLENGE, PANEL, RP_ID } from '../support/passkeys.ts';
import { withVirtualPasskeys } from '../support/virtual-passkeys.ts';

describe.skipIf(noBrowser)(`a passkey in Chromium ${noBrowser ?? ''}`, () => {
  const request = {
    rpId: RP_ID,
    rpName: 'Alcaldía Cuauhtémoc',
    challenge: CHALLENGE,
    user: { handle: Uint8Array.of(1, 2, 3), name: 'maria', displayName: 'María' },
    exclude: [],
  };
  const expected = { challenge: CHALLENGE, rpId: RP_ID, origins: [PANEL] };
  const asked = { challenge: toBase64Url(CHALLENGE), rpId: RP_ID };

  const KINDS = [
    ['ES256', -7, false],
    ['RS256', -257, false],
    ['ES256, synced', -7, true],
  ] as const;
  test.for(KINDS)(
    'is registered, and what it asserts counts: %s',
    { timeout: 60_000 },
    async ([kind, alg, isBackedUp]) => {
      await withVirtualPasskeys(PANEL, { isBackedUp }, async (passkeys) => {
        const options = await registrationOptions(request);
        // The device takes the first that it can.
        const pubKeyCredParams = options.pubKeyCredParams.toSorted((one) => (one.alg === alg ? -1 : 1));
        const registration = await readRegistration(await passkeys.create({ ...options, pubKeyCredParams }), expected);
        expect(passkeyAlgorithmOf(registration.spki)).toBe(kind.slice(0, 5));
        expect(registration).toMatchObject({ backupEligible: isBackedUp, transports: ['internal'] });

        const judge = async (more: object): Promise<unknown> => {
          const { id, response } = await passkeys.get({ ...asked, ...more });
          expect(fromBase64Url(id)).toEqual(registration.credentialId);
          const assertion = {
            authenticatorData: fromBase64Url(response.authenticatorData)!,
            clientDataJSON: fromBase64Url(response.clientDataJSON)!,
            signature: fromBase64Url(response.signature)!,
          };
          const about = { challenge: CHALLENGE, spki: registration.spki, rpIds: [RP_ID], origins: [PANEL] };
          return verifyAssertion(assertion, about, nodePrimitives);
        };
        const good = { outcome: 'good', backupEligible: isBackedUp, backedUp: isBackedUp, rpId: RP_ID, origin: PANEL };
        expect(await judge({ userVerification: 'required' })).toMatchObject(good);
        await passkeys.setVerified(false);
        expect(await judge({ userVerification: 'discouraged' })).toEqual({ outcome: 'bad', why: 'user-not-verified' });
      });
    },
  );

  test('is not made twice on one device', { timeout: 60_000 }, async () => {
    await withVirtualPasskeys(PANEL, {}, async (passkeys) => {
      const { credentialId, transports } = await readRegistration(
        await passkeys.create(await registrationOptions(request)),
        expected,
      );
      const again = await registrationOptions({ ...request, exclude: [{ credentialId, transports }] });
      await expect(passkeys.create(again)).rejects.toThrow('InvalidStateError');
    });
  });
});
