import { isPdf, type PdfDict, type PdfObject, type PdfRef } from '../pdf/object.ts';
import { readSigned, type Revisions } from './graph.ts';

/**
 * What an object is taken for when it is compared elsewhere than by being the same. `list` is for what only its own reader
 * looks into: an array, or a dictionary of names.
 */
export type Role = 'catalog' | 'form' | 'defaults' | 'list' | 'store' | 'related' | 'related-entry' | 'page' | 'field';

/** What viewers draw values of fields with, in the form's /DR. Signing programs keep things of their own beside these. */
export const DEFAULT_RESOURCES = [
  'Font',
  'XObject',
  'ExtGState',
  'ColorSpace',
  'Pattern',
  'Shading',
  'Properties',
] as const;
export const STORE_LISTS = ['Certs', 'OCSPs', 'CRLs'] as const;
export const RELATED_LISTS = ['Cert', 'OCSP', 'CRL'] as const;
/** What a field holds and shows: compared with its value, where people or signers may give it one. */
export const SHOWN_KEYS: ReadonlySet<string> = new Set(['AP', 'AS', 'V', 'RV']);

type Excused = Readonly<Record<string, Role | 'skipped'>>;

function each(keys: Iterable<string>, what: Role | 'skipped'): Excused {
  return Object.fromEntries([...keys].map((key) => [key, what]));
}

/**
 * Where an excuse holds: in one entry of an object that is itself taken for something. One object may be both the document
 * security store and the resources of a page: whoever drafts a letter writes it so, and the store grows by what the page
 * will show (Shadow Attacks, Mainka et al., NDSS 2021). As resources it has to be the same.
 */
const EXCUSED: Readonly<Record<Role, Excused>> = {
  // Names of extensions are for readers that ask (ISO 32000-2 §7.12).
  catalog: { AcroForm: 'form', DSS: 'store', Extensions: 'list', Metadata: 'skipped' },
  form: { Fields: 'list', DR: 'defaults' },
  defaults: each(DEFAULT_RESOURCES, 'list'),
  store: { ...each(STORE_LISTS, 'list'), VRI: 'related' },
  related: {},
  'related-entry': each(RELATED_LISTS, 'list'),
  page: { Annots: 'list' },
  field: each(SHOWN_KEYS, 'skipped'),
  list: {},
};
const ROLES = Object.keys(EXCUSED) as Role[];

function excuseOf(role: Role, key: string): Role | 'skipped' | undefined {
  if (role === 'related') return 'related-entry';
  return Object.hasOwn(EXCUSED[role], key) ? EXCUSED[role][key] : undefined;
}

/**
 * Entries that name a page, a field or the catalog as one: of annotations, structure elements, object references, kids and
 * signature references. In no dictionary whose keys are free names, such as those of resources, does what these may
 * change (`/Annots`, `/V`, `/AP` …) mean anything when they are reached so: a page is no font, and a field no pattern.
 */
const NODE_KEYS = new Set(['P', 'Pg', 'Parent', 'Obj', 'Data']);

/** An object that must be the same, with the page (from 0) that it was first met on. */
export interface Met {
  readonly ref: PdfRef;
  readonly page: number | undefined;
}

/** Where a walk starts. */
export interface Seed {
  readonly object: PdfObject;
  readonly page?: number;
  readonly role?: Role;
}

/** The catalog, pages and fields, by number: what each is taken for wherever it is referred to as one. */
export type Nodes = ReadonlyMap<number, Role>;

/** A walk through the signed part. References are followed by number; each object is come to once in each role. */
export class Walk {
  /** What was reached without a role, dangling references as well: it must be the same. By number. */
  readonly reached: Map<number, Met> = new Map();
  readonly #inRole = new Map<number, number>();
  readonly #revisions: Revisions;
  readonly #nodes: Nodes;

  constructor(revisions: Revisions, nodes: Nodes = new Map()) {
    this.#revisions = revisions;
    this.#nodes = nodes;
  }

  /** Whether another walk need not go there: it must be the same, or is compared as what it is. */
  has(number: number): boolean {
    return this.reached.has(number) || this.#nodes.has(number);
  }

  /** Marks an object as come to in a role, so that no walk enters it so. */
  enter({ number }: PdfRef, role: Role): boolean {
    const roles = this.#inRole.get(number) ?? 0;
    const bit = 1 << ROLES.indexOf(role);
    this.#inRole.set(number, roles | bit);
    return (roles & bit) === 0;
  }

  /**
   * Everything that can be reached from `seeds`, without what lies behind `boundary`. What cannot be read leads nowhere.
   * Answers what was reached without a role for the first time.
   */
  from(seeds: readonly Seed[], boundary?: Pick<Walk, 'has'>): readonly Met[] {
    const met: Met[] = [];
    for (const seed of seeds) this.#from(seed, boundary, met);
    return met;
  }

  #from(seed: Seed, boundary: Pick<Walk, 'has'> | undefined, met: Met[]): void {
    const stack: PdfObject[] = [];
    const roles: (Role | undefined)[] = [];
    const push = (object: PdfObject, role: Role | undefined, asNode: boolean): void => {
      this.#revisions.now.spend(1);
      if (typeof object !== 'object' || object === null) return;
      stack.push(object);
      roles.push(role ?? (asNode && object.type === 'ref' ? this.#nodes.get(object.number) : undefined));
    };
    const pushEntries = ({ entries }: PdfDict, role: Role | undefined): void => {
      for (const [key, value] of entries) {
        const excuse = role && excuseOf(role, key);
        if (excuse !== 'skipped') push(value, excuse, NODE_KEYS.has(key));
      }
    };
    push(seed.object, seed.role, false);
    for (let object = stack.pop(); object !== undefined; object = stack.pop()) {
      const role = roles.pop();
      if (isPdf(object, 'ref')) {
        if (boundary?.has(object.number) === true) continue;
        const isNew = role ? this.enter(object, role) : this.#reach({ ref: object, page: seed.page }, met);
        const found = isNew ? readSigned(this.#revisions, object) : null;
        // Where a reference leads to another, only the first was compared.
        push(found ?? null, isPdf(found, 'ref') ? undefined : role, false);
      } else if (isPdf(object, 'array')) {
        for (const item of object.items) push(item, undefined, true);
      } else if (isPdf(object, 'dict')) pushEntries(object, role);
      // No role is a stream's.
      else if (isPdf(object, 'stream')) pushEntries(object.dict, undefined);
    }
  }

  #reach(found: Met, met: Met[]): boolean {
    const { number } = found.ref;
    if (this.reached.has(number)) return false;
    this.reached.set(number, found);
    met.push(found);
    return true;
  }
}
