/** Why the data of an installation is not opened. */
export type DataCode =
  /** Written by a newer Cotejo: this one would ruin it. */
  | 'data/newer'
  /** Written by an older Cotejo and opened for reading only: it has to be opened for writing once. */
  | 'data/older'
  /** Somebody else's database. */
  | 'data/not-cotejo'
  | 'data/sqlite-too-old'
  /** This account may not read the folder or write the file (`path`); `owner` may. */
  | 'data/not-permitted'
  /** Tables, indexes or triggers that our migrations did not make, or that are missing; `type` and `name` say which. */
  | 'data/schema-changed'
  /** A row whose record is none: damaged, or edited by somebody. */
  | 'data/row-damaged'
  /** The row of the charter holds no charter. */
  | 'data/charter-damaged';

export type DataOutageCode =
  /** Another process has it open for writing. */
  | 'data/in-use'
  /** The file cannot be opened or made: a missing folder, a missing permission, a disk that does not answer. */
  | 'data/unavailable';
