import type { ActingContext } from '../../access/acting.ts';
import { REQUIREMENTS, type Requirement } from '../../access/requirement.ts';
import type { Role } from '../../access/role.ts';
import { callerWith } from '../../access/rule.ts';
import { Refusal } from '../../core/refusal.ts';
import type { Clock } from '../../core/time.ts';
import { LeafKind } from '../../log/leaf.ts';
import type { HttpCode } from '../../texts/code.ts';

/**
 * What a route that is not only for reading leads to: acts of these kinds; `reading` that needs a body; what the `service` publishes by
 * its own rule, which the owner of the machine asks for; `approval`: what waits for people, where each is asked who they are.
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
  'POST /oficios/:id/signature': [K.oficioIntent],
  'POST /oficios/:id/countersignatures': [K.oficioCountersignIntent],
  'POST /oficios/:id/countersignatures/prepared': [K.oficioCountersignIntent],
  'POST /oficios/:id/countersignatures/:own/signature': [K.oficioCountersignIntent],
  'POST /oficios/:id/cancel': [K.oficioCancelled],
  'POST /oficios/:id/replace': [K.oficioReplaced],
  'POST /folio-series': [K.folioSeriesSet],
  'POST /enrolments/:id': [K.accessEnrolled],
  'POST /people/:id/roles': [K.accessRolesSet],
  'POST /people/:id/end': [K.accessEnded],
  'POST /verify': 'reading',
  'POST /verify/picture': 'reading',
  'POST /verify/pdf': 'reading',
  'POST /log/audit': 'reading',
  'POST /revocation/publish': 'service',
  'POST /revocation/root/prepare': 'service',
  'POST /revocation/root/complete': 'service',
  'POST /approvals/together': 'approval',
  'POST /approvals/:id/assertions': 'approval',
  'POST /approvals/:id/decline': 'approval',
};

const PATTERNS = Object.entries(ACTS).map(([route, leads]) => {
  const pattern = route.replaceAll(/:[a-z]+/g, '[^/]+');
  return { pattern: new RegExp(`^${pattern}$`), leads };
});

const READ: readonly string[] = ['GET', 'HEAD'];

/** What a request leads to; `path` is that below the prefix. @throws Refusal `http/not-found` for what nobody answers */
export function leadsTo(method: string, path: string): Leads {
  if (READ.includes(method)) return 'reading';
  const found = PATTERNS.find(({ pattern }) => pattern.test(`${method} ${path}`));
  if (found) return found.leads;
  throw new Refusal<HttpCode>('http/not-found', 'nothing is here');
}

/** Who may ask for what leads there: whoever could authorise a part of it, or do it by themselves. */
export function rolesFor(leads: Leads): readonly Role[] {
  if (leads === 'service') return ['operator'];
  if (leads === 'reading' || leads === 'approval') return [];
  return [...new Set(leads.flatMap((kind) => rolesOf(REQUIREMENTS[kind])))];
}

function rolesOf(requirement: Requirement): readonly Role[] {
  if (requirement.by === 'session') return requirement.roles;
  return 'slots' in requirement ? requirement.slots.flatMap(({ roles }) => roles) : [];
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
  const caller = acting.current()?.caller;
  if (leads === 'reading' || (!caller && (dev || leads === 'service'))) return;
  const roles = rolesFor(leads);
  if (roles.length > 0 || !caller) callerWith(roles, caller, clock());
}
