import { fromBase64, toBase64 } from '../core/base64.ts';
import { Refusal } from '../core/refusal.ts';
import type { AuthorityCode } from './code.ts';

export type PemLabel = 'CERTIFICATE' | 'X509 CRL' | 'CERTIFICATE REQUEST' | 'PUBLIC KEY' | 'PRIVATE KEY';

const MAX_PEM_CHARACTERS = 4_000_000;

/** RFC 7468 §3: lines of 64 characters, a line feed at the end. */
export function encodePem(label: PemLabel, der: Uint8Array): string {
  const lines = toBase64(der).match(/.{1,64}/g) ?? [];
  return [`-----BEGIN ${label}-----`, ...lines, `-----END ${label}-----`, ''].join('\n');
}

function malformed(what: string): never {
  throw new Refusal<AuthorityCode>('authority/malformed', `PEM: ${what}`);
}

/**
 * Every block of a PEM text, which must all have this label; at most `max` of them. Nothing but base64
 * inside (RFC 7468 §3): no headers, no blanks. Text before, between and after the blocks is allowed when no five hyphens in
 * a row could hide another block in it.
 * @throws Refusal `authority/malformed`
 */
export function decodePem(label: PemLabel, text: string, max: number = 16): Uint8Array[] {
  if (text.length > MAX_PEM_CHARACTERS) malformed('too long');
  const blocks: Uint8Array[] = [];
  let lines: string[] | undefined;
  for (const line of text.split(/\r?\n/)) {
    if (line === `-----BEGIN ${label}-----`) {
      if (lines) malformed('a block inside a block');
      if (blocks.length === max) malformed(`more than ${max} blocks`);
      lines = [];
    } else if (line === `-----END ${label}-----`) {
      if (!lines) malformed('an end without a beginning');
      blocks.push(decodeLines(lines));
      lines = undefined;
    } else if (line.includes('-----')) {
      malformed(`expected only ${label}`);
    } else {
      lines?.push(line);
    }
  }
  if (lines) malformed('cut short');
  return blocks.length > 0 ? blocks : malformed(`no ${label}`);
}

/** Some tools break lines at 72 or 76 characters; RFC 7468 §2 lets a reader take them. */
function decodeLines(lines: readonly string[]): Uint8Array {
  if (lines.length === 0 || lines.some((line) => line === '')) malformed('an empty line');
  return fromBase64(lines.join('')) ?? malformed('not base64');
}

/** Exactly one block. @throws Refusal `authority/malformed` */
export function decodeOnePem(label: PemLabel, text: string): Uint8Array {
  const [only, ...more] = decodePem(label, text, 2);
  return only && more.length === 0 ? only : malformed('more than one block');
}
