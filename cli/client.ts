import { Outage, Refusal } from '../src/core/refusal.ts';
import type { HttpCode } from '../src/texts/code.ts';

/** A refusal or an outage as the staff API told it (RFC 9457). */
export class ApiProblem extends Error {
  readonly code: string;
  readonly status: number;
  readonly facts: Readonly<Record<string, string | number>>;

  constructor(problem: {
    code: string;
    status: number;
    detail: string;
    facts: Readonly<Record<string, string | number>>;
  }) {
    super(problem.detail);
    this.name = 'ApiProblem';
    this.code = problem.code;
    this.status = problem.status;
    this.facts = problem.facts;
  }
}

/** What has words for people; anything else is a bug. */
export function isTold(error: unknown): error is ApiProblem | Refusal | Outage {
  return error instanceof ApiProblem || error instanceof Refusal || error instanceof Outage;
}

/** What carries one request to the application and brings its answer: in process, or over the local socket. */
export type Transport = (request: Request) => Promise<Response>;

/** What becomes of an answer that people have to authorise first; `ask` looks up a path of the API. */
export type Waiting = (answer: Response, ask: (path: string) => Promise<Response>) => Promise<Response>;

/** The staff API as the commands use it. Every call throws `ApiProblem` when the service refuses. */
export class Client {
  readonly #transport: Transport;
  readonly #close: () => Promise<void>;
  readonly #waiting: Waiting | undefined;

  constructor(transport: Transport, close: () => Promise<void>, waiting?: Waiting) {
    this.#transport = transport;
    this.#close = close;
    this.#waiting = waiting;
  }

  /** The same, and what people have to authorise first is answered as it comes (202): whoever asks does not wait with it. */
  withoutWaiting(): Client {
    return new Client(this.#transport, async () => {});
  }

  async get<Answer>(path: string): Promise<Answer> {
    return jsonOf(await this.#send('GET', path));
  }

  async post<Answer>(path: string, body: unknown): Promise<Answer> {
    const json = JSON.stringify(body ?? {});
    return jsonOf(await this.#send('POST', path, json, { 'content-type': 'application/json' }));
  }

  async postForm<Answer>(path: string, form: FormData): Promise<Answer> {
    return jsonOf(await this.#send('POST', path, form));
  }

  async postBytes<Answer>(path: string, bytes: Uint8Array, type: string): Promise<Answer> {
    const body = new Blob([new Uint8Array(bytes)], { type });
    return jsonOf(await this.#send('POST', path, body, { 'content-type': type }));
  }

  async getBytes(path: string): Promise<Uint8Array> {
    return bytesOf(await this.#send('GET', path));
  }

  async #send(method: string, path: string, body?: BodyInit, headers?: Record<string, string>): Promise<Response> {
    const answer = await this.#ask(method, path, body, headers);
    if (answer.status !== 202 || !this.#waiting) return answer;
    return this.#waiting(answer, (other) => this.#ask('GET', other));
  }

  async #ask(method: string, path: string, body?: BodyInit, headers: Record<string, string> = {}): Promise<Response> {
    const request = new Request(`http://cotejo.local${path}`, {
      method,
      headers,
      ...(body === undefined ? {} : { body }),
    });
    const response = await this.#transport(request);
    if (response.ok) return response;
    throw await problemOf(response);
  }

  /** @throws Refusal, Outage when acts stand of which no checkpoint could be signed; it is closed all the same */
  async close(): Promise<void> {
    await this.#close();
  }
}

/** More than the largest letter, whose signed file is its input and what sealing adds; and than any list. */
export const MOST_ANSWER_BYTES: number = 64 << 20;

/** @throws Outage `http/unexpected` for an answer without end */
async function bytesOf(response: Response): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  // Leaving the loop cancels what is still to come.
  for await (const chunk of response.body ?? []) {
    size += chunk.length;
    if (size > MOST_ANSWER_BYTES) throw new Outage<HttpCode>('http/unexpected', 'an answer of more than 64 MiB');
    chunks.push(chunk);
  }
  return new Uint8Array(Buffer.concat(chunks));
}

/** @throws Outage `http/unexpected` for what is no JSON */
async function jsonOf<Answer>(response: Response): Promise<Answer> {
  const text = Buffer.from(await bytesOf(response)).toString();
  try {
    return JSON.parse(text) as Answer;
  } catch {
    throw new Outage<HttpCode>('http/unexpected', 'an answer that is no JSON');
  }
}

async function problemOf(response: Response): Promise<ApiProblem> {
  const { status } = response;
  const body: unknown = await jsonOf<unknown>(response).catch(() => undefined);
  if (typeof body === 'object' && body !== null && 'code' in body && typeof body.code === 'string') {
    const detail = 'detail' in body ? String(body.detail) : '';
    const facts = 'facts' in body && typeof body.facts === 'object' ? (body.facts ?? {}) : {};
    return new ApiProblem({ code: body.code, status, detail, facts: facts as ApiProblem['facts'] });
  }
  return new ApiProblem({ code: 'http/unexpected', status, detail: `status ${status}`, facts: { status } });
}
