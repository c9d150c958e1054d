import type { CardAnswer } from '../core/card-login.ts';
import { allowDeviceByCard, type CardLoginDeps } from './card-login.ts';
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
import { askLogin, logIn, type Login, type LoginAnswer } from './login.ts';
import {
  discardPending,
  enrolmentOptions,
  enrolPending,
  finishReplacing,
  invitedAt,
  makePending,
  pendingEnrolments,
  type EnrolmentDeps,
  type EnrolPendingDeps,
  type PendingEnrolment,
} from './pending-enrolment.ts';
import type { Person } from './people.ts';
import type { PersonId } from './person.ts';
import type { RegistrationResponse } from './registration.ts';
import {
  allowDevice,
  askDeviceLogin,
  findDevice,
  lookAtDevice,
  pollDevice,
  refuseDevice,
  type AskedDevice,
  type DeviceOutcome,
  type ShownDevice,
} from './device-login.ts';
import {
  endToken,
  isProgramToken,
  makeToken,
  tokensOf,
  whoseToken,
  type ProgramToken,
  type TokenDeps,
  type TokenRequest,
} from './program-token.ts';
import {
  endProgram,
  endSession,
  endSessions,
  sessionsOf,
  whoAsks,
  type CameFrom,
  type LoggedIn,
  type Session,
  type SessionOf,
  type Standing,
} from './session.ts';

/** Who comes into the office, and who is asked to. Each throws as the function of its name. */
export interface OfficeDoor {
  askLogin(): ReturnType<typeof askLogin>;
  logIn(asked: string | undefined, answer: LoginAnswer, from: CameFrom): Promise<Login>;
  whoAsks(secret: string | undefined, of?: SessionOf): Promise<LoggedIn>;
  sessionsOf(person: PersonId): Promise<readonly Session[]>;
  endSession(who: Standing, id: string): Promise<void>;
  endSessions(person: PersonId, except?: string): Promise<void>;
  endProgram(secret: string | undefined): Promise<void>;

  /** Who asks by the header of a program: a session of the command line, or a token. */
  whoCalls(secret: string): Promise<{ readonly who: Standing; readonly isToken: boolean }>;
  makeToken(who: LoggedIn, request: TokenRequest): ReturnType<typeof makeToken>;
  tokensOf(person: PersonId): Promise<readonly ProgramToken[]>;
  endToken(who: Standing, id: string): Promise<void>;

  askDeviceLogin(from: { readonly host: string; readonly network: string }): Promise<AskedDevice>;
  findDevice(who: LoggedIn, code: string): Promise<ShownDevice>;
  lookAtDevice(who: LoggedIn, page: string): Promise<ShownDevice>;
  allowDevice(who: LoggedIn, page: string, answer: LoginAnswer): Promise<void>;
  allowDeviceByCard(deviceCode: string, answer: CardAnswer): Promise<void>;
  refuseDevice(who: LoggedIn, page: string): Promise<void>;
  pollDevice(deviceCode: string | undefined, from: { readonly network: string }): Promise<DeviceOutcome>;

  invite(by: LoggedIn, request: InvitationRequest): Promise<Invited>;
  withdrawInvitation(by: LoggedIn, id: string): Promise<void>;
  openInvitations(): Promise<readonly Invitation[]>;
  lookAtInvitation(token: string): Promise<Invitation>;
  openInvitation(token: string, code: string): Promise<string>;
  invitedAt(secret: string | undefined): Promise<Invitation>;
  enrolmentOptions(secret: string | undefined): ReturnType<typeof enrolmentOptions>;
  makePending(secret: string | undefined, answer: RegistrationResponse): Promise<PendingEnrolment>;

  pendingEnrolments(): Promise<readonly PendingEnrolment[]>;
  enrolPending(id: string, asked: { readonly replaces: boolean }): Promise<Person>;
  finishReplacing(): Promise<void>;
  discardPending(by: LoggedIn, id: string): Promise<void>;
}

export function officeDoor(deps: CardLoginDeps & EnrolmentDeps & TokenDeps & EnrolPendingDeps): OfficeDoor {
  return {
    askLogin: () => askLogin(deps),
    logIn: (asked, answer, from) => logIn(deps, asked, answer, from),
    whoAsks: (secret, of) => whoAsks(deps, secret, of),
    sessionsOf: (person) => sessionsOf(deps, person),
    endSession: (who, id) => endSession(deps, who, id),
    endSessions: (person, except) => endSessions(deps, person, except),
    endProgram: (secret) => endProgram(deps, secret),
    async whoCalls(secret) {
      const isToken = isProgramToken(secret);
      return { who: await (isToken ? whoseToken(deps, secret) : whoAsks(deps, secret, 'program')), isToken };
    },
    makeToken: (who, request) => makeToken(deps, who, request),
    tokensOf: (person) => tokensOf(deps, person),
    endToken: (who, id) => endToken(deps, who, id),
    askDeviceLogin: (from) => askDeviceLogin(deps, from),
    findDevice: (who, code) => findDevice(deps, who, code),
    lookAtDevice: (who, page) => lookAtDevice(deps, who, page),
    allowDevice: (who, page, answer) => allowDevice(deps, who, page, answer),
    allowDeviceByCard: (deviceCode, answer) => allowDeviceByCard(deps, deviceCode, answer),
    refuseDevice: (who, page) => refuseDevice(deps, who, page),
    pollDevice: (deviceCode, from) => pollDevice(deps, deviceCode, from),
    invite: (by, request) => invite(deps, by, request),
    withdrawInvitation: (by, id) => withdrawInvitation(deps, by, id),
    openInvitations: () => openInvitations(deps),
    lookAtInvitation: (token) => lookAtInvitation(deps, token),
    openInvitation: (token, code) => openInvitation(deps, token, code),
    invitedAt: (secret) => invitedAt(deps, secret),
    enrolmentOptions: (secret) => enrolmentOptions(deps, secret),
    makePending: (secret, answer) => makePending(deps, secret, answer),
    pendingEnrolments: () => pendingEnrolments(deps),
    enrolPending: (id, asked) => enrolPending(deps, id, asked),
    finishReplacing: () => finishReplacing(deps),
    discardPending: (by, id) => discardPending(deps, by, id),
  };
}
