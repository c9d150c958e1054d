import { equal } from '../../core/bytes.ts';
import type { Primitives } from '../../core/primitives.ts';
import { isSame } from '../../core/same.ts';
import type { AttemptStore } from '../../log/attempt.ts';
import { LeafKind } from '../../log/leaf.ts';
import type { Versioned } from '../../log/ledger.ts';
import { openingMissing } from '../../log/vouch.ts';
import type { Oficio } from '../../oficio/oficio.ts';
import { readPublicVersion, readWithdrawal, type PublicVersion } from '../../oficio/public-version.ts';
import type { PublicVersionStore } from '../../oficio/public-version-store.ts';
import { refuseRow, type TellingOptions } from './as-logged.ts';
import type { WitnessLog } from './first-leaves.ts';
import { toldAbout } from './witness.ts';

type Log = Pick<WitnessLog, 'leaf' | 'opening' | 'referring' | 'isFirst' | 'hasCome'>;
type Letter = Pick<Oficio, 'id' | 'unit' | 'signedLeaf'>;

/** More than any office registers. */
const MOST_READ = 256;

/**
 * What the log alone tells of the public versions of a letter, each about the one whose place it took: of several the first counts.
 * @throws Refusal `log/opening-missing` where nobody can read any more what was said, unless the rest is to be told all the same
 */
export async function loggedPublicVersions(
  log: Log,
  { id, unit, signedLeaf }: Letter,
  primitives: Pick<Primitives, 'hmac'>,
  { acceptUnread = false }: TellingOptions = {},
): Promise<readonly PublicVersion[]> {
  const told: PublicVersion[] = [];
  const known = new Set<string>();
  let about = signedLeaf;
  let last: PublicVersion | undefined;
  while (about !== undefined && told.length < MOST_READ) {
    let next: PublicVersion | undefined;
    let withdrawn: Pick<PublicVersion, 'withdrawn' | 'withdrawnLeaf'> = {};
    for (const { index, kind, record } of await toldAbout(log, about, primitives)) {
      if (kind !== LeafKind.oficioPublicVersion && kind !== LeafKind.oficioPublicVersionWithdrawn) continue;
      if (!record && !acceptUnread) openingMissing(index);
      const said = record && readPublicVersion(record);
      if (said?.letter === id && said.replaces === last?.id && !known.has(said.id)) {
        next ??= { ...said, unit, leaf: index };
      }
      const end = record && readWithdrawal(record);
      if (end && last && end.letter === id && end.id === last.id && withdrawn.withdrawnLeaf === undefined) {
        withdrawn = { withdrawn: { at: end.at, reason: end.reason }, withdrawnLeaf: index };
      }
    }
    if (last) told.push({ ...last, ...withdrawn, ...(next && { replacedLeaf: next.leaf }) });
    last = next;
    if (next) known.add(next.id);
    about = next?.leaf;
  }
  return told;
}

/** The rows: each leads to what the log tells, and says nothing by itself. */
export interface PublicVersionRows extends AttemptStore {
  find(id: string): Promise<Versioned<PublicVersion> | undefined>;
  /** Those of a file, by its SHA-256. */
  listBySha256(sha256: Uint8Array): Promise<readonly PublicVersion[]>;
}

export function loggedPublicVersionStore(
  rows: PublicVersionRows,
  log: Log & Pick<WitnessLog, 'size'>,
  primitives: Pick<Primitives, 'hmac'>,
): PublicVersionStore {
  const listOnce = async (letter: Letter): Promise<readonly Versioned<PublicVersion>[] | string> => {
    const all: Versioned<PublicVersion>[] = [];
    for (const record of await loggedPublicVersions(log, letter, primitives)) {
      const row = await rows.find(record.id);
      if (!row || !isSame(record, row.record)) return record.id;
      all.push({ record, version: row.version });
    }
    return all;
  };
  return {
    findAttempt: rows.findAttempt,
    async listOf(letter) {
      for (;;) {
        const size = await log.size();
        const all = await listOnce(letter);
        if (typeof all !== 'string') return all;
        // An act may be committed between the two readings.
        if ((await log.size()) === size) return refuseRow('public-version', all);
      }
    },
  };
}

/** The one of this file among those of a letter: the one in force before any other. */
export function versionOfFile(all: readonly PublicVersion[], sha256: Uint8Array): PublicVersion | undefined {
  const own = all.filter((one) => equal(one.sha256, sha256));
  return own.find((one) => one.replacedLeaf === undefined && one.withdrawnLeaf === undefined) ?? own.at(-1);
}
