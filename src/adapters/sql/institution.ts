import type { Institution } from '../../directory/institution.ts';
import { INSTITUTION_KEY, institutions } from './nouns.ts';
import { findRecord } from './record-table.ts';
import type { Reader } from './statements.ts';

/** Who answers for this installation; `undefined` before `init`. */
export async function sqlInstitution(db: Reader): Promise<Institution | undefined> {
  return (await findRecord(db, institutions, INSTITUTION_KEY))?.record;
}
