import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { randomInt } from 'node:crypto';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DriverName } from '../../hardware/pcsc/driver.ts';

const PCSCD = '/usr/sbin/pcscd';
/** On a machine that does much else. */
const STARTS_MS = 30_000;
const LOWEST_PORT = 20_000;
const HIGHEST_PORT = 32_000;
const VPCD = '/usr/lib/pcsc/drivers/serial/libifdvpcd.so';

/** Why a test that needs pcscd with virtual readers is left out, or `undefined`. Use with `describe.skipIf`. */
export function missingPcscd(): string | undefined {
  const missing = [...(existsSync(PCSCD) ? [] : ['pcscd']), ...(existsSync(VPCD) ? [] : ['vsmartcard-vpcd'])];
  if (missing.length > 0) return `${missing.join(', ')} not installed (apt-get install ${missing.join(' ')})`;
  // Its socket is ours, but it notes its number where the machine's own does, and makes the folder if it may.
  if (process.getuid?.() !== 0 && !existsSync('/run/pcscd')) return 'pcscd has never run here, and needs root once';
  return undefined;
}

/** A card service of our own with four virtual readers, beside whichever runs on this machine. */
export interface Pcscd {
  /** For `openReaders`, and for other programs as `PCSCLITE_CSOCK_NAME`. */
  readonly socket: string;
  readonly readers: readonly { readonly name: string; readonly port: number }[];
  /** Ends it at once, as a crash would. */
  kill(): Promise<void>;
  /** Starts it (again), with the same socket and readers. */
  start(): Promise<void>;
  /** Goes on, or stands still without ending. */
  signal(signal: 'SIGSTOP' | 'SIGCONT'): void;
  /** Ends it and removes what it left. */
  remove(): Promise<void>;
}

export async function startPcscd(): Promise<Pcscd> {
  const folder = mkdtempSync(join(tmpdir(), 'cotejo-pcscd-'));
  const socket = join(folder, 'pcscd.comm');
  mkdirSync(join(folder, 'conf'));
  // Each entry has two slots, at a port and the one above. Entries with one library would share them: the last one's.
  const ports = [await freePorts(), await freePorts()];
  const entries = ports.map((port, i) => {
    const library = join(folder, `vpcd-${i}.so`);
    copyFileSync(VPCD, library);
    const hex = `0x${port.toString(16)}`;
    return `FRIENDLYNAME "Cotejo ${'AB'[i]}"\nDEVICENAME /dev/null:${hex}\nLIBPATH ${library}\nCHANNELID ${hex}\n`;
  });
  writeFileSync(join(folder, 'conf', 'virtual'), entries.join('\n'));

  let child: ChildProcess | undefined;
  async function start(): Promise<void> {
    child = await spawnWith(socket, join(folder, 'conf'));
    for (const end = performance.now() + STARTS_MS; !listensAt(child.pid!, ports);) {
      if (performance.now() > end || child.exitCode !== null) throw new Error('pcscd does not start');
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
  async function kill(): Promise<void> {
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    child.kill('SIGKILL');
    await once(child, 'exit');
    rmSync(socket, { force: true });
  }
  await start();
  return {
    socket,
    readers: ports.flatMap((port, i) =>
      [0, 1].map((slot) => ({ name: `Cotejo ${'AB'[i]} 00 0${slot}`, port: port + slot })),
    ),
    start,
    kill,
    signal: (signal) => void child?.kill(signal),
    async remove() {
      await kill();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Whether this process, and no other that was faster, listens at all of them. Without connecting: to vpcd that would be a card. */
function listensAt(pid: number, ports: readonly number[]): boolean {
  let own: Set<string>;
  try {
    const open = readdirSync(`/proc/${pid}/fd`).map((fd) => readlinkSync(`/proc/${pid}/fd/${fd}`));
    own = new Set(open.flatMap((target) => /^socket:\[(\d+)\]$/.exec(target)?.[1] ?? []));
  } catch {
    // It opens and closes files meanwhile, or has ended.
    return false;
  }
  const listening = new Set<number>();
  for (const line of readFileSync('/proc/net/tcp', 'utf8').split('\n').slice(1)) {
    const [, local = '', , state, , , , , , inode = ''] = line.trim().split(/\s+/);
    if (state === '0A' && own.has(inode)) listening.add(Number.parseInt(local.split(':')[1]!, 16));
  }
  return ports.every((port) => listening.has(port) && listening.has(port + 1));
}

/** pcscd takes its socket from whoever starts it, as from systemd (sd_listen_fds(3)): so it needs not be the machine's only one. */
async function spawnWith(socket: string, conf: string): Promise<ChildProcess> {
  const server: Server = createServer();
  // Closing a server removes the path that it was opened at: by then it is elsewhere.
  server.listen(`${socket}.new`);
  await once(server, 'listening');
  renameSync(`${socket}.new`, socket);
  const { fd } = (server as unknown as { readonly _handle: { readonly fd: number } })._handle;
  const child = spawn('sh', ['-c', `LISTEN_FDS=1 LISTEN_PID=$$ exec ${PCSCD} --foreground --config "$1"`, 'sh', conf], {
    stdio: ['ignore', 'ignore', 'ignore', fd],
  });
  await once(child, 'spawn');
  server.close();
  return child;
}

/**
 * Two ports beside each other that nobody has, below those that the system gives to connections: one of these would take them
 * while pcscd is started again.
 */
async function freePorts(): Promise<number> {
  for (;;) {
    const port = randomInt(LOWEST_PORT, HIGHEST_PORT);
    const [one, next] = [createServer(), createServer()];
    const isFree = (await listens(one, port)) && (await listens(next, port + 1));
    await Promise.all([one, next].map((server) => new Promise((resolve) => server.close(resolve))));
    if (isFree) return port;
  }
}

function listens(server: Server, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    server.once('error', () => resolve(false));
    server.listen(port, '0.0.0.0', () => resolve(true));
  });
}

/** Why the tests of a library are left out, or `undefined`. */
export function missingDriver(driver: DriverName): string | undefined {
  // Loading it asks for nothing: it is its first use that looks for a service.
  const run = spawnSync(process.execPath, ['--eval', `require('${driver}')`], { cwd: import.meta.dirname });
  return run.status === 0 ? undefined : `${driver} does not load (docs/decisions/0017-card-readers.md)`;
}
