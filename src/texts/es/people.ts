import type { PersonCode } from '../code.ts';
import type { Found, ProblemTexts } from '../problem-text.ts';
import { FIELDS, MANDATES } from './words.ts';

const SAVE_AS_CSV =
  'en Excel o LibreOffice elija Guardar como, «CSV UTF-8 (delimitado por comas)», y vuelva a intentarlo.';
const OTHER_PHOTO = 'Use otra fotografía, en JPEG, PNG o WebP, y vuelva a intentarlo.';
const inField = (found: Found): string => found('where', ' en «', '»') || found.word('field', FIELDS, ' en «', '»');

/** El directorio, las listas de personal y las credenciales. */
export const people: ProblemTexts<PersonCode> = {
  'directory/text-missing': (found) => ({
    what: `Falta un dato${inField(found)}.`,
    next: 'Llénelo y vuelva a intentarlo.',
  }),
  'directory/text-too-long': (found) => ({
    what: `Un texto es demasiado largo${inField(found)}${found('max', ': caben ', ' caracteres')}${found('found', ' y tiene ')}.`,
    next: 'Acórtelo y vuelva a intentarlo.',
  }),
  'directory/text-forbidden-character': (found) => ({
    what: `Un texto tiene caracteres que no se ven o que se enciman${inField(found)}.`,
    next: 'Bórrelo y escríbalo a mano, sin copiar y pegar.',
  }),
  'directory/text-formula': (found) => ({
    what: `Un texto empieza como una fórmula de hoja de cálculo${inField(found)}.`,
    next: 'Quite el signo del principio (=, + o @).',
  }),
  'directory/text-garbled': (found) => ({
    what: `Los acentos de un texto están dañados${inField(found)}${found('line', ' en el renglón ')} (por ejemplo «MuÃ±oz» o «Mu¤oz» en lugar de «Muñoz»).`,
    next: `Corrija el texto (si lleva un guion largo, con espacios a los lados). Si viene de una lista: ${SAVE_AS_CSV}`,
  }),
  'directory/personal-key': (found) => ({
    what: `Un texto contiene una CURP o un RFC${inField(found)}. El directorio es público y no debe llevarlos.`,
    next: 'Quite la CURP o el RFC y vuelva a intentarlo.',
  }),
  'directory/list-too-long': (found) => ({
    what: `Hay demasiados elementos${inField(found)}${found('max', ': caben ')}${found('found', ' y hay ')}.`,
    next: 'Junte o quite algunos y vuelva a intentarlo.',
  }),
  'directory/phone-malformed': {
    what: 'El teléfono no se entiende.',
    next: 'Escríbalo con sus 10 dígitos, por ejemplo 55 1234 5678, y la extensión si la hay.',
  },
  'directory/mail-malformed': {
    what: 'El correo electrónico no se entiende.',
    next: 'Escríbalo completo, por ejemplo nombre@institucion.gob.mx.',
  },
  'directory/day-malformed': (found) => ({
    what: `Una fecha no existe o no se entiende${inField(found)}.`,
    next: 'Escríbala como día, mes y año, 31/12/2026, o como 2026-12-31.',
  }),
  'directory/day-out-of-range': (found) => ({
    what: `Una fecha no parece posible${inField(found)}: debe estar entre 1950 y 2100.`,
    next: 'Revise el año y vuelva a intentarlo.',
  }),
  'directory/days-reversed': {
    what: 'La fecha en que termina es anterior a la fecha en que empieza.',
    next: 'Revise las dos fechas y vuelva a intentarlo.',
  },
  'directory/official-id-malformed': {
    what: 'Eso no es la clave de una persona del directorio.',
    next: 'Cópiela de la lista del directorio y vuelva a intentarlo.',
  },
  'directory/official-unknown': (found) => ({
    what: `Esa persona no está en el directorio${found('official', ': ')}.`,
    next: `Revise la clave${found('near', ' (¿quizá ', '?)')}: ./cotejo official list --name NOMBRE la da. A quien no está se le da de alta primero: ./cotejo official add.`,
  }),
  'directory/official-ended': (found) => ({
    what: `Esa persona${found('official', ' (', ')')} tiene registrada su baja${found('on', ' a partir del ')}.`,
    next: `Mientras no llegue ese día, puede corregirlo: ./cotejo official end ${found('official') || 'CLAVE'} con otra fecha (--on). Después, si regresa a trabajar, regístrela de nuevo con su fecha de inicio.`,
  }),
  'directory/official-already-registered': (found) => ({
    what: `Esa persona ya está registrada en ese cargo y esa unidad${found('official', ': ')}.`,
    next: `Para corregir sus datos: ./cotejo official import LISTA.csv --update. Si dejó el cargo, dé primero de baja ese registro: ./cotejo official end ${found('official') || 'CLAVE'} --reason MOTIVO.`,
  }),
  'directory/superseded-not-ended': (found) => ({
    what: `La persona${found('official', ' (', ')')} sigue en su cargo anterior: un registro sólo sustituye a otro que ya tiene baja.`,
    next: `Dé de baja el cargo anterior, ./cotejo official end ${found('official') || 'CLAVE'} --reason transferred, y repita la orden; sus credenciales de ese cargo se revocan.`,
  }),
  'directory/ended-before-start': (found) => ({
    what: `La baja${found('on', ' (', ')')} es anterior al inicio en el cargo${found('validFrom', ' (', ')')}.`,
    next: 'Revise la fecha de baja y vuelva a intentarlo.',
  }),
  'directory/end-reason-unknown': {
    what: 'No se reconoce el motivo de la baja.',
    next: 'Elija uno de los motivos que indica la ayuda y vuelva a intentarlo.',
  },
  'directory/unchanged': (found) => ({
    what: `Lo que pidió ya está así${found('official', ' en el registro de ')}${found('unit', ' en la unidad ')}${found('on', ': deja el cargo el ')}.`,
    next: found('on') ? 'Para otro día, repita la orden con --on.' : 'No hace falta nada más.',
  }),
  'directory/publication-unknown': {
    what: 'No se entiende si los datos de la persona son públicos o reservados.',
    next: 'Escriba «público» o «reservado» y vuelva a intentarlo.',
  },
  'directory/legal-ground-missing': {
    what: 'La persona está como reservada, pero falta el fundamento legal.',
    next: 'Escriba el artículo o acuerdo que permite reservar sus datos.',
  },
  'directory/legal-ground-unexpected': {
    what: 'Hay un fundamento para reservar los datos, pero la persona no está marcada como reservada.',
    next: 'Escriba «reservado» en la publicación, o borre el fundamento.',
  },
  'directory/profile-malformed': {
    what: 'La ficha pública de la persona no se puede leer.',
    next: 'Avise al personal de sistemas y dele el código que aparece al final.',
  },
  'directory/unit-code-malformed': (found) => ({
    what: `Las siglas de la unidad no son válidas${inField(found)}.`,
    next: 'Escríbalas en mayúsculas, separadas con diagonales, por ejemplo AC/DGG/SCI.',
  }),
  'directory/unit-unknown': (found) => ({
    what: `La unidad${found('unit', ' ')} no está dada de alta.`,
    next: `Revise las siglas o el nombre de la unidad${found('near', ' (¿quizá ', '?)')}. Las que hay las lista ./cotejo unit list; si falta, dela de alta primero.`,
  }),
  'directory/unit-circular': {
    what: 'La unidad quedaría por encima de sí misma, o con demasiados niveles.',
    next: 'Revise cuál es su unidad superior y vuelva a intentarlo.',
  },

  'directory/photo-missing': (found) => ({
    what: `No se encontró la fotografía${found('file', ' «', '»')}.`,
    next: 'Ponga el archivo en la carpeta de las fotografías (la de la lista, o la de --photos), con el mismo nombre que dice la lista.',
  }),
  'directory/photo-outside-folder': {
    what: 'El nombre de la fotografía lleva fuera de su carpeta.',
    next: 'Copie la fotografía a la carpeta de la lista y escriba sólo el nombre del archivo.',
  },
  'directory/photo-too-large': (found) => ({
    what: `El archivo de la fotografía es demasiado grande${found.megabytes('max', ' (máximo ', ')')}.`,
    next: 'Redúzcala y vuelva a intentarlo.',
  }),
  'directory/photo-too-many-pixels': {
    what: 'La fotografía tiene demasiada resolución.',
    next: 'Redúzcala (por ejemplo, a 1200 por 1600 puntos) y vuelva a intentarlo.',
  },
  'directory/photo-too-small': (found) => ({
    what: `La fotografía es demasiado pequeña para reconocer a la persona${found('width', ' (', ` por ${found('height') || '?'} puntos)`)}.`,
    next: `Use una más grande, de frente${found('minWidth', ', de al menos ', ` por ${found('minHeight') || '?'} puntos`)}, y vuelva a intentarlo.`,
  }),
  'directory/photo-unreadable': (found) => ({
    what: found('reason')
      ? `No se puede leer el archivo de la fotografía${found('file', ' «', '»')} (${found('reason')}).`
      : 'El archivo no es una fotografía, o está dañado.',
    next: found('reason') ? 'Revise que se pueda abrir, o use otra fotografía.' : OTHER_PHOTO,
  }),
  'directory/photo-animated': { what: 'El archivo tiene varias imágenes o movimiento.', next: OTHER_PHOTO },
  'directory/photo-format': {
    what: 'La fotografía está en un formato que no se acepta.',
    next: 'Guárdela como JPEG o PNG y vuelva a intentarlo.',
  },
  'directory/photo-timeout': { what: 'La fotografía tarda demasiado en abrirse.', next: OTHER_PHOTO },
  'directory/photo-busy': {
    what: 'Se están procesando muchas fotografías a la vez.',
    next: 'Espere un minuto y vuelva a intentarlo.',
  },

  'directory/csv-too-large': (found) => ({
    what: `La lista es demasiado grande${found.megabytes('max', ' (máximo ', ')')}.`,
    next: 'Divídala en varias listas y vuelva a intentarlo.',
  }),
  'directory/csv-too-many-rows': (found) => ({
    what: `La lista tiene demasiados renglones${found('max', ' (máximo ', ')')}.`,
    next: 'Divídala en varias listas y vuelva a intentarlo.',
  }),
  'directory/csv-empty': {
    what: 'La lista está vacía.',
    next: 'Revise que sea el archivo correcto y que tenga renglones.',
  },
  'directory/csv-is-spreadsheet': {
    what: 'El archivo es una hoja de cálculo, no una lista CSV.',
    next: `Ábrala y ${SAVE_AS_CSV}`,
  },
  'directory/csv-not-text': { what: 'El archivo no es una lista de texto.', next: `Ábralo y ${SAVE_AS_CSV}` },
  'directory/csv-no-header': (found) => ({
    what: `Ningún renglón${found('within', ' de los primeros ')} dice cómo se llaman las columnas.`,
    next: 'Ponga un primer renglón con los títulos, por ejemplo: nombre, cargo, unidad, atribuciones, desde.',
  }),
  'directory/csv-column-missing': (found) => ({
    what: `A la lista le falta la columna${found('column', ' «', '»')}.`,
    next: 'Agréguela y vuelva a intentarlo.',
  }),
  'directory/csv-column-repeated': (found) => ({
    what: `Dos columnas de la lista significan lo mismo${found('column', ': «', '»')}.`,
    next: 'Deje sólo una y vuelva a intentarlo.',
  }),
  'directory/csv-reserve-unclear': (found) => ({
    what: `Una columna que no se usa parece decir quién tiene sus datos reservados${found('column', ': «', '»')}${found('line', ' (renglón ', ')')}. No se dio de alta a nadie, para no publicar a quien está protegido.`,
    next: 'Si lo dice, llámela «publicacion», con «reservado» o «público» en cada renglón, y ponga el motivo en «fundamento». Si no, quítela de la lista.',
  }),
  'directory/csv-quote': {
    what: 'Las comillas de este renglón no cierran o están fuera de lugar.',
    next: 'Corrija las comillas del renglón y vuelva a intentarlo.',
  },
  'directory/csv-cell-too-long': {
    what: 'Una celda de este renglón es demasiado larga.',
    next: 'Acórtela; si no lo parece, revise que no falte cerrar unas comillas.',
  },
  'directory/csv-extra-cells': (found) => ({
    what: `El renglón tiene más celdas que columnas${found('found', ' (', ` y deben ser ${found('max') || 'menos'})`)}.`,
    next: 'Si un texto lleva el signo que separa las columnas (coma o punto y coma), póngalo entre comillas.',
  }),
  'directory/row-repeated': (found) => ({
    what: `El renglón repite a una persona que ya está en la lista${found('firstLine', ' (renglón ', ')')}.`,
    next: 'Quite uno de los dos renglones.',
  }),
  'directory/row-differs': (found) => ({
    what: `La persona ya está registrada con otros datos${found('official', ' (', ')')}${found.words('different', FIELDS, ': ')}.`,
    next: 'Si los de la lista son los correctos, repita la importación con --update.',
  }),
  'directory/row-of-ended-official': (found) => ({
    what: `La persona del renglón tiene registrada su baja${found('on', ' a partir del ')}: una lista no la da de alta otra vez.`,
    next: 'Si regresó a trabajar, regístrela de forma individual; si no, quite el renglón.',
  }),

  'credential/not-found': (found) => ({
    what: `No hay una credencial con ese número${found('serial', ': ')}.`,
    next: 'Revise el número en la lista de credenciales y vuelva a intentarlo.',
  }),
  'credential/official-unknown': (found) => ({
    what: `Esa persona no está en el directorio${found('official', ': ')}.`,
    next: `Revise la clave${found('near', ' (¿quizá ', '?)')}: ./cotejo official list --name NOMBRE la da. A quien no está se le da de alta primero: ./cotejo official add.`,
  }),
  'credential/no-mandate': (found) => ({
    what: `No se le puede dar una credencial a esa persona${found('official', ' (', ')')}: ${found.word('mandate', MANDATES) || 'su encargo no está vigente'}.`,
    next: 'Pida a Recursos Humanos que revise sus fechas en el directorio. Si ya no trabaja aquí y tiene tarjeta, dela de baja: ./cotejo card replace --official CLAVE --reason left.',
  }),
  'credential/not-issued': (found) => ({
    what: `La credencial${found('serial', ' ')} todavía no se termina de emitir.`,
    next: 'Termine de emitirla, o revóquela si ya no hace falta.',
  }),
  'credential/not-suspended': (found) => ({
    what: `La credencial${found('serial', ' ')} no está suspendida.`,
    next: 'No hace falta reactivarla; revise que el número sea el correcto.',
  }),
  'credential/already-suspended': (found) => ({
    what: `La credencial${found('serial', ' ')} ya está suspendida.`,
    next: 'No hace falta nada más.',
  }),
  'credential/already-revoked': (found) => ({
    what: `La credencial${found('serial', ' ')} ya está revocada, y eso no se deshace.`,
    next: 'Si la persona la necesita, emita una credencial nueva.',
  }),
  'credential/compromised-from-needs-key-compromise': {
    what: 'Sólo cuando alguien más pudo usar la llave se indica desde cuándo no valen las firmas.',
    next: 'Cambie el motivo a llave comprometida (keyCompromise), o quite ese dato.',
  },
  'credential/compromised-from-missing': {
    what: 'Falta indicar desde qué asiento de la bitácora dejan de valer las firmas hechas con esa llave.',
    next: 'Indique con --compromised-from el asiento del primer oficio dudoso: lo dice ./cotejo oficio show FOLIO.',
  },
  'credential/compromised-from-unknown': (found) => ({
    what: `Ese asiento no existe en la bitácora${found('found', ': ')}.`,
    next: 'Revise el número en la bitácora y vuelva a intentarlo.',
  }),
  'credential/signer-reserved': (found) => ({
    what: `El nombre de esta persona${found('official', ' (', ')')} está reservado, y cada oficio publicaría quién lo firma.`,
    next: 'Elija a otra persona para firmar. Su credencial de identificación sí se puede emitir: no lleva el nombre.',
  }),
  'credential/key-in-use': (found) => ({
    what: `Esa llave ya es de una credencial de otra persona, de otro uso, de otra tarjeta, o reportada como robada${found('serial', ': ')}.`,
    next: 'Genere una llave nueva para esta persona y vuelva a intentarlo; una tarjeta hace una nueva si antes se borra con ./cotejo card wipe.',
  }),
  'credential/not-on-card': (found) => ({
    what: `La credencial${found('serial', ' ')} no está en una tarjeta.`,
    next: 'Revise el número; las de tarjeta se ven con `card verify`.',
  }),
  'credential/challenge-unknown': (found) => ({
    what: `La prueba de la tarjeta para la credencial${found('serial', ' ')} llegó tarde o repetida: cada una sirve una vez, por dos minutos.`,
    next: 'Deje la tarjeta en el lector y vuelva a intentarlo.',
  }),
  'credential/proof-wrong': (found) => ({
    what: `La tarjeta no demostró tener la llave de la credencial${found('serial', ' ')}.`,
    next: 'No la entregue. Repita la grabación de esa llave con la tarjeta en el lector.',
  }),
};
