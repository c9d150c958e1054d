import { formatCardNumber, type Card } from '../../src/card/card.ts';
import type { CardChannel } from '../../src/card/channel.ts';
import { identifyTag } from '../../src/card/ntag424/read-tag.ts';
import { readNdefAddress } from '../../src/card/ntag424/ndef.ts';
import { formatTagUid } from '../../src/card/ntag424/uid.ts';
import { challengeCard } from '../../src/card/verify-card.ts';
import { toBase64 } from '../../src/core/base64.ts';
import { isRefusal } from '../../src/core/refusal.ts';
import { formatTime, type UnixSeconds } from '../../src/core/time.ts';
import { cardJson } from '../cards/card-words.ts';
import { READER_OPTIONS, withStation, type Station } from '../cards/station.ts';
import type { Client } from '../client.ts';
import type { Command, OptionSpec } from '../command.ts';
import { checkOutput, refuseExisting, writeOutput } from '../files.ts';
import type { Screen } from '../screen.ts';
import { EXIT_OF, showVerdict, type VerdictView } from './verify.ts';

const API = '/api/v1/staff/verify';

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

interface Answer {
  readonly verdict: VerdictView;
  /** Of the register, by what the card showed. */
  readonly card: Card | undefined;
}

export const cardVerify: Command = {
  name: 'card verify',
  summary: {
    es: 'comprueba una tarjeta en la ventanilla, sin NIP: que sea ella misma, de quién es y si vale hoy',
    en: 'checks a card at the counter, without a PIN: that it is itself, whose it is, and whether it counts today',
  },
  options: { out: PHOTO, ...READER_OPTIONS },
  async run(context) {
    const { given, screen, client } = context;
    const out = given.text('out');
    if (out !== undefined) {
      await checkOutput(out);
      await refuseExisting(out);
    }
    return withStation(context, async (station) => {
      const { part, channel } = await station.take(['chip', 'tag']);
      const open = await client();
      const { verdict, card } = await (part === 'chip'
        ? askChip(station, channel, open)
        : askTag(station, channel, open));
      if (screen.json) screen.data({ ...verdict, ...(card && { card: cardJson(card) }) });
      showVerdict(screen, card ? formatCardNumber(card.number) : '', verdict);
      if (card) await compare(screen, station, card, out);
      return EXIT_OF[verdict.verdict];
    });
  },
};

/** The chip signs fresh bytes; whether its certificate counts, and the card that it names, the verifier says. */
async function askChip(station: Station, channel: CardChannel, client: Client): Promise<Answer> {
  try {
    const { guid, certificate } = await challengeCard({ ...station, channel });
    const ofKey = await client.post<VerdictView>(API, { certificate: toBase64(certificate.encoded) });
    const card = await station.office.find({ guid });
    const proven = [PROVEN, ...ofKey.checks];
    if (!card || ofKey.verdict !== 'valid') return { verdict: { ...ofKey, checks: proven }, card };
    // One that is not finished has keys that count already.
    const ofCard = await client.post<VerdictView>(API, { text: formatCardNumber(card.number) });
    return { verdict: { ...ofCard, checks: [...proven, ...ofCard.checks] }, card };
  } catch (error) {
    if (!isRefusal(error) || !FORGED.includes(error.code)) throw error;
    return { verdict: forged(error.code, station.clock()), card: undefined };
  }
}

/** The address that the tag makes for a telephone, used up by this. A tag of another kind, or without one, is none of ours. */
async function askTag(station: Station, channel: CardChannel, client: Client): Promise<Answer> {
  const { uid } = await identifyTag({ channel });
  const text = (await readNdefAddress(channel)) ?? '';
  const verdict = await client.post<VerdictView>(API, { text });
  const card = await station.office.find({ tagUid: formatTagUid(uid) });
  return answerOfTag(verdict, card, station.clock());
}

/**
 * What counts of a verdict on what a tag held, where `card` has a tag of this number. Anybody can write the number of a card into a
 * tag, and give a tag the number of another: a verdict about a card is of this one, and a good one of its tap.
 */
export function answerOfTag(verdict: VerdictView, card: Card | undefined, at: UnixSeconds): Answer {
  const shown = verdict.subject['card'];
  if (shown === undefined) return { verdict, card: verdict.verdict === 'invalid' ? undefined : card };
  const isTap = verdict.checks.some(({ check, outcome }) => check === 'card/tap' && outcome === 'pass');
  const isItsOwn = shown === card?.number && (isTap || verdict.verdict !== 'valid');
  return isItsOwn ? { verdict, card } : { verdict: forged('card/not-ours', at), card: undefined };
}

const PROVEN = {
  check: 'card/challenge',
  outcome: 'pass',
  detail: 'the card signed fresh bytes with the key of its certificate',
} as const;

function forged(code: string, at: UnixSeconds): VerdictView {
  return {
    ...{ verdict: 'invalid', state: 'not-ours', dev: false, subject: {} },
    checks: [{ check: 'card/challenge', outcome: 'fail', detail: code }],
    checkedAt: formatTime(at),
  };
}

/** Whose face it should be, whatever the verdict: who stands there is for a person to say. */
async function compare(screen: Screen, { office }: Station, card: Card, out: string | undefined): Promise<void> {
  const { name, post, photo } = await office.holder(card.officialId);
  screen.facts([
    [screen.say({ es: 'Compare con', en: 'Compare with' }), `${name}, ${post}`],
    [screen.say({ es: 'Fotografía', en: 'Photo' }), photo ? (out ?? screen.say(SAVE_IT)) : screen.say(NO_PHOTO)],
  ]);
  if (out !== undefined && photo) await writeOutput(out, photo);
}

const NO_PHOTO = { es: 'no tiene', en: 'none' };
const SAVE_IT = { es: 'para verla: -o FOTO.jpg', en: 'to see it: -o PHOTO.jpg' };
