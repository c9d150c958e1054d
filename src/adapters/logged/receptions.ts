import { equal } from '../../core/bytes.ts';
import type { Primitives } from '../../core/primitives.ts';
import { isSame } from '../../core/same.ts';
import type { AttemptStore } from '../../log/attempt.ts';
import { LeafKind } from '../../log/leaf.ts';
import type { Versioned } from '../../log/ledger.ts';
import { holdsOfRow, openingMissing } from '../../log/vouch.ts';
import type { Oficio } from '../../oficio/oficio.ts';
import { erasedOf, readErasure, type Erased } from '../../oficio/erasure.ts';
import {
  commitApart,
  readReceived,
  type KeptOfReception,
  type LoggedReception,
  type Reception,
} from '../../oficio/reception.ts';
import type { ReceptionStore } from '../../oficio/reception-store.ts';
import { refuseRow, type TellingOptions } from './as-logged.ts';
import type { WitnessLog } from './first-leaves.ts';
import { toldAbout } from './witness.ts';

type Log = Pick<WitnessLog, 'leaf' | 'opening' | 'referring' | 'isFirst' | 'hasCome'>;
type Letter = Pick<Oficio, 'id' | 'signedLeaf'>;

/** More than any office registers: what somebody appended behind them is not read. */
const MOST_READ = 1024;

/**
 * What the log alone tells of who received a letter, in its order: the receptions of its signature, and the corrections of each, of which
 * the first counts. One of another letter, or that takes the place of another one than its leaf refers to, was appended by somebody
 * else, and says nothing.
 * @throws Refusal `log/opening-missing` where nobody can read any more what was said, unless the rest is to be told all the same
 */
export async function loggedReceptions(
  log: Log,
  { id, signedLeaf }: Letter,
  primitives: Pick<Primitives, 'hmac'>,
  { acceptUnread = false }: TellingOptions = {},
): Promise<readonly LoggedReception[]> {
  const told = new Map<string, LoggedReception>();
  const about: { readonly leaf: number; readonly corrected?: LoggedReception }[] = [];
  if (signedLeaf !== undefined) about.push({ leaf: signedLeaf });
  for (const { leaf, corrected } of about) {
    let first: LoggedReception | undefined;
    let erased: (Erased & { readonly leaf: number }) | undefined;
    for (const { index, kind, record } of await toldAbout(log, leaf, primitives)) {
      if (kind !== LeafKind.oficioReceived && kind !== LeafKind.oficioDetailsErased) continue;
      if (!record && !acceptUnread) openingMissing(index);
      const erasure = record && corrected && readErasure(record);
      if (erasure?.letter === id && erasure.reception === corrected?.id)
        erased ??= { ...erasedOf(erasure), leaf: index };
      if (kind !== LeafKind.oficioReceived || told.size >= MOST_READ) continue;
      const one = record && readReceived(record, index);
      if (one?.letter !== id || one.corrects !== corrected?.id || told.has(one.id)) continue;
      if (corrected && first) continue;
      first ??= one;
      told.set(one.id, one);
      about.push({ leaf: index, corrected: one });
    }
    if (corrected && (first ?? erased)) {
      told.set(corrected.id, {
        ...corrected,
        ...(first && { correctedLeaf: first.leaf }),
        ...(erased && { erased: erasedOf(erased), erasedLeaf: erased.leaf }),
      });
    }
  }
  return [...told.values()].toSorted((a, b) => a.leaf - b.leaf);
}

/** Whether what a row keeps is what its leaf commits to. */
function isKeptOf({ apart }: LoggedReception, kept: KeptOfReception, primitives: Pick<Primitives, 'hmac'>): boolean {
  return holdsOfRow(() => kept.salt.length === 32 && equal(commitApart(kept, primitives), apart));
}

/** The photo of a row, where it is the one of which it keeps the hash; nothing where it keeps none. */
function isPhotoOf(
  { photo, kept }: Pick<Reception, 'photo' | 'kept'>,
  primitives: Pick<Primitives, 'digest'>,
): boolean {
  if (!photo) return kept?.photoSha256 === undefined;
  return kept?.photoSha256 !== undefined && equal(primitives.digest('SHA-256', photo), kept.photoSha256);
}

/** What the log and the row tell together; `undefined` where the row keeps something else than its leaf commits to. */
export function toldReception(
  logged: LoggedReception,
  { kept, photo }: Pick<Reception, 'kept' | 'photo'>,
  unit: string,
  primitives: Pick<Primitives, 'digest' | 'hmac'>,
): Reception | undefined {
  // What was erased is not there; put back, it is not what the log says.
  if (logged.erasedLeaf !== undefined) return kept || photo ? undefined : { ...logged, unit };
  if (!kept || !isKeptOf(logged, kept, primitives) || !isPhotoOf({ kept, ...(photo && { photo }) }, primitives)) {
    return undefined;
  }
  return { ...logged, unit, kept, ...(photo && { photo }) };
}

/** The rows, of which only what is kept apart is believed. */
export interface ReceptionRowsOf extends AttemptStore {
  find(id: string): Promise<Versioned<Reception> | undefined>;
}

/** Receptions as their leaves say it; of a row only what is kept apart, which they commit to. */
export function loggedReceptionStore(
  rows: ReceptionRowsOf,
  log: Log & Pick<WitnessLog, 'size'>,
  primitives: Pick<Primitives, 'digest' | 'hmac'>,
): ReceptionStore {
  return {
    findAttempt: rows.findAttempt,
    async listOf(letter) {
      for (;;) {
        const size = await log.size();
        const all = await listOnce(rows, log, letter, primitives);
        if (typeof all !== 'string') return all;
        // An act may be committed between the two readings.
        if ((await log.size()) === size) return refuseRow('reception', all);
      }
    },
  };
}

/** Those of a letter, or the id of one whose row is not what the log says of it. */
async function listOnce(
  rows: ReceptionRowsOf,
  log: Log,
  letter: Letter & Pick<Oficio, 'unit'>,
  primitives: Pick<Primitives, 'digest' | 'hmac'>,
): Promise<readonly Versioned<Reception>[] | string> {
  const all: Versioned<Reception>[] = [];
  for (const logged of await loggedReceptions(log, letter, primitives)) {
    const row = await rows.find(logged.id);
    const record = row && toldReception(logged, row.record, letter.unit, primitives);
    if (!row || !record || !isSame(record, row.record)) return logged.id;
    all.push({ record, version: row.version });
  }
  return all;
}
