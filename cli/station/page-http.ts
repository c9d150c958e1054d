import type { IncomingMessage, ServerResponse } from 'node:http';

const MOST_BODY_BYTES = 4_096;

/** Of every answer: nothing from elsewhere is loaded, and nobody else shows the page or keeps it. */
export const HEADERS: Readonly<Record<string, string>> = {
  'content-security-policy': [
    ...["default-src 'none'", "script-src 'self'", "style-src 'self'", 'img-src blob:', "connect-src 'self'"],
    ...["base-uri 'none'", "form-action 'none'", "frame-ancestors 'none'"],
    ...["require-trusted-types-for 'script'", "trusted-types 'none'"],
  ].join('; '),
  'cache-control': 'no-store',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
};

/** Answered with this status, and nothing about why. */
export class Declined extends Error {
  readonly status: number;

  constructor(status: number) {
    super(`status ${status}`);
    this.status = status;
  }
}

/** @throws Declined for what is no small JSON object */
export async function readJson(request: IncomingMessage): Promise<Readonly<Record<string, unknown>>> {
  if (request.headers['content-type'] !== 'application/json') throw new Declined(415);
  const parts: Buffer[] = [];
  let length = 0;
  for await (const part of request as AsyncIterable<Buffer>) {
    length += part.length;
    if (length > MOST_BODY_BYTES) throw new Declined(413);
    parts.push(part);
  }
  try {
    const value: unknown = JSON.parse(Buffer.concat(parts).toString('utf8'));
    if (typeof value === 'object' && value !== null) return value as Readonly<Record<string, unknown>>;
  } catch {
    // As what is no object.
  }
  throw new Declined(400);
}

export function sendJson(response: ServerResponse, value: unknown): void {
  send(response, 200, 'application/json', JSON.stringify(value));
}

export function send(response: ServerResponse, status: number, type: string, body: string | Uint8Array): void {
  const text = type.startsWith('text/') || type === 'application/json';
  response.writeHead(status, { 'content-type': text ? `${type}; charset=utf-8` : type });
  response.end(body);
}
