/** Of the numbers of objects: what every reader goes by (ISO 32000-1 annex C). */
export const LARGEST_SIZE = 8_388_607;

/** What a document may make us spend. */
export interface PdfLimits {
  readonly maxFileBytes: number;
  /** Object numbers, and entries of one cross-reference section. */
  readonly maxObjects: number;
  readonly maxRevisions: number;
  readonly maxPages: number;
  /** Of one stream, decoded. */
  readonly maxStreamBytes: number;
  /** Of all streams decoded through one file, whichever of its revisions they are read in. */
  readonly maxInflatedBytes: number;
  /**
   * Values in all objects that are read, in whichever revision, by what they take in memory: a number 1, a name or a
   * reference 2, a string 4, an array 5, a dictionary 8 and 2 for each key, an object in the index of an object stream 1.
   */
  readonly maxValues: number;
  /** Entries of earlier revisions' tables, objects walked through and so on: some ten nanoseconds each. */
  readonly maxSteps: number;
}

/**
 * For what we are about to hand out: less than for what anybody brings, so that what was found within these is found by every verifier,
 * which reads seals and pages besides.
 */
export function ownLimits(): Pick<PdfLimits, 'maxInflatedBytes' | 'maxValues' | 'maxSteps'> {
  const { maxInflatedBytes, maxValues, maxSteps } = DEFAULT_LIMITS;
  return { maxInflatedBytes: maxInflatedBytes * OWN, maxValues: maxValues * OWN, maxSteps: maxSteps * OWN };
}

const OWN = 7 / 8;

export const DEFAULT_LIMITS: PdfLimits = {
  maxFileBytes: 256 * 1024 * 1024,
  maxObjects: 1_000_000,
  maxRevisions: 1000,
  maxPages: 20_000,
  maxStreamBytes: 32 * 1024 * 1024,
  maxInflatedBytes: 128 * 1024 * 1024,
  maxValues: 8_000_000,
  maxSteps: 32_000_000,
};
