import type { ImportReport } from '../src/directory/import.ts';
import type { Screen } from './screen.ts';

/** By line, as the list is what somebody corrects now. */
const MOST_LINES = 30;

/** Rows of a list that leave somebody without a photo: their card would show no face. */
export function tellLackingPhotos(screen: Screen, { rows }: Pick<ImportReport, 'rows'>): void {
  const lines = rows.flatMap(({ line, lacksPhoto }) => (lacksPhoto ? [line] : []));
  if (lines.length === 0) return;
  const shown = lines.slice(0, MOST_LINES).join(', ') + (lines.length > MOST_LINES ? ', …' : '');
  const told = screen.say({
    es: `sin fotografía: ${lines.length} (renglones ${shown}). Su tarjeta no mostrará ningún rostro: agregue la columna «foto» y la imagen`,
    en: `without a photo: ${lines.length} (lines ${shown}). Their card would show no face: add the column "foto" and the picture`,
  });
  screen.line(`${screen.paint('wait', '!')} ${told}`);
}
