import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { formatCardNumber, type Card } from '../../src/card/card.ts';
import { parseTime } from '../../src/core/time.ts';
import type { Official } from '../../src/directory/official.ts';
import { LeafKind } from '../../src/log/leaf.ts';
import { cotejo, json, type ErrorDocument } from '../support/command-line.ts';
import { makeInstallation, type Installation } from '../support/installation.ts';
import { makeCard, registerCard, type MadeCard } from '../support/soft-slots.ts';

interface Line {
  readonly number?: string;
  readonly state?: string;
  readonly holder: { readonly id: string; readonly name?: string; readonly mandate?: string };
}

interface Shown extends Line {
  readonly events: readonly {
    act: string;
    leaf: number;
    at?: string;
    slot?: string;
    serial?: string;
    reason?: string;
  }[];
}

let office: Installation;
let data: string;
let kinds: readonly (number | undefined)[];
let made: Record<'active' | 'lost' | 'left', MadeCard>;
let begun: Card;
let people: Record<'active' | 'lost' | 'left' | 'begun' | 'none' | 'reserved', Official>;

beforeAll(async () => {
  office = await makeInstallation();
  const { services, register } = office;
  people = {
    active: await register({ name: 'Ana Activa' }),
    lost: await register({ name: 'Beto Extraviado' }),
    left: await register({ name: 'Celia Que Se Fue' }),
    begun: await register({ name: 'Darío Empezado', validUntil: '2027-01-31' }),
    none: await register({ name: 'Eva Sin Tarjeta', unit: 'AE' }),
    reserved: await register({ name: 'Nadie Nombrado', publication: 'reserved', legalGround: 'Acuerdo 7' }),
  };
  made = {
    active: await makeCard(services, people.active),
    lost: await makeCard(services, people.lost),
    left: await makeCard(services, people.left),
  };
  begun = await registerCard(services, people.begun);
  await services.cards.end({ number: made.lost.card.number, reason: 'lost' });
  await services.endOfficial({ id: people.left.id, reason: 'resigned' });
  const { size } = await services.log.head();
  kinds = await Promise.all(Array.from({ length: size }, async (_, index) => (await services.log.leaf(index))?.kind));
  data = office.config.dataFolder;
  office.close();
});
afterAll(() => office.remove());

function lines(...words: readonly string[]): readonly Line[] {
  const done = cotejo(data, ['card', 'list', ...words, '--json']);
  expect(done.status, done.stderr).toBe(0);
  return done.stdout
    .trim()
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as Line);
}

const names = (found: readonly Line[]): readonly (string | undefined)[] =>
  found.map(({ holder }) => holder.name).toSorted();

describe('card list', () => {
  test('tells of every card with its number as it is printed, and of who has left that they did', () => {
    const all = lines();
    expect(all.map(({ number, state }) => [number, state])).toEqual([
      [formatCardNumber(made.active.card.number), 'active'],
      [formatCardNumber(made.lost.card.number), 'ended'],
      [formatCardNumber(made.left.card.number), 'active'],
      [formatCardNumber(begun.number), 'registered'],
    ]);
    const shown = cotejo(data, ['card', 'list', '--state', 'activa']);
    expect(shown.stdout).toMatch(/activa +\d{4}-\d\d-\d\d .*Ana Activa/);
    expect(shown.stdout).toMatch(/activa \(la persona ya no está\) .*Celia Que Se Fue/);
    expect(shown.stdout).not.toContain('Beto');
  });

  test('tells who has none: in office today, no card begun or in use; a reserved name is not told', () => {
    const without = lines('--without-card');
    expect(names(without)).toContain('Eva Sin Tarjeta');
    expect(names(without)).toContain('Beto Extraviado');
    for (const name of ['Ana Activa', 'Celia Que Se Fue', 'Darío Empezado', 'Nadie Nombrado']) {
      expect(names(without)).not.toContain(name);
    }
    expect(without.map(({ holder }) => holder.id)).toContain(people.reserved.id);
    expect(names(lines('--without-card', '--unit', 'AE'))).toEqual(names(without));
    expect(names(lines('--without-card', '--unit', 'AE/DGG'))).not.toContain('Eva Sin Tarjeta');
  });

  test('tells those that expire, and what it does not understand', () => {
    expect(lines('--expiring', '30')).toEqual([]);
    expect(names(lines('--expiring', '3660'))).toEqual(['Ana Activa', 'Celia Que Se Fue']);
    for (const words of [
      ['--state', 'x'],
      ['--expiring', 'soon'],
      ['--without-card', '--state', 'active'],
    ]) {
      expect(cotejo(data, ['card', 'list', ...words]).status, words.join(' ')).toBe(2);
    }
  });
});

describe('card show', () => {
  test('tells the history by the log: each act at the leaf that says it, with its time', () => {
    const number = formatCardNumber(made.lost.card.number);
    const shown = json<Shown>(cotejo(data, ['card', 'show', number.toLowerCase(), '--json']));
    expect(shown).toMatchObject({ number, state: 'ended', holder: { name: 'Beto Extraviado' } });
    const acts = shown.events.map(({ act, slot }) => (slot === undefined ? act : `${act} ${slot}`));
    const slots = ['9A', '9C', '9E'];
    expect(acts).toEqual([
      'card/registered',
      ...slots.flatMap((slot) => [`credential/issued ${slot}`, `credential/proven ${slot}`]),
      'card/activated',
      ...slots.map((slot) => `credential/revoked ${slot}`),
      'card/ended',
    ]);
    const kindOf: Readonly<Record<string, number>> = {
      'card/registered': LeafKind.cardRegistered,
      'card/activated': LeafKind.cardActivated,
      'card/ended': LeafKind.cardEnded,
      'credential/issued': LeafKind.credentialIssued,
      'credential/proven': LeafKind.credentialProven,
      'credential/revoked': LeafKind.credentialRevoked,
    };
    for (const { act, leaf, at } of shown.events) {
      expect(kinds[leaf], act).toBe(kindOf[act]);
      expect(parseTime(at ?? ''), act).toBeDefined();
    }
    expect(shown.events.at(-1)).toMatchObject({ reason: 'lost' });
    expect(shown.events.find(({ act }) => act === 'credential/revoked')).toMatchObject({ reason: 'keyCompromise' });
  });

  test('shows it to people, and declines a number of no card', () => {
    const shown = cotejo(data, ['card', 'show', made.active.card.number, '--lang', 'en']);
    expect(shown.stdout).toMatch(/\d+ +\d{4}-\d\d-\d\d \d\d:\d\d \(UTC−6\) +the card proved the key +9E [0-9a-f]{32}/);
    const none = cotejo(data, ['card', 'show', '0000-0000-0001', '--json']);
    expect([none.status, json<ErrorDocument>(none).error.code]).toEqual([4, 'card/not-found']);
  });
});
