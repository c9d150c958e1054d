import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DriverName } from '../../hardware/pcsc/driver.ts';

const PCSCD = '/usr/sbin/pcscd';
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
    for (let tries = 0; spawnSync('sh', ['-c', portsOpen(ports)]).status !== 0; tries++) {
      if (tries === 100 || child.exitCode !== null) throw new Error('pcscd does not start');
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

/** Whether all listen, without connecting: to vpcd that would be a card. */
function portsOpen(ports: readonly number[]): string {
  const hex = ports.flatMap((port) => [port, port + 1]).map((port) => port.toString(16).toUpperCase().padStart(4, '0'));
  return hex.map((port) => `grep -q ':${port} 00000000:0000 0A' /proc/net/tcp`).join(' && ');
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

async function freePorts(): Promise<number> {
  for (;;) {
    const server = createServer().listen(0);
    await once(server, 'listening');
    const { port } = server.address() as { readonly port: number };
    const next = createServer();
    const isFree = await new Promise<boolean>((resolve) => {
      next.once('error', () => resolve(false));
      next.listen(port + 1, () => resolve(true));
    });
    await Promise.all([server, next].map((one) => new Promise((resolve) => one.close(resolve))));
    if (isFree) return port;
  }
}

/** Why the tests of a library are left out, or `undefined`. */
export function missingDriver(driver: DriverName): string | undefined {
  // Loading it asks for nothing: it is its first use that looks for a service.
  const run = spawnSync(process.execPath, ['--eval', `require('${driver}')`], { cwd: import.meta.dirname });
  return run.status === 0 ? undefined : `${driver} does not load (docs/decisions/0017-card-readers.md)`;
}
