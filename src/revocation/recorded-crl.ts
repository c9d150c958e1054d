import type { Authority } from '../authority/authority.ts';
import { equal, fromHex } from '../core/bytes.ts';
import { encodeCbor } from '../core/cbor.ts';
import type { Primitives } from '../core/primitives.ts';
import { Refusal } from '../core/refusal.ts';
import type { LogCode } from '../log/code.ts';
import { LeafKind } from '../log/leaf.ts';
import type { LogReader, Versioned } from '../log/ledger.ts';
import { vouchesFor } from '../log/vouch.ts';
import type { CrlRow, RevocationStore } from './store.ts';

/** What the leaf of a list that is about to be signed commits to. */
export function crlIntentRecord({ authority, number, tbs }: Pick<CrlRow, 'authority' | 'number' | 'tbs'>): Uint8Array {
  return encodeCbor([1, 'crl/intent', authority, number, tbs]);
}

/** What the leaf of a list that was signed commits to. */
export function crlPublishedRecord(
  { authority, number, crl }: Pick<CrlRow, 'authority' | 'number' | 'crl'>,
  primitives: Pick<Primitives, 'digest'>,
): Uint8Array {
  const digest = primitives.digest('SHA-256', crl ?? new Uint8Array());
  return encodeCbor([1, 'crl/published', authority, number, digest]);
}

export interface RecordedCrlDeps {
  readonly store: Pick<RevocationStore, 'findCrl'>;
  readonly log: Pick<LogReader, 'leaf' | 'opening' | 'ofKinds'>;
  readonly primitives: Primitives;
}

/**
 * The newest list of an authority as its row has it, once the log was shown to have told of it last: an older list that
 * somebody put back is not served, nor a body signed that nobody recorded.
 * @throws Refusal `log/corrupt`
 */
export async function findRecordedCrl(
  deps: RecordedCrlDeps,
  authority: Authority,
): Promise<Versioned<CrlRow> | undefined> {
  // Row and leaf change together: what was read between two equal answers of the log belongs to them.
  for (let last = await newestLeaf(deps, authority); ;) {
    const found = await deps.store.findCrl(authority.id);
    const now = await newestLeaf(deps, authority);
    if (now === last) {
      if (found ? await isRecorded(deps, authority, found.record, now) : now === undefined) return found;
      throw new Refusal<LogCode>('log/corrupt', `the list of ${authority.id} is not the one that was recorded last`);
    }
    last = now;
  }
}

/** The last leaf that tells of a list of this authority. */
async function newestLeaf({ log }: RecordedCrlDeps, { keyId }: Authority): Promise<number | undefined> {
  const issuer = fromHex(keyId)!;
  for (const index of (await log.ofKinds([LeafKind.crlIntent, LeafKind.crlPublished])).toReversed()) {
    const leaf = await log.leaf(index);
    if (leaf && equal(leaf.issuer, issuer)) return index;
  }
  return undefined;
}

function isRecorded(
  { log, primitives }: RecordedCrlDeps,
  { id }: Authority,
  row: CrlRow,
  last: number | undefined,
): Promise<boolean> | boolean {
  if (row.authority !== id) return false;
  const { intentLeaf, publishedLeaf } = row;
  return row.state === 'prepared'
    ? intentLeaf === last && vouchesFor(log, last, LeafKind.crlIntent, () => crlIntentRecord(row), primitives)
    : publishedLeaf !== undefined &&
        publishedLeaf === last &&
        vouchesFor(log, last, LeafKind.crlPublished, () => crlPublishedRecord(row, primitives), primitives);
}
