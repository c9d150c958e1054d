import { Refusal } from '../core/refusal.ts';
import type { UnixSeconds } from '../core/time.ts';
import type { Credential } from '../credential/credential.ts';
import type { CredentialStore } from '../credential/store.ts';
import { mandateAt, parseOfficialId, type Official } from '../directory/official.ts';
import type { DirectoryStore } from '../directory/store.ts';
import type { Versioned } from '../log/ledger.ts';
import type { OficioCode } from './oficio.ts';

export interface Signatory {
  readonly official: Versioned<Official>;
  readonly credential: Credential & { readonly certificate: Uint8Array };
}

function counts(credential: Credential, at: UnixSeconds): credential is Signatory['credential'] {
  return (
    credential.state === 'issued' &&
    credential.certificate !== undefined &&
    credential.notBefore <= at &&
    at <= credential.notAfter
  );
}

/**
 * The official and the certificate that sign at `at`: a mandate today, and the newest signer's credential in force.
 * @throws Refusal `oficio/signer-not-found`, `oficio/signer-without-mandate`, `oficio/signer-without-credential`
 */
export async function chooseSigner(
  deps: { readonly directory: DirectoryStore; readonly credentials: CredentialStore },
  signerId: string,
  at: UnixSeconds,
): Promise<Signatory> {
  const id = parseOfficialId(signerId);
  const official = id && (await deps.directory.findOfficial(id));
  if (!official) {
    throw new Refusal<OficioCode>('oficio/signer-not-found', 'no such official', { signer: signerId.slice(0, 40) });
  }
  const { record } = official;
  const mandate = mandateAt(record, at);
  if (mandate !== 'current') {
    throw new Refusal<OficioCode>('oficio/signer-without-mandate', `mandate ${mandate}`, {
      signer: record.id,
      mandate,
    });
  }
  const all = await deps.credentials.list({ officialId: record.id, kind: 'signer', state: 'issued', limit: 100 });
  const [credential] = all.filter((one) => counts(one, at)).toSorted((a, b) => b.notBefore - a.notBefore);
  if (!credential) {
    throw new Refusal<OficioCode>('oficio/signer-without-credential', 'no credential to sign letters with', {
      signer: record.id,
    });
  }
  return { official, credential };
}
