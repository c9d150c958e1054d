import type { CardRegisterCode } from '../../card/card.ts';
import type { ProblemTexts } from '../problem-text.ts';
import { ENDED_FOR, REPORTED } from './words.ts';

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
    what: `La tarjeta${found('number', ' ')} ya no vale${found.word('reason', ENDED_FOR, ': ')}.`,
    next: `${found.word('reason', REPORTED, '', ' ')}Dele otra a la persona. Si el plástico ya está impreso, córtelo por el chip; si no, el chip se puede usar de nuevo: bórrelo antes con ./cotejo card wipe.`,
  }),
  'card/already-active': (found) => ({
    what: `La tarjeta${found('number', ' ')} ya está activa: no se le graba nada más.`,
    next: 'Compruébela con ./cotejo card verify. Si hay que cambiarla, dela de baja con ./cotejo card replace NÚMERO --reason replaced, y prepare otra.',
  }),
  'card/tag-taken': (found) => ({
    what: `La etiqueta NFC${found('uid', ' ')} y la tarjeta${found('number', ' ')} no van juntas: cada tarjeta tiene una sola etiqueta, y cada etiqueta una sola tarjeta.`,
    next: 'Revise que en el lector esté una sola tarjeta, la de esta persona.',
  }),
  'card/tag-not-blank': (found) => ({
    what: `La etiqueta NFC${found('uid', ' ')} ya tiene llaves, y no son de esta tarjeta. No se escribió nada.`,
    next: `Si es de una tarjeta anterior de la institución${found('number', ' (', ')')}, bórrela antes: ./cotejo card wipe, con la tarjeta sobre el lector sin contacto. Si no, use otra tarjeta.`,
  }),
  'card/tag-given-anew': (found) => ({
    what: `Esta tarjeta no está lista: después de grabar su etiqueta NFC${found('uid', ' ')}, algo en un lector dijo ser la misma y estar en blanco, y se le dieron otras llaves.`,
    next: 'No la entregue. Dela de baja con ./cotejo card replace NÚMERO --reason damaged y prepare otra, con otra etiqueta. Si nadie la grabó en dos estaciones, alguien acerca copias al lector: avise al personal de sistemas.',
  }),
  'card/tag-worn-out': (found) => ({
    what: `La etiqueta NFC${found('uid', ' ')} se ha grabado tantas veces que ya no se puede volver a usar.`,
    next: 'Use otra tarjeta.',
  }),
  'card/slot-not-allowed': (found) => ({
    what: `Esta persona no recibe llave para firmar oficios${found('slot', ' (', ')')}: su nombre está reservado, y cada oficio lo publicaría.`,
    next: 'Vuelva a meter la tarjeta y repita la orden: se prepara sin esa llave.',
  }),
  'card/not-proven': (found) => ({
    what: `La tarjeta${found('number', ' ')} no está completa${found('slot', ': falta comprobar la llave ')}.`,
    next: 'Vuelva a ponerla en el lector: se sigue donde se quedó.',
  }),
  'card/content-differs': (found) => ({
    what: `Lo que se escribió en la tarjeta${found('number', ' ')} no es lo que dice el directorio: la persona cambió mientras se preparaba, o la estación escribió otra cosa.`,
    next: 'Vuelva a meter la tarjeta y repita la orden: lo que falta se graba de nuevo. Si se repite, avise al personal de sistemas.',
  }),
  'card/proven-elsewhere': (found) => ({
    what: `Esta tarjeta no está lista: la llave que vale para la tarjeta${found('number', ' ')} no está en ella. Está en otro plástico, que se preparó a la vez, o esta falló.`,
    next: 'Vuelva a ponerla. Si se repite, ponga el otro plástico: ese sí se termina. Si no hay otro: ./cotejo card replace NÚMERO --reason damaged, ./cotejo card wipe y prepárela otra vez.',
  }),
  'card/proof-missing': (found) => ({
    what: `Los códigos de la tarjeta${found('number', ' ')} se dan solo mientras ella misma está en un lector y lo demuestra con su llave.`,
    next: 'Ponga la tarjeta en el lector y use ./cotejo card unblock o ./cotejo card wipe.',
  }),
  'card/challenge-unknown': (found) => ({
    what: `La tarjeta${found('number', ' ')} respondió a una pregunta que ya se usó o que venció: cada una sirve una vez, durante dos minutos.`,
    next: 'Repita la orden con la tarjeta en el lector.',
  }),
  'card/proof-wrong': (found) => ({
    what: `Lo que respondió la tarjeta no es de la llave de la tarjeta${found('number', ' ')}: puede ser una copia.`,
    next: 'Aparte la tarjeta, no la entregue, y avise al personal de sistemas.',
  }),
  'card/no-key-proven': (found) => ({
    what: `La tarjeta${found('number', ' ')} está activa y no tiene chip de contacto comprobado: no hay códigos que dar.`,
    next: 'Para borrarla, dela antes de baja con ./cotejo card replace NÚMERO --reason MOTIVO.',
  }),
  'card/making-expired': (found) => ({
    what: `La tarjeta${found('number', ' ')} se empezó hace más de tres días y ninguna de sus llaves se comprobó.`,
    next: 'Dela de baja con ./cotejo card replace NÚMERO --reason damaged, bórrela con ./cotejo card wipe y prepárela otra vez.',
  }),
  'card/revoked': (found) => ({
    what: `Lo que lleva la tarjeta${found('number', ' ')} está revocado: no se le pone otro NIP.`,
    next: 'Si la persona dejó el cargo, dela de baja con ./cotejo card replace NÚMERO --reason left. Si sigue, entréguele otra: card replace y luego card provision.',
  }),
  'card/suspended': (found) => ({
    what: `Algo de lo que lleva la tarjeta${found('number', ' ')} está suspendido: mientras tanto no se le pone otro NIP.`,
    next: 'Cuando conste que la tiene su persona, reactive lo suspendido (./cotejo credential list --official CLAVE, luego credential resume) y repita. Si no: ./cotejo card replace NÚMERO --reason lost.',
  }),
};
