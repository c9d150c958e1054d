import { equal, fromHex } from '../core/bytes.ts';
import type { Primitives } from '../core/primitives.ts';
import { Refusal } from '../core/refusal.ts';
import { unixSeconds, type UnixSeconds } from '../core/time.ts';
import type { AccessCode } from './code.ts';
import { endAccess, enrolPasskey, setRoles, type AccessDeps } from './enrol.ts';
import { keyFingerprint } from './fingerprint.ts';
import { INVITERS, type Invitation, type InvitationDeps } from './invitation.ts';
import type { InvitationCode } from './login-code.ts';
import type { PassingRow, PassingStore } from './passing-store.ts';
import { passkeyOf, type Person } from './people.ts';
import { drawPersonId, type Enrolment, type Founder, type PersonId } from './person.ts';
import { foldText } from '../directory/text.ts';
import { readRegistration, registrationOptions, type RegistrationResponse } from './registration.ts';
import type { RoleGrant } from './role.ts';
import { callerWith } from './rule.ts';
import { secretId } from './secret.ts';
import type { LoggedIn } from './session.ts';

/** How long two approvers may take; then the person is invited anew. */
export const PENDING_SECONDS: number = 14 * 86_400;
const MOST_PENDING = 1_000;
const CHALLENGE_BYTES = 32;

/** A passkey that somebody made and that nobody approved: it opens nothing. Under the id of its invitation. */
export interface PendingEnrolment extends PassingRow {
  readonly enrolment: Enrolment;
  /** It takes the place of all other passkeys of its person, which end once it is approved. */
  readonly replaces?: true;
  /** Proposed; none with a further passkey. */
  readonly grants: readonly RoleGrant[];
  /** For whoever was invited and whoever approves to compare. */
  readonly fingerprint: string;
  readonly invitedBy: PersonId;
  readonly madeAt: UnixSeconds;
}

export interface EnrolmentDeps extends InvitationDeps {
  readonly pending: PassingStore<PendingEnrolment>;
  readonly founders: readonly Founder[];
  /** Where passkeys are made: the newest address of the institution. */
  readonly origin: string;
  readonly institution: string;
  readonly primitives: Pick<Primitives, 'digest'>;
}

/** Whoever was invited, by the browser in which they used the invitation. @throws Refusal `invitation/not-opened`, `invitation/expired` */
export async function invitedAt(deps: EnrolmentDeps, secret: string | undefined): Promise<Invitation> {
  return (await opened(deps, secret)).record;
}

async function opened(
  deps: EnrolmentDeps,
  secret: string | undefined,
): Promise<{ readonly record: Invitation; readonly version: number }> {
  const browser = secretId(secret, deps.primitives);
  const kept = browser && (await deps.invitations.list()).find(({ record }) => record.browser === browser);
  if (!kept) return refuse('invitation/not-opened', 'not the browser in which an invitation was used');
  if (deps.clock() >= kept.record.expiresAt) refuse('invitation/expired', 'an invitation that expired');
  return kept;
}

/** What the browser is to be asked for. @throws Refusal as `invitedAt`; `invitation/used` once a passkey was made */
export async function enrolmentOptions(
  deps: EnrolmentDeps,
  secret: string | undefined,
): ReturnType<typeof registrationOptions> {
  const { record, version } = await opened(deps, secret);
  if (record.fingerprint !== undefined) refuse('invitation/used', 'the passkey was made');
  const challenge = deps.random(CHALLENGE_BYTES);
  // An everyday passkey of a founder is of the founder: under another id the two would be four eyes.
  const founder = deps.founders.find(({ name }) => foldText(name) === foldText(record.name));
  const person = record.person ?? founder?.person ?? drawPersonId(deps.random);
  if (!(await deps.invitations.replace({ ...record, person, challenge }, version))) {
    refuse('invitation/used', 'another request of the same invitation came at once');
  }
  const known = await deps.people.findPerson(person);
  const { name } = record;
  return registrationOptions({
    rpId: new URL(deps.origin).hostname,
    rpName: deps.institution,
    challenge,
    user: { handle: fromHex(person)!, name, displayName: name },
    exclude: (known?.passkeys ?? []).map(({ credentialId }) => ({ credentialId, transports: [] })),
  });
}

/**
 * Takes the passkey that the browser made. It waits for two approvers from then on.
 * @throws Refusal as `enrolmentOptions` and `readRegistration`; `invitation/key-in-use`
 */
export async function makePending(
  deps: EnrolmentDeps,
  secret: string | undefined,
  answer: RegistrationResponse,
): Promise<PendingEnrolment> {
  const { clock, primitives, pending } = deps;
  const { record, version } = await opened(deps, secret);
  const { challenge, ...asked } = record;
  const { id, person, name, official, grants, invitedBy, replaces } = asked;
  if (asked.fingerprint !== undefined) refuse('invitation/used', 'the passkey was made');
  // Once for each question, whatever comes of it; and of two answers at once, one is read.
  if (!challenge || !person || !(await deps.invitations.replace(asked, version))) {
    throw new Refusal<AccessCode>('access/registration-challenge', 'nothing was asked that this answers');
  }
  const { hostname, origin } = new URL(deps.origin);
  const made = await readRegistration(answer, { challenge, rpId: hostname, origins: [origin] });
  const { credentialId, spki: key } = made;
  await refuseInUse(deps, credentialId, key);
  const fingerprint = keyFingerprint(key, primitives);
  const now = clock();
  await pending.sweep(now, MOST_PENDING);
  const waiting: PendingEnrolment = {
    id,
    enrolment: { person, name, ...(official !== undefined && { official }), key, credentialId },
    ...(replaces && { replaces }),
    grants,
    fingerprint,
    invitedBy,
    madeAt: now,
    expiresAt: unixSeconds(now + PENDING_SECONDS),
  };
  // One passkey an invitation, also where the service stopped before it noted so below.
  if (!(await pending.add(waiting))) refuse('invitation/used', 'the passkey was made');
  await deps.invitations.replace({ ...asked, fingerprint }, version + 1);
  return waiting;
}

async function refuseInUse(deps: EnrolmentDeps, credentialId: Uint8Array, key: Uint8Array): Promise<void> {
  const isFounders = deps.founders.some((founder) => equal(founder.key, key));
  const waits = (await deps.pending.list()).some(({ record: { enrolment } }) =>
    equal(enrolment.credentialId, credentialId),
  );
  if (isFounders || waits || (await deps.people.findByCredential(credentialId))) {
    refuse('invitation/key-in-use', 'the passkey of somebody');
  }
}

/** What waits for approval, the oldest first. */
export async function pendingEnrolments(
  deps: Pick<EnrolmentDeps, 'pending' | 'clock'>,
): Promise<readonly PendingEnrolment[]> {
  const now = deps.clock();
  const all = (await deps.pending.list()).map(({ record }) => record);
  return all.filter(({ expiresAt }) => now < expiresAt).toSorted((a, b) => a.madeAt - b.madeAt);
}

/** @throws Refusal `invitation/not-pending` */
export async function getPending(
  deps: Pick<EnrolmentDeps, 'pending' | 'clock'>,
  id: string,
): Promise<PendingEnrolment> {
  const kept = await deps.pending.find(id);
  if (kept && deps.clock() < kept.record.expiresAt) return kept.record;
  return refuse('invitation/not-pending', 'nobody waits under that id');
}

export interface EnrolPendingDeps extends Pick<EnrolmentDeps, 'pending' | 'clock'> {
  readonly enrolling: AccessDeps;
  /** What the service does by a rule of its own, in nobody's name. */
  alone<T>(work: () => Promise<T>): Promise<T>;
}

/**
 * Enrols what waits, and gives its person the roles that were proposed: two acts, each of which two approvers authorise. A repeated call
 * goes on where the one before ended, and with the last act nothing waits any more. Where it takes the place of others, these end with the
 * same approval, by the service's own rule: taking a right away needs nobody more.
 * @param asked as whoever approves was told
 * @throws Refusal `invitation/not-pending`, and as `enrolPasskey` and `setRoles`
 */
export async function enrolPending(
  deps: EnrolPendingDeps,
  id: string,
  asked: { readonly replaces: boolean },
): Promise<Person> {
  const waiting = await getPending(deps, id);
  const { enrolment, grants, replaces = false } = waiting;
  // A row that somebody edited meanwhile ends nothing that nobody approved.
  if (replaces !== asked.replaces) refuse('invitation/not-pending', 'not as it was asked for');
  const enrolled = await enrolPasskey(deps.enrolling, enrolment);
  const isWhole = grants.length === 0 || enrolled.rolesLeaf !== undefined;
  const person = isWhole ? enrolled : await setRoles(deps.enrolling, enrolled.id, grants);
  return finish(deps, waiting, person);
}

async function finish(deps: EnrolPendingDeps, waiting: PendingEnrolment, person: Person): Promise<Person> {
  const { enrolment, replaces } = waiting;
  let left = person;
  const others = replaces ? person.passkeys.filter((one) => !equal(one.credentialId, enrolment.credentialId)) : [];
  for (const { credentialId, endedLeaf } of others) {
    if (endedLeaf !== undefined) continue;
    const end = { scope: 'passkey', reason: 'replaced', credentialId } as const;
    left = await deps.alone(() => endAccess(deps.enrolling, person.id, end));
  }
  await deps.pending.take(waiting.id);
  return left;
}

/** Ends what an approved passkey took the place of, where the service stopped between the two. */
export async function finishReplacing(deps: EnrolPendingDeps): Promise<void> {
  for (const { record } of await deps.pending.list()) {
    const { person: id, credentialId } = record.enrolment;
    const person = record.replaces && (await deps.enrolling.store.findPerson(id));
    const passkey = person && passkeyOf(person, credentialId);
    if (passkey && passkey.endedLeaf === undefined) await finish(deps, record, person);
  }
}

/** Discards a passkey that nobody is to approve. @throws Refusal `access/role-missing`, `invitation/not-pending` */
export async function discardPending(
  deps: Pick<EnrolmentDeps, 'pending' | 'clock'>,
  by: LoggedIn,
  id: string,
): Promise<void> {
  callerWith(INVITERS, by.caller, deps.clock());
  if (!(await deps.pending.take(id))) refuse('invitation/not-pending', 'nobody waits under that id');
}

function refuse(code: InvitationCode, message: string): never {
  throw new Refusal<InvitationCode>(code, message);
}
