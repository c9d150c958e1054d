import type { EntryCode, HttpCode } from '../code.ts';
import type { Found, ProblemTexts } from '../problem-text.ts';
import { SYSTEM_REASONS } from './words.ts';

const because = (found: Found): string => found.word('reason', SYSTEM_REASONS, ' (', ')');
/** Lo que ya no se deshace cuando un archivo no se guarda. */
const signedAlready = (found: Found): string => found('folio', ' El oficio ', ' sí quedó firmado.');
const saveAgain = (found: Found): string =>
  found('folio', ' o guárdelo en otro lugar con ./cotejo oficio show ', ' -o SALIDA.pdf') || ' y vuelva a intentarlo';

/** De las órdenes que firman: ni el archivo ni lo que es para siempre. */
const NOT_SIGNED = { sign: 'Tampoco se firmó ni se tomó folio.' };

/** De las órdenes para tarjetas: quien está en una ventanilla no tiene que fundar una instalación. */
const WHERE_CARDS_ARE = {
  verify:
    'En una ventanilla: ./cotejo card verify --offline --bundle LISTA. En el equipo donde corre el servicio, indique su carpeta de datos en COTEJO_DATA.',
  office:
    'Esta orden trabaja con la instalación o con su servicio: úsela en el equipo donde están, con su carpeta de datos en COTEJO_DATA. En una ventanilla solo se comprueban tarjetas: ./cotejo card verify --offline --bundle LISTA.',
};

/** Lo que se rechaza antes de empezar. */
export const rim: ProblemTexts<HttpCode | EntryCode> = {
  'http/malformed': (found) => ({
    what: `Falta un dato o no se entiende${found('field', ': ')}.`,
    next: 'Revise lo que escribió y vuelva a intentarlo.',
  }),
  'http/body-malformed': (found) => ({
    what: `Falta un dato o no se entiende${found('field', ': ')}.`,
    next: 'Revise lo que escribió y vuelva a intentarlo.',
  }),
  'http/not-found': { what: 'Eso no existe aquí.', next: 'Revise la dirección o el número y vuelva a intentarlo.' },
  'http/method-not-allowed': {
    what: 'Esta dirección no acepta ese método.',
    next: 'Use uno de los que dice la cabecera Allow (docs/http.md lo explica).',
  },
  'http/address-too-long': {
    what: 'La dirección es demasiado larga.',
    next: 'Cópiela otra vez completa, o escanee de nuevo el código.',
  },
  'http/forbidden': {
    what: 'Usted no tiene permiso para hacer esto.',
    next: 'Pida ayuda a quien administra los permisos de su unidad.',
  },
  'http/too-large': (found) => ({
    what: `El archivo es demasiado grande${found.megabytes('most', ' (máximo ', ')')}.`,
    next: 'Redúzcalo y vuelva a intentarlo.',
  }),
  'http/media-type': {
    what: 'Ese tipo de archivo no se acepta aquí.',
    next: 'Envíe el archivo en el formato que se pide y vuelva a intentarlo.',
  },
  'http/too-many-requests': (found) => ({
    what: 'Hubo demasiados intentos seguidos.',
    next: `Espere ${found('retryAfter', '', found('retryAfter') === '1' ? ' segundo' : ' segundos') || 'un poco'} y vuelva a intentarlo.`,
  }),
  'http/unavailable': (found) => ({
    what: `El servicio no responde en este momento${found('reason') && '; puede que sí haya cumplido la orden'}.`,
    next: `Espere un minuto y ${found('reason') ? 'repita la misma orden, que termina lo que empezó' : 'vuelva a intentarlo'}; si se repite, avise al personal de sistemas.`,
  }),
  'http/unexpected': (found) => ({
    what: `El servicio respondió algo que no se entiende${found('status', ' (', ')')}.`,
    next: 'Revise que el servicio y esta orden sean de la misma versión, y vuelva a intentarlo.',
  }),
  'http/address-in-use': (found) => ({
    what: `Otro programa ya ocupa la dirección en que el servicio debe atender${found('address', ': ')}${found('port', ' (puerto ', ')')}.`,
    next: 'Detenga el otro programa, o indique otra dirección en COTEJO_LISTEN, y vuelva a intentarlo.',
  }),
  'http/address-unavailable': (found) => ({
    what: `El servicio no puede atender en la dirección indicada${found('address', ': ')}${found('port', ' (puerto ', ')')}.`,
    next: 'Corrija la dirección en COTEJO_LISTEN y vuelva a intentarlo.',
  }),
  internal: {
    what: 'Hubo una falla interna.',
    next: 'Repórtela al personal de sistemas con la hora y lo que estaba haciendo.',
  },

  'installation/none': (found) => ({
    what: `Todavía no hay una instalación en la carpeta de datos${found('folder', ': ')}.`,
    next:
      found.word('counter', WHERE_CARDS_ARE) ||
      'Indique la carpeta correcta en COTEJO_DATA o, si es la primera vez, créela con ./cotejo init --dev en una carpeta vacía o que no exista.',
  }),
  'data/not-a-folder': (found) => ({
    what: `COTEJO_DATA no es una carpeta, ni se puede crear ahí${found('path', ': ')}.`,
    next: 'Indique en COTEJO_DATA una carpeta, o una ruta en la que se pueda crear; no se hizo nada.',
  }),
  'demo/not-development': {
    what: 'La carpeta de datos es de una instalación real: la demostración dejaría en ella oficios de prueba.',
    next: 'Indique otra carpeta en COTEJO_DATA y vuelva a intentarlo; no se cambió nada.',
  },
  'file/not-found': (found) => ({
    what: `No existe el archivo${found('path', ': ')}.`,
    next: 'Revise el nombre y la carpeta, y vuelva a intentarlo.',
  }),
  'file/not-a-file': (found) => ({
    what: `Eso no es un archivo, sino una carpeta o un dispositivo${found('path', ': ')}.`,
    next: 'Indique un archivo; si es una carpeta, el que está dentro.',
  }),
  'file/too-large': (found) => ({
    what: `El archivo es demasiado grande${found('path', ': ')}${found.megabytes('most', ' (máximo ', ')')}.`,
    next: 'Redúzcalo o divídalo, y vuelva a intentarlo.',
  }),
  'file/same-as-input': (found) => ({
    what: `El archivo firmado taparía al original${found('path', ': ')}.`,
    next: 'Elija otro nombre para el archivo firmado (opción -o).',
  }),
  'file/would-replace': (found) => ({
    what: `Ya existe ${found('path') || 'el archivo de salida'}${found('folio', ', y no es el oficio ')}. No se cambió.${found.word('act', NOT_SIGNED, ' ')}`,
    next: `Elija otro nombre con ${found('option') || '-o'}${found('option') === '--report' ? '' : '; si el que existe ya no hace falta, repita la orden con --overwrite'}.`,
  }),
  'file/of-installation': (found) => ({
    what: `La salida caería en los archivos de la propia instalación: su base de datos o sus llaves${found('path', ': ')}. No se hizo nada.`,
    next: 'Elija otro nombre (-o) u otra carpeta.',
  }),
  'file/unreadable': (found) => ({
    what: `No se puede leer el archivo${found('path', ': ')}${because(found)}.`,
    next: 'Revise que tenga permiso para abrirlo y vuelva a intentarlo.',
  }),
  'file/unwritable': (found) => ({
    what: `No se puede guardar el archivo${found('path', ': ')}${because(found)}.${signedAlready(found)}`,
    next: `Revise que la carpeta exista y que tenga permiso para escribir en ella,${saveAgain(found)}.`,
  }),
  'file/disk-full': (found) => ({
    what: `El disco está lleno: no se guardó el archivo${found('path', ' ')}.${signedAlready(found)}`,
    next: `Libere espacio${found('folio') ? ' y repita la orden (da el mismo oficio),' : ''}${saveAgain(found)}.`,
  }),
  'file/output-lost': (found) => ({
    what: `No se pudo escribir en la salida estándar${because(found)}: la respuesta se perdió, entera o en parte.`,
    next: 'Lo que la orden debía hacer, ya se hizo: véalo con list o show antes de repetirla.',
  }),
  'oficio/series-none': (found) => ({
    what: `Todavía no hay numeración${found('unit', ' de ')}${found('year', ' en ')}.`,
    next: 'Revise las siglas y el año. Empieza sola en 1 con el primer oficio que se firme; para empezar en otro número, declárelo con --first.',
  }),
  'card/list-column-missing': (found) => ({
    what: `A la lista le falta la columna de las claves${found('column', ' («', '»)')}.`,
    next: 'Ponga en el primer renglón el título de cada columna, una de ellas «clave». Las claves las da ./cotejo official list.',
  }),
  'card/list-empty': {
    what: 'La lista no tiene ninguna clave.',
    next: 'Ponga una por renglón, debajo de «clave». Las claves las da ./cotejo official list; sin lista, use --unit SIGLAS.',
  },
  'card/list-id-missing': {
    what: 'Este renglón no tiene clave: no se sabe de quién es, y no se le prepara tarjeta.',
    next: 'Escriba en él la clave de la persona y repita la orden. Las claves las da ./cotejo official list.',
  },
  'card/list-id-above': {
    what: 'Esta clave está arriba de los títulos de las columnas: no se prepara tarjeta para quien la tiene.',
    next: 'Si le toca tarjeta, pase el renglón abajo de los títulos y repita la orden; si no, quite de ahí la clave.',
  },
  'oficio/list-column-missing': (found) => ({
    what: `A la lista de oficios le falta una columna${found('column', ': «', '»')}.`,
    next: 'Agréguela, con ese título en el primer renglón, y vuelva a intentarlo.',
  }),
  'oficio/list-output-repeated': (found) => ({
    what: `El archivo de este renglón tiene el mismo nombre que el ${found('firstLine', 'del renglón ') || 'de otro renglón'}: los dos oficios firmados quedarían en${found('path', ' ') || ' el mismo archivo'}.`,
    next: 'Cambie el nombre de uno de los dos archivos y ejecute otra vez la lista; lo ya firmado no se repite.',
  }),
  'oficio/type-unknown': (found) => ({
    what: `${found('where', '«', '»: n') || 'N'}o hay ese tipo de oficio${found('found', ': «', '»')}.`,
    next: `Escriba uno de los tipos que hay${found('types', ': ')}.`,
  }),
  'oficio/expires-malformed': (found) => ({
    what: `La fecha en que vence${found('where', ' («', '»)')} no existe o no se entiende${found('found', ': «', '»')}.`,
    next: 'Escríbala como dd/mm/aaaa (31/12/2026) o como AAAA-MM-DD (2026-12-31).',
  }),
};
