import { LeafKind } from '../log/leaf.ts';
import type { PersonId } from './person.ts';
import type { Role } from './role.ts';

/** One person who has to agree: with any of these roles. */
export interface Slot {
  readonly roles: readonly Role[];
  /** Only in their own name: whose act it is, not only what role. */
  readonly self?: true;
  /** Only with a role for all units: what is decided is of none. */
  readonly whole?: true;
}

/** Where an act belongs: the unit that it is about, and the official in whose name it is done. */
export interface ActScope {
  readonly unit?: string;
  readonly official?: string;
  /** Whose own access it makes or changes: nobody who is enrolled agrees to that. */
  readonly subject?: { readonly person: PersonId; readonly official?: string };
}

/**
 * What makes an act of a kind count outside development.
 * - `asserted`: fresh assertions of as many different people as there are slots.
 * - `follows`: it completes what the leaf that it refers to began, and counts as that does.
 * - `withdrawn`: takes a right away: one assertion, or the service by a rule of its own (a mandate that ended).
 * - `session`: gives nobody a right by itself: whoever is logged in with such a role.
 * - `automatic`: what the service publishes or notes by a rule, or the ceremony, which the root answers for.
 */
export type Requirement =
  | {
      readonly by: 'asserted';
      readonly slots: readonly Slot[];
      /** The kind of act that may be authorised in its place, later: until then it is a session's, and counts for nothing. */
      readonly orBy?: LeafKind;
    }
  | { readonly by: 'follows' }
  | { readonly by: 'withdrawn'; readonly slots: readonly [Slot] }
  | { readonly by: 'session'; readonly roles: readonly Role[] }
  | { readonly by: 'automatic' };

const HR: Slot = { roles: ['hr'] };
const APPROVER: Slot = { roles: ['approver'] };
/** Who works here, and with what right, is of no unit. */
const WHOLE_APPROVER: Slot = { roles: ['approver'], whole: true };
const SIGNER: Slot = { roles: ['signer'], self: true };

const one = (slot: Slot): Requirement => ({ by: 'asserted', slots: [slot] });
const two = (first: Slot, second: Slot): Requirement => ({ by: 'asserted', slots: [first, second] });
const taking = (roles: readonly Role[]): Requirement => ({ by: 'withdrawn', slots: [{ roles }] });
const session = (...roles: readonly Role[]): Requirement => ({ by: 'session', roles });
const automatic: Requirement = { by: 'automatic' };
const follows: Requirement = { by: 'follows' };

/** Every kind of act and what it needs: the one place where rights are given. Kinds with two slots need four eyes. */
export const REQUIREMENTS: Readonly<Record<LeafKind, Requirement>> = {
  [LeafKind.authorityCreated]: automatic,
  [LeafKind.charterPublished]: automatic,
  [LeafKind.authorityIntent]: automatic,
  [LeafKind.officialRegistered]: one(HR),
  [LeafKind.officialChanged]: one(HR),
  [LeafKind.officialEnded]: taking(['hr']),
  [LeafKind.unitSet]: one(HR),
  [LeafKind.distinctiveGranted]: two(HR, APPROVER),
  [LeafKind.distinctiveWithdrawn]: taking(['hr']),
  // The keys of a card are made while it is written: who lets the card count names the certificates that count with it.
  [LeafKind.credentialIntent]: { by: 'asserted', slots: [HR, APPROVER], orBy: LeafKind.cardActivated },
  [LeafKind.credentialIssued]: follows,
  [LeafKind.credentialSuspended]: taking(['hr', 'approver', 'signer']),
  [LeafKind.credentialResumed]: two(HR, APPROVER),
  [LeafKind.credentialRevoked]: taking(['hr', 'approver', 'signer']),
  [LeafKind.credentialProven]: automatic,
  [LeafKind.cardRegistered]: session('hr'),
  [LeafKind.cardActivated]: two(HR, APPROVER),
  [LeafKind.cardEnded]: taking(['hr']),
  [LeafKind.cardTagAssigned]: session('hr'),
  [LeafKind.cardOpened]: session('hr'),
  [LeafKind.cardStolen]: taking(['hr']),
  [LeafKind.oficioIntent]: session('clerk', 'signer'),
  [LeafKind.oficioSigned]: one(SIGNER),
  [LeafKind.oficioCancelled]: taking(['clerk', 'signer']),
  [LeafKind.oficioReplaced]: taking(['clerk', 'signer']),
  [LeafKind.folioSeriesSet]: one({ roles: ['clerk', 'operator'] }),
  [LeafKind.oficioReceived]: session('clerk'),
  // By the service itself once their time is over; earlier, where the person asks for it, by one of those who answer for the unit.
  [LeafKind.oficioDetailsErased]: taking(['clerk', 'hr']),
  // Verifiers call it registered: whoever has database and keys alone must not put another text in its place.
  [LeafKind.oficioPublicVersion]: one({ roles: ['clerk'] }),
  [LeafKind.oficioPublicVersionWithdrawn]: taking(['clerk']),
  [LeafKind.oficioCountersignIntent]: session('clerk', 'signer'),
  [LeafKind.oficioCountersigned]: one(SIGNER),
  [LeafKind.crlIntent]: automatic,
  [LeafKind.crlPublished]: automatic,
  [LeafKind.accessEnrolled]: two(WHOLE_APPROVER, WHOLE_APPROVER),
  [LeafKind.accessRolesSet]: two(WHOLE_APPROVER, WHOLE_APPROVER),
  [LeafKind.accessEnded]: taking(['hr', 'approver']),
};
