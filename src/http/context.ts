import { STYLE } from '../../verifier-web/style.ts';
import type { Site } from '../../verifier-web/facts.ts';
import { Refusal } from '../core/refusal.ts';
import type { Answer, TapAnswer } from '../verifier/index.ts';
import { callerAddress } from './caller.ts';
import type { PublicDeps } from './deps.ts';
import { busy, Places } from './places.ts';
import { BODY_ALLOWANCE, MAX_PDF_BYTES, type BodyAllowance } from './read-body.ts';
import { networkOf, RateLimiter, type RateLimit } from './rate-limit.ts';
import type { PublicContext } from './route.ts';
import { answerHeaders, type AnswerHeaders } from './security-headers.ts';

export interface PublicOptions {
  /** Folios, typed codes and numbers asked by one network: a folio is guessable. */
  readonly lookups?: RateLimit;
  /** Taps of one network: not to be guessed, but each writes. */
  readonly taps?: RateLimit;
  /** Files sent by one network: each costs seconds of work at worst. */
  readonly uploads?: RateLimit;
  /** Files judged at once; each network may have `mostUploadsEach` of them, so that none keeps the others out. */
  readonly mostUploads?: number;
  readonly mostUploadsEach?: number;
  /** The same of files that are still coming: these take no place from those that have come. */
  readonly mostUnfinished?: number;
  readonly mostUnfinishedEach?: number;
  /** How slowly a file may come. */
  readonly pace?: Omit<BodyAllowance, 'take' | 'signal'>;
}

/** Below this many characters a text can be a folio, a typed code or a number: things that can be guessed. */
const MOST_GUESSABLE = 100;
/** Bytes of all files that have come in part or whole: ten of the largest. */
const MOST_HELD_BYTES = 10 * MAX_PDF_BYTES;

type ReadFile = (request: Request, allowance: BodyAllowance) => Promise<Uint8Array>;

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
  askFile(c: PublicContext, read: ReadFile): Promise<Answer>;
  askCredential(c: PublicContext, serial: string): Promise<Answer>;
  /** The answer to a tap, which it uses up. @throws Refusal `http/too-many-requests`, and uses nothing up */
  askTap(c: PublicContext, path: string): Promise<TapAnswer>;
  /** Of files that are given out: each is read and compared whole. @throws Refusal `http/too-many-requests` */
  limitDownloads(c: PublicContext): void;
  /** The answer to the number on a card. @throws Refusal `http/too-many-requests` */
  askBadge(c: PublicContext, number: string): Promise<Answer>;
}

export function publicSite(deps: PublicDeps, options: PublicOptions = {}): PublicSite {
  const limits = {
    lookup: options.lookups ?? { burst: 30, secondsEach: 2 },
    tap: options.taps ?? { burst: 60, secondsEach: 1 },
    upload: options.uploads ?? { burst: 12, secondsEach: 5 },
  };
  const limiter = new RateLimiter(deps);
  const coming = new Places(options.mostUnfinished ?? 64, options.mostUnfinishedEach ?? 2, { slowGiveWay: true });
  const judging = new Places(options.mostUploads ?? 8, options.mostUploadsEach ?? 3);
  const pace = options.pace ?? BODY_ALLOWANCE;
  let held = 0;

  const allow = (c: PublicContext, name: keyof typeof limits): void => {
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
      if (text.length <= MOST_GUESSABLE) allow(c, 'lookup');
      return note(c, await deps.verifyTyped(text));
    },
    async askSeal(c, seal) {
      return note(c, await deps.verifySeal(`${deps.origin}/v/${seal}`));
    },
    async askCredential(c, serial) {
      allow(c, 'lookup');
      return note(c, await deps.verifyCredential(serial));
    },
    async askTap(c, path) {
      allow(c, 'tap');
      const found = await deps.verifyTap(path);
      note(c, found.answer);
      return found;
    },
    limitDownloads: (c) => allow(c, 'upload'),
    async askBadge(c, number) {
      allow(c, 'lookup');
      return note(c, await deps.verifyBadge(number));
    },
    async askFile(c, read) {
      allow(c, 'upload');
      const network = networkOf(callerAddress(c));
      let taken = 0;
      const take = (bytes: number): void => {
        if (held + bytes > MOST_HELD_BYTES) busy();
        taken += bytes;
        held += bytes;
      };
      try {
        const file = await coming.during(network, (stay) => {
          const counted = (bytes: number): void => {
            take(bytes);
            stay.came(bytes);
          };
          return read(c.req.raw, { ...pace, take: counted, signal: stay.signal });
        });
        return note(c, await judging.during(network, () => deps.verifyPdf(file)));
      } finally {
        held -= taken;
      }
    },
  };
}
