import { readAll, readDer, readOctetString, readSmallInteger, open } from '../../asn1/read.ts';
import { integer, nullValue, octetString, oid, sequence, sequenceOf } from '../../asn1/write.ts';
import { concat, equal } from '../../core/bytes.ts';
import type { Primitives } from '../../core/primitives.ts';
import { isRefusal } from '../../core/refusal.ts';
import { encodeObject } from '../tlv.ts';
import { malformed } from './answer.ts';
import { endOfContainer, fieldOf, readFields } from './container.ts';
import { OBJECTS, type ObjectName } from './objects.ts';

/**
 * The security object (SP 800-73-5 Part 1 §3.1.7 and appendix A): the hashes of the other objects, as ICAO has them for
 * passports, in CMS SignedData by the issuer. Which data group stands for which object is in the mapping, unsigned; the
 * hash tells when somebody changes it.
 */
export interface SecurityObject {
  /** The objects, in the order of their data groups: the first is group 1. At most 10 fit in the field. */
  readonly objects: readonly ObjectName[];
  /** DER of the CMS ContentInfo whose content is `encodeHashList`, of the type `LDS_SECURITY_OBJECT`. */
  readonly signed: Uint8Array;
}

/** eContentType of the hash list (SP 800-73-5 Part 1 §3.1.7: the older of ICAO's two). */
export const LDS_SECURITY_OBJECT = '1.3.27.1.1.1';

const WHAT = 'security-object';
const MAPPING = 0xba;
const SIGNED = 0xbb;
const MOST_GROUPS = 10;
const SHA256 = sequence(oid('2.16.840.1.101.3.4.2.1'), nullValue());
const SHA256_SHORT = sequence(oid('2.16.840.1.101.3.4.2.1'));

export function encodeSecurityObject({ objects, signed }: SecurityObject): Uint8Array {
  checkGroups(objects);
  const mapping = objects.flatMap((name, at) => {
    const { container } = OBJECTS[name];
    return [at + 1, container >> 8, container & 0xff];
  });
  return concat(encodeObject(MAPPING, Uint8Array.from(mapping)), encodeObject(SIGNED, signed), endOfContainer());
}

/** @throws Refusal `card/malformed` also for a data group that names an object we do not know */
export function readSecurityObject(bytes: Uint8Array): SecurityObject {
  const fields = readFields(bytes, [MAPPING, SIGNED], WHAT);
  const mapping = fieldOf(fields, MAPPING, WHAT);
  if (mapping.length % 3 !== 0 || mapping.length === 0 || mapping.length > 3 * MOST_GROUPS) {
    malformed(WHAT, `a mapping of ${mapping.length} bytes`);
  }
  const objects: ObjectName[] = [];
  for (let at = 0; at < mapping.length; at += 3) {
    const container = (mapping[at + 1]! << 8) | mapping[at + 2]!;
    const name = (Object.keys(OBJECTS) as ObjectName[]).find((one) => OBJECTS[one].container === container);
    if (!name || objects.includes(name) || mapping[at] !== objects.length + 1)
      malformed(WHAT, 'a mapping of another form');
    objects.push(name);
  }
  return { objects, signed: fieldOf(fields, SIGNED, WHAT) };
}

/** What an object of the card has in it, without the tag around it: as `readObject` gives it and `writeObject` takes it. */
export interface HashedObject {
  readonly name: ObjectName;
  readonly value: Uint8Array;
}

/** LDSSecurityObject, version 0 (ICAO 9303-10 §4.6.2.3): SHA-256 of each object, group 1 first. */
export function encodeHashList(objects: readonly HashedObject[], { digest }: Pick<Primitives, 'digest'>): Uint8Array {
  checkGroups(objects);
  const hashes = objects.map(({ value }, at) => sequence(integer(at + 1), octetString(digest('SHA-256', value))));
  return sequence(integer(0), SHA256, sequenceOf(hashes));
}

/** The hashes of group 1, 2 … @throws Refusal `card/malformed` */
export function readHashList(bytes: Uint8Array): readonly Uint8Array[] {
  try {
    const list = open(readDer(bytes));
    const version = readSmallInteger(list.next());
    const algorithm = list.next().encoded;
    const groups = readAll(list.next(), undefined, MOST_GROUPS);
    list.end();
    const known = [SHA256, SHA256_SHORT].some((one) => equal(one, algorithm));
    if (version !== 0 || !known || groups.length === 0) malformed(WHAT, 'a list of hashes of another kind');
    return groups.map((group, at) => {
      const fields = open(group);
      const number = readSmallInteger(fields.next());
      const hash = readOctetString(fields.next());
      fields.end();
      if (number !== at + 1 || hash.length !== 32) malformed(WHAT, 'a hash of another form');
      return hash;
    });
  } catch (error) {
    if (isRefusal(error, 'asn1/malformed')) malformed(WHAT, 'a list of hashes that cannot be read');
    throw error;
  }
}

/**
 * The objects on the card that are not what the list says, or that it does not name: none, when all is as it was signed. The
 * signature over the list is for the caller to verify.
 */
export function changedObjects(
  list: { readonly objects: readonly ObjectName[]; readonly hashes: readonly Uint8Array[] },
  found: readonly HashedObject[],
  { digest }: Pick<Primitives, 'digest'>,
): readonly ObjectName[] {
  const changed = found.filter(({ name, value }) => {
    const hash = list.hashes[list.objects.indexOf(name)];
    return !hash || !equal(hash, digest('SHA-256', value));
  });
  const missing = list.objects.filter((name) => !found.some((one) => one.name === name));
  return [...changed.map(({ name }) => name), ...missing];
}

function checkGroups(objects: readonly unknown[]): void {
  if (objects.length === 0 || objects.length > MOST_GROUPS) throw new RangeError(`${objects.length} data groups`);
}
