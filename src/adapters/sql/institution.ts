import type { Institution } from '../../directory/institution.ts';
import { institutions } from './nouns.ts';
import { findRecord } from './record-table.ts';
import type { Reader } from './statements.ts';

/** The key of the one row. */
export const INSTITUTION_KEY = 'institution';

/** Who answers for this installation; `undefined` before `init`. */
export async function sqlInstitution(db: Reader): Promise<Institution | undefined> {
  return (await findRecord(db, institutions, INSTITUTION_KEY))?.record;
}
