/** Addresses that no tag gave, made of some that one did: of each kind of forgery about as many. The same in every run. */
export function forger(given: readonly string[], seed = 4711): () => string {
  const next = (below: number): number => {
    seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0;
    return (seed >>> 8) % below;
  };
  const digits = (count: number): string => Array.from({ length: count }, () => '0123456789ABCDEF'[next(16)]).join('');
  const MAC = 16;
  const PICC = 32;
  return () => {
    const good = given[next(given.length)]!;
    const at = next(good.length);
    const macAt = good.length - MAC;
    const piccAt = macAt - 1 - PICC;
    switch (next(10)) {
      case 0: // one character is another
        return (
          good.slice(0, at) + String.fromCharCode((good.charCodeAt(at) + 1 + next(255)) % 256) + good.slice(at + 1)
        );
      case 1: // one digit is another
        return good.replaceAll(/[0-9A-F]/g, (digit, place: number) =>
          place === piccAt + next(56) ? digits(1) : digit,
        );
      case 2: // made up, in the right form
        return `${good.slice(0, piccAt)}${digits(PICC)}/${digits(MAC)}`;
      case 3: // the number of one tap under the MAC of another
        return good.slice(0, macAt) + given[next(given.length)]!.slice(macAt);
      case 4: // of another batch
        return `${good.slice(0, piccAt - 5)}${digits(4)}${good.slice(piccAt - 1)}`;
      case 5: // another case
        return next(2) ? good.toLowerCase() : good.toUpperCase();
      case 6: // shorter
        return good.slice(0, at);
      case 7: // longer
        return next(2) ? good + digits(1 + next(4)) : `${good}?fbclid=${digits(8)}`;
      case 8: // something between
        return good.slice(0, at) + ['/', '%2F', '\n', ' ', '0', '.', '\u0000'][next(7)]! + good.slice(at);
      default: // repeated
        return good;
    }
  };
}
