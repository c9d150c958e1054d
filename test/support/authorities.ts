import { readDer } from '../../src/asn1/read.ts';
import { generateKey, type KeyKind, type SoftwareKey } from '../../src/adapters/keys.ts';
import { nodePrimitives } from '../../src/adapters/primitives.ts';
import { systemRandom } from '../../src/adapters/system.ts';
import { readPublicKey, type PublicKey } from '../../src/authority/algorithm.ts';
import type { AuthorityId } from '../../src/authority/authority.ts';
import { createAuthorities } from '../../src/authority/ceremony.ts';
import type { Certificate } from '../../src/authority/certificate.ts';
import { completeCertificate, prepareCertificate } from '../../src/authority/issue.ts';
import { DEVELOPMENT_POLICY_ARC } from '../../src/authority/policy.ts';
import { type CertificateDraft, makeSerial } from '../../src/authority/prepare.ts';
import { fromHex } from '../../src/core/bytes.ts';
import { parseTime, type UnixSeconds } from '../../src/core/time.ts';

/** The day on which these authorities were made. */
export const MADE_AT: UnixSeconds = parseTime('2026-11-21T18:00:00Z')!;
export const ORIGIN = 'https://verifica.alcaldia.example';
export const ARC: string = DEVELOPMENT_POLICY_ARC;
export const INSTITUTION = 'Alcaldía de Prueba Ñandú';

/** Of a card, version 4. */
export const GUID: Uint8Array = fromHex('00112233445546778899aabbccddeeff')!;

export const DAY_SECONDS = 86_400;

export function later(seconds: number): UnixSeconds {
  return (MADE_AT + seconds) as UnixSeconds;
}

export function publicKeyOf(key: SoftwareKey): PublicKey {
  return readPublicKey(readDer(key.signer.spki));
}

export interface TestAuthorities {
  readonly at: UnixSeconds;
  readonly keys: Readonly<Record<AuthorityId, SoftwareKey>>;
  readonly certificates: Readonly<Record<AuthorityId, Certificate>>;
  /** The bodies that were recorded before they were signed, in order. */
  readonly intents: readonly { readonly authority: AuthorityId; readonly tbs: Uint8Array }[];
}

/** A root and two issuing authorities with throwaway keys, as a development installation has them; made at `at`. */
export async function makeTestAuthorities(at: UnixSeconds = MADE_AT): Promise<TestAuthorities> {
  const keys = {
    raiz: await generateKey('P-384'),
    credenciales: await generateKey('P-256'),
    oficios: await generateKey('P-256'),
  };
  const intents: { authority: AuthorityId; tbs: Uint8Array }[] = [];
  const created = await createAuthorities(
    {
      clock: () => at,
      random: systemRandom,
      primitives: nodePrimitives,
      recordIntent: async (intent) => void intents.push(intent),
    },
    {
      institution: INSTITUTION,
      country: 'MX',
      origin: ORIGIN,
      arc: ARC,
      signers: { raiz: keys.raiz.signer, credenciales: keys.credenciales.signer, oficios: keys.oficios.signer },
    },
  );
  const [raiz, credenciales, oficios] = created.map(({ certificate }) => certificate);
  return { at, keys, certificates: { raiz: raiz!, credenciales: credenciales!, oficios: oficios! }, intents };
}

/** Who issues a certificate of this profile. */
const issuerOf = (profile: 'staff' | 'signer' | 'card') => (profile === 'signer' ? 'oficios' : 'credenciales');

/** A draft that passes the linter, for a staff member's, a signer's or a card's certificate. */
export function draftFor(
  authorities: TestAuthorities,
  profile: 'staff' | 'signer' | 'card',
  key: PublicKey,
  changes: Partial<CertificateDraft> = {},
): CertificateDraft {
  return {
    profile,
    arc: ARC,
    origin: ORIGIN,
    serial: makeSerial(systemRandom),
    subject: {
      country: 'MX',
      organization: INSTITUTION,
      unit: 'Subdirección de Control de Ingresos',
      title: 'Subdirectora',
      serialNumber: 'E-000123',
      commonName: 'María Núñez Ibarra',
    },
    key,
    notBefore: authorities.at,
    notAfter: (authorities.at + 365 * DAY_SECONDS) as UnixSeconds,
    issuer: authorities.certificates[issuerOf(profile)],
    ...(profile !== 'signer' && { profileHash: nodePrimitives.digest('SHA-256', Uint8Array.of(1)) }),
    ...(profile === 'card' && { cardGuid: GUID }),
    ...changes,
  };
}

export interface TestLeaf {
  readonly certificate: Certificate;
  readonly key: SoftwareKey;
}

/** A certificate of a staff member, a signer or a card, and its key. */
export async function issueTestLeaf(
  authorities: TestAuthorities,
  profile: 'staff' | 'signer' | 'card',
  changes: Partial<CertificateDraft> = {},
  kind: KeyKind = 'P-256',
): Promise<TestLeaf> {
  const key = await generateKey(kind);
  const draft = draftFor(authorities, profile, publicKeyOf(key), changes);
  const prepared = prepareCertificate(draft, authorities.at, nodePrimitives);
  const issuer = issuerOf(profile);
  const signature = await authorities.keys[issuer].signer.sign(prepared.tbs);
  const issuerKey = authorities.certificates[issuer].key;
  return { certificate: await completeCertificate(prepared, signature, issuerKey, nodePrimitives), key };
}
