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

const NO_FEATURES = [
  ...['accelerometer', 'autoplay', 'browsing-topics', 'camera', 'display-capture', 'encrypted-media'],
  ...['fullscreen', 'geolocation', 'gyroscope', 'hid', 'magnetometer', 'microphone', 'midi', 'payment', 'serial'],
  ...['publickey-credentials-get', 'usb', 'xr-spatial-tracking'],
]
  .map((feature) => `${feature}=()`)
  .join(', ');

const YEAR_SECONDS = 31_536_000;

/**
 * @param origin decides on HSTS: a page of plain HTTP cannot ask for it
 * @param style the one style sheet of the pages, allowed by its hash
 */
export function answerHeaders(origin: string, style: string, primitives: Pick<Primitives, 'digest'>): AnswerHeaders {
  const styleHash = toBase64(primitives.digest('SHA-256', utf8(style)));
  const secure = origin.startsWith('https:');
  const all = {
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
    ...(secure && { 'strict-transport-security': `max-age=${YEAR_SECONDS}` }),
  };
  // What is no page is never shown as one, whatever its bytes are.
  const inert = { ...all, 'content-security-policy': "default-src 'none'; frame-ancestors 'none'; sandbox" };
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
