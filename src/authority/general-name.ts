import { type DerValue, malformed, readAll, readDer, readOid } from '../asn1/read.ts';
import { contextTag, TAG } from '../asn1/tag.ts';
import { toLatin1 } from '../core/bytes.ts';
import { type Name, readName } from './name.ts';

/** GeneralName (RFC 5280 §4.2.1.6). `other` is every kind that we compare only by its bytes. */
export type GeneralName =
  | { readonly kind: 'email' | 'dns' | 'uri'; readonly value: string }
  | { readonly kind: 'directory'; readonly value: Name }
  | { readonly kind: 'ip'; readonly value: Uint8Array }
  | { readonly kind: 'registered'; readonly value: string }
  | { readonly kind: 'other'; readonly tag: number; readonly value: Uint8Array };

export const MAX_GENERAL_NAMES = 2048;

function ascii(value: DerValue): string {
  if (!value.contents.every((octet) => octet > 0x20 && octet < 0x7f)) malformed('a name that is not printable ASCII');
  return toLatin1(value.contents);
}

const LABEL = /^(?!-)[A-Za-z0-9-]{1,63}(?<!-)$/;

/** Letters, digits and hyphens (RFC 1034 §3.5, RFC 1123 §2.1); a wildcard only as the whole leftmost label; no numeric top. */
export function isDnsName(text: string): boolean {
  if (text.length > 253) return false;
  const labels = text.split('.');
  if (labels[0] === '*' && labels.length > 1) labels.shift();
  return labels.every((label) => LABEL.test(label)) && !/^\d+$/.test(labels.at(-1)!);
}

/** A mailbox without comments or quotes (RFC 5280 §4.2.1.6 takes it from RFC 2821 §4.1.2); ASCII only. */
export function isEmailAddress(text: string): boolean {
  const at = text.lastIndexOf('@');
  const local = text.slice(0, at);
  if (at < 1 || local.length > 64 || !isDnsName(text.slice(at + 1)) || text[at + 1] === '*') return false;
  return local.split('.').every((atom) => /^[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+$/.test(atom));
}

/** `form` `constraint`: an address carries its mask, and host parts have a syntax of their own (§4.2.1.10). */
export function readGeneralName(value: DerValue, form: 'name' | 'constraint' = 'name'): GeneralName {
  switch (value.tag) {
    case contextTag(1, 'primitive'): {
      const text = ascii(value);
      const fits = isEmailAddress(text) || (form === 'constraint' && isHostConstraint(text, 'period'));
      return fits ? { kind: 'email', value: text } : malformed('not an e-mail address');
    }
    case contextTag(2, 'primitive'): {
      const text = ascii(value);
      const fits = form === 'name' ? isDnsName(text) : isHostConstraint(text, 'plain');
      return fits ? { kind: 'dns', value: text } : malformed('not a DNS name');
    }
    case contextTag(4):
      return { kind: 'directory', value: readName(readDer(value.contents)) };
    case contextTag(6, 'primitive'):
      return { kind: 'uri', value: ascii(value) };
    case contextTag(7, 'primitive'):
      return readAddress(value, form);
    case contextTag(8, 'primitive'):
      return { kind: 'registered', value: readOid(value, contextTag(8, 'primitive')) };
    case contextTag(0):
    case contextTag(3):
    case contextTag(5):
      return { kind: 'other', tag: value.tag, value: value.encoded };
    default:
      return malformed('not a general name');
  }
}

/** An empty constraint covers every name of its kind. */
function isHostConstraint(text: string, leading: 'period' | 'plain'): boolean {
  if (text === '') return true;
  const host = leading === 'period' && text.startsWith('.') ? text.slice(1) : text;
  return isDnsName(host) && !host.startsWith('*');
}

function readAddress(value: DerValue, form: 'name' | 'constraint'): GeneralName {
  const { contents } = value;
  const size = form === 'name' ? contents.length : contents.length / 2;
  if (size !== 4 && size !== 16) malformed('an address of another length');
  if (form === 'constraint') {
    // RFC 4632: a mask is ones, then zeros; another would let a constraint mean what no reader shows.
    const bits = Array.from(contents.subarray(size), (octet) => octet.toString(2).padStart(8, '0')).join('');
    if (!/^1*0*$/.test(bits)) malformed('an address mask with holes');
  }
  return { kind: 'ip', value: contents };
}

/** GeneralNames: at least one. @throws Refusal `asn1/malformed` */
export function readGeneralNames(value: DerValue, tag: number = TAG.sequence): GeneralName[] {
  const names = readAll(value, tag, MAX_GENERAL_NAMES).map((item) => readGeneralName(item));
  return names.length > 0 ? names : malformed('an empty list of names');
}
