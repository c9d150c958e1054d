import type { RetentionEvent, RetentionId } from '../../personal/retention.ts';
import type { PrivacyTexts } from '../privacy.ts';

/** El aviso de privacidad, renglón por renglón de la tabla de conservación. */
const LINES: Readonly<Record<RetentionId, readonly [what: string, why: string]>> = {
  officials: [
    'Nombre, cargo, unidad y facultades de quien trabaja aquí',
    'que usted sepa quién es y qué puede pedirle; y que sus firmas se puedan comprobar después',
  ],
  photos: ['Fotografía de quien trabaja aquí', 'que usted la compare con quien tiene enfrente'],
  credentials: ['Certificados de quien firma o se identifica', 'comprobar firmas y credenciales'],
  cards: [
    'Número y estado de tarjetas y distintivos',
    'saber si una tarjeta vale; de sus toques se guarda cuántos van, no dónde ni cuándo',
  ],
  letters: ['Los oficios firmados, como se entregaron', 'comprobar que un oficio es de la institución'],
  addressees: ['A quién va un oficio, y dónde es una visita', 'entregarlo y atender a quien lo recibe'],
  receptions: ['Quién recibió un oficio, y la foto del sello de recibido', 'probar la entrega'],
  requests: ['Huellas de lo que se pidió, para no hacerlo dos veces', 'que nada se repita por error'],
  access: ['Quién puede entrar a la oficina, con qué llaves y permisos', 'que cada acto tenga a su responsable'],
  log: [
    'La bitácora de actos',
    'que nadie pueda cambiar lo que pasó sin que se note; de quien recibe oficios sólo guarda compromisos que no se pueden leer',
  ],
  invitations: ['Invitaciones al personal', 'dar entrada a quien empieza'],
  enrolments: ['Llaves del personal que esperan aprobación', 'que dos personas las comparen'],
  sessions: ['Sesiones abiertas del personal: navegador y red', 'que cada quien vea y termine las suyas'],
  logins: ['Intentos de entrada que están a medias', 'que nadie los use dos veces'],
  tokens: ['Claves de programas del personal', 'que un programa actúe por quien lo permitió'],
  approvals: ['Solicitudes del personal', 'que las confirme quien puede'],
  exports: ['Quién pidió los datos de quién', 'que auditoría lo pueda revisar'],
  'mail-addresses': ['Correo del personal', 'avisarle de lo que le espera y de lo que se hace en su nombre'],
  notices: ['Avisos por correo al personal, hasta que se envían', 'que lleguen, y una sola vez'],
  institution: ['Datos de la propia institución', 'no son de ninguna persona'],
};

const EVENTS: Readonly<Record<RetentionEvent, string>> = {
  registering: 'desde su registro',
  'mandate-end': 'cuando deja el cargo',
  'access-end': 'cuando termina su acceso',
  letter: 'desde el oficio',
  reception: 'desde la recepción',
  erasure: 'con lo que se borra',
  invitation: 'desde la invitación',
  asking: 'desde que se pide',
  login: 'desde la entrada',
  notice: 'desde el aviso',
  decision: 'desde que se resuelve',
  export: 'desde que se piden',
};

function span(seconds: number): string {
  const days = Math.round(seconds / 86_400);
  if (days >= 730) return `${Math.round(days / 365.25)} años`;
  if (days >= 2) return `${days} días`;
  return seconds >= 7200 ? `${Math.round(seconds / 3600)} horas` : `${Math.round(seconds / 60)} minutos`;
}

export const PRIVACY: PrivacyTexts = {
  title: 'Aviso de privacidad',
  lead: 'Qué datos de personas guarda este sistema, para qué, y cuándo se borran.',
  responsible: 'Responsable',
  asking:
    'Quien comprueba un oficio o una credencial no deja sus datos: la página no pide su nombre, no usa cookies y no guarda su dirección de red ni lo que preguntó. El archivo que suba se revisa en memoria y no se conserva.',
  columns: ['Qué', 'Para qué', 'Hasta cuándo'],
  rightsTitle: 'Sus derechos: acceso, rectificación, cancelación y oposición',
  rights:
    'Pídalos en la Unidad de Transparencia de la institución o al teléfono de arriba, con una identificación. Se le entrega lo que haya de usted, se corrige lo equivocado y se borra lo que la ley permite. De la bitácora y de los oficios firmados no se borra lo que hace falta para comprobarlos.',
  ground:
    'Se tratan para cumplir las atribuciones de la institución, conforme a la Ley General de Protección de Datos Personales en Posesión de Sujetos Obligados.',
  line: (id) => LINES[id],
  time({ time, from, end }) {
    if (end === 'kept') return 'se conserva: sin ello no se podría comprobar';
    if (time === 'own') return 'hasta que vence';
    if (typeof time !== 'number') return `se borra ${EVENTS[from]}`;
    return `se borra a los ${span(time)}, ${EVENTS[from]}`;
  },
};
