import { formatAmount, type Institution } from '../../src/verifier/index.ts';
import { longDay } from './dates.ts';
import { distinctiveEs } from './distinctive.es.ts';
import { of, statesEs } from './states.es.ts';
import type { HomeTexts, PageProblem, Sentences, Texts } from './texts.ts';

function home({ shortName }: Institution): HomeTexts {
  return {
    title: `¿De verdad es ${of(shortName)}?`,
    intro: 'Revísalo aquí antes de pagar, abrir la puerta o entregar documentos.',
    ways: [
      {
        id: 'oficio',
        title: 'Tengo un oficio',
        text: 'Apunta la cámara de tu teléfono al cuadro de puntos (código QR) y abre la dirección que aparece. Si no puedes, escríbelo aquí:',
        none: '¿No trae código? Llama y pregunta por el folio. Los oficios de antes de que la unidad empezara a sellar no lo traen.',
      },
      {
        id: 'puerta',
        title: 'Hay alguien en mi puerta',
        text: 'No abras todavía. Nadie puede obligarte a abrir con prisa. Pide ver su credencial por la ventana y escribe aquí su número:',
        none: '¿No trae credencial? No abras. Llama y pregunta si lo enviaron.',
      },
      {
        id: 'llamada',
        title: 'Me llamaron o me escribieron',
        text: 'Cuelga. No des dinero, claves ni fotos de documentos por teléfono o mensaje. Después llama tú al número que está abajo y pregunta.',
        none: '',
      },
      {
        id: 'denuncia',
        title: 'Quiero denunciar',
        text: 'Puedes hacerlo sin dar tu nombre. Guarda el papel, los mensajes y los números desde los que te llamaron.',
        none: '',
      },
    ],
    search: 'Folio o código de 12 letras y números',
    searchHint: 'Por ejemplo AC/DGG/SCI/0042/2026 o K7QW-3M9X-T2PA',
    button: 'Revisar',
    code: 'Código de 12 letras y números',
    codeHint: 'Está junto al cuadro de puntos, por ejemplo K7QW-3M9X-T2PA',
    credential: 'Número de la credencial',
    credentialHint:
      'Como está impreso, por ejemplo 7QK2-M9XD-4TRA. También sirve el de un distintivo, o el «Certificado núm.» de un oficio.',
    credentialButton: 'Revisar la credencial',
    file: '¿Lo tienes como archivo PDF?',
    fileHint: 'Lo revisamos y no lo guardamos. Hasta 25 MB.',
    fileButton: 'Revisar el archivo',
  };
}

const PROBLEMS: Readonly<Record<PageProblem, Sentences>> = {
  'no-page': { answer: 'Esta página no existe.', action: 'Revisa la dirección o empieza desde el inicio.' },
  'too-large': {
    answer: 'El archivo es demasiado grande.',
    action: 'Revisamos archivos PDF de hasta 25 MB. Si es un oficio en papel, escribe su código.',
  },
  'no-file': {
    answer: 'No recibimos ningún archivo.',
    action: 'Vuelve al inicio, elige el archivo PDF y toca «Revisar el archivo».',
  },
  'file-not-kept': {
    answer: 'Elige otra vez el archivo.',
    action: 'No lo guardamos: para ver su resultado de nuevo, o en este idioma, hay que revisarlo otra vez.',
  },
  'tap-not-kept': {
    answer: 'Acerca otra vez la credencial a TU teléfono.',
    action: 'Este resultado sólo se guarda dos minutos.',
  },
  'too-often': {
    answer: 'Desde tu red se han hecho muchas consultas.',
    action: 'Espera unos segundos y vuelve a intentarlo. Eso no quiere decir que tu papel sea falso.',
  },
  busy: {
    answer: 'En este momento no pudimos revisarlo.',
    action: 'Inténtalo otra vez en un minuto. Eso no quiere decir que sea falso.',
  },
  failure: { answer: 'No pudimos revisarlo.', action: 'La falla es nuestra. Eso no quiere decir que sea falso.' },
};

export const es: Texts = {
  lang: 'es-MX',
  sentences(facts) {
    const { state, subject } = facts.answer;
    const own = subject.kind === 'distinctive' ? distinctiveEs[state]?.(subject, facts) : undefined;
    return own ?? statesEs[state](facts);
  },
  money: (amount) => (amount === 0 ? 'No pide dinero' : `Pide ${formatAmount(amount)}`),
  visitors: (when, place) =>
    `${when}${place === undefined ? '' : `, en ${place}`}, pueden visitarte sólo estas personas:`,
  visitOver: (when) => `La visita ya pasó (${when}): con este oficio ya no debe venir nadie.`,
  delivered: (on) =>
    `Se entregó el ${longDay(on, 'es')}. Si tú lo recibiste, compáralo. Si alguien te lo muestra ahora, puede ser copia.`,
  distinctiveInForce: (until) => `Vigente hasta el ${longDay(until, 'es')}`,
  distinctiveWithdrawn: (on) =>
    `Se le retiró${on === undefined ? '' : ` el ${longDay(on, 'es')}`}. Si lo lleva, no vale.`,
  askHowToPay: (telephone) => `Antes de pagar, pregunta en el ${telephone} cómo se paga.`,
  genuineMoney: (amount) =>
    amount === 0 ? 'El oficio auténtico no pedía dinero.' : `El oficio auténtico pedía ${formatAmount(amount)}.`,
  types: {
    oficio: 'Oficio',
    notificacion: 'Notificación',
    requerimiento: 'Requerimiento',
    citatorio: 'Citatorio',
    'orden-de-visita': 'Orden de visita',
    permiso: 'Permiso',
    constancia: 'Constancia',
    resolucion: 'Resolución',
    circular: 'Circular',
    invitacion: 'Invitación',
  },
  words: {
    folio: 'Folio',
    unit: 'Unidad',
    date: 'Fecha',
    subject: 'Asunto',
    type: 'Tipo',
    signer: 'Firma',
    addressee: 'Para',
    publicVersion: 'Versión pública, con partes tapadas por',
    publicVersionRead: 'Leer la versión pública (PDF)',
    visitQuestion: '¿Es quien tienes enfrente? Si llega otra persona, no le abras y llama.',
    visitorGone: 'Una persona que ya no trabaja aquí: no le abras',
    visitorWithoutPhoto: 'Sin foto publicada: llama antes de abrir',
    countersigners: 'También firma',
    countersigns: 'Firma también el folio',
    doesNotCount: 'Esta firma no cuenta.',
    notPrinted: 'Va en el archivo; en el papel no se ve.',
    pages: 'Páginas',
    expires: 'Vence',
    card: 'Número',
    distinctive: 'Distintivo «Libre de extorsión»',
    distinctiveUntil: 'Distintivo vigente hasta',
    post: 'Cargo',
    reserved: 'Su nombre y su foto no se publican por',
    reservedPerson: 'persona con datos reservados',
    may: 'Puede',
    mayAsk: 'Te puede pedir',
    neverAsks: 'Nunca te puede pedir',
    details: 'Detalles para especialistas',
    signatures: 'Quiénes firmaron el archivo',
    signature: 'firma',
    ourCertificate: 'certificado de esta institución',
    otherCertificate: 'certificado de otra parte: no es parte del oficio',
    checks: 'Lo que se revisó',
    valid: 'Se confirmó',
    invalid: 'No vale',
    undetermined: 'No se puede decidir',
    pass: 'bien',
    fail: 'mal',
    unknown: 'sin dato',
    checkedAt: 'Revisado el',
    statusAsOf: 'Con datos del',
    certificate: 'Certificado',
    home: 'Inicio',
    another: 'Revisar otro',
    quickExit: 'Salir rápido',
    privacy: 'Aviso de privacidad',
    other: 'English',
    dev: 'PRUEBA: instalación de desarrollo. Nada de esto vale.',
    call: 'Llamar al',
    telephones: 'Teléfonos',
    compareByCode: 'Para ver qué dice el oficio auténtico, escribe el código que trae junto al cuadro de puntos.',
    compareAgain: 'Volver a comparar',
    compareYes: 'Sí, es igual',
    compareNo: 'No, es diferente',
    compareQuestion: '¿Es igual a tu papel?',
  },
  tones: { confirmed: 'Confirmado', wait: 'Espera', stop: 'Alto' },
  differs: {
    answer: 'Tu papel es distinto del original.',
    action: 'Guarda una foto y repórtalo en uno de estos teléfonos:',
  },
  same: {
    answer: 'Entonces tu papel coincide con el registro.',
    action: 'Si algo te incomoda, llama antes de pagar o entregar documentos.',
  },
  stopEnding: 'No pagues. No entregues documentos. No discutas.',
  waitEnding: (telephone) => `Espera; no decidas todavía. Confirma en el ${telephone}.`,
  home,
  problem: (problem) => PROBLEMS[problem],
  tapLink: {
    answer: 'Este enlace no prueba nada. Acerca la credencial a TU teléfono.',
    action:
      'Si te lo mandaron, no vale: pide que acerquen la credencial a tu teléfono. Si tú la acabas de acercar, toca el botón.',
    button: 'Yo la acerqué: revisar',
  },
  official: (host) => `Estás en la página oficial sólo si arriba, en la dirección, dice ${host}`,
  checkedOn: (day) => `Teléfonos y textos revisados el ${longDay(day, 'es')}.`,
};
