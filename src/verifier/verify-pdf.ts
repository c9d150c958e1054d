import { readCertificate, type Certificate } from '../authority/certificate.ts';
import { validateChain, type ChainResult } from '../authority/chain.ts';
import { USAGE } from '../authority/extension.ts';
import { ATTRIBUTE, findAttribute } from '../authority/name.ts';
import { equal, toHex, toLatin1 } from '../core/bytes.ts';
import type { Primitives } from '../core/primitives.ts';
import { isRefusal } from '../core/refusal.ts';
import { formatTime, type UnixSeconds } from '../core/time.ts';
import type { State } from '../core/verdict.ts';
import { openPdf, type PdfDocument } from '../pdf/document.ts';
import { isPdf, type PdfDict } from '../pdf/object.ts';
import { openSeal, type OpenedSeal } from '../seal/open.ts';
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
  const inquiry = new Inquiry(at, knowledge.trust.dev);
  let document: PdfDocument;
  try {
    document = openPdf(bytes, primitives);
    document.pages();
  } catch (error) {
    if (!isRefusal(error)) throw error;
    inquiry.unknown('pdf/format', `${error.code}: ${error.message}`);
    return inquiry.answer('unreadable', { kind: 'unknown' });
  }
  inquiry.pass('pdf/format', `a PDF of ${document.pages().length} pages`);
  const findings = await verifySignatures(document, { primitives });
  if (findings.length === 0) return answerUnsigned(inquiry, document, knowledge, primitives);
  const judged: Judged[] = [];
  for (const finding of findings) judged.push(await judgeOne(inquiry, document, finding, knowledge, primitives));
  return decide(inquiry, judged);
}

function textEntry(dictionary: PdfDict, key: string): Uint8Array | undefined {
  const value = dictionary.entries.get(key);
  return isPdf(value, 'string') ? value.bytes : undefined;
}

function sealIn(finding: SignatureFinding, knowledge: Knowledge): OpenedSeal | undefined {
  const bytes = textEntry(finding.dictionary, 'Cotejo.Seal');
  if (!bytes || bytes.length > 1000) return undefined;
  try {
    return openSeal(toLatin1(bytes), knowledge.places);
  } catch (error) {
    if (isRefusal(error)) return undefined;
    throw error;
  }
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
  const seal = sealIn(finding, knowledge);
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
  const salt = textEntry(finding.dictionary, 'Cotejo.Salt');
  const fromFile: FromFile = {
    salt: salt ?? new Uint8Array(0),
    record: {
      id: claims.id,
      inputDigest,
      byteRangeDigest: primitives.digest('SHA-256', ...signedParts(bytes, byteRange)),
      certificateDigest: primitives.digest('SHA-256', certificate.encoded),
    },
  };
  const sealed = await judgeSeal(inquiry, seal, knowledge, primitives, fromFile);
  const standing = sealed.state === 'current' || sealed.state === 'unconfirmed';
  if (standing && chain?.outcome !== 'pass') return { ...sealed, state: 'not-authorised' };
  if (integrity === 'forbidden-changes') return { ...sealed, state: 'changed-after-signing' };
  return sealed;
}

function signerName(certificate: Certificate | undefined): string | undefined {
  if (!certificate) return undefined;
  return findAttribute(certificate.subject, ATTRIBUTE.CN) ?? findAttribute(certificate.subject, ATTRIBUTE.O);
}

function reportOf({ finding, chain, seal }: Judged): SignatureReport {
  const { certificate, claimedAt } = finding;
  const signer = signerName(certificate);
  return {
    field: finding.field,
    integrity: finding.integrity ?? 'unknown',
    trusted: chain?.outcome === 'pass',
    ...(signer !== undefined && { signer }),
    ...(certificate && { serial: certificate.serial.hex }),
    ...(claimedAt !== undefined && { signedAt: formatTime(claimedAt) }),
    coverage: finding.coverage === 'whole' ? 'whole-file' : 'earlier-revision',
    changes: finding.changes,
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
  const bad = letters.find(({ sealed }) => sealed.state !== 'current' && sealed.state !== 'unconfirmed');
  const letter = bad ?? letters.at(-1);
  if (letter) {
    const state = bad || !hasDubiousLater(inquiry, letter, judged) ? letter.sealed.state : 'changed-after-signing';
    return inquiry.answer(state, letterSubject(letter.seal, letter.sealed), reports);
  }
  const ours = judged.find(({ chain }) => chain?.outcome === 'pass');
  if (ours) {
    inquiry.fail('seal/present', 'signed with a certificate of ours, but without a seal: no letter of the register');
    return inquiry.answer(ours.finding.integrity === 'altered' ? 'altered' : 'not-registered', nobody(ours), reports);
  }
  return inquiry.answer(stateOfForeign(judged), nobody(judged.at(-1)), reports);
}

/**
 * A signature that came after the letter's own is an allowed change only if it is one: something that merely looks like a
 * signature could show anything in its box.
 */
function hasDubiousLater(inquiry: Inquiry, letter: Judged, judged: readonly Judged[]): boolean {
  const end = letter.finding.byteRange?.end ?? 0;
  const later = judged.filter((one) => one !== letter && (one.finding.byteRange?.end ?? Infinity) > end);
  const dubious = later.find(
    ({ finding }) => finding.integrity !== 'intact' && finding.integrity !== 'allowed-changes',
  );
  if (!dubious) return false;
  inquiry.fail(
    'signature/later',
    `a later signature is ${dubious.finding.integrity ?? 'of a kind that we cannot judge'}`,
  );
  return true;
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
  const seal = linked ?? (readPicture && (await findPicturedSeal(document, places, readPicture)));
  if (!seal) return inquiry.answer('unsigned', { kind: 'unknown' }, []);
  inquiry.pass('seal/present', `the file ${linked ? 'links to' : 'shows'} the seal ${toHex(seal.claims.id)}`);
  const sealed = await judgeSeal(inquiry, seal, knowledge, primitives);
  const standing = sealed.state === 'current' || sealed.state === 'unconfirmed';
  return inquiry.answer(standing ? 'copy' : sealed.state, letterSubject(seal, sealed), []);
}
