/** What is declined where an installation is founded, before there is one. */
export type FoundingCode =
  /** Passkeys are of the host of an https address, and of a name (`found`). */
  | 'founding/origin'
  /** An arc under which nothing counts, in the institution's file (`found`). */
  | 'founding/arc'
  /** Not from `least` to `most` founders with a name each (`found`). */
  | 'founding/founders'
  /** An address that nobody was given, or that was given up for a newer one. */
  | 'founding/ticket-unknown'
  | 'founding/ticket-used'
  | 'founding/ticket-expired'
  /** The page was opened by an address that was used up, in another browser. */
  | 'founding/not-opened'
  /** A request that did not come from the founding page. */
  | 'founding/elsewhere'
  /** The passkey is another founder's. */
  | 'founding/key-of-another'
  /** All passkeys were confirmed: none is made any more. */
  | 'founding/over'
  /** Everything but the founding page, meanwhile. */
  | 'founding/in-progress';
