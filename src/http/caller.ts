import type { Context } from 'hono';
import { networkOf } from './rate-limit.ts';

/** Where Node's server leaves the socket of a request. */
interface NodeBindings {
  readonly incoming?: { readonly socket?: { readonly remoteAddress?: string } };
}

function isLoopback(address: string): boolean {
  return address === '::1' || /^(?:::ffff:)?127\./i.test(address);
}

/**
 * The address that a request came from, for the rate limit alone. A proxy on this machine is believed about whom it
 * serves, but only its own word: the last entry of the header, because the caller writes the others.
 */
export function callerAddress(c: Context): string {
  const env = c.env as NodeBindings | undefined;
  const peer = env?.incoming?.socket?.remoteAddress ?? 'unknown';
  if (!isLoopback(peer)) return peer;
  const forwarded = c.req.header('x-forwarded-for')?.split(',').at(-1)?.trim();
  return forwarded && /^[0-9a-fA-F:.]{2,45}$/.test(forwarded) ? forwarded : peer;
}

/**
 * The network that a connection comes from, for how many it may have; `undefined` of this machine itself, where a proxy
 * has all of them, and of a local socket.
 */
export function networkOfPeer(address: string | undefined): string | undefined {
  return address === undefined || isLoopback(address) ? undefined : networkOf(address);
}
