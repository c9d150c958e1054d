import { equal } from '../core/bytes.ts';
import type { Primitives } from '../core/primitives.ts';
import { isRefusal, Refusal } from '../core/refusal.ts';
import type { Signer } from '../core/signer.ts';
import { openCheckpoint, signCheckpoint } from './checkpoint.ts';
import type { LogCode } from './code.ts';
import type { CheckpointStore, Ledger, LogHead, LogReader, StoredCheckpoint } from './ledger.ts';
import { proveConsistency, provesConsistency, rootAt, rootOf } from './merkle.ts';
import { noteKeyOf, type NoteKey } from './note.ts';

export interface PublishCheckpointDeps {
  readonly log: LogReader;
  readonly checkpoints: CheckpointStore;
  /** The name of the log, for ever: `example.gob.mx/log`. */
  readonly origin: string;
  /** The log's Ed25519 key. */
  readonly logSigner: Signer;
  readonly primitives: Primitives;
}

type SignedLog = Pick<PublishCheckpointDeps, 'log' | 'checkpoints' | 'origin' | 'primitives'> & {
  readonly logSigner: Pick<Signer, 'spki'>;
};

/**
 * The newest checkpoint, after the log was shown to contain it. It counts by its signature, not by what its row says.
 * Undefined for a log without entries.
 * @throws Refusal `log/checkpoint-missing`, `log/behind-checkpoint`, `log/forked`: stop, and restore what was lost
 */
export async function checkSignedLog({
  log,
  checkpoints,
  origin,
  logSigner,
  primitives,
}: SignedLog): Promise<StoredCheckpoint | undefined> {
  const latest = await checkpoints.latest();
  const head = await log.head();
  const { size } = head;
  if (!latest) {
    if (size === 0) return undefined;
    // The first one is as old as the installation: somebody took them all away.
    throw new Refusal<LogCode>('log/checkpoint-missing', `${size} entries and no checkpoint`, { found: size });
  }
  const key = noteKeyOf(origin, logSigner.spki, primitives);
  if (!(await isSigned(latest, key, primitives))) {
    throw new Refusal<LogCode>('log/forked', `the newest checkpoint, of ${latest.size} entries, is not ours`);
  }
  const facts = { signed: latest.size, found: size };
  if (latest.size > size) {
    throw new Refusal<LogCode>('log/behind-checkpoint', `${size} entries, but ${latest.size} were signed`, facts);
  }
  if (!(await leadsTo(head, latest, log, primitives))) {
    throw new Refusal<LogCode>('log/forked', `the first ${latest.size} entries are not those that were signed`, facts);
  }
  return latest;
}

/**
 * Whether the tree of the head is that of the signed checkpoint, grown. By a proof that gives both roots: each looked up by
 * itself, nodes that somebody edited could hold one history and the head another.
 */
export async function leadsTo(
  { size, root }: LogHead,
  signed: StoredCheckpoint,
  log: Pick<LogReader, 'nodes'>,
  primitives: Pick<Primitives, 'digest'>,
): Promise<boolean> {
  if (signed.size === size) return equal(signed.root, root);
  // Every log grew from the empty one.
  if (signed.size === 0) return equal(signed.root, rootOf([], primitives));
  const proof = await proveConsistency(signed.size, size, log.nodes.bind(log), primitives);
  const claim = { oldSize: signed.size, newSize: size, oldRoot: signed.root, newRoot: root, proof };
  return provesConsistency(claim, primitives);
}

async function isSigned(
  { note, size, root }: StoredCheckpoint,
  key: NoteKey,
  primitives: Primitives,
): Promise<boolean> {
  try {
    const signed = await openCheckpoint(note, key, primitives);
    return signed.size === size && equal(signed.root, root);
  } catch (error) {
    if (isRefusal(error)) return false;
    throw error;
  }
}

/**
 * Signs what the log durably is now, unless that was signed before. Two heads that contradict each other end a log for
 * good, so the key is used only after the new head was shown to contain the newest signed one, and the note is checked
 * as a stranger would before it is kept. Nothing is returned, and so nothing published, that is not stored.
 * @throws Refusal as `checkSignedLog`: never sign on; `log/corrupt`
 * @throws Outage as the log and the signer do
 */
export async function publishCheckpoint(deps: PublishCheckpointDeps): Promise<StoredCheckpoint> {
  return signHead(deps, await checkSignedLog(deps));
}

/** The first checkpoint of a log, by whoever makes it: any other log that has none has lost its own. */
export async function publishFirstCheckpoint(deps: PublishCheckpointDeps): Promise<StoredCheckpoint> {
  return signHead(deps, (await deps.checkpoints.latest()) && (await checkSignedLog(deps)));
}

async function signHead(
  { log, checkpoints, origin, logSigner, primitives }: PublishCheckpointDeps,
  latest: StoredCheckpoint | undefined,
): Promise<StoredCheckpoint> {
  const head = await log.head();
  const { size, root } = head;
  if (latest?.size === size) return latest;
  if (!equal(await rootAt(size, log.nodes.bind(log), primitives), root)) {
    throw new Refusal<LogCode>('log/corrupt', `the head is not the root of its ${size} entries`);
  }
  // It may have grown since it was checked.
  if (latest && !(await leadsTo(head, latest, log, primitives))) {
    throw new Refusal<LogCode>('log/forked', `the first ${latest.size} entries are not those that were signed`);
  }
  const note = await signCheckpoint({ origin, size, root }, logSigner, primitives);
  await openCheckpoint(note, noteKeyOf(origin, logSigner.spki, primitives), primitives);
  const checkpoint = { size, root, note };
  await checkpoints.store(checkpoint);
  return checkpoint;
}

/** `ledger`, that begins nothing before `check` has passed once: no act is built on a log that lost what was signed. */
export function onSignedLog(ledger: Ledger, check: () => Promise<unknown>): Ledger {
  let hasPassed = false;
  return {
    async commit(act) {
      if (!hasPassed) await check();
      hasPassed = true;
      return ledger.commit(act);
    },
  };
}
