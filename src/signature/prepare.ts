import { concat, fromLatin1 } from '../core/bytes.ts';
import type { DigestAlgorithm, Primitives } from '../core/primitives.ts';
import { Refusal } from '../core/refusal.ts';
import type { UnixSeconds } from '../core/time.ts';
import type { PdfDocument } from '../pdf/document.ts';
import { pdfName, pdfString, type PdfObject, type PdfRef } from '../pdf/object.ts';
import type { PdfBox } from '../pdf/page.ts';
import { pdfRaw, writableArray, writableDict, type PdfRaw } from '../pdf/serialise.ts';
import type { PdfUpdate } from '../pdf/update.ts';
import { addToForm, addToPage, emptyAppearance, lockOf } from './add-field.ts';
import type { ByteRange } from './byte-range.ts';
import { signedAttributes } from './cms.ts';
import type { SignatureCode } from './code.ts';
import { FieldLocks } from './field-lock.ts';
import { formatPdfDate, permissionOfDocument, readForm, readSignatures, type Form } from './fields.ts';
import { maxJudgedOnceSigned, type SignatureFinding } from './verify.ts';

/** A CMS of ours with a chain of two or three is 2 KB: room for longer chains and for people's own attributes. */
export const RESERVED_BYTES = 8192;
const MAX_RESERVED_BYTES = 1 << 16;
/** All of a CMS of ours but its certificates, the issuer's name again among it: with P-256 it takes about 350. */
const BESIDES_CERTIFICATES = 1024;

/**
 * Room for the CMS of a signer whose chain is known, for `reservedBytes`. Every byte of it stands twice in the file, and is
 * written, stored and read each time: a quarter of the default does for a chain of two.
 */
export function roomForChain(certificates: readonly Uint8Array[]): number {
  return certificates.reduce((sum, { length }) => sum + length, BESIDES_CERTIFICATES);
}

/** A signature in its place, still to be filled in. */
export interface SignaturePlace {
  /** A page of the document counted from 0, or one that `update` holds. */
  readonly page: number | PdfRef;
  /** Of the widget, in the page's user space; `[0, 0, 0, 0]`, the default, shows nothing. */
  readonly rect?: PdfBox | readonly [0, 0, 0, 0];
  /** A form XObject to show in `rect`: one that `update` holds. Without it the widget shows nothing. */
  readonly appearance?: PdfRef;
  /** `/T` of the new field: not in use, see `freeFieldName`. */
  readonly fieldName: string;
  /** The claimed time of signing, `/M`. */
  readonly at: UnixSeconds;
  /** Further entries of the signature dictionary, such as `Cotejo.Seal`; none of those that signing itself sets. */
  readonly entries?: Readonly<Record<string, PdfObject>>;
  /** Room for the CMS. */
  readonly reservedBytes?: number;
  /**
   * Leaves the form's fields open to people after signing. Without it the signature locks them (FieldMDP): filling in is
   * an allowed change, and nobody should be able to write another amount into a signed letter.
   */
  readonly leaveFieldsOpen?: boolean;
}

/** What `prepareSignature` left in the update, for `finishPreparation`. */
export interface PlacedSignature {
  readonly field: PdfRef;
  readonly dictionary: PdfRef;
  readonly byteRange: PdfRaw;
  readonly contents: PdfRaw;
}

/** A document that lacks nothing but the signature value. All of it may be kept until `completeSignature`. */
export interface Prepared {
  /** What is put behind the original, its `/Contents` still zeros. */
  readonly appended: Uint8Array;
  readonly originalLength: number;
  readonly byteRange: ByteRange;
  readonly digestAlgorithm: DigestAlgorithm;
  /** Of the two signed parts. */
  readonly digest: Uint8Array;
  /** The DER attributes: exactly the bytes that the key signs. */
  readonly toBeSigned: Uint8Array;
}

export interface SignerChoice {
  /** DER of the certificate that will verify the signature; its digest is signed. */
  readonly certificate: Uint8Array;
  readonly digestAlgorithm?: DigestAlgorithm;
  /** What it says of itself besides (`signedAttributes`). */
  readonly claim?: Uint8Array;
}

function refuse(code: SignatureCode, message: string): never {
  throw new Refusal<SignatureCode>(code, message);
}

/** `base`, or `base-2`, `base-3` …: the first name that no field of the document has, or stands below. */
export function freeFieldName(doc: PdfDocument, base: string): string {
  const taken = new Set(readForm(doc)?.fields.map(({ name }) => name.split('.', 1)[0]));
  let name = base;
  for (let n = 2; taken.has(name); n++) name = `${base}-${n}`;
  return name;
}

/**
 * Adds to `update` a signature dictionary, and a field and its widget in one, as PAdES wants them (ETSI EN 319 142-1
 * §6.3, ISO 32000-2 §12.7.5.5). Of what is there only the page's `/Annots`, the form's `/Fields` and `/SigFlags` grow, so
 * that earlier signatures stay valid.
 * @throws Refusal `signature/certified`, `signature/locked`, `signature/field-taken`, `signature/no-page`,
 * `signature/form-malformed`, `signature/xfa`; and what reading the document throws
 */
export function prepareSignature(update: PdfUpdate, place: SignaturePlace): PlacedSignature {
  const doc = update.document;
  const form = readForm(doc);
  refuseWhereForbidden(doc, form, place.fieldName);
  const page = typeof place.page === 'number' ? doc.pages()[place.page]?.ref : place.page;
  if (!page) refuse('signature/no-page', 'there is no such page');
  const reserved = place.reservedBytes ?? RESERVED_BYTES;
  if (reserved < 1 || reserved > MAX_RESERVED_BYTES) throw new RangeError(`cannot reserve ${reserved} bytes`);
  const byteRange = pdfRaw(fromLatin1(formatByteRange({ gapStart: 0, gapEnd: 0, end: 0 })));
  const contents = pdfRaw(emptyContents(reserved));
  const dictionary = update.add(
    writableDict({
      ...place.entries,
      Type: pdfName('Sig'),
      Filter: pdfName('Adobe.PPKLite'),
      SubFilter: pdfName('ETSI.CAdES.detached'),
      M: pdfString(fromLatin1(formatPdfDate(place.at))),
      ByteRange: byteRange,
      Contents: contents,
      ...(place.leaveFieldsOpen !== true && lockOf(form)),
    }),
  );
  const rect = place.rect ?? [0, 0, 0, 0];
  const appearance = place.appearance ?? update.add(emptyAppearance(rect));
  const field = update.add(
    writableDict({
      Type: pdfName('Annot'),
      Subtype: pdfName('Widget'),
      FT: pdfName('Sig'),
      T: pdfString(fromLatin1(place.fieldName)),
      // Print, Locked.
      F: 132,
      Rect: writableArray(...rect),
      P: page,
      AP: writableDict({ N: appearance }),
      V: dictionary,
    }),
  );
  addToPage(update, page, field);
  addToForm(update, form, field);
  return { field, dictionary, byteRange, contents };
}

/**
 * Whether a signature under the free name `fieldName` may be added at all: to ask before anything is recorded of it.
 * @throws Refusal as `prepareSignature` does of the document; `signature/too-many` where nobody would judge one more
 */
export function checkSignable(doc: PdfDocument, fieldName: string): void {
  const form = readForm(doc);
  refuseWhereForbidden(doc, form, fieldName);
  const [found, most] = [readSignatures(doc, form).length, maxJudgedOnceSigned(doc)];
  if (found < most) return;
  throw new Refusal<SignatureCode>('signature/too-many', `${found} signatures, and ${most} are judged`, { most });
}

/** Nothing shows that it is broken, and nobody could show that it holds. @throws Refusal `signature/not-comparable` */
export function refuseUncompared({ field, integrity, isCompared }: SignatureFinding): void {
  if (integrity !== undefined || isCompared) return;
  throw new Refusal<SignatureCode>('signature/not-comparable', `too much to compare since ${field}`, { field });
}

function refuseWhereForbidden(doc: PdfDocument, form: Form | undefined, fieldName: string): void {
  // A full stop would make it a path of two fields.
  if (!/^[\w-]{1,100}$/.test(fieldName)) throw new RangeError(`not a field name: ${fieldName}`);
  const signatures = readSignatures(doc, form);
  if (permissionOfDocument(doc, signatures) === 1) refuse('signature/certified', 'certified against every change');
  const locks = new FieldLocks(
    signatures.flatMap((signature) => signature.locks),
    doc,
  );
  if (locks.covers(fieldName)) {
    refuse('signature/locked', 'an earlier signature locks all further fields');
  }
  if (!form) return;
  if ((form.dict.entries.get('XFA') ?? null) !== null) refuse('signature/xfa', 'the pages come from an XFA form');
  if (form.malformed) refuse('signature/form-malformed', 'the field tree runs in a circle, or a field is missing');
  const taken = form.fields.some(({ name }) => name === fieldName || name.startsWith(`${fieldName}.`));
  if (taken) refuse('signature/field-taken', `there is a field ${fieldName}`);
}

/** A hexadecimal string of so many zero bytes. */
function emptyContents(length: number): Uint8Array {
  const text = new Uint8Array(2 * length + 2).fill(0x30);
  text[0] = 0x3c;
  text[text.length - 1] = 0x3e;
  return text;
}

/** Always equally long, for files below 10 GB. */
function formatByteRange({ gapStart, gapEnd, end }: ByteRange): string {
  return `[0 ${gapStart} ${gapEnd} ${end - gapEnd}`.padEnd(37) + ']';
}

/** Writes the update, fills in its `/ByteRange` and computes what the key has to sign. */
export function finishPreparation(
  update: PdfUpdate,
  placed: PlacedSignature,
  signer: SignerChoice,
  primitives: Pick<Primitives, 'digest'>,
): Prepared {
  const original = update.document.bytes;
  const { appended, raws, length } = update.finish();
  const gapStart = raws.get(placed.contents)!;
  const byteRange: ByteRange = { gapStart, gapEnd: gapStart + placed.contents.bytes.length, end: length };
  // Nobody else has these bytes: the update is finished.
  appended.set(fromLatin1(formatByteRange(byteRange)), raws.get(placed.byteRange)! - original.length);
  return preparedOf(original, appended, byteRange, signer, primitives);
}

export function preparedOf(
  original: Uint8Array,
  appended: Uint8Array,
  byteRange: ByteRange,
  signer: SignerChoice,
  primitives: Pick<Primitives, 'digest'>,
): Prepared {
  const digestAlgorithm = signer.digestAlgorithm ?? 'SHA-256';
  const digest = primitives.digest(
    digestAlgorithm,
    original,
    appended.subarray(0, byteRange.gapStart - original.length),
    appended.subarray(byteRange.gapEnd - original.length),
  );
  const value = primitives.digest(digestAlgorithm, signer.certificate);
  const toBeSigned = signedAttributes(digest, { algorithm: digestAlgorithm, value }, signer.claim);
  return { appended, originalLength: original.length, byteRange, digestAlgorithm, digest, toBeSigned };
}

/** The document as it will be, its signature still zeros: what the signer is shown. */
export function preparedDocument(original: Uint8Array, prepared: Prepared): Uint8Array {
  return concat(original, prepared.appended);
}
