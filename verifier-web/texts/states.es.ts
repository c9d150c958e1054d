import type { ChangeKind, Subject } from '../../src/verifier/index.ts';
import type { State } from '../../src/core/verdict.ts';
import {
  claimedName,
  hasUnseenPictures,
  isFile,
  isWholeFile,
  letterTextOf,
  telephoneOf,
  troubleOf,
  type PageFacts,
  type Trouble,
} from '../facts.ts';
import { clockTime, longDate, longDay, longTime } from './dates.ts';
import type { Sentences } from './texts.ts';

function letter(facts: PageFacts): Extract<Subject, { kind: 'oficio' }> | undefined {
  return facts.answer.subject.kind === 'oficio' ? facts.answer.subject : undefined;
}

function credential(facts: PageFacts): Extract<Subject, { kind: 'credential' }> | undefined {
  return facts.answer.subject.kind === 'credential' ? facts.answer.subject : undefined;
}

/** `de la Alcaldía`, `del Municipio`. */
export function of(name: string): string {
  return name.startsWith('el ') ? `del ${name.slice(3)}` : `de ${name}`;
}

/** Of a file that is registered as the public version of a letter: what it is, and that it is no original. */
function publicVersion(of: ReturnType<typeof letter>): Sentences | undefined {
  const { folio = '', publicVersion: own } = of ?? {};
  switch (own?.state) {
    case 'current':
      return {
        answer: `Es la versión pública del oficio ${folio}.`,
        action: 'Es una copia para leer, con partes tapadas. El oficio que se firmó dice más.',
      };
    case 'replaced':
      return {
        answer: `Fue la versión pública del oficio ${folio}, y ya se cambió por otra.`,
        action: 'Pide la que está vigente. El oficio que se firmó dice más.',
      };
    case 'withdrawn':
      return {
        answer: `Fue la versión pública del oficio ${folio}, y se retiró.`,
        action: 'No la compartas. Pregunta por teléfono si hay otra.',
      };
    default:
      return undefined;
  }
}

const NOT_FALSE = 'Eso no quiere decir que sea falso.';

/** Programs that save a file again end its signature, whatever they show: nobody can tell that from a forgery. */
const ORIGINAL =
  'Pide el archivo original, como salió de la firma: guardarlo de nuevo con otro programa también lo cambia.';

const TROUBLES: Readonly<Record<Trouble, Sentences>> = {
  'not-a-pdf': {
    answer: 'Ese archivo no es un PDF.',
    action: `Elige el archivo PDF que te mandaron. Si tienes el papel o una foto, escribe su folio o su código. ${NOT_FALSE}`,
  },
  'protected-pdf': {
    answer: 'Ese archivo tiene contraseña.',
    action: `Así no podemos leerlo. Pide uno sin contraseña, o escribe el código que trae impreso. ${NOT_FALSE}`,
  },
  'unread-pdf': {
    answer: 'No pudimos leer ese archivo PDF.',
    action: `Quizá llegó incompleto: descárgalo otra vez, o escribe el código que trae impreso. ${NOT_FALSE}`,
  },
  'mistyped-code': {
    answer: 'Parece que una letra o un número está mal escrito.',
    action: `Revísalo: el código tiene 12 letras y números. ${NOT_FALSE}`,
  },
  'short-code': {
    answer: 'A ese código le falta una letra o un número.',
    action: `Revísalo: tiene 12 letras y números, en tres grupos de cuatro. ${NOT_FALSE}`,
  },
  'long-code': {
    answer: 'A ese código le sobra una letra o un número.',
    action: `Revísalo: tiene 12 letras y números, en tres grupos de cuatro. ${NOT_FALSE}`,
  },
  'folio-without-year': {
    answer: 'A ese folio le falta el año.',
    action: `Escríbelo completo, con el año de cuatro cifras al final, por ejemplo AC/DGG/SCI/0042/2026. ${NOT_FALSE}`,
  },
  'not-a-folio': {
    answer: 'Eso no es un folio ni un código.',
    action: `Escribe el folio como está impreso, por ejemplo AC/DGG/SCI/0042/2026, o las 12 letras y números de su código. ${NOT_FALSE}`,
  },
  'unread-code': {
    answer: 'No pudimos revisarlo.',
    action: `No pudimos leer el código. Escanéalo otra vez, o escribe las 12 letras y números que trae junto. ${NOT_FALSE}`,
  },
  'not-a-serial': {
    answer: 'Ese no es un número de credencial.',
    action:
      'No abras todavía. Escribe el número como está impreso en la credencial: 12 letras y números, en tres grupos de cuatro.',
  },
  'not-a-card-number': {
    answer: 'Parece que una letra o un número está mal escrito.',
    action: 'No abras todavía. Revisa el número de la credencial: tiene 12 letras y números, en tres grupos de cuatro.',
  },
  'letter-at-door': {
    answer: 'Eso es de un oficio, no de una credencial.',
    action: 'No abras todavía. Toca «Revisar» para ver el oficio, y pide por la ventana el número de la credencial.',
  },
};

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
  ambiguous: 'algo que se puede leer de dos maneras',
};

/** What was changed against the rules, each once: 'contenido cambiado, página 2'. */
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

/** What has to be known of an answer, by what the card was found. */
const CONDITIONS: Readonly<Record<NonNullable<PageFacts['by']>, string>> = {
  tap: 'Sólo vale si tú acercaste la credencial a tu teléfono.',
  badge: 'El código de una credencial se puede copiar: por sí solo no prueba quién es.',
};

/** Where taps before it were not opened, somebody may have read the card earlier, and send on now what it said. */
function conditionOf({ by, answer }: PageFacts): Pick<Sentences, 'condition'> {
  const skipped = answer.subject.kind === 'credential' && answer.subject.skippedTaps;
  if (by !== 'tap' || !skipped) return by ? { condition: CONDITIONS[by] } : {};
  return {
    condition: `Sólo vale si tú acercaste la credencial a tu teléfono a las ${clockTime(answer.checkedAt)}; si no, acércala otra vez.`,
  };
}

/** What became of a letter over which the one of the answer was signed. */
const BELOW: Partial<Record<State, string>> = {
  replaced: 'al que ya sustituyó otro',
  cancelled: 'que se canceló',
  expired: 'que ya venció',
};

/** A file may have an earlier letter as well, which nobody is to take for one in force. */
function belowOf(facts: PageFacts): Pick<Sentences, 'condition'> {
  const { folio, endedBelow = [] } = letter(facts) ?? {};
  if (endedBelow.length === 0) return {};
  const told = endedBelow.map((one) => `el oficio ${one.folio}, ${BELOW[one.state] ?? 'que no vale'}`);
  return { condition: `El archivo trae también ${told.join('; ')}. Esta respuesta es sólo del ${folio}.` };
}

const current = (facts: PageFacts): Sentences =>
  credential(facts)
    ? {
        answer: 'Sí trabaja aquí.',
        action: facts.photo
          ? '¿Es la persona de la foto? Si no lo es, no abras y llama.'
          : 'No publicamos su foto: llama para confirmar antes de abrir.',
        ...conditionOf(facts),
      }
    : isWholeFile(facts.answer)
      ? {
          answer: `Este archivo sí es ${of(facts.institution.shortName)} y nadie lo cambió.`,
          action: 'Revisa que el folio, la fecha y lo que pide sean lo que te dijeron.',
          ...belowOf(facts),
        }
      : {
          answer: `Este código sí es ${of(facts.institution.shortName)}. Ahora compara tu papel.`,
          action: 'Revisa que el folio, la fecha y lo que pide sean iguales a los de tu papel.',
        };

/** What is said of the letter that replaced another and is not in force itself. */
const NO_BETTER: Partial<Record<State, string>> = {
  cancelled: 'también se canceló',
  expired: 'ya venció',
  'not-yet-signed': 'todavía no está firmado',
};

export const statesEs: Readonly<Record<State, (facts: PageFacts) => Sentences>> = {
  current,
  unconfirmed: (facts) => ({
    answer: 'La firma es auténtica.',
    action:
      facts.answer.statusAsOf === undefined
        ? 'Falta ver si sigue vigente: con internet lo confirmas.'
        : `Falta ver si sigue vigente: la lista es del ${longTime(facts.answer.statusAsOf, 'es')}. Con internet lo confirmas.`,
    ...belowOf(facts),
  }),
  'stale-status': () => ({
    answer: 'No pudimos revisarlo.',
    action: 'Eso no quiere decir que sea falso.',
  }),
  unreadable: (facts) => {
    const trouble = troubleOf(facts);
    return trouble
      ? TROUBLES[trouble]
      : { answer: 'No pudimos revisarlo.', action: `No pudimos leer el código o el archivo. ${NOT_FALSE}` };
  },
  'folio-only': () => ({
    answer: 'Ese folio existe; eso no prueba tu papel.',
    action: 'Escanea su código o escribe las 12 letras y números que trae junto.',
  }),
  unsigned: (facts) =>
    hasUnseenPictures(facts)
      ? {
          answer: 'No pudimos leer las imágenes de este archivo: escanea su código con el teléfono.',
          action: `No trae firma nuestra. Sin el código no podemos confirmarlo. ${NOT_FALSE}${covered(facts)}`,
        }
      : {
          answer: 'No encontramos firma nuestra en este archivo.',
          action: `Así no podemos confirmarlo. Si ves en él un cuadro de puntos, escanéalo con la cámara del teléfono o escribe las 12 letras y números que trae junto. Los oficios anteriores no lo traen. ${NOT_FALSE}${covered(facts)}`,
        },
  copy: (facts) =>
    publicVersion(letter(facts)) ?? {
      answer: 'Este archivo es una copia.',
      action: 'El código es nuestro; compara el contenido con el original.',
    },
  'unknown-issuer': (facts) => {
    const { subject } = facts.answer;
    const who = claimedName(subject.kind === 'unknown' ? subject.signer : undefined);
    return {
      answer: `No lo firmamos nosotros, sino alguien que no está en nuestra lista${who && ` (dice ser «${who}»)`}.`,
      action: 'Si es de otra institución, confírmalo con ella, en un teléfono que tú busques.',
    };
  },
  replayed: () => ({
    answer: 'Acerca otra vez la credencial a TU teléfono.',
    action: 'Esa lectura ya se había usado. Sólo vale la que hagas tú.',
  }),
  'plain-tag': () => ({
    answer: 'Esta tarjeta se puede copiar.',
    action: 'Compara la foto y llama si dudas.',
  }),
  'not-found': (facts) => {
    const trouble = troubleOf(facts);
    if (trouble) return TROUBLES[trouble];
    return credential(facts)
      ? {
          answer: 'No encontramos esa credencial.',
          action: `Revisa el número. No abras todavía: llama antes al ${telephoneOf(facts)}.`,
        }
      : {
          answer: facts.wanted ? 'No encontramos ese folio.' : 'No lo encontramos.',
          action: `Revisa letras y números.${covered(facts)} Llama al ${telephoneOf(facts)}.`,
        };
  },
  'not-yet-valid': (facts) => {
    if (credential(facts)) return { answer: 'Esta credencial todavía no vale.', action: 'No abras todavía.' };
    const from = letter(facts)?.sealedAt;
    return {
      answer: from === undefined ? 'Todavía no vale.' : `Vale a partir del ${longDate(from, 'es')}.`,
      action: '',
    };
  },
  expired: (facts) => {
    const subject = letter(facts);
    const told = subject && letterTextOf(facts, subject.type, 'expired', 'es');
    const when = subject?.expires ?? credential(facts)?.notAfter;
    const day = when === undefined ? '' : ` (${longDate(when, 'es')})`;
    return {
      answer: subject ? `Este oficio ya venció${day}.` : `Esta credencial ya venció${day}.`,
      action: subject ? (told?.text ?? '') : 'No abras todavía.',
    };
  },
  suspended: (facts) =>
    credential(facts)
      ? {
          answer: 'Esta credencial está suspendida mientras la revisamos.',
          action: `No abras todavía. No entregues nada. Llama al ${telephoneOf(facts)}.`,
        }
      : { answer: 'Lo estamos revisando.', action: `No entregues nada todavía. Llama al ${telephoneOf(facts)}.` },
  revoked: (facts) =>
    letter(facts)
      ? { answer: 'NO lo reconocemos.', action: 'La firma de este oficio quedó anulada.' }
      : credential(facts)?.reason === 'keyCompromise'
        ? { answer: 'Credencial reportada como robada.', action: 'No abras. No la aceptes.' }
        : {
            answer: 'Esta credencial fue cancelada.',
            action: `No abras. No la aceptes; pide otra identificación y llama al ${telephoneOf(facts)}.`,
          },
  cancelled: (facts) => ({ answer: `Este oficio se canceló${endedOn(facts)}.`, action: 'Ya no vale.' }),
  replaced: (facts) => {
    const { replacedBy: by, replacement } = letter(facts) ?? {};
    if (replacement && replacement.state !== 'current') {
      const { folio, state } = replacement;
      const answer = folio === by ? `el ${folio}` : `el ${by} y después el ${folio}`;
      return {
        answer: `A este oficio lo sustituyó ${answer}, que ${NO_BETTER[state] ?? 'tampoco vale'}.`,
        action: 'No pagues con ninguno. Pregunta por teléfono cuál vale.',
      };
    }
    const last = replacement?.folio ?? by;
    return {
      answer: last ? `A este oficio lo sustituye el ${last}.` : 'A este oficio lo sustituye otro.',
      action: 'Solicita que te den el oficio nuevo. No pagues con éste.',
    };
  },
  'not-yet-signed': () => ({
    answer: 'Este oficio todavía no está firmado.',
    action: 'Es un borrador: no vale.',
  }),
  ended: (facts) => {
    const on = credential(facts)?.endedOn;
    return {
      answer: on ? `Ya no trabaja aquí desde el ${longDay(on, 'es')}.` : 'Ya no trabaja aquí.',
      action: 'No abras. No le entregues nada.',
    };
  },
  altered: (facts) => ({
    answer: `NO es ${of(facts.institution.shortName)}.`,
    action: `El código o el archivo fue alterado.${isFile(facts.answer) ? ` ${ORIGINAL}` : ''}`,
  }),
  'changed-after-signing': (facts) => {
    const changes = forbiddenChanges(facts);
    const what = changes ? `: ${changes}` : '';
    return { answer: `Le agregaron o quitaron algo después de firmarse${what}.`, action: ORIGINAL };
  },
  'not-registered': () => ({ answer: 'NO lo reconocemos.', action: 'Quien lo hizo usó algo nuestro sin permiso.' }),
  'not-authorised': () => ({ answer: 'NO lo reconocemos.', action: 'Quien lo hizo usó algo nuestro sin permiso.' }),
  'not-ours': (facts) => {
    const { subject } = facts.answer;
    const host = subject.kind === 'unknown' ? subject.host : undefined;
    return {
      answer: host ? `Este código no es nuestro (lleva a ${host}).` : 'Este código no es nuestro.',
      action: 'No abras esa página.',
    };
  },
  'unknown-tag': (facts) => ({
    answer: 'NO reconocemos esta tarjeta.',
    action: `No abras. No la aceptes; pide otra identificación y llama al ${telephoneOf(facts)}.`,
  }),
};
