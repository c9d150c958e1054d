import { request } from 'node:https';
import { Outage } from '../../src/core/refusal.ts';
import type { HttpCode } from '../../src/texts/code.ts';
import type { Transport } from '../client.ts';
import { exchanging, type ExchangeOptions } from '../exchange.ts';

/**
 * A service at another machine, over TLS alone, whose certificate is always judged: no setting of the environment turns that off. An
 * authority of the institution's own is told to Node (`NODE_EXTRA_CA_CERTS`).
 * @param token of whoever is logged in there; a header, as arguments and addresses are seen by others
 * @throws Outage `http/unavailable` where nothing of it came back: what it did is not known
 */
export function overTls(remote: string, token?: string, options: ExchangeOptions = {}): Transport {
  const { hostname, port, pathname } = new URL(remote);
  const ask = exchanging(
    {
      send: request,
      options: {
        host: hostname.replace(/^\[|\]$/g, ''),
        ...(port !== '' && { port }),
        rejectUnauthorized: true,
        minVersion: 'TLSv1.2',
      } as object,
      prefix: pathname.replace(/\/+$/, ''),
      ...(token !== undefined && { headers: { authorization: `Bearer ${token}` } }),
    },
    options,
  );
  return (asked) =>
    ask(asked).catch((error: unknown) => {
      const reason = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
      throw new Outage<HttpCode>('http/unavailable', reason, { reason }, { cause: error });
    });
}
