import type { Unit } from '../../src/directory/unit.ts';
import { ApiProblem } from '../client.ts';
import { EXIT, type Command } from '../command.ts';
import { dayOption } from '../typed-day.ts';

const REMOVES = { es: 'vacío lo quita ("")', en: 'empty removes it ("")' };

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
    const unit = await open.post<Unit>('/api/v1/staff/units', wanted).catch(async (error: unknown) => {
      const same = error instanceof ApiProblem && error.code === 'directory/unchanged';
      const all = same ? await open.get<Unit[]>('/api/v1/staff/units') : [];
      return all.find(({ code }) => code === (error as ApiProblem).facts['unit']) ?? Promise.reject(error as Error);
    });
    if (screen.json) screen.data(unit);
    screen.line(`${screen.paint('good', '✓')} ${unit.code}  ${unit.name}`);
    return EXIT.done;
  },
};

const list: Command = {
  name: 'unit list',
  summary: { es: 'lista las unidades', en: 'lists the units' },
  async run({ screen, client }) {
    const units = await (await client()).get<Unit[]>('/api/v1/staff/units');
    if (screen.json) for (const unit of units) screen.data(unit);
    screen.table(
      [
        screen.say({ es: 'SIGLAS', en: 'CODE' }),
        screen.say({ es: 'SELLA DESDE', en: 'SEALS SINCE' }),
        screen.say({ es: 'NOMBRE', en: 'NAME' }),
      ],
      units.map((unit) => [unit.code, unit.coveredSince, unit.name]),
    );
    return EXIT.done;
  },
};

export const unitCommands: readonly Command[] = [set, list];
