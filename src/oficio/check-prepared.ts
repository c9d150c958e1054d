/** Whoever holds the key does not believe a service what it is asked to sign: they make it themselves. */
import type { AuthorityId } from '../authority/authority.ts';
import { readCertificate, type Certificate } from '../authority/certificate.ts';
import { ATTRIBUTE, findAttribute } from '../authority/name.ts';
import { isDevelopment } from '../authority/policy.ts';
import { certificateAddress, crlAddress } from '../authority/profile.ts';
import { equal, toHex } from '../core/bytes.ts';
import type { Primitives } from '../core/primitives.ts';
import { isRefusal, Refusal } from '../core/refusal.ts';
import type { UnixSeconds } from '../core/time.ts';
import { sealOrigin } from '../seal/address.ts';
import { openSeal, type OpenedSeal } from '../seal/open.ts';
import { encodeClaims } from '../seal/seal.ts';
import type { Prepared } from '../signature/prepare.ts';
import { inspectDocument } from './inspect.ts';
import type { Oficio, OficioCode } from './oficio.ts';
import { layOutOficio, type LaidOutLetter } from './prepare.ts';
import { claimsOf } from './register.ts';
import type { OficioRequest } from './request.ts';
import type { Letterhead } from './stamp-content.ts';

/** What a service says of a letter that it has prepared: everything from which its bytes follow. */
export interface OfferedLetter {
  readonly letter: LaidOutLetter & Pick<Oficio, 'subject' | 'pages' | 'statusIndex'>;
  readonly sealText: string;
  /** DER: of the signer, and the rest of its chain. */
  readonly certificate: Uint8Array;
  readonly signerChain: readonly Uint8Array[];
  readonly letterhead: Omit<Letterhead, 'texts'>;
  /** What it wants signed. */
  readonly toBeSigned: Uint8Array;
}

export interface CheckPreparedDeps {
  readonly primitives: Primitives;
  /** Of this program's own catalogue. */
  readonly texts: Letterhead['texts'];
}

/** What in the offer is not what was ordered, or not what follows from it. */
export type PreparedFault =
  | 'certificate'
  | 'signer'
  | 'institution'
  | 'origin'
  | 'development'
  | 'subject'
  | 'type'
  | 'amount'
  | 'folio'
  | 'term'
  | 'time'
  | 'pages'
  | 'seal'
  | 'bytes';

/** A clock of the service may run ahead of ours by as much. */
const CLOCK_SKEW_SECONDS = 300;
/** Who certifies signers. */
const ISSUER: AuthorityId = 'oficios';

export function differs(what: PreparedFault): never {
  throw new Refusal<OficioCode>('oficio/prepared-differs', `another ${what} than was ordered`, { what });
}

/**
 * Whether what a service wants signed is the letter that was ordered: the document at hand with our seal on it, and nothing else.
 * Document, seal and signature place are laid out here, by the same code, and what has to be signed is computed from that.
 * @param order as it was typed; the certificate is the one on the card
 * @returns what the key has to sign: made here, equal to what the service asks for
 * @throws Refusal `oficio/prepared-differs` (fact `what`), and what inspecting and laying out the document throws
 */
export async function checkPrepared(
  deps: CheckPreparedDeps,
  order: OficioRequest,
  certificate: Uint8Array,
  offered: OfferedLetter,
  at: UnixSeconds,
): Promise<Prepared> {
  const { letter, letterhead } = offered;
  checkOrdered(order, letter, at);
  checkSigner(order, certificate, offered);
  const inspected = await inspectDocument(order.document, order.place, deps.primitives);
  if (letter.pages !== inspected.placement.pages) differs('pages');
  const { bytes } = sealOf(deps, order, offered);
  const layOutDeps = {
    primitives: deps.primitives,
    letterhead: { ...letterhead, texts: deps.texts },
    signerChain: offered.signerChain,
    allowHttp: letterhead.dev,
  };
  const { prepared } = layOutOficio(layOutDeps, letter, inspected, certificate, bytes);
  if (!equal(prepared.toBeSigned, offered.toBeSigned)) differs('bytes');
  return prepared;
}

function checkOrdered(order: OficioRequest, letter: OfferedLetter['letter'], at: UnixSeconds): void {
  if (letter.type !== order.type) differs('type');
  if (letter.amount !== order.amount) differs('amount');
  if (letter.subject !== order.subject) differs('subject');
  if (letter.expires !== order.expires) differs('term');
  if (order.folio !== undefined && letter.folio !== order.folio) differs('folio');
  // Earlier it may be: an order that stopped is gone on with. The person is shown the time.
  if (!(letter.sealedAt <= at + CLOCK_SKEW_SECONDS)) differs('time');
}

/** The certificate is that of the card, and the letterhead that of whoever certified it. */
function checkSigner(order: OficioRequest, certificate: Uint8Array, offered: OfferedLetter): void {
  const { signer } = offered.letter;
  if (!equal(offered.certificate, certificate)) differs('certificate');
  const read = readCertificate(certificate);
  const { serial, subject } = read;
  if (signer.serial !== toHex(serial.bytes) || signer.officialId !== order.signerId) differs('signer');
  if (findAttribute(subject, ATTRIBUTE.O) !== offered.letterhead.institution.name) differs('institution');
  checkLetterhead(read, offered.letterhead);
}

/**
 * Where the QR leads, and whether the letter says that it is a test, follows from what the authority certified: its list and its
 * own certificate are at the installation's address, and a development installation has the test arc for its policies. Those
 * addresses are plain HTTP without a port of HTTPS: between ports of the same host nothing is told apart.
 */
function checkLetterhead(certificate: Certificate, { origin, dev }: OfferedLetter['letterhead']): void {
  const { crlDistributionPoints = [], authorityInfoAccess } = certificate.extensions;
  const isOnly = (found: readonly string[], address: string): boolean => found.length === 1 && found[0] === address;
  if (!isOnly(crlDistributionPoints, crlAddress(origin, ISSUER))) differs('origin');
  if (!isOnly(authorityInfoAccess?.caIssuers ?? [], certificateAddress(origin, ISSUER))) differs('origin');
  if (isDevelopment(certificate) !== dev) differs('development');
}

/** The code on the page says what the letter says: it is what residents are shown. */
function sealOf(deps: CheckPreparedDeps, { document }: OficioRequest, offered: OfferedLetter): OpenedSeal {
  const { letter, letterhead, sealText } = offered;
  const inputDigest = deps.primitives.digest('SHA-256', document);
  try {
    const origin = sealOrigin(letterhead.origin, { allowHttp: letterhead.dev });
    const seal = openSeal(sealText, { origins: [origin] });
    const claims = claimsOf({ ...letter, inputDigest, inputLength: document.length });
    return equal(encodeClaims(seal.claims), encodeClaims(claims)) ? seal : differs('seal');
  } catch (error) {
    if (isRefusal(error) && error.code.startsWith('seal/')) differs('seal');
    throw error;
  }
}
