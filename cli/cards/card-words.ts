import { CARD_SLOTS, type CardSlot } from '../../src/credential/on-card.ts';
import type { ChipMaker } from '../../src/card/station/attestation.ts';
import { endReasonOf, formatCardNumber, type Card, type CardEndReason } from '../../src/card/card.ts';
import type { SlotStory } from '../../src/card/station/chip-slots.ts';
import type { AccessPurpose } from '../../src/card/access-proof.ts';
import type { CardEvent } from '../../src/card/office/history.ts';
import type { CardHolder } from '../../src/card/office.ts';
import { formatTime } from '../../src/core/time.ts';
import type { ChipStage, ProvisionedChip } from '../../src/card/station/provision-chip.ts';
import type { Meanings, Text } from '../command.ts';
import { inWords, REVOCATION_REASONS } from '../credential-words.ts';
import { localDay } from '../local-time.ts';
import type { Screen } from '../screen.ts';

/** What each slot of a chip is for. */
export const SLOT_WORDS: Meanings<CardSlot> = {
  '9A': { es: 'Identificación (9A)', en: 'Identification (9A)' },
  '9C': { es: 'Firma de oficios (9C)', en: 'Signing letters (9C)' },
  '9E': { es: 'La tarjeta misma (9E)', en: 'The card itself (9E)' },
};

export const STAGES: Meanings<ChipStage> = {
  identify: { es: 'Mirando qué tarjeta es…', en: 'Looking which card it is…' },
  'take-over': { es: 'Cambiando los códigos de fábrica…', en: 'Changing the codes of the factory…' },
  keys: { es: 'La tarjeta hace sus llaves…', en: 'The card makes its keys…' },
  objects: { es: 'Escribiendo datos y fotografía…', en: 'Writing data and photo…' },
  audit: { es: 'Comprobando todo…', en: 'Checking everything…' },
};

export const CARD_STATES: Meanings<Card['state']> = {
  registered: { es: 'registrada, sin terminar', en: 'registered, not finished' },
  active: { es: 'activa', en: 'active' },
  ended: { es: 'terminada', en: 'ended' },
};

/** Why a card ends. */
export const END_REASONS: Meanings<CardEndReason> = {
  lost: { es: 'se perdió', en: 'it was lost' },
  stolen: { es: 'la robaron', en: 'it was stolen' },
  damaged: { es: 'se dañó', en: 'it broke' },
  replaced: { es: 'se cambia por otra', en: 'another one takes its place' },
  wiped: { es: 'se borró', en: 'it was erased' },
  left: { es: 'la persona dejó el cargo', en: 'the person left the post' },
};

/** What a leaf about a card, or about what was issued for it, says. */
const EVENTS: Readonly<Record<string, Text>> = {
  'card/registered': { es: 'se registró la tarjeta', en: 'the card was registered' },
  'card/tag-assigned': { es: 'se dieron llaves a su chip para teléfonos', en: 'its tag was given keys' },
  'card/activated': { es: 'la tarjeta quedó activa', en: 'the card was activated' },
  'card/ended': { es: 'la tarjeta terminó', en: 'the card ended' },
  'card/opened': { es: 'se entregó un secreto de la tarjeta', en: 'a secret of the card was handed out' },
  'card/stolen': { es: 'se reportó como robada', en: 'it was reported stolen' },
  'credential/issued': { es: 'se emitió un certificado', en: 'a certificate was issued' },
  'credential/proven': { es: 'la tarjeta demostró su llave', en: 'the card proved the key' },
  'credential/suspended': { es: 'se suspendió', en: 'it was suspended' },
  'credential/resumed': { es: 'se reanudó', en: 'it was resumed' },
  'credential/revoked': { es: 'se revocó', en: 'it was revoked' },
  unread: { es: 'ya no se puede leer qué', en: 'what it says can be read no more' },
};

/** An act that a newer release records keeps its name. */
export function eventWords(screen: Screen, act: string): string {
  const words = EVENTS[act];
  return words ? screen.say(words) : act;
}

/**
 * Why a card ended, or something on it was revoked. A revocation has the word of its standard, which says less than the end of the
 * card: the keys of one that was lost count as stolen.
 */
export function eventReason(screen: Screen, reason: string | undefined): string | undefined {
  if (reason === undefined) return undefined;
  return inWords(screen, { ...REVOCATION_REASONS, ...OF_WHAT_IT_BEARS, ...END_REASONS }, reason);
}

const OF_WHAT_IT_BEARS: Meanings<'keyCompromise'> = {
  keyCompromise: { es: 'su llave puede estar en otras manos', en: 'its key may be in other hands' },
};

const SECRETS: Meanings<AccessPurpose | 'tag-keys'> = {
  'management-key': { es: 'llave de administración', en: 'management key' },
  puk: { es: 'código de desbloqueo', en: 'unblocking code' },
  'key-replacement': {
    es: 'ninguno: su llave cede el lugar a otra',
    en: 'none: its key gives way to another',
  },
  'tag-keys': { es: 'llaves del chip para teléfonos', en: 'keys of the tag for phones' },
};

/** What an act was about: a slot with its certificate, or the secret that was told, and to whom. */
export function eventSubject(screen: Screen, { slot, serial, secret, station }: EventSubject): string {
  if (secret === undefined) return [slot && inWords(screen, SLOT_WORDS, slot), serial].filter(Boolean).join(' ');
  const told = inWords(screen, SECRETS, secret);
  const nameless = { es: 'una estación que no dijo su nombre', en: 'a station that gave no name' };
  const to = station ?? screen.say(nameless);
  return screen.say({ es: `${told}, a ${to}`, en: `${told}, to ${to}` });
}

type EventSubject = Pick<CardEvent, 'slot' | 'serial' | 'secret' | 'station'>;

const STORIES: Meanings<SlotStory> = {
  made: {
    es: 'llave hecha en la tarjeta, certificada y comprobada',
    en: 'key made in the card, certified and checked',
  },
  kept: { es: 'ya estaba bien', en: 'was well already' },
  restarted: {
    es: 'su llave era otra: se hizo de nuevo, y lo anterior se revocó',
    en: 'its key was another one: made anew, and what was there before revoked',
  },
};

const BEGAN: Readonly<Record<ProvisionedChip['began'], Text | undefined>> = {
  blank: undefined,
  resumed: {
    es: 'La tarjeta se había empezado antes: se miró cómo quedó y se siguió desde ahí.',
    en: 'The card was begun before: its state was checked, and the work went on from there.',
  },
  anew: {
    es: 'La tarjeta se había empezado antes y se interrumpió al recibir su llave: se dio de baja y se hizo de nuevo, con otro número.',
    en: 'The card was begun before and interrupted while it took its key: it was ended, and made anew with another number.',
  },
  'done-before': {
    es: 'La tarjeta ya estaba lista: solo se comprobó.',
    en: 'The card was ready before: it was only checked.',
  },
};

/** A card as programs get it, times as RFC 3339: no leaf, no secret. */
export function cardJson({
  number,
  officialId,
  guid,
  state,
  expires,
  tag,
  ended,
  stolen,
}: Card): Record<string, unknown> {
  return {
    ...{ number: formatCardNumber(number), officialId, guid, state, expires },
    ...(tag && { tag }),
    ...(ended && { ended: { ...ended, at: formatTime(ended.at) } }),
    ...(stolen && { stolen: { ...stolen, at: formatTime(stolen.at) } }),
  };
}

/** Whose it is to be, where it stays on a screen. */
export function showHolderReserved(screen: Screen, holder: CardHolder): void {
  showHolder(screen, holder.isReserved ? { ...holder, name: screen.say(reservedName(holder)) } : holder);
}

/** In place of a name under reserve. */
export function reservedName({ officialId }: Pick<CardHolder, 'officialId'>): Text {
  return { es: `nombre reservado (${officialId})`, en: `name reserved (${officialId})` };
}

export function showHolder(screen: Screen, { name, post, unit, photo }: CardHolder): void {
  screen.facts([
    [screen.say({ es: 'Persona', en: 'Person' }), name],
    [screen.say({ es: 'Cargo', en: 'Post' }), post],
    [screen.say({ es: 'Unidad', en: 'Unit' }), unit],
    [
      screen.say({ es: 'Fotografía', en: 'Photo' }),
      screen.say(photo ? { es: 'sí', en: 'yes' } : { es: 'no tiene', en: 'none' }),
    ],
  ]);
  if (!photo) screen.note(screen.paint('wait', screen.say(NO_FACE)));
}

/** Before anything is written: it cannot be added to the chip afterwards. */
const NO_FACE = {
  es: '! Sin fotografía la tarjeta no muestra ningún rostro, y en la ventanilla no habrá con qué comparar. Agréguela antes en el directorio (./cotejo official import --update).',
  en: '! Without a photo the card shows no face, and a counter has nothing to compare. Add it to the directory first (./cotejo official import --update).',
};

/**
 * A name under reserve stays on no screen: whose card it is, is told by their id.
 * @param isNumberAsked its number is to be read on the plastic, and not here
 */
export function showCard(
  screen: Screen,
  card: Card,
  { name, post, isReserved }: Pick<CardHolder, 'name' | 'post' | 'isReserved'>,
  { isNumberAsked = false }: { readonly isNumberAsked?: boolean } = {},
): void {
  const why = endReasonOf(card);
  const reason = why && END_REASONS[why];
  const id = card.officialId;
  const told = isReserved ? screen.say({ es: `reservado (${id})`, en: `reserved (${id})` }) : name;
  screen.facts([
    [screen.say({ es: 'Número', en: 'Number' }), isNumberAsked ? undefined : formatCardNumber(card.number)],
    [screen.say({ es: 'Persona', en: 'Person' }), told],
    [screen.say({ es: 'Cargo', en: 'Post' }), post],
    [screen.say({ es: 'Estado', en: 'State' }), screen.say(CARD_STATES[card.state])],
    [screen.say({ es: 'Motivo', en: 'Reason' }), reason && screen.say(reason)],
    [screen.say({ es: 'Hasta', en: 'Until' }), localDay(card.expires)],
    [screen.say({ es: 'Chip para teléfonos', en: 'Tag for phones' }), card.tag?.uid],
  ]);
}

function makerWords(screen: Screen, maker: ChipMaker): string {
  return maker.state === 'known' ? maker.name : screen.paint('wait', screen.say(MAKERS[maker.state]));
}

const MAKERS: Meanings<Exclude<ChipMaker['state'], 'known'>> = {
  unknown: { es: 'ninguno de los conocidos', en: 'none of those that are known' },
  silent: { es: 'el chip no lo dice', en: 'the chip does not say' },
};

const NO_ROOM = {
  es: 'En este chip no cabe la fotografía: quedó sin ella. Las ventanillas muestran la de la institución.',
  en: 'This chip has no room for the photo, and goes without it. Counters show the one that the institution has.',
};

/** What was found and done in the chip. */
export function tellChip(screen: Screen, { began, maker, face, slots }: ProvisionedChip): void {
  const said = BEGAN[began];
  if (said) screen.note(screen.say(said));
  if (face === 'no-room') screen.note(screen.paint('wait', screen.say(NO_ROOM)));
  if (maker) screen.facts([[screen.say({ es: 'Fabricante', en: 'Maker' }), makerWords(screen, maker)]]);
  screen.facts(
    CARD_SLOTS.map((slot) => {
      const story = slots[slot];
      return [screen.say(SLOT_WORDS[slot]), story && screen.say(STORIES[story])];
    }),
  );
}
