import { formatCardNumber } from '../../src/card/card.ts';
import type { SigningCard } from '../../src/card/station/sign-card.ts';
import { formatTime, type UnixSeconds } from '../../src/core/time.ts';
import { formatAmount } from '../../src/oficio/amount.ts';
import type { CheckedCountersignature } from '../../src/oficio/check-offered-countersignature.ts';
import type { Oficio } from '../../src/oficio/oficio.ts';
import { oficioTypeOf } from '../../src/oficio/type.ts';
import type { Text } from '../command.ts';
import { letterType } from '../letter-words.ts';
import { localTime } from '../local-time.ts';
import { oneLine, type Screen } from '../screen.ts';

/** A letter that is about to be countersigned. */
export interface ShownCountersigning extends Pick<CheckedCountersignature, 'claims' | 'signers'> {
  readonly target: string;
  /** Whether `target` is a file; else it names the letter. */
  readonly isFile: boolean;
  readonly at: UnixSeconds;
  readonly signer: Oficio['signer'];
  /** As the service says: no file holds it. */
  readonly subject: string;
  /** SHA-256 of the version that is signed, hexadecimal. */
  readonly fileDigest: string;
}

/** On the messages, as the question for the PIN is: what the letter says, it says itself. */
export function showCountersigning(
  screen: Screen,
  { card, holder }: SigningCard,
  { claims, signers, target, isFile, at, signer, subject, fileDigest }: ShownCountersigning,
): void {
  const number = formatCardNumber(card.number);
  const whose = oneLine(`${holder.name}, ${holder.post}`);
  screen.note(screen.say({ es: `Tarjeta ${number}: ${whose}`, en: `Card ${number}: ${whose}` }));
  screen.note(screen.say({ es: 'Se va a refrendar:', en: 'About to be countersigned:' }));
  // Named by its folio, there is no file of which it is said.
  const of = isFile ? `  ${oneLine(target)}` : '';
  screen.note(`  ${screen.paint('strong', oneLine(claims.folio))}${of}`);
  const [signedBy, ...countersigned] = signers;
  const type = oficioTypeOf(claims.type);
  const facts: readonly (readonly [Text, string | undefined])[] = [
    [{ es: 'Lo firmó', en: 'Signed by' }, signedBy],
    [{ es: 'Refrendos', en: 'Already' }, countersigned.join('; ')],
    [{ es: 'Refrenda', en: 'By' }, `${signer.name}, ${signer.post}`],
    [{ es: 'Asunto', en: 'Subject' }, subject],
    [{ es: 'Tipo', en: 'Type' }, type && letterType(screen, type)],
    [{ es: 'Pide', en: 'Asks for' }, formatAmount(claims.amount)],
    [{ es: 'Sellado', en: 'Sealed' }, localTime(formatTime(claims.issuedAt))],
    [{ es: 'Vence', en: 'Expires' }, claims.expiresAt && localTime(formatTime(claims.expiresAt))],
    [{ es: 'Fecha', en: 'Date' }, localTime(formatTime(at))],
    [{ es: 'SHA-256', en: 'SHA-256' }, fileDigest],
  ];
  for (const [name, value] of facts) {
    if (value) screen.note(`    ${screen.paint('faint', screen.say(name).padEnd(9))}  ${oneLine(value)}`);
  }
  if (!isFile) screen.note(screen.say(howToRead(claims.folio)));
}

/** How a letter that was named without a file is read before. */
function howToRead(folio: string): Text {
  const show = `./cotejo oficio show ${oneLine(folio)} -o`;
  return {
    es: `Para leerlo antes: Ctrl+C, y ${show} oficio.pdf`,
    en: `To read it first: Ctrl+C, and ${show} letter.pdf`,
  };
}

/** When the card did not sign: what that leaves behind. */
export const NOT_COUNTERSIGNED: Text = {
  es: 'No quedó refrendado: el oficio sigue como estaba.',
  en: 'It is not countersigned: the letter is as it was.',
};
