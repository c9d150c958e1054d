import { createHash } from 'node:crypto';
import type { Assertion, ExpectedAssertion } from '../../src/access/assertion.ts';
import { toBase64Url } from '../../src/core/base64.ts';
import {
  SoftAuthenticator,
  type CreationOptions,
  type Slips,
  type SoftPasskey,
} from '../doubles/soft-authenticator.ts';

export const PANEL = 'https://panel.cuauhtemoc.example';
export const RP_ID = 'panel.cuauhtemoc.example';
/** The hash of something that is authorised. */
export const CHALLENGE: Uint8Array = new Uint8Array(createHash('sha256').update('an act').digest());

/** What a browser is asked for when a passkey is made, as far as the algorithm matters. */
export function creationOptions(algorithm: SoftPasskey['algorithm'] = 'ES256'): CreationOptions {
  return {
    rp: { id: RP_ID },
    user: { id: toBase64Url(Uint8Array.of(1, 2, 3)) },
    challenge: toBase64Url(CHALLENGE),
    pubKeyCredParams: [{ alg: algorithm === 'ES256' ? -7 : -257 }],
  };
}

/** An assertion over `CHALLENGE` by a fresh passkey, and what it has to be about. */
export function asserted(
  slips: Slips = {},
  algorithm: SoftPasskey['algorithm'] = 'ES256',
): { readonly assertion: Assertion; readonly expected: ExpectedAssertion } {
  const authenticator = new SoftAuthenticator(PANEL);
  authenticator.create(creationOptions(algorithm));
  const { assertion } = authenticator.get({ challenge: toBase64Url(CHALLENGE), rpId: RP_ID }, slips);
  const { spki } = authenticator.passkeys[0]!;
  return { assertion, expected: { challenge: CHALLENGE, spki, rpIds: [RP_ID], origins: [PANEL] } };
}
