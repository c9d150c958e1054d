import { equal } from '../../core/bytes.ts';
import type { Primitives } from '../../core/primitives.ts';
import { isRefusal } from '../../core/refusal.ts';
import { identityOf, type Official, type OfficialId } from '../../directory/official.ts';
import { officialAsRecorded, unitOfRecord } from '../../directory/replay.ts';
import type { DirectoryStore, PhotoRow } from '../../directory/store.ts';
import type { Unit, UnitCode } from '../../directory/unit.ts';
import { readRecord } from '../../log/record.ts';
import { holdsOfRow, openingMissing } from '../../log/vouch.ts';
import { findingAsLogged, refuseRow } from './as-logged.ts';
import type { WitnessLog } from './first-leaves.ts';
import { saidOf, type OpenedLeaves } from './opened-leaves.ts';
import { lastOfOfficial } from './witness.ts';

/*
 * The directory as the last leaves say it. Somebody may edit a row, wait for an honest act or a question, and put the row back: so what
 * acts rest on and pages show is decoded from the log, and a row that says anything else is refused.
 */

type Log = Pick<WitnessLog, 'leaf' | 'opening' | 'referring' | 'isFirst' | 'firstOfOfficial' | 'hasCome'>;
type Digests = Pick<Primitives, 'digest' | 'hmac'>;

/**
 * The official as the last leaf about them says it; undefined where the row names no registration of ours, or another key.
 * @throws Refusal `log/opening-missing` where nobody can read any more what was said last
 */
export async function toldOfficial(row: Official, log: Log, primitives: Digests): Promise<Official | undefined> {
  const last = await lastOfOfficial(log, row, primitives);
  return last && officialAsRecorded(last.recorded ?? openingMissing(last.leaf), row, primitives);
}

function arePixelsOf({ photo }: Official, { jpeg, thumbnail }: PhotoRow, { digest }: Digests): boolean {
  const fits = (bytes: Uint8Array | undefined, sha256: Uint8Array | undefined): boolean =>
    !bytes || (sha256 !== undefined && equal(digest('SHA-256', bytes), sha256));
  return holdsOfRow(() => fits(jpeg, photo?.sha256) && fits(thumbnail, photo?.thumbnailSha256));
}

export interface DirectoryOptions {
  /**
   * An official is what the log says also where the row says more: for ending them, which no edit may stop and which
   * mends the row.
   */
  readonly acceptEdited?: boolean;
}

/** As many people of one name, unit and post are told. */
const MAX_SAME = 16;

/**
 * `rows`, of which officials, units and photos are told by the log. Who is called how, and which units there are, is asked of no row.
 * @throws Refusal `log/corrupt` for a row that says anything else, whose facts name it; `log/opening-missing`
 */
export function loggedDirectory(
  rows: DirectoryStore,
  log: Log,
  leaves: OpenedLeaves,
  primitives: Digests,
  options: DirectoryOptions = {},
): DirectoryStore {
  const findOfficial = findingAsLogged<Official, OfficialId>({
    noun: 'official',
    read: (id) => rows.findOfficial(id),
    isRecorded: async (id) => (await log.firstOfOfficial(id)) !== undefined,
    told: async (row, id) => (row.id === id ? toldOfficial(row, log, primitives) : undefined),
    said: ({ registeredLeaf }) => saidOf(log, registeredLeaf),
    ...options,
  });
  const toldUnit = async (code: UnitCode): Promise<Unit | undefined> => {
    const set = await leaves.open(await leaves.lastOfUnit(code));
    return set && unitOfRecord(readRecord(set.record) ?? []);
  };
  return {
    ...rows,
    findOfficial,
    async findByIdentity(identity) {
      const ids = await leaves.everCalled(identity);
      const found = await Promise.all(ids.map((id) => findOfficial(id as OfficialId)));
      return found
        .filter((one) => one !== undefined)
        .filter(({ record }) => identityOf(record) === identity)
        .toSorted((a, b) => b.record.registeredLeaf - a.record.registeredLeaf)
        .slice(0, MAX_SAME);
    },
    findPhoto: findingAsLogged<PhotoRow, OfficialId>({
      noun: 'photo',
      read: (id) => rows.findPhoto(id),
      async told(row, id) {
        const official = await findOfficial(id);
        return official && arePixelsOf(official.record, row, primitives) ? row : undefined;
      },
      said: async () => 0,
    }),
    findUnit: findingAsLogged<Unit, UnitCode>({
      noun: 'unit',
      read: (code) => rows.findUnit(code),
      isRecorded: async (code) => (await leaves.lastOfUnit(code)) !== undefined,
      told: (_, code) => toldUnit(code),
      said: async ({ code }) => (await leaves.lastOfUnit(code)) ?? -1,
    }),
    async listUnits() {
      const codes = (await leaves.units()) as readonly UnitCode[];
      return Promise.all(codes.toSorted().map(async (code) => (await toldUnit(code)) ?? refuseRow('unit', code)));
    },
  };
}

/** `directory`, which has no official where the row is not as the log has it: for acts that must not fail because of one. */
export function withoutEdited(directory: DirectoryStore): DirectoryStore {
  return {
    ...directory,
    async findOfficial(id) {
      try {
        return await directory.findOfficial(id);
      } catch (error) {
        if (REFUSED_ROWS.some((code) => isRefusal(error, code))) return undefined;
        throw error;
      }
    },
  };
}

const REFUSED_ROWS = ['log/corrupt', 'log/opening-missing', 'data/row-damaged'];
