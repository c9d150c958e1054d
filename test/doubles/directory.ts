import { Refusal } from '../../src/core/refusal.ts';
import { identityOf, type Official, type OfficialId } from '../../src/directory/official.ts';
import type { DirectoryStore, DirectoryWrite, OfficialQuery, Page, PhotoRow } from '../../src/directory/store.ts';
import { foldText } from '../../src/directory/text.ts';
import type { Unit, UnitCode } from '../../src/directory/unit.ts';
import type { LeafDraft } from '../../src/log/leaf.ts';
import type { Act, Ledger, Versioned } from '../../src/log/ledger.ts';

/** The directory and its ledger in memory, with the promises of the real ones. */
export class MemoryDirectory implements DirectoryStore, Ledger<DirectoryWrite> {
  readonly leaves: LeafDraft[] = [];
  readonly #rows = new Map<string, Versioned<object>>();

  async commit({ leaf, writes }: Act<DirectoryWrite>): Promise<{ index: number }> {
    const index = this.leaves.length;
    for (const { put, key, ifVersion, record } of writes) {
      const version = this.#rows.get(`${put} ${key}`)?.version ?? 0;
      if (version !== ifVersion) throw new Refusal('log/stale', 'stale', { put, key, reason: 'version' });
      if (put === 'official' && !record.ended && this.#inOffice(identityOf(record), key)) {
        throw new Refusal('log/stale', 'taken', { put, key, reason: 'taken' });
      }
    }
    this.leaves.push(leaf);
    for (const { put, key, ifVersion, record, leafAs } of writes) {
      const stored = { ...record, ...(leafAs !== undefined && { [leafAs]: index }) };
      this.#rows.set(`${put} ${key}`, { record: stored, version: ifVersion + 1 });
    }
    return { index };
  }

  #inOffice(identity: string, except: string): boolean {
    return this.#officials().some(({ record }) => {
      return !record.ended && record.id !== except && identityOf(record) === identity;
    });
  }

  #officials(): Versioned<Official>[] {
    const rows = [...this.#rows].filter(([key]) => key.startsWith('official '));
    return rows.map(([, row]) => row as Versioned<Official>);
  }

  async findOfficial(id: OfficialId): Promise<Versioned<Official> | undefined> {
    return this.#rows.get(`official ${id}`) as Versioned<Official> | undefined;
  }

  async findByIdentity(identity: string): Promise<readonly Versioned<Official>[]> {
    const found = this.#officials().filter(({ record }) => identityOf(record) === identity);
    return found.sort((a, b) => b.record.registeredLeaf - a.record.registeredLeaf).slice(0, 16);
  }

  async searchOfficials(query: OfficialQuery): Promise<Page<Official>> {
    const words = foldText(query.name ?? '').split(' ').filter((word) => word !== '').slice(0, 8); // prettier-ignore
    const sorted = this.#officials()
      .map(({ record }) => {
        const hidden = query.publicOnly && record.publication.state === 'reserved';
        return { record, order: hidden ? '' : foldText(record.name) };
      })
      .filter(({ record, order }) => {
        const { unit, inOfficeOn } = query;
        return (
          (unit === undefined || record.unit === unit) &&
          (inOfficeOn === undefined || !record.ended || record.ended.on > inOfficeOn) &&
          words.every((word) => ` ${order}`.includes(` ${word}`))
        );
      })
      .sort((a, b) => (`${a.order}\0${a.record.id}` < `${b.order}\0${b.record.id}` ? -1 : 1));
    const { after } = query;
    const rest = after
      ? sorted.filter(({ order, record }) => `${order}\0${record.id}` > `${after.order}\0${after.id}`)
      : sorted;
    const page = rest.slice(0, query.limit);
    const last = page.at(-1);
    return {
      items: page.map(({ record }) => record),
      ...(last && rest.length > page.length && { next: { order: last.order, id: last.record.id } }),
    };
  }

  async findPhoto(id: OfficialId): Promise<Versioned<PhotoRow> | undefined> {
    return this.#rows.get(`photo ${id}`) as Versioned<PhotoRow> | undefined;
  }

  async findUnit(code: UnitCode): Promise<Versioned<Unit> | undefined> {
    return this.#rows.get(`unit ${code}`) as Versioned<Unit> | undefined;
  }

  async listUnits(): Promise<readonly Unit[]> {
    const rows = [...this.#rows].filter(([key]) => key.startsWith('unit '));
    return rows.map(([, { record }]) => record as Unit).sort((a, b) => (a.code < b.code ? -1 : 1));
  }
}
