import type { DistinctiveCode } from '../../directory/distinctive/code.ts';
import type { DistinctiveState, EvidenceKind } from '../../directory/distinctive/distinctive.ts';
import type { ProblemTexts } from '../problem-text.ts';
import { MANDATES } from './words.ts';

const KINDS: Readonly<Record<EvidenceKind, string>> = {
  'trust-exam': 'control de confianza (trust-exam)',
  'link-analysis': 'análisis de vínculos (link-analysis)',
  training: 'capacitación (training)',
};

const STATES: Readonly<Record<Exclude<DistinctiveState, 'current'> | 'suspended', string>> = {
  expired: 'ya venció',
  withdrawn: 'se retiró',
  replaced: 'se sustituyó por otro',
  suspended: 'una credencial de la persona está suspendida',
};

const RESUMED = {
  suspended:
    'Vea cuál con ./cotejo credential list --official CLAVE; imprímalo cuando se reanude (./cotejo credential resume) o se revoque.',
};

/** El distintivo «libre de extorsión». */
export const distinctives: ProblemTexts<DistinctiveCode> = {
  'distinctive/not-found': (found) => ({
    what: `No hay un distintivo con ese número${found('asked', ' (', ')')}.`,
    next: 'Revise las 12 letras y números que trae impresos, o búsquelo con ./cotejo distinctive list.',
  }),
  'distinctive/none': (found) => ({
    what: `La persona${found('official', ' (', ')')} no tiene distintivo que retirar.`,
    next: 'Vea los que hay con ./cotejo distinctive list.',
  }),
  'distinctive/over': (found) => ({
    what: `Ese distintivo hoy no vale${found('number', ' (', ')')}${found.word('state', STATES, ': ')}. No se imprime.`,
    next:
      found.word('state', RESUMED) ||
      'Si la persona cumple, otórguele otro con ./cotejo distinctive grant, e imprima ése.',
  }),
  'distinctive/no-mandate': (found) => ({
    what: `La persona no tiene encargo hoy${found('official', ' (', ')')}${found.word('mandate', MANDATES, ': ')}.`,
    next: 'El distintivo se otorga y se imprime sólo a quien está en el cargo. Revise las fechas con ./cotejo official show.',
  }),
  'distinctive/until': (found) => ({
    what: `El último día que pidió ya pasó, o es posterior a lo que permiten los requisitos y el encargo${found('latest', ' (a más tardar ', ')')}.`,
    next: 'Elija otro día en --until, u omítalo: vale hasta que venza el primero de los requisitos.',
  }),
  'distinctive/evidence-missing': (found) => ({
    what: `Falta un requisito${found.word('kind', KINDS, ': ')}.`,
    next: 'Diga los tres en --evidence, separados por comas y cada uno con su último día: trust-exam=AAAA-MM-DD, link-analysis=AAAA-MM-DD, training=AAAA-MM-DD.',
  }),
  'distinctive/evidence-repeated': (found) => ({
    what: `Un requisito está dos veces${found.word('kind', KINDS, ': ')}.`,
    next: 'Diga cada uno una sola vez y vuelva a intentarlo.',
  }),
  'distinctive/evidence-unknown': (found) => ({
    what: `No se conoce ese requisito${found('kind', ': «', '»')}.`,
    next: 'Son tres: trust-exam (control de confianza), link-analysis (análisis de vínculos) y training (capacitación).',
  }),
  'distinctive/evidence-expired': (found) => ({
    what: `Un requisito ya venció${found.word('kind', KINDS, ': ')}${found('on', ', el ')}.`,
    next: 'La persona debe acreditarlo de nuevo antes de que se le otorgue el distintivo.',
  }),
  'distinctive/evidence-too-late': (found) => ({
    what: `Ningún requisito vale tanto tiempo${found.word('kind', KINDS, ': ')}${found('latest', ', a más tardar ')}.`,
    next: 'Revise el año y vuelva a intentarlo.',
  }),
  'distinctive/evidence-reference': (found) => ({
    what: `La referencia de un requisito no tiene la forma esperada${found.word('kind', KINDS, ': ')}.`,
    next: 'Escriba el número del expediente con letras sin acento, números, puntos, guiones o diagonales, sin espacios, hasta 64, por ejemplo C3/2026-0117; nunca resultados.',
  }),
  'distinctive/reason-unknown': {
    what: 'No se reconoce el motivo para retirar el distintivo.',
    next: 'Elija uno de los motivos que indica la ayuda (./cotejo distinctive withdraw --help).',
  },
};
