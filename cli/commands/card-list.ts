import { endReasonOf, formatCardNumber, parseCardNumber, type Card } from '../../src/card/card.ts';
import type { CardHistoryView, CardHolderLine, CardLine } from '../../src/http/staff/told-cards.ts';
import {
  cardJson,
  CARD_STATES,
  END_REASONS,
  eventReason,
  eventSubject,
  eventWords,
  showCard,
} from '../cards/card-words.ts';
import { EXIT, UsageError, type Command, type Text } from '../command.ts';
import { expiringDays, listFilters, queryOf, unitFilter } from '../list-filters.ts';
import { localDay, localTime } from '../local-time.ts';
import type { Screen } from '../screen.ts';

const API = '/api/v1/staff';
const STATES = Object.keys(CARD_STATES) as Card['state'][];

/** The first word of a state, as it may be typed. */
function stateWords(language: keyof Text): string {
  return STATES.map((state) => CARD_STATES[state][language].split(',')[0]!).join('|');
}

function stateNamed(text: string): Card['state'] {
  const found = STATES.find((state) =>
    [state, ...Object.values(CARD_STATES[state]).map((words) => words.split(',')[0])].includes(text),
  );
  if (found) return found;
  throw new UsageError({
    es: `--state es uno de: ${stateWords('es')}; no «${text}»`,
    en: `--state is one of: ${stateWords('en')}; not "${text}"`,
  });
}

export const cardList: Command = {
  name: 'card list',
  summary: {
    es: 'lista las tarjetas, o a quién le falta una',
    en: 'lists cards, or who has none',
  },
  options: {
    state: {
      type: 'string',
      value: { es: stateWords('es'), en: stateWords('en') },
      help: { es: 'en este estado', en: 'in this state' },
    },
    ...listFilters({ es: 'las activas que vencen en N días', en: 'active ones that expire within N days' }),
    'without-card': {
      type: 'boolean',
      help: {
        es: 'en vez de tarjetas, quienes tienen encargo hoy y ninguna tarjeta lista',
        en: 'in place of cards, those with a mandate today and no card that is ready',
      },
    },
  },
  async run({ given, screen, client }) {
    const [state, expiring] = [given.text('state'), expiringDays(given)];
    const isWithout = given.flag('without-card');
    if (isWithout && (state !== undefined || expiring !== undefined)) throw new UsageError(NOT_TOGETHER);
    const asked = {
      state: state === undefined ? state : stateNamed(state),
      expiring,
      without: isWithout ? 'card' : undefined,
    };
    const open = await client();
    const query = queryOf({ ...asked, unit: await unitFilter(given, open) });
    const lines = await open.get<readonly CardLine[]>(`${API}/card-list?${query}`);
    if (screen.json) for (const line of lines) screen.data(lineJson(line));
    else if (lines.length > 0)
      screen.table(
        headings(screen, isWithout),
        lines.map((line) => (isWithout ? personRow(screen, line) : rowOf(screen, line))),
      );
    screen.note(screen.say({ es: `${lines.length} en total.`, en: `${lines.length} in all.` }));
    const faceless = lines.filter(({ holder }) => holder.hasPhoto === false).length;
    if (isWithout && faceless > 0) screen.note(screen.say(withoutPhoto(faceless)));
    if (isWithout && lines.some(({ card }) => card)) screen.note(screen.say(FINISH_THEM));
    return EXIT.done;
  },
};

const FINISH_THEM = {
  es: 'A quien tiene una sin terminar: meta esa y ./cotejo card provision --official CLAVE. Si se perdió o se rompió: ./cotejo card replace --official CLAVE --reason damaged',
  en: 'Of who has an unfinished one: put that one in and ./cotejo card provision --official ID. If it was lost or broke: ./cotejo card replace --official ID --reason damaged',
};
function withoutPhoto(count: number): Text {
  return {
    es: `Sin fotografía: ${count}. Agréguela antes de hacer su tarjeta: ./cotejo official import LISTA.csv --update`,
    en: `Without a photo: ${count}. Add it before their card is made: ./cotejo official import LIST.csv --update`,
  };
}
const NOT_TOGETHER = {
  es: '--without-card no va con --state ni con --expiring: quien no tiene tarjeta no tiene una de ese estado',
  en: '--without-card does not go with --state or --expiring: who has no card has none in that state',
};

function lineJson({ card, holder }: CardLine): Record<string, unknown> {
  return { ...(card && cardJson(card)), holder };
}

function nameOf(screen: Screen, holder: CardHolderLine): string {
  return isReserved(holder) ? screen.say({ es: 'reservado', en: 'reserved' }) : (holder.name ?? '—');
}

/** Of whoever is under reserve the name is in the directory alone. */
function isReserved({ name, mandate }: CardHolderLine): boolean {
  return name === undefined && mandate !== undefined;
}

function headings(screen: Screen, isWithout: boolean): string[] {
  const person = [
    screen.say({ es: 'CLAVE', en: 'ID' }),
    screen.say({ es: 'PERSONA', en: 'PERSON' }),
    screen.say({ es: 'UNIDAD', en: 'UNIT' }),
  ];
  if (isWithout)
    return [...person, screen.say({ es: 'FOTO', en: 'PHOTO' }), screen.say({ es: 'SIN TERMINAR', en: 'UNFINISHED' })];
  return [
    screen.say({ es: 'NÚMERO', en: 'NUMBER' }),
    screen.say({ es: 'ESTADO', en: 'STATE' }),
    screen.say({ es: 'HASTA', en: 'UNTIL' }),
    ...person,
  ];
}

function personRow(screen: Screen, { card, holder }: CardLine): string[] {
  const begun = card === undefined ? '—' : formatCardNumber(card.number);
  const photo = screen.say(holder.hasPhoto === false ? { es: 'falta', en: 'none' } : { es: 'sí', en: 'yes' });
  return [holder.id, nameOf(screen, holder), holder.unit ?? '—', photo, begun];
}

function rowOf(screen: Screen, { card, holder }: CardLine): string[] {
  const person = [holder.id, nameOf(screen, holder), holder.unit ?? '—'];
  if (!card) return person;
  const hasLeft = holder.mandate === 'ended' || holder.mandate === 'expired';
  const state = screen.say(CARD_STATES[card.state]);
  const ended = endReasonOf(card);
  const why = ended ? END_REASONS[ended] : hasLeft && card.state !== 'ended' ? LEFT : undefined;
  const told = why ? `${state} (${screen.say(why)})` : state;
  return [formatCardNumber(card.number), told, localDay(card.expires), ...person];
}

/** Their credentials are revoked; the card itself is for somebody to end. */
const LEFT = { es: 'la persona ya no está', en: 'the person has left' };

export const cardShow: Command = {
  name: 'card show',
  summary: {
    es: 'muestra una tarjeta y su historia según la bitácora',
    en: 'shows a card, and its history by the log',
  },
  positionals: { es: 'NÚMERO', en: 'NUMBER' },
  minPositionals: 1,
  async run({ given, screen, client }) {
    const asked = given.positionals[0]!;
    const number = parseCardNumber(asked) ?? asked;
    const path = `${API}/cards/${encodeURIComponent(number)}/history`;
    const { card, holder, events } = await (await client()).get<CardHistoryView>(path);
    if (screen.json) screen.data({ ...cardJson(card), holder, events });
    const { name = '—', post = '—' } = holder;
    showCard(screen, card, { name, post, isReserved: isReserved(holder) });
    if (screen.json) return EXIT.done;
    screen.line();
    screen.table(
      [
        screen.say({ es: 'ASIENTO', en: 'LEAF' }),
        screen.say({ es: 'CUÁNDO', en: 'WHEN' }),
        screen.say({ es: 'QUÉ', en: 'WHAT' }),
        screen.say({ es: 'DE QUÉ', en: 'OF WHAT' }),
      ],
      events.map(({ at, ...event }) => [
        String(event.leaf),
        localTime(at) ?? '—',
        [eventWords(screen, event.act), eventReason(screen, event.reason)].filter(Boolean).join(': '),
        eventSubject(screen, event),
      ]),
    );
    screen.note(
      screen.say({
        es: 'Que uno de esos asientos está en la bitácora, y lo que avala: ./cotejo log prove ASIENTO --open',
        en: 'That one of those leaves is in the log, and what it commits to: ./cotejo log prove LEAF --open',
      }),
    );
    return EXIT.done;
  },
};
