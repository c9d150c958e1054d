import { readCertificate, type Certificate } from '../authority/certificate.ts';
import { validateChain, type ChainResult } from '../authority/chain.ts';
import { USAGE } from '../authority/extension.ts';
import { ATTRIBUTE, findAttribute } from '../authority/name.ts';
import { equal, toHex } from '../core/bytes.ts';
import type { Primitives } from '../core/primitives.ts';
import { isRefusal } from '../core/refusal.ts';
import { formatTime, type UnixSeconds } from '../core/time.ts';
import type { State } from '../core/verdict.ts';
import { openPdf, type PdfDocument } from '../pdf/document.ts';
import { isPdf } from '../pdf/object.ts';
import { SALT_ENTRY, sealInSignature } from '../seal/in-signature.ts';
import type { OpenedSeal } from '../seal/open.ts';
import { signedParts } from '../signature/byte-range.ts';
import { verifySignatures, type SignatureFinding } from '../signature/verify.ts';
import { findLinkedSeal } from './find-linked-seal.ts';
import { findPicturedSeal } from './find-pictured-seal.ts';
import { Inquiry } from './inquiry.ts';
import { judgeSeal, type FromFile, type SealFinding } from './judge-seal.ts';
import type { Knowledge } from './knowledge.ts';
import type { Answer, SignatureReport, Subject } from './subject.ts';
import { letterSubject } from './verify-seal.ts';

/** A signature of the file with all that was asked about it. */
interface Judged {
  readonly finding: SignatureFinding;
  readonly chain: ChainResult | undefined;
  /** Present where the signature dictionary carries a seal that can be read. */
  readonly seal?: OpenedSeal;
  readonly sealed?: SealFinding;
}

/**
 * The verdict on a PDF, ours or anybody's. The file is read by its cross-reference table and within bounds; nothing in it
 * is executed or fetched. Never throws on hostile input; outages of the register do throw.
 */
export async function verifyPdf(
  bytes: Uint8Array,
  knowledge: Knowledge,
  at: UnixSeconds,
  primitives: Primitives,
): Promise<Answer> {
  let document: PdfDocument;
  try {
    document = openPdf(bytes, primitives);
    document.pages();
  } catch (error) {
    if (!isRefusal(error)) throw error;
    return unreadablePdf(at, knowledge.trust.dev, `${error.code}: ${error.message}`);
  }
  const inquiry = new Inquiry(at, knowledge.trust.dev);
  const { length } = document.pages();
  inquiry.pass('pdf/format', length === 1 ? 'a PDF of one page' : `a PDF of ${length} pages`);
  const findings = await verifySignatures(document, { primitives });
  if (findings.length === 0) return answerUnsigned(inquiry, document, knowledge, primitives);
  const judged: Judged[] = [];
  for (const finding of findings) judged.push(await judgeOne(inquiry, document, finding, knowledge, primitives));
  return decide(inquiry, judged);
}

/** The verdict on a file that cannot be read, or not within bounds. */
export function unreadablePdf(at: UnixSeconds, dev: boolean, why: string): Answer {
  const inquiry = new Inquiry(at, dev);
  inquiry.unknown('pdf/format', why);
  return inquiry.answer('unreadable', { kind: 'unknown' });
}

/** Letters outlive certificates: the chain is judged when the letter was sealed, whose order the log proves. */
function chainOf(
  certificate: Certificate,
  enclosed: readonly Uint8Array[],
  when: UnixSeconds,
  knowledge: Knowledge,
  primitives: Primitives,
): Promise<ChainResult> {
  const { charter } = knowledge.trust;
  return validateChain(
    {
      certificate,
      intermediates: [...charter.authorities, ...enclosed.slice(0, 16)].flatMap(readable),
      anchors: [readCertificate(charter.root)],
      at: when,
      requiredEku: USAGE.documentSigning,
    },
    primitives,
  );
}

function readable(der: Uint8Array): Certificate[] {
  try {
    return [readCertificate(der)];
  } catch (error) {
    if (isRefusal(error)) return [];
    throw error;
  }
}

async function judgeOne(
  inquiry: Inquiry,
  document: PdfDocument,
  finding: SignatureFinding,
  knowledge: Knowledge,
  primitives: Primitives,
): Promise<Judged> {
  inquiry.checks.push(...finding.checks);
  const seal = sealInSignature(finding.dictionary, knowledge.places);
  const when = seal?.claims.issuedAt ?? finding.claimedAt ?? inquiry.at;
  const { certificate, cms } = finding;
  const chain = certificate && (await chainOf(certificate, cms?.certificates ?? [], when, knowledge, primitives));
  if (chain) {
    inquiry.holds(
      'signature/chain',
      chain.outcome === 'pass',
      `leads to our root, judged at ${formatTime(when)}`,
      chain.checks.find(({ outcome }) => outcome !== 'pass')?.detail ?? 'no path',
    );
  }
  if (!seal) return { finding, chain };
  const sealed = await judgeSealed(inquiry, document, finding, chain, seal, knowledge, primitives);
  return { finding, chain, seal, sealed };
}

/** The letter that this signature claims to be of: the file's own bytes against seal, register and log. */
async function judgeSealed(
  inquiry: Inquiry,
  document: PdfDocument,
  finding: SignatureFinding,
  chain: ChainResult | undefined,
  seal: OpenedSeal,
  knowledge: Knowledge,
  primitives: Primitives,
): Promise<SealFinding> {
  const { bytes } = document;
  const { byteRange, certificate, integrity } = finding;
  const { claims } = seal;
  const before = bytes.subarray(0, claims.length);
  const inputDigest = primitives.digest('SHA-256', before);
  const genuine =
    before.length === claims.length && equal(inputDigest.subarray(0, claims.digest.length), claims.digest);
  const prefix = inquiry.holds(
    'seal/document',
    genuine,
    `the first ${claims.length} bytes are those that were sealed`,
    'the file does not begin with the document that was sealed',
  );
  if (integrity === 'altered' || !prefix) return { state: 'altered' };
  if (!byteRange || !certificate || integrity === undefined) return { state: 'unreadable' };
  const salt = finding.dictionary.entries.get(SALT_ENTRY);
  const fromFile: FromFile = {
    salt: isPdf(salt, 'string') ? salt.bytes : new Uint8Array(0),
    record: {
      id: claims.id,
      inputDigest,
      byteRangeDigest: primitives.digest('SHA-256', ...signedParts(bytes, byteRange)),
      certificateDigest: primitives.digest('SHA-256', certificate.encoded),
    },
  };
  const sealed = await judgeSeal(inquiry, seal, knowledge, primitives, fromFile);
  // A seal of ours, copied into a file that somebody else signed: no key of ours was used, so it is no alarm.
  if (sealed.state === 'not-registered' && sealed.letter && chain?.outcome !== 'pass') {
    return { ...sealed, state: 'altered' };
  }
  if (isStanding(sealed) && chain?.outcome !== 'pass') return { ...sealed, state: 'not-authorised' };
  if (integrity === 'forbidden-changes') return { ...sealed, state: 'changed-after-signing' };
  return sealed;
}

function isStanding({ state }: SealFinding): boolean {
  return state === 'current' || state === 'unconfirmed';
}

function signerName(certificate: Certificate | undefined): string | undefined {
  if (!certificate) return undefined;
  return findAttribute(certificate.subject, ATTRIBUTE.CN) ?? findAttribute(certificate.subject, ATTRIBUTE.O);
}

function reportOf({ finding, chain, seal, sealed }: Judged): SignatureReport {
  const { certificate, claimedAt } = finding;
  // The certificate in the file keeps the name of who came under reserve since; our answer does not repeat it.
  const signer = sealed?.letter?.signerReserved === undefined ? signerName(certificate) : undefined;
  return {
    field: finding.field,
    integrity: finding.integrity ?? 'unknown',
    trusted: chain?.outcome === 'pass',
    ...(signer !== undefined && { signer }),
    ...(certificate && { serial: certificate.serial.hex }),
    ...(claimedAt !== undefined && { signedAt: formatTime(claimedAt) }),
    coverage: finding.coverage === 'whole' ? 'whole-file' : 'earlier-revision',
    changes: finding.changes,
    ...(finding.furtherChanges > 0 && { moreChanges: finding.furtherChanges }),
    ...(seal && { folio: seal.claims.folio }),
  };
}

/**
 * One answer for the file: that of the last letter, because it vouches for all of it, unless an earlier one of ours says
 * something worse.
 */
function decide(inquiry: Inquiry, judged: readonly Judged[]): Answer {
  const reports = judged.map(reportOf);
  const letters = judged.filter((one): one is Judged & Required<Pick<Judged, 'seal' | 'sealed'>> =>
    Boolean(one.sealed),
  );
  const bad = letters.find(({ sealed }) => !isStanding(sealed));
  const letter = bad ?? letters.at(-1);
  if (letter) {
    const state = (bad ? undefined : judgeLater(inquiry, letter, judged)) ?? letter.sealed.state;
    return inquiry.answer(state, letterSubject(letter.seal, letter.sealed), reports);
  }
  const ours = judged.find(({ chain, finding }) => chain?.outcome === 'pass' && isMade(finding));
  if (ours) {
    inquiry.fail('seal/present', 'signed with a certificate of ours, but without a seal: no letter of the register');
    return inquiry.answer(ours.finding.integrity === 'altered' ? 'altered' : 'not-registered', nobody(ours), reports);
  }
  return inquiry.answer(stateOfForeign(judged), nobody(judged.at(-1)), reports);
}

/**
 * Whether the key of the certificate signed the digest of these bytes: only then is it an alarm. A certificate of ours
 * stands in every letter, for anybody to copy.
 */
function isMade({ checks }: SignatureFinding): boolean {
  const passes = (name: string): boolean => checks.some(({ check, outcome }) => check === name && outcome === 'pass');
  return passes('signature/digest') && passes('signature/value');
}

/** What of a signature's integrity says that it holds. */
const HOLDING: ReadonlySet<string | undefined> = new Set(['intact', 'allowed-changes']);

/**
 * What signatures after the last letter's own make of the file; `undefined` where it stands. Such a signature is an
 * allowed change, and anybody can make one with a certificate of their own, so it may not show anything: its box would
 * lie on the letter under the green answer.
 */
function judgeLater(inquiry: Inquiry, letter: Judged, judged: readonly Judged[]): State | undefined {
  const later = judged.filter((one) => one !== letter && isLater(one.finding, letter.finding.byteRange?.end ?? 0));
  // What the form calls a signature and the reader of signatures does not find is none, whatever it shows.
  const added = letter.finding.changes.filter(
    ({ kind }) => kind === 'signature-added' || kind === 'field-signed',
  ).length;
  if (added > later.length) {
    inquiry.fail('signature/later', `${added} signatures were added, and ${later.length} can be read`);
    return 'changed-after-signing';
  }
  const states = later.map((one) => judgeOneLater(inquiry, one));
  return states.find((state) => state === 'not-registered') ?? states.find((state) => state !== undefined);
}

/** One that does not hold says of itself what it likes, even that it came before: there the place of its objects counts. */
function isLater({ byteRange, integrity, writtenAt }: SignatureFinding, end: number): boolean {
  if ((byteRange?.end ?? Infinity) > end) return true;
  return !HOLDING.has(integrity) && (writtenAt ?? Infinity) >= end;
}

function judgeOneLater(inquiry: Inquiry, { finding, chain, sealed }: Judged): State | undefined {
  const name = 'signature/later';
  const { field, integrity } = finding;
  if (!HOLDING.has(integrity)) {
    inquiry.fail(name, `${field}: a later signature is ${integrity ?? 'of a kind that we cannot judge'}`);
    return 'changed-after-signing';
  }
  if (sealed && isStanding(sealed)) return undefined;
  if (chain?.outcome === 'pass') {
    inquiry.fail(name, `${field}: a later signature with a certificate of ours, but without a letter of the register`);
    return 'not-registered';
  }
  const silent = !finding.visible;
  inquiry.holds(
    name,
    silent,
    `${field}: somebody else signed later, and shows nothing`,
    `${field}: somebody else signed later, and shows something on the pages`,
  );
  return silent ? undefined : 'changed-after-signing';
}

function nobody(judged: Judged | undefined): Subject {
  const signer = signerName(judged?.finding.certificate);
  return { kind: 'unknown', ...(signer !== undefined && { signer }) };
}

/** Somebody else's signatures: what their bytes say, whoever they are. */
function stateOfForeign(judged: readonly Judged[]): State {
  if (judged.some(({ finding }) => finding.integrity === 'altered')) return 'altered';
  if (judged.some(({ finding }) => finding.integrity === 'forbidden-changes')) return 'changed-after-signing';
  return judged.every(({ finding }) => finding.integrity === undefined) ? 'unreadable' : 'unknown-issuer';
}

/** No signature at all: an older letter, or a copy of one of ours that still carries its link or shows its QR. */
async function answerUnsigned(
  inquiry: Inquiry,
  document: PdfDocument,
  knowledge: Knowledge,
  primitives: Primitives,
): Promise<Answer> {
  inquiry.unknown('signature/present', 'the file has no signature');
  const { places, readPicture } = knowledge;
  const linked = findLinkedSeal(document, places);
  const pictured = linked ? undefined : await findPicturedSeal(document, places, readPicture);
  const seal = linked ?? pictured?.seal;
  if (!seal) {
    const count = pictured?.passedOver ?? 0;
    // What looks like an unsigned file may be a scan of a letter: nobody looked.
    if (count > 0) {
      inquiry.unknown('document/pictures', `pictures of the file that could not be looked at for a code: ${count}`);
    }
    return inquiry.answer('unsigned', { kind: 'unknown' }, []);
  }
  inquiry.pass('seal/present', `the file ${linked ? 'links to' : 'shows'} the seal ${toHex(seal.claims.id)}`);
  const sealed = await judgeSeal(inquiry, seal, knowledge, primitives);
  return inquiry.answer(isStanding(sealed) ? 'copy' : sealed.state, letterSubject(seal, sealed), []);
}
