export type RevocationCode =
  /** Not a list as its standard writes it, or beyond our bounds. */
  | 'revocation/malformed'
  /** A list that we were about to sign breaks a rule. */
  | 'revocation/lint'
  /** One certificate twice in a list. */
  | 'revocation/duplicate-serial'
  /** What the signer returned is not a signature of the issuer's key over the list. */
  | 'revocation/wrong-signature'
  /** The root signed a list after another one had been prepared. */
  | 'revocation/root-list-overtaken'
  /** A development installation has its root's key at hand: its list is renewed with the others. */
  | 'revocation/root-not-offline';

export type RevocationOutageCode =
  /** The root's key is offline, and none of the lists that it signed is in force (`ended`). */
  'revocation/root-list-over';
