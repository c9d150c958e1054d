import { encodeCbor, type CborValue } from '../core/cbor.ts';
import type { Primitives } from '../core/primitives.ts';
import type { Institution, LetterTexts } from './institution.ts';
import type { Official } from './official.ts';
import type { Unit } from './unit.ts';

/** What a leaf about an official commits to: docs/formats/directory-records.md. */
export type OfficialAct = 'official/registered' | 'official/changed' | 'official/ended';

/**
 * The whole state of `official` after the act, so that an auditor who opens one leaf needs no other. It holds the hash
 * of the subject key, never the key: who opens one leaf cannot find the others, and we cannot swap the key unseen.
 */
export function officialRecord(
  act: OfficialAct,
  official: Official,
  primitives: Pick<Primitives, 'digest'>,
): Uint8Array {
  const { publication, contact, photo, ended } = official;
  const state: CborValue = [
    official.id,
    primitives.digest('SHA-256', official.subjectKey),
    official.acts,
    official.name,
    official.post,
    official.unit,
    official.powers,
    official.mayAsk,
    official.neverAsks,
    official.validFrom,
    official.validUntil ?? null,
    publication.state === 'public' ? null : publication.legalGround,
    [contact?.phone ?? null, contact?.mail ?? null],
    photo ? [photo.sha256, photo.thumbnailSha256, photo.width, photo.height] : null,
    ended ? [ended.on, ended.reason] : null,
    official.supersedes ?? null,
  ];
  return encodeCbor([1, act, ...state]);
}

/** The whole state of `unit`. */
export function unitRecord(unit: Unit): Uint8Array {
  return encodeCbor([
    1,
    'unit/set',
    unit.code,
    unit.name,
    unit.coveredSince,
    unit.phone ?? null,
    unit.address ?? null,
    unit.parent ?? null,
  ]);
}

/** What an earlier release wrote, and whoever has no English, has two items. */
function letterTextItems({ payment, expired, paymentEn, expiredEn }: LetterTexts): CborValue {
  const english = paymentEn === undefined && expiredEn === undefined ? [] : [paymentEn ?? null, expiredEn ?? null];
  return [payment ?? null, expired ?? null, ...english];
}

/** All that is printed, shown and certified of the institution: the leaf of a charter commits to its SHA-256. */
export function institutionRecord(institution: Institution): Uint8Array {
  const { name, shortName, address, telephone, policyArc, legend, telephones, letterTexts, checkedOn } = institution;
  return encodeCbor([
    1,
    'institution/set',
    ...[name, shortName, address, telephone, policyArc, legend, checkedOn],
    // What an earlier release wrote has no third item.
    telephones.map(({ label, number, labelEn }) => [label, number, ...(labelEn === undefined ? [] : [labelEn])]),
    new Map(Object.entries(letterTexts).map(([type, texts]) => [type, letterTextItems(texts)])),
  ]);
}
