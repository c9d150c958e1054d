/** Where assertions may have been made: the hosts of the institution's addresses, present and former (WebAuthn §5.1.2). */
export interface RelyingParty {
  /** Relying party identifiers: host names. */
  readonly rpIds: readonly string[];
  /** Web origins: scheme, host and port. */
  readonly origins: readonly string[];
}

/** @param addresses base addresses as the charter has them: `https://host[:port][/prefix]` */
export function relyingPartyOf(addresses: readonly string[]): RelyingParty {
  const urls = addresses.map((address) => new URL(address));
  return {
    rpIds: [...new Set(urls.map(({ hostname }) => hostname))],
    origins: [...new Set(urls.map(({ origin }) => origin))],
  };
}
