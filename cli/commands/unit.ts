import type { Unit } from '../../src/directory/unit.ts';
import { ApiProblem } from '../client.ts';
import { EXIT, type Command } from '../command.ts';
import type { Screen } from '../screen.ts';
import { dayOption } from '../typed-day.ts';
import { findUnit, UNITS } from '../units.ts';

const REMOVES = { es: 'vacío lo quita ("")', en: 'empty removes it ("")' };

function showUnit(screen: Screen, unit: Unit): void {
  screen.facts([
    [screen.say({ es: 'Siglas', en: 'Code' }), unit.code],
    [screen.say({ es: 'Nombre', en: 'Name' }), unit.name],
    [screen.say({ es: 'Sella desde', en: 'Seals since' }), unit.coveredSince],
    [screen.say({ es: 'Depende de', en: 'Belongs to' }), unit.parent],
    [screen.say({ es: 'Teléfono', en: 'Telephone' }), unit.phone],
    [screen.say({ es: 'Domicilio', en: 'Address' }), unit.address],
  ]);
}

const set: Command = {
  name: 'unit set',
  summary: {
    es: 'da de alta o corrige una unidad administrativa; lo que no se indica se conserva',
    en: 'adds or corrects an administrative unit; what is not given stays',
  },
  positionals: { es: 'SIGLAS', en: 'CODE' },
  minPositionals: 1,
  options: {
    name: {
      type: 'string',
      value: { es: 'NOMBRE', en: 'NAME' },
      help: { es: 'nombre completo (necesario si es nueva)', en: 'full name (needed for a new one)' },
    },
    since: {
      type: 'string',
      value: { es: 'AAAA-MM-DD', en: 'YYYY-MM-DD' },
      help: {
        es: 'desde cuándo sella todos sus oficios, también dd/mm/aaaa (necesario si es nueva)',
        en: 'since when all its letters are sealed, dd/mm/yyyy as well (needed for a new one)',
      },
    },
    phone: {
      type: 'string',
      value: { es: 'TEL', en: 'PHONE' },
      help: { es: `teléfono; ${REMOVES.es}`, en: `telephone; ${REMOVES.en}` },
    },
    address: {
      type: 'string',
      value: { es: 'DOMICILIO', en: 'ADDRESS' },
      help: { es: `domicilio; ${REMOVES.es}`, en: `address; ${REMOVES.en}` },
    },
    parent: {
      type: 'string',
      value: { es: 'SIGLAS', en: 'CODE' },
      help: { es: `unidad de la que depende; ${REMOVES.es}`, en: `unit it belongs to; ${REMOVES.en}` },
    },
  },
  fields: {
    code: { es: 'SIGLAS', en: 'CODE' },
    name: '--name',
    coveredSince: '--since',
    phone: '--phone',
    address: '--address',
    parent: '--parent',
  },
  async run({ given, screen, client }) {
    const optional = (option: string, field = option): object => {
      const text = given.text(option);
      const value = option === 'since' ? dayOption(text) : text;
      return value === undefined ? {} : { [field]: value };
    };
    const open = await client();
    const wanted = {
      code: given.positionals[0],
      ...optional('name'),
      ...optional('since', 'coveredSince'),
      ...optional('phone'),
      ...optional('address'),
      ...optional('parent'),
    };
    // Said again as it is: nothing to do, and no fault.
    const unit = await open.post<Unit>(UNITS, wanted).catch(async (error: unknown) => {
      const same = error instanceof ApiProblem && error.code === 'directory/unchanged';
      return same ? findUnit(open, String(error.facts['unit'])) : Promise.reject(error as Error);
    });
    if (screen.json) screen.data(unit);
    screen.line(`${screen.paint('good', '✓')} ${unit.code}  ${unit.name}`);
    showUnit(screen, unit);
    return EXIT.done;
  },
};

const show: Command = {
  name: 'unit show',
  summary: { es: 'muestra una unidad', en: 'shows a unit' },
  positionals: { es: 'SIGLAS', en: 'CODE' },
  minPositionals: 1,
  async run({ given, screen, client }) {
    const unit = await findUnit(await client(), given.positionals[0]!);
    if (screen.json) screen.data(unit);
    showUnit(screen, unit);
    return EXIT.done;
  },
};

const list: Command = {
  name: 'unit list',
  summary: { es: 'lista las unidades', en: 'lists the units' },
  async run({ screen, client }) {
    const units = await (await client()).get<Unit[]>(UNITS);
    if (screen.json) for (const unit of units) screen.data(unit);
    screen.table(
      [
        screen.say({ es: 'SIGLAS', en: 'CODE' }),
        screen.say({ es: 'SELLA DESDE', en: 'SEALS SINCE' }),
        screen.say({ es: 'DEPENDE DE', en: 'BELONGS TO' }),
        screen.say({ es: 'TELÉFONO', en: 'TELEPHONE' }),
        screen.say({ es: 'NOMBRE', en: 'NAME' }),
      ],
      units.map(({ code, coveredSince, parent, phone, name }) => [
        code,
        coveredSince,
        parent ?? '—',
        phone ?? '—',
        name,
      ]),
    );
    return EXIT.done;
  },
};

export const unitCommands: readonly Command[] = [set, list, show];
