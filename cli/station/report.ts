import { formatCardNumber } from '../../src/card/card.ts';
import type { Queue, QueueEntry } from '../../src/card/station/queue.ts';
import { formatTime, type UnixSeconds } from '../../src/core/time.ts';
import type { OfficialId } from '../../src/directory/official.ts';
import type { Language } from '../../src/texts/problems.ts';
import { UsageError } from '../command.ts';
import type { ListFault } from './listed-ids.ts';
import { begunWords, toldPerson, toldProblem, type ToldProblem } from './words.ts';

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

type State = QueueEntry['standing']['state'];

interface ReportTexts {
  readonly headings: readonly string[];
  readonly states: Readonly<Record<State, string>>;
  readonly reserved: string;
  readonly begun: string;
  readonly line: (line: number) => string;
}

/** The first heading is one that a list of a station may have. */
const TEXTS: Readonly<Record<Language, ReportTexts>> = {
  es: {
    headings: 'clave,nombre,cargo,unidad,estado,tarjeta,hecha,segundos,problema,qué hacer,código'.split(','),
    states: {
      ...{ waiting: 'pendiente', begun: 'a medias', 'at-work': 'a medias' },
      ...{ done: 'lista', failed: 'no se puede' },
    },
    reserved: 'nombre reservado',
    begun: 'La tarjeta quedó a medias.',
    line: (line) => `renglón ${line} de la lista`,
  },
  en: {
    headings: 'id,name,post,unit,state,card,made,seconds,problem,what to do,code'.split(','),
    states: {
      ...{ waiting: 'waiting', begun: 'half made', 'at-work': 'half made' },
      ...{ done: 'ready', failed: 'impossible' },
    },
    reserved: 'name reserved',
    begun: 'The card is half made.',
    line: (line) => `line ${line} of the list`,
  },
};

/** Whose card was begun in an earlier run: nothing went wrong in this one, and there is something to do. */
function problemOf(
  { person, standing }: QueueEntry,
  work: ReportedWork,
  language: Language,
): ReportedProblem | undefined {
  switch (standing.state) {
    case 'done':
      return undefined;
    case 'failed':
      return toldProblem(standing, language);
    case 'begun':
      return work.problem ?? { what: TEXTS[language].begun, next: begunWords(standing.number, person)[language] };
    case 'waiting':
    case 'at-work':
      return work.problem;
  }
}

type ReportedProblem = Omit<ToldProblem, 'code'> & Partial<Pick<ToldProblem, 'code'>>;

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
  readonly language: Language;
}

/**
 * Everybody on the list and whoever else's card was put in: state, card, and what was done now. As CSV it can be a list
 * itself: its first column is that of the ids.
 */
export function report(kind: ReportKind, { queue, work, faults, began, ended, language }: ReportFacts): string {
  const texts = TEXTS[language];
  const rows = queue.entries.map((entry) => {
    const done = work.get(entry.person.officialId) ?? {};
    return { ...entry, done, problem: problemOf(entry, done, language) };
  });
  if (kind === 'csv') {
    const lines = rows.map(({ person, standing, done, problem }) => {
      const { name = texts.reserved, post = '' } = toldPerson(person);
      return [
        ...[person.officialId, name, post, person.unit, texts.states[standing.state]],
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
      return [typed, '', '', '', texts.line(line), '', '', '', what, next, code].map(cell).join(',');
    });
    // With a byte order mark spreadsheets read the accents.
    return `\ufeff${[texts.headings.join(','), ...lines, ...bad].join('\r\n')}\r\n`;
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
