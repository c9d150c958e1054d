/** What is declined at the door of the office. */
export type LoginCode =
  /** The question was answered before, is another browser's, or is too old: it is asked anew. */
  | 'login/challenge-over'
  /** The passkey is nobody's who works here: not approved yet, without roles, or ended. */
  | 'login/passkey-unknown'
  /** The card is of nobody who works here, or not in force. */
  | 'login/card-unknown'
  /** What the passkey answered does not count (`reason`). */
  | 'login/declined'
  /** A form or script that is not of our own pages. */
  | 'login/elsewhere'
  /** Eight hours went by, or half of one without a request; or somebody ended it. */
  | 'session/over'
  /** The person, the passkey or its roles are not what they were at the login. */
  | 'session/changed'
  /** No session of this person. */
  | 'session/unknown';

/** What is declined where somebody is invited to work here, and makes a passkey. */
export type InvitationCode =
  /** The official has a passkey here: a further one is asked for beside their name. */
  | 'invitation/enrolled-already'
  /** The roles are none, or not as they are written. */
  | 'invitation/roles'
  | 'invitation/unknown'
  | 'invitation/expired'
  | 'invitation/used'
  /** Not the code that was given in person (`left`: how often it may be tried still). */
  | 'invitation/code-wrong'
  /** The code was wrong too often. */
  | 'invitation/closed'
  /** Another browser than the one in which the invitation was used. */
  | 'invitation/not-opened'
  /** A passkey that somebody has, or waits for, already. */
  | 'invitation/key-in-use'
  /** Nobody waits for approval under that id. */
  | 'invitation/not-pending';

/** What is declined where a program asks to act in somebody's name. */
export type DeviceCode =
  /** No program waits under that code: mistyped, answered, or too old. */
  | 'device/unknown'
  /** The passkey that answered is not of whoever is logged in. */
  | 'device/another-passkey'
  /** The name of its machine cannot be read. */
  | 'device/host';

/** What is declined about the tokens of programs. */
export type TokenCode =
  /** It expired, was ended, or its owner has no access any more. */
  | 'token/over'
  /** A token answers for no person: what somebody has to will is not for programs. */
  | 'token/needs-person'
  /** Whoever makes one has to have logged in just now. */
  | 'token/login-again'
  | 'token/label'
  /** None, not as they are written, or more than whoever makes it has. */
  | 'token/roles'
  | 'token/until'
  | 'token/too-many'
  /** Founders have none. */
  | 'token/not-theirs'
  /** No token of this person. */
  | 'token/unknown';
