import type { Primitives } from '../../core/primitives.ts';
import { dayInMexicoCity, type Clock, type UnixSeconds } from '../../core/time.ts';
import { mandateAt, parseOfficialId } from '../../directory/official.ts';
import { encodeProfile, publicProfile } from '../../directory/profile.ts';
import type { RecordedOfficial } from '../../directory/replay.ts';
import type { RegisteredCard, RegisteredCredential } from '../../verifier/knowledge.ts';
import { officialThen, type Registered } from './acts-then.ts';
import type { WitnessLog } from './first-leaves.ts';

export interface RegisteredOfficialDeps {
  readonly log: WitnessLog;
  readonly clock: Clock;
  readonly primitives: Primitives;
}

/** The registration of somebody, by the log alone. */
export async function officialOf(
  { log }: Pick<RegisteredOfficialDeps, 'log'>,
  text: unknown,
): Promise<Registered | undefined> {
  const id = parseOfficialId(String(text));
  const registeredLeaf = id && (await log.firstOfOfficial(id));
  return id === undefined || registeredLeaf === undefined ? undefined : { id, registeredLeaf };
}

/**
 * Somebody and their public profile, as they stand today by the log; nothing of somebody of whom the log knows nothing.
 * @throws Refusal `log/opening-missing`
 */
export async function registeredOfficial(
  deps: RegisteredOfficialDeps,
  officialId: string,
): Promise<RegisteredCard['official'] | undefined> {
  const official = await officialOf(deps, officialId);
  const today = official && (await officialThen(deps.log, official, Infinity, deps.primitives));
  if (!today) return undefined;
  return { id: today.id, ...mandateOf(today, deps.clock()), profile: encodeProfile(publicProfile(today)) };
}

/** From when to when, and on which day it ended, is told by the log alone. */
export function mandateOf(
  logged: RecordedOfficial | undefined,
  at: UnixSeconds,
): Pick<RegisteredCredential['official'], 'mandate' | 'endedOn'> {
  // Of whom the log knows nothing, nobody works here.
  if (logged === undefined) return { mandate: 'ended' };
  const { ended, validUntil } = logged;
  const today = dayInMexicoCity(at);
  // An end that is to come is nobody's business yet: the public learns of it on its day.
  const isOver = validUntil !== undefined && validUntil < today;
  const endedOn = ended !== undefined && ended.on <= today ? ended.on : isOver ? validUntil : undefined;
  return { mandate: mandateAt(logged, at), ...(endedOn !== undefined && { endedOn }) };
}
