import type { AccessDeps } from './enrol.ts';
import {
  invite,
  lookAtInvitation,
  openInvitation,
  openInvitations,
  withdrawInvitation,
  type Invitation,
  type InvitationRequest,
  type Invited,
} from './invitation.ts';
import { askLogin, logIn, type Login, type LoginAnswer, type LoginDeps } from './login.ts';
import {
  discardPending,
  enrolmentOptions,
  enrolPending,
  invitedAt,
  makePending,
  pendingEnrolments,
  type EnrolmentDeps,
  type PendingEnrolment,
} from './pending-enrolment.ts';
import type { Person } from './people.ts';
import type { PersonId } from './person.ts';
import type { RegistrationResponse } from './registration.ts';
import {
  endSession,
  endSessions,
  sessionsOf,
  whoAsks,
  type CameFrom,
  type LoggedIn,
  type Session,
  type Standing,
} from './session.ts';

/** Who comes into the office, and who is asked to. Each throws as the function of its name. */
export interface OfficeDoor {
  askLogin(): ReturnType<typeof askLogin>;
  logIn(asked: string | undefined, answer: LoginAnswer, from: CameFrom): Promise<Login>;
  whoAsks(secret: string | undefined): Promise<LoggedIn>;
  sessionsOf(person: PersonId): Promise<readonly Session[]>;
  endSession(who: Standing, id: string): Promise<void>;
  endSessions(person: PersonId, except?: string): Promise<void>;

  invite(by: LoggedIn, request: InvitationRequest): Promise<Invited>;
  withdrawInvitation(by: LoggedIn, id: string): Promise<void>;
  openInvitations(): Promise<readonly Invitation[]>;
  lookAtInvitation(token: string): Promise<Invitation>;
  openInvitation(token: string, code: string): Promise<string>;
  invitedAt(secret: string | undefined): Promise<Invitation>;
  enrolmentOptions(secret: string | undefined): ReturnType<typeof enrolmentOptions>;
  makePending(secret: string | undefined, answer: RegistrationResponse): Promise<PendingEnrolment>;

  pendingEnrolments(): Promise<readonly PendingEnrolment[]>;
  enrolPending(id: string): Promise<Person>;
  discardPending(by: LoggedIn, id: string): Promise<void>;
}

export function officeDoor(deps: LoginDeps & EnrolmentDeps & { readonly enrolling: AccessDeps }): OfficeDoor {
  return {
    askLogin: () => askLogin(deps),
    logIn: (asked, answer, from) => logIn(deps, asked, answer, from),
    whoAsks: (secret) => whoAsks(deps, secret),
    sessionsOf: (person) => sessionsOf(deps, person),
    endSession: (who, id) => endSession(deps, who, id),
    endSessions: (person, except) => endSessions(deps, person, except),
    invite: (by, request) => invite(deps, by, request),
    withdrawInvitation: (by, id) => withdrawInvitation(deps, by, id),
    openInvitations: () => openInvitations(deps),
    lookAtInvitation: (token) => lookAtInvitation(deps, token),
    openInvitation: (token, code) => openInvitation(deps, token, code),
    invitedAt: (secret) => invitedAt(deps, secret),
    enrolmentOptions: (secret) => enrolmentOptions(deps, secret),
    makePending: (secret, answer) => makePending(deps, secret, answer),
    pendingEnrolments: () => pendingEnrolments(deps),
    enrolPending: (id) => enrolPending(deps, id),
    discardPending: (by, id) => discardPending(deps, by, id),
  };
}
