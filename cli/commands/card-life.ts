import { endReasonOf, parseCardNumber, type CardEndReason, type CardNumber } from '../../src/card/card.ts';
import { identifyCard, identifyTagged } from '../../src/card/station/identify-chip.ts';
import { unblockCard } from '../../src/card/station/unblock.ts';
import { wipeCard, wipeTag } from '../../src/card/station/wipe.ts';
import { cardJson, END_REASONS, showCard } from '../cards/card-words.ts';
import { choosePin } from '../cards/choose-pin.ts';
import { READER_OPTIONS, withStation } from '../cards/station.ts';
import { cardOffice } from '../card-office.ts';
import { Declined, EXIT, oneOf, UsageError, type Command, type Meanings } from '../command.ts';

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
      const card = await unblockCard({ ...station, channel }, async (found) => {
        showCard(screen, found, await office.holder(found.officialId));
        return choosePin(prompt, screen);
      });
      if (screen.json) screen.data({ card: cardJson(card) });
      const done = { es: '✓ La tarjeta tiene su NIP nuevo.', en: '✓ The card has its new PIN.' };
      screen.line(screen.paint('good', screen.say(done)));
      return EXIT.done;
    });
  },
};

/** @throws UsageError for anything but the number of a card */
function typedNumber(text: string): CardNumber {
  const number = parseCardNumber(text);
  if (number !== undefined) return number;
  throw new UsageError({
    es: `«${text}» no es un número de tarjeta: son doce letras y dígitos, como XXXX-XXXX-XXXX`,
    en: `"${text}" is not the number of a card: twelve letters and digits, as XXXX-XXXX-XXXX`,
  });
}

/** How the help shows a number that may be left out. */
const NUMBER = { es: '[NÚMERO]', en: '[NUMBER]' };

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
      const wiped = await (part === 'chip' ? wipeCard(deps) : wipeTag(deps));
      if (screen.json) screen.data({ card: cardJson(wiped), wiped: part });
      screen.line(screen.paint('good', screen.say(WIPED[part])));
      return EXIT.done;
    });
  },
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

/** Its number is not told: it is to be read on the plastic that lies there. */
const OTHER = {
  es: 'En el lector está otra tarjeta, no esa: no se borró nada. Mire el número impreso en ella.',
  en: 'Another card is in the reader, not that one: nothing was erased. Look at the number printed on it.',
};

/** Those that somebody gives who has no card in hand: `wiped` says that it was. */
type ReplaceReason = Exclude<CardEndReason, 'wiped'>;

const { lost, damaged, replaced, left } = END_REASONS;
/** Said to whoever is about to report it; of a card that was, the reason alone is told. */
const stolen = {
  es: 'la robaron: anula lo que firme desde ahora',
  en: 'it was stolen: voids what it signs from now',
};
const REPLACE_REASONS: Meanings<ReplaceReason> = { lost, stolen, damaged, replaced, left };

export const cardReplace: Command = {
  name: 'card replace',
  summary: {
    es: 'da de baja la tarjeta de una persona: revoca sus certificados, su chip para teléfonos y su código impreso',
    en: "ends a person's card: revokes its certificates, its tag for phones and its printed code",
  },
  positionals: NUMBER,
  maxPositionals: 1,
  options: {
    official: {
      type: 'string',
      value: { es: 'CLAVE', en: 'ID' },
      help: { es: 'la tarjeta que tiene esta persona', en: 'the card that this person has' },
    },
    reason: {
      type: 'string',
      required: true,
      value: { es: 'MOTIVO', en: 'REASON' },
      help: { es: 'motivo, uno de:', en: 'reason, one of:' },
      words: REPLACE_REASONS,
    },
  },
  async run({ given, screen, client }) {
    const official = given.text('official');
    const [number] = given.positionals;
    if ((official === undefined) === (number === undefined)) throw new UsageError(ONE_OF_BOTH);
    const reason = oneOf('reason', given.need('reason'), REPLACE_REASONS);
    const typed = number === undefined ? undefined : typedNumber(number);
    const office = cardOffice(await client());
    const found = typed ?? (await office.holder(official!)).card?.number;
    if (found === undefined) throw new UsageError(NO_CARD);
    const card = await office.end({ number: found, reason });
    if (screen.json) screen.data({ card: cardJson(card) });
    showCard(screen, card, await office.holder(card.officialId));
    if (endReasonOf(card) !== reason) screen.note(screen.say(KEPT));
    const next = `./cotejo card provision --official ${card.officialId}`;
    if (reason !== 'left')
      screen.note(screen.say({ es: `Para darle otra: ${next}`, en: `To give them another one: ${next}` }));
    return EXIT.done;
  },
};

const ONE_OF_BOTH = {
  es: 'diga el número de la tarjeta, o de quién es con --official, no las dos cosas',
  en: 'give the number of the card, or whose it is with --official, not both',
};
const NO_CARD = {
  es: 'esa persona no tiene ninguna tarjeta en uso; si es sobre una que ya se dio de baja, dé su número: card replace NÚMERO',
  en: 'that person has no card in use; if it is about one that was ended, give its number: card replace NUMBER',
};
const KEPT = {
  es: 'Esta tarjeta ya se había dado de baja: queda el primer motivo. Si después se supo que la robaron, use --reason stolen.',
  en: 'This card had been ended before: the first reason stays. If it became known that it was stolen, use --reason stolen.',
};
