/** What stands on the chip of a card about its person, byte for byte as office and station both compose it. */
import { fromHex } from '../core/bytes.ts';
import type { Primitives } from '../core/primitives.ts';
import { Refusal } from '../core/refusal.ts';
import { startOfDay, unixSeconds, type UnixSeconds } from '../core/time.ts';
import { formatCardNumber, type Card } from './card.ts';
import { jpegSize } from './jpeg-size.ts';
import type { CardHolder } from './office.ts';
import { encodeChuid } from './piv/chuid.ts';
import { encodeFacialImage } from './piv/facial-image.ts';
import { CIV_FASC_N } from './piv/fasc-n.ts';
import { encodePrintedInformation } from './piv/printed-information.ts';
import { encodeHashList, type HashedObject } from './piv/security-object.ts';
import type { StationCode } from './station/station-code.ts';

const CREATOR = 'Cotejo';
const DAY_SECONDS = 86_400;

/**
 * The CHUID of a card: always the same bytes, so that it can be compared after a pull, and never written again once keys follow
 * from the GUID in it. It has no signature of its own: the security object covers it.
 */
export function chuidOf({ guid, expires }: Card): Uint8Array {
  return encodeChuid({ fascN: CIV_FASC_N, guid: fromHex(guid)!, expires });
}

/** The objects that are read with the PIN. @throws Refusal `card/photo-unfit`, `card/too-large` */
export function personalObjects(card: Card, holder: CardHolder): readonly HashedObject[] {
  const { expires, number } = card;
  const printed = encodePrintedInformation({ ...holder.printed, expires, cardNumber: formatCardNumber(number) });
  return [
    { name: 'printed-information', value: printed },
    ...(holder.photo ? [{ name: 'facial-image', value: faceOf(card, holder.photo) } as const] : []),
  ];
}

function faceOf({ registeredAt, expires }: Card, jpeg: Uint8Array): Uint8Array {
  const size = jpegSize(jpeg);
  if (!size) throw new Refusal<StationCode>('card/photo-unfit', 'the photo is no JPEG');
  const times = { made: registeredAt, validFrom: registeredAt, validUntil: endOf(expires) };
  return encodeFacialImage({ jpeg, ...size, fascN: CIV_FASC_N, ...times, creator: CREATOR });
}

function endOf(day: Card['expires']): UnixSeconds {
  return unixSeconds(startOfDay(day) + DAY_SECONDS - 1);
}

/** What the security object is about, in the order of its data groups. @throws Refusal as `personalObjects` */
export function hashedObjects(card: Card, holder: CardHolder): readonly HashedObject[] {
  return [{ name: 'chuid', value: chuidOf(card) }, ...personalObjects(card, holder)];
}

/**
 * The contents that the office signs for this card, and no other: with the photo, and without it for a chip that has no room.
 * @throws Refusal as `personalObjects`
 */
export function hashListsOf(
  card: Card,
  holder: CardHolder,
  primitives: Pick<Primitives, 'digest'>,
): readonly Uint8Array[] {
  const objects = hashedObjects(card, holder);
  const faceless = objects.filter(({ name }) => name !== 'facial-image');
  return [objects, faceless].map((some) => encodeHashList(some, primitives));
}
