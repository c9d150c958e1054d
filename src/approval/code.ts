/** Why something that waits for people is not gone on with. */
export type ApprovalCode =
  | 'approval/not-found'
  /** It waits no more (`state`). */
  | 'approval/not-open'
  /** What would be done by now is something else, or must not be done any more (`reason`): nothing was done. */
  | 'approval/stale'
  /** They are one of its people already: it needs another person. */
  | 'approval/same-person'
  /** The assertion is not of whoever is logged in, over this (`reason`). */
  | 'approval/assertion'
  /** Somebody whose roles, in this unit, fill none of what is missing. */
  | 'approval/not-yours'
  /** Whoever asks has so many that wait (`most`). */
  | 'approval/too-many'
  /** Only letters that wait for a signature are signed together. */
  | 'approval/not-together';
