export type RevocationCode =
  /** Not a list as its standard writes it, or beyond our bounds. */
  | 'revocation/malformed'
  /** A list that we were about to sign breaks a rule. */
  | 'revocation/lint'
  /** One certificate twice in a list. */
  | 'revocation/duplicate-serial'
  /** What the signer returned is not a signature of the issuer's key over the list. */
  | 'revocation/wrong-signature';
