import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Primitives } from '../../src/core/primitives.ts';
import type { Random } from '../../src/core/random.ts';
import { Outage } from '../../src/core/refusal.ts';
import type { Clock } from '../../src/core/time.ts';
import {
  MOST_BRIDGE_LETTERS,
  type BridgeHere,
  type BridgeRefusal,
  type BridgeWork,
} from '../../src/http/card-bridge.ts';
import { RateLimiter, type RateLimit } from '../../src/http/rate-limit.ts';
import type { HttpCode } from '../../src/texts/code.ts';
import {
  closeServer,
  Declined,
  listenOnLoopback,
  LOOPBACK,
  readJson,
  sendJson,
  SERVER_TIMES,
  tokenIn,
} from '../loopback-http.ts';
import { Visitors } from '../station/page-visitors.ts';
import { Pairing } from './pairing.ts';

/** What a page may ask for. It names what it means: it hands over nothing that is signed. */
export interface BridgeDesk {
  readonly work: BridgeWork;
  readonly isBusy: boolean;
  /** Begins the work; whether it is done, whoever sits at the terminal says. */
  sign(letters: readonly string[]): void;
  openStation(): void;
}

export interface BridgeDeps {
  /** Of the pages of the service, and of no other. */
  readonly origin: string;
  readonly port: number;
  readonly clock: Clock;
  readonly random: Random;
  readonly primitives: Pick<Primitives, 'digest'>;
  readonly desk: BridgeDesk;
  /** Shows a code to whoever sits there. */
  showCode(code: string): void;
  /** Somebody paired a page, or typed a code wrong so often that it counts no more. */
  tell(what: 'paired' | 'code-over'): void;
}

export interface Bridge {
  readonly port: number;
  close(): Promise<void>;
}

/** Of all who have no token together: a page that looks whether a bridge is here, a code. */
const STRANGERS: RateLimit = { burst: 30, secondsEach: 1 };
/** A page asks how far the work is, once a second. */
const PAIRED: RateLimit = { burst: 60, secondsEach: 0.25 };
/** New codes: each is a line in the terminal. */
const CODES: RateLimit = { burst: 3, secondsEach: 10 };

const HERE: BridgeHere = { bridge: 'cotejo', version: 1 };
const METHODS: readonly string[] = ['GET', 'POST'];

/** Declined, with a word that the page has a sentence for. */
class Refused extends Declined {
  readonly why: BridgeRefusal;

  constructor(status: number, why: BridgeRefusal) {
    super(status);
    this.why = why;
  }
}

/**
 * The bridge: on the loopback address only, for the pages of one service. What names another host (a name that was turned to this machine)
 * or comes from another page, or from none, is declined before anything of it is read; whoever is not paired learns that a bridge is here.
 * @throws Outage `http/address-in-use`, `http/address-unavailable`
 */
export async function openBridge(deps: BridgeDeps): Promise<Bridge> {
  const bridge = new LoopbackBridge(deps);
  await bridge.listen();
  return bridge;
}

class LoopbackBridge implements Bridge {
  readonly #deps: BridgeDeps;
  readonly #server: Server;
  readonly #visitors: Visitors;
  readonly #pairing: Pairing;
  readonly #limiter: RateLimiter;
  port = 0;

  constructor(deps: BridgeDeps) {
    this.#deps = deps;
    this.#server = createServer(SERVER_TIMES, (request, response) => void this.#answer(request, response));
    this.#visitors = new Visitors(this.#server);
    this.#pairing = new Pairing(deps.random, deps.clock);
    this.#limiter = new RateLimiter(deps);
  }

  async listen(): Promise<void> {
    this.port = await listenOnLoopback(this.#server, this.#deps.port).catch((error: unknown) => {
      const reason = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
      const code: HttpCode = reason === 'EADDRINUSE' ? 'http/address-in-use' : 'http/address-unavailable';
      throw new Outage<HttpCode>(code, reason, { host: LOOPBACK, port: this.#deps.port, reason }, { cause: error });
    });
  }

  close(): Promise<void> {
    return closeServer(this.#server);
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      for (const [name, value] of Object.entries(HEADERS)) response.setHeader(name, value);
      const origin = this.#checkSender(request);
      // Read by that page alone; no cookies are asked for or sent.
      response.setHeader('access-control-allow-origin', origin);
      if (request.method === 'OPTIONS') return preflight(request, response);
      await this.#route(request, response, origin);
    } catch (error) {
      if (response.headersSent) return void response.end();
      // What was not read of a body is not waited for.
      response.setHeader('connection', 'close');
      if (error instanceof Refused) return sendJson(response, { why: error.why }, error.status);
      sendJson(response, {}, error instanceof Declined ? error.status : 500);
    }
  }

  /** @throws Declined for what was not asked for by a page of the service, at this very address */
  #checkSender({ headers }: IncomingMessage): string {
    const { port } = this;
    const { host, origin } = headers;
    if (host !== `${LOOPBACK}:${port}` && host !== `localhost:${port}`) throw new Declined(421);
    if (origin === undefined || origin !== this.#deps.origin) throw new Declined(403);
    // A form of the page, or a frame in it, is no script of the page.
    const mode = headers['sec-fetch-mode'];
    if (mode !== undefined && mode !== 'cors') throw new Declined(403);
    return origin;
  }

  async #route(request: IncomingMessage, response: ServerResponse, origin: string): Promise<void> {
    const { desk } = this.#deps;
    const isPaired = this.#pairing.isPaired(tokenIn(request), origin);
    const wait = this.#limiter.takeOf('bridge', isPaired ? 'paired' : 'stranger', isPaired ? PAIRED : STRANGERS);
    if (wait > 0) return tooMany(response, wait);
    if (isPaired) this.#visitors.welcome(request.socket);
    switch (`${request.method} ${request.url}`) {
      case 'GET /':
        return sendJson(response, HERE);
      case 'POST /code':
        await readJson(request);
        return this.#code(response);
      case 'POST /pair':
        return this.#pair(await readJson(request), response, origin);
      case 'GET /work':
        expect(isPaired);
        return sendJson(response, desk.work);
      case 'POST /sign': {
        expect(isPaired);
        const letters = lettersIn(await readJson(request));
        this.#expectIdle();
        desk.sign(letters);
        return sendJson(response, {}, 202);
      }
      case 'POST /station':
        expect(isPaired);
        await readJson(request);
        this.#expectIdle();
        desk.openStation();
        return sendJson(response, {}, 202);
      default:
        throw new Declined(404);
    }
  }

  /** Shows a code, where none is there to be typed. */
  #code(response: ServerResponse): void {
    if (!this.#pairing.hasCode) {
      const wait = this.#limiter.takeOf('bridge/code', 'all', CODES);
      if (wait > 0) return tooMany(response, wait);
      this.#deps.showCode(this.#pairing.draw());
    }
    sendJson(response, {});
  }

  #pair({ code }: Readonly<Record<string, unknown>>, response: ServerResponse, origin: string): void {
    if (typeof code !== 'string') throw new Declined(400);
    const had = this.#pairing.hasCode;
    const paired = this.#pairing.pair(code, origin);
    if (typeof paired === 'object') {
      this.#deps.tell('paired');
      return sendJson(response, paired);
    }
    if (had && paired === 'code-over') this.#deps.tell('code-over');
    throw new Refused(403, paired);
  }

  /** Asked when the body was read, and nothing is waited for between this and the beginning of the work. */
  #expectIdle(): void {
    if (this.#deps.desk.isBusy) throw new Refused(409, 'busy');
  }
}

/** Of every answer: it is no page, and nobody keeps it. */
const HEADERS: Readonly<Record<string, string>> = {
  'content-security-policy': "default-src 'none'; base-uri 'none'; frame-ancestors 'none'; sandbox",
  'cache-control': 'no-store',
  'cross-origin-resource-policy': 'cross-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  vary: 'Origin',
};

/** What a browser asks before it sends what a page wants sent (CORS; Private Network Access). */
function preflight({ headers }: IncomingMessage, response: ServerResponse): void {
  if (!METHODS.includes(headers['access-control-request-method'] ?? '')) throw new Declined(405);
  response.setHeader('access-control-allow-methods', METHODS.join(', '));
  response.setHeader('access-control-allow-headers', 'authorization, content-type');
  if (headers['access-control-request-private-network'] === 'true') {
    response.setHeader('access-control-allow-private-network', 'true');
  }
  response.writeHead(204);
  response.end();
}

function tooMany(response: ServerResponse, seconds: number): void {
  response.setHeader('retry-after', String(seconds));
  throw new Refused(429, 'too-many');
}

function expect(isPaired: boolean): void {
  if (!isPaired) throw new Refused(401, 'not-paired');
}

/** @throws Declined for anything but ids of letters, each once */
function lettersIn({ letters }: Readonly<Record<string, unknown>>): readonly string[] {
  const isId = (one: unknown): one is string => typeof one === 'string' && /^[0-9a-f]{16}$/.test(one);
  if (!Array.isArray(letters) || letters.length === 0 || letters.length > MOST_BRIDGE_LETTERS) throw new Declined(400);
  if (!letters.every(isId) || new Set(letters).size < letters.length) throw new Declined(400);
  return letters;
}
