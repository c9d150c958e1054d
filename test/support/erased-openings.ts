import type { Ports } from '../../src/ports.ts';

type Database = Ports['data']['database'];

/** Takes the records of these leaves away, as whoever may write to the file can. @returns what puts them back */
export function eraseOpenings(database: Database, ...indexes: readonly number[]): () => void {
  database.exec('DROP TRIGGER IF EXISTS opening_kept');
  const rows = indexes.map((index) => database.prepare('SELECT * FROM opening WHERE idx = ?').get(index)!);
  for (const index of indexes) database.prepare('DELETE FROM opening WHERE idx = ?').run(index);
  const insert = 'INSERT INTO opening (idx, record, salt, evidence_kind, evidence) VALUES (?, ?, ?, ?, ?)';
  return () => {
    for (const row of rows) database.prepare(insert).run(...(Object.values(row) as (number | Uint8Array)[]));
  };
}

/** The same of one leaf while `act` runs. */
export async function whileErased<Result>(
  database: Database,
  index: number,
  act: () => Promise<Result>,
): Promise<Result> {
  const putBack = eraseOpenings(database, index);
  try {
    return await act();
  } finally {
    putBack();
  }
}
