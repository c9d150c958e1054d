/** Letters that one card signs: all are prepared, looked at and shown before its PIN is asked for, once for all of them. */
import { createHash } from 'node:crypto';
import { nodePrimitives } from '../../src/adapters/primitives.ts';
import { formatCardNumber } from '../../src/card/card.ts';
import type { CardChannel } from '../../src/card/channel.ts';
import type { StationCode } from '../../src/card/station/station-code.ts';
import {
  openSigningCard,
  pinTriesLeft,
  signOnCard,
  type SignCardDeps,
  type SigningCard,
} from '../../src/card/station/sign-card.ts';
import { toBase64 } from '../../src/core/base64.ts';
import { isRefusal, Refusal } from '../../src/core/refusal.ts';
import { parseTime, type UnixSeconds } from '../../src/core/time.ts';
import { parseOfficialId } from '../../src/directory/official.ts';
import type { OfferedView } from '../../src/http/staff/offered-view.ts';
import type { SealedView } from '../../src/http/staff/views.ts';
import { checkPrepared } from '../../src/oficio/check-prepared.ts';
import { checkSigned, deliveredDiffers, type ExpectedLetter, type SealedOrder } from '../../src/oficio/check-signed.ts';
import type { OficioRequest } from '../../src/oficio/request.ts';
import { oficioEs } from '../../src/texts/oficio.es.ts';
import { isTold, type Client } from '../client.ts';
import type { Context } from '../command.ts';
import type { LetterOrder } from '../letter-order.ts';
import { readEarlier, readOffered } from '../offered-letter.ts';
import type { Screen } from '../screen.ts';
import { deliver, formOf, LETTERS_API, openOrder, type OpenedOrder, type SignedLetter } from '../sign-letter.ts';
import {
  askPin,
  leftWaiting,
  showLeftOut,
  showWaiting,
  stoppedAtPin,
  whileSigning,
  type LeftOut,
  type ShownLetter,
} from './ask-signature.ts';
import type { Prompt } from './prompt.ts';
import { withStation, type Station } from './station.ts';
import { tellingWhyEnded } from './why-ended.ts';

/** What the letters of one run are signed with. */
export interface CardRun {
  /** As printed on the card. */
  readonly number: string;
  /** Signs one of the letters of the run, and writes it. @throws what preparing it ended in, or signing it does */
  sign(order: LetterOrder): Promise<SignedLetter>;
  /** Whether the card signs nothing any more: what is left waits, prepared, for the same command. */
  readonly isOver: boolean;
}

/** A letter that the card has to sign: made here, and equal to what the service asks for. */
interface Waiting extends Omit<ShownLetter, 'order'> {
  readonly sealText: string;
  readonly toBeSigned: Uint8Array;
  readonly expected: ExpectedLetter;
}

/** What preparing a letter came to: it waits, it was signed by an earlier run, or it was refused. */
type Prepared =
  | { readonly waiting: Waiting }
  | { readonly signed: SealedView; readonly expected: ExpectedLetter }
  | { readonly refused: unknown };

/**
 * At the readers of this machine: as `signAtStation`.
 * @param unread lines of the list that are no order
 * @throws Refusal and Outage of the card, before a folio is taken: as `openSigningCard`, `pinTriesLeft`
 */
export async function withSigningCard<Result>(
  context: Context,
  orders: readonly LetterOrder[],
  act: (run: CardRun) => Promise<Result>,
  unread: readonly LeftOut[] = [],
): Promise<Result> {
  const client = await context.client();
  return withStation(context, (station) => signAtStation(client, station, context.screen, orders, act, unread));
}

/** What of a station signing needs. */
export type SigningStation = Pick<Station, 'office' | 'random' | 'primitives' | 'clock' | 'take'> & {
  readonly prompt: Pick<Prompt, 'hide' | 'askSecret' | 'isTerminal'>;
};

/**
 * Takes the card of who is to sign, of whoever it is unless told: one that could still be given its PIN, before anything is recorded
 * for it.
 */
export async function takeSigningCard(
  station: SigningStation,
  signerId: string | undefined,
): Promise<{ readonly deps: SignCardDeps; readonly signing: SigningCard }> {
  const { office, random, primitives, prompt } = station;
  prompt.hide();
  const depsOf = (channel: CardChannel): SignCardDeps => ({ channel, office, random, primitives });
  const judge = (channel: CardChannel): Promise<unknown> => openSigningCard(depsOf(channel), signerId);
  return whileSigning(async () => {
    const { channel } = await station.take(['chip'], signerId === undefined ? undefined : judge);
    const deps = depsOf(channel);
    const signing = await tellingWhyEnded(office, () => openSigningCard(deps, signerId));
    await pinTriesLeft(channel);
    return { deps, signing };
  });
}

/**
 * Takes the card of who is to sign, prepares these letters, shows them, asks for the PIN, and has `act` sign them. Nothing of
 * the PIN is kept behind it.
 */
export async function signAtStation<Result>(
  client: Client,
  station: SigningStation,
  screen: Screen,
  orders: readonly LetterOrder[],
  act: (run: CardRun) => Promise<Result>,
  unread: readonly LeftOut[] = [],
): Promise<Result> {
  const signerId = onlySigner(orders);
  const { deps, signing } = await takeSigningCard(station, signerId);
  const prepared = await prepareAll(client, station, screen, signing, orders);
  const waiting = orders.flatMap((order) => {
    const one = prepared.get(order);
    return one && 'waiting' in one ? [{ order, ...one.waiting }] : [];
  });
  if (waiting.length === 0) return act(runOf(client, deps, signing, prepared, new Uint8Array()));
  showWaiting(screen, signing, waiting);
  showLeftOut(screen, [...unread, ...refusedOf(prepared)]);
  const pin = await whileSigning(() => askPin(station.prompt, screen, deps, signing, waiting.length)).catch(
    (error: unknown) => {
      const left = leftWaiting(waiting.map(({ letter }) => letter.folio));
      const stopped = stoppedAtPin(error, left);
      if (stopped === undefined) screen.note(screen.say(left));
      throw stopped ?? error;
    },
  );
  try {
    return await act(runOf(client, deps, signing, prepared, pin));
  } finally {
    pin.fill(0);
  }
}

/** Whose card it has to be, where the letters name one person. */
function onlySigner(orders: readonly LetterOrder[]): string | undefined {
  const named = new Set(orders.map(({ signer }) => signer).filter((signer) => signer !== ''));
  const [only] = named;
  return named.size === 1 && only !== undefined ? (parseOfficialId(only) ?? only) : undefined;
}

async function prepareAll(
  client: Client,
  station: SigningStation,
  screen: Screen,
  signing: SigningCard,
  orders: readonly LetterOrder[],
): Promise<ReadonlyMap<LetterOrder, Prepared>> {
  const prepared = new Map<LetterOrder, Prepared>();
  for (const [i, order] of orders.entries()) {
    const at = `${i + 1}/${orders.length}  ${order.input}`;
    screen.progress(screen.say({ es: `Preparando ${at}`, en: `Preparing ${at}` }));
    try {
      prepared.set(order, await prepare(client, station, signing, order));
    } catch (error) {
      // A service that asks for something else once is asked for nothing more.
      if (isRefusal(error, 'oficio/prepared-differs') || !isTold(error)) throw error;
      prepared.set(order, { refused: error });
    }
  }
  screen.progressDone();
  return prepared;
}

function refusedOf(prepared: ReadonlyMap<LetterOrder, Prepared>): readonly LeftOut[] {
  return [...prepared].flatMap(([{ input }, one]) =>
    'refused' in one && isTold(one.refused) ? [{ name: input, error: one.refused }] : [],
  );
}

/** That a letter is to be signed by whoever's card it is. @throws Refusal `card/not-the-signers` */
export function expectOwn({ card, holder }: SigningCard, signerId: string): void {
  if (signerId === card.officialId) return;
  const facts = { number: formatCardNumber(card.number), holder: holder.name };
  throw new Refusal<StationCode>('card/not-the-signers', 'the card of somebody else', facts);
}

async function prepare(
  client: Client,
  { clock }: SigningStation,
  signing: SigningCard,
  order: LetterOrder,
): Promise<Prepared> {
  const { card, serial, certificate } = signing;
  const own = { ...order, signer: order.signer === '' ? card.officialId : order.signer };
  const opened = await openOrder(client, own, 'card');
  expectOwn(signing, opened.read.signerId);
  const answer = await client.postForm<OfferedView | SealedView>(`${LETTERS_API}/prepared`, formOf(opened, { serial }));
  const expected = { input: opened.document, certificate: certificate.encoded };
  if (!('toBeSigned' in answer))
    return { signed: answer, expected: { ...expected, earlier: sameOrder(opened, answer) } };
  const offered = readOffered(answer);
  const request = requestOf(opened);
  const made = await checkPrepared(
    { primitives: nodePrimitives, texts: oficioEs },
    request,
    certificate.encoded,
    offered,
    clock(),
  );
  const fileDigest = createHash('sha256').update(opened.document).digest('hex');
  return {
    waiting: {
      letter: offered.letter,
      sealText: offered.sealText,
      toBeSigned: made.toBeSigned,
      expected: { ...expected, prepared: made },
      fileDigest,
      earlierInForce: readEarlier(answer),
    },
  };
}

/**
 * What the service says was signed before is what is ordered now. With which card of the signer it was, and whether its seal says
 * the same, tells the file.
 */
function sameOrder({ read }: OpenedOrder, { id, signer, ...letter }: SealedView): SealedOrder {
  const isSame =
    letter.type === read.type &&
    letter.amount === read.amount &&
    letter.subject === read.subject &&
    letter.expires === read.expires &&
    (read.folio === undefined || letter.folio === read.folio) &&
    signer?.officialId === read.signerId;
  if (!isSame) deliveredDiffers('another order');
  const { type, amount } = read;
  return { ...{ id, folio: letter.folio, type, amount }, ...termOf(read) };
}

function termOf({ expires }: Pick<OpenedOrder['read'], 'expires'>): { readonly expires?: UnixSeconds } {
  const term = expires === undefined ? undefined : parseTime(expires);
  return term === undefined ? {} : { expires: term };
}

function requestOf({ read, document }: OpenedOrder): OficioRequest {
  // Whom it is for, and who comes, is in the register alone: nothing that the card signs tells of it.
  const { expires: _, addressee: _whom, visit: _visit, ...plain } = read;
  return { ...plain, document, ...termOf(read) };
}

function checked(expected: ExpectedLetter): (signed: Uint8Array) => Promise<void> {
  return (signed) => checkSigned(nodePrimitives, expected, signed);
}

function runOf(
  client: Client,
  deps: SignCardDeps,
  signing: SigningCard,
  prepared: ReadonlyMap<LetterOrder, Prepared>,
  pin: Uint8Array,
): CardRun {
  let isOver = false;
  const signature = async ({ toBeSigned }: Waiting): Promise<Uint8Array> => {
    try {
      return await whileSigning(() => signOnCard(deps, signing, pin, toBeSigned));
    } catch (error) {
      isOver = true;
      pin.fill(0);
      throw error;
    }
  };
  return {
    number: formatCardNumber(signing.card.number),
    get isOver() {
      return isOver;
    },
    async sign(order) {
      const one = prepared.get(order);
      if (!one) throw new Error('not a letter of this run');
      if ('refused' in one) throw one.refused;
      if ('signed' in one) return deliver(client, one.signed, order, checked(one.expected));
      const { letter, sealText, expected } = one.waiting;
      const signed = { seal: sealText, signature: toBase64(await signature(one.waiting)) };
      const oficio = await client.post<SealedView>(`${LETTERS_API}/${letter.id}/signature`, signed);
      if (oficio.id !== letter.id || oficio.folio !== letter.folio) deliveredDiffers('another letter');
      return deliver(client, oficio, order, checked(expected));
    },
  };
}
