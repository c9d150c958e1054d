import type { Context } from 'hono';
import type { State } from '../core/verdict.ts';

/** What a route leaves for telemetry. */
export type PublicContext = Context<{ Variables: { route?: string; state?: State } }>;

/** A part of the OpenAPI document: data, as the specification names it. */
export type OpenApi = Readonly<Record<string, unknown>>;

/** One thing that the public service answers, and how it is described. HEAD goes with GET. */
export interface Route {
  readonly method: 'GET' | 'POST';
  /** Below the origin, as OpenAPI writes it: `/ca/{authority}.cer`. Telemetry knows a request by this alone. */
  readonly path: string;
  /** As the router writes it, where that differs. */
  readonly match?: string;
  /** Answers a page to people also when something is wrong; other routes answer a problem document. */
  readonly page?: true;
  /** The operation in the OpenAPI document; pages have none. */
  readonly operation?: OpenApi;
  readonly answer: (c: PublicContext) => Response | Promise<Response>;
}

type Body = string | Uint8Array | null;

/** An answer with headers that were made beforehand. */
export function answerWith(body: Body, headers: Readonly<Record<string, string>>, status = 200): Response {
  return new Response(body as BodyInit | null, { status, headers });
}
