import { formatCardNumber, parseCardNumber } from '../src/card/card.ts';
import { formatAmount } from '../src/oficio/amount.ts';
import type { Countersigner, LetterSigner, LetterSubject } from '../src/verifier/index.ts';
import { isCode, problemText } from '../src/texts/problems.ts';
import { tellFinding } from '../verifier-web/texts/findings.ts';
import { EXIT, type Exit, type Text } from './command.ts';
import { letterType } from './letter-words.ts';
import { localDay, localTime } from './local-time.ts';
import { oneLine, type Screen } from './screen.ts';
import { cautionOnNumber, sentenceOfDistinctive } from './show-worn.ts';
import { stateSentence } from './state-sentence.ts';

/** A verdict as the API tells it. */
export interface VerdictView {
  readonly verdict: 'valid' | 'invalid' | 'undetermined';
  readonly state: string;
  readonly dev: boolean;
  readonly subject: Readonly<Record<string, unknown>>;
  readonly signatures?: readonly {
    readonly field: string;
    readonly integrity: string;
    readonly trusted: boolean;
    readonly signer?: string;
    readonly changes: readonly { readonly kind: string; readonly detail: string; readonly page?: number }[];
    readonly moreChanges?: number;
  }[];
  readonly checks: readonly {
    readonly check: string;
    readonly outcome: string;
    readonly detail: string;
    /** Of a card: which of its two certificates it was made of, where both were looked at. */
    readonly slot?: '9A' | '9E';
    /** Of a file with several signatures: which it is about, from 1. */
    readonly signature?: number;
  }[];
  readonly checkedAt: string;
  /** Of when the status is that decided. */
  readonly statusAsOf?: string;
}

/** What a command returns for a verdict. */
export const EXIT_OF: Readonly<Record<VerdictView['verdict'], Exit>> = {
  valid: EXIT.done,
  invalid: EXIT.invalid,
  undetermined: EXIT.undetermined,
};

const MARKS = { valid: ['good', '✓'], invalid: ['bad', '✗'], undetermined: ['wait', '?'] } as const;

const VERDICTS: Readonly<Record<string, Text>> = {
  valid: { es: 'VÁLIDO', en: 'VALID' },
  invalid: { es: 'NO VÁLIDO', en: 'NOT VALID' },
  undetermined: { es: 'NO SE PUEDE DECIDIR', en: 'UNDETERMINED' },
  unconfirmed: { es: 'SIN CONFIRMAR', en: 'UNCONFIRMED' },
};

/** Of a file without a signature whose pictures may show a code. */
const UNSEEN: Text = {
  es: 'No trae firma nuestra, y no pudimos leer sus imágenes: escanee su código con el teléfono',
  en: 'It has no signature of ours, and we could not read its pictures: scan its code with a telephone',
};

/** How a verdict is told to people. */
export function verdictWords(screen: Screen, verdict: string): string {
  const words = VERDICTS[verdict];
  return words ? screen.say(words) : verdict;
}

/** A check keeps its name; what it found is told in the reader's language. */
function tell(screen: Screen, detail: string): string {
  const { language } = screen;
  return tellFinding(detail, language, (code) => (isCode(code) ? problemText(code, {}, language).what : undefined));
}

const IN_VAIN = { es: ', que tampoco está vigente', en: ', by one that is not in force either' };

interface ReplacementView {
  readonly folio: string;
  readonly state: string;
}

function replacementOf({ subject }: VerdictView): ReplacementView | undefined {
  return subject['replacement'] as ReplacementView | undefined;
}

/** The end of the chain of replacements and what became of it: `AE/DGG/0003/2026: se canceló`. */
function lastReplacement(screen: Screen, { folio, state }: ReplacementView): string {
  return `${folio}: ${stateSentence(state, screen.language)} (${state})`;
}

const SIGNATURE: Text = { es: 'Firma', en: 'Signature' };

const MOST_CHANGES_SHOWN = 5;

/** The number of a card as it is printed. */
function cardFact(text: string | undefined): string | undefined {
  const number = text === undefined ? undefined : parseCardNumber(text);
  return number === undefined ? text : formatCardNumber(number);
}

/** Whether a countersignature counts, where that has to be said. */
const COUNTERSIGNED: Readonly<Record<string, Text>> = {
  revoked: { es: 'no cuenta: su llave estaba en otras manos', en: 'does not count: the key was in other hands' },
  'not-authorised': { es: 'no cuenta: no podía firmar entonces', en: 'does not count: had no right to sign then' },
  unconfirmed: { es: 'falta ver si cuenta', en: 'not known yet whether it counts' },
};

/** Who signed the letter, as the register names them: under reserve without a name. */
function signerOf(screen: Screen, found: unknown): readonly (readonly [string, string])[] {
  if (typeof found !== 'object' || found === null) return [];
  const { name, legalGround, post } = found as LetterSigner;
  return [[screen.say({ es: 'Firma', en: 'Signer' }), [name ?? legalGround, post].filter(Boolean).join(', ')]];
}

/** Who signed the letter besides: not named under reserve. */
function countersignersOf(screen: Screen, found: unknown): readonly (readonly [string, string])[] {
  if (!Array.isArray(found)) return [];
  return (found as readonly Countersigner[]).map(({ name, legalGround, post, state }) => {
    const told = COUNTERSIGNED[state];
    const who = [name ?? legalGround, post].filter(Boolean).join(', ');
    return [screen.say({ es: 'Refrenda', en: 'Countersigned' }), told ? `${who} (${screen.say(told)})` : who];
  });
}

/** That it was delivered before, whom it is for, and who comes: of a letter in force. */
function besideOf(screen: Screen, subject: VerdictView['subject']): readonly (readonly [string, string])[] {
  const { receivedOn, addressee, visit } = subject as Partial<LetterSubject>;
  const visitors = visit?.officials.map(({ officialId, name, legalGround, post, state }) =>
    state === 'current'
      ? [name ?? legalGround, post].filter(Boolean).join(', ')
      : `${officialId} (${screen.say({ es: 'ya no trabaja aquí', en: 'no longer works here' })})`,
  );
  const when = visit && [`${localTime(visit.from)} – ${localTime(visit.to)}`, visit.place].filter(Boolean).join(' · ');
  return [
    ...(receivedOn === undefined ? [] : [[screen.say({ es: 'Se entregó', en: 'Delivered' }), receivedOn] as const]),
    ...(addressee
      ? [[screen.say({ es: 'Para', en: 'For' }), [addressee.name, addressee.post].filter(Boolean).join(', ')] as const]
      : []),
    ...(when === undefined ? [] : [[screen.say({ es: 'Visita', en: 'Visit' }), when] as const]),
    ...(visitors ? [[screen.say({ es: 'Sólo van', en: 'Only they come' }), visitors.join('; ')] as const] : []),
  ];
}

const PUBLIC_VERSIONS: Readonly<Record<string, Text>> = {
  current: {
    es: 'La versión pública registrada: una copia para leer, con partes tachadas; el oficio dice más',
    en: 'The registered public version: a copy to read, with parts blacked out; the letter says more',
  },
  replaced: {
    es: 'Fue la versión pública, y se cambió por otra',
    en: 'It was the public version; another one took its place',
  },
  withdrawn: { es: 'Fue la versión pública, y se retiró', en: 'It was the public version, and was withdrawn' },
};

/** What the file is where it is registered as a public version; of a letter, where the one that is published is. */
function publicVersionOf(screen: Screen, subject: VerdictView['subject']): readonly (readonly [string, string])[] {
  const { publicVersion: own, availablePublicVersion: other } = subject as Partial<LetterSubject>;
  const label = screen.say({ es: 'Versión pública', en: 'Public version' });
  const words = own && PUBLIC_VERSIONS[own.state];
  if (own && words) return [[label, `${screen.say(words)} (${own.ground})`]];
  return other ? [[label, `/version-publica/${other.id}.pdf (${other.ground})`]] : [];
}

/** Letters below the one of the answer that do not count any more. */
function endedBelow(screen: Screen, found: unknown): readonly (readonly [string, string])[] {
  if (!Array.isArray(found)) return [];
  const label = screen.say({ es: 'Trae también', en: 'Also has' });
  return (found as readonly ReplacementView[]).map((one) => [label, lastReplacement(screen, one)]);
}

/** The number of a distinctive with its last day, or what became of the one that a person has. */
function distinctiveFact(
  screen: Screen,
  { kind, number, until, distinctive }: VerdictView['subject'],
): string | undefined {
  if (kind === 'distinctive') {
    const last = screen.say({ es: 'hasta el', en: 'until' });
    return `${cardFact(String(number)) ?? ''}, ${last} ${localDay(String(until))}`;
  }
  const told = distinctive as
    { readonly state: string; readonly until?: string; readonly withdrawnOn?: string } | undefined;
  if (!told) return undefined;
  const day = localDay(told.until ?? told.withdrawnOn ?? '');
  return told.state === 'current'
    ? screen.say({ es: `vigente hasta el ${day}`, en: `in force until ${day}` })
    : screen.say({ es: `se le retiró ${day && `el ${day}`}`, en: `withdrawn ${day && `on ${day}`}` }).trim();
}

/** A verdict for people, and every check behind it. */
export function showVerdict(screen: Screen, target: string, answer: VerdictView): void {
  const own = sentenceOfDistinctive(answer);
  showAnswer(screen, target, answer, own && screen.say(own));
  const caution = cautionOnNumber(target, answer);
  if (caution) screen.line(`  ${screen.paint('strong', '→')} ${screen.say(caution)}`);
  showChecks(screen, answer);
}

/**
 * The verdict, and what it is about.
 * @param said in place of what the state means everywhere
 * @param more facts behind those of the answer
 */
export function showAnswer(
  screen: Screen,
  target: string,
  answer: VerdictView,
  said?: string,
  more: readonly (readonly [string, string])[] = [],
): void {
  // Whatever a file says of itself stands on the line that names it.
  const line = (text: string): void => screen.line(oneLine(text));
  const [tone, mark] = MARKS[answer.verdict];
  const words = verdictWords(screen, answer.state === 'unconfirmed' ? answer.state : answer.verdict);
  const shown = target.length > 90 ? `${target.slice(0, 60)}…` : target;
  line(`${screen.paint(tone, `${mark} ${words}`)}${shown && `  ${shown}`}`);
  const unseen = answer.checks.some(({ check, outcome }) => check === 'document/pictures' && outcome === 'unknown');
  const sentence = said ?? (unseen ? screen.say(UNSEEN) : stateSentence(answer.state, screen.language));
  const replacement = replacementOf(answer);
  const inVain = replacement && replacement.state !== 'current';
  line(`  ${sentence}${inVain ? screen.say(IN_VAIN) : ''} (${answer.state})`);
  if (answer.dev) {
    line(
      `  ${screen.paint('wait', screen.say({ es: 'PRUEBA: instalación de desarrollo', en: 'TEST: development installation' }))}`,
    );
  }
  const { subject } = answer;
  const fact = (name: string): string | undefined => {
    const value = subject[name];
    return typeof value === 'string' || typeof value === 'number' ? String(value) : undefined;
  };
  const texts = (name: string): string | undefined => {
    const value = subject[name];
    return Array.isArray(value) && value.length > 0 ? value.map(String).join('; ') : undefined;
  };
  screen.facts([
    ['Folio', fact('folio')],
    [screen.say({ es: 'Persona', en: 'Person' }), fact('name')],
    [screen.say({ es: 'Cargo', en: 'Post' }), fact('post')],
    [screen.say({ es: 'Unidad', en: 'Unit' }), fact('unit')],
    [screen.say({ es: 'Tipo', en: 'Type' }), letterType(screen, fact('type') ?? '')],
    [screen.say({ es: 'Asunto', en: 'Subject' }), fact('subject')],
    [
      screen.say({ es: 'Pide', en: 'Asks for' }),
      typeof subject['amount'] === 'number' ? formatAmount(subject['amount']) : undefined,
    ],
    [screen.say({ es: 'Sellado', en: 'Sealed' }), localTime(fact('sealedAt'))],
    [screen.say({ es: 'Vence', en: 'Expires' }), localDay(fact('expires') ?? '')],
    [screen.say({ es: 'Terminó', en: 'Ended' }), localTime(fact('endedAt'))],
    [screen.say({ es: 'Lo sustituye', en: 'Replaced by' }), fact('replacedBy')],
    [screen.say({ es: 'El último', en: 'The last one' }), replacement && lastReplacement(screen, replacement)],
    [screen.say({ es: 'Tarjeta', en: 'Card' }), cardFact(fact('card'))],
    [screen.say({ es: 'Distintivo', en: 'Distinctive' }), distinctiveFact(screen, subject)],
    [screen.say({ es: 'Serie', en: 'Serial' }), fact('serial')],
    [screen.say({ es: 'Puede', en: 'May' }), texts('powers')],
    [screen.say({ es: 'Puede pedir', en: 'May ask for' }), texts('mayAsk')],
    [screen.say({ es: 'Nunca pide', en: 'Never asks for' }), texts('neverAsks')],
    [screen.say({ es: 'Reservado', en: 'Reserved' }), fact('legalGround')],
    ...signerOf(screen, subject['signer']),
    ...countersignersOf(screen, subject['countersigners']),
    ...besideOf(screen, subject),
    ...publicVersionOf(screen, subject),
    ...endedBelow(screen, subject['endedBelow']),
    [screen.say({ es: 'Lo firmó', en: 'Signed by' }), fact('signer')],
    [screen.say({ es: 'Lleva a', en: 'Leads to' }), fact('host')],
    ...more,
  ]);
  const { signatures = [] } = answer;
  for (const [place, signature] of signatures.entries()) {
    const changes = signature.changes.map(({ detail, page }) =>
      page === undefined ? tell(screen, detail) : `p. ${page}: ${tell(screen, detail)}`,
    );
    const told = changes.slice(0, MOST_CHANGES_SHOWN);
    const more = changes.length - told.length + (signature.moreChanges ?? 0);
    line(
      `  ${screen.say(SIGNATURE)} ${signatures.length > 1 ? `${place + 1}, ` : ''}${signature.field}: ${[tell(screen, signature.integrity), signature.signer].filter(Boolean).join(', ')}` +
        (changes.length > 0
          ? ` (${[...told, ...(more > 0 ? [tell(screen, `${more} more changes`)] : [])].join('; ')})`
          : ''),
    );
  }
}

/** Every check behind a verdict, last: what to do stands before them. */
export function showChecks(screen: Screen, answer: VerdictView): void {
  for (const { check, outcome, detail, slot, signature } of answer.checks) {
    const about = slot ?? (signature === undefined ? undefined : `${screen.say(SIGNATURE).toLowerCase()} ${signature}`);
    const [checkTone, checkMark] =
      MARKS[outcome === 'pass' ? 'valid' : outcome === 'fail' ? 'invalid' : 'undetermined'];
    screen.line(
      oneLine(
        `    ${screen.paint(checkTone, checkMark)} ${screen.paint('faint', `${check}${about === undefined ? '' : ` (${about})`}: ${tell(screen, detail)}`)}`,
      ),
    );
  }
}
