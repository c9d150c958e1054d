import type { RegisterFinding } from '../../log/claim.ts';
import type { SqliteData } from '../sqlite.ts';

const MAX_MESSAGES = 100;

/**
 * What SQLite finds wrong with its own file: pages, and indexes that do not hold what their tables do. An index that somebody
 * falsified under an honest definition hides rows from lists, and lets a value that must be unique be taken twice.
 */
export function damagedParts({ statements }: Pick<SqliteData, 'statements'>): readonly RegisterFinding[] {
  const rows = statements.get(`PRAGMA integrity_check(${MAX_MESSAGES})`).all();
  const messages = rows.map((row) => String(row['integrity_check'])).filter((message) => message !== 'ok');
  const parts = new Set(messages.map((message) => / index (\w+)/.exec(message)?.[1] ?? 'cotejo.sqlite'));
  return [...parts].map((key) => ({ problem: 'file-damaged', noun: 'database', key }));
}
