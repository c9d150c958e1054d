import { Refusal } from '../../src/core/refusal.ts';
import { parseUnitCode } from '../../src/directory/unit.ts';
import type { FolioSeries, NumberGap, NumberRange } from '../../src/oficio/series.ts';
import type { EntryCode } from '../../src/texts/code.ts';
import type { Client } from '../client.ts';
import { EXIT, UsageError, type Command, type Given } from '../command.ts';

const API = '/api/v1/staff/folio-series';

/** `17-40` or `17`. */
function rangeOf(text: string): NumberRange {
  const match = /^(\d{1,6})(?:-(\d{1,6}))?$/.exec(text);
  if (!match)
    throw new UsageError({ es: `«${text}» no es un intervalo como 17-40`, en: `"${text}" is not a range like 17-40` });
  return { from: Number(match[1]), to: Number(match[2] ?? match[1]) };
}

interface SeriesAsked {
  readonly unit: string;
  readonly year: number;
  readonly first?: number;
  readonly printed: readonly NumberRange[];
  readonly gaps: readonly NumberGap[];
}

/** What the command line declares of one series; nothing where all are to be shown. */
function seriesAsked(given: Given): SeriesAsked | undefined {
  const [unit, year] = given.positionals;
  const first = given.text('first');
  const printed = given.texts('printed').map(rangeOf);
  const gaps = given.texts('gap').map((text) => {
    const [range, ...reason] = text.split(':');
    return { ...rangeOf(range!), reason: reason.join(':') };
  });
  if (unit === undefined) {
    if (first === undefined && printed.length + gaps.length === 0) return undefined;
    throw new UsageError({ es: 'faltan las siglas de la unidad y el año', en: 'missing the unit and the year' });
  }
  if (year === undefined || !/^\d{4}$/.test(year)) {
    throw new UsageError({ es: 'falta el año, con cuatro cifras', en: 'missing the year, of four digits' });
  }
  if (first !== undefined && !/^\d{1,6}$/.test(first)) {
    throw new UsageError({ es: `--first es un número, no «${first}»`, en: `--first is a number, not "${first}"` });
  }
  return { unit, year: Number(year), ...(first !== undefined && { first: Number(first) }), printed, gaps };
}

/** Whoever only looks declares nothing: each declaration is a leaf of the log, and a slip in the year would stay. */
async function seriesOf(client: Client, asked: SeriesAsked): Promise<FolioSeries> {
  const { unit, year, first, printed, gaps } = asked;
  if (first !== undefined || printed.length + gaps.length > 0) return client.post<FolioSeries>(API, asked);
  const code = parseUnitCode(unit);
  const known = (await client.get<FolioSeries[]>(API)).find((one) => one.unit === code && one.year === year);
  if (known) return known;
  throw new Refusal<EntryCode>('oficio/series-none', 'no series of this unit and year', { unit, year });
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
    const asked = seriesAsked(given);
    const open = await client();
    const shown = asked ? [await seriesOf(open, asked)] : await open.get<FolioSeries[]>(API);
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
