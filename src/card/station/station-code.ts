/** Why a station declines to go on with a card. No fact of these ever holds a PIN, a PUK or a key. */
export type StationCode =
  /** There are certificates on the card, and it is none of ours (`found`): nothing is overwritten. */
  | 'card/not-blank'
  /** It is the card of somebody else (`number`). */
  | 'card/of-another'
  /** The person's card was begun on another body (`number`). */
  | 'card/begun-elsewhere'
  /** A secret of the card is neither the factory's nor ours (`secret`: `management-key`, `puk`). */
  | 'card/foreign-secret'
  /**
   * A secret that this station set is the factory's again, the card says (`secret`: `management-key`, `puk`): it is another
   * one, or was reset.
   */
  | 'card/factory-again'
  /** A secret that the factory gave every card still works, or nobody can tell that it does not (`secret`). */
  | 'card/factory-secret'
  /** What was written is not what is read back (`object`). */
  | 'card/read-back-differs'
  /** Another card than before answers in the reader (`number`). */
  | 'card/exchanged'
  /** The card attests another key than it said it made (`slot`). */
  | 'card/attests-another-key'
  /** This station takes chips of makers that it knows alone, and this one is of none of them (`slot`). */
  | 'card/maker-unknown'
  /** Digits that everybody tries first: all alike, in a row, or the factory's. */
  | 'card/pin-too-simple'
  /** The PIN typed again is not the one that was typed first. */
  | 'card/pins-differ'
  /** What is answered is not asked any more: the card was pulled, or somebody answered already. */
  | 'card/question-over'
  /** A tag came to its reader, and nobody knows in the body of which card it is. */
  | 'card/tag-out-of-turn'
  /** Another reader of this station works on a card of the same person (`officialId`). */
  | 'card/busy'
  /** The chip does not say that it is a card of anybody here, or shows no certificate of its own. */
  | 'card/not-ours'
  /** The certificate on the card is of another card than the one it says it is (`number` where it is known). */
  | 'card/certificate-of-another'
  /** Its card is in use (`number`), and nothing on the tag proves that it is of that card. */
  | 'card/still-active'
  /** The card is not active (`number`, `state`). */
  | 'card/not-active'
  /** It is the card of somebody else than who is to sign (`number`, `holder`). */
  | 'card/not-the-signers'
  /** Nothing on the card signs letters (`number`). */
  | 'card/no-signing-key'
  /** No certificate in 9A that anybody could log in with. */
  | 'card/no-login-key'
  /** The photo cannot be written on the card: it is no JPEG. */
  | 'card/photo-unfit';

/** The station cannot work now. */
export type StationOutageCode =
  /** No reader is plugged in, or none of that name (`reader`). */
  | 'card/no-reader'
  /** No card of the kind that is wanted lies in any reader. */
  | 'card/none-in-reader'
  /** What is about to be done cannot be written down (`path`, `reason`): nothing more is done to any card. */
  | 'card/journal-unwritable';
