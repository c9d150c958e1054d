import type { ClientRequest, IncomingMessage, RequestOptions } from 'node:http';
import { MOST_ANSWER_BYTES, type Transport } from './client.ts';

/** A service that says nothing for so long has stopped, whatever its connection says. */
const MOST_SILENCE_MS = 60_000;

export interface ExchangeOptions {
  readonly silenceMs?: number;
  /** Aborted when no answer is wanted any more: one that does not come keeps no command from ending. */
  readonly over?: AbortSignal;
}

/** How a request leaves this machine, or reaches another program of it. */
export interface Way {
  send(options: RequestOptions, answered: (answer: IncomingMessage) => void): ClientRequest;
  readonly options: RequestOptions;
  /** Before each path. */
  readonly prefix?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** One request and its answer, bounded in time and bytes. It follows nobody elsewhere: what it carries is for this service alone. */
export function exchanging(way: Way, { silenceMs = MOST_SILENCE_MS, over }: ExchangeOptions): Transport {
  return async (request) => {
    const body = request.body === null ? undefined : new Uint8Array(await request.arrayBuffer());
    const url = new URL(request.url);
    const answer = await new Promise<IncomingMessage>((resolve, reject) => {
      const sent = way.send(
        {
          ...way.options,
          method: request.method,
          path: `${way.prefix ?? ''}${url.pathname}${url.search}`,
          headers: {
            ...Object.fromEntries(request.headers),
            ...way.headers,
            ...(body && { 'content-length': body.length }),
          },
          ...(over && { signal: over }),
        },
        resolve,
      );
      sent.on('error', reject);
      // Of silence, before the answer and within it.
      sent.setTimeout(silenceMs, () => sent.destroy(Object.assign(new Error('silent'), { code: 'ETIMEDOUT' })));
      sent.end(body);
    });
    const chunks: Uint8Array[] = [];
    let size = 0;
    for await (const chunk of answer as AsyncIterable<Uint8Array>) {
      size += chunk.length;
      if (size > MOST_ANSWER_BYTES) throw Object.assign(new Error('without end'), { code: 'EMSGSIZE' });
      chunks.push(chunk);
    }
    const headers = new Headers();
    for (const [name, value] of Object.entries(answer.headers)) if (typeof value === 'string') headers.set(name, value);
    return new Response(new Uint8Array(Buffer.concat(chunks)), { status: answer.statusCode ?? 500, headers });
  };
}
