import { rm } from 'node:fs/promises';
import { nodePrimitives } from '../../src/adapters/primitives.ts';
import { readCertificate } from '../../src/authority/certificate.ts';
import type { OpenedBundle } from '../../src/card/bundle.ts';
import { formatCardNumber, parseCardNumber, type Card } from '../../src/card/card.ts';
import type { CardChannel } from '../../src/card/channel.ts';
import { CHALLENGED, checkContent, type ShownContent } from '../../src/card/check-content.ts';
import { identifyTag } from '../../src/card/ntag424/read-tag.ts';
import { readNdefAddress } from '../../src/card/ntag424/ndef.ts';
import { formatTagUid } from '../../src/card/ntag424/uid.ts';
import { challengeCard, readShownContent, type CounterDeps } from '../../src/card/station/verify-card.ts';
import { fromBase64, toBase64 } from '../../src/core/base64.ts';
import { isRefusal } from '../../src/core/refusal.ts';
import { formatTime, type UnixSeconds } from '../../src/core/time.ts';
import { unknown, type Check } from '../../src/core/verdict.ts';
import { verdictJson } from '../../src/http/verdict-json.ts';
import type { ProblemText } from '../../src/texts/problem-text.ts';
import { isCode, problemText } from '../../src/texts/problems.ts';
import { verifyCardOffline } from '../../src/verifier/index.ts';
import { cardJson } from '../cards/card-words.ts';
import { openForCounter } from '../cards/counter.ts';
import { READER_OPTIONS, withReaders, withStation, type OpenedReaders, type Station } from '../cards/station.ts';
import type { Client } from '../client.ts';
import {
  UsageError,
  type Command,
  type Context,
  type Exit,
  type Given,
  type OptionSpec,
  type Text,
} from '../command.ts';
import { checkOutput, refuseExisting, writeOutput } from '../files.ts';
import { localTime } from '../local-time.ts';
import { refuseOwnFiles } from '../own-files.ts';
import type { Screen } from '../screen.ts';
import { stateSentence } from '../state-sentence.ts';
import { EXIT_OF, showVerdict, type VerdictView } from './verify.ts';

const API = '/api/v1/staff/verify';
const CONTENT_SIGNER_PATH = '/api/v1/staff/card-content-signer';

/** What a card says that is none of ours, or a copy of one: an answer to the question, and no refusal of it. */
const FORGED = [
  ...['card/not-ours', 'card/certificate-of-another', 'card/no-key', 'card/signature-wrong'],
  ...['card/not-allowed', 'card/malformed', 'card/declined'],
];

const PHOTO: OptionSpec = {
  type: 'string',
  short: 'o',
  value: { es: 'FOTO.jpg', en: 'PHOTO.jpg' },
  help: {
    es: 'guarda la fotografía del directorio, para compararla',
    en: 'saves the photo of the directory, to compare',
  },
};

const COUNTER: Readonly<Record<'offline' | 'bundle' | 'root', OptionSpec>> = {
  offline: {
    type: 'boolean',
    help: {
      es: 'sin red y sin servicio: por una lista firmada (véase card bundle); nunca dice más que «auténtica y vigente según la lista»',
      en: 'without network and service: by a signed list (see card bundle); never says more than "genuine, and in force by the list"',
    },
  },
  bundle: {
    type: 'string',
    value: { es: 'LISTA', en: 'LIST' },
    help: { es: 'la lista firmada, con --offline', en: 'the signed list, with --offline' },
  },
  root: {
    type: 'string',
    value: { es: 'RAIZ.cer', en: 'ROOT.cer' },
    help: {
      es: 'el certificado raíz de la institución, la primera vez (su página lo da en /ca/raiz.cer)',
      en: 'the root certificate of the institution, the first time (its page has it at /ca/raiz.cer)',
    },
  },
};

interface Answer {
  readonly verdict: VerdictView;
  /** Of the register, where the verdict is about it. */
  readonly card: Card | undefined;
}

/** The face of whoever was here before goes at once: nobody is compared with it, whatever the next card is. */
const OVERWRITE: OptionSpec = {
  type: 'boolean',
  help: { es: 'borra antes la foto que ya está ahí', en: 'removes the photo that is there already before' },
};

export const cardVerify: Command = {
  name: 'card verify',
  summary: {
    es: 'comprueba una tarjeta en la ventanilla, sin NIP: que sea ella misma, de quién es y si vale hoy',
    en: 'checks a card at the counter, without a PIN: that it is itself, whose it is, and whether it counts today',
  },
  options: { out: PHOTO, overwrite: OVERWRITE, ...COUNTER, ...READER_OPTIONS },
  async run(context) {
    const { given, screen, client } = context;
    const out = given.text('out');
    const bundle = bundleIn(given);
    if (out !== undefined) {
      await refuseOwnFiles(out, context.config);
      await checkOutput(out);
      if (given.flag('overwrite')) await rm(out, { force: true });
      else await refuseExisting(out);
    }
    if (bundle !== undefined) return verifyOffline(context, bundle);
    return withStation(context, async (station) => {
      const { part, channel } = await station.take(['chip', 'tag']);
      const open = await client();
      const { verdict, card } = await (part === 'chip'
        ? askChip(station, channel, open)
        : askTag(station, channel, open));
      if (screen.json) screen.data({ ...verdict, ...(card && { card: cardJson(card) }) });
      const { what, next } = forgedWords(screen, verdict);
      showVerdict(screen, numberIn(verdict), verdict, what);
      if (next !== undefined) screen.note(next);
      if (card && isPersonShown(verdict)) await compare(screen, station, card, out);
      if (card && card.state !== 'ended' && verdict.state === 'ended') screen.note(screen.say(endIt(card)));
      return EXIT_OF[verdict.verdict];
    });
  },
};

/** @throws UsageError where the options of a counter without network do not go together */
function bundleIn(given: Given): string | undefined {
  const bundle = given.text('bundle');
  if (given.flag('offline') !== (bundle !== undefined)) throw new UsageError(BOTH);
  if (bundle === undefined && given.text('root') !== undefined) throw new UsageError(BOTH);
  return bundle;
}

const BOTH = {
  es: 'sin red van juntos --offline y --bundle LISTA (y --root la primera vez)',
  en: 'without a network --offline and --bundle LIST go together (and --root the first time)',
};

/** The number of the card that a verdict is about, as it is printed; empty where it is about none. */
function numberIn({ subject }: VerdictView): string {
  const number = subject['card'];
  return typeof number === 'string' ? formatCardNumber(parseCardNumber(number)!) : '';
}

/** Whether the verdict itself says who it is: of a card that is over only words remain. */
function isPersonShown({ subject }: VerdictView): boolean {
  return subject['post'] !== undefined;
}

/** By the list alone: nothing is asked of any service, and nothing of the data folder but what this counter noted there. */
async function verifyOffline(context: Context, path: string): Promise<Exit> {
  const { config, given, screen } = context;
  const bundle = await openForCounter({ bundle: path, root: given.text('root'), dataFolder: config.dataFolder });
  return withReaders(context, async (opened) => {
    const { channel } = await opened.take(['chip']);
    const { verdict, photo } = await askByList({ ...opened, channel }, bundle);
    const out = photo && given.text('out');
    if (out !== undefined) await writeOutput(out, photo!);
    const list = { madeAt: formatTime(bundle.madeAt), decidesUntil: formatTime(bundle.staleFrom) };
    if (screen.json) screen.data({ ...verdict, bundle: list, ...(out !== undefined && { photo: out }) });
    const { what = stateSentence(verdict.state, screen.language), next } = forgedWords(screen, verdict);
    showVerdict(screen, numberIn(verdict), verdict, offlineSentence(screen, verdict, what, bundle, opened.clock()));
    if (next !== undefined) screen.note(next);
    const isShown = verdict.subject['officialId'] !== undefined;
    if (isShown && !photo && given.text('out') !== undefined) screen.note(screen.say(NO_PHOTO_IN_LIST));
    if (isShown) {
      const told = photo ? (out ?? screen.say(SAVE_IT)) : screen.say(NO_PHOTO);
      screen.facts([[screen.say({ es: 'Fotografía', en: 'Photo' }), told]]);
    }
    return EXIT_OF[verdict.verdict];
  });
}

const NO_PHOTO_IN_LIST = {
  es: 'La lista no trae fotografía de esta persona: pida otra identificación. No se guardó nada.',
  en: 'The list has no photo of this person: ask for another identification. Nothing was saved.',
};

/** Everything that is said without a network is of some time: it stands beside the answer, not below it. */
function offlineSentence(
  screen: Screen,
  { state }: VerdictView,
  what: string,
  { statusAsOf }: OpenedBundle,
  at: UnixSeconds,
): string {
  const said = state === 'unconfirmed' ? screen.say(GENUINE) : what.replace(/\.$/, '');
  const [time, age] = [localTime(formatTime(statusAsOf)), screen.say(ageWords(at - statusAsOf))];
  return screen.say({ es: `${said}; según listas del ${time}, ${age}`, en: `${said}; as of lists of ${time}, ${age}` });
}

function ageWords(seconds: number): Text {
  if (seconds < 0)
    return { es: 'que aquí todavía no llega: revise el reloj', en: 'which has not come here yet: look at the clock' };
  const hours = Math.floor(seconds / 3600);
  if (hours >= 48) return { es: `hace ${Math.floor(hours / 24)} días`, en: `${Math.floor(hours / 24)} days ago` };
  if (hours >= 1) return { es: `hace ${hours} h`, en: `${hours} h ago` };
  return { es: 'hace menos de una hora', en: 'less than an hour ago' };
}

const GENUINE = {
  es: 'Es la tarjeta auténtica y estaba vigente; con red se confirma',
  en: 'It is the genuine card and was in force; a network confirms it',
};

interface ByList {
  readonly verdict: VerdictView;
  readonly photo?: Uint8Array;
}

async function askByList(deps: CounterDeps & Pick<OpenedReaders, 'clock'>, bundle: OpenedBundle): Promise<ByList> {
  try {
    const { certificate } = await challengeCard(deps);
    const content = await readShownContent(deps);
    const shown = { certificate: certificate.encoded, content };
    const { answer, photo } = await verifyCardOffline(shown, bundle, deps.clock(), nodePrimitives);
    const verdict = verdictJson({ ...answer, checks: [CHALLENGED, ...answer.checks] }) as unknown as VerdictView;
    return { verdict, ...(photo && { photo }) };
  } catch (error) {
    if (!isRefusal(error) || !FORGED.includes(error.code)) throw error;
    return { verdict: forged(error.code, deps.clock()).verdict };
  }
}

/**
 * The chip signs fresh bytes, and the verifier says what the certificate for the key is. Only one that the office issued to a
 * card proves which card this is: what else stands on the chip anybody can write.
 */
async function askChip(station: Station, channel: CardChannel, client: Client): Promise<Answer> {
  try {
    const { guid, certificate } = await challengeCard({ ...station, channel });
    const content = await checkOnline(await readShownContent({ channel }), client);
    const ofKey = await client.post<VerdictView>(API, { certificate: toBase64(certificate.encoded) });
    if (NOT_ISSUED.includes(ofKey.state)) return forged('card/not-ours', station.clock(), ofKey.checks);
    const proven = [CHALLENGED, content, ...ofKey.checks];
    const { credentialKind, serial } = ofKey.subject;
    const isSettled = SETTLED.includes(ofKey.state);
    if (!isSettled) return answerAbout({ ...ofKey, checks: proven }, undefined, station.clock());
    const card = await station.office.find({ guid });
    if (!card || credentialKind !== 'card' || serial !== certificate.serial.hex) {
      return forged('card/certificate-of-another', station.clock(), proven);
    }
    const ofCard = await client.post<VerdictView>(API, { text: formatCardNumber(card.number) });
    const found = worstOf({ ...ofKey, subject: { ...ofKey.subject, card: card.number } }, ofCard);
    const verdict = { ...found, checks: [...proven, ...ofCard.checks] };
    // What is over stays so, whatever else somebody did to the card.
    if (content.outcome !== 'fail' || OVER.includes(found.state)) return answerAbout(verdict, card, station.clock());
    const subject = { kind: 'credential', serial, card: card.number };
    return { verdict: { ...verdict, verdict: 'invalid', state: 'altered', subject }, card: undefined };
  } catch (error) {
    if (!isRefusal(error) || !FORGED.includes(error.code)) throw error;
    return forged(error.code, station.clock());
  }
}

/** Of a certificate that is none of ours. */
const NOT_ISSUED = ['unknown-issuer', 'unreadable'];

/** For good. */
const OVER = ['revoked', 'ended'];

/** What is said of a card, or of a key, that the register knows and that was proven. */
const SETTLED = ['current', 'suspended', 'expired', 'not-yet-valid', ...OVER];

/** Of the card's own key and of the card: the graver word counts. */
function worstOf(ofKey: VerdictView, ofCard: VerdictView): VerdictView {
  const both = [ofKey, ofCard];
  return both.find(({ state }) => OVER.includes(state)) ?? both.find(({ verdict }) => verdict !== 'valid') ?? ofCard;
}

/**
 * A verdict tells of `card` where it is about this very card and settled; then alone may it be good. Of any other the words
 * remain, and nobody is named.
 * @param card that proved itself
 */
function answerAbout(verdict: VerdictView, card: Card | undefined, at: UnixSeconds): Answer {
  const { kind, serial, card: shown } = verdict.subject;
  if (card && shown === card.number && SETTLED.includes(verdict.state)) return { verdict, card };
  if (verdict.verdict === 'valid') return forged('card/not-ours', at, verdict.checks);
  return { verdict: { ...verdict, subject: { kind, ...(serial !== undefined && { serial }) } }, card: undefined };
}

/** Whether the office signed what the card says of itself, by the certificate that it published. */
async function checkOnline(shown: ShownContent, client: Client): Promise<Check> {
  const { certificate } = await client.get<{ readonly certificate: string | null }>(CONTENT_SIGNER_PATH);
  const der = certificate === null ? undefined : fromBase64(certificate);
  if (der) return checkContent(shown, readCertificate(der), nodePrimitives);
  return unknown('card/security-object', 'no certificate of who signs what stands on cards');
}

/** The address that the tag makes for a telephone, used up by this. A tag of another kind, or without one, is none of ours. */
async function askTag(station: Station, channel: CardChannel, client: Client): Promise<Answer> {
  const { uid } = await identifyTag({ channel });
  const text = await readNdefAddress(channel);
  if (text === undefined) return forged('card/not-ours', station.clock());
  const verdict = await client.post<VerdictView>(API, { text });
  const card = await station.office.find({ tagUid: formatTagUid(uid) });
  return answerOfTag(verdict, card, station.clock());
}

/**
 * What counts of a verdict on what a tag held, where `card` has a tag of this number. Anybody can write the address of a letter
 * or the number of a card into a tag, and give a tag the number of another: only a tap proves a tag, and only the one of its
 * own card. A card with a tag in the register has no plain one.
 */
export function answerOfTag(verdict: VerdictView, card: Card | undefined, at: UnixSeconds): Answer {
  const outcomes = verdict.checks.flatMap(({ check, outcome }) => (check === 'card/tap' ? [outcome] : []));
  const isTap = outcomes.length > 0 && !outcomes.includes('unknown');
  const shown = verdict.subject['card'];
  if (!isTap || (shown !== undefined && shown !== card?.number)) return forged('card/not-ours', at);
  return answerAbout(verdict, outcomes.includes('fail') ? undefined : card, at);
}

/** Of a card that is none of ours, or a copy: what was found, and what to do. */
function forgedWords(screen: Screen, { state, checks }: VerdictView): Partial<ProblemText> {
  const code = state === 'not-ours' ? checks[0]?.detail : undefined;
  return code !== undefined && isCode(code) ? problemText(code, {}, screen.language) : {};
}

/** Nothing of it is told but what is wrong. @param checks what was found before that */
function forged(code: string, at: UnixSeconds, checks: VerdictView['checks'] = []): Answer {
  return {
    verdict: {
      ...{ verdict: 'invalid', state: 'not-ours', dev: false, subject: {} },
      checks: [{ check: 'card/challenge', outcome: 'fail', detail: code }, ...checks],
      checkedAt: formatTime(at),
    },
    card: undefined,
  };
}

/** Whose face it should be, where the verdict shows who it is: who stands there is for a person to say. */
async function compare(screen: Screen, { office }: Station, card: Card, out: string | undefined): Promise<void> {
  const { name, post, photo } = await office.holder(card.officialId);
  screen.facts([
    [screen.say({ es: 'Compare con', en: 'Compare with' }), `${name}, ${post}`],
    [screen.say({ es: 'Fotografía', en: 'Photo' }), photo ? (out ?? screen.say(SAVE_IT)) : screen.say(NO_PHOTO)],
  ]);
  if (out !== undefined && photo) await writeOutput(out, photo);
}

/** Of whoever has left: the card is in use in the register until somebody ends it. */
function endIt({ number }: Card): Text {
  const command = `./cotejo card replace ${formatCardNumber(number)} --reason left`;
  return {
    es: `La persona ya no trabaja aquí. Retenga la tarjeta si puede, y dela de baja: ${command}`,
    en: `The person works here no more. Keep the card if you may, and end it: ${command}`,
  };
}

const NO_PHOTO = { es: 'no tiene', en: 'none' };
const SAVE_IT = { es: 'para verla: -o FOTO.jpg', en: 'to see it: -o PHOTO.jpg' };
