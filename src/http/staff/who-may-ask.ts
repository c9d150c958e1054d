import type { ActingContext } from '../../access/acting.ts';
import type { TokenCode } from '../../access/login-code.ts';
import { REQUIREMENTS, type Requirement } from '../../access/requirement.ts';
import type { AccessCode } from '../../access/code.ts';
import { holdsRole, ROLES, type Role } from '../../access/role.ts';
import { callerWith } from '../../access/rule.ts';
import { Refusal } from '../../core/refusal.ts';
import { dayInMexicoCity, type Clock } from '../../core/time.ts';
import { LeafKind } from '../../log/leaf.ts';
import type { HttpCode } from '../../texts/code.ts';
import { READS_CARDS } from './card-access.ts';

/**
 * What a route leads to: acts of these kinds; `reading`, of whoever `READS` names; what the `service` publishes by its own rule, which the
 * owner of the machine asks for; `approval`: what waits for people, where each is asked who they are.
 */
export type Leads = readonly [LeafKind, ...LeafKind[]] | 'reading' | 'service' | 'approval';

const K = LeafKind;

/** Every route but those that read, and what it leads to: who may ask for it follows from `REQUIREMENTS` alone. */
export const ACTS: Readonly<Record<string, Leads>> = {
  'POST /units': [K.unitSet],
  'POST /officials': [K.officialRegistered],
  'POST /officials/import': [K.officialRegistered, K.officialChanged],
  'POST /officials/:id/change': [K.officialChanged],
  'POST /officials/:id/end': [K.officialEnded],
  'POST /officials/:id/distinctive/withdraw': [K.distinctiveWithdrawn],
  'POST /distinctives': [K.distinctiveGranted],
  'POST /distinctives/:number/withdraw': [K.distinctiveWithdrawn],
  'POST /credentials': [K.credentialIntent],
  'POST /credentials/:serial/suspend': [K.credentialSuspended],
  'POST /credentials/:serial/resume': [K.credentialResumed],
  'POST /credentials/:serial/revoke': [K.credentialRevoked],
  'POST /cards': [K.cardRegistered],
  'POST /cards/:number/access-challenge': [K.cardOpened],
  'POST /cards/:number/management-key': [K.cardOpened],
  'POST /cards/:number/puk': [K.cardOpened],
  'POST /cards/:number/key-replacement': [K.cardOpened],
  'POST /cards/:number/tag': [K.cardTagAssigned],
  'POST /cards/:number/certify': [K.credentialIntent],
  'POST /cards/:number/activate': [K.cardActivated],
  'POST /cards/:number/end': [K.cardEnded],
  'POST /cards/:number/content': [K.cardRegistered],
  'POST /card-credentials/:serial/challenge': [K.cardRegistered],
  'POST /card-credentials/:serial/prove': [K.cardRegistered],
  'POST /card-credentials/:serial/discard': [K.cardEnded],
  'POST /oficios': [K.oficioIntent],
  'POST /oficios/prepared': [K.oficioIntent],
  'POST /oficios/:id/prepared': [K.oficioIntent],
  'POST /oficios/:id/signature': [K.oficioIntent],
  'POST /oficios/:id/sign': [K.oficioIntent],
  'POST /oficios/survey': 'reading',
  'POST /oficios/:id/countersignatures': [K.oficioCountersignIntent],
  'POST /oficios/:id/countersignatures/prepared': [K.oficioCountersignIntent],
  'POST /oficios/:id/countersignatures/:own/signature': [K.oficioCountersignIntent],
  'POST /oficios/:id/cancel': [K.oficioCancelled],
  'POST /oficios/:id/replace': [K.oficioReplaced],
  'POST /oficios/:id/receptions': [K.oficioReceived],
  'POST /oficios/:id/public-versions': [K.oficioPublicVersion],
  'POST /oficios/:id/public-versions/:own/withdraw': [K.oficioPublicVersionWithdrawn],
  'POST /oficios/:id/erasures': [K.oficioDetailsErased],
  'POST /folio-series': [K.folioSeriesSet],
  'POST /enrolments/:id': [K.accessEnrolled],
  'POST /people/:id/roles': [K.accessRolesSet],
  'POST /people/:id/end': [K.accessEnded],
  'POST /verify': 'reading',
  'POST /verify/picture': 'reading',
  'POST /verify/pdf': 'reading',
  'POST /log/audit': 'reading',
  'POST /revocation/publish': 'service',
  'POST /data/sweep': 'service',
  'POST /revocation/root/prepare': 'service',
  'POST /revocation/root/complete': 'service',
  'POST /notices/test': 'service',
  'POST /people/:id/address': 'service',
  'POST /approvals/together': 'approval',
  'POST /approvals/:id/assertions': 'approval',
  'POST /approvals/:id/decline': 'approval',
};

/** Who may read: people with one of these roles today; `asked`: the route looks itself at who each is, and shows them what is theirs. */
export type Readers = readonly [Role, ...Role[]] | 'asked';

/** Whoever has a role at all: what is published anyway, or what nobody can work without. */
const STAFF: Readers = ROLES;
/** The routes ask besides that the role is one for the unit of the letter, or that it waits for whoever asks (`letter-access.ts`). */
export const LETTERS: readonly [Role, ...Role[]] = ['clerk', 'signer', 'approver', 'auditor'];
/** What is personal beside a letter; the route asks besides that the role is one for the unit of the letter (`checkMayRead`). */
const PERSONAL = ['clerk', 'signer', 'auditor'] as const satisfies Readers;
/** Who answers a person that asks what is kept of them. */
const PERSONS = ['hr', 'auditor'] as const satisfies Readers;
const PLASTIC: Readers = READS_CARDS;
/** The routes ask besides that the card is theirs, of whoever only signs (`card-access.ts`). */
const OWN_CARD: Readers = [...READS_CARDS, 'signer'];
/** Who may know reserved names: of their units, and by no list of others. */
export const KNOWS_RESERVED: readonly Role[] = ['hr', 'approver', 'auditor'];

/** Every route that reads, and who may: no more than their work needs. One without a line here answers nobody. */
export const READS: Readonly<Record<string, Readers>> = {
  'GET /openapi.json': STAFF,
  'GET /installation': STAFF,
  'GET /root': STAFF,
  'GET /card-content-signer': STAFF,
  'GET /units': STAFF,
  'GET /officials': STAFF,
  'GET /officials/:id': STAFF,
  'GET /officials/:id/photo': PLASTIC,
  'GET /catalogue': PLASTIC,
  'GET /credentials': ['hr', 'approver', 'clerk', 'signer', 'auditor'],
  'GET /credentials/:serial': ['hr', 'approver', 'clerk', 'signer', 'auditor'],
  'GET /cards': OWN_CARD,
  'GET /cards/:number/certificates': OWN_CARD,
  'GET /cards/:number/history': PLASTIC,
  'GET /cards/:number/badge': ['hr'],
  // The route asks besides that it is themselves, of whoever only signs.
  'GET /card-holders/:official': ['hr', 'signer'],
  'GET /card-list': PLASTIC,
  // The faces of all who have a card, for counters.
  'GET /card-bundle': ['hr', 'operator'],
  'GET /distinctives': PLASTIC,
  'GET /distinctives/:number': PLASTIC,
  'GET /distinctives/:number/badge': ['hr'],
  'GET /oficios': LETTERS,
  'GET /oficios/search': LETTERS,
  'GET /oficios/:id/waiting': LETTERS,
  'GET /oficios/:id/draft': LETTERS,
  // Those that wait for the card of whoever asks.
  'GET /oficios/for-card': ['signer'],
  'GET /signatories': LETTERS,
  'POST /oficios/survey': ['clerk', 'signer'],
  'GET /oficios/:id/document': LETTERS,
  'GET /oficios/:id/public-versions': LETTERS,
  'GET /oficios/:id/delivery': PERSONAL,
  'GET /oficios/:id/receptions': PERSONAL,
  'GET /oficios/:id/receptions/:own/photo': PERSONAL,
  'GET /data/retention': STAFF,
  // Numbers alone.
  'GET /data/sweep': STAFF,
  // The route asks besides that the role is one for all units, or for that of the official.
  'GET /personal-data': PERSONS,
  'GET /personal-data/exports': ['auditor'],
  'GET /folio-series': ['clerk', 'signer', 'operator', 'auditor'],
  'GET /people': ['hr', 'approver', 'auditor'],
  // Neither what they say nor whom they are for.
  'GET /notices': ['operator', 'auditor'],
  'GET /approvals': 'asked',
  'GET /approvals/:id': 'asked',
  'GET /approvals/:id/answer': 'asked',
  'GET /approvals/:id/letters/:letter': 'asked',
  'GET /revocation': ['hr', 'approver', 'operator', 'auditor'],
  'GET /log/checkpoint': STAFF,
  'GET /log/proof': STAFF,
  // Records have names, posts and subjects, also those under reserve.
  'GET /log/opening': ['auditor'],
  'GET /log/entries': ['auditor'],
  'GET /log/entries/:index': ['auditor'],
  'POST /log/audit': ['auditor', 'operator'],
  'POST /verify': STAFF,
  'POST /verify/picture': STAFF,
  'POST /verify/pdf': STAFF,
};

function patternsOf<Value>(table: Readonly<Record<string, Value>>) {
  return Object.entries(table).map(([route, value]) => {
    const pattern = route.replaceAll(/:[A-Za-z]+/g, '[^/]+');
    return { pattern: new RegExp(`^${pattern}$`), value };
  });
}

const ACT_PATTERNS = patternsOf(ACTS);
const READ_PATTERNS = patternsOf(READS);

const READ: readonly string[] = ['GET', 'HEAD'];

function notFound(): never {
  throw new Refusal<HttpCode>('http/not-found', 'nothing is here');
}

/** What a request leads to; `path` is that below the prefix. @throws Refusal `http/not-found` for what nobody answers */
export function leadsTo(method: string, path: string): Leads {
  if (READ.includes(method)) return 'reading';
  return ACT_PATTERNS.find(({ pattern }) => pattern.test(`${method} ${path}`))?.value ?? notFound();
}

/** Who may read what stands there. @throws Refusal `http/not-found` for what no line of `READS` names */
export function readersOf(method: string, path: string): Readers {
  const asked = `${method === 'HEAD' ? 'GET' : method} ${path}`;
  return READ_PATTERNS.find(({ pattern }) => pattern.test(asked))?.value ?? notFound();
}

/** Who may ask for an act that a request leads to: whoever could authorise a part of it, or do it by themselves. */
export function rolesFor(leads: Leads): readonly Role[] {
  if (leads === 'service') return ['operator'];
  if (leads === 'reading' || leads === 'approval') return [];
  return [...new Set(leads.flatMap((kind) => rolesOf(REQUIREMENTS[kind])))];
}

function rolesOf(requirement: Requirement): readonly Role[] {
  if (requirement.by === 'session') return requirement.roles;
  return 'slots' in requirement ? requirement.slots.flatMap(({ roles }) => roles) : [];
}

/**
 * Asked of a token, before anything else: it reads what its roles read, and asks for acts that a session does. What people have to will, and
 * what is shown by who somebody is, is not for programs.
 * @throws Refusal `token/needs-person`, `http/not-found`
 */
export function refuseWillOf(method: string, path: string): void {
  const leads = leadsTo(method, path);
  const isFor =
    leads === 'reading'
      ? readersOf(method, path) !== 'asked'
      : typeof leads !== 'string' && leads.every((kind) => REQUIREMENTS[kind].by === 'session');
  if (!isFor) throw new Refusal<TokenCode>('token/needs-person', 'not for a program');
}

export interface WhoMayAskDeps {
  readonly dev: boolean;
  readonly clock: Clock;
  readonly acting: ActingContext;
}

/**
 * Asked before a body is read and anything is done: what is refused leaves nothing behind, not even a key. Nobody is asked in a
 * development installation, where whoever reaches the socket owns the data.
 * @throws Refusal `access/login-needed`, `access/role-missing`, `http/not-found`
 */
export function checkMayAsk({ dev, clock, acting }: WhoMayAskDeps, method: string, path: string): void {
  const leads = leadsTo(method, path);
  const readers = leads === 'reading' ? readersOf(method, path) : undefined;
  const caller = acting.current()?.caller;
  if (!caller && (readers || dev || leads === 'service')) return;
  const roles = readers ?? rolesFor(leads);
  if (roles === 'asked') return;
  if (roles.length > 0 || !caller) callerWith(roles, caller, clock());
}

/**
 * Asked before anything personal of a letter of `unit` is looked up; whoever reaches the socket of the machine owns the data.
 * @throws Refusal `access/role-missing`
 */
export function checkMayRead({ clock, acting }: WhoMayAskDeps, unit: string): void {
  const caller = acting.current()?.caller;
  if (caller) callerWith(PERSONAL, caller, clock(), unit);
}

/**
 * Asked before anything is looked up for an act of this kind about `unit`, and before anything waits for people who could not agree to it.
 * @throws Refusal `access/role-missing`
 */
export function checkMayDo({ clock, acting }: WhoMayAskDeps, kind: LeafKind, unit: string): void {
  const caller = acting.current()?.caller;
  if (caller) callerWith(rolesFor([kind]), caller, clock(), unit);
}

/**
 * Asked before anything is told of all that is held about somebody: with a role for the unit of an official; of whoever has none, or is
 * only known by name, with one for all units.
 * @throws Refusal `access/role-missing`
 */
export function checkMayExport({ clock, acting }: WhoMayAskDeps, unit: string | null): void {
  const caller = acting.current()?.caller;
  if (!caller) return;
  const day = dayInMexicoCity(clock());
  if (PERSONS.some((role) => holdsRole(caller.grants, role, day, unit))) return;
  throw new Refusal<AccessCode>('access/role-missing', `needs ${PERSONS.join(' or ')}`, { roles: PERSONS.join(', ') });
}
