import type { Primitives } from '../core/primitives.ts';
import { subjectTag } from '../log/leaf.ts';
import type { Put, Versioned } from '../log/ledger.ts';
import type { Official } from './official.ts';

/** The tag under which the person finds a leaf about themselves, and the write that counts it. */
export interface Mention {
  readonly subjectTag: Uint8Array;
  readonly write: Put<'official', Official>;
}

/** For an act about `official` that the directory itself does not change: both go into the same commit. */
export function mentionOfficial(official: Versioned<Official>, primitives: Pick<Primitives, 'hmac'>): Mention {
  const { record, version } = official;
  const acts = record.acts + 1;
  return {
    subjectTag: subjectTag(record.subjectKey, acts, primitives),
    write: { put: 'official', key: record.id, record: { ...record, acts }, ifVersion: version },
  };
}
