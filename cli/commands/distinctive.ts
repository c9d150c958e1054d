import {
  formatDistinctiveNumber,
  parseDistinctiveNumber,
  type DistinctiveState,
} from '../../src/directory/distinctive/distinctive.ts';
import { parseOfficialId } from '../../src/directory/official.ts';
import type { DistinctiveView, WithdrawnView } from '../../src/http/staff/distinctives.ts';
import { EXIT, IDS, idempotencyKeyOf, oneOf, UsageError, type Command, type Text } from '../command.ts';
import { EVIDENCE, nameOf, REASONS, showDistinctive, STATES, stateWords } from '../distinctive-words.ts';
import { ARTWORK_OPTIONS, writeArtwork } from '../artwork.ts';
import { expiringDays, listFilters, queryOf, unitFilter } from '../list-filters.ts';
import { localDay } from '../local-time.ts';
import { findOfficial } from '../officials.ts';
import { untoldOf } from '../show-letter.ts';
import { dayOption } from '../typed-day.ts';

const API = '/api/v1/staff';
const DAY = { es: 'AAAA-MM-DD', en: 'YYYY-MM-DD' };
const ID = { es: 'CLAVE', en: 'ID' };

interface TypedEvidence {
  readonly kind: string;
  readonly until: string;
  readonly reference?: string;
}

/** `kind=day` or `kind=day:reference`, between commas; what is no kind or no day is for the service to refuse. */
function typedEvidence(text: string): readonly TypedEvidence[] {
  return text.split(',').map((part) => {
    const [, kind, day, reference] = /^\s*([^=:]+?)\s*=\s*([^=:]+?)\s*(?::\s*(.*?)\s*)?$/.exec(part) ?? [];
    if (kind === undefined || day === undefined) throw new UsageError(EVIDENCE_FORM);
    return { kind, until: dayOption(day) ?? day, ...(reference !== undefined && { reference }) };
  });
}

const EVIDENCE_FORM: Text = {
  es: '--evidence lleva REQUISITO=DÍA, separados por comas: trust-exam=2027-06-30,link-analysis=2027-06-30,training=2027-01-31; después del día puede ir :REFERENCIA',
  en: '--evidence takes KIND=DAY, between commas: trust-exam=2027-06-30,link-analysis=2027-06-30,training=2027-01-31; the day may be followed by :REFERENCE',
};

const grant: Command = {
  name: 'distinctive grant',
  summary: {
    es: 'otorga el distintivo «libre de extorsión», o lo renueva',
    en: 'grants the badge "free of extortion", or renews it',
  },
  options: {
    official: { type: 'string', required: true, value: ID, help: { es: 'a quién', en: 'to whom' }, source: IDS },
    evidence: {
      type: 'string',
      required: true,
      value: { es: 'REQUISITO=DÍA,…', en: 'KIND=DAY,…' },
      help: {
        es: 'los tres requisitos, cada uno con su último día y, si se quiere, :REFERENCIA de su expediente (sin resultados):',
        en: 'all three, each with its last day and, if wanted, the :REFERENCE of its file (no results):',
      },
      words: EVIDENCE,
    },
    until: {
      type: 'string',
      value: DAY,
      help: {
        es: 'último día, también dd/mm/aaaa (si no se dice, el del primer requisito que venza)',
        en: 'last day, dd/mm/yyyy as well (default: that of the first evidence to end)',
      },
    },
    'idempotency-key': {
      type: 'string',
      value: { es: 'TEXTO', en: 'TEXT' },
      help: { es: 'para repetir sin duplicar', en: 'to repeat without doubling' },
    },
  },
  fields: { until: '--until', ...Object.fromEntries(Object.keys(EVIDENCE).map((kind) => [kind, '--evidence'])) },
  async run({ given, screen, client }) {
    const evidence = typedEvidence(given.need('evidence'));
    const until = dayOption(given.text('until'));
    const key = idempotencyKeyOf(given);
    const granted = await (
      await client()
    ).post<DistinctiveView>(`${API}/distinctives`, {
      officialId: given.need('official'),
      evidence,
      ...(until !== undefined && { until }),
      ...(key !== undefined && { idempotencyKey: key }),
    });
    showDistinctive(screen, granted);
    const print = `./cotejo distinctive badge ${formatDistinctiveNumber(granted.number)} -o distintivo.pdf`;
    screen.note(screen.say({ es: `Para imprimirlo: ${print}`, en: `To print it: ${print}` }));
    return EXIT.done;
  },
};

const withdraw: Command = {
  name: 'distinctive withdraw',
  summary: { es: 'retira un distintivo; vale desde ese momento', en: 'withdraws a distinctive, at once' },
  positionals: { es: '[NÚMERO]', en: '[NUMBER]' },
  maxPositionals: 1,
  options: {
    official: {
      type: 'string',
      value: ID,
      help: { es: 'el que tiene esta persona, en vez de NÚMERO', en: 'the one of this person, in place of NUMBER' },
    },
    reason: {
      type: 'string',
      required: true,
      value: { es: 'MOTIVO', en: 'REASON' },
      help: { es: 'motivo (no se publica), uno de:', en: 'reason (not published), one of:' },
      words: REASONS,
    },
  },
  async run({ given, screen, client }) {
    const reason = oneOf('reason', given.need('reason'), REASONS);
    const [asked] = given.positionals;
    const official = given.text('official');
    if ((asked === undefined) === (official === undefined)) throw new UsageError(ONE_OF_THEM);
    const path =
      asked === undefined
        ? `officials/${encodeURIComponent(parseOfficialId(official!) ?? official!)}/distinctive/withdraw`
        : `distinctives/${numberIn(asked)}/withdraw`;
    const withdrawn = await (await client()).post<WithdrawnView>(`${API}/${path}`, { reason });
    showDistinctive(screen, withdrawn);
    for (const notice of untoldOf(withdrawn)) screen.note(screen.say(notice));
    const { stillInForce, reason: kept } = withdrawn;
    if (kept !== undefined && kept !== reason) screen.note(screen.say(WITHDRAWN_BEFORE));
    if (stillInForce !== undefined) {
      const next = `./cotejo distinctive withdraw ${formatDistinctiveNumber(stillInForce)} --reason ${reason}`;
      screen.note(
        screen.say({
          es: `OJO: la persona tiene otro vigente, ${formatDistinctiveNumber(stillInForce)}. Para retirarlo también: ${next}`,
          en: `NOTE: the person has another one in force, ${formatDistinctiveNumber(stillInForce)}. To withdraw it as well: ${next}`,
        }),
      );
    }
    return EXIT.done;
  },
};

const ONE_OF_THEM: Text = {
  es: 'diga el NÚMERO del distintivo o --official CLAVE, uno de los dos',
  en: 'give the NUMBER of the distinctive or --official ID, one of the two',
};
const WITHDRAWN_BEFORE: Text = {
  es: 'Ya estaba retirado: queda el primer motivo.',
  en: 'It was withdrawn already: the first reason stands.',
};

function numberIn(asked: string): string {
  return encodeURIComponent(parseDistinctiveNumber(asked) ?? asked);
}

const NAMES = Object.keys(STATES) as DistinctiveState[];

function stateNamed(text: string): DistinctiveState {
  const found = NAMES.find((state) => state === text || Object.values(STATES[state]).includes(text));
  if (found) return found;
  const list = (language: keyof Text): string => NAMES.map((state) => STATES[state][language]).join('|');
  throw new UsageError({
    es: `--state es uno de: ${list('es')}; no «${text}»`,
    en: `--state is one of: ${list('en')}; not "${text}"`,
  });
}

const list: Command = {
  name: 'distinctive list',
  summary: { es: 'lista los distintivos', en: 'lists distinctives' },
  options: {
    state: {
      type: 'string',
      value: { es: NAMES.map((one) => STATES[one].es).join('|'), en: NAMES.join('|') },
      help: { es: 'en este estado', en: 'in this state' },
    },
    official: { type: 'string', value: ID, help: { es: 'de esta persona', en: 'of this official' } },
    ...listFilters({ es: 'los vigentes que vencen en N días', en: 'those in force that expire within N days' }),
  },
  async run({ given, screen, client }) {
    const [state, expiring] = [given.text('state'), expiringDays(given)];
    const asked = { state: state === undefined ? state : stateNamed(state), expiring };
    const open = await client();
    const unit = await unitFilter(given, open);
    // Somebody who is not in the directory is told so: an empty list would say that they have none.
    const named = given.text('official');
    const official = named === undefined ? named : (await findOfficial(open, named)).id;
    const views = await open.get<readonly DistinctiveView[]>(
      `${API}/distinctives?${queryOf({ ...asked, unit, official })}`,
    );
    if (screen.json) for (const view of views) screen.data(view);
    else if (views.length > 0) {
      screen.table(
        [
          screen.say({ es: 'NÚMERO', en: 'NUMBER' }),
          screen.say({ es: 'ESTADO', en: 'STATE' }),
          screen.say({ es: 'HASTA', en: 'UNTIL' }),
          screen.say({ es: 'CLAVE', en: 'ID' }),
          screen.say({ es: 'PERSONA', en: 'PERSON' }),
          screen.say({ es: 'UNIDAD', en: 'UNIT' }),
        ],
        views.map((view) => [
          formatDistinctiveNumber(view.number),
          stateWords(screen, view),
          localDay(view.until),
          view.holder.id,
          nameOf(screen, view.holder),
          view.holder.unit ?? '—',
        ]),
      );
    }
    screen.note(screen.say({ es: `${views.length} en total.`, en: `${views.length} in all.` }));
    return EXIT.done;
  },
};

const show: Command = {
  name: 'distinctive show',
  summary: { es: 'muestra un distintivo según la bitácora', en: 'shows a distinctive, by the log' },
  positionals: { es: 'NÚMERO', en: 'NUMBER' },
  minPositionals: 1,
  async run({ given, screen, client }) {
    const path = `${API}/distinctives/${numberIn(given.positionals[0]!)}`;
    showDistinctive(screen, await (await client()).get<DistinctiveView>(path));
    return EXIT.done;
  },
};

const badge: Command = {
  name: 'distinctive badge',
  summary: {
    es: 'hace el PDF de un distintivo para imprimirlo, por los dos lados',
    en: 'makes the PDF of a distinctive to print, both sides',
  },
  positionals: { es: 'NÚMERO', en: 'NUMBER' },
  minPositionals: 1,
  options: ARTWORK_OPTIONS,
  run(context) {
    const asked = context.given.positionals[0]!;
    const number = parseDistinctiveNumber(asked);
    const shown = number ? formatDistinctiveNumber(number) : asked;
    return writeArtwork(context, shown, `${API}/distinctives/${numberIn(asked)}/badge`);
  },
};

export const distinctiveCommands: readonly Command[] = [grant, withdraw, list, show, badge];
