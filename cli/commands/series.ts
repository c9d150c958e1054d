import type { FolioSeries } from '../../src/oficio/series.ts';
import { EXIT, UsageError, type Command } from '../command.ts';

const API = '/api/v1/staff/folio-series';

/** `17-40` or `17`. */
function rangeOf(text: string): { from: number; to: number } {
  const match = /^(\d{1,6})(?:-(\d{1,6}))?$/.exec(text);
  if (!match)
    throw new UsageError({ es: `«${text}» no es un intervalo como 17-40`, en: `"${text}" is not a range like 17-40` });
  return { from: Number(match[1]), to: Number(match[2] ?? match[1]) };
}

export const folioSeries: Command = {
  name: 'folio series',
  summary: {
    es: 'numeración por unidad y año: primer número, números ya impresos, huecos con su motivo',
    en: 'numbering by unit and year: first number, numbers already printed, gaps with their reason',
  },
  positionals: { es: '[SIGLAS AÑO]', en: '[CODE YEAR]' },
  minPositionals: 0,
  maxPositionals: 2,
  options: {
    first: { type: 'string', value: 'N', help: { es: 'primer número del año', en: 'first number of the year' } },
    printed: {
      type: 'string',
      multiple: true,
      value: 'N-M',
      help: { es: 'ya impresos en hojas', en: 'already printed' },
    },
    gap: {
      type: 'string',
      multiple: true,
      value: { es: 'N-M:MOTIVO', en: 'N-M:REASON' },
      help: { es: 'no se usan, y por qué', en: 'not used, and why' },
    },
  },
  async run({ given, screen, client }) {
    const [unit, year] = given.positionals;
    const open = await client();
    if (unit !== undefined) {
      if (year === undefined || !/^\d{4}$/.test(year))
        throw new UsageError({ es: 'falta el año', en: 'missing the year' });
      const first = given.text('first');
      await open.post<FolioSeries>(API, {
        unit,
        year: Number(year),
        ...(first !== undefined && { first: Number(first) }),
        printed: given.texts('printed').map(rangeOf),
        gaps: given.texts('gap').map((text) => {
          const [range, ...reason] = text.split(':');
          return { ...rangeOf(range!), reason: reason.join(':') };
        }),
      });
    }
    const all = await open.get<FolioSeries[]>(API);
    const shown = all.filter((one) => unit === undefined || (one.unit === unit && one.year === Number(year)));
    if (screen.json) for (const series of shown) screen.data(series);
    const ranges = (list: readonly { from: number; to: number }[]): string =>
      list.map(({ from, to }) => (from === to ? `${from}` : `${from}-${to}`)).join(', ') || '—';
    screen.table(
      [
        screen.say({ es: 'UNIDAD', en: 'UNIT' }),
        screen.say({ es: 'AÑO', en: 'YEAR' }),
        screen.say({ es: 'SIGUE', en: 'NEXT' }),
        screen.say({ es: 'IMPRESOS', en: 'PRINTED' }),
        screen.say({ es: 'HUECOS', en: 'GAPS' }),
      ],
      shown.map((one) => [one.unit, String(one.year), String(one.next), ranges(one.printed), ranges(one.gaps)]),
    );
    return EXIT.done;
  },
};
