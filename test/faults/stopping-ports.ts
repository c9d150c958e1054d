import { writeSync } from 'node:fs';
import { toBase64 } from '../../src/core/base64.ts';
import type { StoredKey } from '../../src/adapters/keys.ts';
import type { Ports } from '../../src/ports.ts';

/** What the process prints of every use of a key, before anything can stop it. */
export interface Signed {
  readonly signed: string;
  /** What was signed, and the signature, base64. */
  readonly data: string;
  readonly signature: string;
}

/** One line of JSON, written through at once: what is printed is known to have happened, even after kill -9. */
export function tell(line: object): void {
  writeSync(1, `${JSON.stringify(line)}\n`);
}

/**
 * `ports` whose process kills itself with SIGKILL at the `at`-th point that it reaches, counted from 1: before and after
 * every commit, and after every signature.
 */
export function stoppingPorts(ports: Ports, at: number): Ports {
  let reached = 0;
  const reach = (): void => {
    if (++reached === at) process.kill(process.pid, 'SIGKILL');
  };
  const watched = (key: StoredKey): StoredKey => ({
    ...key,
    signer: {
      ...key.signer,
      async sign(data) {
        const signature = await key.signer.sign(data);
        tell({ signed: key.name, data: toBase64(data), signature: toBase64(signature) } satisfies Signed);
        reach();
        return signature;
      },
    },
  });
  return {
    ...ports,
    ledger: {
      async commit(act) {
        reach();
        const committed = await ports.ledger.commit(act);
        reach();
        return committed;
      },
    },
    openKeys(development) {
      const keys = ports.openKeys(development);
      return {
        get: async (name) => watched(await keys.get(name)),
        findOrGenerate: async (name, kind) => watched(await keys.findOrGenerate(name, kind)),
      };
    },
  };
}
