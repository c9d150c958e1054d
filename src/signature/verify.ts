import type { Certificate } from '../authority/certificate.ts';
import type { ChainResult } from '../authority/chain.ts';
import { equal } from '../core/bytes.ts';
import type { Primitives } from '../core/primitives.ts';
import { isRefusal } from '../core/refusal.ts';
import type { UnixSeconds } from '../core/time.ts';
import { failed, passed, unknown, worstFirst, type Check, type Integrity } from '../core/verdict.ts';
import { findFaultOfAppearance, isDrawnByReaders, rectOf } from '../pdf/appearance.ts';
import type { PdfDocument } from '../pdf/document.ts';
import { isName, isPdf, type PdfDict } from '../pdf/object.ts';
import { endsRevision, readByteRange, readGap, signedParts, type ByteRange } from './byte-range.ts';
import { NO_CHANGES, type Change, type Changes } from './change.ts';
import { checkCms } from './check-cms.ts';
import { readForm, readSignatures, type Permission, type SignatureEntry } from './fields.ts';
import { sameObject } from './graph.ts';
import { judgeRevision } from './signed-revision.ts';
import type { SignedData } from './signed-data.ts';
import type { Trust } from './trust.ts';

/** What one signature of a document turned out to be. Whom it is by (`trust`) says nothing about `integrity`. */
export interface SignatureFinding {
  /** Fully qualified name of its field. */
  readonly field: string;
  readonly kind: 'signature' | 'document-timestamp';
  readonly subFilter: string | undefined;
  /** Absent where we cannot tell: an algorithm or a format that we do not know. */
  readonly integrity: Integrity | undefined;
  /** Whether it signs the file to its end, or an earlier revision of it. */
  readonly coverage: 'whole' | 'revision' | undefined;
  readonly byteRange: ByteRange | undefined;
  /** Counted from 1; absent where no page shows its widget. */
  readonly page: number | undefined;
  /** Whether a widget of it takes room on a page: then it may show anything there, over what the page says. */
  readonly visible: boolean;
  /** Where the newest writing of its field and dictionary stands in the file; `undefined` where that cannot be told. */
  readonly writtenAt: number | undefined;
  /** `/M`: what the signer says. */
  readonly claimedAt: UnixSeconds | undefined;
  readonly permits: Permission | undefined;
  /** The signature dictionary as it was signed. */
  readonly dictionary: PdfDict;
  readonly cms: SignedData | undefined;
  readonly certificate: Certificate | undefined;
  /** Absent where there is no certificate to ask about, or nobody asked. */
  readonly trust: ChainResult | undefined;
  /** What was done to the document after this signature; one of each kind, allowed or not, is among them. */
  readonly changes: readonly Change[];
  /** How many more there were. */
  readonly furtherChanges: number;
  /** Whether all of them were looked for: otherwise that there are none says nothing. */
  readonly isCompared: boolean;
  readonly checks: readonly Check[];
}

export interface VerifyDeps {
  readonly primitives: Primitives;
  /** Without it integrity alone is judged. */
  readonly trust?: Trust;
}

/** Each costs a walk through the document: in large ones fewer are judged. The ones beyond are named. */
const MAX_JUDGED = 32;
const MAX_WALKED = 500_000;
/** Each is a digest over the file as well. */
const MAX_DIGESTED = 1 << 30;

function maxJudged(size: number, length: number): number {
  const affordable = Math.floor(Math.min(MAX_WALKED / size, MAX_DIGESTED / length));
  return Math.min(MAX_JUDGED, Math.max(2, affordable));
}

/** More than signing appends, a page for the seal included. */
const APPENDED = { objects: 256, bytes: 1 << 20 };

/** How many signatures of the document are judged once one more was appended. */
export function maxJudgedOnceSigned({ size, bytes }: PdfDocument): number {
  return maxJudged(size + APPENDED.objects, bytes.length + APPENDED.bytes);
}
const CAN_JUDGE = new Set(['ETSI.CAdES.detached', 'adbe.pkcs7.detached']);
/** Kinds of the standards that others judge (ISO 32000-2 §12.8.3; ETSI EN 319 142-1 §5.4.3). */
const OTHERS_JUDGE = new Set(['adbe.pkcs7.sha1', 'adbe.x509.rsa_sha1', 'ETSI.RFC3161']);

/** Whether it holds: by its own key, and nothing came after it that it does not allow. */
export function holds({ integrity }: Pick<SignatureFinding, 'integrity'>): boolean {
  return integrity === 'intact' || integrity === 'allowed-changes';
}

/**
 * Whether another signature may follow this one. One of a kind that others judge is not broken; one of a kind that nobody
 * knows is no signature, whatever it looks like.
 */
export function mayStand({ integrity, isCompared, subFilter = '' }: SignatureFinding): boolean {
  if (integrity !== undefined) return holds({ integrity });
  return isCompared && (CAN_JUDGE.has(subFilter) || OTHERS_JUDGE.has(subFilter));
}

/**
 * Judges every signature in the document's form, ours or others', oldest first. No signature is no finding. Never throws
 * on hostile input.
 */
export async function verifySignatures(doc: PdfDocument, deps: VerifyDeps): Promise<readonly SignatureFinding[]> {
  const entries = signaturesOf(doc);
  if (typeof entries === 'string') return [unreadable(entries)];
  const placed = entries
    .map((entry) => ({ entry, range: readByteRange(entry.byteRange, doc.bytes.length) }))
    .sort((a, b) => endOf(a.range) - endOf(b.range));
  const findings: SignatureFinding[] = [];
  const most = maxJudged(doc.size, doc.bytes.length);
  let signedBefore = 0;
  for (const { entry, range } of placed) {
    if (findings.length >= most) findings.push(notJudged(doc, entry, range, most));
    else findings.push(await verifyOne(doc, entry, range, signedBefore, deps));
    if (typeof range !== 'string') signedBefore = Math.max(signedBefore, range.end);
  }
  return findings;
}

function endOf(range: ByteRange | string): number {
  return typeof range === 'string' ? Number.MAX_SAFE_INTEGER : range.end;
}

function signaturesOf(doc: PdfDocument): readonly SignatureEntry[] | string {
  try {
    return readSignatures(doc, readForm(doc));
  } catch (error) {
    if (isRefusal(error)) return `${error.code}: ${error.message}`;
    throw error;
  }
}

async function verifyOne(
  doc: PdfDocument,
  entry: SignatureEntry,
  range: ByteRange | string,
  signedBefore: number,
  deps: VerifyDeps,
): Promise<SignatureFinding> {
  const base = describe(doc, entry);
  if (typeof range === 'string') {
    return { ...base, integrity: 'altered', checks: [failed('signature/byte-range', range)] };
  }
  const placed = { ...base, byteRange: range };
  const { bytes } = doc;
  const coverage = range.end === bytes.length ? 'whole' : endsRevision(bytes, range.end) ? 'revision' : undefined;
  const rangeCheck = checkRange(range, coverage, signedBefore);
  if (!coverage || rangeCheck.outcome === 'fail') return { ...placed, integrity: 'altered', checks: [rangeCheck] };
  const judgeable = CAN_JUDGE.has(entry.subFilter ?? '');
  const checks: Check[] = [];
  let own: Partial<SignatureFinding> = {};
  if (judgeable) {
    const contents = readGap(bytes, range);
    if (!contents) {
      const check = failed('signature/contents', 'no /Contents stands in the gap');
      return { ...placed, coverage, checks: [rangeCheck, check], integrity: 'altered' };
    }
    const pades = entry.subFilter === 'ETSI.CAdES.detached';
    const finding = await checkCms(contents, signedParts(bytes, range), { pades }, deps.primitives);
    const { certificate, data } = finding;
    const others = data?.certificates.filter((encoded) => certificate && !equal(encoded, certificate.encoded)) ?? [];
    own = { cms: data, certificate, trust: certificate && (await deps.trust?.(certificate, others)) };
    checks.push(...finding.checks);
  } else {
    checks.push(unknown('signature/sub-filter', `a kind of signature that is not judged here: ${entry.subFilter}`));
  }
  // What changed after a signature that does not hold says nothing, and looking for it costs the most.
  if (checks.some(({ outcome }) => outcome === 'fail')) {
    return { ...placed, ...own, coverage, checks: [rangeCheck, ...checks], integrity: 'altered' };
  }
  const { changes, check, as } = judgeRevision(doc, entry, range, coverage);
  const { list, further } = changes ?? NO_CHANGES;
  checks.unshift(rangeCheck, check, ...(changes ? changeChecks(coverage, changes) : []));
  const integrity = integrityOf(checks, list);
  const found = { changes: list, furtherChanges: further, isCompared: changes !== undefined, checks, integrity };
  return { ...placed, ...own, dictionary: as.dict, coverage, ...found };
}

function checkRange(range: ByteRange, coverage: SignatureFinding['coverage'], signedBefore: number): Check {
  if (!coverage) return failed('signature/byte-range', 'ByteRange ends neither with the file nor with a revision');
  // An earlier signature's gap inside our signed bytes is well; our gap inside what it signed is not.
  if (range.gapStart < signedBefore) return failed('signature/byte-range', 'ByteRange overlaps an earlier signature');
  return passed('signature/byte-range', `covers ${coverage === 'whole' ? 'the whole file' : 'an earlier revision'}`);
}

/** Changes that get a check of their own. */
const MOST_CHANGE_CHECKS = 100;

/** Each change, the forbidden ones first where there are more than can be told. */
function changeChecks(coverage: 'whole' | 'revision', { list, further }: Changes): Check[] {
  const name = 'signature/changes';
  if (coverage === 'whole') return [];
  if (list.length === 0) return [passed(name, 'nothing changed since')];
  const told = worstFirst(list, MOST_CHANGE_CHECKS, ({ allowed }) => !allowed);
  const checks = told.map(({ kind, allowed, detail, page }) => {
    const where = page === undefined ? '' : ` (page ${page})`;
    return (allowed ? passed : failed)(name, `${kind}: ${detail}${where}`);
  });
  const more = list.length - told.length + further;
  if (more === 0) return checks;
  const isHarmless = list.every(({ allowed }) => allowed);
  return [...checks, (isHarmless ? passed : failed)(name, `${more} more changes`)];
}

function integrityOf(checks: readonly Check[], changes: readonly Change[]): Integrity | undefined {
  const own = checks.filter(({ check }) => check !== 'signature/changes');
  if (own.some(({ outcome }) => outcome === 'fail')) return 'altered';
  if (changes.some(({ allowed }) => !allowed)) return 'forbidden-changes';
  // A binding by SHA-1 proves nothing and disproves nothing.
  const open = checks.some(({ check, outcome }) => outcome === 'unknown' && check !== 'signature/certificate-binding');
  if (open) return undefined;
  return changes.length > 0 ? 'allowed-changes' : 'intact';
}

function describe(doc: PdfDocument, entry: SignatureEntry): SignatureFinding {
  return { ...named(entry), page: pageOf(doc, entry), ...whereOf(doc, entry) };
}

function named({ field, kind, subFilter, claimedAt, permits, dict }: SignatureEntry): SignatureFinding {
  return { ...EMPTY, field: field.name, kind, subFilter, claimedAt, permits, dictionary: dict };
}

function pageOf(doc: PdfDocument, entry: SignatureEntry): number | undefined {
  try {
    const [widget] = entry.field.widgets;
    const shown = widget && doc.resolve(widget);
    const ref = shown && typeof shown === 'object' && shown.type === 'dict' ? shown.entries.get('P') : undefined;
    const index = ref === undefined ? -1 : doc.pages().findIndex((page) => sameObject(page.ref, ref));
    return index < 0 ? undefined : index + 1;
  } catch (error) {
    if (isRefusal(error)) return undefined;
    throw error;
  }
}

function whereOf(doc: PdfDocument, { field, ref }: SignatureEntry): Pick<SignatureFinding, 'visible' | 'writtenAt'> {
  try {
    const widgets = field.widgets.map((widget) => doc.resolve(widget)).filter((widget) => isPdf(widget, 'dict'));
    const offsets = [field.ref, ref].map((at) => at && offsetOf(doc, at.number));
    const known = offsets.filter((offset) => offset !== undefined);
    return {
      visible: [field.dict, ...widgets].some((widget) => takesRoom(doc, widget)),
      writtenAt: known.length > 0 ? Math.max(...known) : undefined,
    };
  } catch (error) {
    if (isRefusal(error)) return { visible: true, writtenAt: undefined };
    throw error;
  }
}

/**
 * With a rectangle that is more than a point, or something that readers do not keep inside it. What we cannot read,
 * another reader may; and what its flags hide from one viewer, the next one shows.
 */
function takesRoom(doc: PdfDocument, widget: PdfDict): boolean {
  const { entries } = widget;
  if (findFaultOfAppearance(doc, widget) !== undefined) return true;
  if (isDrawnByReaders(widget, (value) => doc.resolve(value))) return true;
  if (entries.has('Subtype') && !isName(doc.resolve(entries.get('Subtype')), 'Widget')) return true;
  if (!entries.has('Rect')) return false;
  const rect = rectOf(doc, widget);
  return rect === undefined || rect[0] !== rect[2] || rect[1] !== rect[3];
}

function offsetOf(doc: PdfDocument, number: number): number | undefined {
  const entry = doc.xrefEntry(number);
  if (entry?.kind === 'compressed') return offsetOf(doc, entry.stream);
  return entry?.kind === 'offset' ? entry.offset : undefined;
}

function notJudged(doc: PdfDocument, entry: SignatureEntry, range: ByteRange | string, most: number): SignatureFinding {
  const checks = [unknown('signature/count', `more than ${most} signatures: this one was not judged`)];
  return { ...named(entry), ...whereOf(doc, entry), byteRange: typeof range === 'string' ? undefined : range, checks };
}

const EMPTY: SignatureFinding = {
  field: '',
  kind: 'signature',
  subFilter: undefined,
  integrity: undefined,
  coverage: undefined,
  byteRange: undefined,
  page: undefined,
  visible: false,
  writtenAt: undefined,
  claimedAt: undefined,
  permits: undefined,
  dictionary: { type: 'dict', entries: new Map() },
  cms: undefined,
  certificate: undefined,
  trust: undefined,
  changes: [],
  furtherChanges: 0,
  isCompared: false,
  checks: [],
};

/** A form that cannot be read may hold signatures: that is not the same as none. */
function unreadable(message: string): SignatureFinding {
  return { ...EMPTY, checks: [unknown('signature/form', message)] };
}
