import type { Certificate } from '../authority/certificate.ts';
import type { ChainResult } from '../authority/chain.ts';
import { equal, toHex } from '../core/bytes.ts';
import type { Primitives } from '../core/primitives.ts';
import { isRefusal } from '../core/refusal.ts';
import { formatTime, type UnixSeconds } from '../core/time.ts';
import type { State } from '../core/verdict.ts';
import type { Alarm } from '../oficio/refuse-alarm.ts';
import { openPdf, type PdfDocument } from '../pdf/document.ts';
import { sealInSignature } from '../seal/in-signature.ts';
import type { OpenedSeal } from '../seal/open.ts';
import { signedParts } from '../signature/byte-range.ts';
import { holds, verifySignatures, type SignatureFinding } from '../signature/verify.ts';
import { nameIn, saltOf, withCountersigned } from './countersigned-in-file.ts';
import { findLinkedSeal } from './find-linked-seal.ts';
import { findPicturedSeal } from './find-pictured-seal.ts';
import { Inquiry } from './inquiry.ts';
import { judgeSeal, type FromFile, type SealFinding } from './judge-seal.ts';
import type { Knowledge } from './knowledge.ts';
import {
  decidesBelow,
  isEndedBelow,
  isMade,
  isOurs,
  isStanding,
  isUnmade,
  judgeOthers,
  unknownOf,
  type Judged,
  type JudgedLetter,
} from './other-signatures.ts';
import { chainOf } from './signer-chain.ts';
import type { Answer, EndedLetter, LetterSubject, SignatureReport, Subject } from './subject.ts';
import { verifyPublicVersion } from './verify-public-version.ts';
import { letterSubject } from './verify-seal.ts';

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
  const judged = await judgeAll(inquiry, document, knowledge, primitives);
  return judged.length > 0 ? decide(inquiry, judged) : answerUnsigned(inquiry, document, knowledge, primitives);
}

/**
 * Whether a file carries a signature that shows a certificate of ours and that no act of ours made, or of which nobody can tell that any
 * more: nothing may be signed over it.
 * @throws Refusal of a file that cannot be read
 */
export async function findUnmadeSignature(
  bytes: Uint8Array,
  knowledge: Knowledge,
  at: UnixSeconds,
  primitives: Primitives,
): Promise<Alarm | undefined> {
  const inquiry = new Inquiry(at, knowledge.trust.dev);
  const judged = await judgeAll(inquiry, openPdf(bytes, primitives), knowledge, primitives);
  return judged.some(isUnmade) ? 'unmade' : judged.map(unknownOf).find((found) => found !== undefined);
}

async function judgeAll(
  inquiry: Inquiry,
  document: PdfDocument,
  knowledge: Knowledge,
  primitives: Primitives,
): Promise<readonly Judged[]> {
  const judged: Judged[] = [];
  const findings = await verifySignatures(document, { primitives });
  for (const finding of findings) {
    const from = inquiry.checks.length;
    const one = await judgeOne(inquiry, document, finding, knowledge, primitives);
    judged.push(one.seal ? one : await withCountersigned(inquiry, document, one, judged, knowledge, primitives));
    if (findings.length > 1) inquiry.areOf(judged.length, from);
  }
  return judged;
}

/** The verdict on a file that cannot be read, or not within bounds. */
export function unreadablePdf(at: UnixSeconds, dev: boolean, why: string): Answer {
  const inquiry = new Inquiry(at, dev);
  inquiry.unknown('pdf/format', why);
  return inquiry.answer('unreadable', { kind: 'unknown' });
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
  const { certificate, cms } = finding;
  const when = withinDates(certificate, seal?.claims.issuedAt ?? finding.claimedAt ?? inquiry.at);
  const chain = certificate && (await chainOf(certificate, cms?.certificates ?? [], when, knowledge, primitives));
  if (chain) {
    inquiry.holds(
      'signature/chain',
      chain.outcome === 'pass',
      `leads to our root, judged at ${formatTime(when)}`,
      chain.checks.find(({ outcome }) => outcome !== 'pass')?.detail ?? 'no path',
    );
  }
  const name = certificate && (await nameOf(certificate, knowledge));
  const judged = { finding, chain, ...(name !== undefined && { name }) };
  if (!seal) return judged;
  const sealed = await judgeSealed(inquiry, document, finding, chain, seal, knowledge, primitives);
  return { ...judged, seal, sealed };
}

/**
 * The name in a certificate, unless it is of somebody who is under reserve by now, whatever became of file and signature: the file
 * keeps it, our answer does not repeat it.
 */
async function nameOf(certificate: Certificate, { register }: Knowledge): Promise<string | undefined> {
  const isTold = !register || (await register.mayName(certificate.serial.hex));
  return isTold ? nameIn(certificate) : undefined;
}

/** A thief chooses the time that a signature claims, and which seal stands beside it: outside the dates of the certificate it would be taken for a stranger's. */
function withinDates(certificate: Certificate | undefined, claimed: UnixSeconds): UnixSeconds {
  if (!certificate) return claimed;
  const { notBefore, notAfter } = certificate;
  return claimed < notBefore ? notBefore : claimed > notAfter ? notAfter : claimed;
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
  if (chain?.outcome === 'pass' && isMade(finding) && withinDates(certificate, claims.issuedAt) !== claims.issuedAt) {
    inquiry.fail('signature/chain', 'no office of ours seals before the certificate begins, or after it ends');
    return { state: 'not-registered' };
  }
  if (integrity === 'altered' || !prefix) return { state: 'altered' };
  if (!byteRange || !certificate || integrity === undefined) return { state: 'unreadable' };
  const fromFile: FromFile = {
    salt: saltOf(finding),
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

function reportOf(judged: Judged): SignatureReport {
  const { finding, name, seal, countersigned } = judged;
  const { certificate, claimedAt } = finding;
  return {
    field: finding.field,
    integrity: finding.integrity ?? 'unknown',
    trusted: isOurs(judged),
    ...(name !== undefined && { signer: name }),
    ...(certificate && { serial: certificate.serial.hex }),
    ...(claimedAt !== undefined && { signedAt: formatTime(claimedAt) }),
    coverage: finding.coverage === 'whole' ? 'whole-file' : 'earlier-revision',
    changes: finding.changes,
    ...(finding.furtherChanges > 0 && { moreChanges: finding.furtherChanges }),
    ...(seal && { folio: seal.claims.folio }),
    ...(countersigned?.countersigner &&
      countersigned.folio !== undefined && {
        countersigns: countersigned.folio,
        countersignerState: countersigned.countersigner.state,
      }),
  };
}

/**
 * One answer for the file: that of the last letter, because it vouches for all of it, unless the file has below it what no act of ours
 * made. An earlier letter that has ended since does not take away the one in force: it is told beside.
 */
function decide(inquiry: Inquiry, judged: readonly Judged[]): Answer {
  const reports = judged.map(reportOf);
  const letters = judged.filter((one): one is JudgedLetter => Boolean(one.sealed));
  const last = letters.at(-1);
  if (last) {
    const below = letters.slice(0, -1);
    const letter = below.find(decidesBelow) ?? last;
    const { sealed } = letter;
    // Of one that could not be compared as well: what others make worse is seen all the same.
    const isOpen = isStanding(sealed) || sealed.state === 'unreadable';
    const state = (isOpen ? judgeOthers(inquiry, letter, judged) : undefined) ?? sealed.state;
    const ended = letter === last ? below.filter(isEndedBelow) : [];
    const more = { ...countersignersIn(letter, judged), ...(ended.length > 0 && { endedBelow: ended.map(endedOf) }) };
    return inquiry.answer(state, { ...letterSubject(letter.seal, sealed), ...more }, reports);
  }
  const ours = judged.filter(({ chain, finding }) => chain?.outcome === 'pass' && isMade(finding));
  if (ours.length > 0) return answerWithoutLetter(inquiry, ours, reports);
  return inquiry.answer(stateOfForeign(judged), nobody(judged.at(-1)), reports);
}

function endedOf({ seal, sealed: { state } }: JudgedLetter): EndedLetter {
  return { folio: seal.claims.folio, state };
}

/** Signatures by certificates of ours, and no letter. A countersignature that the log has is no alarm: somebody took its letter away. */
function answerWithoutLetter(inquiry: Inquiry, ours: readonly Judged[], reports: readonly SignatureReport[]): Answer {
  const isUnknown = ({ countersigned: told }: Judged): boolean => told === undefined || told.state === 'not-registered';
  const alarm = ours.find((one) => isUnknown(one) && one.finding.integrity !== 'altered') ?? ours.find(isUnknown);
  if (alarm) {
    inquiry.fail('seal/present', 'signed with a certificate of ours, but without a seal: no letter of the register');
    return inquiry.answer(alarm.finding.integrity === 'altered' ? 'altered' : 'not-registered', nobody(alarm), reports);
  }
  if (ours.some(({ countersigned }) => countersigned?.state === 'stale-status')) {
    inquiry.unknown('seal/present', 'a countersignature of a letter that the file does not show');
    return inquiry.answer('stale-status', nobody(ours[0]), reports);
  }
  inquiry.fail('seal/present', 'a countersignature of a letter that the file does not show');
  return inquiry.answer('changed-after-signing', nobody(ours[0]), reports);
}

/** Those whose signature on this letter the file carries. */
function countersignersIn(
  { seal }: Required<Pick<Judged, 'seal'>>,
  judged: readonly Judged[],
): Pick<LetterSubject, 'countersigners'> {
  const told = judged.flatMap(({ finding, countersigned }) => {
    const isOfLetter = countersigned?.isCarried && countersigned.folio === seal.claims.folio;
    return isOfLetter && countersigned.countersigner && holds(finding) ? [countersigned.countersigner] : [];
  });
  return told.length > 0 ? { countersigners: told } : {};
}

function nobody(judged: Judged | undefined): Subject {
  return { kind: 'unknown', ...(judged?.name !== undefined && { signer: judged.name }) };
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
  const { places, readPicture, register } = knowledge;
  const version =
    register && (await verifyPublicVersion(inquiry, document.bytes, { ...knowledge, register }, primitives));
  if (version) return version;
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
