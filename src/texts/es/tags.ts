import type { TagCode } from '../../card/ntag424/code.ts';
import type { ProblemTexts } from '../problem-text.ts';

const ANOTHER_TAG = 'Use otra tarjeta. Si le pasa con varias, avise a quien las compró.';
const AGAIN = 'Déjela quieta sobre el lector y vuelva a intentarlo: se continúa donde se quedó.';
const SYSTEMS = 'Aparte la tarjeta y avise al personal de sistemas, con el código que aparece al final.';

/** El chip de la tarjeta que leen los teléfonos. */
export const tags: ProblemTexts<TagCode> = {
  'tag/other-kind': {
    what: 'El chip que leen los teléfonos no es del tipo NTAG 424 DNA, o la tarjeta no lo tiene.',
    next: 'Use una tarjeta que lo tenga. La documentación de las tarjetas dice cuáles comprar.',
  },
  'tag/not-genuine': (found) => ({
    what: `El fabricante no firmó el número de este chip${found('uid', ' (', ')')}: puede ser una imitación.`,
    next: 'No la entregue. Avise a quien compró las tarjetas.',
  }),
  'tag/random-uid': {
    what: 'El chip que leen los teléfonos oculta su número, y eso no se puede deshacer.',
    next: ANOTHER_TAG,
  },
  'tag/lrp': {
    what: 'El chip que leen los teléfonos se cambió a otra forma de hablar (LRP), y eso no se puede deshacer.',
    next: ANOTHER_TAG,
  },
  'tag/not-ndef': {
    what: 'El chip no está como sale de fábrica, y los teléfonos no hallarían la dirección.',
    next: ANOTHER_TAG,
  },
  'tag/ndef-malformed': {
    what: 'Lo que guarda el chip no es una sola dirección web.',
    next: 'Vuelva a grabarla. Si la tarjeta no es de la institución, use otra.',
  },
  'tag/address-too-long': (found) => ({
    what: `La dirección no cabe en el chip${found('length', ': tiene ', ' caracteres')}${found('most', ' y caben ')}.`,
    next: 'Avise al personal de sistemas: la dirección de la instalación es muy larga.',
  }),
  'tag/foreign-key': (found) => ({
    what: `El chip${found('uid', ' ')} ya tiene llaves que no son de este lote ni de fábrica.`,
    next: 'No vuelva a intentarlo con ella. Si ya era de la institución, búsquela por su número; si no, use otra tarjeta.',
  }),
  'tag/other-version': (found) => ({
    what: `El chip${found('uid', ' ')} no demuestra las llaves de su tarjeta: dice tener otras${found('found', ' (versión ', ')')}${found('expected', '; las de la tarjeta son de la versión ')}. Después de grabarlo, algo en un lector dijo ser este chip y estar en blanco, y se le dieron otras más nuevas.`,
    next: 'Apártela y no la entregue. Dé de baja su tarjeta con ./cotejo card replace NÚMERO --reason damaged y prepare otra, con otro chip. Si se repite, alguien acerca copias al lector: avise al personal de sistemas.',
  }),
  'tag/delayed': {
    what: 'El chip hace esperar porque antes se le dieron llaves equivocadas.',
    next: 'Retírela, espere un minuto y vuelva a ponerla; puede hacer falta varias veces. Si no cede, apártela y avise al personal de sistemas.',
  },
  'tag/key-locked': {
    what: 'El chip bloqueó una de sus llaves después de muchas equivocadas.',
    next: ANOTHER_TAG,
  },
  'tag/locked': (found) => ({
    what: `Alguien dejó el chip${found('uid', ' ')} de modo que su dirección ya no se puede cambiar.`,
    next: ANOTHER_TAG,
  }),
  'tag/other-address': (found) => ({
    what: `El chip${found('uid', ' ')} ya está grabado, con otra dirección de la institución.`,
    next: 'Déjela como está, o use otra tarjeta para la dirección nueva.',
  }),
  'tag/not-proven': {
    what: 'El chip no demostró que tiene su llave: se movió, lo cambiaron o algo responde en su lugar.',
    next: AGAIN,
  },
  'tag/exchanged': {
    what: 'La tarjeta que está en el lector no es la que estaba antes.',
    next: 'Deje una sola tarjeta sobre el lector y vuelva a intentarlo.',
  },
  'tag/proof-failed': (found) => ({
    what: `El chip${found('uid', ' ')} se grabó, pero no pasó la comprobación final.`,
    next: SYSTEMS,
  }),
};
