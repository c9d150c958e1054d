import type { Person } from '../access/people.ts';
import type { PersonId } from '../access/person.ts';
import type { AccessStore } from '../access/store.ts';
import type { ToldAct, ToldActs } from '../access/told-act.ts';
import { unixSeconds, type Clock } from '../core/time.ts';
import type { TellDeps } from './group.ts';
import { noticeId, type ActTold, type Notice } from './notice.ts';

export interface TellActsDeps extends TellDeps {
  readonly toldActs: Pick<ToldActs, 'list'>;
  readonly people: Pick<AccessStore, 'listPeople'>;
  nextIndex(): Promise<number>;
  readonly clock: Clock;
}

/** Acts from before are told no more: the setting was absent, or the service stood still. */
const TOLD_WITHIN_SECONDS = 7 * 86_400;
const PAGE = 200;

/** What was done to somebody, and takes or gives them something: told to them whoever did it. */
const ABOUT: ReadonlySet<string> = new Set([
  ...['access/enrolled', 'access/roles-set', 'access/ended'],
  ...['credential/issued', 'credential/suspended', 'credential/resumed', 'credential/revoked'],
  ...['card/activated', 'card/ended', 'card/stolen'],
  ...['distinctive/granted', 'distinctive/withdrawn'],
  ...['official/changed', 'official/ended'],
]);

/**
 * Tells each person what was done in their name, as verifiers would judge it, and about them, since it was told last: one message to each.
 * The first time only from where to begin is noted.
 */
export async function tellActs(deps: TellActsDeps): Promise<void> {
  const { store, primitives } = deps;
  const [mark, size, now] = [await store.mark(), await deps.nextIndex(), deps.clock()];
  if (mark === size) return;
  // A log that is shorter than it was is told of by others.
  if (mark === undefined || mark > size) return store.add([], { mark: size });
  const addressed = new Set(await store.listAddressed());
  const people = (await deps.people.listPeople()).filter(({ id }) => addressed.has(id));
  const told = new Map<PersonId, ActTold[]>();
  for (const act of addressed.size === 0 ? [] : await actsBetween(deps, mark, size)) {
    if (act.at === undefined || act.at < now - TOLD_WITHIN_SECONDS) continue;
    for (const person of addressed) {
      const one = toldTo(act, person, people);
      if (one) told.set(person, [...(told.get(person) ?? []), one]);
    }
  }
  const notices = [...told].map(([person, acts]): Notice => {
    return {
      id: noticeId(['acts', person, String(acts[0]!.leaf), String(acts.at(-1)!.leaf)], primitives),
      to: { person },
      about: { kind: 'acts', acts },
      madeAt: now,
      expiresAt: unixSeconds(now + TOLD_WITHIN_SECONDS),
    };
  });
  await store.add(notices, { mark: size });
}

/** In the order in which they were done. */
async function actsBetween({ toldActs }: TellActsDeps, from: number, to: number): Promise<readonly ToldAct[]> {
  const found: ToldAct[] = [];
  for (let before: number | undefined = to; before !== undefined && before > from;) {
    const page = await toldActs.list({ before, limit: PAGE });
    found.push(...page.acts.filter(({ index }) => index >= from));
    before = page.next;
  }
  return found.toReversed();
}

function toldTo(act: ToldAct, person: PersonId, people: readonly Person[]): ActTold | undefined {
  const { index: leaf, action, at, result, by, about } = act;
  if (action === undefined || result === 'not-authorised' || result === 'unread') return undefined;
  const isOwn = result === 'asserted' && by.some((one) => one.person === person);
  const official = people.find(({ id }) => id === person)?.official;
  const isAbout = about.key === person || (official !== undefined && about.official === official);
  if (!isOwn && !(isAbout && ABOUT.has(action))) return undefined;
  const { folio } = about;
  return { leaf, action, isOwn, ...(at !== undefined && { at }), ...(folio !== undefined && { folio }) };
}
