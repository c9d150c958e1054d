import { cardGuidOf } from '../authority/card-name.ts';
import { readCertificate, type Certificate } from '../authority/certificate.ts';
import { validateChain } from '../authority/chain.ts';
import { equal } from '../core/bytes.ts';
import type { Primitives } from '../core/primitives.ts';
import { isRefusal } from '../core/refusal.ts';
import { formatTime, type UnixSeconds } from '../core/time.ts';
import type { State } from '../core/verdict.ts';
import { serialsTyped } from '../credential/credential.ts';
import { isProofOf } from '../credential/on-card.ts';
import { issuedRecord } from '../credential/record.ts';
import { decodeLeaf, LeafKind, openLeaf } from '../log/leaf.ts';
import { parseNoteKey } from '../log/note.ts';
import { provesEntry } from '../log/entry-proof.ts';

import { Inquiry } from './inquiry.ts';
import type { Knowledge, RegisteredCredential, Register } from './knowledge.ts';
import { bindsProfile } from './binds-profile.ts';
import { issuedOf, judgeIssuance } from './judge-issuance.ts';
import { isPersonShown, personOf } from './person.ts';
import type { Answer, CredentialSubject } from './subject.ts';
import { withDistinctive } from './verify-distinctive.ts';

/**
 * The verdict on a credential by its serial number, as the origin knows it: chain, log, status, mandate today. Without a
 * register nothing is known of a serial number alone.
 */
export async function verifyCredential(
  serial: string,
  knowledge: Knowledge,
  at: UnixSeconds,
  primitives: Primitives,
): Promise<Answer> {
  const inquiry = new Inquiry(at, knowledge.trust.dev);
  const { register } = knowledge;
  const [wanted, printed] = serialsTyped(serial);
  if (wanted === undefined) {
    inquiry.unknown('credential/format', 'not a serial number');
    return inquiry.answer('unreadable', { kind: 'unknown' });
  }
  if (!register) {
    inquiry.unknown('register/credential', 'the register was not asked');
    return inquiry.answer('stale-status', { kind: 'credential', serial: wanted });
  }
  inquiry.statusAsOf = register.asOf;
  const credential =
    (await register.credential(wanted)) ?? (printed === undefined ? undefined : await register.credential(printed));
  if (!credential) {
    inquiry.unknown('register/credential', 'no credential with this serial number');
    return inquiry.answer('not-found', { kind: 'credential', serial: wanted });
  }
  const { state, subject } = await judgeCredential(inquiry, credential, { ...knowledge, register }, primitives);
  return inquiry.answer(state, await withDistinctive(subject, state, knowledge, at));
}

/** The state of a credential that the register knows, and what may be told of it. */
export async function judgeCredential(
  inquiry: Inquiry,
  credential: RegisteredCredential,
  knowledge: Knowledge & { readonly register: Register },
  primitives: Primitives,
): Promise<{ readonly state: State; readonly subject: CredentialSubject }> {
  const state = await judge(inquiry, credential, knowledge, primitives);
  return { state, subject: credentialSubject(credential, state) };
}

/** The verdict on a certificate that somebody presents: DER, ours or not. Never throws on hostile input. */
export async function verifyCertificate(
  encoded: Uint8Array,
  knowledge: Knowledge,
  at: UnixSeconds,
  primitives: Primitives,
): Promise<Answer> {
  const inquiry = new Inquiry(at, knowledge.trust.dev);
  let certificate: Certificate;
  try {
    certificate = readCertificate(encoded);
  } catch (error) {
    if (!isRefusal(error)) throw error;
    inquiry.unknown('credential/format', `${error.code}: ${error.message}`);
    return inquiry.answer('unreadable', { kind: 'unknown' });
  }
  const registered = await knowledge.register?.credential(certificate.serial.hex);
  const same = registered?.certificate && equal(registered.certificate, encoded);
  if (same) return verifyCredential(certificate.serial.hex, knowledge, at, primitives);
  const chain = await chainOf(certificate, knowledge, at, primitives);
  if (chain !== 'pass') {
    inquiry.unknown('credential/chain', 'does not lead to our root');
    return inquiry.answer('unknown-issuer', { kind: 'unknown' });
  }
  const subject: CredentialSubject = { kind: 'credential', serial: certificate.serial.hex };
  if (registered && hasBody(registered, certificate.tbs)) {
    const { state } = await verifyCredential(certificate.serial.hex, knowledge, at, primitives);
    if (state !== 'not-registered') {
      inquiry.fail('register/credential', 'what the registered certificate says, under an altered signature');
      return inquiry.answer('altered', subject);
    }
  }
  if (knowledge.register) {
    inquiry.fail('register/credential', 'our signature on a certificate that the register does not know: a stolen key');
    return inquiry.answer('not-registered', subject);
  }
  inquiry.unknown('register/credential', 'the register was not asked');
  return inquiry.answer('stale-status', subject);
}

/** Anybody can make another signature of an ECDSA one, (r, n - s), that holds as well: it tells of no stolen key. */
function hasBody({ certificate }: RegisteredCredential, tbs: Uint8Array): boolean {
  try {
    return certificate !== undefined && equal(readCertificate(certificate).tbs, tbs);
  } catch (error) {
    if (isRefusal(error)) return false;
    throw error;
  }
}

async function chainOf(
  certificate: Certificate,
  { trust }: Knowledge,
  at: UnixSeconds,
  primitives: Primitives,
): Promise<'pass' | 'fail' | 'unknown'> {
  const intermediates = trust.charter.authorities.map(readCertificate);
  const anchors = [readCertificate(trust.charter.root)];
  return (await validateChain({ certificate, intermediates, anchors, at }, primitives)).outcome;
}

async function judge(
  inquiry: Inquiry,
  credential: RegisteredCredential,
  knowledge: Knowledge & { readonly register: Register },
  primitives: Primitives,
): Promise<State> {
  const { certificate: encoded } = credential;
  if (!encoded || credential.state === 'prepared') {
    inquiry.fail('credential/issued', 'recorded but not issued');
    return 'not-registered';
  }
  const certificate = readCertificate(encoded);
  const when = Math.min(Math.max(inquiry.at, certificate.notBefore), certificate.notAfter) as UnixSeconds;
  const chain = await chainOf(certificate, knowledge, when, primitives);
  if (!inquiry.holds('credential/chain', chain === 'pass', 'leads to our root', 'does not lead to our root')) {
    return 'not-registered';
  }
  if (
    !inquiry.holds(
      'credential/profile',
      bindsProfile(certificate, credential.profile, credential.official.id, knowledge, primitives),
      'bound',
      'another profile',
    )
  ) {
    return 'not-registered';
  }
  const leaf = await findIssuedLeaf(inquiry, credential, knowledge, primitives);
  if (leaf !== 'shown') return leaf;
  const { mandate } = credential.official;
  // Who left is told first: their credential is revoked because they did, and the one at the door has to know why.
  const stolen = credential.revocationReason === 'keyCompromise';
  if ((mandate === 'ended' || mandate === 'expired') && !stolen) {
    inquiry.fail('directory/mandate', `mandate ${mandate}`);
    return 'ended';
  }
  if (credential.state === 'revoked' || credential.state === 'suspended') {
    inquiry.fail('revocation/status', `${credential.state} at ${formatTime(credential.statusAt ?? inquiry.at)}`);
    return credential.state;
  }
  inquiry.pass('revocation/status', 'neither suspended nor revoked');
  const given = await judgeIssuance(inquiry, knowledge, issuedOf(credential, credential.issued!, encoded), primitives);
  if (given?.outcome === 'unread') return 'stale-status';
  if (given?.outcome === 'unauthorised') return 'not-authorised';
  // A certificate whose key is said to be on a card counts once the card signed with it.
  if (cardGuidOf(certificate)) {
    const { proof } = credential;
    const isProven = proof !== undefined && (await isProofOf(certificate, proof, primitives));
    if (!inquiry.holds('card/proof', isProven, 'its card signed with the key', 'no card proved the key')) {
      return 'suspended';
    }
  }
  if (!inquiry.holds('directory/mandate', mandate === 'current', 'a mandate today', `mandate ${mandate}`)) {
    return 'not-yet-valid';
  }
  if (inquiry.at < certificate.notBefore || inquiry.at > certificate.notAfter) {
    inquiry.fail(
      'credential/validity',
      `from ${formatTime(certificate.notBefore)} to ${formatTime(certificate.notAfter)}`,
    );
    return inquiry.at < certificate.notBefore ? 'not-yet-valid' : 'expired';
  }
  inquiry.pass('credential/validity', `until ${formatTime(certificate.notAfter)}`);
  return 'current';
}

async function findIssuedLeaf(
  inquiry: Inquiry,
  credential: RegisteredCredential,
  knowledge: Knowledge & { readonly register: Register },
  primitives: Primitives,
): Promise<'shown' | 'not-registered' | 'stale-status'> {
  const { issued, certificate, profile } = credential;
  if (!issued || !certificate) {
    inquiry.fail('log/issued-leaf', 'no leaf says that it was issued');
    return 'not-registered';
  }
  const found = await knowledge.register.leaf(issued.leaf);
  if (!found) {
    inquiry.unknown('log/inclusion', `no checkpoint covers leaf ${issued.leaf} yet`);
    return 'stale-status';
  }
  const key = parseNoteKey(knowledge.trust.charter.logKey, primitives);
  const included = found.proof.index === issued.leaf && (await provesEntry(found.proof, found.entry, key, primitives));
  const good =
    inquiry.holds('log/inclusion', included, `leaf ${issued.leaf} is in the log`, 'the log does not show this leaf') &&
    inquiry.holds(
      'log/issued-leaf',
      opensAsIssued(found.entry, issued.salt, certificate, profile, primitives),
      'the leaf commits to certificate and profile',
      'the leaf is not of this credential',
    );
  return good ? 'shown' : 'not-registered';
}

function opensAsIssued(
  entry: Uint8Array,
  salt: Uint8Array,
  certificate: Uint8Array,
  profile: Uint8Array,
  primitives: Primitives,
): boolean {
  try {
    const leaf = decodeLeaf(entry);
    const record = issuedRecord(certificate, profile, primitives);
    return leaf.kind === LeafKind.credentialIssued && openLeaf(leaf, { record, salt }, primitives);
  } catch (error) {
    if (isRefusal(error)) return false;
    throw error;
  }
}

/** Of somebody who left only words remain: no photo, no powers. */
function credentialSubject(credential: RegisteredCredential, state: State): CredentialSubject {
  const base: CredentialSubject = {
    kind: 'credential',
    serial: credential.serial,
    credentialKind: credential.kind,
    officialId: credential.official.id,
    ...(credential.revocationReason !== undefined && { reason: credential.revocationReason }),
    ...(credential.official.endedOn !== undefined && { endedOn: credential.official.endedOn }),
  };
  if (!isPersonShown(state)) return base;
  return {
    ...base,
    ...personOf(credential.profile, credential.official.reserved),
    ...(credential.certificate && { notAfter: readCertificate(credential.certificate).notAfter }),
  };
}
