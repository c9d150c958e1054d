import type { Primitives } from '../../core/primitives.ts';
import { dayInMexicoCity } from '../../core/time.ts';
import type { Oficio } from '../../oficio/oficio.ts';
import { countingReceptions } from '../../oficio/reception.ts';
import type { RegisteredLetter } from '../../verifier/knowledge.ts';
import type { WitnessLog } from './first-leaves.ts';
import { loggedReceptions } from './receptions.ts';

type Log = Pick<WitnessLog, 'leaf' | 'opening' | 'referring' | 'isFirst' | 'hasCome'>;

/** What the register tells of a letter besides what its file shows; nothing is said of what nobody can read any more. */
export async function toldBeside(
  log: Log,
  letter: Pick<Oficio, 'id' | 'signedLeaf'>,
  primitives: Pick<Primitives, 'hmac'>,
): Promise<Pick<RegisteredLetter, 'receivedOn'>> {
  const [first] = countingReceptions(await loggedReceptions(log, letter, primitives, { acceptUnread: true }));
  return first ? { receivedOn: dayInMexicoCity(first.receivedAt) } : {};
}
