import { concat, equal, fromHex, fromLatin1 } from '../core/bytes.ts';
import type { Primitives, SignatureAlgorithm } from '../core/primitives.ts';
import type { Random } from '../core/random.ts';
import { isRefusal, Refusal } from '../core/refusal.ts';
import type { Clock } from '../core/time.ts';
import { mentionOfficial } from '../directory/mention.ts';
import { issuerKeyId, LeafKind, type Evidence } from '../log/leaf.ts';
import type { Ledger, Versioned } from '../log/ledger.ts';
import { untilFresh } from '../log/retry.ts';
import { openPdf } from '../pdf/document.ts';
import { ownLimits } from '../pdf/limits.ts';
import { isPdf } from '../pdf/object.ts';
import { SEAL_ENTRY } from '../seal/in-signature.ts';
import { openSeal, verifySealSignature } from '../seal/open.ts';
import { encodeClaims } from '../seal/seal.ts';
import { completeSignature } from '../signature/complete.ts';
import type { Trust } from '../signature/trust.ts';
import { mayStand, verifySignatures, type SignatureFinding } from '../signature/verify.ts';
import { sameSigner, type SignatoryDeps } from './choose-signer.ts';
import type { Oficio, OficioCode } from './oficio.ts';
import type { PreparedOficio } from './prepare.ts';
import { holdBelow, refuseBelow, type BelowDeps, type RowsBelow } from './refuse-below.ts';
import { claimsOf } from './register.ts';
import { encodeSignedRecord } from './signed-record.ts';
import type { OficioStore, OficioWrite } from './store.ts';

export interface CompleteDeps extends SignatoryDeps, BelowDeps {
  readonly store: OficioStore;
  readonly ledger: Ledger<OficioWrite>;
  readonly clock: Clock;
  readonly random: Random;
  readonly primitives: Primitives;
  readonly evidence: Evidence;
  /** Our own root and authorities. */
  readonly trust: Trust;
  readonly sealSpki: Uint8Array;
  /** The letters that a document may have below, and their signers' credentials. */
  readonly rowsBelow: RowsBelow;
  /** The greatest file that is verified. */
  readonly maxFileBytes: number;
}

export interface SignatureOfSigner {
  /** Over `prepared.toBeSigned`; ECDSA: raw `r || s`. */
  readonly signature: Uint8Array;
  readonly algorithm: SignatureAlgorithm;
  /** The signer's certificate first, then its chain; DER. */
  readonly certificates: readonly Uint8Array[];
  /** SubjectPublicKeyInfo of the key that signed. */
  readonly spki: Uint8Array;
}

export interface SignedOficio {
  readonly oficio: Oficio;
  /** The whole signed file. */
  readonly document: Uint8Array;
}

/**
 * Second act of a letter: puts the signature in its place, reads the result as a stranger would, and commits the outcome.
 * Only then the letter counts.
 * @throws Refusal `oficio/file-too-long`; `oficio/own-check-failed`: what we made is not what we meant; nothing was committed. Those of
 *   `sameSigner` and `refuseBelow`, when mandate, credential or an earlier letter of the document ended meanwhile; `oficio/already-cancelled`
 */
export async function completeOficio(
  deps: CompleteDeps,
  input: Uint8Array,
  prepared: PreparedOficio,
  value: SignatureOfSigner,
): Promise<SignedOficio> {
  const appended = completeSignature(prepared.prepared, value);
  const document = concat(input, appended);
  refuseTooLong(deps, prepared.registered.record, document.length);
  const before = await checkOwnOutput(deps, document, prepared, value);
  const signatures = before.map(({ dictionary }) => dictionary);
  const { primitives } = deps;
  const certificateDigest = primitives.digest('SHA-256', value.certificates[0]!);
  const byteRangeDigest = prepared.prepared.digest;
  const { id, inputDigest } = prepared.registered.record;
  let registered: Versioned<Oficio> | undefined = prepared.registered;
  const oficio = await untilFresh(async () => {
    // As it was registered, until another act was faster.
    const found = registered ?? (await deps.store.find(id));
    registered = undefined;
    if (!found) throw new Error(`the letter ${id} is not registered`);
    // A retry of an act whose answer was lost: what is in the log counts, and this second signature goes nowhere.
    if (found.record.state !== 'sealed') return expectSigned(found.record);
    const signed: Oficio = {
      ...found.record,
      state: 'signed',
      signedAt: deps.clock(),
      byteRangeDigest,
      certificateDigest,
      sealText: prepared.sealText,
    };
    const { serial } = signed.signer;
    const { official, credential } = await sameSigner(deps, signed, deps.clock());
    const below = await holdBelow(deps.rowsBelow, before, deps.origin);
    await refuseBelow(deps, { document: input, signatures }, deps.clock(), signed.folio);
    const mention = mentionOfficial(official, primitives);
    const { index } = await deps.ledger.commit({
      leaf: {
        kind: LeafKind.oficioSigned,
        issuer: issuerKeyId(value.spki, primitives),
        record: encodeSignedRecord({ id: fromHex(id)!, inputDigest, byteRangeDigest, certificateDigest }),
        salt: signed.salt,
        subjectTag: mention.subjectTag,
        evidence: deps.evidence,
        ref: signed.intentLeaf,
      },
      // A revocation in between makes this commit stale, and so does the end of a letter that this one is signed over.
      held: [{ put: 'credential', key: serial, ifVersion: credential.version }, ...below],
      writes: [
        { put: 'oficio', key: id, record: signed, ifVersion: found.version, leafAs: 'signedLeaf' },
        mention.write,
      ],
      document: appended,
    });
    return { ...signed, signedLeaf: index };
  });
  if (equal(oficio.byteRangeDigest ?? new Uint8Array(), byteRangeDigest)) return { oficio, document };
  return { oficio, document: await signedDocument(deps, oficio, input) };
}

/** @throws Refusal `oficio/already-cancelled` for a draft that was cancelled: its signature comes too late */
export function expectSigned(oficio: Oficio): Oficio {
  if (oficio.signedLeaf !== undefined) return oficio;
  const facts = { folio: oficio.folio, state: oficio.state };
  throw new Refusal<OficioCode>('oficio/already-cancelled', 'cancelled before it was signed', facts);
}

/** The signed file of a letter that was signed before, made of the same input. */
export async function signedDocument(
  { store }: Pick<CompleteDeps, 'store'>,
  { id, signedLeaf }: Oficio,
  input: Uint8Array,
): Promise<Uint8Array> {
  const appended = signedLeaf === undefined ? undefined : await store.findDocument(signedLeaf);
  if (!appended) throw new Error(`the signed letter ${id} has no document`);
  return concat(input, appended);
}

/** Nobody could have it verified. @throws Refusal `oficio/file-too-long` */
export function refuseTooLong(
  { maxFileBytes: most }: Pick<CompleteDeps, 'maxFileBytes'>,
  { folio }: Pick<Oficio, 'folio'>,
  length: number,
): void {
  if (length <= most) return;
  throw new Refusal<OficioCode>('oficio/file-too-long', `the file would have ${length} bytes`, { folio, most });
}

function failedCheck(what: string): never {
  throw new Refusal<OficioCode>('oficio/own-check-failed', what, { found: what });
}

/**
 * As strict as the verifier: the new signature is the last, whole, intact and ours, and carries the seal of this letter.
 * @returns those before it
 */
async function checkOwnOutput(
  deps: CompleteDeps,
  document: Uint8Array,
  { registered, sealText, prepared }: PreparedOficio,
  { certificates }: SignatureOfSigner,
): Promise<readonly SignatureFinding[]> {
  const findings = await verifySignatures(openPdf(document, deps.primitives, ownLimits()), {
    primitives: deps.primitives,
    trust: deps.trust,
  });
  const last = findings.at(-1);
  if (last?.coverage !== 'whole') failedCheck('the signature does not cover the whole file');
  if (last.integrity !== 'intact') failedCheck(`integrity ${last.integrity}`);
  if (last.trust?.outcome !== 'pass') failedCheck('the chain does not lead to our root');
  if (!last.certificate || !equal(last.certificate.encoded, certificates[0]!)) failedCheck('another certificate');
  if (last.byteRange?.end !== document.length) failedCheck('another byte range');
  if (last.byteRange.gapStart !== prepared.byteRange.gapStart) failedCheck('another byte range');
  if (!findings.slice(0, -1).every(mayStand)) {
    failedCheck('an earlier signature would no longer stand');
  }
  const entry = last.dictionary.entries.get(SEAL_ENTRY);
  if (!isPdf(entry, 'string') || !equal(entry.bytes, fromLatin1(sealText)))
    failedCheck('another seal in the dictionary');
  await checkSeal(deps, registered.record, sealText);
  return findings.slice(0, -1);
}

async function checkSeal(deps: CompleteDeps, oficio: Oficio, sealText: string): Promise<void> {
  try {
    const seal = openSeal(sealText, { origins: [deps.origin] });
    if (!equal(encodeClaims(seal.claims), encodeClaims(claimsOf(oficio)))) failedCheck('the seal of another letter');
    if (!(await verifySealSignature(seal, deps.sealSpki, deps.primitives))) failedCheck("not the seal key's signature");
  } catch (error) {
    if (isRefusal(error) && error.code.startsWith('seal/')) failedCheck(error.message);
    throw error;
  }
}
