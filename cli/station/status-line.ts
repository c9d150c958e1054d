import type { Language } from '../../src/texts/problems.ts';
import type { Text } from '../command.ts';
import type { Seat, SeatState } from './board.ts';
import { personAt } from './words.ts';

/** In a word or two. */
function brief(state: SeatState): Text {
  switch (state.is) {
    case 'empty':
      return { es: 'libre', en: 'free' };
    case 'looking':
      return { es: 'mirando', en: 'looking' };
    case 'asking':
      return state.question.kind === 'offer' ? { es: '¿quién?', en: 'who?' } : { es: 'NIP', en: 'PIN' };
    case 'working':
      return STAGES[state.stage];
    case 'tag':
      return state.turn ? { es: 'al otro lector', en: 'to the tag' } : { es: 'déjela', en: 'leave it' };
    case 'done':
      return { es: 'lista', en: 'ready' };
    case 'failed':
      return state.isAwaitingService ? { es: 'espera', en: 'waits' } : { es: 'falló', en: 'failed' };
    case 'put-off':
      return { es: 'después', en: 'later' };
    case 'not-needed':
      return { es: 'nadie', en: 'nobody' };
    case 'tag-not-awaited':
      return { es: 'no toca', en: 'not now' };
    case 'unplugged':
      return { es: '', en: '' };
  }
}

const STAGES = {
  identify: { es: 'mirando', en: 'looking' },
  'take-over': { es: 'códigos', en: 'codes' },
  keys: { es: 'llaves', en: 'keys' },
  objects: { es: 'datos', en: 'data' },
  audit: { es: 'revisión', en: 'checks' },
};

/**
 * One row of a terminal: how many cards are done, and what each reader does. Of all readers the number and a word are seen; of
 * names as much as there is room for.
 */
export function statusLine(
  counted: string,
  seats: readonly Seat[],
  { columns, language }: { readonly columns: number; readonly language: Language },
): string {
  const parts = seats
    .filter(({ state }) => state.is !== 'unplugged')
    .map((seat) => {
      const person = personAt(seat);
      return {
        label: `[${seat.number}]`,
        name: person ? (person.isReserved ? person.officialId : person.name) : '',
        word: brief(seat.state)[language],
      };
    });
  const bare = [counted, ...parts.map(({ label, word }) => `${label} ${word}`)].join('  ');
  const named = parts.filter(({ name }) => name !== '').length;
  // A space before each name.
  const room = Math.floor((columns - bare.length) / Math.max(1, named)) - 1;
  return [
    counted,
    ...parts.map(({ label, name, word }) => [label, cut(name, room), word].filter(Boolean).join(' ')),
  ].join('  ');
}

/** With a sign that it goes on; what would be left of it alone is left out. */
function cut(name: string, room: number): string {
  if (name.length <= room) return name;
  return room < 3 ? '' : `${name.slice(0, room - 1).trimEnd()}…`;
}
