import { afterEach, describe, expect, test } from 'vitest';
import { Declined } from '../../../cli/command.ts';
import { OFFICE, tryBridge, type Sent, type TriedBridge } from './kit.ts';

const ONE = '00112233445566aa';
const SIGN: Sent = { body: { letters: [ONE] } };

let tried: TriedBridge | undefined;

async function open(...given: Parameters<typeof tryBridge>): Promise<TriedBridge> {
  return (tried = await tryBridge(...given));
}

afterEach(async () => {
  await tried?.close();
  tried = undefined;
});

describe('who is answered', () => {
  test.for([
    ['another origin', { origin: 'https://evil.example' }],
    ['a part of the origin', { origin: `${OFFICE}.evil.example` }],
    ['the origin in plain HTTP', { origin: OFFICE.replace('https', 'http') }],
    ['another port of the origin', { origin: `${OFFICE}:8443` }],
    ['a page without an origin', { origin: 'null' }],
    ['no origin', { origin: null }],
    ['the bridge itself', { origin: 'http://127.0.0.1:47615' }],
    ['a form of the page', { headers: { 'sec-fetch-mode': 'navigate' } }],
    ['an element of the page', { headers: { 'sec-fetch-mode': 'no-cors' } }],
  ] as const)('%s is declined, told nothing, and may read nothing', async ([, sent]) => {
    const { ask, pair } = await open();
    const token = await pair();
    for (const [path, more] of [
      ['/', {}],
      ['/work', { token }],
      ['/code', { body: {} }],
      ['/sign', { ...SIGN, token }],
    ] as const) {
      const answer = await ask(path, { ...more, ...sent });
      expect([answer.status, answer.json]).toEqual([403, {}]);
      expect(answer.headers['access-control-allow-origin']).toBeUndefined();
    }
    const preflight = { method: 'OPTIONS', headers: { 'access-control-request-method': 'POST' }, ...sent };
    expect((await ask('/sign', preflight)).status).toBe(403);
    expect(tried!.desk.work).toEqual({ is: 'idle' });
  });

  test('a name that was turned to this machine is declined, and so is another port', async () => {
    const { ask, bridge, pair } = await open();
    const token = await pair();
    for (const host of [
      'evil.example',
      `evil.example:${bridge.port}`,
      '127.0.0.1',
      '127.0.0.1:1',
      `[::1]:${bridge.port}`,
    ]) {
      const { status, headers, json } = await ask('/work', { host, token });
      expect([status, json, headers['access-control-allow-origin']], host).toEqual([421, {}, undefined]);
    }
    expect((await ask('/', { host: `localhost:${bridge.port}` })).status).toBe(200);
  });

  test('the page of the service reads its answers, and nobody keeps them', async () => {
    const { ask } = await open();
    const { status, headers, json } = await ask('/');
    expect([status, json]).toEqual([200, { bridge: 'cotejo', version: 1 }]);
    expect(headers).toMatchObject({
      'access-control-allow-origin': OFFICE,
      vary: 'Origin',
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
    });
    expect(headers['access-control-allow-credentials']).toBeUndefined();
  });

  test('a browser may ask before, from a public page to this machine as well', async () => {
    const { ask } = await open();
    const asked = { 'access-control-request-method': 'POST', 'access-control-request-private-network': 'true' };
    const { status, headers } = await ask('/sign', { method: 'OPTIONS', headers: asked });
    expect(status).toBe(204);
    expect(headers).toMatchObject({
      'access-control-allow-origin': OFFICE,
      'access-control-allow-methods': 'GET, POST',
      'access-control-allow-headers': 'authorization, content-type',
      'access-control-allow-private-network': 'true',
    });
    const other = { method: 'OPTIONS', headers: { 'access-control-request-method': 'DELETE' } };
    expect((await ask('/sign', other)).status).toBe(405);
  });
});

describe('pairing', () => {
  test('before it only this is told: a bridge is here', async () => {
    const { ask } = await open();
    for (const [path, sent] of [
      ['/work', {}],
      ['/sign', SIGN],
      ['/station', { body: {} }],
    ] as const) {
      for (const token of [undefined, 'x', 'A'.repeat(43)]) {
        const answer = await ask(path, { ...sent, ...(token !== undefined && { token }) });
        expect([answer.status, answer.json]).toEqual([401, { why: 'not-paired' }]);
      }
    }
    expect(tried!.desk.work).toEqual({ is: 'idle' });
  });

  test('a code serves once, as people type it', async () => {
    const { ask, codes, told } = await open();
    await ask('/code', { body: {} });
    const code = codes[0]!;
    expect(code).toMatch(/^[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}$/);
    // Asked for again, the one that is shown stays.
    await ask('/code', { body: {} });
    expect(codes).toHaveLength(1);
    const { json } = await ask('/pair', { body: { code: ` ${code.toLowerCase().replace('-', ' ')} ` } });
    expect(json['token']).toMatch(/^[\w-]{43}$/);
    expect(told).toEqual(['paired']);
    expect((await ask('/pair', { body: { code } })).json).toEqual({ why: 'code-over' });
    expect((await ask('/work', { token: String(json['token']) })).json).toEqual({ is: 'idle' });
  });

  test('typed wrong five times it counts no more, and the right one neither', async () => {
    const { ask, codes, told } = await open();
    await ask('/code', { body: {} });
    const answers: unknown[] = [];
    for (let i = 0; i < 5; i++) answers.push((await ask('/pair', { body: { code: '0000-0000' } })).json['why']);
    expect(answers).toEqual(['code-wrong', 'code-wrong', 'code-wrong', 'code-wrong', 'code-over']);
    const { status, json } = await ask('/pair', { body: { code: codes[0]! } });
    expect([status, json, told]).toEqual([403, { why: 'code-over' }, ['code-over']]);
    await ask('/code', { body: {} });
    expect(codes).toHaveLength(2);
    expect(codes[1]).not.toBe(codes[0]);
  });

  test('new codes are so few that nobody finds one by trying', async () => {
    const { ask, codes } = await open();
    const statuses: number[] = [];
    for (let i = 0; i < 4; i++) {
      statuses.push((await ask('/code', { body: {} })).status);
      for (let wrong = 0; wrong < 5; wrong++) await ask('/pair', { body: { code: '0000-0000' } });
      tried!.time.laterSeconds += 1;
    }
    expect([statuses.at(-1), codes.length]).toEqual([429, 3]);
  });

  test('a code is over after five minutes, what it gave after eight hours', async () => {
    const { ask, codes, time, pair } = await open();
    await ask('/code', { body: {} });
    time.laterSeconds = 301;
    expect((await ask('/pair', { body: { code: codes[0]! } })).json).toEqual({ why: 'code-over' });
    const token = await pair();
    expect((await ask('/work', { token })).status).toBe(200);
    time.laterSeconds += 8 * 3600 + 1;
    expect((await ask('/work', { token })).status).toBe(401);
  });

  test('the page that pairs anew takes the place of the one before; a token of another bridge counts nowhere', async () => {
    const other = await tryBridge();
    const foreign = await other.pair();
    await other.close();
    const { ask, pair } = await open();
    const first = await pair();
    expect((await ask('/work', { token: foreign })).status).toBe(401);
    const second = await pair();
    expect((await ask('/work', { token: first })).status).toBe(401);
    expect((await ask('/work', { token: second })).status).toBe(200);
  });
});

describe('what is asked', () => {
  test.for([
    ['bytes to sign', { letters: [ONE], toBeSigned: 'AAAA' }, 202],
    ['no list', { letter: ONE }, 400],
    ['an empty list', { letters: [] }, 400],
    ['one letter twice', { letters: [ONE, ONE] }, 400],
    ['a path in place of an id', { letters: ['../../cards/1'] }, 400],
    ['more than a hundred', { letters: Array.from({ length: 101 }, (_, i) => i.toString(16).padStart(16, '0')) }, 400],
    ['text that is no JSON', 'letters=1', 400],
    ['null', 'null', 400],
    ['a huge body', `{"letters":["${'a'.repeat(100_000)}"]}`, 413],
  ] as const)('%s: nothing is taken of it but ids', async ([, body, status]) => {
    const seen: (readonly string[])[] = [];
    const { ask, pair } = await open({
      sign: async (letters) => {
        seen.push(letters);
        return [];
      },
    });
    const token = await pair();
    const answer = await ask('/sign', { token, body }).catch(() => ({ status: 413 }));
    expect(answer.status).toBe(status);
    expect(seen).toEqual(status === 202 ? [[ONE]] : []);
  });

  test('a form that a page of another kind could send without asking is declined', async () => {
    const { ask, pair } = await open();
    const token = await pair();
    for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'application/json; charset=utf-8']) {
      expect((await ask('/sign', { ...SIGN, token, headers: { 'content-type': type } })).status, type).toBe(415);
    }
  });

  test('one work at a time, whatever it is', async () => {
    const going = Promise.withResolvers<[]>();
    const { ask, pair, desk } = await open({ sign: () => going.promise });
    const token = await pair();
    const both = await Promise.all([ask('/sign', { ...SIGN, token }), ask('/sign', { ...SIGN, token })]);
    expect(both.map(({ status }) => status).toSorted()).toEqual([202, 409]);
    expect((await ask('/station', { token, body: {} })).json).toEqual({ why: 'busy' });
    going.resolve([]);
    await desk.ended();
    expect((await ask('/station', { token, body: {} })).status).toBe(202);
  });

  test('the address of a station is told once; a no in the terminal, as what it is', async () => {
    const going = Promise.withResolvers<void>();
    const { ask, pair, desk, failures } = await open({
      async station(opened) {
        opened('http://127.0.0.1:1/#once');
        await going.promise;
        throw new Declined({ es: 'No se abrió.', en: 'Not opened.' });
      },
    });
    const token = await pair();
    await ask('/station', { token, body: {} });
    expect((await ask('/work', { token })).json).toEqual({ is: 'station', address: 'http://127.0.0.1:1/#once' });
    expect((await ask('/work', { token })).json).toEqual({ is: 'station', address: '' });
    going.resolve();
    await desk.ended();
    expect((await ask('/work', { token })).json).toEqual({ is: 'declined' });
    expect(failures).toHaveLength(1);
  });

  test('who has no token and asks all the time is slowed down, and keeps no page from its work', async () => {
    const { ask, pair } = await open();
    const token = await pair();
    let last = 0;
    for (let i = 0; i < 60 && last !== 429; i++) last = (await ask('/')).status;
    expect(last).toBe(429);
    expect((await ask('/work', { token })).status).toBe(200);
  });
});
