import type { Card } from '../../card/card.ts';
import { isRefusal, Refusal } from '../../core/refusal.ts';
import { isSame } from '../../core/same.ts';
import type { Credential } from '../../credential/credential.ts';
import type { Official } from '../../directory/official.ts';
import { isActOf, mayBeAbout } from '../../log/act-shape.ts';
import {
  differences,
  type ClaimedAct,
  type LeafSubject,
  type RegisterFinding,
  type RegisterReport,
  type RowClaims,
} from '../../log/claim.ts';
import { readRecord } from '../../log/record.ts';
import { decodeLeaf, leafHead, LeafKind, openLeaf, type Leaf } from '../../log/leaf.ts';
import { isDishonest } from '../../log/vouch.ts';
import type { Oficio } from '../../oficio/oficio.ts';
import type { CrlRow } from '../../revocation/store.ts';
import { damagedParts } from './audit-file.ts';
import { compareEvidence } from './audit-evidence.ts';
import { compareDocument, strayDocuments } from './audit-documents.ts';
import { compareList } from './audit-lists.ts';
import { ReplayedLog } from './audit-replay.ts';
import { subjectOf } from '../logged/subject.ts';
import { toldCard } from '../logged/told-card.ts';
import { JUDGES, type JudgeDeps } from './judge-rows.ts';
import { oficios, RECORD_TABLES } from './nouns.ts';
import { findRecord, recordOf, type RecordTable } from './record-table.ts';
import { guarded } from './statements.ts';

const MAX_FINDINGS = 100;
const PAGE = 256;
/** A row that changes while it is judged is read again; more often than this, nobody is changing it honestly. */
const MAX_TRIES = 16;

/** The field in which a row names a leaf of this kind. */
const POINTERS: Partial<Record<LeafKind, string>> = {
  [LeafKind.authorityCreated]: 'createdLeaf',
  [LeafKind.officialRegistered]: 'registeredLeaf',
  [LeafKind.credentialIntent]: 'intentLeaf',
  [LeafKind.credentialIssued]: 'issuedLeaf',
  [LeafKind.credentialSuspended]: 'statusLeaf',
  [LeafKind.credentialResumed]: 'statusLeaf',
  [LeafKind.credentialRevoked]: 'statusLeaf',
  [LeafKind.credentialProven]: 'provenLeaf',
  [LeafKind.cardRegistered]: 'registeredLeaf',
  [LeafKind.cardTagAssigned]: 'tagLeaf',
  [LeafKind.cardActivated]: 'activatedLeaf',
  [LeafKind.cardEnded]: 'endedLeaf',
  [LeafKind.cardStolen]: 'stolenLeaf',
  [LeafKind.distinctiveGranted]: 'grantedLeaf',
  [LeafKind.distinctiveWithdrawn]: 'withdrawnLeaf',
  [LeafKind.oficioIntent]: 'intentLeaf',
  [LeafKind.oficioSigned]: 'signedLeaf',
  [LeafKind.oficioCancelled]: 'endedLeaf',
  [LeafKind.oficioReplaced]: 'endedLeaf',
  [LeafKind.oficioCountersigned]: 'countersignedLeaf',
  [LeafKind.oficioReceived]: 'leaf',
  [LeafKind.oficioDetailsErased]: 'erasedLeaf',
  [LeafKind.oficioPublicVersion]: 'leaf',
  [LeafKind.oficioPublicVersionWithdrawn]: 'withdrawnLeaf',
  [LeafKind.crlIntent]: 'intentLeaf',
  [LeafKind.crlPublished]: 'publishedLeaf',
};

/** Who countersigned has no row: of them the letter's row names the last leaf. */
const COUNTERSIGNING: ReadonlySet<LeafKind> = new Set([LeafKind.oficioCountersignIntent, LeafKind.oficioCountersigned]);

/** A body that the root signed in the ceremony, which the authority's own leaf follows; and people, whom the log alone tells. */
const ROWLESS: ReadonlySet<LeafKind> = new Set([
  LeafKind.authorityIntent,
  LeafKind.accessEnrolled,
  LeafKind.accessRolesSet,
  LeafKind.accessEnded,
]);

type Row = Record<string, unknown> & { readonly key: string; readonly record: string; readonly version: number };
type Table = RecordTable<object, {}>;

function decodedLeaf(entry: Uint8Array | undefined): Leaf | undefined {
  try {
    return entry && decodeLeaf(entry);
  } catch (error) {
    if (error instanceof Refusal) return undefined;
    throw error;
  }
}

/** The fields that two records do not have alike. */
function fieldsUnlike(told: object, record: object): readonly string[] {
  const [one, other] = [told as Record<string, unknown>, record as Record<string, unknown>];
  const names = new Set([...Object.keys(one), ...Object.keys(other)]);
  return [...names].filter((name) => !isSame({ [name]: one[name] }, { [name]: other[name] }));
}

/** One comparison of a register with its log. */
class Comparison {
  readonly #deps: JudgeDeps;
  readonly #findings: RegisterFinding[] = [];
  #found = 0;
  #rows = 0;
  #erased = 0;
  /** A bit for each leaf that a row claims. */
  #claimed = new Uint8Array(0);
  readonly #replayed: ReplayedLog;

  constructor(deps: JudgeDeps) {
    this.#deps = deps;
    this.#replayed = new ReplayedLog(deps.log);
  }

  async run(): Promise<RegisterReport> {
    this.#report(...damagedParts(this.#deps.data));
    this.#report(...(await this.#replayed.read()));
    const { size } = this.#replayed;
    for (const table of RECORD_TABLES) if (JUDGES.has(table.noun)) await this.#compareTable(table as unknown as Table);
    await this.#compareLeaves(size);
    for await (const finding of strayDocuments(this.#deps)) this.#report(finding);
    return {
      sound: this.#found === 0,
      rows: this.#rows,
      findings: await Promise.all(this.#findings.map((finding) => this.#named(finding))),
      erased: this.#erased,
    };
  }

  async #named(finding: RegisterFinding): Promise<RegisterFinding> {
    if (finding.noun !== oficios.noun) return finding;
    try {
      const found = await findRecord(this.#deps.data, oficios, finding.key, { acceptEdited: true });
      return typeof found?.record.folio === 'string' ? { ...finding, name: found.record.folio } : finding;
    } catch (error) {
      // A row that holds no record has no name either.
      if (isRefusal(error)) return finding;
      throw error;
    }
  }

  #report(...findings: readonly RegisterFinding[]): void {
    for (const finding of findings) if (++this.#found <= MAX_FINDINGS) this.#findings.push(finding);
  }

  #isClaimed(leaf: number): boolean {
    return ((this.#claimed[leaf >> 3] ?? 0) & (1 << (leaf & 7))) !== 0;
  }

  #claim(leaf: number): void {
    if (leaf >> 3 >= this.#claimed.length) {
      const larger = new Uint8Array(Math.max(1024, (leaf >> 3) * 2 + 1));
      larger.set(this.#claimed);
      this.#claimed = larger;
    }
    this.#claimed[leaf >> 3]! |= 1 << (leaf & 7);
  }

  #select(table: Table, where: string, value: string): Row[] {
    const { statements } = this.#deps.data;
    const sql = `SELECT * FROM ${table.table} WHERE ${where} ORDER BY key LIMIT ${PAGE}`;
    return guarded(() => statements.get(sql).all(value)) as Row[];
  }

  async #compareTable(table: Table): Promise<void> {
    for (let after = ''; ;) {
      const page = this.#select(table, 'key > ?', after);
      for (const row of page) {
        this.#rows++;
        await this.#compareRow(table, row);
      }
      const last = page.at(-1);
      if (!last || page.length < PAGE) return;
      after = last.key;
    }
  }

  /** Acts may be committed meanwhile: what looks wrong is read again until nothing has happened in between. */
  async #compareRow(table: Table, first: Row): Promise<void> {
    let row: Row | undefined = first;
    for (let tries = 0; row; tries++) {
      const { findings, leaves } = await this.#judge(table, row);
      const before = this.#replayed.size;
      if (findings.length > 0) this.#report(...(await this.#replayed.read()));
      if (findings.length > 0 && tries < MAX_TRIES && (tries === 0 || this.#replayed.size !== before)) {
        row = this.#select(table, 'key = ?', row.key)[0];
        continue;
      }
      this.#report(...findings);
      for (const leaf of leaves) this.#claim(leaf);
      return;
    }
  }

  async #judge(table: Table, row: Row): Promise<{ findings: RegisterFinding[]; leaves: number[] }> {
    const { noun, columns } = table;
    const { key } = row;
    const judge = JUDGES.get(noun)!;
    const leaves: number[] = [];
    let record: object;
    let fields: string[];
    let claims: RowClaims | undefined;
    try {
      ({ record } = recordOf(this.#deps.data, table, row, { acceptEdited: true }));
      const all: Readonly<Record<string, (record: never) => unknown>> = columns;
      fields = Object.entries(all).flatMap(([name, column]) => (column(record as never) === row[name] ? [] : [name]));
      if (table.keyOf && table.keyOf(record) !== key) fields.push('key');
      const replayed = this.#replayed;
      claims = await judge(this.#deps, record as never, {
        last: replayed.standing({ noun, key }),
        lastAbout: (leaf) => replayed.lastAbout(leaf),
        series: (unit, year) => replayed.series(unit, year),
      });
    } catch (error) {
      // What only a forger writes into a row: no JSON, another type, a value that no format allows.
      if (!isDishonest(error) && !(error instanceof Error && error.constructor === Error)) throw error;
      return { findings: [{ problem: 'row-differs', noun, key, field: 'record' }], leaves };
    }
    if (!claims) return { findings: [{ problem: 'row-without-leaf', noun, key }], leaves };
    fields.push(...Object.entries(claims.fields).flatMap(([field, holds]) => (holds ? [] : [field])));
    const findings: RegisterFinding[] = [...new Set(fields)].map((field) => ({
      problem: 'row-differs',
      noun,
      key,
      field,
    }));
    for (const one of claims.wrong ?? []) findings.push({ problem: 'act-not-allowed', noun, key, ...one });
    for (const act of claims.acts) findings.push(...(await this.#compareAct(noun, key, act, leaves)));
    if (findings.length > 0 || !claims.told) return { findings, leaves };
    const unlike = fieldsUnlike(claims.told, record);
    return { findings: unlike.map((field) => ({ problem: 'row-differs', noun, key, field })), leaves };
  }

  async #compareAct(noun: string, key: string, act: ClaimedAct, leaves: number[]): Promise<RegisterFinding[]> {
    const { log } = this.#deps;
    const { leaf: index, field } = act;
    const without: RegisterFinding = { problem: 'row-without-leaf', noun, key, leaf: index, field };
    if (!Number.isSafeInteger(index) || index < 0) return [{ problem: 'row-without-leaf', noun, key, field }];
    const [entry] = await log.storedEntries(index, index + 1);
    const opening = await log.opening(index);
    const leaf = decodedLeaf(entry?.entry);
    const found = differences(act, leaf, opening);
    const subject = opening && subjectOf(readRecord(opening.record) ?? []);
    const isOthers = subject && (subject.noun !== noun || subject.key !== key);
    if (!leaf || isOthers || found.includes(field) || this.#isClaimed(index)) return [without];
    leaves.push(index);
    return found.map((one) => ({ problem: 'row-differs', noun, key, leaf: index, field: one }));
  }

  /** The leaves that no row claims: superseded by a later one, or wrong. */
  async #compareLeaves(size: number): Promise<void> {
    let lists = 0;
    for (let from = 0; from < size;) {
      const entries = await this.#deps.log.storedEntries(from, size);
      if (entries.length === 0) return;
      for (const { index, entry } of entries) {
        const leaf = decodedLeaf(entry);
        if (!leaf) continue;
        await this.#compareLeaf(index, leaf);
        if (leaf.kind === LeafKind.crlIntent) this.#report(...(await compareList(this.#deps, index, leaf, ++lists)));
        this.#report(...(await compareDocument(this.#deps, index, leaf)));
      }
      from = entries.at(-1)!.index + 1;
    }
  }

  async #compareLeaf(index: number, leaf: Leaf): Promise<void> {
    const { log } = this.#deps;
    const opening = await log.opening(index);
    if (!opening) this.#erased++;
    const { evidence, primitives } = this.#deps;
    if (opening && evidence) this.#report(...(await compareEvidence(evidence, index, leaf, opening, primitives)));
    if (!opening || this.#isClaimed(index)) return;
    // What is kept beside a leaf that commits to something else is a finding of the log's own audit.
    const isOpened = openLeaf(leaf, opening, this.#deps.primitives);
    if (isOpened && !(await this.#isAct(leaf, opening.record))) {
      this.#report({ problem: 'leaf-of-nobody', noun: 'leaf', key: String(index), leaf: index });
      return;
    }
    if (ROWLESS.has(leaf.kind)) return;
    const about = leaf.kind === LeafKind.credentialIssued && leaf.ref !== undefined ? leaf.ref : index;
    const told = await log.opening(about);
    const subject = told && subjectOf(readRecord(told.record) ?? []);
    const { noun, key } = subject ?? { noun: 'leaf', key: String(index) };
    const table = RECORD_TABLES.find((one) => one.noun === noun) as unknown as Table | undefined;
    const row = table && (await this.#find(table, key));
    // Reported already, as a row.
    if (row === 'unreadable') return;
    // What is told from the log alone, nothing tells where that is damaged, which is for its own audit to name.
    if (row && COUNTERSIGNING.has(leaf.kind) && !(await this.#isRead(index))) return;
    if (!row) this.#report({ problem: 'leaf-without-row', noun, key, leaf: index });
    else if (!(await this.#isSuperseded(index, leaf, subject!, row))) {
      const field = POINTERS[leaf.kind] ?? 'leaf';
      this.#report({ problem: 'row-differs', noun, key, leaf: index, field });
    }
  }

  async #isAct({ kind, ref }: Leaf, record: Uint8Array): Promise<boolean> {
    const [about] = ref === undefined ? [] : await this.#deps.log.storedEntries(ref, ref + 1);
    return isActOf(kind, readRecord(record) ?? []) && mayBeAbout(kind, about && leafHead(about.entry)?.kind);
  }

  async #find(table: Table, key: string): Promise<object | 'unreadable' | undefined> {
    try {
      return (await findRecord(this.#deps.data, table, key, { acceptEdited: true }))?.record;
    } catch (error) {
      if (isRefusal(error, 'data/row-damaged')) return 'unreadable';
      throw error;
    }
  }

  async #isRead(index: number): Promise<boolean> {
    try {
      return (await this.#deps.log.leaf(index)) !== undefined;
    } catch (error) {
      if (isRefusal(error, 'log/corrupt')) return false;
      throw error;
    }
  }

  /** Whether a later leaf says how the row stands now. */
  async #isSuperseded(index: number, leaf: Leaf, subject: LeafSubject, record: object): Promise<boolean> {
    switch (leaf.kind) {
      case LeafKind.credentialSuspended:
      case LeafKind.credentialResumed:
      case LeafKind.credentialRevoked: {
        const { statusLeaf, issuedLeaf, intentLeaf } = record as Credential;
        return (leaf.ref === issuedLeaf || leaf.ref === intentLeaf) && index < (statusLeaf ?? -1);
      }
      case LeafKind.cardOpened:
        // It changes nothing of its card.
        return leaf.ref === (record as Card).registeredLeaf;
      case LeafKind.oficioCountersignIntent:
        // What was only begun changes nothing of its letter.
        return leaf.ref === (record as Oficio).signedLeaf;
      case LeafKind.cardTagAssigned: {
        const { registeredLeaf, tagLeaf } = record as Card;
        if (leaf.ref !== registeredLeaf || index >= (tagLeaf ?? -1)) return false;
        // The same tag was given newer keys since; of one that was never its own no later leaf tells.
        const options = { acceptUnread: true, until: index };
        return (await toldCard(this.#deps.log, registeredLeaf, this.#deps.primitives, options))?.tagLeaf === index;
      }
      case LeafKind.officialChanged:
      case LeafKind.officialEnded: {
        const { registeredLeaf } = record as Official;
        return leaf.ref === registeredLeaf && index < (this.#replayed.lastAbout(registeredLeaf)?.leaf ?? -1);
      }
      case LeafKind.crlIntent:
      case LeafKind.crlPublished: {
        const { publishedLeaf, intentLeaf } = record as CrlRow;
        return index < Math.max(publishedLeaf ?? -1, intentLeaf);
      }
      case LeafKind.unitSet:
      case LeafKind.folioSeriesSet:
        return index < (this.#replayed.standing(subject) ?? -1);
      default:
        return false;
    }
  }
}

/**
 * Compares every row that a leaf vouches for with the log, and every leaf with its row: what a leaf commits to stands in
 * the row, no row stands without its leaf, no leaf without its row. Whether the openings are those of the leaves is for
 * the log's own audit. Reads only, also beside acts; memory: a bit for each leaf, the names of units and series, and a
 * leaf for each official who changed.
 * @throws Outage as the log does
 */
export async function auditRegister(deps: JudgeDeps): Promise<RegisterReport> {
  return new Comparison(deps).run();
}
