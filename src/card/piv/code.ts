/** Why a PIV card, or what it answers, is declined. No fact of these ever holds a PIN, a PUK or a key. */
export type PivCode =
  /** No PIV application answers on this card (`status`). */
  | 'card/no-application'
  /** The card wants a PIN or the management key before this (`step`). */
  | 'card/not-allowed'
  /** The card does not know this command (`step`). */
  | 'card/unsupported'
  /** What should be written is beyond what the standard gives this object (`object`, `bytes`, `most`). */
  | 'card/too-large'
  /** The card has no room for the object (`object`, `bytes`). */
  | 'card/full'
  /** The management key at hand is not of the length that the card's algorithm takes (`bytes`, `algorithm` where known). */
  | 'card/management-key-algorithm'
  /** The card does not accept the management key at hand. It was tried once. */
  | 'card/management-key-wrong'
  /** The card accepts our answer and does not prove that it holds the management key itself: an impostor. */
  | 'card/not-authentic'
  /** Not six to eight digits. */
  | 'card/pin-malformed'
  /** (`triesLeft` where the card says it.) */
  | 'card/pin-wrong'
  | 'card/pin-blocked'
  /** One try is left (`triesLeft`): it is not spent. */
  | 'card/pin-last-try'
  | 'card/puk-malformed'
  | 'card/puk-wrong'
  | 'card/puk-blocked'
  | 'card/puk-last-try'
  /** The card does not say how many tries are left for its PUK: whether this would be the last is not known. */
  | 'card/puk-tries-unknown'
  /** The key that the card says it made is not of the kind that it was told to make (`step`, `found`, `expected`). */
  | 'card/key-malformed'
  /** There is no key in the slot (`slot`). */
  | 'card/no-key'
  /** What the card signed does not verify with the key at hand (`slot`). */
  | 'card/signature-wrong';
