import { formatCardNumber, parseCardNumber } from '../../src/card/card.ts';
import type { Command } from '../command.ts';
import { ARTWORK_OPTIONS, writeArtwork } from '../artwork.ts';

export const cardBadge: Command = {
  name: 'card badge',
  summary: {
    es: 'hace el PDF de una credencial para imprimirla, por los dos lados',
    en: 'makes the PDF of a card to print, both sides',
  },
  positionals: { es: 'NÚMERO', en: 'NUMBER' },
  minPositionals: 1,
  options: ARTWORK_OPTIONS,
  run(context) {
    const asked = context.given.positionals[0]!;
    const number = parseCardNumber(asked);
    const shown = number ? formatCardNumber(number) : asked;
    return writeArtwork(context, shown, `/api/v1/staff/cards/${encodeURIComponent(number ?? asked)}/badge`);
  },
};
