import type { PersonId } from '../access/person.ts';
import type { Primitives } from '../core/primitives.ts';
import type { UnixSeconds } from '../core/time.ts';
import { noticeId, type Notice, type NoticeAbout, type NoticeId } from './notice.ts';
import type { NoticeStore, ToldThing } from './store.ts';

/** Something to tell somebody, with others of its kind in one message. */
export interface Thing<Item> {
  readonly person: PersonId;
  /** The same each time that it is found: it is told once. */
  readonly parts: readonly string[];
  readonly expiresAt: UnixSeconds;
  readonly item: Item;
}

export interface TellDeps {
  readonly store: NoticeStore;
  readonly primitives: Pick<Primitives, 'digest'>;
}

/**
 * Tells what was not told yet, one message to each person: a hundred letters that wait for a signature are one. What is told, and that it
 * was, is written in one transaction.
 */
export async function tellTogether<Item>(
  { store, primitives }: TellDeps,
  things: readonly Thing<Item>[],
  at: UnixSeconds,
  aboutOf: (items: readonly Item[]) => NoticeAbout,
): Promise<void> {
  const named = things.map((thing) => ({ ...thing, id: noticeId([...thing.parts, thing.person], primitives) }));
  const known = await store.known(named.map(({ id }) => id));
  const fresh = new Map<NoticeId, (typeof named)[number]>();
  for (const one of named) if (!known.has(one.id)) fresh.set(one.id, one);
  const notices: Notice[] = [];
  const told: ToldThing[] = [];
  for (const [person, theirs] of Map.groupBy(fresh.values(), (one) => one.person)) {
    const about = aboutOf(theirs.map(({ item }) => item));
    const expiresAt = theirs.reduce((last, one) => (one.expiresAt > last ? one.expiresAt : last), at);
    const id = noticeId(['together', about.kind, ...theirs.map((one) => one.id).toSorted()], primitives);
    notices.push({ id, to: { person }, about, madeAt: at, expiresAt });
    told.push(...theirs.map((one) => ({ id: one.id, kind: about.kind, expiresAt: one.expiresAt })));
  }
  await store.add(notices, { told });
}
