import type { Credential } from '../credential/credential.ts';
import type { Put, Versioned } from '../log/ledger.ts';
import type { Official } from '../directory/official.ts';
import type { AttemptStore, AttemptWrite } from '../log/attempt.ts';
import type { PlaceStore, PlaceWrite } from '../revocation/place.ts';
import type { DeliveryRow } from './delivery.ts';
import type { Oficio, OficioId, OficioState } from './oficio.ts';
import type { FolioSeries, NumberRange } from './series.ts';

export type OficioWrite =
  | Put<'oficio', Oficio>
  | Put<'delivery', DeliveryRow>
  | Put<'folio-series', FolioSeries>
  | AttemptWrite
  | PlaceWrite
  | Put<'official', Official>
  | Put<'credential', Credential>;

export interface OficioQuery {
  readonly unit?: string;
  readonly state?: OficioState;
  readonly signer?: string;
  /** Id to go on after. */
  readonly after?: string;
  /** 1 to 1,000. */
  readonly limit: number;
}

/** Letters as an office looks through them: the newest first. */
export interface NewestOficios {
  /** With the units below it. */
  readonly unit?: string;
  readonly year?: number;
  readonly state?: OficioState;
  /** Those that were registered before this leaf. */
  readonly before?: number;
  /** 1 to 1,000. */
  readonly limit: number;
}

/**
 * Reads letters. Each call sees every act that was committed before it; calls may run at once. All throw the outages of
 * the ledger.
 */
export interface OficioStore extends AttemptStore, PlaceStore {
  find(id: OficioId): Promise<Versioned<Oficio> | undefined>;
  findByFolio(unit: string, year: number, number: number): Promise<Versioned<Oficio> | undefined>;
  /** The least number of a letter of this unit and year in the range, whatever became of the letter. */
  findUsedNumber(unit: string, year: number, range: NumberRange): Promise<number | undefined>;
  /** The letter with this typed code: twelve symbols without hyphens. */
  findByCode(code: string): Promise<Versioned<Oficio> | undefined>;
  /**
   * The file that is kept with this leaf: the document as it came with an intent, or what sealing and signing appended to
   * it with a signature.
   */
  findDocument(leaf: number): Promise<Uint8Array | undefined>;
  /** The letters made of this document (SHA-256 before sealing), whatever became of them; at most 100. */
  listByDocument(inputDigest: Uint8Array): Promise<readonly Oficio[]>;
  findSeries(unit: string, year: number): Promise<Versioned<FolioSeries> | undefined>;
  listSeries(): Promise<readonly FolioSeries[]>;
  list(query: OficioQuery): Promise<readonly Oficio[]>;
  /** By the leaf with which they were registered. */
  listNewest(query: NewestOficios): Promise<readonly Oficio[]>;
}
