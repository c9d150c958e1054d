import { isRefusal } from '../core/refusal.ts';
import { mandateAt, parseOfficialId, type OfficialId } from '../directory/official.ts';
import { revokeCredential, type ChangeStatusDeps } from './change-status.ts';
import type { Credential } from './credential.ts';
import type { CredentialStore } from './store.ts';

const PAGE = 500;

/** How soon after its last day a credential is revoked, where nobody ended it by hand. */
const RECONCILE_SECONDS = 60;

export interface RevokeEndedDeps extends ChangeStatusDeps {
  /** Also rows that somebody edited, which `store` refuses by name: what is looked through here must not leave them out. */
  readonly every: Pick<CredentialStore, 'list'>;
}

/**
 * Revokes what belongs to somebody who has left (`affiliationChanged`), so that lists and pages say the same: at once for
 * `only`, or for everybody whose last day has come since. What was only prepared is revoked too: its certificate may exist.
 * Nobody is looked for by columns of the database alone: whoever edits one would keep a credential off the lists.
 * @returns what was revoked
 * @throws Refusal as `store` does of the first credential that somebody edited, once all others are revoked
 */
async function revokeEnded(deps: RevokeEndedDeps, only?: OfficialId): Promise<readonly Credential[]> {
  const done: Credential[] = [];
  const refused: unknown[] = [];
  const revoke = async (serial: string): Promise<void> => {
    try {
      // Of one person also what its row calls revoked.
      if (only !== undefined && (await deps.store.find(serial))?.record.state === 'revoked') return;
      done.push(await revokeCredential(deps, serial, { reason: 'affiliationChanged' }));
    } catch (error) {
      if (!isRefusal(error)) throw error;
      refused.push(error);
    }
  };
  const hasEnded = async (text: string): Promise<boolean> => {
    const id = parseOfficialId(text);
    const official = id && (await deps.directory.findOfficial(id));
    return official !== undefined && mandateAt(official.record, deps.clock()) === 'ended';
  };
  const isOver = only !== undefined && (await hasEnded(only));
  if (only !== undefined && !isOver) return done;
  // By its column, whatever the record says; then by the record, whatever the column says.
  if (only !== undefined) for await (const { serial } of pages(deps, { officialId: only })) await revoke(serial);
  const seen = new Set(done.map(({ serial }) => serial));
  for await (const { serial, officialId, state } of pages(deps, {})) {
    if (only === undefined && state !== 'revoked' && (await hasEnded(officialId))) await revoke(serial);
    if (only !== undefined && officialId === only && !seen.has(serial)) await revoke(serial);
  }
  if (refused.length > 0) throw refused[0];
  return done;
}

async function* pages(
  { every }: RevokeEndedDeps,
  columns: { readonly officialId?: OfficialId },
): AsyncGenerator<Credential> {
  for (let after: string | undefined; ;) {
    const page = await every.list({ ...columns, limit: PAGE, ...(after !== undefined && { after }) });
    yield* page;
    if (page.length < PAGE) return;
    after = page.at(-1)!.serial;
  }
}

/** Revokes what belongs to whoever has left, as far as that was not done already. */
export interface EndedRevocations {
  /** Of everybody; again a minute after it succeeded. @throws Refusal of the first that could not be, once all others are */
  everybody(): Promise<void>;
  /** Of one who was just ended: what fails is tried again with everybody. @throws Refusal likewise */
  of(id: OfficialId): Promise<void>;
}

export function endedRevocations(deps: RevokeEndedDeps, elapsed: () => number): EndedRevocations {
  let from = 0;
  return {
    async everybody() {
      if (elapsed() < from) return;
      await revokeEnded(deps);
      from = elapsed() + RECONCILE_SECONDS;
    },
    async of(id) {
      const before = from;
      from = 0;
      await revokeEnded(deps, id);
      from = before;
    },
  };
}
