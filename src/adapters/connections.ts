import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/** How fast what was answered has to be taken. */
export interface Pace {
  readonly graceSeconds: number;
  /** After the grace, for as long as there is something to take. */
  readonly bytesPerSecond: number;
}

export interface ConnectionLimits {
  /** Connections of one network at once. */
  readonly mostOfNetwork: number;
  /** The network of an address; `undefined` where any number may come from there. */
  readonly networkOf: (address: string | undefined) => string | undefined;
  readonly pace: Pace;
  readonly sweepMilliseconds: number;
}

type Answer = (request: IncomingMessage, response: ServerResponse) => void;

/**
 * Answers the requests of one connection one after another: each when the answer before it was taken, so that a client
 * that sends many and reads nothing keeps one answer here, not one for each. Whoever sends more than `mostWaiting` ahead,
 * as no browser or proxy does, is cut off.
 */
export function inTurn(answer: Answer, mostWaiting: number): Answer {
  /** What waits on connections on which something is being answered. */
  const busy = new WeakMap<Socket, (readonly [IncomingMessage, ServerResponse])[]>();
  const begin = (socket: Socket, request: IncomingMessage, response: ServerResponse): void => {
    response.once('close', () => {
      const next = busy.get(socket)?.shift();
      if (next && !socket.destroyed) begin(socket, ...next);
      else busy.delete(socket);
    });
    answer(request, response);
  };
  return (request, response) => {
    const { socket } = request;
    const waiting = busy.get(socket);
    // Of what came in one piece the parser tells all, also after it was cut off.
    if (socket.destroyed) return;
    if (!waiting) {
      busy.set(socket, []);
      begin(socket, request, response);
    } else if (waiting.length < mostWaiting) waiting.push([request, response]);
    else socket.destroy();
  };
}

/** What waits to be taken at a moment. */
interface Mark {
  /** Milliseconds, of a clock that only goes forward. */
  readonly at: number;
  readonly waiting: number;
  readonly taken: number;
}

/**
 * Closes connections whose answers are not taken in time: memory is ours, patience would be theirs. What waits at one
 * look has `graceSeconds` and the time that its bytes take at the slowest pace; time in which nothing waits does not
 * count. Closes at once what a network opens beyond its number.
 */
export function boundConnections(server: Server, limits: ConnectionLimits): void {
  const { mostOfNetwork, networkOf, pace, sweepMilliseconds } = limits;
  const open = new Map<Socket, Mark | undefined>();
  const ofNetwork = new Map<string, number>();
  server.on('connection', (socket: Socket) => {
    const network = networkOf(socket.remoteAddress);
    const count = network === undefined ? 0 : (ofNetwork.get(network) ?? 0);
    if (count >= mostOfNetwork) return void socket.destroy();
    if (network !== undefined) ofNetwork.set(network, count + 1);
    open.set(socket, undefined);
    socket.once('close', () => {
      open.delete(socket);
      const left = network === undefined ? 0 : ofNetwork.get(network)! - 1;
      if (network !== undefined && left > 0) ofNetwork.set(network, left);
      else if (network !== undefined) ofNetwork.delete(network);
    });
  });
  const sweep = (): void => {
    const now = performance.now();
    for (const [socket, mark] of open) {
      const waiting = socket.writableLength;
      const taken = socket.bytesWritten - waiting;
      if (waiting === 0) open.set(socket, undefined);
      else if (!mark || taken >= mark.taken + mark.waiting) open.set(socket, { at: now, waiting, taken });
      else if (now > mark.at + 1000 * (pace.graceSeconds + mark.waiting / pace.bytesPerSecond)) socket.destroy();
    }
  };
  const timer = setInterval(sweep, sweepMilliseconds).unref();
  server.once('close', () => clearInterval(timer));
}
