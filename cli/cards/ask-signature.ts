/** What a person sees before their card signs, and where they allow it: with its PIN. */
import { formatCardNumber } from '../../src/card/card.ts';
import { verifyPin } from '../../src/card/piv/pin.ts';
import { expectSigningCard, type SignCardDeps, type SigningCard } from '../../src/card/station/sign-card.ts';
import { Outage, type Facts } from '../../src/core/refusal.ts';
import { formatTime } from '../../src/core/time.ts';
import { formatAmount } from '../../src/oficio/amount.ts';
import type { OfferedLetter } from '../../src/oficio/check-prepared.ts';
import { problemText } from '../../src/texts/problems.ts';
import { Declined, EXIT, type Text } from '../command.ts';
import type { LetterOrder } from '../letter-order.ts';
import { letterType } from '../letter-words.ts';
import { localTime } from '../local-time.ts';
import { oneLine, type Screen } from '../screen.ts';
import type { Prompt } from './prompt.ts';
import { typedPin } from './typed-pin.ts';

/** A letter that is about to be signed. */
export interface ShownLetter {
  /** `input`: the file, as whoever looks at it finds it. */
  readonly order: Pick<LetterOrder, 'input'>;
  readonly letter: OfferedLetter['letter'];
  /** SHA-256 of the file as it was given, hexadecimal. */
  readonly fileDigest: string;
  /** Folios of letters of the same document that are in force. */
  readonly earlierInForce: readonly string[];
}

/** On the messages, as the question for the PIN is: also whoever wants JSON sees what they sign. */
export function showWaiting(screen: Screen, { card, holder }: SigningCard, waiting: readonly ShownLetter[]): void {
  const number = formatCardNumber(card.number);
  const whose = oneLine(`${holder.name}, ${holder.post}`);
  screen.note(screen.say({ es: `Tarjeta ${number}: ${whose}`, en: `Card ${number}: ${whose}` }));
  screen.note(screen.say({ es: 'Se va a firmar:', en: 'About to be signed:' }));
  for (const { order, letter, fileDigest, earlierInForce } of waiting) {
    const { folio, subject, type, amount, signer, sealedAt, expires } = letter;
    screen.note(`  ${screen.paint('strong', oneLine(folio))}  ${oneLine(order.input)}`);
    const facts: readonly (readonly [Text, string | undefined])[] = [
      [{ es: 'Firma', en: 'Signer' }, `${signer.name}, ${signer.post}`],
      [{ es: 'Asunto', en: 'Subject' }, subject],
      [{ es: 'Tipo', en: 'Type' }, letterType(screen, type)],
      [{ es: 'Pide', en: 'Asks for' }, formatAmount(amount)],
      [{ es: 'Fecha', en: 'Date' }, localTime(formatTime(sealedAt))],
      [{ es: 'Vence', en: 'Expires' }, expires && localTime(formatTime(expires))],
      [{ es: 'SHA-256', en: 'SHA-256' }, fileDigest],
    ];
    for (const [name, value] of facts) {
      if (value) screen.note(`    ${screen.paint('faint', screen.say(name).padEnd(8))}  ${oneLine(value)}`);
    }
    // While they may still leave it.
    const folios = earlierInForce.slice(0, MOST_FOLIOS_TOLD).map(oneLine).join(', ');
    const more = earlierInForce.length > MOST_FOLIOS_TOLD ? '…' : '';
    if (folios !== '') {
      const words = {
        es: `Este mismo documento ya se firmó como ${folios}${more}, y sigue vigente. Si no quiere otro oficio: Ctrl+C, y ./cotejo oficio cancel ${oneLine(letter.folio)} --reason …`,
        en: `This very document was signed already as ${folios}${more}, and that is in force. If you want no other letter: Ctrl+C, and ./cotejo oficio cancel ${oneLine(letter.folio)} --reason …`,
      };
      screen.note(`    ${screen.paint('wait', `! ${screen.say(words)}`)}`);
    }
  }
}

const MOST_FOLIOS_TOLD = 3;

/**
 * When the card signs no more: what it leaves behind, and both ways on.
 * @param folios of what was left, where they are known
 */
export function leftWaiting(folios: readonly string[] = []): Text {
  const [only] = folios;
  const folio = folios.length === 1 && only !== undefined ? oneLine(only) : 'FOLIO';
  const cancel = `./cotejo oficio cancel ${folio} --reason …`;
  return {
    es: `Lo que faltó de firmar conserva su folio y se muestra como «todavía no está firmado». La misma orden sigue desde ahí; si ya no se va a firmar: ${cancel}`,
    en: `What was left unsigned keeps its folio and is shown as "not signed yet". The same command goes on from there; if it is not to be signed any more: ${cancel}`,
  };
}

/** Where somebody stopped at the PIN: one sentence says what became of it, and no other that nothing was done. */
export function stoppedAtPin(error: unknown, left: Text): Declined | undefined {
  if (!(error instanceof Declined) || error.exit !== EXIT.interrupted) return undefined;
  return new Declined(
    { es: `Se interrumpió: la tarjeta no firmó nada. ${left.es}`, en: `Stopped: the card signed nothing. ${left.en}` },
    EXIT.interrupted,
  );
}

/**
 * Signing changes nothing on a card: one that is pulled is put in again for the same command, and nothing on it is gone on with.
 * @throws what `work` does; Outage `card/removed` says that it was for signing (`act`)
 */
export async function whileSigning<Result>(work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof Outage) || error.code !== 'card/removed') throw error;
    throw new Outage(error.code, error.message, { ...error.facts, act: 'sign' }, { cause: error });
  }
}

/** A letter of the run that the card is not asked to sign, by what names it, and why. */
export interface LeftOut {
  readonly name: string;
  readonly error: { readonly code: string; readonly facts?: Facts | undefined };
}

/** Before the PIN: whoever sees what is signed sees as well what is not. */
export function showLeftOut(screen: Screen, left: readonly LeftOut[]): void {
  if (left.length === 0) return;
  screen.note(screen.paint('wait', screen.say({ es: 'No se va a firmar:', en: 'Not to be signed:' })));
  for (const { name, error } of left) {
    screen.note(`  ✗ ${oneLine(name)}: ${problemText(error.code, error.facts ?? {}, screen.language).what}`);
  }
}

/**
 * The PIN, which the card has taken: with how many signatures it is for, and how many tries are left. It goes to nothing but the card
 * that has proven itself right before. Whoever gets it wipes it.
 * @throws Refusal `card/pin-last-try` (the last one is never spent), `card/pin-blocked`, `card/exchanged`, and where nobody sits at a
 *   terminal `card/pin-wrong`, `card/pin-malformed`
 */
export async function askPin(
  prompt: Pick<Prompt, 'askSecret' | 'isTerminal'>,
  screen: Screen,
  deps: SignCardDeps,
  signing: SigningCard,
  signatures: number,
): Promise<Uint8Array> {
  const { channel } = deps;
  return typedPin(
    { prompt, screen, channel },
    (left) => questionOf(signatures, left),
    async (pin) => {
      await expectSigningCard(deps, signing);
      await verifyPin(channel, pin);
      return Uint8Array.from(pin);
    },
  );
}

function questionOf(signatures: number, triesLeft: number | undefined): Text {
  const [one, left] = [signatures === 1, triesLeft === undefined ? '' : String(triesLeft)];
  const [es, en] = [left && ` (quedan ${left} intentos)`, left && ` (${left} tries left)`];
  return {
    es: `La tarjeta hará ${one ? 'una firma' : `${signatures} firmas`}. NIP${es}, no se ve:`,
    en: `The card will make ${one ? 'one signature' : `${signatures} signatures`}. PIN${en}, nothing is shown:`,
  };
}
