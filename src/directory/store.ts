import type { Put, Versioned } from '../log/ledger.ts';
import type { CalendarDay } from '../core/time.ts';
import type { Official, OfficialId } from './official.ts';
import type { Photo } from './photo.ts';
import type { Unit, UnitCode } from './unit.ts';

/** The pixels, under the official's id, whose record tells the rest; both are absent once the photo was removed. */
export type PhotoRow = Partial<Pick<Photo, 'jpeg' | 'thumbnail'>>;

export type DirectoryWrite = Put<'official', Official> | Put<'photo', PhotoRow> | Put<'unit', Unit>;

/** A place in a list, to go on from: opaque to all but the store. */
export type OfficialCursor = { readonly order: string; readonly id: OfficialId };

export interface OfficialQuery {
  /** Every word must begin a word of the name; accents and case are ignored. At most 8 words count. */
  readonly name?: string;
  readonly unit?: UnitCode;
  /** Leaves out who had left by this day. */
  readonly inOfficeOn?: CalendarDay;
  /**
   * For readers outside: a reserved official is listed, but is neither found nor sorted by name, since an answer or a
   * place in a list would give the name away.
   */
  readonly publicOnly: boolean;
  readonly after?: OfficialCursor;
  /** 1 to 200. */
  readonly limit: number;
}

export interface Page<Item> {
  readonly items: readonly Item[];
  /** Where to go on; absent on the last page. */
  readonly next?: OfficialCursor;
}

/**
 * Reads the directory. Each call sees every act that was committed before it; calls may run at once. All throw the
 * outages of the ledger.
 */
export interface DirectoryStore {
  findOfficial(id: OfficialId): Promise<Versioned<Official> | undefined>;
  /** All with this `identityOf`, those who left included, the newest registration first; at most 16. */
  findByIdentity(identity: string): Promise<readonly Versioned<Official>[]>;
  /** By name, then id. */
  searchOfficials(query: OfficialQuery): Promise<Page<Official>>;
  findPhoto(id: OfficialId): Promise<Versioned<PhotoRow> | undefined>;
  findUnit(code: UnitCode): Promise<Versioned<Unit> | undefined>;
  /** By code; at most 2,000. */
  listUnits(): Promise<readonly Unit[]>;
}
