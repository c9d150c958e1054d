import { formatAmount, type ChangeKind, type Subject } from '../../src/verifier/index.ts';
import type { State } from '../../src/core/verdict.ts';
import { telephoneOf, type PageFacts } from '../facts.ts';
import { longDate, longDay, longTime } from './dates.ts';
import type { Sentences, Texts } from './texts.ts';

function letter(facts: PageFacts): Extract<Subject, { kind: 'oficio' }> | undefined {
  return facts.answer.subject.kind === 'oficio' ? facts.answer.subject : undefined;
}

function credential(facts: PageFacts): Extract<Subject, { kind: 'credential' }> | undefined {
  return facts.answer.subject.kind === 'credential' ? facts.answer.subject : undefined;
}

const CHANGES: Readonly<Record<ChangeKind, string>> = {
  'signature-added': 'otra firma',
  'field-signed': 'otra firma',
  'form-filled': 'datos en un formulario',
  'validation-data': 'datos de la firma',
  metadata: 'datos del archivo',
  pages: 'páginas añadidas, quitadas o cambiadas de orden',
  page: 'una página cambiada',
  content: 'contenido cambiado',
  annotation: 'algo puesto encima',
  form: 'un formulario cambiado',
  field: 'un campo cambiado',
  signature: 'la firma cambiada',
  catalog: 'la estructura del archivo cambiada',
  'validation-data-removed': 'datos de la firma quitados',
  'appended-bytes': 'algo añadido al final',
  unreadable: 'algo que no se puede leer',
};

/** What was changed against the rules, each once: `contenido cambiado, página 2`. */
function forbiddenChanges(facts: PageFacts): string {
  const changes =
    facts.answer.signatures?.flatMap((signature) => signature.changes.filter(({ allowed }) => !allowed)) ?? [];
  const texts = changes.map(({ kind, page }) =>
    page === undefined ? CHANGES[kind] : `${CHANGES[kind]}, página ${page}`,
  );
  return [...new Set(texts)].slice(0, 3).join('; ');
}

function covered(facts: PageFacts): string {
  const since = facts.unit?.coveredSince;
  return since ? ` Esta unidad sella sus oficios desde el ${longDay(since, 'es')}; los anteriores no aparecen.` : '';
}

function endedOn(facts: PageFacts): string {
  const at = letter(facts)?.endedAt;
  return at === undefined ? '' : ` el ${longDate(at, 'es')}`;
}

const wait = (facts: PageFacts): string => `Espera; no decidas todavía. Confirma en el ${telephoneOf(facts)}.`;
const stop = 'No pagues. No entregues documentos. No discutas.';

const current = (facts: PageFacts): Sentences =>
  credential(facts)
    ? { answer: 'Sí trabaja aquí.', action: '¿Es la persona de la foto? Si no lo es, no abras y llama.' }
    : {
        answer: `Este código sí es de ${facts.institution.shortName}. Ahora compara tu papel.`,
        action: 'Revisa que el folio, la fecha y lo que pide sean iguales a los de tu papel.',
      };

const STATES: Readonly<Record<State, (facts: PageFacts) => Sentences>> = {
  current,
  unconfirmed: (facts) => ({
    answer: 'La firma es auténtica.',
    action:
      facts.answer.statusAsOf === undefined
        ? 'Falta ver si sigue vigente: con internet lo confirmas. Espera; no decidas todavía.'
        : `Falta ver si sigue vigente: la lista es del ${longTime(facts.answer.statusAsOf, 'es')}. Con internet lo confirmas.`,
  }),
  'stale-status': (facts) => ({
    answer: 'No pudimos revisarlo.',
    action: `Eso no quiere decir que sea falso. ${wait(facts)}`,
  }),
  unreadable: (facts) => ({
    answer: 'No pudimos revisarlo.',
    action: `No pudimos leer el código o el archivo. Eso no quiere decir que sea falso. ${wait(facts)}`,
  }),
  'folio-only': () => ({
    answer: 'Ese folio existe; eso no prueba tu papel.',
    action: 'Escanea su código o escribe las 12 letras que trae junto.',
  }),
  unsigned: (facts) => ({
    answer: 'Este archivo no trae firma ni código nuestros.',
    action: `No podemos confirmarlo.${covered(facts)} ${wait(facts)}`,
  }),
  copy: (facts) => ({
    answer: 'Este archivo es una copia.',
    action: `El código es nuestro; compara el contenido con el original. ${wait(facts)}`,
  }),
  'unknown-issuer': (facts) => {
    const { subject } = facts.answer;
    const who = subject.kind === 'unknown' && subject.signer ? ` (${subject.signer})` : '';
    return {
      answer: `Lo firmó otra institución${who}, que no está en nuestra lista.`,
      action: 'Confírmalo con ella, en un teléfono que tú busques. Espera; no decidas todavía.',
    };
  },
  replayed: () => ({
    answer: 'Acerca otra vez la credencial a TU teléfono.',
    action: 'Esa lectura ya se había usado. Sólo vale la que hagas tú.',
  }),
  'plain-tag': (facts) => ({
    answer: 'Esta tarjeta se puede copiar.',
    action: `Compara la foto y llama si dudas. ${wait(facts)}`,
  }),
  'not-found': (facts) => ({
    answer: facts.wanted ? 'No encontramos ese folio.' : 'No lo encontramos.',
    action: `Revisa letras y números.${covered(facts)} Llama al ${telephoneOf(facts)}.`,
  }),
  'not-yet-valid': (facts) => {
    const from = letter(facts)?.sealedAt;
    return {
      answer: from === undefined ? 'Todavía no vale.' : `Vale a partir del ${longDate(from, 'es')}.`,
      action: wait(facts),
    };
  },
  expired: (facts) => {
    const subject = letter(facts);
    const text = subject && facts.institution.letterTexts[String(subject.type ?? '')]?.expired;
    const when = subject?.expires ?? credential(facts)?.notAfter;
    const day = when === undefined ? '' : ` (${longDate(when, 'es')})`;
    return {
      answer: subject ? `Este oficio ya venció${day}.` : `Esta credencial ya venció${day}.`,
      action: `${text ? `${text} ` : ''}${wait(facts)}`,
    };
  },
  suspended: (facts) => ({
    answer: 'Lo estamos revisando.',
    action: `No entregues nada todavía. Llama al ${telephoneOf(facts)}.`,
  }),
  revoked: (facts) =>
    letter(facts)
      ? { answer: 'NO lo reconocemos.', action: `La firma de este oficio quedó anulada. ${stop}` }
      : credential(facts)?.reason === 'keyCompromise'
        ? { answer: 'Credencial reportada como robada.', action: 'No abras. No la aceptes ni discutas.' }
        : {
            answer: 'Esta credencial fue cancelada.',
            action: `No la aceptes; pide otra identificación y llama al ${telephoneOf(facts)}.`,
          },
  cancelled: (facts) => ({ answer: `Este oficio se canceló${endedOn(facts)}.`, action: `Ya no vale. ${stop}` }),
  replaced: (facts) => {
    const by = letter(facts)?.replacedBy;
    return {
      answer: by ? `A este oficio lo sustituye el ${by}.` : 'A este oficio lo sustituye otro.',
      action: `Pide el oficio nuevo. ${wait(facts)}`,
    };
  },
  'not-yet-signed': (facts) => ({
    answer: 'Este oficio todavía no está firmado.',
    action: `Es un borrador: no vale. ${wait(facts)}`,
  }),
  ended: (facts) => {
    const on = credential(facts)?.endedOn;
    return {
      answer: on ? `Ya no trabaja aquí desde el ${longDay(on, 'es')}.` : 'Ya no trabaja aquí.',
      action: stop,
    };
  },
  altered: (facts) => ({
    answer: `NO es de ${facts.institution.shortName}.`,
    action: `El código o el archivo fue alterado. ${stop}`,
  }),
  'changed-after-signing': (facts) => {
    const changes = forbiddenChanges(facts);
    const what = changes ? `: ${changes}` : '';
    return { answer: `Le agregaron o quitaron algo después de firmarse${what}.`, action: stop };
  },
  'not-registered': () => ({ answer: 'NO lo reconocemos.', action: `${stop} Ya avisamos al equipo.` }),
  'not-authorised': () => ({ answer: 'NO lo reconocemos.', action: `${stop} Ya avisamos al equipo.` }),
  'not-ours': (facts) => {
    const { subject } = facts.answer;
    const host = subject.kind === 'unknown' ? subject.host : undefined;
    return {
      answer: host ? `Este código no es nuestro (lleva a ${host}).` : 'Este código no es nuestro.',
      action: 'No abras esa página. No pagues ni entregues documentos.',
    };
  },
  'unknown-tag': () => ({ answer: 'NO reconocemos esta tarjeta.', action: stop }),
};

export const es: Texts = {
  lang: 'es-MX',
  sentences: (facts) => STATES[facts.answer.state](facts),
  money: (amount) => (amount === 0 ? 'No pide dinero' : `Pide ${formatAmount(amount)}`),
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
    verify: 'Verifica',
    folio: 'Folio',
    unit: 'Unidad',
    date: 'Fecha',
    subject: 'Asunto',
    type: 'Tipo',
    signer: 'Firma',
    pages: 'Páginas',
    expires: 'Vence',
    post: 'Cargo',
    may: 'Puede',
    mayAsk: 'Te puede pedir',
    neverAsks: 'Nunca te puede pedir',
    details: 'Detalles para especialistas',
    checks: 'Lo que se revisó',
    pass: 'bien',
    fail: 'mal',
    unknown: 'sin dato',
    checkedAt: 'Revisado el',
    statusAsOf: 'Con datos del',
    certificate: 'Certificado',
    call: 'Llamar',
    home: 'Inicio',
    quickExit: 'Salir rápido',
    other: 'English',
    dev: 'PRUEBA: instalación de desarrollo. Nada de esto vale.',
    compareYes: 'Sí, es igual',
    compareNo: 'No, es diferente',
    compareQuestion: '¿Es igual a tu papel?',
  },
  differs: {
    answer: 'Tu papel es distinto del original.',
    action: 'No pagues. Guarda una foto y repórtalo.',
  },
  same: {
    answer: 'Entonces tu papel coincide con el registro.',
    action: 'Si algo te incomoda, llama antes de pagar o entregar documentos.',
  },
  stopEnding: 'No pagues. No entregues documentos. No discutas.',
  homeTexts: {
    title: '¿De verdad es de la Alcaldía?',
    intro: 'Revisa aquí un oficio o a una persona antes de pagar, abrir la puerta o entregar documentos.',
    search: 'Folio o código de 12 letras',
    searchHint: 'Por ejemplo AC/DGG/SCI/0042/2026 o K7QW-3M9X-T2PA',
    button: 'Revisar',
    ways: [
      {
        id: 'oficio',
        title: 'Tengo un oficio',
        text: 'Apunta la cámara de tu teléfono al cuadro de puntos (código QR) y abre la dirección que aparece. Si no puedes, escribe aquí el folio o las 12 letras que trae junto.',
        none: 'No trae código: llama y pregunta por el folio. Los oficios anteriores a la fecha en que la unidad empezó a sellar no lo traen.',
      },
      {
        id: 'puerta',
        title: 'Hay alguien en mi puerta',
        text: 'No abras todavía. Pide ver la credencial por la ventana y revísala.',
        none: 'No trae credencial: no abras. Llama para preguntar si lo enviaron.',
      },
      {
        id: 'llamada',
        title: 'Me llamaron o me escribieron',
        text: 'Cuelga. No des dinero, claves ni fotos de documentos por teléfono o mensaje. Llama tú al número de abajo y pregunta.',
        none: '',
      },
      {
        id: 'denuncia',
        title: 'Quiero denunciar',
        text: 'Puedes hacerlo sin dar tu nombre.',
        none: '',
      },
    ],
  },
};
