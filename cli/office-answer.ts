/**
 * What the office answers about cards, read field by field: a station writes on chips and in files by it, and whoever answers may
 * be another than the office. Everything that is not of its form is `http/unexpected`.
 */
import type { AccessChallenge } from '../src/card/access-proof.ts';
import { isCardEndReason, parseCardNumber, type Card, type CardNumber, type CardState } from '../src/card/card.ts';
import type { TagKeys } from '../src/card/ntag424/keys.ts';
import { parseTagBatch } from '../src/card/ntag424/sun.ts';
import type { CardCertificate, CardHolder, ManagementKeys, TagAssignment } from '../src/card/office.ts';
import { MANAGEMENT_ALGORITHM, MANAGEMENT_ALGORITHMS } from '../src/card/piv/reference.ts';
import { fromBase64 } from '../src/core/base64.ts';
import { Outage } from '../src/core/refusal.ts';
import { isTime, parseDay, type UnixSeconds } from '../src/core/time.ts';
import { CARD_SLOTS, CHALLENGE_BYTES, isCardSlot } from '../src/credential/on-card.ts';
import { parseOfficialId, type OfficialId } from '../src/directory/official.ts';
import type { HttpCode } from '../src/texts/code.ts';

type Fields = Readonly<Record<string, unknown>>;

const MOST_TEXT = 1_000;
/** As a certificate reader takes. */
const MOST_DER_BYTES = 1 << 16;
const MOST_PHOTO_BYTES = 12_500;
const MOST_ADDRESS = 120;
/** Those of one card that are not revoked: one of each slot, or more while keys are exchanged. */
const MOST_CERTIFICATES = 8 * CARD_SLOTS.length;
const TAG_KEY_BYTES = 16;
const STATES: readonly string[] = ['registered', 'active', 'ended'] satisfies readonly CardState[];

function unexpected(field: string): never {
  throw new Outage<HttpCode>('http/unexpected', `${field}: not what the office answers`, { field });
}

function fieldsOf(field: string, value: unknown): Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : unexpected(field);
}

function textOf(field: string, value: unknown, most = MOST_TEXT): string {
  return typeof value === 'string' && value.length <= most ? value : unexpected(field);
}

function matching(field: string, value: unknown, form: RegExp): string {
  const text = textOf(field, value);
  return form.test(text) ? text : unexpected(field);
}

/** @param least bytes, `most` of them at most; with `least` alone, just as many */
function bytesOf(field: string, value: unknown, least: number, most = least): Uint8Array {
  const bytes = typeof value === 'string' && value.length <= 2 * most + 4 ? fromBase64(value) : undefined;
  return bytes && bytes.length >= least && bytes.length <= most ? bytes : unexpected(field);
}

function timeOf(field: string, value: unknown): UnixSeconds {
  return typeof value === 'number' && isTime(value) ? value : unexpected(field);
}

function numberOf(field: string, value: unknown, least = 0, most = Number.MAX_SAFE_INTEGER): number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= least && value <= most
    ? value
    : unexpected(field);
}

/** Read by `read`, where it is there. */
function optional<Name extends string, Value>(
  name: Name,
  value: unknown,
  read: (field: string, value: unknown) => Value,
): { readonly [Key in Name]?: Value } {
  return value === undefined ? {} : ({ [name]: read(name, value) } as { readonly [Key in Name]?: Value });
}

/** As the register has it, in no other spelling. */
function cardNumberOf(value: unknown): CardNumber {
  const number = parseCardNumber(textOf('number', value));
  return number !== undefined && number === value ? number : unexpected('number');
}

function officialIdOf(value: unknown): OfficialId {
  const id = parseOfficialId(textOf('officialId', value));
  return id !== undefined && id === value ? id : unexpected('officialId');
}

function dayOf(value: unknown): Card['expires'] {
  return parseDay(textOf('expires', value)) ?? unexpected('expires');
}

function batchOf(value: unknown): TagAssignment['batch'] {
  return parseTagBatch(textOf('batch', value)) ?? unexpected('batch');
}

function tagOf(field: string, value: unknown): NonNullable<Card['tag']> {
  const { uid, batch, keyVersion } = fieldsOf(field, value);
  return {
    uid: matching('tag.uid', uid, /^[0-9A-F]{14}$/),
    batch: batchOf(batch),
    keyVersion: numberOf('keyVersion', keyVersion, 1, 255),
  };
}

function endOf(field: string, value: unknown): NonNullable<Card['ended']> {
  const { at, reason } = fieldsOf(field, value);
  const text = textOf('ended.reason', reason);
  return { at: timeOf('ended.at', at), reason: isCardEndReason(text) ? text : unexpected('ended.reason') };
}

function digestsOf(field: string, value: unknown): readonly string[] {
  if (!Array.isArray(value) || value.length > MOST_CERTIFICATES) return unexpected(field);
  return value.map((digest) => matching(field, digest, /^[0-9a-f]{64}$/));
}

/** @throws Outage `http/unexpected`, as all of these */
export function readCard(value: unknown): Card {
  const card = fieldsOf('card', value);
  const state = textOf('state', card['state']);
  if (!STATES.includes(state)) unexpected('state');
  return {
    number: cardNumberOf(card['number']),
    officialId: officialIdOf(card['officialId']),
    guid: matching('guid', card['guid'], /^[0-9a-f]{32}$/),
    expires: dayOf(card['expires']),
    state: state as CardState,
    registeredAt: timeOf('registeredAt', card['registeredAt']),
    registeredLeaf: numberOf('registeredLeaf', card['registeredLeaf']),
    ...optional('tag', card['tag'], tagOf),
    ...optional('tagLeaf', card['tagLeaf'], (field, leaf) => numberOf(field, leaf)),
    ...optional('activatedAt', card['activatedAt'], timeOf),
    ...optional('certified', card['certified'], digestsOf),
    ...optional('activatedLeaf', card['activatedLeaf'], (field, leaf) => numberOf(field, leaf)),
    ...optional('ended', card['ended'], endOf),
    ...optional('endedLeaf', card['endedLeaf'], (field, leaf) => numberOf(field, leaf)),
    ...optional('stolen', card['stolen'], (field, stolen) => ({ at: timeOf(field, fieldsOf(field, stolen)['at']) })),
    ...optional('stolenLeaf', card['stolenLeaf'], (field, leaf) => numberOf(field, leaf)),
  };
}

/** `{ card: null }` where there is none. */
export function readFound(value: unknown): Card | undefined {
  const { card } = fieldsOf('found', value);
  return card === null ? undefined : readCard(card);
}

export function readCertificates(value: unknown): readonly CardCertificate[] {
  if (!Array.isArray(value) || value.length > MOST_CERTIFICATES) return unexpected('certificates');
  return value.map(readCertificateOf);
}

export function readCertificateOf(value: unknown): CardCertificate {
  const { slot, serial, certificate, isProven, isUpToDate } = fieldsOf('certificate', value);
  const name = textOf('slot', slot);
  return {
    slot: isCardSlot(name) ? name : unexpected('slot'),
    serial: matching('serial', serial, /^[0-9a-f]{32}$/),
    certificate: bytesOf('certificate', certificate, 1, MOST_DER_BYTES),
    isProven: typeof isProven === 'boolean' ? isProven : unexpected('isProven'),
    isUpToDate: typeof isUpToDate === 'boolean' ? isUpToDate : unexpected('isUpToDate'),
  };
}

export function readHolder(value: unknown): CardHolder {
  const holder = fieldsOf('holder', value);
  const printed = fieldsOf('printed', holder['printed']);
  const { slots, isReserved } = holder;
  if (!Array.isArray(slots) || slots.length > CARD_SLOTS.length) return unexpected('slots');
  const text = (from: Fields, name: string): string => textOf(name, from[name]);
  return {
    officialId: officialIdOf(holder['officialId']),
    name: text(holder, 'name'),
    post: text(holder, 'post'),
    unit: text(holder, 'unit'),
    isReserved: typeof isReserved === 'boolean' ? isReserved : unexpected('isReserved'),
    ...optional('photo', holder['photo'], (field, photo) => bytesOf(field, photo, 1, MOST_PHOTO_BYTES)),
    printed: {
      name: text(printed, 'name'),
      affiliation: text(printed, 'affiliation'),
      issuer: text(printed, 'issuer'),
      ...optional('organization', printed['organization'], (field, one) => textOf(field, one)),
      ...optional('unit', printed['unit'], (field, one) => textOf(field, one)),
    },
    slots: slots.map((slot) => {
      const name = textOf('slots', slot);
      return isCardSlot(name) ? name : unexpected('slots');
    }),
    expires: dayOf(holder['expires']),
    ...optional('card', holder['card'], (_, card) => readCard(card)),
    ...optional('cardOpenings', holder['cardOpenings'], (field, count) =>
      Number.isSafeInteger(count) ? (count as number) : unexpected(field),
    ),
    ...optional('isCardProven', holder['isCardProven'], (field, is) =>
      typeof is === 'boolean' ? is : unexpected(field),
    ),
  };
}

/** Nothing where nothing has to be signed. */
export function readAccessChallenge(value: unknown): AccessChallenge | undefined {
  const { challenge, certificate } = fieldsOf('challenge', value);
  if (challenge === undefined && certificate === undefined) return undefined;
  return {
    challenge: bytesOf('challenge', challenge, CHALLENGE_BYTES),
    certificate: bytesOf('certificate', certificate, 1, MOST_DER_BYTES),
  };
}

export function readChallenge(value: unknown): Uint8Array {
  return bytesOf('challenge', fieldsOf('challenge', value)['challenge'], CHALLENGE_BYTES);
}

export function readManagementKeys(value: unknown): ManagementKeys {
  const told = fieldsOf('managementKeys', fieldsOf('managementKeys', value)['managementKeys']);
  const keys = new Map(
    MANAGEMENT_ALGORITHMS.map((name) => [
      name,
      bytesOf('managementKeys', told[name], MANAGEMENT_ALGORITHM[name].keyBytes),
    ]),
  );
  return (algorithm) => keys.get(algorithm)!;
}

export function readPuk(value: unknown): string {
  return matching('puk', fieldsOf('puk', value)['puk'], /^\d{8}$/);
}

export function readTagAssignment(value: unknown): TagAssignment {
  const { origin, batch, keyVersion, keys } = fieldsOf('tag', value);
  if (!Array.isArray(keys) || keys.length !== 5) return unexpected('keys');
  return {
    origin: textOf('origin', origin, MOST_ADDRESS),
    batch: batchOf(batch),
    keyVersion: numberOf('keyVersion', keyVersion, 1, 255),
    keys: keys.map((key) => bytesOf('keys', key, TAG_KEY_BYTES)) as unknown as TagKeys,
  };
}

/** The security object: DER. */
export function readSigned(value: unknown): Uint8Array {
  return bytesOf('signed', fieldsOf('signed', value)['signed'], 1, MOST_DER_BYTES);
}
