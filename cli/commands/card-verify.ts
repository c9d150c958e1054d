import { formatCardNumber, type Card } from '../../src/card/card.ts';
import type { CardChannel } from '../../src/card/channel.ts';
import { readNdefAddress } from '../../src/card/ntag424/ndef.ts';
import { challengeCard } from '../../src/card/verify-card.ts';
import { toBase64 } from '../../src/core/base64.ts';
import { isRefusal, type Refusal } from '../../src/core/refusal.ts';
import { problemText } from '../../src/texts/problems.ts';
import { cardJson, showCard } from '../cards/card-words.ts';
import { READER_OPTIONS, withStation, type Station } from '../cards/station.ts';
import { EXIT, type Command, type Exit, type OptionSpec } from '../command.ts';
import { checkOutput, refuseExisting, writeOutput } from '../files.ts';
import type { Client } from '../client.ts';
import type { Screen } from '../screen.ts';
import { EXIT_OF, showVerdict, type VerdictView } from './verify.ts';

const API = '/api/v1/staff/verify';

/** What a card says that is none of ours, or a copy of one: an answer to the question, and no refusal of it. */
const FORGED = [
  ...['card/no-application', 'card/not-ours', 'card/certificate-of-another', 'card/no-key', 'card/signature-wrong'],
  ...['card/not-allowed', 'card/malformed', 'card/declined'],
];

const PHOTO: OptionSpec = {
  type: 'string',
  value: { es: 'FOTO.jpg', en: 'PHOTO.jpg' },
  help: { es: 'guarda la fotografía del directorio, para compararla', en: 'saves the photo of the directory, to compare' },
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
  options: { photo: PHOTO, ...READER_OPTIONS },
  async run(context) {
    const { given, screen, client } = context;
    const out = given.text('photo');
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
      if (card) await showPerson(screen, station, card, out);
      return EXIT_OF[verdict.verdict];
    });
  },
};

/** The chip signs fresh bytes; who issued its certificate, and whether it counts, the verifier says. */
async function askChip(station: Station, channel: CardChannel, client: Client): Promise<Answer> {
  try {
    const { guid, certificate } = await challengeCard({ ...station, channel });
    const verdict = await client.post<VerdictView>(API, { certificate: toBase64(certificate.encoded) });
    const proven = { check: 'card/challenge', outcome: 'pass', detail: '' };
    const card = await station.office.find({ guid });
    return { verdict: { ...verdict, checks: [proven, ...verdict.checks] }, card };
  } catch (error) {
    if (!isRefusal(error) || !FORGED.includes(error.code)) throw error;
    return { verdict: forged(error, station.clock()), card: undefined };
  }
}
