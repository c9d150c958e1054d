import { readCertificate } from '../authority/certificate.ts';
import { foundersOf } from '../access/person.ts';
import { judgeAct, type AccessLeaf, type Authoriser, type JudgeDeps, type Unauthorised } from '../access/judge.ts';
import { EvidenceKind } from '../access/evidence.ts';
import { relyingPartyOf } from '../access/relying-party.ts';
import { equal } from '../core/bytes.ts';
import type { CborValue } from '../core/cbor.ts';
import type { Primitives } from '../core/primitives.ts';
import { isRefusal } from '../core/refusal.ts';
import { readRecord } from '../log/record.ts';
import { provesEntry } from '../log/entry-proof.ts';
import { decodeLeaf, LeafKind, openLeaf, type Leaf, type Opening } from '../log/leaf.ts';
import { parseNoteKey } from '../log/note.ts';
import type { Inquiry } from './inquiry.ts';
import type { Knowledge, Register } from './knowledge.ts';

type Online = Knowledge & { readonly register: Register };

/** Whether an act was authorised; `unread` where what would tell is gone, or not published yet. */
export type AuthorisationFinding =
  | { readonly outcome: 'authorised'; readonly by: readonly Authoriser[] }
  | { readonly outcome: 'unauthorised' | 'unread' };

const CHECK = 'access/authorised';

const WHY: Readonly<Record<Unauthorised, string>> = {
  'no-evidence': 'there is no evidence that counts',
  malformed: 'the evidence cannot be read',
  'other-act': 'something else was authorised',
  checkpoint: 'it was authorised over a later log',
  'unknown-person': 'the log shows no such person before it',
  assertion: 'not an assertion of that passkey over this act',
  enrolment: 'no two approvers of that person lead to the founders',
  role: 'the role is missing, or a second person',
  ended: 'their access had ended or changed',
};

/**
 * Whether people who were allowed it willed the act of leaf `index`, which commits to `shown`: by their assertions and the
 * chain of enrolments up to a founder of the charter that the reader trusts. All that the register says is checked, so
 * that whoever has the keys of authorities, seals and log, and the database, is not enough. `undefined` where the
 * development policy asks nobody.
 */
export async function judgeAuthorisation(
  inquiry: Inquiry,
  knowledge: Online,
  act: { readonly index: number; readonly kind: LeafKind } & Pick<Opening, 'record' | 'salt'>,
  primitives: Primitives,
): Promise<AuthorisationFinding | undefined> {
  const { trust, register } = knowledge;
  if (trust.dev && trust.charter.founders.length === 0) return undefined;
  const { index, kind, record, salt } = act;
  const evidence = (await register.opening(index))?.evidence;
  if (!evidence) return unread(inquiry, index);
  if (trust.dev && evidence.kind === EvidenceKind.none) return undefined;
  const leaf = await shownLeaf(index, knowledge, primitives);
  if (!leaf) return unread(inquiry, index);
  if (leaf.kind !== kind || !openLeaf(leaf, { record, salt, evidence }, primitives)) {
    inquiry.fail(CHECK, `leaf ${index} does not commit to its evidence`);
    return { outcome: 'unauthorised' };
  }
  const finding = await judgeAct({ index, kind, record, evidence }, judgeDeps(knowledge, primitives));
  if (finding.outcome === 'unauthorised') {
    inquiry.fail(CHECK, `nobody who may authorised leaf ${index}: ${WHY[finding.why]}`);
    return { outcome: 'unauthorised' };
  }
  inquiry.pass(CHECK, `leaf ${index} was authorised by those who may, approved up to the founders`);
  return finding;
}

function unread(inquiry: Inquiry, index: number): AuthorisationFinding {
  inquiry.unknown(CHECK, `nobody can read any more, or not yet, who authorised leaf ${index}`);
  return { outcome: 'unread' };
}

function judgeDeps(knowledge: Online, primitives: Primitives): JudgeDeps {
  const { trust, register } = knowledge;
  const { founders, origin, formerOrigins } = trust.charter;
  return {
    founders: foundersOf(founders),
    relyingParty: relyingPartyOf([origin, ...formerOrigins]),
    hasChanged: (by, before) => register.hasAccessChanged({ ...by, before }),
    async accessLeaf(index): Promise<AccessLeaf | undefined> {
      const leaf = await shownLeaf(index, knowledge, primitives);
      const opening = leaf && (await register.opening(index));
      if (!leaf || !opening?.evidence || !openLeaf(leaf, opening, primitives)) return undefined;
      return { kind: leaf.kind, ref: leaf.ref, record: opening.record, evidence: opening.evidence };
    },
    primitives,
  };
}

/** A leaf that the log shows, under a checkpoint of the key that the charter names. */
async function shownLeaf(index: number, knowledge: Online, primitives: Primitives): Promise<Leaf | undefined> {
  const found = await knowledge.register.leaf(index);
  const key = parseNoteKey(knowledge.trust.charter.logKey, primitives);
  if (found?.proof.index !== index || !(await provesEntry(found.proof, found.entry, key, primitives))) return undefined;
  try {
    return decodeLeaf(found.entry);
  } catch (error) {
    if (isRefusal(error)) return undefined;
    throw error;
  }
}

/**
 * Whether two people willed that this certificate be issued, and to whom: by the leaf of its intent, which commits to its
 * body. Whoever has the authority's key alone can sign a body; nobody authorised it then.
 * @param issuedLeaf of the act that completed it
 */
export async function judgeIssuance(
  inquiry: Inquiry,
  knowledge: Online,
  certificate: Uint8Array,
  issuedLeaf: number,
  primitives: Primitives,
): Promise<(AuthorisationFinding & { readonly officialId?: string }) | undefined> {
  const { trust, register } = knowledge;
  if (trust.dev && trust.charter.founders.length === 0) return undefined;
  const issued = await shownLeaf(issuedLeaf, knowledge, primitives);
  if (issued?.kind !== LeafKind.credentialIssued || issued.ref === undefined) return unread(inquiry, issuedLeaf);
  const index = issued.ref;
  const opening = await register.opening(index);
  if (!opening) return unread(inquiry, index);
  const kind = LeafKind.credentialIntent;
  const finding = await judgeAuthorisation(inquiry, knowledge, { ...opening, index, kind }, primitives);
  if (finding?.outcome !== 'authorised') return finding;
  const intent = intentOf(readRecord(opening.record));
  const isOfBody = intent !== undefined && equal(intent.tbs, readCertificate(certificate).tbs);
  if (!inquiry.holds(CHECK, isOfBody, 'authorised for this certificate', 'authorised for another certificate')) {
    return { outcome: 'unauthorised' };
  }
  return { ...finding, officialId: intent!.officialId };
}

/** `credential/intent`: authority, serial number, official, body, place in the status list. */
function intentOf(
  record: readonly CborValue[] | undefined,
): { readonly officialId: string; readonly tbs: Uint8Array } | undefined {
  const [officialId, tbs] = record?.slice(4) ?? [];
  return typeof officialId === 'string' && tbs instanceof Uint8Array ? { officialId, tbs } : undefined;
}

/**
 * Whether who signed willed this letter, or this countersignature, themselves, with a certificate that was issued to them by
 * two others.
 * @param act the leaf of the signature, and the digest of the certificate that it commits to
 */
export async function judgeSigner(
  inquiry: Inquiry,
  knowledge: Online,
  act: {
    readonly index: number;
    readonly kind: LeafKind;
    readonly serial: string;
    readonly certificateDigest: Uint8Array;
  } & Pick<Opening, 'record' | 'salt'>,
  primitives: Primitives,
): Promise<AuthorisationFinding['outcome'] | undefined> {
  const willed = await judgeAuthorisation(inquiry, knowledge, act, primitives);
  if (willed?.outcome !== 'authorised') return willed?.outcome;
  const credential = await knowledge.register.credential(act.serial);
  const { certificate, issued } = credential ?? {};
  if (!certificate || !issued) return unread(inquiry, act.index).outcome;
  const isShown = equal(primitives.digest('SHA-256', certificate), act.certificateDigest);
  if (
    !inquiry.holds(CHECK, isShown, 'signed with the certificate of the register', 'signed with another certificate')
  ) {
    return 'unauthorised';
  }
  const given = await judgeIssuance(inquiry, knowledge, certificate, issued.leaf, primitives);
  if (given?.outcome !== 'authorised') return given?.outcome;
  const [signer] = willed.by;
  const isOwn = signer?.official !== undefined && signer.official === given.officialId;
  return inquiry.holds(CHECK, isOwn, 'willed by the signer', 'willed by somebody else than the signer')
    ? 'authorised'
    : 'unauthorised';
}
