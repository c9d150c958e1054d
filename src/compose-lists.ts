import type { AuthorityId } from './authority/authority.ts';
import { isRefusal, Refusal } from './core/refusal.ts';
import type { RevocationCode } from './revocation/code.ts';
import type { Crl } from './revocation/crl.ts';
import { publishCrl, type PublishCrlDeps } from './revocation/publish-crl.ts';
import { completeRootCrl, prepareRootCrl, standingRootCrl, type PreparedRootCrl } from './revocation/root-crl.ts';

export interface ListDeps extends PublishCrlDeps {
  /** A development installation has its root's key at hand. */
  readonly dev: boolean;
  /** Asked before anything is signed: whether the charter is the one that the log has. */
  check(): Promise<void>;
  /** Revokes whoever has left. */
  revokeEnded(): Promise<void>;
}

/** The root's list where its key is offline: in two halves, with whoever brings the key between them. */
export interface RootCrlOffice {
  /** @throws Refusal as `prepareRootCrl`; `revocation/root-not-offline` in a development installation */
  prepare(): Promise<PreparedRootCrl>;
  /** @throws Refusal as `completeRootCrl` */
  complete(signature: Uint8Array): Promise<Crl>;
}

/** The complete lists of an installation's authorities, each by whoever holds its key. */
export function composeLists(deps: ListDeps): {
  publishCrl(authority: AuthorityId): Promise<Uint8Array>;
  readonly rootCrl: RootCrlOffice;
} {
  return {
    async publishCrl(authority) {
      await deps.check();
      if (authority === 'raiz' && !deps.dev) return (await standingRootCrl(deps)).encoded;
      // By the log whoever has left is on the list, whether their row lets itself be revoked or not.
      await deps.revokeEnded().catch((error: unknown) => {
        if (!isRefusal(error)) throw error;
      });
      return publishCrl(deps, authority);
    },
    rootCrl: {
      async prepare() {
        if (deps.dev) throw new Refusal<RevocationCode>('revocation/root-not-offline', 'the root signs by itself here');
        await deps.check();
        return prepareRootCrl(deps);
      },
      async complete(signature) {
        await deps.check();
        return completeRootCrl(deps, signature);
      },
    },
  };
}
