import { request } from 'node:http';
import { nodePrimitives } from '../../../src/adapters/primitives.ts';
import { systemClock, systemRandom } from '../../../src/adapters/system.ts';
import { unixSeconds } from '../../../src/core/time.ts';
import { Desk, type DeskDeps } from '../../../cli/bridge/desk.ts';
import { openBridge, type Bridge } from '../../../cli/bridge/server.ts';

/** Where the pages of the service are. */
export const OFFICE = 'https://verifica.example.mx';

export interface Asked {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly json: Readonly<Record<string, unknown>>;
}

export interface Sent {
  readonly method?: string;
  /** `null`: without one. */
  readonly origin?: string | null;
  readonly host?: string;
  readonly token?: string;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface TriedBridge {
  readonly bridge: Bridge;
  readonly desk: Desk;
  /** What the terminal showed. */
  readonly codes: readonly string[];
  readonly told: readonly string[];
  readonly failures: readonly unknown[];
  /** For the bridge it is so much later. */
  readonly time: { laterSeconds: number };
  ask(path: string, sent?: Sent): Promise<Asked>;
  /** Types the code of the terminal. @returns the token */
  pair(): Promise<string>;
  close(): Promise<void>;
}

/** A bridge of its own, and somebody who asks it, with whatever headers they like. */
export async function tryBridge(deps: Partial<DeskDeps> = {}): Promise<TriedBridge> {
  const codes: string[] = [];
  const told: string[] = [];
  const failures: unknown[] = [];
  const time = { laterSeconds: 0 };
  const desk = new Desk({
    sign: async (letters) => letters.map((letter) => ({ letter, outcome: 'signed' })),
    station: async () => {},
    failed: (error) => void failures.push(error),
    ...deps,
  });
  const bridge = await openBridge({
    ...{ origin: OFFICE, port: 0, desk, random: systemRandom, primitives: nodePrimitives },
    clock: () => unixSeconds(systemClock() + time.laterSeconds),
    showCode: (code) => void codes.push(code),
    tell: (what) => void told.push(what),
  });
  const { port } = bridge;
  const ask: TriedBridge['ask'] = (path, sent = {}) => {
    const { method = sent.body === undefined ? 'GET' : 'POST', origin = OFFICE, host = `127.0.0.1:${port}` } = sent;
    const headers = {
      host,
      ...(origin !== null && { origin }),
      ...(sent.token !== undefined && { authorization: `Bearer ${sent.token}` }),
      ...(sent.body !== undefined && { 'content-type': 'application/json' }),
      ...sent.headers,
    };
    return new Promise((resolve, reject) => {
      const asked = request({ host: '127.0.0.1', port, path, method, headers }, (response) => {
        let text = '';
        response.on('data', (part: Buffer) => void (text += String(part)));
        response.on('end', () =>
          resolve({
            status: response.statusCode!,
            headers: response.headers,
            json: text === '' ? {} : (JSON.parse(text) as Asked['json']),
          }),
        );
      });
      asked.on('error', reject);
      asked.end(
        typeof sent.body === 'string' ? sent.body : sent.body === undefined ? undefined : JSON.stringify(sent.body),
      );
    });
  };
  return {
    ...{ bridge, desk, codes, told, failures, time, ask },
    async pair() {
      await ask('/code', { body: {} });
      const { json } = await ask('/pair', { body: { code: codes.at(-1)! } });
      return String(json['token']);
    },
    close: () => bridge.close(),
  };
}
