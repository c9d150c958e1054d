import type { PreparedFault } from '../../oficio/check-prepared.ts';
import type { LetterCode } from '../code.ts';
import type { ProblemTexts } from '../problem-text.ts';
import {
  ACTIVE_CONTENT,
  CHANGING_CONTENT,
  FOLIO_OR,
  HIDDEN_WORDS,
  MANDATES,
  OFICIO_STATES,
  SECRET_WORDS,
  SERIES_FAULTS,
  VISITOR_FAULTS,
} from './words.ts';

const PREPARED: Readonly<Record<PreparedFault, string>> = {
  certificate: 'con otro certificado',
  signer: 'con otro firmante',
  institution: 'con el nombre de otra institución',
  origin: 'con otra dirección en el código QR',
  development: 'como oficio de prueba sin serlo, o sin decir que es de prueba',
  subject: 'con otro asunto',
  type: 'de otro tipo',
  amount: 'con otro monto',
  folio: 'con otro folio',
  term: 'con otra vigencia',
  time: 'con una hora que todavía no llega',
  pages: 'con otro número de páginas',
  seal: 'con el sello de otro oficio',
  bytes: 'con otro contenido',
};
/** Lo que va alrededor de su folio. */
const CANCEL_DRAFT = [' Cancele el borrador con ./cotejo oficio cancel ', ' --reason MOTIVO.'] as const;
const PRINT_TO_PDF =
  'Revíselo, imprímalo a un PDF normal (Imprimir, Guardar como PDF) y use ese archivo. Si alguien ya lo firmó, pídale otra versión.';

/** Los oficios, sus folios y sus montos. */
export const letters: ProblemTexts<LetterCode> = {
  'oficio/not-found': (found) => ({
    what: `No hay ningún oficio con ese folio o número${found('found', ': ')}.`,
    next: 'Revise cómo está escrito en el papel y vuelva a intentarlo.',
  }),
  'oficio/folio-taken': (found) => ({
    what: `El folio${found('folio', ' ')} ya lo tiene otro oficio.`,
    next: 'Use otro folio, o no indique ninguno para que se le asigne el siguiente.',
  }),
  'oficio/folio-other-year': (found) => ({
    what: `El folio es de otro año${found('year', ': ')}, y esa unidad no tiene numeración declarada para él.`,
    next: 'Revise el año del folio; si es correcto, declare antes la numeración con ./cotejo folio series.',
  }),
  'oficio/folio-other-unit': (found) => ({
    what: `El folio es de la unidad${found('unit', ' ')} y quien firma es de otra unidad${found('signerUnit', ': ')}.`,
    next: 'Use un folio de la unidad de quien firma, o elija a alguien de la unidad del folio.',
  }),
  'oficio/not-signed': (found) => ({
    what: `El oficio${found('folio', ' ')} todavía no está firmado.`,
    next: 'Fírmelo primero y vuelva a intentarlo.',
  }),
  'oficio/already-cancelled': (found) => ({
    what: `El oficio${found('folio', ' ')} ya${found.word('state', OFICIO_STATES, ' ') || ' no está vigente'}.`,
    next: 'No hace falta nada más: un oficio cancelado o sustituido ya no cambia.',
  }),
  'oficio/earlier-ended': (found) => ({
    what: `El archivo trae ya el oficio${found('folio', ' ')}, que${found.word('state', OFICIO_STATES, ' ') || ' no está vigente'}: firmado otra vez tampoco valdría.${found('draft', ' El borrador ', ' no se firmó.') || ' No se tomó folio.'}`,
    next: `Firme el documento original, sin el sello de ese oficio.${found('draft', CANCEL_DRAFT[0], CANCEL_DRAFT[1])}`,
  }),
  'oficio/earlier-not-registered': (found) => ({
    what: `El archivo trae ya una firma con un certificado de esta institución que no consta en la bitácora: quien revisara el oficio no lo vería como bueno.${found('draft', ' El borrador ', ' no se firmó.') || ' No se tomó folio.'}`,
    next: `Firme el documento original, sin esa firma.${found('draft', CANCEL_DRAFT[0], CANCEL_DRAFT[1])} Si quien aparece como firmante no la puso, avise al personal de sistemas: alguien puede tener su llave.`,
  }),
  'oficio/replacement-not-signed': (found) => ({
    what: `El oficio que lo sustituye${found('folio', ' (', ')')} no está firmado, ya no está vigente o es el mismo.`,
    next: 'Firme primero el oficio nuevo y después sustituya el anterior.',
  }),
  'oficio/active-content': (found) => ({
    what: `El PDF trae algo que actúa al abrirlo o al usarlo${found.word('kind', ACTIVE_CONTENT, ': ')}${found('page', ' (página ', ')')}. Así no se puede firmar.`,
    next: PRINT_TO_PDF,
  }),
  'oficio/changing-content': (found) => ({
    what: `El PDF podría verse distinto después de firmarlo${found.word('kind', CHANGING_CONTENT, ': ')}${found('page', ' (página ', ')')}.`,
    next: PRINT_TO_PDF,
  }),
  'oficio/signature-broken': (found) => ({
    what: `El PDF ya trae una firma que no se sostiene${found('field', ' (', ')')}: el documento cambió después de esa firma o la firma está dañada.`,
    next: 'Pida a quien firmó antes el archivo tal como lo firmó, o parta del documento sin firmas. No se tomó ningún folio.',
  }),
  'oficio/place-breaks-signature': (found) => ({
    what: `En ese lugar${found('page', ' de la página ')} el sello rompería una firma que el PDF ya trae${found('field', ' (', ')')}: taparía lo impreso u otra firma, o las firmas ocuparían demasiado de la página.`,
    next: 'Elija otro lugar en blanco, u otra página. Si ya no hay, parta del documento sin firmas. No se tomó ningún folio.',
  }),
  'oficio/subject-malformed': (found) => ({
    what: `El asunto${found('where', ' («', '»)')} está vacío, es demasiado largo${found('most', ' (máximo ', ' caracteres)')} o tiene caracteres que no se ven.`,
    next: 'Escríbalo de nuevo en una sola línea corta.',
  }),
  'oficio/reason-malformed': (found) => ({
    what: `El motivo está vacío, es demasiado largo${found('most', ' (máximo ', ' caracteres)')} o tiene caracteres que no se ven.`,
    next: 'Escriba en una línea corta por qué se cancela o se sustituye (--reason).',
  }),
  'oficio/text-garbled': (found) => ({
    what: `Los acentos del texto${found('where', ' («', '»)')} están dañados (por ejemplo «Mar¡a» en lugar de «María»).`,
    next: 'Escríbalo de nuevo; una raya entre dos palabras lleva espacios. Si viene de una lista, guárdela como «CSV UTF-8 (delimitado por comas)».',
  }),
  'oficio/expires-in-past': {
    what: 'La fecha de vencimiento del oficio ya pasó.',
    next: 'Indique hoy o una fecha posterior, o ninguna si el oficio no vence.',
  },
  'oficio/own-check-failed': (found) => ({
    what: `El oficio recién firmado no pasó nuestra propia revisión${found('found', ' (detalle: ', ')')}, así que no se entregó.`,
    next: 'No use ningún archivo de este intento. Avise al personal de sistemas y dele el código que aparece al final.',
  }),
  'oficio/unit-unknown': (found) => ({
    what: `La unidad${found('unit', ' ')} no está en el directorio.`,
    next: 'Revise las siglas de la unidad, o pida que la den de alta, y vuelva a intentarlo.',
  }),
  'oficio/signer-not-found': (found) => ({
    what: `No encontramos en el directorio a quien debe firmar${found('signer', ' (', ')')}.`,
    next: 'Busque su clave, que da ./cotejo official list --name NOMBRE, y vuelva a intentarlo.',
  }),
  'oficio/signer-reserved': (found) => ({
    what: `El nombre de quien debe firmar${found('signer', ' (', ')')} está reservado, y el oficio lo publicaría.`,
    next: 'Elija a otra persona que firme.',
  }),
  'oficio/signer-changed': (found) => ({
    what: `El nombre, el cargo o la unidad de quien debe firmar${found('signer', ' (', ')')} cambió después de registrar el oficio.`,
    next: 'Cancele el borrador con su motivo y firme el oficio de nuevo.',
  }),
  'oficio/signer-without-mandate': (found) => ({
    what: `Quien debe firmar${found('signer', ' (', ')')} no puede hacerlo hoy: ${found.word('mandate', MANDATES) || 'su encargo no está vigente'}.`,
    next: 'Elija a otra persona, o pida a Recursos Humanos que actualice sus fechas.',
  }),
  'oficio/signer-without-credential': (found) => ({
    what: `Quien debe firmar${found('signer', ' (', ')')} no tiene una credencial vigente para firmar oficios${found('serial', ' (', ')')}.`,
    next: 'Pida que le emitan su credencial de firma y vuelva a intentarlo.',
  }),
  'oficio/signer-key-elsewhere': (found) => ({
    what: `La credencial de firma vigente${found('signer', ' de ')}${found('serial', ' (', ')')} es de una llave que no está guardada aquí.`,
    next: 'Si la llave está en su tarjeta, firme con --card. Si no, emita otra credencial de firma cuya llave se guarde aquí, sin --csr.',
  }),
  'oficio/signer-key-unfit': {
    what: 'La llave de la tarjeta es de un tipo con el que no se firman oficios.',
    next: 'Prepare otra tarjeta con ./cotejo card provision: hace llaves P-256.',
  },
  'oficio/prepared-for-another': (found) => ({
    what: `El oficio${found('folio', ' ')} ya se había preparado para otro certificado de la misma persona${found('serial', ' (', ')')}.`,
    next: 'Si esa tarjeta ya no sirve, cancele el borrador con ./cotejo oficio cancel FOLIO --reason MOTIVO, y firme con otra salida (-o, --out-dir) u otro --idempotency-key.',
  }),
  'oficio/seal-not-of-letter': (found) => ({
    what: `Lo que llegó para firmar no es de este oficio${found('folio', ' (', ')')}.`,
    next: 'Repita la misma orden: se sigue con el mismo folio.',
  }),
  'oficio/signature-wrong': (found) => ({
    what: `Lo que firmó la tarjeta no es este oficio${found('folio', ' (', ')')}, o lo firmó otra llave. No se entregó nada.`,
    next: 'Repita la misma orden: se sigue con el mismo folio. Si se repite, avise al personal de sistemas.',
  }),
  'oficio/delivered-differs': {
    what: 'El servicio entregó como firmado otro oficio, u otro archivo, del que se ordenó. No se guardó nada.',
    next: 'No use lo que entregue el servicio y avise al personal de sistemas.',
  },
  'oficio/not-in-force': (found) => ({
    what: `El oficio${found('folio', ' ')}${found.word('state', OFICIO_STATES, ' ') || ' no está vigente'}: no se refrenda.`,
    next: 'Véalo con ./cotejo oficio show FOLIO, y refrende el que esté vigente.',
  }),
  'oficio/already-signer': (found) => ({
    what: `Quien debe refrendar${found('signer', ' (', ')')} es quien firmó el oficio${found('folio', ' ')}.`,
    next: 'Elija a otra persona: un oficio lo refrenda alguien más.',
  }),
  'oficio/countersigned-by-most': (found) => ({
    what: `El oficio${found('folio', ' ')} ya tiene tantos refrendos como puede tener${found('most', ' (', ')')}.`,
    next: 'Nadie más puede refrendarlo. Si hace falta, firme otro oficio y sustituya este por él.',
  }),
  'oficio/file-too-long': (found) => ({
    what: `Con una firma más, el archivo del oficio${found('folio', ' ')} sería más grande de lo que nadie puede verificar. No se firmó nada.`,
    next: 'Haga el documento más ligero (imágenes, campos de formulario), fírmelo como otro oficio y, si este está en vigor, sustitúyalo por él.',
  }),
  'oficio/overtaken': (found) => ({
    what: `Lo que se preparó para refrendar${found('folio', ' ')} ya no es lo que se firmaría ahora: alguien más lo refrendó mientras tanto, pasó más de un día, o cambió el nombre o el cargo de quien firma. No se firmó nada.`,
    next: 'Repita la misma orden: se prepara la versión más reciente del oficio.',
  }),
  'oficio/another-version': (found) => ({
    what: `El archivo no es ninguna de las versiones del oficio${found('folio', ' ')} que registró esta oficina: alguien lo guardó de nuevo, o lo firmó en otra parte.`,
    next: 'Dé el folio en lugar del archivo, o saque el registrado con ./cotejo oficio show FOLIO -o ARCHIVO.pdf.',
  }),
  'oficio/no-letter-in-file': {
    what: 'El archivo no trae ningún oficio firmado por esta institución.',
    next: 'Dé el archivo que escribió ./cotejo oficio sign, o el folio del oficio. Un documento que nadie ha firmado se firma con ./cotejo oficio sign.',
  },
  'oficio/prepared-differs': (found) => ({
    what: `El servicio pide firmar otra cosa de la que usted ordenó${found.word('what', PREPARED, ': ')}. No se pidió el NIP ni se firmó nada.`,
    next: 'No insista. Revise que este programa y el servicio sean de la misma versión; si lo son, avise al personal de sistemas: alguien puede querer que firme otro oficio.',
  }),
  'oficio/signer-suspended': (found) => ({
    what: `La credencial de firma de quien debe firmar${found('signer', ' (', ')')} está suspendida${found.time('since', ' desde el ', ', hora de la Ciudad de México')}.`,
    next: `Si ya se revisó, levante la suspensión con ./cotejo credential resume${found('serial', ' ')}; si no, elija a otra persona que firme.`,
  }),

  'oficio/received-in-future': (found) => ({
    what: `La hora en que se recibió el oficio${found('folio', ' ')} todavía no llega${found.time('now', ': ahora son las ', ', hora de la Ciudad de México')}.`,
    next: 'Escriba el día y la hora en que se recibió, que ya pasaron. Si el sello del acuse trae otra fecha, escriba la verdadera y guarde la foto del sello.',
  }),
  'oficio/received-before-letter': (found) => ({
    what: `Nadie pudo recibir el oficio${found('folio', ' ')} antes de que se sellara${found.time('sealedAt', ' (', ', hora de la Ciudad de México)')}.`,
    next: 'Escriba el día y la hora en que se recibió de verdad. Si el sello del acuse trae otra fecha, guarde la foto del sello.',
  }),
  'oficio/received-after-end': (found) => ({
    what: `El oficio${found('folio', ' ')}${found.word('state', OFICIO_STATES, ' ') || ' dejó de estar vigente'}${found.time('endedAt', ' el ')}: su recepción solo se registra si fue antes.`,
    next: 'Revise el día y la hora. Si se entregó cuando ya no valía, avise a quien lo recibió y registre la recepción del oficio vigente.',
  }),
  'oficio/reception-way': (found) => ({
    what: `Un oficio no se recibe de ese modo${found('found', ': «', '»')}.`,
    next: 'Diga uno de: window (ventanilla), notifier (notificador), mail (correo o mensajería).',
  }),
  'oficio/reception-not-found': (found) => ({
    what: `Ese oficio no tiene ninguna recepción con ese identificador${found('found', ': ')}.`,
    next: 'Véalas con ./cotejo oficio show FOLIO.',
  }),
  'oficio/reception-corrected': (found) => ({
    what: `La recepción${found('found', ' ')} ya se corrigió antes, o dice que no hubo ninguna.`,
    next: 'Véala con ./cotejo oficio show FOLIO y corrija la que está en pie.',
  }),
  'oficio/receptions-most': (found) => ({
    what: `El oficio ya tiene tantas recepciones registradas como puede tener${found('most', ' (', ')')}.`,
    next: 'Revise que no se estén repitiendo: cada oficina que lo recibe se registra una sola vez.',
  }),

  'oficio/details-none': (found) => ({
    what: `Junto a ese oficio no se guarda ningún dato de destinatario ni de visita${found('folio', ' (', ')')}.`,
    next: 'Revise el folio. Los datos de una recepción se borran diciendo cuál (--reception).',
  }),
  'oficio/details-needed': (found) => ({
    what: `Esos datos todavía se necesitan${found('folio', ' (', ')')}${found.time('until', ': hasta el ')}.`,
    next: 'Espere a esa fecha. Mientras la visita pueda ocurrir, el lugar protege a quien la recibe.',
  }),
  'oficio/erasure-reference': (found) => ({
    what: `Falta el número de la solicitud de la persona, o no es un número de expediente${found('found', ': «', '»')}.`,
    next: 'Escriba el folio de la solicitud ARCO, por ejemplo ARCO-12/2026; nunca un nombre: queda en la bitácora.',
  }),

  'oficio/ground-malformed': (found) => ({
    what: `Falta el fundamento de la versión pública, o es demasiado largo${found('length', ' (', ' caracteres)')}.`,
    next: 'Escriba la norma y la resolución del Comité de Transparencia en una línea, por ejemplo «LGTAIP art. 115; resolución CT-12/2026»; nunca un nombre: se publica.',
  }),
  'oficio/public-version-not-found': (found) => ({
    what: `Ese oficio no tiene ninguna versión pública con ese identificador${found('found', ': ')}.`,
    next: 'Véalas con ./cotejo oficio show FOLIO.',
  }),
  'oficio/public-version-over': (found) => ({
    what: `Esa versión pública${found('found', ' ')} ya se cambió por otra: ya no se publica.`,
    next: 'Retire la que está en pie.',
  }),
  'oficio/public-version-same': {
    what: 'Ese mismo archivo ya es la versión pública del oficio.',
    next: 'No hace falta registrarlo otra vez. Para cambiar su fundamento, guarde el archivo de nuevo o retire antes la versión.',
  },
  'oficio/public-version-most': (found) => ({
    what: `El oficio ya tiene tantas versiones públicas registradas como puede tener${found('most', ' (', ')')}.`,
    next: 'Avise al personal de sistemas: algo las está repitiendo.',
  }),
  'oficio/public-version-hides': (found) => ({
    what: `El archivo trae más de lo que se ve${found.word('what', HIDDEN_WORDS, ': ')}${found('page', ' (página ', ')')}. Todo eso se publicaría.`,
    next: 'Aplique los tachados y guarde una copia limpia («Quitar información oculta» en Acrobat); o imprima el documento tachado, escanéelo y registre lo escaneado.',
  }),
  'oficio/public-version-names': (found) => ({
    what: `El archivo todavía trae${found.word('field', SECRET_WORDS, ' ') || ' datos que la oficina guarda aparte'}${found('page', ', en la página ')}: se puede copiar aunque no se vea.`,
    next: 'Quite el texto, no solo lo tape: con la herramienta de tachado del programa, o imprimiendo y escaneando. Después regístrelo.',
  }),
  'oficio/public-version-covered': (found) => ({
    what: `Debajo de algo pintado hay texto que se puede copiar${found('page', ', en la página ')}${found('text', ': «', '»')}.`,
    next: 'Si es lo que se quiso tachar, quite el texto y no solo lo tape. Si ya lo miró y puede publicarse, regístrelo diciéndolo (--accept-covered, o la casilla).',
  }),
  'oficio/public-version-other-letter': (found) => ({
    what: `El archivo trae el código de otro oficio${found('found', ': ')}${found('folio', '; éste es ')}.`,
    next: 'Elija la versión pública de este oficio, o abra el otro.',
  }),

  'oficio/visit-type': {
    what: 'Un oficio de ese tipo no anuncia ninguna visita.',
    next: 'Diga la visita solo en una orden de visita, una notificación o un citatorio; o cambie el tipo.',
  },
  'oficio/visit-window': (found) => ({
    what: `El horario de la visita no es posible${found.time('from', ': del ')}${found.time('to', ' al ')}. Termina después de empezar y de ahora, y dura a lo más${found('most', ' ', ' días') || ' dos meses'}.`,
    next: 'Revise los dos días y horas, hora de la Ciudad de México.',
  }),
  'oficio/visit-officials': (found) => ({
    what: `Una visita la hacen de una a${found('most', ' ') || ' doce'} personas${found('found', ', y se dijeron ')}.`,
    next: 'Diga la clave de cada persona que irá (--visit-official), o reparta la visita en varios oficios.',
  }),
  'oficio/visit-official': (found) => ({
    what: `Esa persona${found('official', ' (', ')')} no puede ir a la visita${found.word('why', VISITOR_FAULTS, ': ')}.`,
    next: 'Elija a otra persona del directorio: quien recibe la visita compara su nombre y su foto.',
  }),

  'oficio/series-malformed': (found) => ({
    what: `La numeración de folios no es posible${found('unit', ' para la unidad ')}${found('year', ' en ')}${found.word('fault', SERIES_FAULTS, ': ')}${found('found', ' (', ')')}.`,
    next: 'Revise el primer número y los rangos: van de menor a mayor, sin encimarse, y cada hueco lleva su motivo.',
  }),
  'oficio/series-started': (found) => ({
    what: `La numeración${found('unit', ' de ')}${found('year', ' de ')} ya empezó${found('folio', ' (existe el ', ')') || found('next', ' (sigue el número ', ')')}; su primer número ya no cambia.`,
    next: 'Declare los números que no se usarán como huecos, con su motivo.',
  }),
  'oficio/series-number-used': (found) => ({
    what: `El folio${found('folio', ' ')} ya lo tiene un oficio; no puede quedar entre los números declarados${found('range', ' (', ')')}.`,
    next: 'Declare los números sin ése: un intervalo que termine antes y otro que empiece después.',
  }),
  'oficio/series-unit-unknown': (found) => ({
    what: `La unidad${found('unit', ' ')} no está en el directorio.`,
    next: 'Revise las siglas de la unidad, o pida que la den de alta, y vuelva a intentarlo.',
  }),
  'oficio/folio-in-gap': (found) => ({
    what: `El número${found('number', ' ')} se declaró sin usar${found('reason', ': ')}.`,
    next: 'Use otro número, o no indique ninguno para que se le asigne el siguiente.',
  }),
  'oficio/folio-before-first': (found) => ({
    what: `El número${found('number', ' ')} es menor que el primero de la numeración${found('first', ' (', ')')}.`,
    next: 'Use un número de la numeración, o ninguno.',
  }),
  'oficio/series-exhausted': (found) => ({
    what: `Ya no quedan números de folio${found('unit', ' para ')}${found('year', ' en ')}.`,
    next: 'Avise a quien administra las numeraciones de la unidad.',
  }),
  'oficio/folio-malformed': (found) => ({
    what: `${found('where', '«', '»: e') || 'E'}so no es un folio${found.word('or', FOLIO_OR)}${found('found', ': «', '»')}.`,
    next: 'Escríbalo como unidad, número y año, por ejemplo AC/DGG/SCI/0042/2026.',
  }),
  'oficio/amount-malformed': (found) => ({
    what: `${found('where', '«', '»: e') || 'E'}so no es una cantidad en pesos${found('found', ': «', '»') || ' (está vacío)'}.`,
    next: 'Escriba pesos y centavos con punto, por ejemplo 1250.00, o 0 si el oficio no pide dinero.',
  }),
};
