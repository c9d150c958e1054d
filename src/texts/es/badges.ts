import type { BadgeCode, WholeText } from '../../badge/badge.ts';
import type { ProblemTexts } from '../problem-text.ts';

const TEXTS: Readonly<Record<WholeText, string>> = {
  institution: 'el nombre de la institución',
  name: 'el nombre de la persona',
  post: 'el cargo',
  unit: 'el nombre de la unidad',
  address: 'la dirección de la página',
};

/** Lo que se imprime en las credenciales. */
export const badges: ProblemTexts<BadgeCode> = {
  'badge/text-too-long': (found) => ({
    what: `Un texto no cabe completo en la credencial${found.word('what', TEXTS, ': ')}${found('length', ' (', ' caracteres)')}.`,
    next: 'Abrévielo en el directorio o en los ajustes, y vuelva a hacer la credencial. Nada de lo que se compara se imprime cortado.',
  }),
  'badge/text-unprintable': (found) => ({
    what: `Un texto tiene una letra que no se puede imprimir en la credencial${found.word('what', TEXTS, ': ')}.`,
    next: 'Escríbalo en el directorio o en los ajustes con letras del español, y vuelva a hacer la credencial.',
  }),
  'badge/photo-unreadable': {
    what: 'La fotografía que se guardó no es un JPEG que las impresoras lean.',
    next: 'Registre otra vez la fotografía de la persona y vuelva a hacer la credencial.',
  },
};
