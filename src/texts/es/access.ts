import type { AccessCode } from '../../access/code.ts';
import type { ProblemTexts } from '../problem-text.ts';
import { ROLES } from './words.ts';

/** Por qué algo no quedó autorizado. */
export const REASONS: Readonly<Record<string, string>> = {
  'no-evidence': 'nadie lo autorizó',
  malformed: 'la autorización no se entiende',
  'other-act': 'se autorizó otra cosa',
  checkpoint: 'se autorizó sobre un registro posterior',
  'unknown-person': 'nadie con esa llave está dado de alta',
  assertion: 'la llave de acceso no confirmó esto',
  enrolment: 'el alta de esa persona no fue aprobada por dos personas',
  role: 'falta el permiso, o una segunda persona',
  used: 'es copia de un acto que ya se hizo',
  ended: 'su acceso terminó o cambió',
};

/** Las llaves de acceso del personal, y lo que se rechaza de quien quiere hacer algo. */
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
  'access/login-needed': {
    what: 'Nadie ha iniciado sesión, y esto lo hace una persona.',
    next: 'Entre en /oficina con su llave de acceso o, en la línea de órdenes, con ./cotejo login, y vuelva a intentarlo.',
  },
  'access/role-missing': (found) => ({
    what: `Su permiso no alcanza para esto${found.words('roles', ROLES, ' (hace falta: ', ')')}.`,
    next: 'Pida a quien sí lo tiene que lo haga, o a dos aprobadores que se lo den.',
  }),
  'access/assertion-needed': {
    what: 'Falta confirmarlo con la llave de acceso de quien puede autorizarlo.',
    next: 'Confírmelo en /oficina; no se hizo nada todavía.',
  },
  'access/not-authorised': (found) => ({
    what: `No quedó autorizado${found.word('reason', REASONS, ': ')}. No se hizo nada.`,
    next: 'Vuelva a pedirlo desde el principio, con las personas que pueden autorizarlo.',
  }),
  'access/name': {
    what: 'El nombre de la persona no se puede leer.',
    next: 'Escríbalo como en su nombramiento, sin signos raros, y vuelva a intentarlo.',
  },
  'access/person-unknown': {
    what: 'No hay nadie con esa clave entre quienes tienen acceso.',
    next: 'Búsquela en la lista de personas con acceso.',
  },
  'access/person-ended': {
    what: 'El acceso de esa persona terminó.',
    next: 'Si regresa, invítela de nuevo: se da de alta como persona nueva.',
  },
  'access/other-person': {
    what: 'Otra llave de la misma persona debe llevar el mismo nombre y cargo.',
    next: 'Revise a quién invitó. Si cambió de cargo, termine su acceso e invítela de nuevo.',
  },
  'access/no-mandate': (found) => ({
    what: `Esa persona servidora pública no está hoy en funciones${found('official', ' (', ')')}.`,
    next: 'Revise su nombramiento en el directorio, o dele acceso sin cargo.',
  }),
  'access/passkey-unknown': {
    what: 'Esa persona no tiene esa llave de acceso.',
    next: 'Elija una de las de la lista.',
  },
  'access/credential-in-use': {
    what: 'Esa llave de acceso ya está dada de alta, o ya terminó.',
    next: 'Cree otra llave de acceso.',
  },
  'access/roles': {
    what: 'Los permisos no se entienden, o son demasiados.',
    next: 'Elija de la lista, con fecha de inicio y, si hay, de fin.',
  },
};
