import { parseCardNumber, type Card, type CardNumber } from '../../src/card/card.ts';
import { identifyCard, identifyTagged } from '../../src/card/station/identify-chip.ts';
import { unblockCard } from '../../src/card/station/unblock.ts';
import { wipeCard, wipeTag } from '../../src/card/station/wipe.ts';
import { cardJson, showCard } from '../cards/card-words.ts';
import { choosePin } from '../cards/choose-pin.ts';
import { orInterrupted } from '../cards/prompt.ts';
import { READER_OPTIONS, withStation } from '../cards/station.ts';
import { tellingWhyEnded } from '../cards/why-ended.ts';
import { Declined, EXIT, UsageError, type Command } from '../command.ts';

export const cardUnblock: Command = {
  name: 'card unblock',
  summary: {
    es: 'pone un NIP nuevo a la tarjeta de quien lo olvidó o lo bloqueó',
    en: 'sets a new PIN on the card of somebody who forgot or blocked it',
  },
  options: READER_OPTIONS,
  async run(context) {
    const { screen } = context;
    return withStation(context, async (station) => {
      const { office, prompt } = station;
      prompt.hide();
      const { channel } = await station.take(['chip']);
      const choose = async (found: Card): Promise<string> => {
        showCard(screen, found, await office.holder(found.officialId));
        return choosePin(prompt, screen);
      };
      const card = await tellingWhyEnded(office, () => unblockCard({ ...station, channel }, choose));
      if (screen.json) screen.data({ card: cardJson(card) });
      const done = { es: '✓ La tarjeta tiene su NIP nuevo.', en: '✓ The card has its new PIN.' };
      screen.line(screen.paint('good', screen.say(done)));
      return EXIT.done;
    });
  },
};

/** @throws UsageError for anything but the number of a card */
export function typedNumber(text: string): CardNumber {
  const number = parseCardNumber(text);
  if (number !== undefined) return number;
  throw new UsageError({
    es: `«${text}» no es un número de tarjeta: son doce letras y dígitos, como ${EXAMPLE}, y el último comprueba los demás; cópielo otra vez de la tarjeta`,
    en: `"${text}" is not the number of a card: twelve letters and digits, as ${EXAMPLE}, and the last one checks the others; copy it from the card again`,
  });
}

/** One that may exist. */
const EXAMPLE = '46E7-M3T5-TE4D';

/** How the help shows a number that may be left out. */
export const NUMBER = { es: '[NÚMERO]', en: '[NUMBER]' };

const TYPE_IT = {
  es: 'Se borrará para siempre. Para confirmarlo, escriba el número impreso en la tarjeta:',
  en: 'It will be erased for good. To confirm, type the number printed on the card:',
};

export const cardWipe: Command = {
  name: 'card wipe',
  summary: {
    es: 'borra una tarjeta de la institución para usarla de nuevo; revoca todo lo que lleva',
    en: 'erases a card of the institution to use it again; revokes all that it bears',
  },
  positionals: NUMBER,
  maxPositionals: 1,
  options: READER_OPTIONS,
  async run(context) {
    const { given, screen } = context;
    const [number] = given.positionals;
    const expected = number === undefined ? undefined : typedNumber(number);
    return withStation(context, async (station) => {
      const { office, prompt } = station;
      const { part, channel } = await station.take(['chip', 'tag']);
      const deps = { ...station, channel };
      const card = await (part === 'chip' ? identifyCard(deps) : identifyTagged(deps));
      showCard(screen, card, await office.holder(card.officialId), { isNumberAsked: expected === undefined });
      if ((expected ?? typedNumber(await prompt.ask(TYPE_IT))) !== card.number) throw new Declined(OTHER);
      const work = part === 'chip' ? wipeCard(deps, card.number) : wipeTag(deps, card.number);
      const wiped = await orInterrupted(work, () => Promise.reject(new Declined(HALF_WIPED, EXIT.interrupted)));
      if (screen.json) screen.data({ card: cardJson(wiped), wiped: part });
      screen.line(screen.paint('good', screen.say(wiped.state === 'ended' ? WIPED[part] : UNNAMED)));
      return EXIT.done;
    });
  },
};

const HALF_WIPED = {
  es: 'Se interrumpió: la tarjeta puede haber quedado a medio borrar. Meta la misma y repita la orden (se sigue desde ahí).',
  en: 'Stopped: the card may be half erased. Put the same one in and repeat the command (it goes on from there).',
};

const WIPED = {
  chip: {
    es: '✓ El chip quedó como salió de fábrica. Si la tarjeta tiene además chip para teléfonos, póngala en su lector y repita la orden.',
    en: '✓ The chip is as it left the factory. If the card has a tag for phones as well, put it on its reader and repeat the command.',
  },
  tag: {
    es: '✓ El chip para teléfonos quedó como salió de fábrica.',
    en: '✓ The tag for phones is as it left the factory.',
  },
};

/** Of a chip that was none of that card. */
const UNNAMED = {
  es: '✓ El chip ya no dice ser esa tarjeta, que sigue como estaba: solo llevaba su número.',
  en: '✓ The chip no longer says that it is that card, which stays as it is: it bore nothing but its number.',
};

/** Its number is not told: it is to be read on the plastic that lies there. */
const OTHER = {
  es: 'En el lector está otra tarjeta, no esa: no se borró nada. Mire el número impreso en ella.',
  en: 'Another card is in the reader, not that one: nothing was erased. Look at the number printed on it.',
};
