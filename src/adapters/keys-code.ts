export type KeysCode =
  | 'keys/not-found'
  /** A key of this name is there already: keys are never overwritten. */
  | 'keys/exists'
  /** The key lies there readable for whoever reads the file: only development keys may. */
  | 'keys/unencrypted'
  /** A development key, in an installation that is not for development. */
  | 'keys/development-only'
  /** Others than the owner may read the folder or the file. */
  | 'keys/permissions'
  | 'keys/damaged'
  /** An encrypted key, in a development installation. */
  | 'keys/encrypted'
  /** Outage: the keys are encrypted, and nobody has given a passphrase since the start. */
  | 'keys/locked'
  /** A file encrypted under another key than the folder's: of another installation, or of a folder made anew. */
  | 'keys/other-encryption'
  | 'keys/passphrase-weak'
  | 'keys/passphrase-wrong'
  | 'keys/custodian-name'
  | 'keys/custodian-exists'
  | 'keys/custodian-unknown'
  /** The last one is never taken away: nobody could open the keys any more. */
  | 'keys/custodian-last'
  | 'keys/custodian-many'
  /** A backup of the keys would lie inside the data folder: one disk, one loss (`path`). */
  | 'keys/backup-inside'
  /** The folder for a backup holds something (`path`). */
  | 'keys/backup-occupied'
  | 'keys/name'
  /** Outage: the folder cannot be read or written now. */
  | 'keys/unavailable';
