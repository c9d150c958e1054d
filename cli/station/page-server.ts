import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { stripTypeScriptTypes } from 'node:module';
import type { Socket } from 'node:net';
import { systemRandom } from '../../src/adapters/system.ts';
import type { CardOffice } from '../../src/card/office.ts';
import type { Queue } from '../../src/card/station/queue.ts';
import type { OfferAnswer } from '../../src/card/station/work-card.ts';
import { toBase64Url } from '../../src/core/base64.ts';
import { equalSecret, utf8 } from '../../src/core/bytes.ts';
import { isRefusal } from '../../src/core/refusal.ts';
import { parseOfficialId } from '../../src/directory/official.ts';
import {
  closeServer,
  Declined,
  HEADERS,
  listenOnLoopback,
  LOOPBACK,
  readJson,
  send,
  sendJson,
  SERVER_TIMES,
  tokenIn,
} from '../loopback-http.ts';
import type { Screen } from '../screen.ts';
import type { Board } from './board.ts';
import { pageHtml, PAGE_STYLE } from './page-html.ts';
import { pageTexts } from './page-texts.ts';
import type { PageFound, PageView } from './page-view.ts';
import { Visitors } from './page-visitors.ts';
import { notWaitingWords, personAt, toldProblem, type ToldProblem } from './words.ts';

export interface PageDeps {
  readonly board: Board;
  readonly queue: Queue;
  readonly view: PageView;
  readonly office: Pick<CardOffice, 'holder'>;
  readonly language: Screen['language'];
  /** Somebody came with an address that was used, or with a wrong one: the first time since the last address, the 10th, 100th … */
  readonly refused: (times: number) => void;
  /** Whoever sits at the page wants to end. */
  readonly stop: () => void;
}

export interface StationPage {
  /** A new address of the page, which opens it once; what was open under another one is closed. */
  address(): string;
  /** Shows what is new of the station, beside what happens at its readers. */
  refresh(): void;
  /** Shows what it shows last, and closes. */
  close(): Promise<void>;
}

const SECRET_BYTES = 24;
/** So late a wrong code is answered. The right one is never made to wait, whoever else tries: 192 bits are not guessed. */
const WRONG_CODE_MS = 1_000;
const HEARTBEAT_MS = 15_000;
/** So many bytes wait for a page that does not read, some hundred boards. It is cut then, and comes again once it reads. */
const MOST_UNREAD = 1_000_000;

const SCRIPTS = ['/page-client.ts', '/page-pin.ts'];

/**
 * The page of a station: on the loopback address only, for whoever holds the address that the terminal showed. Its code stands
 * behind the `#`, which browsers send nobody, opens the page once, and is changed for a token that only this page has. Requests
 * that name another host (a name that was turned to this machine) or come from another page are declined.
 */
export async function openPage(deps: PageDeps): Promise<StationPage> {
  const page = new Page(deps);
  await page.listen();
  return page;
}

class Page implements StationPage {
  readonly #deps: PageDeps;
  readonly #server: Server;
  readonly #streams = new Set<ServerResponse>();
  readonly #scripts = new Map(SCRIPTS.map((name) => [name, script(name)]));
  #host = '';
  #code: string | undefined;
  #token: string | undefined;
  #wrongCodes = 0;
  readonly #visitors: Visitors;
  /** Whose wrong code is not answered yet. */
  readonly #waiting = new Set<Socket>();
  #isTold = false;
  readonly #heartbeat: NodeJS.Timeout;

  constructor(deps: PageDeps) {
    this.#deps = deps;
    this.#server = createServer(SERVER_TIMES, (request, response) => void this.#answer(request, response));
    this.#visitors = new Visitors(this.#server);
    deps.board.onEvent(() => this.#tellSoon());
    this.#heartbeat = setInterval(() => this.#tell(), HEARTBEAT_MS);
    this.#heartbeat.unref();
  }

  async listen(): Promise<void> {
    this.#host = `${LOOPBACK}:${await listenOnLoopback(this.#server)}`;
  }

  address(): string {
    this.#code = toBase64Url(systemRandom(SECRET_BYTES));
    this.#wrongCodes = 0;
    return `http://${this.#host}/#${this.#code}`;
  }

  refresh(): void {
    this.#tellSoon();
  }

  async close(): Promise<void> {
    clearInterval(this.#heartbeat);
    this.#tell();
    for (const stream of this.#streams) stream.end();
    // What happens from now on is told to nobody: what has ended takes no more.
    this.#streams.clear();
    await closeServer(this.#server);
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    // Whoever sends more while a wrong code of theirs waits does not wait.
    if (this.#waiting.has(request.socket)) return void request.socket.destroy();
    try {
      for (const [name, value] of Object.entries(HEADERS)) response.setHeader(name, value);
      this.#checkOrigin(request);
      await this.#route(request, response);
    } catch (error) {
      if (response.headersSent) return void response.end();
      if (error instanceof Declined) return send(response, error.status, 'text/plain', '');
      send(response, 500, 'text/plain', '');
    }
  }

  /** @throws Declined for what was not asked for by our own page, at this very address */
  #checkOrigin({ headers, method }: IncomingMessage): void {
    if (headers.host !== this.#host) throw new Declined(421);
    const { origin } = headers;
    if (origin !== undefined && origin !== `http://${this.#host}`) throw new Declined(403);
    if (method === 'POST' && origin === undefined) throw new Declined(403);
    const site = headers['sec-fetch-site'];
    if (site !== undefined && site !== 'same-origin' && site !== 'none') throw new Declined(403);
  }

  async #route(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { language, stop } = this.#deps;
    const { pathname, searchParams } = new URL(request.url ?? '/', `http://${this.#host}`);
    switch (`${request.method} ${pathname}`) {
      case 'GET /':
        return send(response, 200, 'text/html', pageHtml(language, pageTexts(language)));
      case 'GET /style.css':
        return send(response, 200, 'text/css', PAGE_STYLE);
      case 'GET /page-client.ts':
      case 'GET /page-pin.ts':
        return send(response, 200, 'text/javascript', this.#scripts.get(pathname)!);
      case 'GET /favicon.ico':
        return send(response, 204, 'image/x-icon', '');
      case 'POST /open':
        return this.#open(request, response);
      case 'GET /board':
        this.#expectToken(request);
        return this.#stream(response);
      case 'GET /people':
        this.#expectToken(request);
        return sendJson(response, this.#search((searchParams.get('q') ?? '').slice(0, 60)));
      case 'GET /photo':
        this.#expectToken(request);
        return this.#photo(searchParams.get('of') ?? '', response);
      case 'POST /answer':
        this.#expectToken(request);
        return sendJson(response, this.#answerQuestion(await readJson(request)));
      case 'POST /stop':
        this.#expectToken(request);
        await readJson(request);
        stop();
        return sendJson(response, {});
      default:
        throw new Declined(404);
    }
  }

  /** Those who wait; where none of them is meant, why those who are meant do not. */
  #search(typed: string): PageFound {
    const { queue, language } = this.#deps;
    const people = queue.search(typed);
    const others = people.length === 0 ? queue.searchOthers(typed) : [];
    return { people, others: others.map((other) => notWaitingWords(other)[language]) };
  }

  /** The token of the page, for the code of its address, which is worth nothing from then on. */
  async #open(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { code } = await readJson(request);
    const isRight = this.#code !== undefined && typeof code === 'string' && equalSecret(utf8(code), utf8(this.#code));
    if (!isRight) return this.#refuse(request.socket, response);
    this.#code = undefined;
    for (const stream of this.#streams) this.#cut(stream);
    this.#token = toBase64Url(systemRandom(SECRET_BYTES));
    this.#visitors.welcome(request.socket);
    sendJson(response, { token: this.#token, texts: pageTexts(this.#deps.language) });
  }

  async #refuse(socket: Socket, response: ServerResponse): Promise<void> {
    this.#wrongCodes++;
    if (/^10*$/.test(String(this.#wrongCodes))) this.#deps.refused(this.#wrongCodes);
    this.#waiting.add(socket);
    await new Promise((resolve) => setTimeout(resolve, WRONG_CODE_MS));
    this.#waiting.delete(socket);
    response.setHeader('connection', 'close');
    throw new Declined(403);
  }

  #expectToken(request: IncomingMessage): void {
    const { socket } = request;
    const given = tokenIn(request);
    if (given === undefined || this.#token === undefined || !equalSecret(utf8(given), utf8(this.#token))) {
      throw new Declined(401);
    }
    this.#visitors.welcome(socket);
  }

  /** @returns why the answer does not count, where it does not: it is asked still, or not any more */
  #answerQuestion({ id, is, officialId, pin, again }: Readonly<Record<string, unknown>>): Partial<ToldProblem> {
    const { board, language } = this.#deps;
    if (typeof id !== 'number') throw new Declined(400);
    try {
      if (typeof pin === 'string' && typeof again === 'string') board.answerPin(id, pin, again);
      else board.answerOffer(id, offerAnswer(is, officialId));
      return {};
    } catch (error) {
      if (!isRefusal(error)) throw error;
      return toldProblem(error, language);
    }
  }

  async #photo(typed: string, response: ServerResponse): Promise<void> {
    const { board, office, queue } = this.#deps;
    const id = parseOfficialId(typed);
    // Also of somebody who is on no list, and whose card lies in a reader.
    const isHere = board.seats.some((seat) => personAt(seat)?.officialId === id);
    if (id === undefined || !(isHere || queue.find(id))) throw new Declined(404);
    const { photo } = await office.holder(id);
    if (photo) send(response, 200, 'image/jpeg', photo);
    else send(response, 204, 'image/jpeg', '');
  }

  #stream(response: ServerResponse): void {
    response.writeHead(200, { 'content-type': 'application/x-ndjson' });
    this.#streams.add(response);
    // Whatever becomes of one page is no end of the station.
    response.on('error', () => this.#cut(response));
    response.once('close', () => this.#streams.delete(response));
    response.write(this.#line());
  }

  /** At once, whether anybody reads or not: `end` would wait for who stalls. */
  #cut(stream: ServerResponse): void {
    this.#streams.delete(stream);
    stream.destroy();
  }

  #line(): string {
    return `${JSON.stringify(this.#deps.view.shown)}\n`;
  }

  /** Once for all that happens at the same moment. */
  #tellSoon(): void {
    if (this.#isTold) return;
    this.#isTold = true;
    setImmediate(() => this.#tell());
  }

  #tell(): void {
    this.#isTold = false;
    const line = this.#line();
    for (const stream of this.#streams) {
      if (stream.writableLength > MOST_UNREAD) this.#cut(stream);
      else stream.write(line);
    }
  }
}

/** A source of ours, as browsers take it. */
function script(pathname: string): string {
  return stripTypeScriptTypes(readFileSync(new URL(`.${pathname}`, import.meta.url), 'utf8'));
}

function offerAnswer(is: unknown, officialId: unknown): OfferAnswer {
  if (is === 'them' || is === 'later') return { is };
  const id = is === 'other' && typeof officialId === 'string' ? parseOfficialId(officialId) : undefined;
  if (id === undefined) throw new Declined(400);
  return { is: 'other', officialId: id };
}
