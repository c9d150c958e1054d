import { endReasonOf, formatCardNumber, type CardEndReason } from '../../src/card/card.ts';
import type { CardHistoryView } from '../../src/http/staff/told-cards.ts';
import { cardJson, END_REASONS, reservedName, showCard } from '../cards/card-words.ts';
import { Prompt } from '../cards/prompt.ts';
import { cardOffice } from '../card-office.ts';
import { Declined, EXIT, oneOf, UsageError, type Command, type Meanings } from '../command.ts';
import { holderNamed } from '../officials.ts';
import { oneLine, type Screen } from '../screen.ts';
import { NUMBER, typedNumber } from './card-life.ts';

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
    yes: {
      type: 'boolean',
      help: { es: 'no pregunta si es esa tarjeta', en: 'does not ask whether it is that card' },
    },
  },
  async run(context) {
    const { given, screen } = context;
    const official = given.text('official');
    const [number] = given.positionals;
    if ((official === undefined) === (number === undefined)) throw new UsageError(ONE_OF_BOTH);
    const reason = oneOf('reason', given.need('reason'), REPLACE_REASONS);
    const typed = number === undefined ? undefined : typedNumber(number);
    const client = await context.client();
    const office = cardOffice(client);
    const found = typed ?? (await holderNamed(client, office, official!)).card?.number;
    if (found === undefined) throw new UsageError(NO_CARD);
    const history = (): Promise<CardHistoryView> =>
      client.get<CardHistoryView>(`/api/v1/staff/cards/${encodeURIComponent(found)}/history`);
    const prompt = new Prompt(screen);
    try {
      const isAsked = prompt.isTerminal && !given.flag('yes') && !URGENT.includes(reason);
      if (isAsked) await confirmEnd(prompt, screen, await history(), reason);
    } finally {
      await prompt.close();
    }
    const card = await office.end({ number: found, reason });
    if (screen.json) screen.data({ card: cardJson(card) });
    showCard(screen, card, await office.holder(card.officialId));
    if (endReasonOf(card) !== reason) screen.note(screen.say(KEPT));
    if (reason === 'stolen') tellEarlierLetters(screen, await history());
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

/** Whoever reports a card that is in other hands is not held up. */
const URGENT: readonly ReplaceReason[] = ['lost', 'stolen'];

/** It cannot be undone, and a wrong id is somebody else's. Of one that ended already nothing is changed. */
export async function confirmEnd(
  prompt: Pick<Prompt, 'confirm'>,
  screen: Screen,
  { card, holder }: CardHistoryView,
  reason: ReplaceReason,
): Promise<void> {
  if (card.state === 'ended') return;
  const number = formatCardNumber(card.number);
  const { name } = holder;
  const whose = oneLine(name ?? screen.say(reservedName(card)));
  const question = {
    es: `¿Dar de baja la tarjeta ${number} de ${whose} (${END_REASONS[reason].es})? No se puede deshacer.`,
    en: `End the card ${number} of ${whose} (${END_REASONS[reason].en})? This cannot be undone.`,
  };
  if (!(await prompt.confirm(question))) throw new Declined(NOT_ENDED);
}

const NOT_ENDED = {
  es: 'No se confirmó: la tarjeta sigue como estaba.',
  en: 'Not confirmed: the card is as it was.',
};

/** The report voids what is signed from now on; since when the card was in other hands, only people know. */
function tellEarlierLetters(screen: Screen, { events }: CardHistoryView): void {
  const serial = events.findLast(({ act, slot }) => act === 'credential/issued' && slot === '9C')?.serial;
  if (serial === undefined) return;
  const revoke = `./cotejo credential revoke ${serial} --reason keyCompromise --compromised-from`;
  screen.note(
    screen.say({
      es: `Los oficios firmados con ella antes de este aviso siguen valiendo. Si el ladrón pudo firmar antes, anúlelos desde el asiento del primero: ${revoke} ASIENTO`,
      en: `Letters signed with it before this report still count. If the thief may have signed before, void them from the leaf of the first: ${revoke} LEAF`,
    }),
  );
}
