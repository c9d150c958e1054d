import type { Authority } from '../authority/authority.ts';
import { equal, fromHex } from '../core/bytes.ts';
import { encodeCbor } from '../core/cbor.ts';
import type { Primitives } from '../core/primitives.ts';
import { LeafKind } from '../log/leaf.ts';
import type { LogReader } from '../log/ledger.ts';
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

/** Where the lists of an authority stand. */
export interface RecordedCrl {
  /** The newest list, where the row is what the log told of it last. */
  readonly newest?: CrlRow;
  /** Of the row, whatever it says; 0 where there is none. */
  readonly version: number;
}

/**
 * Where the lists of an authority stand. A row of which the log tells otherwise is no list: an older one that somebody put
 * back is not served, nor a body signed that nobody recorded. Whoever finds none makes one, so that no entry that somebody
 * appended stops the lists.
 */
export async function findRecordedCrl(deps: RecordedCrlDeps, authority: Authority): Promise<RecordedCrl> {
  // Row and leaf change together: what was read between two equal answers of the log belongs to them.
  for (let last = await newestLeaf(deps, authority); ;) {
    const found = await deps.store.findCrl(authority.id);
    const now = await newestLeaf(deps, authority);
    if (now === last) {
      const isNewest = found !== undefined && (await isRecorded(deps, authority, found.record, now));
      return { ...(isNewest && { newest: found.record }), version: found?.version ?? 0 };
    }
    last = now;
  }
}

/**
 * The number of the list whose intent is leaf `index`, or of the next one: how many intents of lists there were by then, of any
 * authority. It grows with the log, and nothing that somebody wrote into a row or a record makes it jump or fall.
 */
export async function crlNumberAt(log: Pick<LogReader, 'ofKinds'>, index?: number): Promise<number> {
  const intents = await log.ofKinds([LeafKind.crlIntent]);
  return 1 + (index === undefined ? intents.length : intents.filter((one) => one < index).length);
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
