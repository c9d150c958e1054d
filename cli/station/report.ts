import { formatCardNumber } from '../../src/card/card.ts';
import type { Queue, QueueEntry } from '../../src/card/station/queue.ts';
import { formatTime, type UnixSeconds } from '../../src/core/time.ts';
import type { OfficialId } from '../../src/directory/official.ts';
import { UsageError } from '../command.ts';
import type { Screen } from '../screen.ts';
import type { ListFault } from './people.ts';
import { toldPerson, toldProblem, type ToldProblem } from './words.ts';

/** What a station did with one person's card, besides how they stand. */
export interface ReportedWork {
  readonly at?: UnixSeconds;
  readonly seconds?: number;
  /** What went wrong last, where it is not done. */
  readonly problem?: ToldProblem;
}

export type ReportKind = 'csv' | 'json';

/** @throws UsageError for a name that ends otherwise */
export function reportKind(path: string): ReportKind {
  const kind = /\.(csv|json)$/i.exec(path)?.[1]?.toLowerCase();
  if (kind === 'csv' || kind === 'json') return kind;
  throw new UsageError({
    es: `el informe se llama ALGO.csv o ALGO.json, no «${path}»`,
    en: `the report is called SOMETHING.csv or SOMETHING.json, not "${path}"`,
  });
}

const STATES: Readonly<Record<QueueEntry['standing']['state'], string>> = {
  waiting: 'pendiente',
  begun: 'a medias',
  'at-work': 'a medias',
  done: 'lista',
  failed: 'no se puede',
};

const HEADINGS = [
  'clave',
  'nombre',
  'puesto',
  'unidad',
  'estado',
  'tarjeta',
  'hecha',
  'segundos',
  'problema',
  'qué hacer',
  'código',
];

/** A cell that a spreadsheet reads as text, whatever is in it. */
function cell(text: string): string {
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",;\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

export interface ReportFacts {
  readonly queue: Queue;
  readonly work: ReadonlyMap<OfficialId, ReportedWork>;
  /** Lines of the list that name nobody. */
  readonly faults: readonly ListFault[];
  readonly began: UnixSeconds;
  readonly ended: UnixSeconds;
  readonly language: Screen['language'];
}

/**
 * Everybody on the list and whoever else's card was put in: state, card, and what was done now. As CSV it can be a list
 * itself: its first column is that of the ids.
 */
export function report(kind: ReportKind, { queue, work, faults, began, ended, language }: ReportFacts): string {
  const rows = queue.entries.map(({ person, isGuest, standing }) => {
    const done = work.get(person.officialId) ?? {};
    const problem =
      standing.state === 'done'
        ? undefined
        : standing.state === 'failed'
          ? toldProblem(standing, language)
          : done.problem;
    return { person, isGuest, standing, done, problem };
  });
  if (kind === 'csv') {
    const lines = rows.map(({ person, standing, done, problem }) => {
      const { name = 'nombre reservado', post = '' } = toldPerson(person);
      return [
        ...[person.officialId, name, post, person.unit, STATES[standing.state]],
        'number' in standing ? formatCardNumber(standing.number) : '',
        done.at === undefined ? '' : formatTime(done.at),
        done.seconds === undefined ? '' : done.seconds.toFixed(1),
        ...[problem?.what ?? '', problem?.next ?? '', problem?.code ?? ''],
      ]
        .map(cell)
        .join(',');
    });
    const bad = faults.map(({ line, typed, error }) => {
      const { what, next, code } = toldProblem(error, language);
      return [typed, '', '', '', `renglón ${line} de la lista`, '', '', '', what, next, code].map(cell).join(',');
    });
    // With a byte order mark spreadsheets read the accents.
    return `\ufeff${[HEADINGS.join(','), ...lines, ...bad].join('\r\n')}\r\n`;
  }
  const cards = rows.map(({ person, isGuest, standing, done, problem }) => ({
    ...toldPerson(person),
    state: standing.state === 'at-work' ? 'begun' : standing.state,
    ...('number' in standing && { number: formatCardNumber(standing.number) }),
    ...(standing.state === 'done' && { made: standing.made }),
    ...(done.at !== undefined && { at: formatTime(done.at) }),
    ...(done.seconds !== undefined && { seconds: done.seconds }),
    ...(isGuest && { onList: false }),
    ...(problem && { problem }),
  }));
  const lines = faults.map(({ line, error }) => ({ line, problem: toldProblem(error, language) }));
  const times = { began: formatTime(began), ended: formatTime(ended) };
  const all = { ...times, counts: queue.counts(), cards, ...(lines.length > 0 && { lines }) };
  return `${JSON.stringify(all, undefined, 2)}\n`;
}
