/** What a chip tells of its card and its person, and the signature of the office over all of it. */
import { fromHex } from '../core/bytes.ts';
import { startOfDay, unixSeconds, type UnixSeconds } from '../core/time.ts';
import { formatCardNumber, type Card } from './card.ts';
import { refuseCard, readWhole, type Chip } from './chip.ts';
import { jpegSize } from './jpeg-size.ts';
import type { CardHolder } from './office.ts';
import { encodeCapability, makeCapability } from './piv/capability.ts';
import { encodeChuid } from './piv/chuid.ts';
import { encodeFacialImage } from './piv/facial-image.ts';
import { CIV_FASC_N } from './piv/fasc-n.ts';
import { encodePrintedInformation } from './piv/printed-information.ts';
import { encodeHashList, encodeSecurityObject, type HashedObject } from './piv/security-object.ts';

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
  if (!size) refuseCard('card/photo-unfit', 'the photo is no JPEG');
  const times = { made: registeredAt, validFrom: registeredAt, validUntil: endOf(expires) };
  return encodeFacialImage({ jpeg, ...size, fascN: CIV_FASC_N, ...times, creator: CREATOR });
}

function endOf(day: Card['expires']): UnixSeconds {
  return unixSeconds(startOfDay(day) + DAY_SECONDS - 1);
}

/** Programs ask for the capability container before anything else; one that the card came with will do. */
export async function completeCapability(chip: Chip): Promise<void> {
  if (await readWhole(chip.deps.channel, 'capability')) return;
  await chip.write('capability', encodeCapability(makeCapability(chip.deps.random)));
}

/** Writes what is not there yet, each read back, and the office's signature over the hashes of all. */
export async function completeObjects(chip: Chip, personal: readonly HashedObject[]): Promise<void> {
  // They are read with the PIN.
  await chip.unlock('9A');
  for (const { name, value } of personal) await chip.ensure(name, value);
  const objects: readonly HashedObject[] = [{ name: 'chuid', value: chuidOf(chip.card) }, ...personal];
  const bytes = encodeHashList(objects, chip.deps.primitives);
  const signed = await chip.deps.office.signContent({ content: 'security-object', bytes });
  // Signed anew each time, so that what an interruption left of it is never taken for whole.
  await chip.write('security-object', encodeSecurityObject({ objects: objects.map(({ name }) => name), signed }));
}
