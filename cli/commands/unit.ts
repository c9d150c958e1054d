import type { Unit } from '../../src/directory/unit.ts';
import { ApiProblem } from '../client.ts';
import { EXIT, type Command } from '../command.ts';

const set: Command = {
  name: 'unit set',
  summary: { es: 'da de alta o corrige una unidad administrativa', en: 'adds or corrects an administrative unit' },
  positionals: { es: 'SIGLAS', en: 'CODE' },
  minPositionals: 1,
  options: {
    name: {
      type: 'string',
      required: true,
      value: { es: 'NOMBRE', en: 'NAME' },
      help: { es: 'nombre completo', en: 'full name' },
    },
    since: {
      type: 'string',
      required: true,
      value: { es: 'AAAA-MM-DD', en: 'YYYY-MM-DD' },
      help: { es: 'desde cuándo sella todos sus oficios', en: 'since when all its letters are sealed' },
    },
    phone: { type: 'string', value: { es: 'TEL', en: 'PHONE' }, help: { es: 'teléfono', en: 'telephone' } },
    address: { type: 'string', value: { es: 'DOMICILIO', en: 'ADDRESS' }, help: { es: 'domicilio', en: 'address' } },
    parent: {
      type: 'string',
      value: { es: 'SIGLAS', en: 'CODE' },
      help: { es: 'unidad de la que depende', en: 'unit it belongs to' },
    },
  },
  async run({ given, screen, client }) {
    const optional = (field: string): object => {
      const value = given.text(field);
      return value === undefined ? {} : { [field]: value };
    };
    const open = await client();
    const wanted = {
      code: given.positionals[0],
      name: given.need('name'),
      coveredSince: given.need('since'),
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
