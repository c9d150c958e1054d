export type SealCode =
  /** Looks like a seal of ours, but its characters or bytes are not exactly one. */
  | 'seal/malformed'
  /** Neither an address of a seal nor a seal: somebody typed or scanned something else. */
  | 'seal/not-a-seal'
  /** The address leads to another place than ours (`host`). */
  | 'seal/other-host'
  /** The address is ours, but over plain HTTP. */
  | 'seal/not-https'
  /** Claims that a seal cannot carry (`field`). */
  | 'seal/claims'
  /** The seal, or its address, does not fit the printed code. */
  | 'seal/too-long'
  /** A public address that QR alphanumeric mode cannot spell. */
  | 'seal/origin'
  /** Not twelve symbols of a typed code. */
  | 'seal/not-a-code'
  /** Twelve symbols whose check symbol says that one was mistaken. */
  | 'seal/code-mistyped'
  /** A text that the stamp has to show whole does not fit its place. */
  | 'seal/text-too-long'
  /** The place that was asked for is not wholly on a visible page (`page`). */
  | 'seal/outside-page'
  /** The place that was asked for lies over something printed (`page`), which was not wanted. */
  | 'seal/covers'
  /** No page has room for the seal, and none may be added: the document is signed already. */
  | 'seal/no-room';
