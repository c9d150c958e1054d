import { STYLE } from '../../verifier-web/style.ts';
import type { Site } from '../../verifier-web/facts.ts';
import { Outage, Refusal } from '../core/refusal.ts';
import type { Answer } from '../verifier/index.ts';
import { callerAddress } from './caller.ts';
import type { PublicDeps } from './deps.ts';
import { networkOf, RateLimiter, type RateLimit } from './rate-limit.ts';
import type { PublicContext } from './route.ts';
import { answerHeaders, type AnswerHeaders } from './security-headers.ts';

export interface PublicOptions {
  /** Folios and typed codes asked by one network: a folio is guessable. */
  readonly lookups?: RateLimit;
  /** Files sent by one network: each costs seconds of work at worst. */
  readonly uploads?: RateLimit;
  /** Files held in memory at once; each network may have `mostUploadsEach` of them, so that none keeps the others out. */
  readonly mostUploads?: number;
  readonly mostUploadsEach?: number;
}

/** Below this many characters a text can be a folio, a typed code or a serial number: things that can be guessed. */
const MOST_GUESSABLE = 100;
const BUSY_SECONDS = 5;

/** What all routes share. */
export interface PublicSite {
  readonly deps: PublicDeps;
  readonly site: Site;
  readonly headers: AnswerHeaders;
  /** The answer to what somebody typed, within the network's allowance. @throws Refusal `http/too-many-requests` */
  askTyped(c: PublicContext, text: string): Promise<Answer>;
  /** The answer to a seal in an address: never to a folio or a code in its place. */
  askSeal(c: PublicContext, seal: string): Promise<Answer>;
  /** The answer about a file, read by `read` within the allowances. @throws Refusal, Outage `http/unavailable` */
  askFile(c: PublicContext, read: (request: Request) => Promise<Uint8Array>): Promise<Answer>;
  askCredential(c: PublicContext, serial: string): Promise<Answer>;
}

export function publicSite(deps: PublicDeps, options: PublicOptions = {}): PublicSite {
  const limits = {
    lookup: options.lookups ?? { burst: 30, secondsEach: 2 },
    upload: options.uploads ?? { burst: 12, secondsEach: 5 },
  };
  const limiter = new RateLimiter(deps);
  const { mostUploads = 8, mostUploadsEach = 3 } = options;
  /** The network of each file that is being received or judged, no longer. */
  const uploads: string[] = [];

  const take = (c: PublicContext, name: keyof typeof limits): void => {
    const seconds = limiter.take(name, callerAddress(c), limits[name]);
    if (seconds > 0) throw new Refusal('http/too-many-requests', `wait ${seconds} seconds`, { retryAfter: seconds });
  };
  const note = (c: PublicContext, answer: Answer): Answer => {
    c.set('state', answer.state);
    return answer;
  };
  const { protocol, host, pathname } = new URL(deps.origin);
  const base = pathname.replace(/\/$/, '');
  return {
    deps,
    site: {
      institution: deps.institution,
      base,
      host: `${protocol === 'https:' ? '' : 'http://'}${host}${base}`,
      dev: deps.dev,
    },
    headers: answerHeaders(deps.origin, STYLE, deps.primitives),
    async askTyped(c, text) {
      if (text.length <= MOST_GUESSABLE) take(c, 'lookup');
      return note(c, await deps.verifyTyped(text));
    },
    async askSeal(c, seal) {
      return note(c, await deps.verifySeal(`${deps.origin}/v/${seal}`));
    },
    async askCredential(c, serial) {
      take(c, 'lookup');
      return note(c, await deps.verifyCredential(serial));
    },
    async askFile(c, read) {
      take(c, 'upload');
      const network = networkOf(callerAddress(c));
      const own = uploads.filter((one) => one === network).length;
      if (uploads.length >= mostUploads || own >= mostUploadsEach) {
        throw new Outage('http/unavailable', 'other files are being checked', { retryAfter: BUSY_SECONDS });
      }
      uploads.push(network);
      try {
        return note(c, await deps.verifyPdf(await read(c.req.raw)));
      } finally {
        uploads.splice(uploads.indexOf(network), 1);
      }
    },
  };
}
