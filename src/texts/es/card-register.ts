import type { CardRegisterCode } from '../../card/card.ts';
import type { ProblemTexts } from '../problem-text.ts';

const STATES = { registered: 'en preparación', active: 'activa' };

/** El registro de tarjetas. */
export const cardRegister: ProblemTexts<CardRegisterCode> = {
  'card/not-found': (found) => ({
    what: `No hay ninguna tarjeta nuestra con ese número${found('asked', ': ')}.`,
    next: 'Copie los 12 caracteres impresos en la tarjeta y vuelva a intentarlo.',
  }),
  'card/has-one': (found) => ({
    what: `Esta persona ya tiene la tarjeta${found('number', ' ')}${found.word('state', STATES, ', ')}.`,
    next: 'Si no se terminó, meta esa tarjeta y siga. Si se perdió, se dañó o hay que cambiarla, dela de baja con ./cotejo card replace --official CLAVE --reason lost (o damaged, replaced), y prepare otra.',
  }),
  'card/ended': (found) => ({
    what: `La tarjeta${found('number', ' ')} ya no vale.`,
    next: 'Dele otra a la persona. Para usar esta de nuevo, bórrela antes con ./cotejo card wipe.',
  }),
  'card/already-active': (found) => ({
    what: `La tarjeta${found('number', ' ')} ya está activa: no se le graba nada más.`,
    next: 'Si hay que cambiarla, dela de baja con ./cotejo card replace NÚMERO --reason replaced, y prepare otra.',
  }),
  'card/tag-taken': (found) => ({
    what: `La etiqueta NFC${found('uid', ' ')} y la tarjeta${found('number', ' ')} no van juntas: cada tarjeta tiene una sola etiqueta, y cada etiqueta una sola tarjeta.`,
    next: 'Revise que en el lector esté una sola tarjeta, la de esta persona.',
  }),
  'card/tag-worn-out': (found) => ({
    what: `La etiqueta NFC${found('uid', ' ')} se ha grabado tantas veces que ya no se puede volver a usar.`,
    next: 'Use otra tarjeta.',
  }),
  'card/slot-not-allowed': (found) => ({
    what: `Esta persona no recibe llave para firmar oficios${found('slot', ' (', ')')}: su nombre está reservado, y cada oficio lo publicaría.`,
    next: 'Prepare la tarjeta sin esa llave.',
  }),
  'card/not-proven': (found) => ({
    what: `La tarjeta${found('number', ' ')} no está completa${found('slot', ': falta comprobar la llave ')}.`,
    next: 'Vuelva a ponerla en el lector: se sigue donde se quedó.',
  }),
};
