import type { Brand } from '../core/brand.ts';
import type { Random } from '../core/random.ts';
import { dayInMexicoCity, type CalendarDay, type UnixSeconds } from '../core/time.ts';
import type { Contact } from './contact.ts';
import type { PhotoRef } from './photo.ts';
import { foldText } from './text.ts';
import type { UnitCode } from './unit.ts';

/**
 * Eight Crockford base32 symbols, drawn at random: public, short enough to read aloud, and telling nothing. It is never
 * a CURP, an RFC or an employee number.
 */
export type OfficialId = Brand<string, 'OfficialId'>;

/** Whether the name and photo are published. A protected official is listed as reserved, never left out. */
export type Publication =
  | { readonly state: 'public' }
  | {
      readonly state: 'reserved';
      /** The norm and resolution under which name and photo are reserved; this text is public. */
      readonly legalGround: string;
    };

/** Why somebody left, kept for auditors; the public sees only since when. */
export const END_REASONS = [
  'resigned',
  'dismissed',
  'term-ended',
  'transferred',
  'retired',
  'deceased',
  'mistake',
] as const;
export type EndReason = (typeof END_REASONS)[number];

export interface Ended {
  /** The first day that the person no longer works in this post. */
  readonly on: CalendarDay;
  readonly reason: EndReason;
}

/** What HR says about an official: every text already read by `readFields`. */
export interface OfficialFields {
  readonly name: string;
  readonly post: string;
  readonly unit: UnitCode;
  /** Atribuciones: what the law lets this post do. */
  readonly powers: readonly string[];
  /** What this official may ask a resident for. */
  readonly mayAsk: readonly string[];
  /** What this official never asks for. */
  readonly neverAsks: readonly string[];
  /** The first day of the mandate. */
  readonly validFrom: CalendarDay;
  /** The last day of the mandate; absent when the appointment names none. */
  readonly validUntil?: CalendarDay;
  readonly publication: Publication;
  readonly contact?: Contact;
}

/** Who holds which post, with which powers, from when to when. */
export interface Official extends OfficialFields {
  readonly id: OfficialId;
  readonly photo?: PhotoRef;
  readonly ended?: Ended;
  /** An earlier record of the same person, for whoever comes back or changes post. */
  readonly supersedes?: OfficialId;
  /**
   * 32 random bytes under which the leaves about this official are tagged, so that the person can find them all and
   * nobody else can. Handed to the person, never published.
   */
  readonly subjectKey: Uint8Array;
  /** Leaves about this official so far, the registration included. */
  readonly acts: number;
  /** Index of the leaf of the registration; the ledger sets it. */
  readonly registeredLeaf: number;
}

/** Crockford's base32: no I, L, O (taken for 1, 1, 0) and no U. */
const SYMBOLS = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/** A new id: 40 random bits. The ledger refuses one that is taken; draw again. */
export function drawOfficialId(random: Random): OfficialId {
  let id = '';
  for (const byte of random(8)) id += SYMBOLS[byte & 31];
  return id as OfficialId;
}

/** The id that somebody typed: any case, I and L read as 1, O as 0, hyphens and spaces ignored; else `undefined`. */
export function parseOfficialId(text: string): OfficialId | undefined {
  if (text.length > 20) return undefined;
  const id = text.replace(/[\s-]/g, '').toUpperCase().replace(/[IL]/g, '1').replace(/O/g, '0');
  return /^[0-9A-HJKMNP-TV-Z]{8}$/.test(id) ? (id as OfficialId) : undefined;
}

export type Mandate = 'current' | 'not-yet' | 'expired' | 'ended';

/** How the mandate stands on the civil day in Mexico City at `at`: only `current` may act. */
export function mandateAt(official: Pick<Official, 'validFrom' | 'validUntil' | 'ended'>, at: UnixSeconds): Mandate {
  const today = dayInMexicoCity(at);
  if (official.ended && official.ended.on <= today) return 'ended';
  if (today < official.validFrom) return 'not-yet';
  return official.validUntil !== undefined && official.validUntil < today ? 'expired' : 'current';
}

/** One key for one person in one post, whatever the spelling: what makes a second import of a list change nothing. */
export function identityOf(official: Pick<OfficialFields, 'name' | 'unit' | 'post'>): string {
  return `${foldText(official.name)}|${official.unit}|${foldText(official.post)}`;
}
