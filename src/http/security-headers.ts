import { utf8 } from '../core/bytes.ts';
import { toBase64 } from '../core/base64.ts';
import type { Primitives } from '../core/primitives.ts';

export type Headers = Readonly<Record<string, string>>;

/** What each kind of answer carries: made once, because headers made per request cost more than the answer. */
export interface AnswerHeaders {
  readonly page: Headers;
  /** Verdicts as JSON, and problems. */
  readonly json: Headers;
  /** What anybody may copy and keep: certificates, lists, the log. */
  readonly published: Headers;
  /** Photos: for our pages only. */
  readonly photo: Headers;
}

/** Of what is no page: whatever its bytes are, it loads and runs nothing. */
export const INERT_POLICY = "default-src 'none'; base-uri 'none'; frame-ancestors 'none'";

const NO_FEATURES = [
  ...['accelerometer', 'autoplay', 'browsing-topics', 'camera', 'display-capture', 'encrypted-media'],
  ...['fullscreen', 'geolocation', 'gyroscope', 'hid', 'magnetometer', 'microphone', 'midi', 'payment', 'serial'],
  ...['publickey-credentials-get', 'usb', 'xr-spatial-tracking'],
]
  .map((feature) => `${feature}=()`)
  .join(', ');

const YEAR_SECONDS = 31_536_000;

/**
 * HSTS, where the base address has HTTPS: a page of plain HTTP cannot ask for it. Below a path the host is somebody else's
 * as well, who answers for its subdomains; a host of our own vouches for them.
 */
export function transportSecurity(address: string): Headers {
  const { protocol, pathname } = new URL(address);
  if (protocol !== 'https:') return {};
  const subdomains = pathname === '/' ? '; includeSubDomains' : '';
  return { 'strict-transport-security': `max-age=${YEAR_SECONDS}${subdomains}` };
}

/**
 * @param origin the base address
 * @param style the one style sheet of the pages, allowed by its hash
 */
export function answerHeaders(origin: string, style: string, primitives: Pick<Primitives, 'digest'>): AnswerHeaders {
  const styleHash = toBase64(primitives.digest('SHA-256', utf8(style)));
  const all = {
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
    ...transportSecurity(origin),
  };
  // What is no page is never shown as one, whatever its bytes are.
  const inert = { ...all, 'content-security-policy': `${INERT_POLICY}; sandbox` };
  const shared = { 'access-control-allow-origin': '*', 'cross-origin-resource-policy': 'cross-origin' };
  return {
    page: {
      ...all,
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy':
        `default-src 'none'; style-src 'sha256-${styleHash}'; img-src 'self'; form-action 'self'; ` +
        "frame-ancestors 'none'; base-uri 'none'",
      'permissions-policy': NO_FEATURES,
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-resource-policy': 'same-origin',
      'x-robots-tag': 'noindex, noimageindex',
      'cache-control': 'no-store',
      vary: 'Accept-Language',
    },
    json: { ...inert, ...shared, 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-store' },
    published: { ...inert, ...shared },
    photo: {
      ...inert,
      'content-type': 'image/jpeg',
      'cross-origin-resource-policy': 'same-origin',
      'x-robots-tag': 'noindex, noimageindex',
    },
  };
}
