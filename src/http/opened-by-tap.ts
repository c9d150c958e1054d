import type { PublicContext } from './route.ts';

/** Headers by which browsers say that they fetch a page before anybody asked for it. */
const AHEAD_OF_TIME = ['sec-purpose', 'purpose', 'x-purpose', 'x-moz'];

/**
 * Programs of messengers, networks and search engines that look at a link to show what is behind it, by the word that each
 * calls itself. `CUBOT` makes telephones.
 */
const PREVIEW =
  /(?<!CU)bot\b|crawler|spider|slurp|preview|externalhit|externalagent|whatsapp|viber|embedly|iframely|mastodon|vkshare|lighthouse/i;

/** What the pages themselves put behind an address of theirs. */
const OWN_QUERY = /^(?:\?lang=(?:es|en))?$/;

/**
 * Whether a card opened the address on somebody's telephone, as far as the request tells: a browser goes to the very address.
 * One that looks at it beforehand, shows it as a picture or a frame, or comes with a parameter that a messenger added, was
 * not opened so. Whoever is taken for a program by mistake has a button.
 */
export function isOpenedByTap({ req }: PublicContext): boolean {
  if (req.method !== 'GET' || !OWN_QUERY.test(new URL(req.url).search)) return false;
  if (AHEAD_OF_TIME.some((name) => req.header(name) !== undefined)) return false;
  const isPage = (req.header('sec-fetch-dest') ?? 'document') === 'document';
  return isPage && !PREVIEW.test(req.header('user-agent') ?? '');
}
