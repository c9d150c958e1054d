import type { PassingRow } from '../access/passing-store.ts';
import type { UnixSeconds } from '../core/time.ts';

/** Who asked for the data of whom: it gives nobody a right, so no leaf stands behind it, and it passes. */
export interface ExportNote extends PassingRow {
  readonly at: UnixSeconds;
  /** The person who asked, as the log tells them; absent at the socket of the machine. */
  readonly by?: { readonly person: string; readonly name: string };
  /** As it was asked for: a name as well. */
  readonly about: ExportSubject;
}

/** About whom: an official of the directory, somebody who works here, or whoever is named beside a letter. */
export type ExportSubject = { readonly official: string } | { readonly person: string } | { readonly name: string };
