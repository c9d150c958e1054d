import type { Primitives } from '../core/primitives.ts';
import type { Random } from '../core/random.ts';
import { Refusal } from '../core/refusal.ts';
import { unixSeconds, type CalendarDay, type Clock, type UnixSeconds } from '../core/time.ts';
import type { AccessCode } from './code.ts';
import type { AssertedBy } from './evidence.ts';
import type { LoginCode } from './login-code.ts';
import type { PassingRow, PassingStore } from './passing-store.ts';
import { assertedBy } from './people.ts';
import type { Founder, PersonId } from './person.ts';
import type { LoginCard } from './card-login.ts';
import type { RoleGrant } from './role.ts';
import type { Caller } from './rule.ts';
import { drawSecret, secretId } from './secret.ts';
import type { AccessStore } from './store.ts';

/** From the login, whatever happens. */
export const SESSION_SECONDS: number = 8 * 3600;
/** Without a request. */
export const IDLE_SECONDS: number = 30 * 60;
/** That it was seen is noted no oftener: each note is a write. */
const NOTED_SECONDS = 60;
/** Of one person at once; the one that was seen least recently gives way. */
const MOST_EACH = 10;
const MOST_SESSIONS = 20_000;

/** Where a request comes from, as people recognise it. */
export interface CameFrom {
  /** `Firefox, Windows`. */
  readonly browser: string;
  /** Of the network, never the whole address. */
  readonly network: string;
}

/**
 * A browser in which somebody logged in. It says whose passkey that was and what they were then; what they may do is asked of the
 * log at each request.
 */
export interface Session extends PassingRow, CameFrom {
  readonly person: PersonId;
  readonly by: AssertedBy;
  /** Absent of a founder, who stands in the charter. */
  readonly credentialId?: Uint8Array;
  readonly since: UnixSeconds;
  readonly lastSeen: UnixSeconds;
  /** Serial number of the certificate of 9A by which they logged in, where that was a card: the session ends with it as well. */
  readonly card?: string;
  /** Whose secret a program sends, and no browser keeps. */
  readonly isProgram?: true;
}

/** In what a secret came: a cookie, or the header of a program (RFC 6750). One that comes in the other one is nobody's. */
export type SessionOf = 'browser' | 'program';

/** Somebody as the log, or the charter, tells now. */
export interface Standing {
  readonly person: PersonId;
  readonly name: string;
  readonly caller: Caller;
  readonly credentialId?: Uint8Array;
  /** As of a session. */
  readonly card?: string;
}

/** Whoever asks for something. */
export interface LoggedIn extends Standing {
  /** Of their session among those that are listed; not its secret. */
  readonly session: string;
}

export interface SessionDeps {
  readonly sessions: PassingStore<Session>;
  readonly people: Pick<AccessStore, 'findByCredential'>;
  readonly founders: readonly Founder[];
  /** By the certificate of 9A, while card, certificate and holder are in force. Nothing that a row says alone is believed. */
  loginCard(serial: string): Promise<LoginCard | undefined>;
  /** Where the next leaf will stand. */
  nextIndex(): Promise<number>;
  readonly clock: Clock;
  readonly random: Random;
  readonly primitives: Pick<Primitives, 'digest'>;
}

/** A founder approves and does nothing else (`judge.ts`). */
const FOUNDER_GRANTS: readonly RoleGrant[] = [{ role: 'approver', from: '2000-01-01' as CalendarDay }];

export async function standingFounder(deps: SessionDeps, place: number): Promise<Standing | undefined> {
  const founder = deps.founders[place];
  if (!founder) return undefined;
  const { person, name, retiredFrom } = founder;
  if (retiredFrom !== undefined && (await deps.nextIndex()) >= retiredFrom) return undefined;
  return { person, name, caller: { by: { founder: place }, grants: FOUNDER_GRANTS } };
}

export async function standingHolder(deps: SessionDeps, credentialId: Uint8Array): Promise<Standing | undefined> {
  const person = await deps.people.findByCredential(credentialId);
  const by = person && assertedBy(person, credentialId);
  if (!by) return undefined;
  return { person: person.id, name: person.name, caller: { by, grants: person.grants }, credentialId };
}

/** A session of somebody who has just answered with their passkey: under a new secret each time (fixation). */
export async function beginSession(
  deps: SessionDeps,
  who: Standing,
  from: CameFrom,
  of: SessionOf = 'browser',
): Promise<string> {
  const { sessions, clock, random, primitives } = deps;
  const now = clock();
  await sessions.sweep(now, MOST_SESSIONS);
  const own = await sessionsOf(deps, who.person);
  for (const { id } of own.toSorted((a, b) => b.lastSeen - a.lastSeen).slice(MOST_EACH - 1)) await sessions.take(id);
  const secret = drawSecret(random);
  await sessions.add({
    id: secretId(secret, primitives)!,
    person: who.person,
    by: who.caller.by,
    ...(who.credentialId && { credentialId: who.credentialId }),
    ...(who.card !== undefined && { card: who.card }),
    ...from,
    ...(of === 'program' && { isProgram: true }),
    since: now,
    lastSeen: now,
    expiresAt: endOf(now, now),
  });
  return secret;
}

function endOf(since: UnixSeconds, lastSeen: UnixSeconds): UnixSeconds {
  return unixSeconds(Math.min(since + SESSION_SECONDS, lastSeen + IDLE_SECONDS));
}

/**
 * Who asks, by the secret in their cookie, or in the header of their program. Of the row only whose passkey it is of is believed; it ends with the person, the passkey
 * or the roles, from the leaf that says so.
 * @throws Refusal `access/login-needed`, `session/over`, `session/changed`
 */
export async function whoAsks(
  deps: SessionDeps,
  secret: string | undefined,
  of: SessionOf = 'browser',
): Promise<LoggedIn> {
  const { sessions, clock, primitives } = deps;
  const id = secretId(secret, primitives);
  if (id === undefined) throw new Refusal<AccessCode>('access/login-needed', 'nobody is logged in');
  const kept = await sessions.find(id);
  // A browser that has a cookie was logged in: its session was ended, or swept.
  if (!kept || (kept.record.isProgram ? 'program' : 'browser') !== of) {
    throw new Refusal<LoginCode>('session/over', 'the session was ended');
  }
  const { record: session, version } = kept;
  const now = clock();
  if (now >= session.expiresAt) {
    await sessions.take(session.id);
    throw new Refusal<LoginCode>('session/over', 'too long since the login, or since the last request');
  }
  const standing = await standingOfKey(deps, session);
  if (!standing) {
    await sessions.take(session.id);
    throw new Refusal<LoginCode>('session/changed', 'the person, the passkey or the roles are others by now');
  }
  if (now - session.lastSeen >= NOTED_SECONDS) {
    // Where another request noted it, or the session was ended meanwhile, there is nothing to do.
    await sessions.replace({ ...session, lastSeen: now, expiresAt: endOf(session.since, now) }, version);
  }
  return { ...standing, session: session.id };
}

/** Whoever logged in with that passkey or card, if they are what they were then. */
export async function standingOfKey(
  deps: SessionDeps,
  { by, credentialId, person, card }: Pick<Session, 'by' | 'credentialId' | 'person' | 'card'>,
): Promise<Standing | undefined> {
  if (card !== undefined && !(await deps.loginCard(card))) return undefined;
  const standing =
    'founder' in by
      ? await standingFounder(deps, by.founder)
      : credentialId && (await standingHolder(deps, credentialId));
  if (!standing || standing.person !== person || !isSame(standing.caller.by, by)) return undefined;
  return { ...standing, ...(card !== undefined && { card }) };
}

function isSame(one: AssertedBy, other: AssertedBy): boolean {
  if ('founder' in one || 'founder' in other) {
    return 'founder' in one && 'founder' in other && one.founder === other.founder;
  }
  return one.enrolment === other.enrolment && one.roles === other.roles;
}

/** The sessions of somebody that count now, the newest first. */
export async function sessionsOf(deps: SessionDeps, person: PersonId): Promise<readonly Session[]> {
  const now = deps.clock();
  const found: Session[] = [];
  for (const { record } of await deps.sessions.list()) {
    if (record.person !== person || now >= record.expiresAt) continue;
    if (await standingOfKey(deps, record)) found.push(record);
  }
  return found.toSorted((a, b) => b.since - a.since);
}

/** Ends a session of somebody, by its id in their list. @throws Refusal `session/unknown` unless it is theirs */
export async function endSession(deps: SessionDeps, { person }: Standing, id: string): Promise<void> {
  const kept = await deps.sessions.find(id);
  if (kept?.record.person !== person) throw new Refusal<LoginCode>('session/unknown', 'no session of theirs');
  await deps.sessions.take(id);
}

/** Ends the session of a program, by its secret: whoever has it may (RFC 7009). */
export async function endProgram(deps: SessionDeps, secret: string | undefined): Promise<void> {
  const id = secretId(secret, deps.primitives);
  const kept = id === undefined ? undefined : await deps.sessions.find(id);
  if (kept?.record.isProgram) await deps.sessions.take(kept.record.id);
}

/** Ends the sessions of somebody; `except` stays. */
export async function endSessions(deps: SessionDeps, person: PersonId, except?: string): Promise<void> {
  for (const { record } of await deps.sessions.list()) {
    if (record.person === person && record.id !== except) await deps.sessions.take(record.id);
  }
}
