import type { Charter } from '../../authority/charter.ts';
import { equal } from '../../core/bytes.ts';
import { Outage, Refusal } from '../../core/refusal.ts';
import { install, KEY_KINDS, type InstallationRole, type InstallRequest } from '../install.ts';
import type { KeysCode } from '../keys-code.ts';
import { FileKeys } from '../keys.ts';
import { canonicalPassphrase } from '../keys/passphrase.ts';
import { createUnlock, openUnlock, type Custodian, type UnlockOptions } from '../keys/unlock.ts';
import { generateKey, type SoftwareKey } from '../software-key.ts';
import type { MediaCode } from './media-code.ts';
import { completeMedium, forgetRootKey, writeRootKey, type RootMedium } from './root-media.ts';

export type FoundingStep = 'keys' | 'media' | 'authorities' | 'placing';

export interface FoundRequest extends Omit<InstallRequest, 'makeKeys' | 'beforePlacing'> {
  /** Who can open the keys of the service; more are added later. */
  readonly custodian: Custodian;
  readonly media: readonly [RootMedium, RootMedium];
  /** What is to be read on the media, of this root. */
  readMe(keyId: string): string;
  readonly unlock?: Pick<UnlockOptions, 'scrypt'>;
  onStep?(step: FoundingStep): void;
}

export interface Founded {
  readonly charter: Charter;
  /** Of the root: how its folder on each medium is called. */
  readonly rootKeyId: string;
}

/** @throws Refusal `founding/passphrase-repeated`, `keys/passphrase-weak` */
export function checkPassphrases(passphrases: readonly Uint8Array[]): void {
  const canonical = passphrases.map(canonicalPassphrase);
  const isRepeated = canonical.some((one, i) => canonical.slice(0, i).some((other) => equal(one, other)));
  for (const one of canonical) one.fill(0);
  // Whoever opens the service every day must not open the root with that.
  if (isRepeated) throw new Refusal<MediaCode>('founding/passphrase-repeated', 'one passphrase for two things');
}

type Keys = Readonly<Record<InstallationRole, Pick<SoftwareKey, 'signer'>>>;

/** Every key but the root's, encrypted in the folder; read back with the custodian's passphrase. */
async function makeServiceKeys(
  folder: string,
  { custodian, unlock }: Pick<FoundRequest, 'custodian' | 'unlock'>,
): Promise<Omit<Keys, 'raiz'>> {
  const encryption = await createUnlock(folder, [custodian], unlock);
  try {
    const keys = new FileKeys(folder, { encryption });
    const served = Object.entries(KEY_KINDS).filter(([role]) => role !== 'raiz');
    const made = await Promise.all(
      served.map(async ([role, kind]) => [role, await keys.generate(role, kind)] as const),
    );
    const again = await openUnlock(folder, custodian.passphrase);
    try {
      const read = new FileKeys(folder, { encryption: again });
      for (const [role, { signer }] of made) {
        if (equal((await read.get(role)).signer.spki, signer.spki)) continue;
        throw new Outage<KeysCode>('keys/unavailable', `key ${role} was not written as it is`, { reason: 'EIO' });
      }
    } finally {
      again.close();
    }
    return Object.fromEntries(made) as unknown as Omit<Keys, 'raiz'>;
  } finally {
    encryption.close();
  }
}

/**
 * Founds an installation that counts: its keys encrypted in the data folder, the root's on two removable media alone, its founders in
 * the charter. A stop leaves either nothing or a whole installation in the data folder; on the media a key that nothing stands on may
 * be left, which the next try takes away (`clearMedium`).
 * @throws Refusal `founding/passphrase-repeated`, and those of `install` and the keys; Outage `founding/medium-…`
 */
export async function foundInstallation(request: FoundRequest): Promise<Founded> {
  const { media, onStep = () => {}, readMe, unlock } = request;
  checkPassphrases([request.custodian, ...media.map(({ custodian }) => custodian)].map(({ passphrase }) => passphrase));
  const root = await generateKey(KEY_KINDS.raiz);
  try {
    const charter = await install({
      ...request,
      async makeKeys(folder) {
        onStep('keys');
        const keys = await makeServiceKeys(folder, request);
        onStep('media');
        // Before it signs anything: a root that nobody can read back is none.
        for (const medium of media) await writeRootKey(medium, root, unlock);
        onStep('authorities');
        return { ...keys, raiz: root };
      },
      async beforePlacing(made) {
        onStep('placing');
        const papers = { ...made, readMe: readMe(root.keyId) };
        for (const medium of media) await completeMedium(medium, root, papers);
      },
    });
    return { charter, rootKeyId: root.keyId };
  } catch (error) {
    for (const medium of media) await forgetRootKey(medium, root);
    throw error;
  } finally {
    root.pkcs8.fill(0);
  }
}
