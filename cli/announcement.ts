import type { Service } from '../src/node.ts';
import type { Text } from './command.ts';

/** What a service says of itself when it has begun: the public address, and where it listens when that is elsewhere. */
export function announcement({
  origin,
  dev,
  institution,
  address: { host, port },
}: Pick<Service, 'origin' | 'dev' | 'institution' | 'address'>): Text {
  const listens = `${host.includes(':') ? `[${host}]` : host}:${port}`;
  const url = new URL(origin);
  const named = `${url.hostname}:${url.port || (url.protocol === 'https:' ? '443' : '80')}`;
  const elsewhere = named !== listens;
  return {
    es: `${institution}${dev ? ' (PRUEBA)' : ''}: ${origin}/${elsewhere ? ` (atiende en ${listens})` : ''}   —   Ctrl+C para detener`,
    en: `${institution}${dev ? ' (TEST)' : ''}: ${origin}/${elsewhere ? ` (listens on ${listens})` : ''}   —   Ctrl+C to stop`,
  };
}
