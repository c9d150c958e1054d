import type { FoundingsCode } from '../code.ts';
import type { Found, ProblemTexts } from '../problem-text.ts';
import { SYSTEM_REASONS } from './words.ts';

const because = (found: Found): string => found.word('reason', SYSTEM_REASONS, ' (', ')');
const NEW_ADDRESS = 'Pida a quien está en la terminal del servidor una dirección nueva.';

/** Lo que se dice a quien funda una instalación, en la terminal y en la página. */
export const foundings: ProblemTexts<FoundingsCode> = {
  'founding/origin': (found) => ({
    what: `Una instalación real necesita una dirección https con nombre${found('found', ', y no ')}: las llaves de acceso son de esa dirección para siempre.`,
    next: 'Indique en COTEJO_ORIGIN la dirección definitiva, por ejemplo https://verifica.alcaldia.gob.mx.',
  }),
  'founding/arc': (found) => ({
    what: `El identificador de objetos de la institución (policyArc) es de prueba${found('found', ': ')}.`,
    next: 'Pida uno propio (en México, a la Dirección General de Normas, o un número de empresa a IANA) y póngalo en el archivo de COTEJO_INSTITUTION.',
  }),
  'founding/founders': (found) => ({
    what: `Para fundar hacen falta de ${found('least') || '2'} a ${found('most') || '16'} personas, cada una con su nombre y ninguna dos veces${found('found', ' (se indicaron ', ')')}.`,
    next: 'Indique cada una con --founder "Nombre Completo".',
  }),
  'founding/ticket-unknown': {
    what: 'Esta dirección no es de ninguna persona fundadora, o se cambió por una más nueva.',
    next: `Revise que esté completa. ${NEW_ADDRESS}`,
  },
  'founding/ticket-used': {
    what: 'Esta dirección ya se usó, en este navegador o en otro.',
    next: `Si usted la abrió antes, vuelva a ese navegador. Si no fue usted, avise de inmediato: alguien más la tiene. ${NEW_ADDRESS}`,
  },
  'founding/ticket-expired': { what: 'Esta dirección venció: sirve 24 horas.', next: NEW_ADDRESS },
  'founding/not-opened': {
    what: 'Este navegador no es el que abrió una invitación.',
    next: `Abra la dirección que le dieron, completa, en el navegador en que hará su llave. ${NEW_ADDRESS}`,
  },
  'founding/elsewhere': {
    what: 'La petición no vino de la página para fundar.',
    next: 'Cierre la página en la que estaba y abra la dirección que le dieron.',
  },
  'founding/key-of-another': {
    what: 'Esa llave ya es de otra persona fundadora.',
    next: 'Cada persona hace la suya, en un dispositivo propio.',
  },
  'founding/over': { what: 'Las llaves ya se confirmaron.', next: 'No hay nada más que hacer en esta página.' },
  'founding/in-progress': {
    what: 'Este servicio se está fundando: todavía no hay nada que consultar.',
    next: 'Vuelva más tarde.',
  },
  'founding/medium-not-a-folder': (found) => ({
    what: `No hay una carpeta en la que escribir la llave de la raíz${found('path', ': ')}.`,
    next: 'Conecte la memoria, revise en qué carpeta quedó, e indíquela con --root-media.',
  }),
  'founding/media-same-disk': (found) => ({
    what: `Están en el mismo disco${found('path', ': ')}${found('other', ' y ')}. Si falla, se pierde todo a la vez.`,
    next: 'Use dos memorias que se puedan sacar, distintas entre sí y del disco de los datos. Para un ensayo: --root-media-same-disk.',
  }),
  'founding/passphrase-repeated': {
    what: 'Una misma contraseña abre dos cosas: las llaves del servicio y las dos memorias llevan tres contraseñas distintas.',
    next: 'Elija contraseñas distintas; no se hizo nada.',
  },
  'founding/medium-without-root': (found) => ({
    what: `En esa memoria no hay una autoridad raíz${found('path', ': ')}.`,
    next: 'Revise que sea una de las dos memorias de la fundación, e indique la carpeta en que quedó conectada.',
  }),
  'founding/medium-of-another': (found) => ({
    what: `La autoridad raíz de esa memoria es de otra instalación${found('path', ': ')}.`,
    next: 'Traiga una de las dos memorias de esta instalación.',
  }),
  'founding/medium-unwritable': (found) => ({
    what: `No se puede escribir en la memoria${found('path', ': ')}${because(found)}. No quedó fundado nada.`,
    next: 'Quite la protección, haga lugar o use otra memoria, y repita la orden.',
  }),
  'founding/medium-unreliable': (found) => ({
    what: `Lo que se lee de la memoria no es lo que se escribió${found('path', ': ')}. No quedó fundado nada.`,
    next: 'Cambie esa memoria por otra y repita la orden.',
  }),
};
