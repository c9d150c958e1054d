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
  | 'keys/name'
  /** Outage: the folder cannot be read or written now. */
  | 'keys/unavailable';
