/** What a chip tells of its card and its person, and the signature of the office over all of it. */
import { chuidOf } from '../card-objects.ts';
import { readWhole, type Chip } from './chip.ts';
import { encodeCapability, makeCapability } from '../piv/capability.ts';
import { encodeHashList, encodeSecurityObject, type HashedObject } from '../piv/security-object.ts';

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
  const signed = await chip.deps.office.signContent({ number: chip.card.number, bytes });
  // Signed anew each time, so that what an interruption left of it is never taken for whole.
  await chip.write('security-object', encodeSecurityObject({ objects: objects.map(({ name }) => name), signed }));
}
