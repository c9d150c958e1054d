import type { StatusListName } from '../../revocation/lists.ts';
import { statusPlaces } from './nouns.ts';
import { findRecord } from './record-table.ts';
import type { Reader } from './statements.ts';

export async function findPlace(db: Reader, list: StatusListName, index: number): Promise<string | undefined> {
  return (await findRecord(db, statusPlaces, `${list}/${index}`))?.record.subject;
}
