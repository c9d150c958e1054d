import { createConnection, type Socket } from 'node:net';
import { endianness } from 'node:os';

/** Where pcsc-lite listens unless its environment says otherwise (`PCSCLITE_CSOCK_NAME`). */
const USUAL_SOCKET = '/run/pcscd/pcscd.comm';
const ANSWERS_MS = 2_000;

/** An open connection to the card service, over which nothing is said: it ends with the service. */
export interface ServiceLine {
  readonly ended: Promise<void>;
  close(): void;
}

/**
 * Whether the card service answers, asked before a driver is loaded: nfc-pcsc spins for ever without one. Only pcsc-lite
 * has a socket to ask; elsewhere the system starts its service on demand, and the drivers' deadlines have to do.
 * @returns `undefined` when there is none, or it does not answer
 */
export async function reachService(socket?: string): Promise<ServiceLine | undefined> {
  if (process.platform !== 'linux') return { ended: new Promise(() => {}), close() {} };
  const path = socket ?? process.env['PCSCLITE_CSOCK_NAME'] ?? USUAL_SOCKET;
  if (!(await answers(path))) return undefined;
  const line = createConnection(path);
  const ended = new Promise<void>((resolve) => {
    line.once('close', resolve);
  });
  line.on('error', () => {});
  line.resume();
  return { ended, close: () => line.destroy() };
}

function answers(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const connection: Socket = createConnection(path);
    const settle = (is: boolean): void => {
      clearTimeout(timer);
      connection.destroy();
      resolve(is);
    };
    const timer = setTimeout(() => settle(false), ANSWERS_MS);
    connection.on('error', () => settle(false));
    connection.on('close', () => settle(false));
    // Whatever it says of our version, it is there.
    connection.on('data', () => settle(true));
    connection.write(versionQuestion());
  });
}

/** CMD_VERSION of pcsc-lite (winscard_msg.h): size and number of the message, then major, minor and a result, all native. */
function versionQuestion(): Uint8Array {
  const message = new DataView(new ArrayBuffer(20));
  const little = endianness() === 'LE';
  [12, 0x11, 4, 4, 0].forEach((word, i) => message.setUint32(4 * i, word, little));
  return new Uint8Array(message.buffer);
}
