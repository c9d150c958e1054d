import type { LoginsCode } from '../code.ts';
import type { ProblemTexts } from '../problem-text.ts';

const REASONS: Readonly<Record<string, string>> = {
  'other-origin': 'se usó en otra página',
  'other-rp-id': 'es de otra página',
  framed: 'la página estaba dentro de otra',
  'other-challenge': 'responde a otra pregunta',
  'user-not-verified': 'el dispositivo no pidió huella, rostro ni NIP',
  'user-not-present': 'nadie tocó el dispositivo',
  'signature-wrong': 'su firma no es la de esa llave',
  'signature-malformed': 'su firma no se puede leer',
};

const ASK_AGAIN = 'Pida a quien le invitó una invitación nueva.';

/** La entrada a la oficina: sesiones e invitaciones. */
export const logins: ProblemTexts<LoginsCode> = {
  'login/challenge-over': {
    what: 'Pasó demasiado tiempo, o esta página ya se usó para entrar.',
    next: 'Vuelva a cargar la página y entre otra vez.',
  },
  'login/passkey-unknown': {
    what: 'Con esa llave de acceso no entra nadie: no está aprobada todavía, no tiene permisos, o ya terminó.',
    next: 'Si la acaba de crear, espere a que dos personas la aprueben. Si no, pregunte a recursos humanos.',
  },
  'login/card-unknown': {
    what: 'Con esa tarjeta no entra nadie: no es de esta alcaldía, no está vigente, o su dueño no tiene acceso a la oficina.',
    next: 'Revísela con ./cotejo card verify. Si está vigente, pregunte a recursos humanos si usted tiene acceso.',
  },
  'login/declined': (found) => ({
    what: `La llave de acceso no sirvió para entrar${found.word('reason', REASONS, ': ')}.`,
    next: 'Escriba usted la dirección del servicio en una ventana nueva e inténtelo otra vez. Si llegó aquí por un mensaje o un enlace, avise al personal de sistemas.',
  }),
  'login/elsewhere': {
    what: 'La solicitud no salió de las páginas de la oficina. No se hizo nada.',
    next: 'Abra usted la oficina en una ventana nueva y hágalo desde ahí. Si siguió un enlace, avise al personal de sistemas.',
  },
  'session/over': {
    what: 'Su sesión terminó: dura 8 horas, y 30 minutos sin usarse.',
    next: 'Entre otra vez con su llave de acceso; en la línea de órdenes, con ./cotejo login. Lo que escribió en la página sigue ahí.',
  },
  'session/changed': {
    what: 'Su sesión terminó porque cambiaron sus permisos o su llave de acceso.',
    next: 'Entre otra vez. Si no puede, pregunte a recursos humanos.',
  },
  'session/unknown': {
    what: 'Esa sesión no está entre las suyas: ya terminó.',
    next: 'Vuelva a cargar la página para ver las que siguen abiertas.',
  },
  'invitation/enrolled-already': {
    what: 'Esa persona servidora pública ya tiene una llave de acceso.',
    next: 'En la lista de personas, junto a su nombre, elija «Invitar otra llave».',
  },
  'invitation/roles': {
    what: 'Falta elegir qué permisos tendrá, o la unidad o la fecha no se pueden leer.',
    next: 'Marque al menos un permiso. La unidad va con sus siglas, y la fecha como 2026-12-31.',
  },
  'invitation/unknown': {
    what: 'Esta invitación no existe, o ya se retiró.',
    next: `Revise que la dirección esté completa. ${ASK_AGAIN}`,
  },
  'invitation/expired': { what: 'Esta invitación venció: sirve 24 horas.', next: ASK_AGAIN },
  'invitation/used': {
    what: 'Esta invitación ya se usó: sirve una sola vez.',
    next: 'Si fue usted, siga en el navegador donde la abrió. Si no fue usted, avise a quien le invitó.',
  },
  'invitation/code-wrong': (found) => ({
    what: 'Ése no es el código de la invitación.',
    next: `Escriba los ocho signos que le dieron en persona${found('left', '. Intentos que quedan: ')}.`,
  }),
  'invitation/closed': {
    what: 'El código se escribió mal cinco veces: la invitación se cerró.',
    next: ASK_AGAIN,
  },
  'invitation/not-opened': {
    what: 'En este navegador no hay una invitación abierta.',
    next: `Abra la dirección de la invitación en el navegador donde la usó. ${ASK_AGAIN}`,
  },
  'invitation/key-in-use': {
    what: 'Esa llave de acceso ya es de alguien, o ya espera aprobación.',
    next: 'Cree una nueva, en un dispositivo que sea solo de usted.',
  },
  'invitation/not-pending': {
    what: 'Nadie espera aprobación con esa clave: se aprobó, se descartó, o pasaron 14 días.',
    next: 'Vuelva a cargar la lista de personas.',
  },
  'device/unknown': {
    what: 'Ningún programa espera con ese código: está mal escrito, ya se respondió, o pasaron diez minutos.',
    next: 'Compárelo con el que se ve en la terminal. Si hace falta, repita ahí ./cotejo login.',
  },
  'device/another-passkey': {
    what: 'Esa llave de acceso es de otra persona. No se permitió nada.',
    next: 'Confírmelo con la llave con la que entró, o salga y entre con la suya.',
  },
  'device/host': {
    what: 'El nombre del equipo que pide entrar no se puede leer.',
    next: 'Póngale un nombre de letras y números, de hasta 64, y repita ./cotejo login.',
  },
  'token/over': {
    what: 'La clave de este programa ya no sirve: venció, se terminó, o su dueño ya no tiene acceso.',
    next: 'Que su dueño haga otra en /oficina/programas.',
  },
  'token/needs-person': {
    what: 'Esto lo hace una persona con su llave de acceso, y no un programa.',
    next: 'Hágalo en /oficina, o en la línea de órdenes después de ./cotejo login.',
  },
  'token/login-again': {
    what: 'Para hacer una clave hay que haber entrado hace menos de diez minutos.',
    next: 'Salga, entre otra vez y repítalo; en la línea de órdenes, con ./cotejo login.',
  },
  'token/label': {
    what: 'El nombre del programa no se puede leer.',
    next: 'Escriba qué programa es, en hasta 80 letras.',
  },
  'token/roles': {
    what: 'Los permisos no son de los suyos, o no se entienden: una clave tiene a lo más los de su dueño, en las mismas unidades.',
    next: 'Elija entre los que se ven en «Mi sesión». Si el suyo es de una unidad, indíquela.',
  },
  'token/until': {
    what: 'El último día no se entiende, ya pasó, o está a más de un año.',
    next: 'Escríbalo como 2026-12-31, dentro de los próximos 365 días.',
  },
  'token/too-many': {
    what: 'Ya tiene veinte claves de programas.',
    next: 'Termine las que no se usen y vuelva a intentarlo.',
  },
  'token/not-theirs': {
    what: 'Quien fundó la instalación aprueba y no hace nada más: no tiene programas.',
    next: 'Que la haga la persona a cuyo nombre trabaja el programa.',
  },
  'token/unknown': {
    what: 'Esa clave no está entre las suyas: ya terminó.',
    next: 'Vuelva a ver la lista.',
  },
};
