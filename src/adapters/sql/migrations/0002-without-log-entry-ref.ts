/**
 * Leaves are found by what they refer to in what the process itself has read (docs/decisions/0014-remembered-log.md): an
 * index of the database can be made to lie, and every commit paid for it.
 */
export const withoutLogEntryRef: string = 'DROP INDEX IF EXISTS log_entry_ref;';
