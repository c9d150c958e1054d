import type { Server } from 'node:http';
import type { Socket } from 'node:net';

/** Of all connections at once; a browser opens six. */
const MOST = 48;
/** So long a connection may be there without the token: enough for the page itself, whose files are small. */
const STRANGER_MS = 5_000;

/**
 * The connections to a page. Any user of the machine may open some, and each may say nothing, or say it slowly: whoever has not
 * shown the token has five seconds for all that they want, and makes room for the next one where there are too many.
 */
export class Visitors {
  /** In the order in which they came. */
  readonly #strangers = new Map<Socket, NodeJS.Timeout>();
  readonly #known = new Set<Socket>();

  constructor(server: Server) {
    server.on('connection', (socket) => this.#come(socket));
  }

  /** This one has shown the token, and stays for as long as it likes. */
  welcome(socket: Socket): void {
    if (!this.#strangers.has(socket)) return;
    this.#forget(socket);
    this.#known.add(socket);
  }

  #come(socket: Socket): void {
    socket.once('close', () => this.#forget(socket));
    if (this.#strangers.size + this.#known.size >= MOST) {
      const [oldest] = this.#strangers.keys();
      if (!oldest) return void socket.destroy();
      this.#turnOut(oldest);
    }
    const timer = setTimeout(() => this.#turnOut(socket), STRANGER_MS);
    timer.unref();
    this.#strangers.set(socket, timer);
  }

  #turnOut(socket: Socket): void {
    this.#forget(socket);
    socket.destroy();
  }

  #forget(socket: Socket): void {
    clearTimeout(this.#strangers.get(socket));
    this.#strangers.delete(socket);
    this.#known.delete(socket);
  }
}
