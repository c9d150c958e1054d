import type { RowOf } from './record-table.ts';
import type {
  AuthorityColumns,
  CardColumns,
  CredentialColumns,
  FolioSeriesColumns,
  OficioColumns,
  OfficialColumns,
  PublicVersionColumns,
  StatusPlaceColumns,
  UnitColumns,
} from './nouns.ts';

export interface LogEntryRow {
  readonly idx: number;
  readonly entry: Uint8Array;
  readonly leaf_hash: Uint8Array;
}

/** Complete subtrees of at least two leaves; those of one are `log_entry.leaf_hash`. */
export interface LogNodeRow {
  readonly level: number;
  readonly idx: number;
  readonly hash: Uint8Array;
}

/** One row, `id` 1. */
export interface LogHeadRow {
  readonly id: 1;
  readonly size: number;
  /** Hashes of the frontier, one after another, the largest subtree first. */
  readonly frontier: Uint8Array;
  /** Grows with every process that opens the data for writing: an earlier one can commit no more. */
  readonly epoch: number;
}

export interface OpeningRow {
  readonly idx: number;
  readonly record: Uint8Array;
  readonly salt: Uint8Array;
  readonly evidence_kind: number;
  readonly evidence: Uint8Array;
}

export interface CheckpointRow {
  readonly size: number;
  readonly root: Uint8Array;
  readonly note: string;
}

/** A record's large bytes, apart, so that a change of the record does not write them again. */
export interface BlobRow {
  /** The record's table. */
  readonly owner: string;
  readonly key: string;
  readonly field: string;
  readonly bytes: Uint8Array;
}

/** The file that came with an act, or that it made. */
export interface DocumentRow {
  readonly idx: number;
  readonly bytes: Uint8Array;
}

/** The last tap that was used of a tag, by its number (14 hexadecimal digits, capitals) and the version of its keys. */
export interface TapCounterRow {
  readonly tag: string;
  readonly key_version: number;
  readonly counter: number;
}

/** What passes by itself (`src/access/passing-store.ts`). */
interface PassingTableRow {
  readonly id: string;
  readonly expires_at: number;
  readonly version: number;
  readonly record: string;
}

/** What waits for people: `record` holds all of it, a secret among it. */
export interface ApprovalRow {
  readonly id: string;
  readonly state: string;
  readonly requester: string;
  readonly made_at: number;
  readonly ended_at: number | null;
  readonly record: string;
  readonly version: number;
}

/** The body of its request, or the answer to it. */
export interface ApprovalPartRow {
  readonly id: string;
  readonly part: string;
  readonly status: number;
  readonly content_type: string;
  readonly bytes: Uint8Array;
}

/** `sealed` holds what it says and whom it is for. */
export interface NoticeRow {
  readonly id: string;
  readonly kind: string;
  readonly state: string;
  readonly made_at: number;
  readonly next_at: number | null;
  readonly expires_at: number;
  readonly tries: number;
  readonly reason: string | null;
  readonly sealed: Uint8Array | null;
}

/** Every table, for Kysely. A noun's columns stand beside its description in nouns.ts. */
export interface Tables {
  readonly log_entry: LogEntryRow;
  readonly log_node: LogNodeRow;
  readonly log_head: LogHeadRow;
  readonly opening: OpeningRow;
  readonly checkpoint: CheckpointRow;
  readonly document: DocumentRow;
  readonly blob: BlobRow;
  readonly tap_counter: TapCounterRow;
  readonly session: PassingTableRow;
  readonly login_challenge: PassingTableRow;
  readonly passkey_count: PassingTableRow;
  readonly invitation: PassingTableRow;
  readonly pending_enrolment: PassingTableRow;
  readonly data_export: PassingTableRow;
  readonly device_login: PassingTableRow;
  readonly program_token: PassingTableRow;
  readonly notice: NoticeRow;
  readonly notice_mark: { readonly id: number; readonly leaf: number };
  readonly mail_address: { readonly person: string; readonly address: string };
  readonly approval: ApprovalRow;
  readonly approval_part: ApprovalPartRow;
  readonly institution: RowOf<{}>;
  readonly authority: RowOf<AuthorityColumns>;
  readonly unit: RowOf<UnitColumns>;
  readonly official: RowOf<OfficialColumns>;
  readonly photo: RowOf<{}>;
  readonly credential: RowOf<CredentialColumns>;
  readonly card: RowOf<CardColumns>;
  readonly distinctive: RowOf<{}>;
  readonly folio_series: RowOf<FolioSeriesColumns>;
  readonly oficio: RowOf<OficioColumns>;
  readonly reception: RowOf<{}>;
  readonly delivery: RowOf<{}>;
  readonly public_version: RowOf<PublicVersionColumns>;
  readonly status_place: RowOf<StatusPlaceColumns>;
  readonly attempt: RowOf<{}>;
  readonly crl: RowOf<{}>;
  readonly charter: RowOf<{}>;
}
