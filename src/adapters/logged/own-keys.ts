import { readCertificate } from '../../authority/certificate.ts';
import { equal } from '../../core/bytes.ts';
import { isRefusal } from '../../core/refusal.ts';
import type { Signer } from '../../core/signer.ts';
import type { Credential } from '../../credential/credential.ts';
import type { CredentialStore } from '../../credential/store.ts';
import { refuseRow } from './as-logged.ts';

/** The keys of signers that the installation holds. */
export interface OwnKeys {
  /** @throws Refusal `log/corrupt` unless the certificate is of the key that the row names; those of the keys */
  signerOf(credential: Credential): Promise<Signer>;
  /** `rows`, of which none is found that names another key than its own. @throws Refusal likewise */
  checked(rows: CredentialStore): CredentialStore;
}

/** No leaf holds under which name a key is kept: a row that names another would make that one sign, an authority's too. */
export function ownKeys(keyNamed: (name: string) => Promise<Signer>): OwnKeys {
  const known = new WeakMap<Credential, Signer>();
  const signerOf = async (credential: Credential): Promise<Signer> => {
    const { serial, keyName = '', certificate } = credential;
    const kept = known.get(credential);
    if (kept) return kept;
    const signer = await keyNamed(keyName).catch((error: unknown) => {
      // No key of ours ever had such a name.
      if (isRefusal(error, 'keys/name')) refuseRow('credential', serial);
      throw error;
    });
    if (!certificate || !equal(readCertificate(certificate).key.spki, signer.spki)) refuseRow('credential', serial);
    known.set(credential, signer);
    return signer;
  };
  return {
    signerOf,
    checked: (rows) => ({
      ...rows,
      async find(serial) {
        const found = await rows.find(serial);
        // While no folio is taken.
        if (found?.record.keyPlace === 'soft' && found.record.certificate) await signerOf(found.record);
        return found;
      },
    }),
  };
}
