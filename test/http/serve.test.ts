import { spawn } from 'node:child_process';
import { existsSync, lstatSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { request as httpRequest } from 'node:http';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { findLocalSocket } from '../../src/adapters/local-socket.ts';
import { readConfig, type Config } from '../../src/config.ts';
import { Outage } from '../../src/core/refusal.ts';
import { serveInstallation, type Service, type ServeOptions } from '../../src/node.ts';
import { installDevelopment, makeInstallation } from '../support/installation.ts';

const cleanUp: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const act of cleanUp.splice(0).toReversed()) await act();
});

async function newConfig(within?: string): Promise<Config> {
  const config = await installDevelopment(within === undefined ? {} : { within });
  cleanUp.push(() => rmSync(dirname(config.dataFolder), { recursive: true, force: true }));
  return config;
}

async function serve(config: Config, options: ServeOptions = {}): Promise<Service & { readonly url: string }> {
  const service = await serveInstallation(config, { writeTelemetry: () => {}, stopAtSignals: false, ...options });
  cleanUp.push(() => service.stop());
  return { ...service, url: `http://127.0.0.1:${service.address.port}` };
}

/** The status of a request over the local socket; a body goes in chunks, without its length. */
function overSocket(socketPath: string, path: string, body?: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const headers = body === undefined ? {} : { 'content-type': 'application/json', 'transfer-encoding': 'chunked' };
    httpRequest({ socketPath, path, method: body === undefined ? 'GET' : 'POST', headers }, (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    })
      .on('error', reject)
      .end(body);
  });
}

const STAFF = '/api/v1/staff/installation';

describe('the service', () => {
  test('serves the public on its address and the staff on its socket, and never the other way round', async () => {
    const config = await newConfig();
    const service = await serve(config);
    const home = await fetch(`${service.url}/`);
    expect([home.status, await home.text()]).toEqual([200, expect.stringContaining('Alcaldía de Ejemplo')]);
    expect((await fetch(service.url + STAFF)).status).toBe(404);
    expect(await overSocket(config.socketFile, STAFF)).toBe(200);
    const unit = { code: 'DGO', name: 'Dirección General de Obras', coveredSince: '2026-01-01' };
    expect(await overSocket(config.socketFile, STAFF.replace('installation', 'units'), JSON.stringify(unit))).toBe(200);
    expect(lstatSync(config.socketFile).mode & 0o777).toBe(0o600);
    expect(lstatSync(config.dataFolder).mode & 0o777).toBe(0o700);
  });

  test('has published checkpoint and revocation lists before anybody can ask', async () => {
    const { url, services } = await serve(await newConfig());
    expect((await fetch(`${url}/log/checkpoint`)).status).toBe(200);
    for (const id of ['raiz', 'credenciales', 'oficios'])
      expect((await fetch(`${url}/crl/${id}.crl`)).status).toBe(200);
    expect((await services.checkpoints.latest())!.size).toBe((await services.log.head()).size);
    expect((await fetch(`${url}/readyz`)).status).toBe(200);
  });

  test('judges a letter sent over a real connection', async () => {
    const installation = await makeInstallation();
    const signed = await installation.sign();
    installation.close();
    cleanUp.push(() => installation.remove());
    const { url } = await serve(installation.config);
    const headers = { 'content-type': 'application/pdf' };
    const body = new Uint8Array(signed.document);
    const response = await fetch(`${url}/api/v1/documents/verify`, { method: 'POST', headers, body });
    expect(await response.json()).toMatchObject({ verdict: 'valid', state: 'current' });
  });

  test('refuses a file that is too large at once, and goes on serving', async () => {
    const { url } = await serve(await newConfig());
    const body = new Uint8Array(26 * 1024 * 1024);
    const headers = { 'content-type': 'application/pdf' };
    const status = await fetch(`${url}/api/v1/documents/verify`, { method: 'POST', headers, body }).then(
      (response) => response.status,
      // The connection may be closed before the client has sent everything.
      () => 413,
    );
    expect(status).toBe(413);
    expect((await fetch(`${url}/healthz`)).status).toBe(200);
  });

  test('limits what a request may send before it is one', async () => {
    const { address } = await serve(await newConfig());
    const send = (text: string): Promise<string> =>
      new Promise((resolve) => {
        let answer = '';
        const socket = connect(address.port, '127.0.0.1', () => socket.write(text));
        socket.on('data', (data) => (answer += data.toString('latin1')));
        socket.on('close', () => resolve(answer));
        socket.on('error', () => resolve(answer));
      });
    expect(await send(`GET / HTTP/1.1\r\nHost: x\r\nX: ${'a'.repeat(20_000)}\r\n\r\n`)).toMatch(/^HTTP\/1.1 431/);
    expect(await send('GARBAGE\r\n\r\n')).toMatch(/^HTTP\/1.1 400/);
    expect(await send('GET / HTTP/1.1\r\n\r\n')).toMatch(/^HTTP\/1.1 400/);
    const trace = await send('TRACE / HTTP/1.1\r\nHost: x\r\nCookie: a=secret\r\nConnection: close\r\n\r\n');
    expect(trace).toMatch(/^HTTP\/1.1 405/);
    expect(trace).not.toContain('secret');
    // Two lengths: a proxy in front and we could see another request each (smuggling).
    const lengths = 'Content-Length: 5\r\nTransfer-Encoding: chunked';
    expect(await send(`POST / HTTP/1.1\r\nHost: x\r\n${lengths}\r\n\r\n0\r\n\r\n`)).toMatch(/^HTTP\/1.1 400/);
    for (const text of [
      'GET / HTTP/1.1\r\nHost: a b',
      'GET / HTTP/1.1\r\nHost: x/y',
      'OPTIONS * HTTP/1.1\r\nHost: x',
    ]) {
      const answer = await send(`${text}\r\nConnection: close\r\n\r\n`);
      expect(answer).toMatch(/^HTTP\/1.1 400/);
      expect(answer).toMatch(/content-type: application\/problem\+json/i);
      expect(answer).toContain('"code":"http/malformed"');
    }
  });

  test('takes a caller who goes away for what it is', async () => {
    const lines: string[] = [];
    const { url, stop } = await serve(await newConfig(), { writeTelemetry: (line) => lines.push(line) });
    const headers = { 'content-type': 'application/pdf', 'content-length': 1000 };
    const sent = httpRequest(`${url}/api/v1/documents/verify`, { method: 'POST', headers }).on('error', () => {});
    sent.write('%PDF');
    await new Promise((resolve) => setTimeout(resolve, 100));
    sent.destroy();
    await expect.poll(() => lines.some((line) => line.includes('/documents/verify'))).toBe(true);
    await stop();
    const notes = lines.map((line) => JSON.parse(line));
    expect(notes.filter(({ kind }) => kind === 'failure')).toEqual([]);
    expect(notes.find(({ kind }) => kind === 'request')).toMatchObject({ status: 400 });
  });

  test('says which address is taken, and lets go of the data', async () => {
    const blocker = createServer();
    await new Promise<void>((resolve) => blocker.listen(0, '127.0.0.1', () => resolve()));
    cleanUp.push(() => new Promise<void>((resolve) => blocker.close(() => resolve())));
    const { port } = blocker.address() as { port: number };
    const config = await newConfig();
    const taken = serveInstallation({ ...config, listen: { host: '127.0.0.1', port } }, { stopAtSignals: false });
    await expect(taken).rejects.toMatchObject({ code: 'http/address-in-use', facts: { address: `127.0.0.1:${port}` } });
    await expect(taken).rejects.toBeInstanceOf(Outage);
    const nowhere = serveInstallation({ ...config, listen: { host: '192.0.2.1', port: 0 } }, { stopAtSignals: false });
    await expect(nowhere).rejects.toMatchObject({ code: 'http/address-unavailable' });
    expect((await fetch((await serve(config)).url)).status).toBe(200);
  });

  test('of an installation that another one serves does not start', async () => {
    const config = await newConfig();
    await serve(config);
    await expect(serveInstallation(config, { stopAtSignals: false })).rejects.toMatchObject({ code: 'data/in-use' });
    expect(await overSocket(config.socketFile, STAFF)).toBe(200);
  });
});

describe('stopping', () => {
  test('finishes what was begun, takes nothing new, and removes the socket', async () => {
    const config = await newConfig();
    const lines: string[] = [];
    const service = await serve(config, { writeTelemetry: (line) => lines.push(line) });
    const begun = httpRequest(`${service.url}/api/v1/documents/verify`, {
      method: 'POST',
      headers: { 'content-type': 'application/pdf', 'content-length': 4 },
    });
    const answered = new Promise<number>((resolve, reject) => {
      begun.on('response', (response) => {
        response.resume();
        resolve(response.statusCode ?? 0);
      });
      begun.on('error', reject);
    });
    begun.write('%P');
    await new Promise((resolve) => setTimeout(resolve, 50));
    const stopped = service.stop();
    await expect(fetch(`${service.url}/`)).rejects.toThrow();
    begun.end('DF');
    expect(await answered).toBe(200);
    await stopped;
    await service.stopped;
    await service.stop();
    expect(existsSync(config.socketFile)).toBe(false);
    expect(lines.map((line) => JSON.parse(line).event).filter(Boolean)).toEqual(['started', 'stopped']);
    await (await serve(config)).stop();
  });

  test('happens at SIGTERM, and a service that was killed is replaced', async () => {
    const config = await newConfig();
    const script = join(dirname(config.dataFolder), 'serve.ts');
    const root = join(import.meta.dirname, '..', '..');
    writeFileSync(
      script,
      `import { serveInstallation } from '${root}/src/node.ts';\n` +
        `import { readConfig } from '${root}/src/config.ts';\n` +
        `const service = await serveInstallation(readConfig(process.env, '/'));\n` +
        `console.log('ready ' + service.address.port);\n` +
        `await service.stopped;\nconsole.log('stopped');\n`,
    );
    const start = async (): Promise<{
      kill(signal: NodeJS.Signals): Promise<{ code: number | null; out: string }>;
    }> => {
      const env = { COTEJO_DATA: config.dataFolder, COTEJO_LISTEN: '127.0.0.1:0', PATH: process.env['PATH'] };
      const child = spawn(process.execPath, [script], { env, stdio: ['ignore', 'pipe', 'ignore'] });
      let out = '';
      const ended = new Promise<number | null>((resolve) => child.on('close', resolve));
      await new Promise<void>((resolve, reject) => {
        child.stdout.on('data', (data) => {
          out += String(data);
          if (out.includes('ready')) resolve();
        });
        void ended.then(() => reject(new Error(`ended: ${out}`)));
      });
      return {
        async kill(signal) {
          child.kill(signal);
          return { code: await ended, out };
        },
      };
    };
    await (await start()).kill('SIGKILL');
    expect(existsSync(config.socketFile)).toBe(true);
    const second = await start();
    expect(await overSocket(config.socketFile, STAFF)).toBe(200);
    const { code, out } = await second.kill('SIGTERM');
    expect([code, out.trim().split('\n').at(-1)]).toEqual([0, 'stopped']);
    expect(existsSync(config.socketFile)).toBe(false);
  });
});

describe('the socket of a data folder whose path is too long', () => {
  test('stands in a folder of its own that only its owner may enter, and is found through a note', async () => {
    const outer = mkdtempSync(join(tmpdir(), 'cotejo-long-'));
    cleanUp.push(() => rmSync(outer, { recursive: true, force: true }));
    const long = join(outer, 'a'.repeat(60), 'b'.repeat(60));
    mkdirSync(long, { recursive: true });
    const config = await newConfig(long);
    const service = await serve(config);
    const path = await findLocalSocket(config);
    expect(path).not.toBe(config.socketFile);
    expect(readFileSync(`${config.socketFile}.path`, 'utf8')).toBe(path);
    expect(await overSocket(path, STAFF)).toBe(200);
    expect(lstatSync(dirname(path)).mode & 0o777).toBe(0o700);
    await service.stop();
    expect(existsSync(dirname(path))).toBe(false);
    expect(await findLocalSocket(config)).toBe(config.socketFile);
  });

  test('is not looked for where a note leads that we did not write', async () => {
    const config = readConfig({ COTEJO_DATA: mkdtempSync(join(tmpdir(), 'cotejo-note-')) }, '/');
    cleanUp.push(() => rmSync(config.dataFolder, { recursive: true, force: true }));
    for (const elsewhere of ['/etc/passwd', join(config.dataFolder, 's'), '/tmp/cotejo-none00/s', '']) {
      writeFileSync(`${config.socketFile}.path`, elsewhere);
      expect(await findLocalSocket(config)).toBe(config.socketFile);
    }
  });
});
