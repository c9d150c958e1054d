import type { RegisterCode } from '../code.ts';
import type { ProblemTexts } from '../problem-text.ts';
import { INSTITUTION_FORMS, SETTING_FORMS } from './words.ts';

const RESTORE =
  'Detenga el servicio y no borre nada. Avise al personal de sistemas: hay que revisar la bitácora y, si es necesario, restaurar el respaldo más reciente.';
const NOT_OURS = 'Revise que el archivo sea el correcto y esté completo, y vuelva a intentarlo.';
const DO_NOT_TRUST =
  'No confíe en ese archivo. Consiga otra copia de la fuente oficial y, si se repite, avise al personal de sistemas.';
const CORRECT_SETTING = 'Corríjalo como indica docs/settings.md y vuelva a intentarlo.';
const CORRECT_INSTITUTION = 'Corríjalo como el ejemplo al que lleva docs/settings.md y vuelva a intentarlo.';

/** La bitácora, los datos, las llaves y la configuración. */
export const register: ProblemTexts<RegisterCode> = {
  'log/retry-differs': {
    what: 'Este intento dice repetir uno anterior, pero pide otra cosa.',
    next: 'Revise cómo quedó el intento anterior; si necesita algo distinto, empiece de nuevo.',
  },
  'log/stale': {
    what: 'Otra persona cambió este registro mientras usted trabajaba.',
    next: 'Vuelva a abrirlo, revise cómo quedó y repita su cambio si todavía hace falta.',
  },
  'log/no-such-entry': (found) => ({
    what: `Ese asiento no existe en la bitácora${found('index', ': ')}.`,
    next: 'Revise el número y vuelva a intentarlo.',
  }),
  'log/not-yet-published': (found) => ({
    what: `El asiento${found('index', ' ')} ya está en la bitácora, pero todavía no se publica.`,
    next: 'Espere un minuto y vuelva a intentarlo.',
  }),
  'log/leaf-malformed': { what: 'Un asiento de la bitácora no se puede leer.', next: NOT_OURS },
  'log/key-malformed': { what: 'La llave pública de la bitácora no se puede leer.', next: NOT_OURS },
  'log/note-malformed': { what: 'El documento firmado de la bitácora no se puede leer.', next: NOT_OURS },
  'log/note-unsigned': {
    what: 'El documento de la bitácora no está firmado por nadie que conozcamos.',
    next: DO_NOT_TRUST,
  },
  'log/note-forged': (found) => ({
    what: `El documento de la bitácora trae una firma falsa${found('name', ' de ')}.`,
    next: DO_NOT_TRUST,
  }),
  'log/checkpoint-malformed': { what: 'La cabeza firmada de la bitácora no se puede leer.', next: NOT_OURS },
  'log/wrong-origin': { what: 'La cabeza firmada es de otra bitácora, no de la nuestra.', next: NOT_OURS },
  'log/bundle-malformed': { what: 'El paquete de asientos de la bitácora no se puede leer.', next: NOT_OURS },
  'log/proof-malformed': { what: 'La prueba de la bitácora no se puede leer.', next: NOT_OURS },
  'log/forked': {
    what: 'La bitácora no coincide con la que ya se había firmado: alguien la cambió o se restauró mal.',
    next: RESTORE,
  },
  'log/behind-checkpoint': {
    what: 'A la bitácora le faltan asientos que ya se habían firmado: parece una copia antigua.',
    next: RESTORE,
  },
  'log/checkpoint-missing': (found) => ({
    what: `La bitácora tiene ${found('found') || 'varios'} asientos y ni una sola cabeza firmada: alguien las borró todas.`,
    next: RESTORE,
  }),
  'log/opening-missing': (found) => ({
    what: `Alguien borró lo que un asiento de la bitácora avala${found('index', ' (asiento ', ')')}: no se hace nada que lo necesite.`,
    next: RESTORE,
  }),
  'log/corrupt': (found) => ({
    what: `La base de datos está dañada o alguien la editó${found('noun', ': ')}${found('key', ', ')}.`,
    next: RESTORE,
  }),
  'log/unavailable': {
    what: 'La base de datos no responde en este momento. No se guardó nada a medias.',
    next: 'Espere un minuto y vuelva a intentarlo; si se repite, avise al personal de sistemas.',
  },
  'log/disk-full': {
    what: 'El disco está lleno: este cambio no se guardó.',
    next: 'Libere espacio en el disco de los datos y vuelva a intentarlo: no se perdió ningún folio.',
  },

  'data/newer': (found) => ({
    what: `Los datos los escribió una versión más nueva de Cotejo${found('found', ' (versión ', ` de los datos; esta conoce hasta la ${found('expected') || 'anterior'})`)}.`,
    next: 'Actualice Cotejo y vuelva a intentarlo. No se cambió nada.',
  }),
  'data/older': (found) => ({
    what: `Los datos son de una versión anterior de Cotejo${found('found', ' (', ')')}.`,
    next: 'Inicie el servicio una vez para ponerlos al día y vuelva a intentarlo.',
  }),
  'data/not-cotejo': (found) => ({
    what: `La base de datos es de otro programa${found('path', ': ')}.`,
    next: 'Revise la ubicación de los datos en la configuración.',
  }),
  'data/sqlite-too-old': (found) => ({
    what: `La versión de SQLite${found('found', ' (', ')')} es demasiado antigua y podría dañar los datos${found('expected', '; hace falta la ')}.`,
    next: 'Actualice Node a la versión 24 más reciente y vuelva a intentarlo.',
  }),
  'data/not-permitted': (found) => ({
    what: `Esta cuenta del sistema no tiene permiso para usar los datos${found('path', ': ')}${found('owner', ' (son de la cuenta «', '»)')}.`,
    next: `Ejecute la orden con esa cuenta${found('owner', ' (sudo -u ', ' ./cotejo …)')}, o pídalo al personal de sistemas. No abra los permisos: ahí están las llaves.`,
  }),
  'data/schema-changed': (found) => ({
    what: `Alguien cambió la estructura de la base de datos${found('name', ' («', '»)')}. Lo que anota un acto podría perderse sin aviso.`,
    next: RESTORE,
  }),
  'data/row-damaged': (found) => ({
    what: `Un renglón del registro está dañado o fue alterado${found('table', ': ')}${found('key', ', ')}.`,
    next: RESTORE,
  }),
  'data/charter-damaged': (found) => ({
    what: `El acta que la raíz firmó para esta instalación está dañada o fue alterada${found('reason', ' (', ')')}.`,
    next: RESTORE,
  }),
  'data/in-use': (found) => ({
    what: `Otro programa está usando los datos${found('path', ': ')}; puede ser Cotejo mismo, ya en servicio.`,
    next: 'Espere a que termine y vuelva a intentarlo. Para que varias órdenes trabajen a la vez, deje corriendo el servicio en otra ventana: ./cotejo serve.',
  }),
  'data/unavailable': (found) => ({
    what: `No se pueden abrir los datos${found('path', ': ')}.`,
    next: 'Revise que la carpeta exista, que usted tenga permiso y que el disco responda. Si es la primera vez, ejecute ./cotejo init --dev.',
  }),

  'config/malformed': (found) => ({
    what: `Un valor de la configuración no es válido${found('variable', ': ')}${found('found', ' = «', '»')}.`,
    next:
      found.word(
        found('form') ? 'form' : 'variable',
        SETTING_FORMS,
        'Se espera ',
        '. Corríjalo y vuelva a intentarlo.',
      ) || CORRECT_SETTING,
  }),
  'config/origin-missing': (found) => ({
    what: `Falta la dirección pública: COTEJO_LISTEN${found('found', ' = «', '»')} dice dónde atiende el servicio, pero nadie puede abrir esa dirección.`,
    next: 'Indique en COTEJO_ORIGIN la dirección que abrirán los teléfonos, por ejemplo COTEJO_ORIGIN=http://192.168.1.20:8080. Queda en cada sello y ya no cambia.',
  }),
  'config/origin-differs': (found) => ({
    what: `COTEJO_ORIGIN no es la dirección de esta instalación${found('expected', ' (', ')')}, que ya está en sus sellos y certificados.`,
    next: 'Quite COTEJO_ORIGIN, o use otra carpeta de datos con COTEJO_DATA; esta versión no puede mudar una instalación.',
  }),
  'config/institution-malformed': (found) => ({
    what: `El archivo con los datos de la institución no es válido${found('field', ': revise «', '»')}${found.word('form', INSTITUTION_FORMS, ': ')}.`,
    next: CORRECT_INSTITUTION,
  }),

  'installation/exists': (found) => ({
    what: `Ya hay algo en la carpeta de datos${found('folder', ': ')}.`,
    next: 'Use otra carpeta (COTEJO_DATA) o siga con la instalación que ya existe; no se cambió nada.',
  }),
};
