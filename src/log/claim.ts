import { equal } from '../core/bytes.ts';
import { encodeCbor } from '../core/cbor.ts';
import type { AuditReport } from './audit.ts';
import type { Leaf, LeafKind, Opening } from './leaf.ts';
import { readRecord } from './record.ts';

/** An act that a row says took place: the leaf that must tell of it, and what that leaf must commit to. */
export interface ClaimedAct {
  /** The field of the row that names the leaf. */
  readonly field: string;
  readonly leaf: number;
  readonly kind: LeafKind;
  /** The earlier leaf that it must refer to. */
  readonly ref?: number;
  /** The record as the row would have it. */
  readonly record: Uint8Array;
  /** What the items of the record are called, after version and act. */
  readonly items: readonly string[];
  /** Items that the row no longer tells: they are not compared. */
  readonly open?: readonly string[];
  /** Where the row keeps the salt as well; undefined where it has lost it. */
  readonly salt?: Uint8Array | undefined;
}

/** What a row says of the log, and of itself. */
export interface RowClaims {
  readonly acts: readonly ClaimedAct[];
  /** Fields that follow from others, and whether they do. */
  readonly fields: Readonly<Record<string, boolean>>;
  /** The record as the log tells it, where that differs in what no other item names. */
  readonly told?: object;
  /** Acts that the log, as it stood at their leaf, did not allow, and what was wrong with each. */
  readonly wrong?: readonly { readonly leaf: number; readonly field: string }[];
}

/** Which row a leaf is about. */
export interface LeafSubject {
  readonly noun: string;
  readonly key: string;
  /** The row to which that one belongs, where leaves about it refer to those of that row: the letter of a reception. */
  readonly of?: { readonly noun: string; readonly key: string };
}

/** The fields of the row that are not as its leaf has them; `opening` is absent where somebody erased it. Never throws. */
export function differences(claim: ClaimedAct, leaf: Leaf | undefined, opening: Opening | undefined): string[] {
  if (leaf?.kind !== claim.kind || leaf.ref !== claim.ref) return [claim.field];
  if (!opening) return [];
  const found: string[] = [];
  if ('salt' in claim && !(claim.salt && equal(claim.salt, opening.salt))) found.push('salt');
  if (equal(claim.record, opening.record)) return found;
  const logged = readRecord(opening.record);
  const stated = readRecord(claim.record)!;
  if (logged?.length !== stated.length || logged[1] !== stated[1]) return [claim.field];
  const differ = (item: string, i: number): boolean =>
    !claim.open?.includes(item) && !equal(encodeCbor(logged[i + 2]!), encodeCbor(stated[i + 2]!));
  return [...found, ...claim.items.filter(differ)];
}

export type RegisterProblem =
  /** A field of a row is not as the row's leaves have it. */
  | 'row-differs'
  /** A row whose leaf is not there, or is another row's. */
  | 'row-without-leaf'
  /** A leaf whose row is not there. */
  | 'leaf-without-row'
  /** A leaf that opens to something else than an act of its kind, or is about a leaf that such an act is never about. */
  | 'leaf-of-nobody'
  /** The file of the database is damaged, or one of its indexes does not hold what its table does. */
  | 'file-damaged'
  /** An act that the log, as it stood at its leaf, did not allow: rows were edited while it was done. */
  | 'act-not-allowed'
  /** An act that nobody who may authorised. */
  | 'act-not-authorised';

/** Where the register says something else than the log. */
export interface RegisterFinding {
  readonly problem: RegisterProblem;
  readonly noun: string;
  readonly key: string;
  /** What people call the row, as it says itself: the folio of a letter. */
  readonly name?: string;
  /** The leaf that tells otherwise, where one does. */
  readonly leaf?: number;
  /** What is wrong of the row: a field of its record, or a column. */
  readonly field?: string;
}

export interface RegisterReport {
  readonly sound: boolean;
  /** Rows that were compared. */
  readonly rows: number;
  /** In the order of discovery, at most 100. */
  readonly findings: readonly RegisterFinding[];
  /** Leaves whose opening is gone, each a finding of the log's audit: of them only kind and reference were compared. */
  readonly erased: number;
}

/** The audit of a whole installation: sound when log and register are. */
export interface InstallationAudit extends AuditReport {
  readonly register: RegisterReport;
}
