import { setTimeout } from 'node:timers/promises';
import { formatCardNumber, type Card } from '../../src/card/card.ts';
import type { CardHolder } from '../../src/card/office.ts';
import { formatTagUid } from '../../src/card/ntag424/uid.ts';
import { provisionCard, type ProvisionedCard } from '../../src/card/station/provision.ts';
import type { ProvisionOptions, StationPeople } from '../../src/card/station/provision-chip.ts';
import { Outage } from '../../src/core/refusal.ts';
import { cardJson, showCard, reservedName, showHolderReserved, STAGES, tellChip } from '../cards/card-words.ts';
import { choosePin } from '../cards/choose-pin.ts';
import { orInterrupted, type Prompt } from '../cards/prompt.ts';
import { READER_OPTIONS, RSA_OPTION, withStation, type Station } from '../cards/station.ts';
import { tellingWhyEnded } from '../cards/why-ended.ts';
import { Declined, EXIT, IDS, oneOf, type Command, type Given, type Meanings, type Text } from '../command.ts';
import { explain } from '../explain.ts';
import { holderNamed } from '../officials.ts';
import type { Screen } from '../screen.ts';

/** What is mended by putting the same card in again. */
const PULLED = ['card/removed', 'card/mute', 'card/reader-gone'];
const MOST_INSERTS = 5;

const NOT_CONFIRMED = {
  es: 'No se confirmó quién es: no se hizo nada.',
  en: 'Not confirmed who it is: nothing was done.',
};

type Parts = 'chip' | 'tag' | 'both';

const PARTS: Meanings<Parts> = {
  chip: { es: 'el chip de contacto', en: 'the contact chip' },
  tag: { es: 'el chip que leen los teléfonos', en: 'the tag that phones read' },
  both: { es: 'los dos, uno después del otro', en: 'both, one after the other' },
};

export const cardProvision: Command = {
  name: 'card provision',
  summary: {
    es: 'prepara la tarjeta de una persona, o sigue con una que se quedó a medias',
    en: "prepares a person's card, or goes on with one that was left half done",
  },
  options: {
    official: {
      type: 'string',
      required: true,
      value: { es: 'CLAVE', en: 'ID' },
      help: { es: 'de quién será', en: 'whose it will be' },
      source: IDS,
    },
    parts: {
      type: 'string',
      value: 'chip|tag|both',
      help: { es: 'qué se prepara (por omisión, chip):', en: 'what is prepared (default: chip):' },
      words: PARTS,
    },
    rsa: RSA_OPTION,
    yes: { type: 'boolean', help: { es: 'no pregunta si es la persona', en: 'does not ask whether it is the person' } },
    ...READER_OPTIONS,
  },
  async run(context) {
    const { given, screen } = context;
    const parts = oneOf('parts', given.text('parts') ?? 'chip', PARTS);
    const algorithm = given.flag('rsa') ? 'RSA-2048' : 'P-256';
    return withStation(context, async (station) => {
      station.prompt.hide();
      if (station.prompt.isTerminal) await station.expectOneReader([parts === 'tag' ? 'tag' : 'chip']);
      const holder = await holderNamed(await context.client(), station.office, given.need('official'));
      if (!screen.json) showHolderReserved(screen, holder);
      if (station.prompt.isTerminal && !given.flag('yes') && !(await isThePerson(station.prompt, holder))) {
        throw new Declined(NOT_CONFIRMED);
      }
      const work = untilDone(station, screen, { holder, parts, algorithm });
      const { done, seconds } = await orInterrupted(work, () => stopped(station, screen, holder, given));
      tell(screen, holder, done, seconds);
      if (parts !== 'chip' && !done.tag && !done.card.tag) screen.note(screen.say(WITHOUT_TAG));
      return EXIT.done;
    });
  },
};

/** Of a card that was active before. */
const WITHOUT_TAG: Text = {
  es: 'No trae chip para teléfonos: una tarjeta que ya está activa no lo recibe. Para que lo traiga, dela de baja (card replace) y prepare otra.',
  en: 'It has no tag for phones: a card that is active already gets none. For one with a tag, end it (card replace) and provision another.',
};

/** Whoever hands the card out has to compare: a name under reserve is shown while it is asked, and nothing of it stays. */
export function isThePerson(prompt: Pick<Prompt, 'confirm'>, holder: CardHolder): Promise<boolean> {
  if (!holder.isReserved) return prompt.confirm({ es: '¿Es esta persona?', en: 'Is it this person?' });
  const { es, en } = reservedName(holder);
  return prompt.confirm(
    {
      es: `¿Es ${holder.name}? (nombre reservado: solo para comparar)`,
      en: `Is it ${holder.name}? (name reserved: to compare, and for nothing else)`,
    },
    { es: `¿Es ${es}?`, en: `Is it ${en}?` },
  );
}

interface Wanted extends Required<ProvisionOptions> {
  readonly holder: CardHolder;
  readonly parts: Parts;
}

interface Done {
  readonly done: ProvisionedCard;
  /** From the moment that the card was there. */
  readonly seconds: number;
}

/** So long the office is asked how a card stands whose making somebody stopped. */
const HOW_IT_STANDS_MS = 2_000;

/** Where the work was stopped with Ctrl+C: what becomes of the card, by its number where it has one. */
async function stopped(
  { office }: Pick<Station, 'office'>,
  screen: Screen,
  { officialId }: CardHolder,
  given: Given,
): Promise<never> {
  screen.progressDone();
  const told = office.holder(officialId).then(({ card }) => card);
  const card = await Promise.race([told, setTimeout(HOW_IT_STANDS_MS, undefined, { ref: false })]).catch(
    () => undefined,
  );
  const asked = ['parts', 'reader'].flatMap((name) => {
    const value = given.text(name);
    return value === undefined ? [] : [`--${name}`, /^[\w-]+$/.test(value) ? value : `'${value}'`];
  });
  const rsa = given.flag('rsa') ? ['--rsa'] : [];
  const again = ['./cotejo card provision --official', officialId, ...asked, ...rsa].join(' ');
  throw new Declined(leftAs(card, again), EXIT.interrupted);
}

/** @param again the command that goes on with it */
function leftAs(card: Card | undefined, again: string): Text {
  if (!card)
    return {
      es: `Se interrumpió: no quedó lista ninguna tarjeta. Si había una en el lector, meta la misma al repetir: ${again}`,
      en: `Stopped: no card is ready. If there was one in the reader, put the same one in when you repeat: ${again}`,
    };
  const number = formatCardNumber(card.number);
  if (card.state === 'active')
    return {
      es: `Se interrumpió. La tarjeta ${number} está activa: compruébela con ./cotejo card verify.`,
      en: `Stopped. The card ${number} is active: check it with ./cotejo card verify.`,
    };
  return {
    es: `Se interrumpió: la tarjeta ${number} no quedó lista. No la entregue: meta la misma y repita ${again} (se sigue desde ahí).`,
    en: `Stopped: the card ${number} is not ready. Do not hand it out: put the same one in and repeat ${again} (it goes on from there).`,
  };
}

/** At a terminal, a card that was pulled is waited for: the work goes on where it stopped, and nobody types the PIN anew. */
async function untilDone(station: Station, screen: Screen, wanted: Wanted): Promise<Done> {
  let pin: string | undefined;
  const people: StationPeople = {
    choosePin: async () => (pin ??= await choosePin(station.prompt, screen)),
    tell: (stage) => screen.progress(screen.say(STAGES[stage])),
  };
  for (let insert = 1; ; insert++) {
    try {
      return await tellingWhyEnded(station.office, () => provisionOnce(station, people, wanted));
    } catch (error) {
      const isPulled = error instanceof Outage && PULLED.includes(error.code);
      if (!isPulled || !station.prompt.isTerminal || insert === MOST_INSERTS) throw error;
      explain(error, screen);
    } finally {
      screen.progressDone();
      await station.release();
    }
  }
}

async function provisionOnce(
  station: Station,
  people: StationPeople,
  { holder, parts, algorithm }: Wanted,
): Promise<Done> {
  const chip = parts === 'tag' ? undefined : (await station.take(['chip'])).channel;
  const tag = async () => (await station.take(['tag'])).channel;
  const began = performance.now();
  const taken = { ...(chip && { chip }), ...(parts !== 'chip' && { tag }) };
  const done = await provisionCard(station, holder.officialId, taken, people, { algorithm });
  return { done, seconds: Math.round((performance.now() - began) / 100) / 10 };
}

function tell(screen: Screen, holder: CardHolder, { card, chip, tag }: ProvisionedCard, seconds: number): void {
  if (screen.json) {
    const { began, maker, face, slots } = chip ?? {};
    const written = tag && { uid: formatTagUid(tag.uid), isGenuine: tag.isGenuine };
    screen.data({
      card: cardJson(card),
      ...(chip && { began, ...(maker && { maker }), ...(face && { face }), slots }),
      ...(written && { tag: written }),
      seconds,
    });
  }
  if (chip) tellChip(screen, chip);
  screen.line(screen.paint('good', screen.say({ es: '✓ La tarjeta está lista.', en: '✓ The card is ready.' })));
  showCard(screen, card, holder);
  screen.note(screen.say({ es: `Tardó ${seconds} s.`, en: `It took ${seconds} s.` }));
  const badge = `./cotejo card badge ${formatCardNumber(card.number)} -o`;
  screen.note(
    screen.say({
      es: `Compruébela: ./cotejo card verify · Imprímala: ${badge} tarjeta.pdf`,
      en: `Check it: ./cotejo card verify · Print it: ${badge} card.pdf`,
    }),
  );
}
