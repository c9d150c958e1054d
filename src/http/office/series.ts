import type { Role } from '../../access/role.ts';
import { dayInMexicoCity } from '../../core/time.ts';
import type { Unit } from '../../directory/unit.ts';
import type { FolioSeries, NumberRange } from '../../oficio/series.ts';
import type { ProblemBody } from '../problem.ts';
import type { Told } from './letter-words.ts';
import { roleRoute, type OfficeRoute } from './route.ts';
import { seriesPage, type TypedSeries } from './series-page.ts';
import { wantsJson, type OfficeSite } from './site.ts';
import type { LoggedIn } from '../../access/session.ts';

const READERS: readonly Role[] = ['clerk', 'signer', 'operator', 'auditor'];

/** Which field is wrong, by what the API says of it. */
const FIELDS: Readonly<Record<string, string>> = {
  first: 'first',
  range: 'printed',
  overlap: 'printed',
  'before-first': 'printed',
  reason: 'reason',
  'oficio/series-unit-unknown': 'unit',
  'oficio/series-started': 'first',
  'oficio/series-number-used': 'gap',
};

/** Folio series: what is declared of them, and declaring more. */
export function seriesRoutes(site: OfficeSite): readonly OfficeRoute[] {
  const { clock } = site.deps;

  return [
    roleRoute(site, 'GET', '/oficios/series', READERS, (_, who) => {
      const year = dayInMexicoCity(clock()).slice(0, 4);
      return show(who, { unit: '', year, first: '', printed: '', gap: '', reason: '' });
    }),
    roleRoute(site, 'POST', '/oficios/series', ['clerk', 'operator'], async (c, who) => {
      const typed = typedIn(await site.readForm(c));
      const read = bodyOf(typed);
      if ('field' in read) return wrong({ ...WRONG_RANGE, field: read.field });
      const answer = await site.ask(who, 'POST', '/folio-series', read);
      if (answer.ok) return site.outcome(c, answer, '/oficios/series');
      const body = (await answer.json()) as ProblemBody;
      const field = FIELDS[String(body.facts['fault'])] ?? FIELDS[body.code];
      return wrong({ ...body, ...(field !== undefined && { field }) });

      async function wrong({
        detail,
        code,
        field,
        status = 422,
      }: Told & { readonly status?: number }): Promise<Response> {
        const facts = field === undefined ? {} : { field };
        const told = { type: `urn:cotejo:problem:${code}`, title: detail, detail, code: code as ProblemBody['code'] };
        if (wantsJson(c)) return site.problem({ ...told, status, facts });
        return show(who, typed, { detail, code, ...facts }, status);
      }
    }),
  ];

  async function show(who: LoggedIn, typed: TypedSeries, told?: Told, status = 200): Promise<Response> {
    const [series, units] = [await site.list<FolioSeries>(who, '/folio-series'), await site.list<Unit>(who, '/units')];
    return site.page(seriesPage(site, { who, at: clock() }, { series, units, typed, ...(told && { told }) }), status);
  }
}

const WRONG_RANGE = {
  detail: 'No se entienden los números. Escriba uno (52), o del primero al último (1-40), separados con comas.',
  code: 'http/malformed',
};

function typedIn(form: URLSearchParams): TypedSeries {
  const field = (name: string): string => (form.get(name) ?? '').trim().slice(0, 400);
  return {
    unit: field('unit'),
    year: field('year'),
    first: field('first'),
    printed: field('printed'),
    gap: field('gap'),
    reason: field('reason'),
  };
}

/** `1-40, 52`; undefined for what is none. */
function rangesIn(text: string): readonly NumberRange[] | undefined {
  const parts = text.split(',').map((part) => part.trim());
  const ranges = parts.filter((part) => part !== '').map((part) => /^(\d{1,6})(?:\s*[-–]\s*(\d{1,6}))?$/.exec(part));
  if (ranges.includes(null)) return undefined;
  return ranges.map((match) => ({ from: Number(match![1]), to: Number(match![2] ?? match![1]) }));
}

function bodyOf({
  unit,
  year,
  first,
  printed,
  gap,
  reason,
}: TypedSeries): { readonly field: string } | { readonly unit: string } {
  const [ranges, gaps] = [rangesIn(printed), rangesIn(gap)];
  if (!ranges) return { field: 'printed' };
  if (!gaps || gaps.length > 1) return { field: 'gap' };
  if (first !== '' && !/^\d{1,6}$/.test(first)) return { field: 'first' };
  return {
    ...{ unit, year: Number(year), printed: ranges, gaps: gaps.map((one) => ({ ...one, reason })) },
    ...(first !== '' && { first: Number(first) }),
  };
}
