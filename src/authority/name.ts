import { type DerValue, malformed, open, readAll, readOid, readSetOf, textOf } from '../asn1/read.ts';
import { TAG } from '../asn1/tag.ts';
import { equal, toHex } from '../core/bytes.ts';

/** One attribute of a distinguished name. */
export interface NameAttribute {
  readonly oid: string;
  /** Identifier octet of the value. */
  readonly tag: number;
  /** Undefined where the value is of no string type, or not of the one it claims. */
  readonly text: string | undefined;
  /** For comparing (RFC 5280 §7.1): two attributes are the same when this is. */
  readonly canonical: string;
}

/** A distinguished name. Attributes that share a position (a multi-valued RDN) share an inner array. */
export interface Name {
  readonly encoded: Uint8Array;
  readonly rdns: readonly (readonly NameAttribute[])[];
}

/** Attribute types by the short names that RFC 4514 and people give them. */
export const ATTRIBUTE = {
  CN: '2.5.4.3',
  SN: '2.5.4.4',
  serialNumber: '2.5.4.5',
  C: '2.5.4.6',
  L: '2.5.4.7',
  ST: '2.5.4.8',
  O: '2.5.4.10',
  OU: '2.5.4.11',
  title: '2.5.4.12',
  GN: '2.5.4.42',
  emailAddress: '1.2.840.113549.1.9.1',
  DC: '0.9.2342.19200300.100.1.25',
} as const;

const SHORT_NAMES: Readonly<Record<string, string>> = Object.fromEntries(
  Object.entries(ATTRIBUTE).map(([name, oid]) => [oid, name]),
);

const MAX_RDNS = 64;
const FOLDED = new Set<number>([TAG.printableString, TAG.utf8String, TAG.ia5String]);

/** Case and runs of spaces do not tell names apart (RFC 4518 §2, as RFC 5280 §7.1 uses it); other types compare bytewise. */
function canonicalOf(value: DerValue, text: string | undefined): string {
  if (text === undefined || !FOLDED.has(value.tag)) return `#${toHex(value.encoded)}`;
  return text.normalize('NFKC').toLowerCase().trim().replace(/\s+/gu, ' ');
}

/** @throws Refusal `asn1/malformed` */
export function readName(value: DerValue): Name {
  const rdns = readAll(value, TAG.sequence, MAX_RDNS).map((rdn) => {
    const attributes = readSetOf(rdn, TAG.set, 16).map((attribute): NameAttribute => {
      const fields = open(attribute);
      const oid = readOid(fields.next());
      const content = fields.next();
      fields.end();
      const text = textOf(content);
      return { oid, tag: content.tag, text, canonical: canonicalOf(content, text) };
    });
    if (attributes.length === 0) malformed('an empty relative name');
    return attributes;
  });
  return { encoded: value.encoded, rdns };
}

function sameRdn(a: readonly NameAttribute[], b: readonly NameAttribute[]): boolean {
  if (a.length !== b.length) return false;
  return a.every(({ oid, canonical }) => b.some((other) => other.oid === oid && other.canonical === canonical));
}

/** RFC 5280 §7.1. */
export function sameName(a: Name, b: Name): boolean {
  return equal(a.encoded, b.encoded) || (a.rdns.length === b.rdns.length && isWithin(a, b));
}

/** Whether `name` is `base` or lies below it: its first relative names are those of `base`. */
export function isWithin(name: Name, base: Name): boolean {
  return base.rdns.length <= name.rdns.length && base.rdns.every((rdn, i) => sameRdn(name.rdns[i]!, rdn));
}

/** The text of the first attribute of this type. */
export function findAttribute(name: Name, oid: string): string | undefined {
  for (const rdn of name.rdns) for (const attribute of rdn) if (attribute.oid === oid) return attribute.text;
  return undefined;
}

/** For people, in the order of the certificate: `C=MX, O=Alcaldía Cuauhtémoc, CN=…`. Control characters are escaped. */
export function formatName(name: Name): string {
  return name.rdns
    .map((rdn) =>
      rdn
        .map(
          ({ oid, text, canonical }) => `${SHORT_NAMES[oid] ?? oid}=${text === undefined ? canonical : escape(text)}`,
        )
        .join('+'),
    )
    .join(', ');
}

function escape(text: string): string {
  return text
    .replace(/[,+"\\<>;=]/g, '\\$&')
    .replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, (c) => `\\u{${c.codePointAt(0)!.toString(16)}}`);
}
