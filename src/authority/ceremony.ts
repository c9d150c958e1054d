import { readDer } from '../asn1/read.ts';
import { equal } from '../core/bytes.ts';
import type { Primitives } from '../core/primitives.ts';
import type { Random } from '../core/random.ts';
import { Refusal } from '../core/refusal.ts';
import type { Signer } from '../core/signer.ts';
import type { Clock } from '../core/time.ts';
import { readPublicKey } from './algorithm.ts';
import { type Authority, type AuthorityId, makeAuthority } from './authority.ts';
import type { Certificate } from './certificate.ts';
import { type AuthorityCode, readingDer } from './code.ts';
import { completeCertificate, prepareCertificate } from './issue.ts';
import { latestEnd, makeSerial } from './prepare.ts';
import type { ProfileId } from './profile.ts';

export interface CeremonyDeps {
  readonly clock: Clock;
  readonly random: Random;
  readonly primitives: Primitives;
  /**
   * Law 2: keeps the exact body before its issuer's key signs it; durable before it resolves. A ceremony that stops is begun
   * anew with new keys.
   */
  recordIntent(intent: { readonly authority: AuthorityId; readonly tbs: Uint8Array }): Promise<void>;
}

export interface CeremonyRequest {
  readonly institution: string;
  readonly country: string;
  readonly origin: string;
  /** Arc of policies and extensions; `DEVELOPMENT_POLICY_ARC` makes a development installation. */
  readonly arc: string;
  /** Root on P-384, the others on P-256. */
  readonly signers: Readonly<Record<AuthorityId, Signer>>;
}

export interface CreatedAuthority {
  readonly authority: Authority;
  readonly certificate: Certificate;
}

const STEPS: readonly (readonly [id: AuthorityId, profile: ProfileId, commonName: string])[] = [
  ['raiz', 'root', 'Autoridad raíz'],
  ['credenciales', 'credential-authority', 'Autoridad de credenciales'],
  ['oficios', 'oficio-authority', 'Autoridad de oficios'],
];

function refuseSharedKeys(signers: CeremonyRequest['signers']): void {
  const keys = STEPS.map(([id]) => signers[id].spki);
  if (keys.some((key, i) => keys.slice(0, i).some((other) => equal(key, other)))) {
    throw new Refusal<AuthorityCode>('authority/key-in-use', 'two authorities with one key');
  }
}

/**
 * Makes the root and the two issuing authorities: each body is linted, recorded, signed, and read again. Keeps nothing:
 * the caller commits the records with one leaf each (`authorityRecord`).
 * @throws Refusal `authority/lint` (also for a key of another curve), `authority/name`, `authority/key-in-use`,
 *   `authority/wrong-signature`
 */
export async function createAuthorities(
  deps: CeremonyDeps,
  request: CeremonyRequest,
): Promise<readonly CreatedAuthority[]> {
  refuseSharedKeys(request.signers);
  const at = deps.clock();
  const created: CreatedAuthority[] = [];
  for (const [id, profile, commonName] of STEPS) {
    const issuer = created[0]?.certificate;
    const key = readingDer('key', () => readPublicKey(readDer(request.signers[id].spki)));
    const { country, institution: organization, arc, origin } = request;
    const prepared = prepareCertificate(
      {
        profile,
        arc,
        origin,
        serial: makeSerial(deps.random),
        subject: { country, organization, commonName },
        key,
        notBefore: at,
        notAfter: latestEnd(profile, at, issuer),
        ...(issuer && { issuer }),
      },
      at,
      deps.primitives,
    );
    await deps.recordIntent({ authority: id, tbs: prepared.tbs });
    const signature = await request.signers.raiz.sign(prepared.tbs);
    const certificate = await completeCertificate(prepared, signature, (issuer ?? { key }).key, deps.primitives);
    created.push({ authority: makeAuthority(id, certificate, at, deps.primitives), certificate });
  }
  return created;
}
