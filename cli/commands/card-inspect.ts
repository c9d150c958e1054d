import { tryReadCertificate } from '../../src/authority/certificate.ts';
import type { Card } from '../../src/card/card.ts';
import { identifyChip } from '../../src/card/station/identify-chip.ts';
import { identifyTag } from '../../src/card/ntag424/read-tag.ts';
import { getKeyVersion } from '../../src/card/ntag424/commands.ts';
import type { KeyNumber } from '../../src/card/ntag424/keys.ts';
import type { CardChannel } from '../../src/card/channel.ts';
import { formatTagUid } from '../../src/card/ntag424/uid.ts';
import { inspect, type CardReport, type Found, type SlotReport } from '../../src/card/piv/inspect.ts';
import { SLOTS, type Slot } from '../../src/card/piv/reference.ts';
import { toHex } from '../../src/core/bytes.ts';
import { formatTime } from '../../src/core/time.ts';
import { cardJson, showCard } from '../cards/card-words.ts';
import { READER_OPTIONS, withStation, type Station } from '../cards/station.ts';
import type { TakenCard } from '../cards/take-card.ts';
import { EXIT, type Command, type Meanings } from '../command.ts';
import { localDay } from '../local-time.ts';
import type { Screen } from '../screen.ts';

const FOUND: Meanings<Found<unknown>['state']> = {
  present: { es: 'está', en: 'there' },
  absent: { es: 'no está', en: 'absent' },
  locked: { es: 'pide el NIP', en: 'wants the PIN' },
  malformed: { es: 'incompleto o en otra forma', en: 'incomplete, or of another form' },
};

/** What a slot has in it, for programs. */
interface SlotView {
  readonly certificate: Found<unknown>['state'];
  readonly serial?: string;
  readonly notAfter?: string;
  readonly key?: string;
}

interface ChipView {
  readonly makerSerial?: number;
  readonly version?: string;
  readonly guid?: string;
  readonly expires?: string;
  readonly slots: Readonly<Record<Slot, SlotView>>;
  readonly printedInformation: string;
  readonly facialImage: string;
  readonly securityObject: string;
  readonly pinTriesLeft?: number;
  readonly pukTriesLeft?: number;
  readonly managementKey?: string;
}

export const cardInspect: Command = {
  name: 'card inspect',
  summary: {
    es: 'dice qué hay en la tarjeta y de quién es, sin cambiar ni intentar nada',
    en: 'tells what is on the card and whose it is, and changes and tries nothing',
  },
  options: READER_OPTIONS,
  async run(context) {
    const { screen } = context;
    return withStation(context, async (station) => {
      const taken = await station.take(['chip', 'tag']);
      await (taken.part === 'chip' ? inspectChip(screen, station, taken) : inspectTag(screen, station, taken));
      return EXIT.done;
    });
  },
};

async function inspectChip(screen: Screen, station: Station, { channel, reader }: TakenCard): Promise<void> {
  const { card } = await identifyChip({ ...station, channel });
  const found = await inspect(channel);
  const isBlank = !card && looksBlank(found);
  const report = viewOf(found);
  if (screen.json) screen.data({ reader, part: 'chip', ...(card && { card: cardJson(card) }), isBlank, ...report });
  await showWhose(screen, station, card, isBlank);
  showChip(screen, report);
  if (card) screen.note(screen.say(NOT_PROVEN));
}

/** No certificate and no signed list, whole or torn: as from the factory, where some have an identity, or as `card wipe` leaves one. */
function looksBlank({ slots, securityObject }: CardReport): boolean {
  return securityObject.state === 'absent' && SLOTS.every((slot) => slots[slot].certificate.state === 'absent');
}

async function inspectTag(screen: Screen, station: Station, { channel, reader }: TakenCard): Promise<void> {
  const { uid, isGenuine } = await identifyTag({ channel });
  const number = formatTagUid(uid);
  const card = await station.office.find({ tagUid: number });
  const isBlank = !card && (await saysFactoryKeys(channel));
  const view = { uid: number, isGenuine };
  if (screen.json) screen.data({ reader, part: 'tag', ...(card && { card: cardJson(card) }), isBlank, ...view });
  await showWhose(screen, station, card, isBlank);
  if (card) screen.note(screen.say(NOT_PROVEN));
  screen.facts([
    [screen.say({ es: 'Número del chip para teléfonos', en: 'Number of the tag for phones' }), number],
    [
      screen.say({ es: 'Hecho por NXP', en: 'Made by NXP' }),
      screen.say(isGenuine ? { es: 'sí', en: 'yes' } : { es: 'no consta', en: 'not certain' }),
    ],
  ]);
}

/** By the versions of its keys, which it tells anybody: reading what it holds would count as a tap. */
async function saysFactoryKeys(channel: CardChannel): Promise<boolean> {
  for (const number of KEY_NUMBERS) if ((await getKeyVersion(channel, number)) !== 0) return false;
  return true;
}

const KEY_NUMBERS: readonly KeyNumber[] = [0, 1, 2, 3, 4];

/** Anybody can write this on a chip of theirs. */
const NOT_PROVEN = {
  es: 'Es lo que la tarjeta dice de sí misma, y una copia dice lo mismo. Para saber si es ella: ./cotejo card verify',
  en: 'This is what the card says of itself, and a copy says the same. To know whether it is itself: ./cotejo card verify',
};
const BLANK = { es: 'En blanco: todavía no es de nadie.', en: 'Blank: nobody has it yet.' };
const PREPARE_IT = {
  es: 'Para prepararla: ./cotejo card provision --official CLAVE (o card station). Si trae impresos un nombre y un número, alguien la borró o le cambió el chip: apártela y avise al personal de sistemas.',
  en: 'To prepare it: ./cotejo card provision --official ID (or card station). If a name and a number are printed on it, somebody erased it or exchanged its chip: put it aside and tell the systems staff.',
};
const NOT_OURS = {
  es: 'Si tiene impreso el nombre de la institución puede ser falsa: apártela y avise al personal de sistemas.',
  en: 'If the name of the institution is printed on it, it may be a forgery: put it aside and tell the systems staff.',
};

async function showWhose(screen: Screen, { office }: Station, card: Card | undefined, isBlank: boolean): Promise<void> {
  if (isBlank) {
    screen.line(screen.say(BLANK));
    return screen.note(screen.say(PREPARE_IT));
  }
  if (card) return showCard(screen, card, await office.holder(card.officialId));
  const nobody = { es: 'No es una tarjeta de esta institución.', en: 'Not a card of this institution.' };
  screen.line(screen.paint('wait', screen.say(nobody)));
  screen.note(screen.say(NOT_OURS));
}

function viewOf(report: CardReport): ChipView {
  const { version, serial, chuid, slots, pin, pukTriesLeft, managementAlgorithm } = report;
  const views = SLOTS.map((slot) => [slot, slotView(slots[slot])] as const);
  return {
    ...(serial !== undefined && { makerSerial: serial }),
    ...(version && { version: `${version.major}.${version.minor}.${version.patch}` }),
    ...(chuid.state === 'present' && { guid: toHex(chuid.value.guid), expires: chuid.value.expires }),
    slots: Object.fromEntries(views) as Record<Slot, SlotView>,
    printedInformation: report.printedInformation.state,
    facialImage: report.facialImage.state,
    securityObject: report.securityObject.state,
    ...(pin.triesLeft !== undefined && { pinTriesLeft: pin.triesLeft }),
    ...(pukTriesLeft !== undefined && { pukTriesLeft }),
    ...(managementAlgorithm && { managementKey: managementAlgorithm }),
  };
}

function slotView({ certificate, key }: SlotReport): SlotView {
  const read = certificate.state === 'present' ? tryReadCertificate(certificate.value) : undefined;
  return {
    certificate: certificate.state,
    ...(read && { serial: read.serial.hex, notAfter: formatTime(read.notAfter) }),
    ...(typeof key === 'object' && key.algorithm && { key: key.algorithm }),
  };
}

function showChip(screen: Screen, view: ChipView): void {
  const found = (state: string): string => screen.say(FOUND[state as Found<unknown>['state']]);
  screen.facts([
    [screen.say({ es: 'Número de fábrica', en: 'Serial of the maker' }), view.makerSerial?.toString()],
    [screen.say({ es: 'Versión', en: 'Version' }), view.version],
    ['GUID', view.guid],
    ...SLOTS.map((slot): [string, string] => {
      const { certificate, serial, notAfter, key } = view.slots[slot];
      const until = notAfter && screen.say({ es: `hasta ${localDay(notAfter)}`, en: `until ${localDay(notAfter)}` });
      return [slot, [found(certificate), serial, until, key].filter(Boolean).join(', ')];
    }),
    [screen.say({ es: 'Datos impresos', en: 'Printed data' }), found(view.printedInformation)],
    [screen.say({ es: 'Fotografía', en: 'Photo' }), found(view.facialImage)],
    [screen.say({ es: 'Lista firmada', en: 'Signed list' }), found(view.securityObject)],
    [screen.say({ es: 'Intentos de NIP', en: 'PIN tries' }), view.pinTriesLeft?.toString()],
    [screen.say({ es: 'Intentos de desbloqueo', en: 'PUK tries' }), view.pukTriesLeft?.toString()],
    [screen.say({ es: 'Llave de administración', en: 'Management key' }), view.managementKey],
  ]);
}
