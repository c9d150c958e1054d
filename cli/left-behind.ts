/** What somebody who leaves still has in hand: each is taken back by people. */
import { formatCardNumber, type CardNumber } from '../src/card/card.ts';
import { formatDistinctiveNumber, type DistinctiveNumber } from '../src/directory/distinctive/distinctive.ts';
import type { DistinctiveView } from '../src/http/staff/distinctives.ts';
import { cardOffice } from './card-office.ts';
import { ApiProblem, type Client } from './client.ts';
import type { Screen } from './screen.ts';

/** Numbers without hyphens, as programs have them. */
export interface LeftBehind {
  readonly card?: CardNumber;
  readonly distinctive?: DistinctiveNumber;
}

/**
 * A card that is not ended yet, and a distinctive in force by itself.
 * @returns `undefined` where the service declines to tell, as of rows that somebody edited: that undoes no act
 */
export async function leftBehind(client: Client, id: string): Promise<LeftBehind | undefined> {
  try {
    const { card } = await cardOffice(client).holder(id);
    const path = `/api/v1/staff/distinctives?${new URLSearchParams({ official: id }).toString()}`;
    const worn = (await client.get<readonly DistinctiveView[]>(path)).find(({ state }) => state === 'current');
    return { ...(card && { card: card.number }), ...(worn && { distinctive: worn.number }) };
  } catch (error) {
    if (error instanceof ApiProblem) return undefined;
    throw error;
  }
}

const UNKNOWN = {
  es: 'No se pudo mirar si tiene tarjeta o distintivo: pídaselos si los tiene (./cotejo card list).',
  en: 'Whether they have a card or a distinctive could not be looked up: ask for them (./cotejo card list).',
};

/** @param from the day on which they leave, where that is to come */
export function tellLeftBehind(screen: Screen, held: LeftBehind | undefined, from: string | undefined): void {
  if (!held) return screen.note(screen.say(UNKNOWN));
  const { card, distinctive } = held;
  const [es, en] = from === undefined ? ['Pídasela', 'Ask for it'] : [`El ${from} pídasela`, `On ${from} ask for it`];
  if (card !== undefined) {
    const number = formatCardNumber(card);
    const end = `./cotejo card replace ${number} --reason left`;
    screen.line(
      screen.say({
        es: `Tiene la tarjeta ${number}. ${es} y dela de baja: ${end}`,
        en: `They have the card ${number}. ${en} and end it: ${end}`,
      }),
    );
  }
  if (distinctive !== undefined) {
    const number = formatDistinctiveNumber(distinctive);
    screen.line(
      screen.say({
        es: `Pídale también el distintivo ${number}: no vale cuando deja el cargo.`,
        en: `Ask for the distinctive ${number} as well: it does not count once they have left.`,
      }),
    );
  }
}
