import type { AccessCode } from '../../access/code.ts';
import type { ProblemTexts } from '../problem-text.ts';

/** Las llaves de acceso del personal. */
export const access: ProblemTexts<AccessCode> = {
  'access/registration-malformed': {
    what: 'El navegador entregó la llave de acceso en una forma que no se acepta. No se guardó.',
    next: 'Actualice el navegador, o use otro, y vuelva a crearla; si se repite, avise al personal de sistemas.',
  },
  'access/registration-challenge': {
    what: 'La llave de acceso responde a una solicitud anterior. No se guardó.',
    next: 'Vuelva a cargar la página y créela otra vez, en una sola ventana.',
  },
  'access/registration-origin': (found) => ({
    what: `La llave de acceso se creó en otra página${found('found', ' (', ')')}. No se guardó.`,
    next: 'Escriba usted la dirección del servicio en una ventana nueva y créela ahí. Si llegó por un mensaje o un enlace, avise al personal de sistemas.',
  }),
  'access/registration-unverified': {
    what: 'El dispositivo no pidió PIN, huella ni rostro: así no se sabe quién lo usa. No se guardó.',
    next: 'Active el bloqueo de pantalla en el dispositivo, o ponga un PIN a la llave de seguridad, y vuelva a crearla.',
  },
  'access/registration-key-unfit': {
    what: 'La llave de acceso es débil o de un tipo que no se acepta. No se guardó.',
    next: 'Créela en otro dispositivo, por ejemplo el teléfono o una llave de seguridad reciente.',
  },
};
