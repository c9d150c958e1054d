import { toHex } from '../../core/bytes.ts';
import { Outage, type Facts } from '../../core/refusal.ts';
import type { OfficialId } from '../../directory/official.ts';
import type { Card, CardNumber } from '../card.ts';
import type { CardChannel } from '../channel.ts';
import { readGuid } from './chip.ts';
import type { PersonaliseOptions } from '../ntag424/personalise-tag.ts';
import type { CardHolder, CardOffice } from '../office.ts';
import { selectApplication } from '../piv/application.ts';
import type { Journal } from './journal.ts';
import { provisionCard, type ProvisionedCard, type StationDeps } from './provision.ts';
import { isBegun, isNamedHere, type ChipStage, type ProvisionOptions } from './provision-chip.ts';
import type { Queue, QueuedPerson, QueueState } from './queue.ts';

/** Whose the card in the reader is to be: the next one on the list, or the one that it was begun for. */
export type OfferReason = 'next' | 'begun';

/** Them; not now; or somebody else, who stands here. */
export type OfferAnswer = { readonly is: 'them' | 'later' } | { readonly is: 'other'; readonly officialId: OfficialId };

/** The people at one reader, for as long as this card lies in it. Each call throws what ends the work when the card is pulled. */
export interface ReaderPeople {
  /** Whose card is being looked at: nothing is asked yet. */
  begins(person: QueuedPerson): void;
  /** Shows whose card it will be. */
  confirm(holder: CardHolder, why: OfferReason): Promise<OfferAnswer>;
  /** The PIN that the person types, twice the same. */
  choosePin(holder: CardHolder): Promise<string>;
  tell(stage: ChipStage): void;
  /** Somebody cannot get a card now; the same card is offered to the next one. */
  declined(person: QueuedPerson, error: unknown): void;
  /** Where the body has a tag: the reader on which it lies, when the chip is done. */
  readonly tag?: (person: QueuedPerson) => Promise<CardChannel>;
  /** The card was pulled, or the station ends. */
  readonly signal: AbortSignal;
}

export interface WorkDeps extends StationDeps {
  readonly queue: Queue;
  /**
   * PINs of those whose card was begun here and pulled, until it is done: whoever typed theirs need not come back. Given only
   * to a chip that proved to be that card. In memory only.
   */
  readonly pins: Map<OfficialId, string>;
  /** The card that the office last told of as theirs. */
  numberOf(officialId: OfficialId): CardNumber | undefined;
}

/** What became of a card that was put in. */
export type WorkedCard =
  | ({ readonly is: 'done' | 'ready-before'; readonly person: QueuedPerson } & ProvisionedCard)
  /** It was begun for them, who are not here now. */
  | { readonly is: 'put-off'; readonly person: QueuedPerson }
  /** It is blank, and nobody waits. */
  | { readonly is: 'not-needed' };

/** What speaks against a person, not against the card in the reader. */
const OF_THE_PERSON: readonly string[] = [
  ...['card/busy', 'card/begun-elsewhere', 'card/has-one', 'card/photo-unfit', 'card/slot-not-allowed'],
  ...['credential/no-mandate', 'credential/official-unknown', 'directory/official-unknown'],
];

/** Ends an offer, not the card. */
class NotThem extends Error {
  /** Who is here instead. */
  readonly other: OfficialId | undefined;

  constructor(answer: OfferAnswer) {
    super('not this person');
    this.other = answer.is === 'other' ? answer.officialId : undefined;
  }
}

/** How somebody stands, by the office and the journal. */
export async function standingOf(
  deps: { readonly office: CardOffice; readonly journal: Journal },
  holder: Pick<CardHolder, 'card' | 'cardOpenings' | 'isCardProven'>,
): Promise<Exclude<QueueState, { state: 'at-work' | 'failed' }>> {
  const { card } = holder;
  if (!card) return { state: 'waiting' };
  if (card.state === 'active') return { state: 'done', number: card.number, made: 'before' };
  return (await isBegun(deps, card, holder)) ? { state: 'begun', number: card.number } : { state: 'waiting' };
}

export function personOf({ officialId, name, post, unit, isReserved }: CardHolder): QueuedPerson {
  return { officialId, name, post, unit, isReserved };
}

/**
 * Works on the card in one reader, from the look at what it is to its end. A card that says it is somebody's is theirs, whoever
 * is next; a blank one is offered to whoever waits. From the first look to the last `channel` is held alone: a card that is
 * swapped meanwhile ends it. Several readers may be at work at once, each with a call of its own.
 * @throws as `provisionCard`, and what `people.signal` was aborted with; the person then stands as office and journal say
 */
export async function workCard(
  deps: WorkDeps,
  channel: CardChannel,
  people: ReaderPeople,
  options: ProvisionOptions & PersonaliseOptions = {},
): Promise<WorkedCard> {
  await selectApplication(channel);
  const guid = await readGuid(channel);
  const card = guid && (await deps.office.find({ guid: toHex(guid) }));
  if (card) return finishOwn(deps, card, channel, people, options);
  let wanted: OfficialId | undefined;
  for (;;) {
    people.signal.throwIfAborted();
    await askOfBegun(deps);
    const person = (wanted && deps.queue.find(wanted)?.person) ?? deps.queue.next();
    wanted = undefined;
    if (!person) return { is: 'not-needed' };
    try {
      const made = await offer(deps, person, channel, people, options);
      if (made) return made;
    } catch (error) {
      if (!(error instanceof NotThem)) throw error;
      wanted = error.other;
      if (wanted === undefined) deps.queue.putOff(person.officialId);
    }
  }
}

/**
 * Asks the office anew of those whose card was begun: where it was ended meanwhile, they wait again. What it refuses of one says
 * nothing of the blank chip in the reader.
 * @throws Outage as office and journal do: then nobody knows who waits
 */
async function askOfBegun(deps: WorkDeps): Promise<void> {
  const { queue, office } = deps;
  for (const { person, standing } of queue.entries) {
    if (standing.state !== 'begun') continue;
    const { officialId } = person;
    try {
      const card = await office.find({ number: standing.number });
      if (card?.state === 'registered') continue;
      const now = await standingOf(deps, await office.holder(officialId));
      // Unless a reader works for them since.
      if (queue.find(officialId)?.standing === standing) note(deps, officialId, now);
    } catch (error) {
      if (error instanceof Outage) throw error;
    }
  }
}

/** A card that says whose it is: gone on with, or only proven where it is done. */
async function finishOwn(
  deps: WorkDeps,
  { guid, officialId }: Card,
  channel: CardChannel,
  people: ReaderPeople,
  options: ProvisionOptions & PersonaliseOptions,
): Promise<WorkedCard> {
  const { queue, office } = deps;
  await queue.whenFree(officialId, people.signal);
  const card = await office.find({ guid });
  const person = personOf(await office.holder(officialId));
  const work = (): Promise<ProvisionedCard> => make(deps, person, channel, people, options, 'begun');
  const known = queue.find(officialId)?.standing.state;
  if (card?.state === 'registered') queue.admit(person, { state: 'begun', number: card.number });
  else if (!known || known === 'done') return { is: 'ready-before', person, ...(await work()) };
  queue.take(officialId);
  try {
    const made = await settled(deps, person, work);
    return { is: wasReady(made) ? 'ready-before' : 'done', person, ...made };
  } catch (error) {
    if (error instanceof NotThem) return { is: 'put-off', person };
    throw error;
  }
}

/** @returns `undefined` where somebody gets no card now, or has one: the next is called */
async function offer(
  deps: WorkDeps,
  person: QueuedPerson,
  channel: CardChannel,
  people: ReaderPeople,
  options: ProvisionOptions & PersonaliseOptions,
): Promise<WorkedCard | undefined> {
  const { queue } = deps;
  const { officialId } = person;
  try {
    queue.take(officialId);
    const made = await settled(deps, person, async () => {
      const holder = await deps.office.holder(officialId);
      const { state } = await standingOf(deps, holder);
      return state === 'waiting' ? make(deps, person, channel, people, options, 'next') : undefined;
    });
    return made && { is: 'done', person, ...made };
  } catch (error) {
    const { code, facts } = describe(error);
    if (!OF_THE_PERSON.includes(code)) throw error;
    if (queue.find(officialId)?.standing.state === 'waiting')
      queue.settle(officialId, { state: 'failed', code, facts });
    people.declined(person, error);
    return undefined;
  }
}

/** Does it, and then notes how the person stands, whatever came of it. */
async function settled<Result extends ProvisionedCard | undefined>(
  deps: WorkDeps,
  { officialId }: QueuedPerson,
  act: () => Promise<Result>,
): Promise<Result> {
  const { queue, office } = deps;
  try {
    const made = await act();
    if (made) {
      const { number } = made.card;
      note(deps, officialId, { state: 'done', number, made: wasReady(made) ? 'before' : 'here' });
    }
    return made;
  } finally {
    if (queue.find(officialId)?.standing.state === 'at-work') {
      const now = await office
        .holder(officialId)
        .then((holder) => standingOf(deps, holder))
        .catch(() => undefined);
      if (now) note(deps, officialId, now);
      else queue.settle(officialId, await lastStanding(deps, officialId));
    }
  }
}

/** As the office says. Only for a card that is begun is a PIN of any use that was typed before. */
function note(
  { queue, pins }: Pick<WorkDeps, 'queue' | 'pins'>,
  officialId: OfficialId,
  standing: Exclude<QueueState, { state: 'at-work' }>,
): void {
  if (standing.state !== 'begun') pins.delete(officialId);
  queue.settle(officialId, standing);
}

/** Where the office cannot be asked now: by what it told last, and the journal. It is asked before anything is written. */
async function lastStanding(
  { journal, numberOf }: Pick<WorkDeps, 'journal' | 'numberOf'>,
  officialId: OfficialId,
): Promise<Exclude<QueueState, { state: 'at-work' }>> {
  const number = numberOf(officialId);
  const isBegunHere = number !== undefined && (await isNamedHere(journal, number).catch(() => false));
  return isBegunHere ? { state: 'begun', number } : { state: 'waiting' };
}

function wasReady({ chip }: ProvisionedCard): boolean {
  return chip?.began === 'done-before';
}

async function make(
  deps: WorkDeps,
  person: QueuedPerson,
  chip: CardChannel,
  people: ReaderPeople,
  options: ProvisionOptions & PersonaliseOptions,
  why: OfferReason,
): Promise<ProvisionedCard> {
  const { pins } = deps;
  const { officialId } = person;
  people.begins(person);
  const { tag } = people;
  return provisionCard(
    deps,
    officialId,
    { chip, ...(tag && { tag: () => tag(person) }) },
    {
      async choosePin(holder, isProven) {
        const known = isProven ? pins.get(officialId) : undefined;
        if (known !== undefined) return known;
        const answer = await people.confirm(holder, why);
        if (answer.is !== 'them') throw new NotThem(answer);
        const pin = await people.choosePin(holder);
        pins.set(officialId, pin);
        return pin;
      },
      tell: (stage) => people.tell(stage),
    },
    options,
  );
}

/** Refusals, outages, and problems that a service tells, by shape. */
export function describe(error: unknown): { readonly code: string; readonly facts: Facts } {
  const { code, facts } = Object(error) as { readonly code?: unknown; readonly facts?: Facts };
  return typeof code === 'string' ? { code, facts: facts ?? {} } : { code: 'internal', facts: {} };
}
