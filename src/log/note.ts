import { fromBase64, toBase64 } from '../core/base64.ts';
import { concat, equal, fromHex, toHex, utf8 } from '../core/bytes.ts';
import type { Primitives } from '../core/primitives.ts';
import { Refusal } from '../core/refusal.ts';
import type { Signer } from '../core/signer.ts';
import type { LogCode } from './code.ts';

/** Signed notes (https://c2sp.org/signed-note) with Ed25519 signatures. */

export interface NoteSignature {
  readonly name: string;
  /** 4 bytes: which key of that name. */
  readonly keyId: Uint8Array;
  readonly signature: Uint8Array;
}

export interface Note {
  /** What was signed: one line or more, the last newline included. */
  readonly text: string;
  readonly signatures: readonly NoteSignature[];
}

/** A public key under the name of whoever signs notes with it. */
export interface NoteKey {
  readonly name: string;
  readonly keyId: Uint8Array;
  /** The 32 bytes of an Ed25519 key. */
  readonly publicKey: Uint8Array;
}

const MAX_NOTE = 1_000_000;
/** The specification asks for at least 16: a log and its witnesses. */
const MAX_SIGNATURES = 100;
const ED25519 = 0x01;
/** DER of a SubjectPublicKeyInfo for Ed25519 up to the key itself (RFC 8410 §4). */
const SPKI_PREFIX = Uint8Array.of(0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00);

function isName(name: string): boolean {
  return name.length > 0 && name.isWellFormed() && !/[\s\u0085\u0000-\u001f+]/u.test(name);
}

function keyIdOf(name: string, publicKey: Uint8Array, hasher: Pick<Primitives, 'digest'>): Uint8Array {
  return hasher.digest('SHA-256', concat(utf8(`${name}\n`), Uint8Array.of(ED25519), publicKey)).slice(0, 4);
}

/** @throws RangeError for a name that no key can have, or a key that is not Ed25519 */
export function noteKeyOf(name: string, spki: Uint8Array, hasher: Pick<Primitives, 'digest'>): NoteKey {
  const publicKey = spki.slice(SPKI_PREFIX.length);
  if (!isName(name)) throw new RangeError(`not the name of a key: ${name}`);
  if (publicKey.length !== 32 || !equal(spki.subarray(0, SPKI_PREFIX.length), SPKI_PREFIX)) {
    throw new RangeError('notes are signed with Ed25519');
  }
  return { name, keyId: keyIdOf(name, publicKey, hasher), publicKey };
}

/** `example.com/log+33d7b496+AeHT…`, as monitors and witnesses are given it. */
export function formatNoteKey({ name, keyId, publicKey }: NoteKey): string {
  return `${name}+${toHex(keyId)}+${toBase64(concat(Uint8Array.of(ED25519), publicKey))}`;
}

/** @throws Refusal `log/key-malformed`: another algorithm included */
export function parseNoteKey(text: string, hasher: Pick<Primitives, 'digest'>): NoteKey {
  const refuse = (what: string): never => {
    throw new Refusal<LogCode>('log/key-malformed', what);
  };
  const [name = '', id = '', ...rest] = text.split('+');
  // Base64 has a plus of its own.
  const key = fromBase64(rest.join('+'));
  if (!isName(name)) refuse('not the name of a key');
  if (!key || key.length !== 33 || key[0] !== ED25519) return refuse('not an Ed25519 key');
  const publicKey = key.slice(1);
  const keyId = keyIdOf(name, publicKey, hasher);
  if (!/^[0-9a-f]{8}$/.test(id) || !equal(fromHex(id)!, keyId)) refuse('the id is not that of name and key');
  return { name, keyId, publicKey };
}

function malformed(what: string): never {
  throw new Refusal<LogCode>('log/note-malformed', what);
}

function isText(text: string): boolean {
  return text.endsWith('\n') && text.isWellFormed() && !/[\u0000-\u0009\u000b-\u001f]/.test(text);
}

function parseSignature(line: string): NoteSignature {
  const match = /^\u2014 ([^ ]+) ([^ ]+)$/u.exec(line);
  const [, name = '', encoded = ''] = match ?? [];
  const bytes = fromBase64(encoded);
  if (!match || !isName(name) || !bytes || bytes.length < 5) return malformed('not a signature line');
  return { name, keyId: bytes.slice(0, 4), signature: bytes.slice(4) };
}

/** What the note says and who claims to have signed it. @throws Refusal `log/note-malformed` */
export function parseNote(note: string): Note {
  if (note.length > MAX_NOTE) malformed('longer than a note may be');
  if (!isText(note)) malformed('a control character, a missing newline, or not Unicode');
  const end = note.lastIndexOf('\n\n');
  if (end < 0) malformed('no signatures');
  const lines = note.slice(end + 2, -1).split('\n');
  if (lines.length > MAX_SIGNATURES) malformed(`more than ${MAX_SIGNATURES} signatures`);
  return { text: note.slice(0, end + 1), signatures: lines.map(parseSignature) };
}

export function formatNote({ text, signatures }: Note): string {
  const lines = signatures.map(
    ({ name, keyId, signature }) => `\u2014 ${name} ${toBase64(concat(keyId, signature))}\n`,
  );
  return `${text}\n${lines.join('')}`;
}

/** @throws RangeError unless `text` is whole lines and the signer's key Ed25519 */
export async function signNote(
  text: string,
  name: string,
  signer: Signer,
  hasher: Pick<Primitives, 'digest'>,
): Promise<string> {
  if (!isText(text)) throw new RangeError('not the text of a note');
  const { keyId } = noteKeyOf(name, signer.spki, hasher);
  const signature = await signer.sign(utf8(text));
  return formatNote({ text, signatures: [{ name, keyId, signature }] });
}

export interface OpenedNote {
  readonly text: string;
  /** Which of the keys signed it: at least one. */
  readonly keys: readonly NoteKey[];
}

/**
 * The text of a note that one of `keys` signed. Signatures by other keys say nothing; one that claims a key of ours and
 * is wrong spoils the note.
 * @throws Refusal `log/note-malformed`, `log/note-unsigned`, `log/note-forged`; `log/key-malformed` for two `keys`
 *   that a signature line cannot tell apart
 */
export async function openNote(
  note: string,
  keys: readonly NoteKey[],
  primitives: Pick<Primitives, 'verify'>,
): Promise<OpenedNote> {
  const byId = new Map<string, NoteKey>();
  for (const key of keys) {
    const id = `${key.name} ${toHex(key.keyId)}`;
    if (byId.has(id)) throw new Refusal<LogCode>('log/key-malformed', `two keys are called ${id}`);
    byId.set(id, key);
  }
  const { text, signatures } = parseNote(note);
  const signed = utf8(text);
  const found = new Set<NoteKey>();
  for (const { name, keyId, signature } of signatures) {
    const key = byId.get(`${name} ${toHex(keyId)}`);
    if (!key || found.has(key)) continue;
    const spki = concat(SPKI_PREFIX, key.publicKey);
    if (!(await primitives.verify({ name: 'Ed25519' }, spki, signed, signature))) {
      throw new Refusal<LogCode>('log/note-forged', `the signature of ${name} is wrong`, { name });
    }
    found.add(key);
  }
  if (found.size === 0) throw new Refusal<LogCode>('log/note-unsigned', 'no signature by a key that we know');
  return { text, keys: [...found] };
}
