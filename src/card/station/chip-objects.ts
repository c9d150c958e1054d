/** What a chip tells of its card and its person, and the signature of the office over all of it. */
import { isRefusal } from '../../core/refusal.ts';
import { chuidOf } from '../card-objects.ts';
import { readWhole, type Chip } from './chip.ts';
import { encodeCapability, makeCapability } from '../piv/capability.ts';
import { encodeHashList, encodeSecurityObject, type HashedObject } from '../piv/security-object.ts';

/** Programs ask for the capability container before anything else; one that the card came with will do. */
export async function completeCapability(chip: Chip): Promise<void> {
  if (await readWhole(chip.deps.channel, 'capability')) return;
  await chip.write('capability', encodeCapability(makeCapability(chip.deps.random)));
}

/** `no-room`: the chip takes no object of that size. */
export type Face = 'written' | 'no-room' | 'none';

/**
 * Writes what is not there yet, each read back, and the office's signature over the hashes of all. A chip that breaks off the
 * photo goes without one: PivApplet takes no object beyond 4 to 6 kB, and who checks the card sees the photo of the office.
 * @param openAgain begins anew with the chip, which may have kept the part that it took
 */
export async function completeObjects(
  chip: Chip,
  personal: readonly HashedObject[],
  openAgain: () => Promise<void>,
): Promise<Face> {
  // They are read with the PIN.
  await chip.unlock('9A');
  const written: HashedObject[] = [{ name: 'chuid', value: chuidOf(chip.card) }];
  let face: Face = 'none';
  for (const object of personal) {
    const { name, value } = object;
    try {
      await chip.ensure(name, value);
    } catch (error) {
      if (name !== 'facial-image' || !isBrokenOff(error)) throw error;
      await openAgain();
      // Part of it, or one of before, that nobody signs.
      await chip.erase(name);
      face = 'no-room';
      continue;
    }
    if (name === 'facial-image') face = 'written';
    written.push(object);
  }
  const bytes = encodeHashList(written, chip.deps.primitives);
  const signed = await chip.deps.office.signContent({ number: chip.card.number, bytes });
  // Signed anew each time, so that what an interruption left of it is never taken for whole.
  await chip.write('security-object', encodeSecurityObject({ objects: written.map(({ name }) => name), signed }));
  return face;
}

function isBrokenOff(error: unknown): boolean {
  return isRefusal(error, 'card/full') || isRefusal(error, 'card/declined');
}
