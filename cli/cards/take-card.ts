import type { CardChannel } from '../../src/card/channel.ts';
import { isTag } from '../../src/card/ntag424/commands.ts';
import { selectApplication } from '../../src/card/piv/application.ts';
import type { StationOutageCode } from '../../src/card/station/station-code.ts';
import { isRefusal, Outage } from '../../src/core/refusal.ts';
import type { Readers } from '../../hardware/pcsc/readers.ts';
import { UsageError, type Text } from '../command.ts';
import type { Screen } from '../screen.ts';
import { change, expectService } from './card-service.ts';

/** The contact chip of a card, or the tag that phones read. */
export type PartOfCard = 'chip' | 'tag';

export interface TakenCard {
  readonly part: PartOfCard;
  /** As the card service calls the reader. */
  readonly reader: string;
  readonly channel: CardChannel;
}

export interface TakeOptions {
  readonly parts: readonly PartOfCard[];
  /** A piece of the name of the only reader that may be used. */
  readonly reader?: string | undefined;
  readonly waitSeconds: number;
  /** Where there are several, the one is taken that this does not refuse. */
  readonly judge?: ((channel: CardChannel) => Promise<unknown>) | undefined;
}

const LOOK_MS = 300;
/** Of several readers, one may be noticed later than the others. */
const NOTICED_MS = 2_000;
/** So long a card that would not do is left alone before it is asked again: it may be another one by then. */
const AGAIN_MS = 1_500;

/**
 * Waits for a card of the kind that is wanted in one of the readers, and takes it. A card of another kind is left alone; where
 * two would do, the person says which.
 * @throws Outage `card/no-service`, `card/no-reader`, `card/none-in-reader`, or what the only card there ended in
 */
export async function takeCard(readers: Readers, screen: Screen, options: TakeOptions): Promise<TakenCard> {
  const began = performance.now();
  const until = began + options.waitSeconds * 1000;
  let why: Outage | undefined;
  for (let asked: Text | undefined; ;) {
    await expectService(readers);
    const taken: TakenCard[] = [];
    for (const name of readersWithCards(readers, options)) {
      const found = await tryReader(readers, name, options.parts).catch((error: unknown) => {
        if (!(error instanceof Outage)) throw error;
        why = error;
      });
      if (found) taken.push(found);
    }
    if (taken.length === 1) return taken[0]!;
    if (taken.length > 1) return oneOf(taken, options);
    const isMisnamed = isNamedOther(readers, options);
    if (performance.now() >= Math.min(until, isMisnamed ? began + NOTICED_MS : until))
      throw why ?? whyNone(readers, options);
    const waiting = readers.list().length === 0 ? NO_READER : waitingFor(options.parts);
    if (asked !== waiting && !isMisnamed) screen.note(screen.say((asked = waiting)));
    await change(readers, readersWithCards(readers, options).length > 0 ? AGAIN_MS : LOOK_MS);
  }
}

/**
 * Before anybody is asked anything else: that a reader has the name that was given, and that not several have such a card.
 * @throws Outage `card/no-service`, `card/no-reader`; UsageError where several have one
 */
export async function expectOneReader(readers: Readers, options: Pick<TakeOptions, 'parts' | 'reader'>): Promise<void> {
  await expectService(readers);
  const until = performance.now() + NOTICED_MS;
  for (let left = NOTICED_MS; isNamedOther(readers, options); left = until - performance.now()) {
    if (left <= 0) throw whyNone(readers, options);
    await change(readers, left);
  }
  const found: TakenCard[] = [];
  for (const name of readersWithCards(readers, options)) {
    // One that does not answer is told of when it is wanted.
    const taken = await tryReader(readers, name, options.parts).catch((error: unknown) => {
      if (!(error instanceof Outage)) throw error;
    });
    await taken?.channel.close();
    if (taken) found.push(taken);
  }
  if (found.length > 1) await refuseSeveral(found);
}

function readersWithCards(readers: Readers, { reader = '' }: Pick<TakeOptions, 'reader'>): readonly string[] {
  const wanted = reader.toLowerCase();
  return readers
    .list()
    .filter(({ name, hasCard }) => hasCard && name.toLowerCase().includes(wanted))
    .map(({ name }) => name);
}

async function tryReader(
  readers: Readers,
  reader: string,
  parts: readonly PartOfCard[],
): Promise<TakenCard | undefined> {
  const channel = await readers.connect(reader);
  try {
    for (const part of parts) if (await IS_PART[part](channel)) return { part, reader, channel };
  } catch (error) {
    await channel.close();
    throw error;
  }
  await channel.close();
  return undefined;
}

const IS_PART: Readonly<Record<PartOfCard, (channel: CardChannel) => Promise<boolean>>> = { chip: isChip, tag: isTag };

/** Whether there is the application of PIV. A chip that is not fit for use is refused later. */
async function isChip(channel: CardChannel): Promise<boolean> {
  try {
    await selectApplication(channel);
    return true;
  } catch (error) {
    if (!isRefusal(error)) throw error;
    return false;
  }
}

/** @throws Refusal of the first card, where none of them is wanted; UsageError where several are */
async function oneOf(taken: readonly TakenCard[], { judge }: TakeOptions): Promise<TakenCard> {
  const wanted: TakenCard[] = [];
  let why: unknown;
  for (const one of taken) {
    try {
      await judge?.(one.channel);
      wanted.push(one);
    } catch (error) {
      why ??= error;
      await one.channel.close();
    }
  }
  if (wanted.length === 0) throw why;
  return wanted.length === 1 ? wanted[0]! : refuseSeveral(wanted);
}

async function refuseSeveral(taken: readonly TakenCard[]): Promise<never> {
  for (const { channel } of taken) await channel.close();
  const names = taken.map(({ reader }) => `«${reader}»`).join(', ');
  throw new UsageError({
    es: `hay tarjetas en varios lectores (${names}): deje una, o diga cuál con --reader`,
    en: `there are cards in several readers (${names}): leave one, or say which with --reader`,
  });
}

/** There are readers, and none of the name that was asked for: waiting for a card would wait in vain. */
function isNamedOther(readers: Readers, { reader = '' }: Pick<TakeOptions, 'reader'>): boolean {
  const known = readers.list();
  return known.length > 0 && !known.some(({ name }) => name.toLowerCase().includes(reader.toLowerCase()));
}

function whyNone(readers: Readers, options: Pick<TakeOptions, 'reader'>): Outage {
  const { reader } = options;
  const known = readers.list().map(({ name }) => name);
  const isThere = known.length > 0 && !isNamedOther(readers, options);
  const code: StationOutageCode = isThere ? 'card/none-in-reader' : 'card/no-reader';
  const others = !isThere && known.length > 0 && { readers: known.join(', ') };
  return new Outage<StationOutageCode>(code, code, { ...(reader !== undefined && { reader }), ...others });
}

/** Also of a station. */
export const NO_READER: Text = {
  es: 'No hay ningún lector conectado: conecte uno, se reconoce solo.',
  en: 'No reader is connected: plug one in, it is noticed by itself.',
};

const PUT_IN: Text = {
  es: 'Meta la tarjeta en el lector, con el chip por delante…',
  en: 'Put the card into the reader, chip first…',
};
const PUT_ON: Text = {
  es: 'Ponga la tarjeta sobre el lector sin contacto…',
  en: 'Put the card on the contactless reader…',
};

function waitingFor(parts: readonly PartOfCard[]): Text {
  return parts.includes('chip') ? PUT_IN : PUT_ON;
}
