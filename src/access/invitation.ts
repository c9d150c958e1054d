import { concat, equalSecret, toHex, utf8 } from '../core/bytes.ts';
import { readCrockford, toCrockford } from '../core/crockford.ts';
import type { Primitives } from '../core/primitives.ts';
import { Refusal } from '../core/refusal.ts';
import { dayInMexicoCity, unixSeconds, type Clock, type UnixSeconds } from '../core/time.ts';
import type { Random } from '../core/random.ts';
import type { MailAddress } from '../directory/contact.ts';
import type { OfficialId } from '../directory/official.ts';
import { readEntered } from '../directory/text.ts';
import type { Versioned } from '../log/ledger.ts';
import type { AccessCode } from './code.ts';
import { refuseOutOfOffice, type AccessDeps } from './enrol.ts';
import type { InvitationCode } from './login-code.ts';
import type { PassingRow, PassingStore } from './passing-store.ts';
import type { PersonId } from './person.ts';
import { MAX_NAME } from './record.ts';
import { MAX_GRANTS, readGrant, type Role, type RoleGrant } from './role.ts';
import { callerWith } from './rule.ts';
import { drawSecret, secretId } from './secret.ts';
import type { LoggedIn } from './session.ts';

export const INVITATION_SECONDS = 86_400;
/** Who may propose that somebody works here; that they do, two approvers decide. */
export const INVITERS: readonly Role[] = ['hr', 'approver'];
const TOKEN_BYTES = 16;
/** 128 bits in small letters: read aloud, and in a QR code, as well. */
const TOKEN_SYMBOLS = 26;
const TOKEN = /^[0-9a-hjkmnp-tv-z]{26}$/;
const CODE_SYMBOLS = 8;
const CODE_TRIES = 5;
const FORM_KEY = /^[\w-]{43}$/;
const MOST_INVITATIONS = 1_000;

/** Somebody who is to make a passkey, under the hash of the token in their address. */
export interface Invitation extends PassingRow {
  /** As the passkey is to be enrolled; of somebody who works here already a further one. */
  readonly person?: PersonId;
  readonly name: string;
  readonly official?: OfficialId;
  /** Its person has none of their passkeys any more: they end when this one is approved. */
  readonly replaces?: true;
  /** Proposed; none with a further passkey, which has the roles of its person. */
  readonly grants: readonly RoleGrant[];
  /** Where notices are to reach them. */
  readonly address?: MailAddress;
  readonly invitedBy: PersonId;
  readonly invitedAt: UnixSeconds;
  readonly codeHash: Uint8Array;
  readonly wrongCodes: number;
  /** Hash of the secret of the browser in which it was used. */
  readonly browser?: string;
  /** What that browser was asked to make a passkey for. */
  readonly challenge?: Uint8Array;
  /** What was made, once it was. */
  readonly fingerprint?: string;
}

export interface InvitationDeps {
  readonly invitations: PassingStore<Invitation>;
  readonly people: AccessDeps['store'];
  readonly directory: AccessDeps['directory'];
  readonly clock: Clock;
  readonly random: Random;
  readonly primitives: Pick<Primitives, 'digest'>;
}

export interface InvitationRequest {
  /** Drawn for the form (`drawSecret`): sent twice, it is one invitation. */
  readonly formKey: string;
  /** Somebody who is to have a further passkey; nothing else of the request counts then. */
  readonly person?: PersonId;
  /** Of such a person: the new one takes the place of all that they have. */
  readonly replaces?: boolean;
  readonly name: string;
  readonly official?: OfficialId;
  readonly roles: readonly { readonly role: string; readonly unit?: string; readonly until?: string }[];
  readonly address?: MailAddress;
}

/** What the inviter passes on: the token in an address, the code by word of mouth. */
export interface Invited {
  readonly token: string;
  /** Eight symbols in two groups. */
  readonly code: string;
  readonly invitation: Invitation;
}

/**
 * Invites somebody. Token and code follow from the secret of the form: whoever sends or loads it again sees them again, and nobody
 * is invited twice.
 * @throws Refusal `access/role-missing`, `access/name`, `invitation/roles`, `access/no-mandate`, `invitation/enrolled-already`,
 *   `access/person-unknown`, `access/person-ended`
 */
export async function invite(deps: InvitationDeps, by: LoggedIn, request: InvitationRequest): Promise<Invited> {
  const { invitations, clock, primitives } = deps;
  const now = clock();
  callerWith(INVITERS, by.caller, now);
  if (!FORM_KEY.test(request.formKey)) throw new Error('a form without its key');
  const whom = await whomOf(deps, request, now);
  // Nobody else's form makes the same.
  const drawn = (what: string): Uint8Array =>
    primitives.digest('SHA-256', utf8(`cotejo-invitation-v1 ${what} ${by.person} ${request.formKey}`));
  const token = toCrockford(concat(drawn('token').subarray(0, TOKEN_BYTES), new Uint8Array(1)), TOKEN_SYMBOLS);
  const code = toCrockford(drawn('code'), CODE_SYMBOLS);
  const secret = token.toLowerCase();
  await invitations.sweep(now, MOST_INVITATIONS);
  const made: Invitation = {
    id: tokenId(secret, primitives)!,
    ...whom,
    ...(request.address !== undefined && whom.person === undefined && { address: request.address }),
    invitedBy: by.person,
    invitedAt: now,
    codeHash: hashCode(secret, code, primitives),
    wrongCodes: 0,
    expiresAt: unixSeconds(now + INVITATION_SECONDS),
  };
  const invitation = (await invitations.add(made)) ? made : (await invitations.find(made.id))?.record;
  return { token: secret, code: `${code.slice(0, 4)}-${code.slice(4)}`, invitation: invitation ?? made };
}

type Whom = Pick<Invitation, 'person' | 'replaces' | 'name' | 'official' | 'grants'>;

async function whomOf(deps: InvitationDeps, request: InvitationRequest, now: UnixSeconds): Promise<Whom> {
  if (request.person !== undefined) {
    const known = await deps.people.findPerson(request.person);
    if (!known) throw new Refusal<AccessCode>('access/person-unknown', 'nobody of that id is enrolled');
    if (known.endedLeaf !== undefined) throw new Refusal<AccessCode>('access/person-ended', 'their access ended');
    const { id, name, official } = known;
    return {
      ...{ person: id, name, grants: [] },
      ...(official !== undefined && { official }),
      ...(request.replaces && { replaces: true }),
    };
  }
  const { official } = request;
  const from = dayInMexicoCity(now);
  const grants = request.roles.map((role) => readGrant({ ...role, from }));
  if (grants.length === 0 || grants.length > MAX_GRANTS || !grants.every((grant) => grant !== undefined)) {
    refuse('invitation/roles', 'no roles, or not as they are written');
  }
  if (official === undefined) return { name: readName(request.name), grants };
  await refuseOutOfOffice(deps, official);
  const others = await deps.people.listPeople();
  if (others.some((one) => one.official === official && one.endedLeaf === undefined)) {
    refuse('invitation/enrolled-already', 'the official has a passkey here');
  }
  // As the directory has them: two names of one person would be told apart by nobody.
  return { name: (await deps.directory.findOfficial(official))!.record.name, official, grants };
}

/** @throws Refusal `access/name` */
function readName(typed: string): string {
  const name = readEntered(typed, { max: MAX_NAME });
  if ('text' in name) return name.text;
  throw new Refusal<AccessCode>('access/name', 'a name that cannot be read');
}

function tokenId(token: string, primitives: InvitationDeps['primitives']): string | undefined {
  return TOKEN.test(token) ? toHex(primitives.digest('SHA-256', utf8(token))) : undefined;
}

/** With the token, which is kept nowhere: 40 bits alone would be found by trying them all. */
function hashCode(token: string, code: string, primitives: InvitationDeps['primitives']): Uint8Array {
  return primitives.digest('SHA-256', utf8(`cotejo-invitation-code-v1 ${token} ${code}`));
}

/**
 * Whom a token invites; looking uses nothing up, as programs that show links look too.
 * @throws Refusal `invitation/unknown`, `invitation/expired`, `invitation/used`, `invitation/closed`
 */
export async function lookAtInvitation(deps: InvitationDeps, token: string): Promise<Invitation> {
  return (await standing(deps, token)).record;
}

async function standing(deps: InvitationDeps, token: string): Promise<Versioned<Invitation>> {
  const id = tokenId(token, deps.primitives);
  const kept = id === undefined ? undefined : await deps.invitations.find(id);
  if (!kept) refuse('invitation/unknown', 'an invitation of nobody');
  const { expiresAt, wrongCodes, browser } = kept.record;
  if (deps.clock() >= expiresAt) refuse('invitation/expired', 'an invitation that expired');
  if (browser !== undefined) refuse('invitation/used', 'an invitation that was used');
  if (wrongCodes >= CODE_TRIES) refuse('invitation/closed', 'the code was wrong too often');
  return kept;
}

/**
 * Uses an invitation up, with the code that was given in person. @returns the secret of the browser that did
 * @throws Refusal as `lookAtInvitation`; `invitation/code-wrong`
 */
export async function openInvitation(deps: InvitationDeps, token: string, typed: string): Promise<string> {
  const { invitations, random, primitives } = deps;
  for (;;) {
    const { record, version } = await standing(deps, token);
    const code = readCrockford(typed.slice(0, 4 * CODE_SYMBOLS)) ?? '';
    const isRight = equalSecret(hashCode(token, code, primitives), record.codeHash);
    const secret = drawSecret(random);
    const after = isRight
      ? { ...record, browser: secretId(secret, primitives)! }
      : { ...record, wrongCodes: record.wrongCodes + 1 };
    // Somebody tried at the same time: their try counts, and this one is judged after it.
    if (!(await invitations.replace(after, version))) continue;
    if (isRight) return secret;
    const left = CODE_TRIES - after.wrongCodes;
    if (left === 0) refuse('invitation/closed', 'the code was wrong too often');
    throw new Refusal<InvitationCode>('invitation/code-wrong', 'not the code of the invitation', { left });
  }
}

/** Takes an invitation back. @throws Refusal `access/role-missing` */
export async function withdrawInvitation(deps: InvitationDeps, by: LoggedIn, id: string): Promise<void> {
  callerWith(INVITERS, by.caller, deps.clock());
  await deps.invitations.take(id);
}

/** What nobody used yet, and may still be: the newest first. */
export async function openInvitations(deps: InvitationDeps): Promise<readonly Invitation[]> {
  const now = deps.clock();
  const all = (await deps.invitations.list()).map(({ record }) => record);
  return all
    .filter(({ expiresAt, fingerprint }) => now < expiresAt && fingerprint === undefined)
    .toSorted((a, b) => b.invitedAt - a.invitedAt);
}

function refuse(code: InvitationCode, message: string): never {
  throw new Refusal<InvitationCode>(code, message);
}
