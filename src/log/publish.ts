import { equal } from '../core/bytes.ts';
import type { Primitives } from '../core/primitives.ts';
import { Refusal } from '../core/refusal.ts';
import type { Signer } from '../core/signer.ts';
import { openCheckpoint, signCheckpoint } from './checkpoint.ts';
import type { LogCode } from './code.ts';
import type { CheckpointStore, LogReader, StoredCheckpoint } from './ledger.ts';
import { rootAt } from './merkle.ts';
import { noteKeyOf } from './note.ts';

export interface PublishCheckpointDeps {
  readonly log: LogReader;
  readonly checkpoints: CheckpointStore;
  /** The name of the log, for ever: `example.gob.mx/log`. */
  readonly origin: string;
  /** The log's Ed25519 key. */
  readonly logSigner: Signer;
  readonly primitives: Primitives;
}

/**
 * Signs what the log durably is now, unless that was signed before. Two heads that contradict each other end a log for
 * good, so the key is used only after the new head was shown to contain the newest signed one, and the note is checked
 * as a stranger would before it is kept. Nothing is returned, and so nothing published, that is not stored.
 * @throws Refusal `log/behind-checkpoint`, `log/forked`: stop, and restore what was lost; never sign on
 * @throws Outage as the log and the signer do
 */
export async function publishCheckpoint(deps: PublishCheckpointDeps): Promise<StoredCheckpoint> {
  const { log, checkpoints, origin, logSigner, primitives } = deps;
  const latest = await checkpoints.latest();
  const { size, root } = await log.head();
  const readNodes = log.nodes.bind(log);
  if (latest) {
    const facts = { signed: latest.size, found: size };
    if (latest.size > size) {
      throw new Refusal<LogCode>('log/behind-checkpoint', `${size} entries, but ${latest.size} were signed`, facts);
    }
    if (!equal(await rootAt(latest.size, readNodes, primitives), latest.root)) {
      throw new Refusal<LogCode>(
        'log/forked',
        `the first ${latest.size} entries are not those that were signed`,
        facts,
      );
    }
    if (latest.size === size) return latest;
  }
  if (!equal(await rootAt(size, readNodes, primitives), root)) {
    throw new Refusal<LogCode>('log/corrupt', `the head is not the root of its ${size} entries`);
  }
  const note = await signCheckpoint({ origin, size, root }, logSigner, primitives);
  await openCheckpoint(note, noteKeyOf(origin, logSigner.spki, primitives), primitives);
  const checkpoint = { size, root, note };
  await checkpoints.store(checkpoint);
  return checkpoint;
}
