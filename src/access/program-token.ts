import { toBase64Url } from '../core/base64.ts';
import { toHex, utf8 } from '../core/bytes.ts';
import type { Primitives } from '../core/primitives.ts';
import { Refusal } from '../core/refusal.ts';
import { dayInMexicoCity, parseDay, startOfDay, unixSeconds, type UnixSeconds } from '../core/time.ts';
import { readEntered } from '../directory/text.ts';
import type { TokenCode } from './login-code.ts';
import type { PassingRow, PassingStore } from './passing-store.ts';
import type { PersonId } from './person.ts';
import { holdsRole, readGrant, type RoleGrant } from './role.ts';
import { standingHolder, type LoggedIn, type SessionDeps, type Standing } from './session.ts';

const DAY_SECONDS = 86_400;
/** Nobody remembers what runs with one that is older. */
export const MOST_TOKEN_DAYS = 365;
/** Whoever makes one has just answered with their passkey: a browser that somebody left open makes none. */
export const FRESH_SECONDS = 600;
/** Of one person at once. */
const MOST_EACH = 20;
const MOST_TOKENS = 10_000;
const MOST_LABEL = 80;
const MOST_ROLES = 12;
/** That it was used is noted no oftener: each note is a write. */
const NOTED_SECONDS = 60;
/** By which those who look for secrets in files and messages know it. */
const PREFIX = 'cotejo_';
const TOKEN = /^cotejo_[\w-]{43}$/;
const FORM_KEY = /^[\w-]{43}$/;

/** With what a program asks in the name of whoever made it, under the hash of its secret. */
export interface ProgramToken extends PassingRow {
  /** What runs with it, in its owner's words. */
  readonly label: string;
  readonly person: PersonId;
  /** The passkey of the login in which it was made: with that it ends. */
  readonly credentialId: Uint8Array;
  readonly grants: readonly RoleGrant[];
  readonly madeAt: UnixSeconds;
  readonly usedAt?: UnixSeconds;
}

export interface TokenDeps extends SessionDeps {
  readonly tokens: PassingStore<ProgramToken>;
}

export interface TokenRequest {
  /** Drawn for the form (`drawSecret`): sent twice, it is one token. */
  readonly formKey: string;
  readonly label: string;
  readonly roles: readonly string[];
  /** Everywhere where it is absent. */
  readonly unit?: string;
  /** Its last day. */
  readonly until: string;
}

function refuse(code: TokenCode, message: string): never {
  throw new Refusal<TokenCode>(code, message);
}

function tokenId(secret: string, primitives: Pick<Primitives, 'digest'>): string {
  return toHex(primitives.digest('SHA-256', utf8(secret)));
}

/**
 * Makes a token with no more than its owner has. It is shown once, by whoever asked; its secret follows from that of the form, so that a
 * form that is sent twice makes one.
 * @throws Refusal `token/login-again`, `token/label`, `token/roles`, `token/until`, `token/too-many`, `token/not-theirs`
 */
export async function makeToken(
  deps: TokenDeps,
  who: LoggedIn,
  request: TokenRequest,
): Promise<{ readonly secret: string; readonly token: ProgramToken }> {
  const { tokens, sessions, clock, primitives } = deps;
  const now = clock();
  const since = (await sessions.find(who.session))?.record.since;
  if (since === undefined || now - since > FRESH_SECONDS) refuse('token/login-again', 'not fresh from a login');
  // It would outlive the card: whoever stole one with its PIN would have a year.
  if (who.card !== undefined) refuse('token/login-again', 'logged in by a card');
  if (!FORM_KEY.test(request.formKey)) throw new Error('a form without its key');
  const label = readEntered(request.label, { max: MOST_LABEL });
  if (!('text' in label)) refuse('token/label', 'a name that cannot be read');
  const { credentialId } = who;
  // A founder approves, and does nothing by a session alone.
  if (!credentialId) refuse('token/not-theirs', 'of a founder');
  const until = parseDay(request.until);
  const expiresAt = until && unixSeconds(startOfDay(until) + DAY_SECONDS);
  if (!expiresAt || expiresAt <= now || expiresAt > now + (MOST_TOKEN_DAYS + 1) * DAY_SECONDS) {
    refuse('token/until', 'no day within a year');
  }
  const token: ProgramToken = {
    id: '',
    ...{ label: label.text, person: who.person, credentialId, madeAt: now, expiresAt },
    grants: grantsFor(who, request, now),
  };
  const drawn = primitives.digest('SHA-256', utf8(`cotejo-program-token-v1 ${who.person} ${request.formKey}`));
  const secret = PREFIX + toBase64Url(drawn);
  const made = { ...token, id: tokenId(secret, primitives) };
  await tokens.sweep(now, MOST_TOKENS);
  const known = await tokens.find(made.id);
  if (known) return { secret, token: known.record };
  if ((await tokensOf(deps, who.person)).length >= MOST_EACH) refuse('token/too-many', `${MOST_EACH} of theirs`);
  await tokens.add(made);
  return { secret, token: made };
}

/** @throws Refusal `token/roles` for what whoever asks has not all of */
function grantsFor(who: LoggedIn, { roles, unit, until }: TokenRequest, now: UnixSeconds): readonly RoleGrant[] {
  const from = dayInMexicoCity(now);
  const grants = [...new Set(roles)].map((role) => readGrant({ role, unit, from, until }));
  if (grants.length === 0 || grants.length > MOST_ROLES || !grants.every((one) => one !== undefined)) {
    return refuse('token/roles', 'no roles, or not as they are written');
  }
  if (!grants.every((one) => isHeld(who, one, now))) refuse('token/roles', 'more than their own');
  return grants;
}

/** All of it: a role of one unit is no part of one for all. */
function isHeld({ caller }: Pick<Standing, 'caller'>, { role, unit }: RoleGrant, at: UnixSeconds): boolean {
  return holdsRole(caller.grants, role, dayInMexicoCity(at), unit ?? null);
}

/** Whether it is the token of a program, and no session's. */
export function isProgramToken(secret: string): boolean {
  return secret.startsWith(PREFIX);
}

/**
 * In whose name a program asks, with what of the token its owner has still. It ends with the person and with the passkey, from the leaf that
 * says so.
 * @throws Refusal `token/over`
 */
export async function whoseToken(deps: TokenDeps, secret: string): Promise<Standing> {
  const { tokens, clock, primitives } = deps;
  const kept = TOKEN.test(secret) ? await tokens.find(tokenId(secret, primitives)) : undefined;
  if (!kept) return refuse('token/over', 'no such token');
  const { record, version } = kept;
  const now = clock();
  const owner = now < record.expiresAt ? await standingHolder(deps, record.credentialId) : undefined;
  if (owner?.person !== record.person) return refuse('token/over', 'it expired, or its owner has no access');
  if (record.usedAt === undefined || now - record.usedAt >= NOTED_SECONDS) {
    await tokens.replace({ ...record, usedAt: now }, version);
  }
  const grants = record.grants.filter((one) => isHeld(owner, one, now));
  return { ...owner, caller: { by: owner.caller.by, grants } };
}

/** The tokens of somebody that have not expired, the newest first. */
export async function tokensOf(deps: TokenDeps, person: PersonId): Promise<readonly ProgramToken[]> {
  const now = deps.clock();
  const all = (await deps.tokens.list()).map(({ record }) => record);
  return all
    .filter((one) => one.person === person && now < one.expiresAt)
    .toSorted((a, b) => b.madeAt - a.madeAt || (a.id < b.id ? -1 : 1));
}

/** Ends a token, at once. @throws Refusal `token/unknown` unless it is theirs */
export async function endToken(deps: TokenDeps, { person }: Standing, id: string): Promise<void> {
  const kept = await deps.tokens.find(id);
  if (kept?.record.person !== person) refuse('token/unknown', 'no token of theirs');
  await deps.tokens.take(id);
}
