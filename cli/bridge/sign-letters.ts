/** Letters that a page named: the service is asked for each, what the card will sign is made here, and shown before anybody is asked. */
import { createHash } from 'node:crypto';
import { nodePrimitives } from '../../src/adapters/primitives.ts';
import { signOnCard, type SigningCard } from '../../src/card/station/sign-card.ts';
import { toBase64 } from '../../src/core/base64.ts';
import { concat } from '../../src/core/bytes.ts';
import type { Outage, Refusal } from '../../src/core/refusal.ts';
import type { BridgeLetter, BridgeStep } from '../../src/http/card-bridge.ts';
import type { OfferedDraftView } from '../../src/http/staff/card-letters.ts';
import type { SealedView } from '../../src/http/staff/views.ts';
import { checkPrepared } from '../../src/oficio/check-prepared.ts';
import { deliveredDiffers } from '../../src/oficio/check-signed.ts';
import type { GivenPlace } from '../../src/oficio/oficio.ts';
import type { OficioRequest } from '../../src/oficio/request.ts';
import { isOficioType } from '../../src/oficio/type.ts';
import { oficioEs } from '../../src/texts/oficio.es.ts';
import { problemText } from '../../src/texts/problems.ts';
import {
  askPin,
  showLeftOut,
  showWaiting,
  whileSigning,
  type LeftOut,
  type ShownLetter,
} from '../cards/ask-signature.ts';
import { expectOwn, takeSigningCard, type SigningStation } from '../cards/sign-with-card.ts';
import { orInterrupted, type Prompt } from '../cards/prompt.ts';
import { isTold, type ApiProblem, type Client } from '../client.ts';
import { Declined, EXIT } from '../command.ts';
import { readEarlier, readOffered, unexpected } from '../offered-letter.ts';
import type { Screen } from '../screen.ts';
import { LETTERS_API } from '../sign-letter.ts';

export type BridgeStation = SigningStation & { readonly prompt: Pick<Prompt, 'confirm'> };

export interface SignLettersDeps {
  /** That does not wait with people: who signs is the one who will confirm it. */
  readonly client: Client;
  readonly station: BridgeStation;
  readonly screen: Screen;
  /** Puts a file where whoever sits there opens it. @returns its path */
  keep(name: string, pdf: Uint8Array): Promise<string>;
  /** Told where the work is. */
  tell(step: BridgeStep, done: number): void;
}

/** What the service says of a letter whose card has signed, or that needs no more. */
type Settled = SealedView | { readonly approval: { readonly id: string } };

interface Waiting extends ShownLetter {
  readonly id: string;
  readonly sealText: string;
  readonly toBeSigned: Uint8Array;
}

/**
 * Signs letters of the service with the card in the reader. Nothing is taken from the page but which ones: what is signed is laid out here,
 * of the document that the service gives, shown in the terminal and as a file, and signed once somebody said yes there and typed the PIN.
 * @throws Declined; of the card and the service what `takeSigningCard`, `askPin` throw: nothing is signed then
 */
export async function signLetters(deps: SignLettersDeps, ids: readonly string[]): Promise<readonly BridgeLetter[]> {
  const { station, screen, tell } = deps;
  const { prompt } = station;
  tell('card', 0);
  const { deps: card, signing } = await orInterrupted(takeSigningCard(station, undefined), stopped);
  const outcomes = new Map<string, BridgeLetter>();
  const left: LeftOut[] = [];
  const waiting: Waiting[] = [];
  for (const [i, id] of ids.entries()) {
    tell('preparing', i);
    try {
      const found = await prepare(deps, signing, id);
      if ('settled' in found) outcomes.set(id, found.settled);
      else waiting.push(found.waiting);
    } catch (error) {
      left.push({ name: id, error: told(error) });
      outcomes.set(id, refused(id, error));
    }
  }
  showLeftOut(screen, left);
  if (waiting.length > 0) {
    showWaiting(screen, signing, waiting);
    tell('look', 0);
    const question = waiting.length === 1 ? ONE : many(waiting.length);
    if (!(await prompt.confirm(question))) throw new Declined(NOTHING);
    tell('pin', 0);
    const pin = await whileSigning(() => askPin(prompt, screen, card, signing, waiting.length));
    try {
      for (const [i, one] of waiting.entries()) {
        tell('signing', i);
        // What ends the card's work ends it for all that are left.
        const signature = await whileSigning(() => signOnCard(card, signing, pin, one.toBeSigned));
        outcomes.set(one.id, await complete(deps, one, signature));
      }
    } catch (error) {
      for (const { id } of waiting) if (!outcomes.has(id)) outcomes.set(id, refused(id, error));
      screen.note(problemText(told(error).code, told(error).facts, screen.language).what);
    } finally {
      pin.fill(0);
    }
  }
  return ids.map((id) => outcomes.get(id)!);
}

async function prepare(
  { client, station: { clock }, keep }: SignLettersDeps,
  signing: SigningCard,
  id: string,
): Promise<{ readonly waiting: Waiting } | { readonly settled: BridgeLetter }> {
  const { serial, certificate } = signing;
  const answer = await client.post<OfferedDraftView | Settled>(`${LETTERS_API}/${id}/prepared`, { serial });
  if (!('toBeSigned' in answer)) return { settled: settled(id, answer) };
  const offered = readOffered(answer);
  const { letter } = offered;
  if (letter.id !== id) deliveredDiffers('another letter');
  expectOwn(signing, letter.signer.officialId);
  const document = await client.getBytes(`${LETTERS_API}/${id}/draft`);
  const order = orderOf(letter, document, answer.place);
  const made = await checkPrepared(
    { primitives: nodePrimitives, texts: oficioEs },
    order,
    certificate.encoded,
    offered,
    clock(),
  );
  // As it will be signed, seal and all: what somebody looks at before they say yes is what was laid out here.
  const input = await keep(letter.folio, concat(document, made.appended));
  return {
    waiting: {
      ...{ id, letter, sealText: offered.sealText, toBeSigned: made.toBeSigned, order: { input } },
      fileDigest: createHash('sha256').update(document).digest('hex'),
      earlierInForce: readEarlier(answer),
    },
  };
}

/**
 * There is no other order than what is shown: it has to be what seal and document say, and whoever holds the card says yes to it. Only the
 * subject stands in neither.
 */
function orderOf(
  { type, amount, subject, folio, signer, expires }: ReturnType<typeof readOffered>['letter'],
  document: Uint8Array,
  place: unknown,
): OficioRequest {
  if (!isOficioType(type)) unexpected('letter.type');
  const given = place === undefined ? {} : { place: placeIn(place) };
  const term = expires === undefined ? {} : { expires };
  return { signerId: signer.officialId, type, amount, subject, folio, document, ...term, ...given };
}

function placeIn(value: unknown): GivenPlace {
  const { page, left, top } = (value ?? {}) as Partial<Record<keyof GivenPlace, unknown>>;
  if (typeof page !== 'number' || typeof left !== 'number' || typeof top !== 'number') unexpected('place');
  return { page, left, top };
}

/** The signature goes to the letter that it is of; a letter that is declined keeps no other. */
async function complete(
  { client }: SignLettersDeps,
  { id, letter, sealText }: Waiting,
  signature: Uint8Array,
): Promise<BridgeLetter> {
  try {
    const signed = { seal: sealText, signature: toBase64(signature) };
    const answer = await client.post<Settled>(`${LETTERS_API}/${id}/signature`, signed);
    if ('folio' in answer && (answer.id !== id || answer.folio !== letter.folio)) deliveredDiffers('another letter');
    return settled(id, answer);
  } catch (error) {
    return refused(id, error);
  }
}

function settled(id: string, answer: Settled): BridgeLetter {
  if (!('approval' in answer)) return { letter: id, outcome: 'signed' };
  const approval: unknown = answer.approval?.id;
  if (typeof approval !== 'string' || !/^[0-9a-f]{32}$/.test(approval)) unexpected('approval');
  return { letter: id, outcome: 'waits', approval };
}

function refused(id: string, error: unknown): BridgeLetter {
  const { code, facts } = told(error);
  // The page is in Spanish, whatever the terminal speaks.
  const { what, next } = problemText(code, facts, 'es');
  return { letter: id, outcome: 'refused', what: `${what} ${next}`.trim() };
}

/** What people are told of one letter. @throws anything else: it is a bug */
function told(error: unknown): ApiProblem | Refusal | Outage {
  if (isTold(error)) return error;
  throw error;
}

const NOTHING = { es: 'No se firmó nada.', en: 'Nothing was signed.' };

function stopped(): Promise<never> {
  return Promise.reject(new Declined(NOTHING, EXIT.interrupted));
}

const ONE = {
  es: 'Abra el archivo y léalo. ¿Es el oficio que quiere firmar?',
  en: 'Open the file and read it. Is it the letter that you want to sign?',
};

function many(count: number): typeof ONE {
  return {
    es: `Abra los archivos y léalos. ¿Son los ${count} oficios que quiere firmar?`,
    en: `Open the files and read them. Are they the ${count} letters that you want to sign?`,
  };
}
