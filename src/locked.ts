import type { KeyEncryption } from './adapters/keys/encryption.ts';
import { openUnlock } from './adapters/keys/unlock.ts';
import { listenLocally } from './adapters/local-socket.ts';
import type { Config } from './config.ts';
import { isRefusal } from './core/refusal.ts';
import { takingTurns } from './core/turns.ts';
import { lockedStaffApp } from './http/staff/locked-app.ts';
import type { Telemetry } from './http/telemetry.ts';

type Server = Parameters<typeof listenLocally>[0];

export interface WhileLocked {
  readonly telemetry: Telemetry;
  serverOf(fetch: (request: Request) => Response | Promise<Response>): Server;
  /** Aborted when the service is told to stop. */
  readonly stop: AbortSignal;
}

/**
 * Waits at the owner-only socket until a custodian gives a passphrase that opens the keys. Whoever calls holds the data. One
 * try after the other: each takes the memory of one, and tells only whether it opened them.
 * @returns `undefined` when the service was told to stop
 */
export async function whileLocked(
  config: Pick<Config, 'socketFile' | 'keysFolder'>,
  { telemetry, serverOf, stop }: WhileLocked,
): Promise<KeyEncryption | undefined> {
  const { promise, resolve } = Promise.withResolvers<KeyEncryption | undefined>();
  const inTurn = takingTurns();
  let isOpen = false;
  const app = lockedStaffApp((passphrase) =>
    inTurn(async () => {
      const encryption = await openUnlock(config.keysFolder, passphrase).catch((error: unknown) => {
        if (isRefusal(error, 'keys/passphrase-wrong')) telemetry.notice('unlock/refused');
        else telemetry.failure('unlock', error);
        throw error;
      });
      if (isOpen) encryption.close();
      else resolve(encryption);
      isOpen = true;
    }),
  );
  const onStop = (): void => resolve(undefined);
  stop.addEventListener('abort', onStop, { once: true });
  if (stop.aborted) onStop();
  const closeSocket = await listenLocally(serverOf(app.fetch), config);
  telemetry.notice('locked');
  try {
    return await promise;
  } finally {
    stop.removeEventListener('abort', onStop);
    await closeSocket();
    if (isOpen) telemetry.notice('unlocked');
  }
}
