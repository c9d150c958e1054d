import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Client } from '../../cli/client.ts';
import { findUnit } from '../../cli/units.ts';
import { formatCardNumber, type Card } from '../../src/card/card.ts';
import type { Refusal } from '../../src/core/refusal.ts';
import { parseTime } from '../../src/core/time.ts';
import type { Official } from '../../src/directory/official.ts';
import { LeafKind } from '../../src/log/leaf.ts';
import { json, type ErrorDocument } from '../support/command-line.ts';
import { cotejo } from '../support/warm-command-line.ts';
import { makeInstallation, type Installation } from '../support/installation.ts';
import { makeCard, registerCard, type MadeCard } from '../support/soft-slots.ts';

interface Line {
  readonly number?: string;
  readonly state?: string;
  readonly holder: {
    readonly id: string;
    readonly name?: string;
    readonly mandate?: string;
    readonly hasPhoto?: boolean;
  };
}

interface Shown extends Line {
  readonly ended?: { readonly at: string; readonly reason: string };
  readonly events: readonly {
    act: string;
    leaf: number;
    at?: string;
    slot?: string;
    serial?: string;
    reason?: string;
    secret?: string;
    station?: string;
  }[];
}

let office: Installation;
let data: string;
let kinds: readonly (number | undefined)[];
let made: Record<'active' | 'lost' | 'left', MadeCard>;
let begun: Card;
let opened: Card;
let people: Record<'active' | 'lost' | 'left' | 'begun' | 'none' | 'reserved', Official>;

beforeAll(async () => {
  office = await makeInstallation();
  const { services, register } = office;
  await services.setUnit({ code: 'AE/DGG', name: 'Dirección General', coveredSince: '2026-01-01', parent: 'AE' });
  people = {
    active: await register({ name: 'Ana Activa' }),
    lost: await register({ name: 'Beto Extraviado' }),
    left: await register({ name: 'Celia Que Se Fue' }),
    begun: await register({ name: 'Darío Empezado', validUntil: '2027-01-31' }, true),
    none: await register({ name: 'Eva Sin Tarjeta', unit: 'AE' }),
    reserved: await register({ name: 'Nadie Nombrado', publication: 'reserved', legalGround: 'Acuerdo 7' }),
  };
  made = {
    active: await makeCard(services, people.active),
    lost: await makeCard(services, people.lost),
    left: await makeCard(services, people.left),
  };
  begun = await registerCard(services, people.begun);
  opened = begun;
  await services.cards.managementKey({ number: opened.number, station: 'rh@equipo-3' });
  await services.cards.managementKey({ number: opened.number });
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
    expect(cotejo(data, ['card', 'list', '--state', 'ended']).stdout).toMatch(
      /terminada \(se perdió\) .*Beto Extraviado/,
    );
  });

  test('tells who has none: in office today and no card in use, also where one was begun; a reserved name is not told', () => {
    const without = lines('--without-card');
    for (const name of ['Eva Sin Tarjeta', 'Beto Extraviado', 'Darío Empezado']) expect(names(without)).toContain(name);
    const unfinished = without.filter(({ number }) => number !== undefined);
    expect(unfinished).toMatchObject([
      { number: formatCardNumber(begun.number), state: 'registered', holder: { name: 'Darío Empezado' } },
    ]);
    const shown = cotejo(data, ['card', 'list', '--without-card']);
    // Who has no photo has no face on their card: that is seen before it is made.
    const faces = new Map(without.map(({ holder }) => [holder.name, holder.hasPhoto]));
    expect([faces.get('Eva Sin Tarjeta'), faces.get('Darío Empezado')]).toEqual([false, true]);
    expect(shown.stdout).toMatch(/Eva Sin Tarjeta .*falta/);
    expect(shown.stderr).toContain('Sin fotografía: ');
    expect(shown.stdout).toMatch(new RegExp(`Darío Empezado +\\S+ +sí +${formatCardNumber(begun.number)}`));
    expect(shown.stderr).toContain('card provision');
    for (const name of ['Ana Activa', 'Celia Que Se Fue', 'Nadie Nombrado']) {
      expect(names(without)).not.toContain(name);
    }
    expect(without.map(({ holder }) => holder.id)).toContain(people.reserved.id);
    expect(names(lines('--without-card', '--unit', 'AE'))).toEqual(names(without));
    expect(names(lines('--without-card', '--unit', 'AE/DGG'))).not.toContain('Eva Sin Tarjeta');
  });

  test('names the units that look alike where there is none of that code', async () => {
    const done = cotejo(data, ['card', 'list', '--unit', 'AE/DGX', '--json']);
    const { error } = json<ErrorDocument>(done);
    expect([done.status, error.code]).toEqual([4, 'directory/unit-unknown']);
    expect(error.next).toContain('AE/DGG');
    const units = ['AE', 'AE/DGG', 'AE/DGG/SCI', 'AE/DGA'].map((code) => ({ code, name: `Dirección ${code}` }));
    const client = { get: async () => units } as unknown as Client;
    for (const [typed, near] of [
      ['dgg', 'AE/DGG'],
      ['AE/DGG/NADA', 'AE/DGG, AE'],
      ['dirección AE/DGA', 'AE/DGA'],
      ['ZZZ', undefined],
      ['', undefined],
    ] as const) {
      const refused = await findUnit(client, typed).catch((thrown: unknown) => thrown as Refusal);
      expect([(refused as Refusal).code, (refused as Refusal).facts['near']], typed).toEqual([
        'directory/unit-unknown',
        near,
      ]);
    }
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
    // As every other time, and the same one.
    expect(shown.ended).toEqual({ at: shown.events.at(-1)!.at, reason: 'lost' });
    expect(shown.events.at(-1)).toMatchObject({ reason: 'lost' });
    expect(shown.events.find(({ act }) => act === 'credential/revoked')).toMatchObject({ reason: 'keyCompromise' });
  });

  test('tells which secret was told to which station, and when', () => {
    const number = formatCardNumber(opened.number);
    const { events } = json<Shown>(cotejo(data, ['card', 'show', number, '--json']));
    const told = events.filter(({ act }) => act === 'card/opened');
    expect(told).toMatchObject([{ secret: 'management-key', station: 'rh@equipo-3' }, { secret: 'management-key' }]);
    expect(told[1]).not.toHaveProperty('station');
    for (const { at } of told) expect(parseTime(at ?? '')).toBeDefined();
    const { stdout } = cotejo(data, ['card', 'show', number]);
    expect(stdout).toMatch(/\d\d:\d\d \(UTC−6\) .*llave de administración, a rh@equipo-3/);
  });

  test('calls nobody a thief, and nobody who resigned promoted', () => {
    const lost = cotejo(data, ['card', 'show', made.lost.card.number, '--lang', 'en']).stdout;
    expect(lost).toContain('it was lost');
    expect(lost).not.toMatch(/stolen|copied/);
    const left = cotejo(data, ['card', 'show', made.left.card.number, '--lang', 'en']).stdout;
    expect(left).toContain('left that post');
    expect(left).not.toContain('another post');
  });

  test('shows it to people, and declines a number of no card', () => {
    const shown = cotejo(data, ['card', 'show', made.active.card.number, '--lang', 'en']);
    expect(shown.stdout).toMatch(
      /\d+ +\d{4}-\d\d-\d\d \d\d:\d\d \(UTC−6\) +the card proved the key +The card itself \(9E\) [0-9a-f]{32}/,
    );
    const none = cotejo(data, ['card', 'show', '0000-0000-0001', '--json']);
    expect([none.status, json<ErrorDocument>(none).error.code]).toEqual([4, 'card/not-found']);
  });
});
