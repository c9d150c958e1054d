import type { Kysely } from 'kysely';
import type { StatusListName } from '../../revocation/lists.ts';
import { statusPlaces } from './nouns.ts';
import { findRecord } from './record-table.ts';
import type { Tables } from './tables.ts';

export async function placeTaken(db: Kysely<Tables>, list: StatusListName, index: number): Promise<boolean> {
  return (await findRecord(db, statusPlaces, `${list}/${index}`)) !== undefined;
}
