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
  | 'access/registration-key-unfit'
  /** Nobody is logged in, and the act is somebody's. */
  | 'access/login-needed'
  /** Whoever is logged in has none of the roles that the act needs (`roles`). */
  | 'access/role-missing'
  /** The act needs fresh assertions over exactly its record. */
  | 'access/assertion-needed'
  /** The assertions that came do not authorise it (`reason`). */
  | 'access/not-authorised'
  /** The name of a person is none. */
  | 'access/name'
  | 'access/person-unknown'
  | 'access/person-ended'
  /** A further passkey of somebody says another name or post. */
  | 'access/other-person'
  /** Whoever is to act as an official is not in office (`official`, `mandate`). */
  | 'access/no-mandate'
  | 'access/passkey-unknown'
  /** The passkey is enrolled already, for somebody else, or was ended. */
  | 'access/credential-in-use'
  /** Not roles as they are written, or more than anybody has. */
  | 'access/roles';
