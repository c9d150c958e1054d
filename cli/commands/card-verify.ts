import { rm } from 'node:fs/promises';
import { systemClock } from '../../src/adapters/system.ts';
import type { CardBundleCode } from '../../src/card/bundle.ts';
import { selectApplication } from '../../src/card/piv/application.ts';
import { Refusal } from '../../src/core/refusal.ts';
import { formatTime } from '../../src/core/time.ts';
import { askByList, askChip, askTag, type CardAnswer } from '../cards/ask-card.ts';
import { cardJson } from '../cards/card-words.ts';
import { openForCounter } from '../cards/counter.ts';
import { showCardAnswer, type SavedPhoto } from '../cards/show-card-answer.ts';
import { READER_OPTIONS, withReaders, withStation, type Station } from '../cards/station.ts';
import type { Client } from '../client.ts';
import { UsageError, type Command, type Context, type Exit, type Given, type OptionSpec } from '../command.ts';
import { checkOutput, refuseExisting, writeOutput } from '../files.ts';
import { refuseOwnFiles } from '../own-files.ts';
import { EXIT_OF, type VerdictView } from '../show-verdict.ts';
import { withUnitName } from '../units.ts';

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
    if (bundle !== undefined) return verifyOffline(context, bundle, out);
    await client();
    return withStation(context, async (station) => {
      const { part, channel } = await station.take(['chip', 'tag']);
      const open = await client();
      const answer = await (part === 'chip' ? askChip(station, channel, open) : askTag(station, channel, open));
      const { verdict, card } = answer;
      if (screen.json) screen.data({ ...verdict, ...(card && { card: cardJson(card) }) });
      const photo = await savePhoto(station, answer, out);
      if (screen.json) return EXIT_OF[verdict.verdict];
      const told = { ...answer, verdict: await withUnitName(open, verdict) };
      showCardAnswer(screen, told, { photo, telephone: await telephoneOf(open) });
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

/** By the list alone: nothing is asked of any service, and nothing of the data folder but what this counter noted there. */
async function verifyOffline(context: Context, path: string, out: string | undefined): Promise<Exit> {
  const { config, given, screen } = context;
  const { dataFolder } = config;
  const bundle = await openForCounter({ bundle: path, root: given.text('root'), dataFolder, clock: systemClock });
  return withReaders(context, async (opened) => {
    const { part, channel } = await opened.take(['chip', 'tag'], selectApplication);
    if (part === 'tag') throw new Refusal<CardBundleCode>('card/tag-needs-network', 'a tag, and no chip');
    const answer = await askByList({ ...opened, channel }, bundle);
    const { verdict, photo } = answer;
    if (out !== undefined && photo) await writeOutput(out, photo);
    const list = { madeAt: formatTime(bundle.madeAt), decidesUntil: formatTime(bundle.staleFrom) };
    if (screen.json) screen.data({ ...verdict, bundle: list, ...(out !== undefined && photo && { photo: out }) });
    const { telephone } = bundle;
    showCardAnswer(screen, answer, {
      ...{ photo: photoByList(answer, out), list: { bundle, at: opened.clock() }, telephone },
    });
    return EXIT_OF[verdict.verdict];
  });
}

function photoByList({ verdict, photo }: CardAnswer, out: string | undefined): SavedPhoto | undefined {
  return isNamed(verdict) ? photoAt(photo, out) : undefined;
}

/**
 * The photo of the directory, where the verdict itself says who it is: of a card that is over only words remain, and of a name
 * under reserve, with a network as without one, nobody at a counter is shown name or photo.
 */
async function savePhoto(
  { office }: Station,
  { verdict, card }: CardAnswer,
  out: string | undefined,
): Promise<SavedPhoto | undefined> {
  if (!card || !isNamed(verdict)) return undefined;
  const { photo, isReserved } = await office.holder(card.officialId);
  if (isReserved) return undefined;
  if (out !== undefined && photo) await writeOutput(out, photo);
  return photoAt(photo, out);
}

function isNamed({ subject }: VerdictView): boolean {
  return subject['name'] !== undefined;
}

function photoAt(photo: Uint8Array | undefined, out: string | undefined): SavedPhoto {
  if (!photo) return 'none';
  return out === undefined ? 'not-saved' : { path: out };
}

/** Whom to call; of a service that does not say it, nobody. */
async function telephoneOf(client: Client): Promise<string | undefined> {
  const { telephone } = await client.get<{ readonly telephone?: unknown }>('/api/v1/staff/installation');
  return typeof telephone === 'string' ? telephone : undefined;
}
