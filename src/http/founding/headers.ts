import { toBase64 } from '../../core/base64.ts';
import { utf8 } from '../../core/bytes.ts';
import type { Primitives } from '../../core/primitives.ts';
import type { Headers } from '../security-headers.ts';
import { FOUNDING_STYLE } from './style.ts';

const YEAR_SECONDS = 31_536_000;

/** Of every answer while an installation is founded: nothing from elsewhere runs or is shown, nobody else shows or keeps the page. */
export function foundingHeaders(primitives: Pick<Primitives, 'digest'>): {
  readonly page: Record<string, string>;
  readonly script: Record<string, string>;
  readonly json: Record<string, string>;
} {
  const style = toBase64(primitives.digest('SHA-256', utf8(FOUNDING_STYLE)));
  const all: Headers = {
    'x-content-type-options': 'nosniff',
    // The addresses are secrets, told to nobody else; without any a form of ours would not say where it comes from.
    'referrer-policy': 'same-origin',
    'strict-transport-security': `max-age=${YEAR_SECONDS}`,
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-resource-policy': 'same-origin',
    'x-robots-tag': 'noindex, noimageindex',
    'cache-control': 'no-store',
  };
  return {
    page: {
      ...all,
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy':
        `default-src 'none'; script-src 'self'; style-src 'sha256-${style}'; connect-src 'self'; form-action 'self'; ` +
        "frame-ancestors 'none'; base-uri 'none'; require-trusted-types-for 'script'; trusted-types 'none'",
      'permissions-policy': 'publickey-credentials-create=(self), camera=(), geolocation=(), microphone=()',
    },
    script: { ...all, 'content-type': 'text/javascript; charset=utf-8' },
    json: { ...all, 'content-type': 'application/json; charset=utf-8' },
  };
}
