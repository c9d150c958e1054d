import type { CborValue } from '../core/cbor.ts';
import { LeafKind } from './leaf.ts';

/** What the leaves of one kind look like, whatever their act says. */
interface ActShape {
  /** The name with which the record begins. */
  readonly act: string;
  /** The kinds of the leaf that it is about; none where it is the first of its noun. */
  readonly about?: readonly LeafKind[];
}

const ISSUED = [LeafKind.credentialIntent, LeafKind.credentialIssued];
const SIGNED = [LeafKind.oficioIntent, LeafKind.oficioSigned];

/** The kinds that this release writes. */
const SHAPES: Partial<Record<LeafKind, ActShape>> = {
  [LeafKind.authorityCreated]: { act: 'authority/created' },
  [LeafKind.charterPublished]: { act: 'charter/published' },
  [LeafKind.authorityIntent]: { act: 'authority/intent' },
  [LeafKind.officialRegistered]: { act: 'official/registered' },
  [LeafKind.officialChanged]: { act: 'official/changed', about: [LeafKind.officialRegistered] },
  [LeafKind.officialEnded]: { act: 'official/ended', about: [LeafKind.officialRegistered] },
  [LeafKind.unitSet]: { act: 'unit/set' },
  [LeafKind.credentialIntent]: { act: 'credential/intent' },
  [LeafKind.credentialIssued]: { act: 'credential/issued', about: [LeafKind.credentialIntent] },
  [LeafKind.credentialSuspended]: { act: 'credential/suspended', about: ISSUED },
  [LeafKind.credentialResumed]: { act: 'credential/resumed', about: ISSUED },
  [LeafKind.credentialRevoked]: { act: 'credential/revoked', about: ISSUED },
  [LeafKind.oficioIntent]: { act: 'oficio/intent' },
  [LeafKind.oficioSigned]: { act: 'oficio/signed', about: [LeafKind.oficioIntent] },
  [LeafKind.oficioCancelled]: { act: 'oficio/cancelled', about: SIGNED },
  [LeafKind.oficioReplaced]: { act: 'oficio/replaced', about: SIGNED },
  [LeafKind.folioSeriesSet]: { act: 'folio-series/set' },
  [LeafKind.crlIntent]: { act: 'crl/intent' },
  [LeafKind.crlPublished]: { act: 'crl/published', about: [LeafKind.crlIntent] },
};

/** Whether a record is of an act that leaves of this kind report. */
export function isActOf(kind: LeafKind, [version, act]: readonly CborValue[]): boolean {
  return version === 1 && act !== undefined && act === SHAPES[kind]?.act;
}

/** Whether a leaf of this kind may be about a leaf of kind `about`, or about none. */
export function mayBeAbout(kind: LeafKind, about: LeafKind | undefined): boolean {
  const allowed = SHAPES[kind]?.about;
  return about === undefined ? allowed === undefined : allowed?.includes(about) === true;
}
