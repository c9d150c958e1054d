import { formatCardNumber, type CardNumber } from '../../src/card/card.ts';
import type { QueueEntry, QueuedPerson } from '../../src/card/station/queue.ts';
import { describe } from '../../src/card/station/work-card.ts';
import { Outage } from '../../src/core/refusal.ts';
import { printable } from '../../src/texts/problem-text.ts';
import { isCode, problemText, type Language } from '../../src/texts/problems.ts';
import { reservedName, STAGES } from '../cards/card-words.ts';
import { ApiProblem } from '../client.ts';
import type { Text } from '../command.ts';
import type { Seat, SeatDone, SeatFailed } from './board.ts';
import { isServiceAway } from './last-calls.ts';

type Said = Pick<ToldProblem, 'what' | 'next'>;

export interface ToldProblem {
  readonly code: string;
  readonly what: string;
  readonly next: string;
}

/** What went wrong, and what to do: also of a fault of our own, which ends no station. */
export function toldProblem(error: unknown, language: Language): ToldProblem {
  const { code: told, facts } = describe(error);
  // A service may be newer than we are; any other code that we do not know is that of a fault of ours.
  const code = isCode(told) || error instanceof ApiProblem ? told : 'internal';
  return { code: printable(code), ...problemText(code, facts, language) };
}

/** What ended the work on a card, and what to do with it. */
export function failedWords(failed: SeatFailed, language: Language): ToldProblem {
  const { error, isBlank, person, number } = failed;
  const told = toldProblem(error, language);
  if (isServiceAway(error)) return { ...told, ...serviceAwayWords(failed)[language] };
  if (isBlank) return { ...told, ...STILL_BLANK[language] };
  // Which one is to be put in again, by what is printed on it; where the office did not answer, that is to be mended first.
  const isCards = error instanceof Outage && error.code.startsWith('card/');
  return isCards && person && number ? { ...told, next: begunWords(number, person)[language] } : told;
}

/** Nobody who is at a station has an order to repeat. */
function serviceAwayWords({ isAwaitingService, person, number }: SeatFailed): Record<Language, Said> {
  const what = { es: 'El servicio no responde.', en: 'The service does not answer.' };
  const next = isAwaitingService ? leftInWords(number) : person && number ? begunWords(number, person) : PUT_IN_AGAIN;
  return { es: { what: what.es, next: next.es }, en: { what: what.en, next: next.en } };
}

function leftInWords(number: CardNumber | undefined): Text {
  const text = number ? ` ${formatCardNumber(number)}` : '';
  return {
    es: `Deje puesta la tarjeta${text}: en cuanto responda, sigue sola. Si se detuvo: ./cotejo serve, en otra ventana.`,
    en: `Leave the card${text} in: as soon as it answers, it goes on by itself. If it stopped: ./cotejo serve, in another window.`,
  };
}

const PUT_IN_AGAIN = {
  es: 'Cuando responda, saque la tarjeta y vuelva a meterla.',
  en: 'When it answers, take the card out and put it in again.',
};

const STILL_BLANK = {
  es: {
    what: 'La tarjeta se sacó antes de que se escribiera algo en ella: sigue en blanco.',
    next: 'Meta esa o cualquier otra en blanco; se pregunta de nuevo.',
  },
  en: {
    what: 'The card was pulled before anything was written on it: it is still blank.',
    next: 'Put in that one or any other blank one; everything is asked again.',
  },
};

/** Somebody as programs and reports are told of them: a reserved name is not written down. */
export function toldPerson({ officialId, name, post, unit, isReserved }: QueuedPerson): Partial<QueuedPerson> {
  return isReserved ? { officialId, unit, isReserved } : { officialId, name, post, unit };
}

/** Somebody in what stays: lines of a terminal, the last cards of the page. */
export function writtenName(named: Named): Text {
  return named.isReserved ? reservedName(named) : { es: named.name, en: named.name };
}

/** What is said of somebody. */
export type Named = Pick<QueuedPerson, 'officialId' | 'name' | 'isReserved'>;

/** One line for a reader: what is going on there. */
export function seatWords({ state }: Seat): Text {
  switch (state.is) {
    case 'empty':
      return { es: 'Meta una tarjeta, con el chip por delante.', en: 'Put a card in, chip first.' };
    case 'looking':
      return STAGES.identify;
    case 'asking':
      return state.question.kind === 'offer'
        ? { es: 'Confirme de quién será.', en: 'Confirm whose it will be.' }
        : { es: 'La persona escribe su NIP nuevo.', en: 'The person types their new PIN.' };
    case 'working':
      return STAGES[state.stage];
    case 'tag':
      return state.turn
        ? {
            es: 'El chip está listo. Pase ahora ESTA tarjeta, y ninguna otra, al lector sin contacto.',
            en: 'The chip is done. Now take THIS card, and no other, to the contactless reader.',
          }
        : {
            es: 'El chip está listo. Déjela aquí: otra tarjeta está pasando al lector sin contacto.',
            en: 'The chip is done. Leave it here: another card is on its way to the contactless reader.',
          };
    case 'done':
      return state.made === 'here'
        ? { es: 'Lista. Sáquela.', en: 'Ready. Take it out.' }
        : { es: 'Ya estaba lista: se comprobó. Sáquela.', en: 'It was ready before: checked. Take it out.' };
    case 'failed':
      return state.isAwaitingService
        ? { es: 'Espera al servicio.', en: 'Waiting for the service.' }
        : { es: 'No se pudo.', en: 'It failed.' };
    case 'put-off':
      return {
        es: 'Se deja para después. Apártela: es la de esta persona, a medias.',
        en: 'Left for later. Put it aside: it is the half-made card of this person.',
      };
    case 'not-needed':
      return {
        es: 'No espera nadie: la tarjeta sigue en blanco. Sáquela.',
        en: 'Nobody waits: the card stays blank. Take it out.',
      };
    case 'tag-not-awaited':
      return {
        es: 'Aquí hay un chip para teléfonos y no toca ninguno: no se escribió nada en él.',
        en: 'A tag for phones lies here and none is awaited: nothing was written on it.',
      };
    case 'unplugged':
      return state.service
        ? { es: 'El servicio de tarjetas se detuvo.', en: 'The card service stopped.' }
        : { es: 'Lector desconectado.', en: 'Reader unplugged.' };
  }
}

/** Whom a reader works for. */
export function personAt({ state }: Seat): Named | undefined {
  if (state.is === 'asking') return state.question.holder;
  return 'person' in state ? state.person : undefined;
}

export function doneWords({ number, person, seconds }: SeatDone, language: Language): string {
  return `${formatCardNumber(number)}  ${writtenName(person)[language]}  ${seconds.toFixed(1)} s`;
}

/** A card that was begun, and by which it is known. */
export function begunWords(number: CardNumber, person: Named): Text {
  const text = formatCardNumber(number);
  const name = writtenName(person);
  return {
    es: `${text} de ${name.es}: meta esa misma, se continúa donde quedó.`,
    en: `${text} of ${name.en}: put that one in, it goes on where it was left.`,
  };
}

/** How long the rest takes at this pace; nothing before three were made. */
export function restWords(made: number, seconds: number, left: number): Text | undefined {
  if (made < 3 || left === 0) return undefined;
  const minutes = Math.max(1, Math.round(((seconds / made) * left) / 60));
  const hours = Math.floor(minutes / 60);
  const text = hours > 0 ? `${hours} h ${minutes % 60} min` : `${minutes} min`;
  return { es: `a este paso, ${text} más`, en: `${text} more at this pace` };
}

/** Of somebody who was looked for and does not wait: why not. A reserved name is not said. */
export function notWaitingWords({ person, standing }: QueueEntry): Text {
  const { es, en } = writtenName(person);
  switch (standing.state) {
    case 'done': {
      const number = formatCardNumber(standing.number);
      return { es: `${es} ya tiene la tarjeta ${number}.`, en: `${en} has the card ${number} already.` };
    }
    case 'begun': {
      const number = formatCardNumber(standing.number);
      return {
        es: `${es} tiene a medias la tarjeta ${number}: meta esa misma.`,
        en: `${en} has the half-made card ${number}: put that one in.`,
      };
    }
    case 'at-work':
      return { es: `La tarjeta de ${es} ya está en un lector.`, en: `The card of ${en} is in a reader already.` };
    case 'failed':
      return { es: `${es} no puede tener hoy una tarjeta.`, en: `${en} cannot get a card today.` };
    case 'waiting':
      return { es: `${es} espera su tarjeta.`, en: `${en} waits for a card.` };
  }
}
