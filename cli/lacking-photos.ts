import type { ImportReport } from '../src/directory/import.ts';
import type { Screen } from './screen.ts';

/** By line, as the list is what somebody corrects now. */
const MOST_LINES = 30;

/** Rows of a list that leave somebody without a photo: their card would show no face. */
export function tellLackingPhotos(screen: Screen, { rows }: Pick<ImportReport, 'rows'>): void {
  const lines = rows.flatMap(({ line, lacksPhoto }) => (lacksPhoto ? [line] : []));
  if (lines.length === 0) return;
  const shown = lines.slice(0, MOST_LINES).join(', ') + (lines.length > MOST_LINES ? ', …' : '');
  const [es, en] = lines.length === 1 ? ['renglón', 'line'] : ['renglones', 'lines'];
  const told = screen.say({
    es: `sin fotografía: ${lines.length} (${es} ${shown}). Su tarjeta no mostrará ningún rostro: escriba el archivo de la imagen en la columna «foto»`,
    en: `without a photo: ${lines.length} (${en} ${shown}). Their card would show no face: write the file of the picture in the column "foto"`,
  });
  screen.line(`${screen.paint('wait', '!')} ${told}`);
}
