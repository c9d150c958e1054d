/** Why a distinctive is declined. */
export type DistinctiveCode =
  /** None has this number (`asked`). */
  | 'distinctive/not-found'
  /** The person has none to withdraw (`official`). */
  | 'distinctive/none'
  /**
   * It was withdrawn or replaced, its last day is over, or a credential of its person is `suspended` (`number`, `state`): nothing is
   * printed for it.
   */
  | 'distinctive/over'
  /** The person has no mandate today (`official`, `mandate`). */
  | 'distinctive/no-mandate'
  /** The last day that was asked for is over, or after the `latest` one that evidence and mandate allow. */
  | 'distinctive/until'
  /** Evidence of a kind is missing (`kind`), or said twice. */
  | 'distinctive/evidence-missing'
  | 'distinctive/evidence-repeated'
  /** A kind that nobody knows (`kind`). */
  | 'distinctive/evidence-unknown'
  /** Evidence that was over already (`kind`, `on`), or ends later than any does (`kind`, `latest`). */
  | 'distinctive/evidence-expired'
  | 'distinctive/evidence-too-late'
  /** What it is called where it is kept has another form (`kind`). */
  | 'distinctive/evidence-reference'
  | 'distinctive/reason-unknown';
