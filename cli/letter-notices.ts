import type { CountersignedView } from '../src/http/staff/countersignatures.ts';
import type { SealedView } from '../src/http/staff/views.ts';
import type { Text } from './command.ts';
import type { Screen } from './screen.ts';
import { letterState, untoldOf } from './show-letter.ts';

/** Of earlier letters of the same document; programs get them all. */
const MOST_FOLIOS_TOLD = 3;

/** What whoever signed should know besides. */
export function noticesOf(screen: Screen, letter: SealedView): readonly Text[] {
  const { sealCovers, sealPage, folio, alreadySigned, earlierInForce, state } = letter;
  const notices: Text[] = [...untoldOf(letter)];
  if (!stands(letter)) {
    const word = letterState(screen, state);
    notices.push({
      es: `Aviso: ese oficio ya no vale: el ${folio} está ${word}. El archivo es el que se firmó entonces; para firmar otra vez el documento, con otro folio, dé otra salida (-o, --out-dir) u otro --idempotency-key.`,
      en: `Note: that letter does not count any more: ${folio} is ${word}. The file is the one that was signed then; to sign the document once more, with another folio, give another output (-o, --out-dir) or another --idempotency-key.`,
    });
  }
  if (earlierInForce.length > 0) {
    const many = earlierInForce.length > 1;
    const rest = earlierInForce.length - MOST_FOLIOS_TOLD;
    const folios = earlierInForce.slice(0, MOST_FOLIOS_TOLD).join(', ');
    const [others, more] = rest > 0 ? [` y otros ${rest}`, ` and ${rest} more`] : ['', ''];
    notices.push({
      es: `Aviso: este documento ya se firmó como ${folios}${others}, que ${many ? 'siguen vigentes' : 'sigue vigente'}; si se equivocó, cancele o sustituya ${many ? 'los que sobren' : 'uno de los dos'} (./cotejo oficio cancel, ./cotejo oficio replace).`,
      en: `Note: this document was signed already as ${folios}${more}, which ${many ? 'are' : 'is'} in force; if this is a mistake, cancel or replace ${many ? 'those that are too many' : 'one of the two'} (./cotejo oficio cancel, ./cotejo oficio replace).`,
    });
  }
  if (sealCovers) {
    notices.push({
      es: `Aviso: El sello quedó encima de algo impreso en la página ${sealPage}. Ábralo y revise que todo se lea; si no, cancele el ${folio} y firme otra vez el original con otro --at, o sin él.`,
      en: `Note: The seal lies over something printed on page ${sealPage}. Open it and see that all can be read; if not, cancel ${folio} and sign the original again with another --at, or without.`,
    });
  }
  if (alreadySigned) {
    notices.push({
      es: 'Aviso: el documento ya estaba firmado. El sello nuevo es otra firma, con su propio folio; las anteriores siguen valiendo. Si una es de esta institución y ese oficio termina después (se cancela, se sustituye o vence), este sigue valiendo, y quien revise el archivo verá qué fue del otro.',
      en: 'Note: the document was signed already. The new seal is one more signature, with a folio of its own; earlier ones stay valid. If one is of this institution and its letter ends later (cancelled, replaced or expired), this one stays in force, and whoever checks the file is told what became of the other.',
    });
  }
  return notices;
}

/** What whoever countersigned should know besides. */
export function countersignedNotices(letter: CountersignedView): readonly Text[] {
  const { countersignature, state, folio } = letter;
  const notices: Text[] = [...untoldOf(letter)];
  if (state !== 'signed') {
    notices.push({
      es: `Aviso: el oficio ${folio} ya no vale. El archivo es el que se refrendó entonces.`,
      en: `Note: the letter ${folio} does not count any more. The file is the one that was countersigned then.`,
    });
  } else if (countersignature.state === 'void') {
    notices.push({
      es: 'Aviso: este refrendo ya no cuenta, por la llave de quien lo hizo; el oficio vale por su propia firma.',
      en: "Note: this countersignature does not count any more, by its signer's key; the letter counts by its own signature.",
    });
  }
  return notices;
}

function stands({ state }: SealedView): boolean {
  return state === 'signed';
}

/** Whether this command signed it, or gives back what the same command signed before. */
export function doneWith(screen: Screen, letter: SealedView): string {
  const words = letter.repeated ? { es: 'Ya firmado', en: 'Signed already' } : { es: 'Firmado', en: 'Signed' };
  // What was cancelled or replaced meanwhile must not look like a letter to send.
  if (!stands(letter)) return `${screen.paint('wait', '!')} ${screen.say(words)}, ${letterState(screen, letter.state)}`;
  return `${screen.paint('good', '✓')} ${screen.say(words)}`;
}
