import type { DocumentCode } from '../code.ts';
import type { ProblemTexts } from '../problem-text.ts';

const EXPORT_AGAIN = 'Ábralo en el programa en que se hizo, expórtelo otra vez como PDF y vuelva a intentarlo.';
const ASK_FOR_ANOTHER = 'Pida otra copia del archivo, o descárguelo de nuevo, y vuelva a intentarlo.';
const TELL_SUPPORT = 'Avise al personal de sistemas y dele el código que aparece al final.';

/** El archivo PDF, sus firmas y el sello impreso. */
export const documents: ProblemTexts<DocumentCode> = {
  'pdf/not-a-pdf': {
    what: 'El archivo no es un PDF.',
    next: 'Expórtelo como PDF desde el programa en que lo escribió (por ejemplo Word: Guardar como, PDF) y vuelva a intentarlo.',
  },
  'pdf/truncated': {
    what: 'El archivo PDF está incompleto: le falta el final.',
    next: ASK_FOR_ANOTHER,
  },
  'pdf/encrypted': {
    what: 'El archivo PDF está protegido con contraseña o con restricciones.',
    next: 'Guárdelo sin contraseña ni restricciones y vuelva a intentarlo.',
  },
  'pdf/xref-broken': {
    what: 'El archivo PDF está dañado: su índice interno no lleva a donde dice.',
    next: EXPORT_AGAIN,
  },
  'pdf/malformed': { what: 'El archivo PDF está dañado y no se puede leer completo.', next: EXPORT_AGAIN },
  'pdf/ambiguous': (found) => ({
    what: `Cada programa podría mostrar este PDF de manera distinta${found('finding', ' (detalle: ', ')')}.`,
    next: EXPORT_AGAIN,
  }),
  'pdf/too-large': {
    what: 'El archivo PDF es demasiado grande, o pide demasiada memoria para abrirse.',
    next: 'Reduzca el tamaño de sus imágenes, o divídalo en varios archivos, y vuelva a intentarlo.',
  },
  'pdf/too-many-pages': (found) => ({
    what: `El archivo PDF tiene demasiadas páginas${found('limit', ' (el máximo es ', ')')}.`,
    next: 'Divídalo en varios archivos y vuelva a intentarlo.',
  }),
  'pdf/no-pages': { what: 'El archivo PDF no tiene ninguna página.', next: EXPORT_AGAIN },

  'signature/certified': {
    what: 'Quien hizo este PDF lo cerró: no permite ningún cambio, tampoco otra firma.',
    next: 'Pida a quien lo hizo una versión que permita firmar, y vuelva a intentarlo.',
  },
  'signature/locked': {
    what: 'Una firma anterior de este PDF no permite agregar otra.',
    next: 'Pida a quien firmó antes una versión que permita más firmas, y vuelva a intentarlo.',
  },
  'signature/field-taken': {
    what: 'El PDF ya tiene un espacio de firma con el mismo nombre.',
    next: 'Vuelva a intentarlo; si se repite, expórtelo otra vez como PDF.',
  },
  'signature/no-page': {
    what: 'El PDF no tiene la página en que se pidió firmar.',
    next: 'Revise el número de página y vuelva a intentarlo.',
  },
  'signature/form-malformed': { what: 'El formulario que trae este PDF está dañado.', next: EXPORT_AGAIN },
  'signature/xfa': {
    what: 'Este PDF es un formulario dinámico: su contenido cambia según el programa que lo abre.',
    next: 'Imprímalo a un PDF normal (Imprimir, Guardar como PDF) y vuelva a intentarlo con ese archivo.',
  },
  'signature/too-many': (found) => ({
    what: `El PDF trae tantas firmas${found('most', ' (se revisan ', ' como máximo)')} que nadie podría revisar una más. No se firmó nada.`,
    next: 'Firme una copia del documento que traiga menos firmas, o ninguna.',
  }),
  'signature/not-comparable': (found) => ({
    what: `El PDF es tan grande que, con una firma más, nadie podría revisar si ${found('field', 'la firma «', '»') || 'una anterior'} sigue en pie. No se firmó nada.`,
    next: 'Firme una copia del documento que traiga menos firmas, o ninguna; o divídalo.',
  }),
  'signature/too-long': {
    what: 'La firma ocupa más espacio del que se apartó para ella.',
    next: TELL_SUPPORT,
  },
  'signature/malformed': {
    what: 'La firma de este archivo está dañada o no tiene la forma esperada.',
    next: ASK_FOR_ANOTHER,
  },
  'signature/not-prepared': {
    what: 'Este archivo no está esperando una firma.',
    next: 'Empiece de nuevo desde el PDF original, sin firmar.',
  },

  'seal/malformed': {
    what: 'El código parece nuestro, pero está incompleto o alterado.',
    next: 'Escanéelo otra vez, completo y con buena luz. Si se repite, no confíe en el papel y llame a la unidad que lo emitió.',
  },
  'seal/not-a-seal': {
    what: 'Lo que se escaneó o escribió no es el código de un oficio nuestro.',
    next: 'Escanee el código cuadrado que está junto al folio, o escriba las 12 letras y números que trae al lado.',
  },
  'seal/other-host': (found) => ({
    what: `El código no es nuestro${found('host', ': lleva a ')}.`,
    next: 'No abra esa página. Llame a la unidad que supuestamente emitió el oficio.',
  }),
  'seal/not-https': (found) => ({
    what: `La dirección${found('host', ' ')} no es segura: empieza con http y debe empezar con https.`,
    next: 'No la abra. Escriba usted la dirección de la institución en su navegador.',
  }),
  'seal/claims': (found) => ({
    what: `Un dato del oficio no cabe en el sello o no es aceptable${found('field', ' (', ')')}.`,
    next: 'Revise los datos del oficio y vuelva a intentarlo.',
  }),
  'seal/too-long': {
    what: 'Los datos del sello no caben en el código impreso.',
    next: 'Use una dirección pública más corta para la institución, o un folio más corto, y vuelva a intentarlo.',
  },
  'seal/origin': (found) => ({
    what: `La dirección pública de la institución${found('found', ' («', '»)')} no se puede escribir en el código impreso.`,
    next: `Use una dirección ${found('most', 'de ', ' caracteres a lo más') || 'corta'} que empiece con https, sólo con letras sin acento, números, puntos, guiones y diagonales.`,
  }),
  'seal/not-a-code': {
    what: 'El código debe tener 12 letras y números.',
    next: 'Cópielo tal como está impreso junto al código cuadrado; los guiones no importan.',
  },
  'seal/code-mistyped': {
    what: 'Alguna letra o número del código está mal escrito.',
    next: 'Compárelo con el papel, letra por letra, y escríbalo otra vez.',
  },
  'seal/text-too-long': (found) => ({
    what: `Un texto no cabe completo en el sello${found('what', ': ')}${found('length', ' (', ' caracteres)')}.`,
    next: 'Acórtelo y vuelva a intentarlo.',
  }),
  'seal/outside-page': (found) => ({
    what: `El lugar que pidió para el sello queda fuera de la página${found('page', ' ')}${found('pages', ' (el documento tiene ', ')')}.${found('pageSize', ' Esa página mide ', ' mm')}${found('wideSeal', '; el sello, ', ` mm${found('tallSeal', ', o ', ' mm si es alto')}.`)}`,
    next: 'Elija otro lugar, o deje que el sello se acomode solo, y vuelva a intentarlo.',
  }),
  'seal/covers': (found) => ({
    what: `En ese lugar${found('page', ' de la página ')} el sello taparía algo impreso.`,
    next: 'Elija un lugar en blanco. Si el documento es un escaneo o tiene fondo, marque que el sello puede quedar encima.',
  }),
  'seal/no-room': (found) => ({
    what: `Ninguna página tiene espacio libre para el sello${found('pages', ' (páginas revisadas: ', ')')}, y no se puede agregar una porque el documento ya está firmado.`,
    next: 'Use el PDF sin firmar, deje un espacio en blanco de 18 por 6 centímetros y vuelva a intentarlo.',
  }),

  'picture/unreadable': {
    what: 'El archivo no es una imagen, o está dañado.',
    next: 'Tome otra foto del código, o guárdela como JPEG o PNG, y vuelva a intentarlo.',
  },
  'picture/no-code': {
    what: 'No se encontró ningún código cuadrado en la imagen.',
    next: 'Tome otra foto de cerca, de frente y con buena luz, en la que se vea el código completo, o escriba las 12 letras y números que trae al lado.',
  },
  'picture/several-codes': {
    what: 'La imagen tiene más de un código: cada uno es de un oficio.',
    next: 'Recorte la imagen, o tome otra foto, para que se vea uno solo, y revíselos uno por uno.',
  },
  'picture/too-large': (found) => ({
    what: `La imagen es demasiado grande${found.megabytes('most', ' (máximo ', ')')}.`,
    next: 'Recórtela para dejar sólo el código cuadrado y vuelva a intentarlo.',
  }),
};
