import { setImmediate } from 'node:timers/promises';
import { foldText } from '../../directory/text.ts';
import type { OficioId } from '../../oficio/oficio.ts';
import type { NamedBeside } from '../../personal/office.ts';
import type { SqliteData } from '../sqlite.ts';

const PAGE = 500;
const MOST_NAMED = 200;

const TABLES = [
  `SELECT key, key AS letter, json_extract(record, '$.kept.name') AS name FROM delivery WHERE key > ? AND json_valid(record)`,
  `SELECT key, json_extract(record, '$.letter') AS letter, json_extract(record, '$.kept.name') AS name FROM reception
   WHERE key > ? AND json_valid(record)`,
];

/** Letters with an addressee or a receiver whose name has every word of this one, without regard to accents, case and order. */
export async function namedBeside({ select }: Pick<SqliteData, 'select'>, name: string): Promise<NamedBeside> {
  const letters = new Set<OficioId>();
  for (const table of TABLES) {
    for (let after = ''; ;) {
      const rows = select(`${table} ORDER BY key LIMIT ${PAGE}`, [after]);
      for (const { letter, name: found } of rows) {
        if (typeof found !== 'string' || !isNamed(found, name)) continue;
        if (letters.size === MOST_NAMED) return { letters: [...letters], isBounded: true };
        letters.add(String(letter) as OficioId);
      }
      if (rows.length < PAGE) break;
      after = String(rows.at(-1)!['key']);
      // Others may work between two pages.
      await setImmediate();
    }
  }
  return { letters: [...letters], isBounded: false };
}

export function isNamed(found: string, asked: string): boolean {
  const own = wordsOf(found);
  const words = wordsOf(asked);
  return words.length > 0 && words.every((word) => own.includes(word));
}

function wordsOf(name: string): readonly string[] {
  return foldText(name).split(' ').filter(Boolean);
}
