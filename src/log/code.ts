/** Why the log declines. */
export type LogCode =
  | 'log/retry-differs'
  /** Somebody else changed a row first, or the unique value is taken: load again and decide again. */
  | 'log/stale'
  | 'log/no-such-entry'
  /** Committed, but no signed checkpoint covers it yet: a moment later one will. */
  | 'log/not-yet-published'
  | 'log/leaf-malformed'
  | 'log/key-malformed'
  | 'log/note-malformed'
  /** No signature by a key that we were told to trust. */
  | 'log/note-unsigned'
  /** A signature that claims to be by a trusted key and is not. */
  | 'log/note-forged'
  | 'log/checkpoint-malformed'
  | 'log/wrong-origin'
  | 'log/bundle-malformed'
  | 'log/proof-malformed'
  /** The entries lead to another root than the one that was signed for the same size. */
  | 'log/forked'
  /** Fewer entries than a checkpoint that was signed before: an old copy was restored. */
  | 'log/behind-checkpoint'
  /** Entries, and not one checkpoint: each log has had one since it was made. */
  | 'log/checkpoint-missing'
  /** Somebody erased the record of a leaf, and what has to be made needs it. */
  | 'log/opening-missing'
  /** The database is damaged: no retry helps, an audit names what is wrong and a backup mends it. */
  | 'log/corrupt';

/** What the log stands on is not there now. */
export type LogOutageCode = 'log/unavailable' | 'log/disk-full';
