import type { CardBundleCode } from '../../card/bundle.ts';
import type { ProblemTexts } from '../problem-text.ts';

const ANOTHER = 'Haga otra con ./cotejo card bundle -o LISTA y tráigala de nuevo.';

/** Las listas de las ventanillas sin red. */
export const cardBundles: ProblemTexts<CardBundleCode> = {
  'card/bundle-malformed': {
    what: 'El archivo no es una lista para ventanillas, o llegó incompleto.',
    next: `${ANOTHER} Si la oficina tiene una versión más nueva de Cotejo, actualice el de esta ventanilla.`,
  },
  'card/bundle-untrusted': {
    what: 'La lista no la firmó esta institución, o alguien la cambió después.',
    next: `No la use. ${ANOTHER} Si se repite, avise al personal de sistemas.`,
  },
  'card/bundle-older': (found) => ({
    what: `Esta ventanilla ya usó una lista más nueva${found.time('seen', ', del ')}; esta es${found.time('found', ' del ')}.`,
    next: 'Use la más nueva. Quien pone una lista vieja puede querer que una tarjeta dada de baja parezca vigente.',
  }),
  'card/bundle-too-large': (found) => ({
    what: `Las tarjetas y sus fotografías no caben en una lista${found.megabytes('most', ' (', ')')}.`,
    next: 'Compruebe las tarjetas con red, o en la página.',
  }),
  'card/tag-needs-network': {
    what: 'Hay un chip para teléfonos en el lector, y sin red no se puede comprobar.',
    next: 'Use el lector de ranura: meta ahí la tarjeta, con el otro chip por delante.',
  },
  'card/root-differs': (found) => ({
    what: 'La raíz que se indicó no es la que esta ventanilla usa.',
    next: `Quite --root. Si la institución empezó de nuevo, borre antes lo anotado${found('path', ' en ')}.`,
  }),
  'card/counter-notes-damaged': (found) => ({
    what: `No se entiende lo que esta ventanilla anotó de las listas anteriores${found('path', ': ')}.`,
    next: 'Borre ese archivo, y la próxima vez indique --root con el certificado raíz de la institución.',
  }),
};
