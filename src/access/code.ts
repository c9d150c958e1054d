/** Why something that gives access is declined. */
export type AccessCode =
  /** What the browser answered is not the making of a passkey as the standard writes it (`what`). */
  | 'access/registration-malformed'
  /** It answers another question than the last one that was asked. */
  | 'access/registration-challenge'
  /** It was made at another address, or while the page was inside another one (`found`). */
  | 'access/registration-origin'
  /** The device did not ask for PIN, finger or face. */
  | 'access/registration-unverified'
  /** The key is of another kind than those accepted, or is weak (`found`). */
  | 'access/registration-key-unfit';
