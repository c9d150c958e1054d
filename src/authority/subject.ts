import { contextTag, TAG } from '../asn1/tag.ts';
import { der, oid, printableString, sequence, setOf, utf8String } from '../asn1/write.ts';
import { utf8 } from '../core/bytes.ts';
import { Refusal } from '../core/refusal.ts';
import type { AuthorityCode } from './code.ts';
import { ATTRIBUTE } from './name.ts';

/** Who a certificate of ours names. May be printed and is public: nothing in it that the directory does not publish. */
export interface Subject {
  /** ISO 3166-1: two capital letters. */
  readonly country: string;
  readonly organization: string;
  readonly unit?: string;
  readonly title?: string;
  /** An employee or register number: tells two people of one name apart. Never a CURP or RFC. */
  readonly serialNumber?: string;
  readonly commonName: string;
}

/** Upper bounds of X.520, in characters (RFC 5280 appendix A.1). */
export const MAX_ATTRIBUTE_CHARACTERS = 64;

/** In this order: issuing authorities permit only names that begin with their own country and organization. */
const ORDER = [
  ['country', ATTRIBUTE.C],
  ['organization', ATTRIBUTE.O],
  ['unit', ATTRIBUTE.OU],
  ['title', ATTRIBUTE.title],
  ['serialNumber', ATTRIBUTE.serialNumber],
  ['commonName', ATTRIBUTE.CN],
] as const;

function refuse(attribute: string, what: string): never {
  throw new Refusal<AuthorityCode>('authority/name', `${attribute}: ${what}`, { attribute });
}

/** What is wrong with the text of an attribute, or `undefined`. */
export function findTextFault(text: string): string | undefined {
  if (!text.isWellFormed()) return 'not well-formed text';
  if (text !== text.normalize('NFC')) return 'not in Unicode form C';
  const length = [...text].length;
  if (length === 0 || length > MAX_ATTRIBUTE_CHARACTERS) return `${length} characters, from 1 to 64 are allowed`;
  if (text !== text.trim()) return 'spaces at an end';
  // Direction marks and invisible characters make one name look like another.
  return /[\p{C}\p{Zl}\p{Zp}]/u.test(text) ? 'control or invisible characters' : undefined;
}

function encodeAttribute(attribute: string, type: string, text: string): Uint8Array {
  const fault = findTextFault(text);
  if (fault !== undefined) refuse(attribute, fault);
  let value: Uint8Array;
  if (attribute === 'country') {
    value = /^[A-Z]{2}$/.test(text) ? printableString(text) : refuse(attribute, 'not two capital letters');
  } else if (attribute === 'serialNumber') {
    // X.520 §6.2.9: a PrintableString always.
    value = /^[A-Za-z0-9 '()+,\-./:=?]+$/.test(text) ? printableString(text) : refuse(attribute, 'not printable ASCII');
  } else {
    value = utf8String(text);
  }
  return setOf(sequence(oid(type), value));
}

/** The distinguished name, one attribute a position. @throws Refusal `authority/name`, facts `attribute` */
export function encodeSubject(subject: Subject): Uint8Array {
  const rdns = ORDER.flatMap(([attribute, type]) => {
    const text = subject[attribute];
    return text === undefined ? [] : [encodeAttribute(attribute, type, text)];
  });
  return sequence(...rdns);
}

/** `NameConstraints` that permit only names of this country and organization (RFC 5280 §4.2.1.10). */
export function encodePermittedSubjects(subject: Pick<Subject, 'country' | 'organization'>): Uint8Array {
  const base = sequence(
    encodeAttribute('country', ATTRIBUTE.C, subject.country),
    encodeAttribute('organization', ATTRIBUTE.O, subject.organization),
  );
  return sequence(der(contextTag(0), sequence(der(contextTag(4), base))));
}

/** Whether an attribute of ours has the string type that we write it in. */
export function isExpectedType(type: string, tag: number): boolean {
  return tag === (type === ATTRIBUTE.C || type === ATTRIBUTE.serialNumber ? TAG.printableString : TAG.utf8String);
}

/** The attribute types that our subjects have. */
export const SUBJECT_TYPES: ReadonlySet<string> = new Set(ORDER.map(([, type]) => type));

/** SubjectAltName with one address. */
export function encodeEmailName(email: string): Uint8Array {
  return sequence(der(contextTag(1, 'primitive'), utf8(email)));
}
