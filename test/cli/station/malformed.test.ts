import { afterEach, beforeEach, expect, test } from 'vitest';
import { cardOffice } from '../../../cli/card-office.ts';
import type { SeatState } from '../../../cli/station/board.ts';
import { Client } from '../../../cli/client.ts';
import { peopleOfList, peopleWithoutCard } from '../../../cli/station/people.ts';
import { toldProblem } from '../../../cli/station/words.ts';
import { factoryState } from '../../../hardware/soft-piv/state.ts';
import { nodePrimitives as primitives } from '../../../src/adapters/primitives.ts';
import { systemClock, systemRandom } from '../../../src/adapters/system.ts';
import type { StationDeps } from '../../../src/card/station/provision.ts';
import type { Official } from '../../../src/directory/official.ts';
import { staffApp } from '../../../src/http/staff/app.ts';
import { memoryJournal, PIN } from '../../card/station/station-kit.ts';
import { makeInstallation, type Installation } from '../../support/installation.ts';
import { managementDeps } from '../../support/soft-cards.ts';
import { chip, tryStation, type TriedStation } from './kit.ts';

/** What no office answers to anything. */
const BAD: readonly (readonly [status: number, body: string])[] = [
  [200, '<html>It works!</html>'],
  [200, ''],
  [200, 'null'],
  [200, '[null]'],
  [200, '{"card":{"number":7},"holder":{},"challenge":5,"managementKeys":[],"signed":null}'],
  [200, '"x"'],
  [500, '{"code":"card/\\u001b[2J","facts":null}'],
  [418, '{"code":{},"facts":{"number":[]}}'],
];

let office: Installation;
let station: TriedStation | undefined;
beforeEach(async () => {
  office = await makeInstallation();
});
afterEach(async () => {
  await station?.stop();
  office.remove();
});

/** Each request takes a second: all of them in the long run. */
const STEP = process.env['COTEJO_LONG'] ? 1 : 4;

/** The service, which answers some of the requests with something else. */
class LyingService {
  asked = 0;
  /** By the number of the request. */
  bad = new Map<number, readonly [status: number, body: string]>();
  readonly client: Client;

  constructor({ services }: Installation) {
    const app = staffApp(services);
    const answer = async (request: Request): Promise<Response> => {
      const bad = this.bad.get(this.asked++);
      const answered = await app.fetch(request);
      return bad ? new Response(bad[1], { status: bad[0] }) : answered;
    };
    this.client = new Client(answer, async () => {});
  }
}

function depsOf({ client }: LyingService): StationDeps {
  const journal = memoryJournal();
  return { ...managementDeps, primitives, clock: systemClock, busy: new Set(), journal, office: cardOffice(client) };
}

/** Answers whatever is asked at a reader, until its card is done or failed. */
async function serve({ board }: TriedStation, reader: string): Promise<SeatState> {
  for (;;) {
    const state = board.seats.find((seat) => seat.reader === reader)!.state;
    if (state.is === 'done' || state.is === 'failed') return state;
    if (state.is === 'asking') {
      const { id, kind } = state.question;
      if (kind === 'offer') board.answerOffer(id, { is: 'them' });
      else board.answerPin(id, PIN, PIN);
    }
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

test('a malformed answer to any request ends that card alone, and the same one goes on when it is put in again', async () => {
  let failed = 0;
  for (let n = 0, most = Infinity; n < most; n += STEP) {
    const one = (post: string): Promise<Official> => office.register({ name: 'Persona de Prueba', post }, true);
    const officials = [(await one(`Inspectora ${n}`)).id, (await one(`Inspector ${n}`)).id];
    const lying = new LyingService(office);
    const deps = depsOf(lying);
    station = await tryStation({ ...deps.office, officials }, { deps });
    const states = [factoryState(systemRandom), factoryState(systemRandom)] as const;
    lying.asked = 0;
    lying.bad = new Map([[n, BAD[n % BAD.length]!]]);
    station.readers.put('A', chip(states[0]));
    let ended = await serve(station, 'A');
    // All requests of a card were tried.
    if (lying.asked <= n) most = n;
    lying.bad.clear();
    if (ended.is === 'failed') {
      failed++;
      expect(toldProblem(ended.error, 'en').code, `request ${n}`).toMatch(/^(http\/unexpected|card\/ \[2J)$/);
    }
    // The other reader goes on, and this one with the same card.
    station.readers.put('B', chip(states[1]));
    expect((await serve(station, 'B')).is, `after request ${n}`).toBe('done');
    if (ended.is === 'failed') {
      station.readers.pull('A');
      await station.shows('A', 'empty');
      station.readers.put('A', chip(states[0]));
      ended = await serve(station, 'A');
    }
    expect(ended.is, `after request ${n}`).toBe('done');
    await station.stop();
  }
  expect(failed).toBeGreaterThan(15 / STEP);
}, 300_000);

test('of a list, who cannot be read gets no card, and the others do', async () => {
  const [first, second] = [await office.register({}, true), await office.register({}, true)];
  const csv = new TextEncoder().encode(`clave\n${first.id}\n${second.id}\n`);
  const lying = new LyingService(office);
  const read = (): ReturnType<typeof peopleOfList> => peopleOfList(lying.client, depsOf(lying), csv, () => {});
  lying.bad = new Map([[0, BAD[3]!]]);
  const { people, faults } = await read();
  expect(faults).toMatchObject([{ line: 2, typed: first.id, error: { code: 'http/unexpected' } }]);
  expect(people).toMatchObject([[{ officialId: second.id }, { state: 'waiting' }]]);
  lying.bad = new Map([[lying.asked + 1, BAD[4]!]]);
  expect((await read()).people).toMatchObject([
    [{ officialId: first.id }, { state: 'failed', code: 'http/unexpected' }],
    [{ officialId: second.id }, { state: 'waiting' }],
  ]);
  for (const bad of BAD) {
    lying.bad = new Map([[lying.asked, bad]]);
    const all = peopleWithoutCard(lying.client, depsOf(lying), undefined, () => {});
    await expect(all, bad[1]).rejects.toMatchObject({ code: expect.stringMatching(/\//) });
  }
});
