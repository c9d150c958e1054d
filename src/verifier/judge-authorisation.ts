import { foundersOf } from '../access/person.ts';
import { judgeAct, type AccessLeaf, type Authoriser, type JudgeDeps, type Unauthorised } from '../access/judge.ts';
import { EvidenceKind } from '../access/evidence.ts';
import { relyingPartyOf } from '../access/relying-party.ts';
import type { Primitives } from '../core/primitives.ts';
import { isRefusal } from '../core/refusal.ts';
import { provesEntry } from '../log/entry-proof.ts';
import { decodeLeaf, openLeaf, type Leaf, type LeafKind, type Opening } from '../log/leaf.ts';
import { parseNoteKey } from '../log/note.ts';
import type { Inquiry } from './inquiry.ts';
import type { Knowledge, Register } from './knowledge.ts';

export type Online = Knowledge & { readonly register: Register };

/** Whether an act was authorised; `unread` where what would tell is gone, or not published yet. */
export type AuthorisationFinding =
  | { readonly outcome: 'authorised'; readonly by: readonly Authoriser[] }
  | { readonly outcome: 'unauthorised' | 'unread' };

export const AUTHORISED = 'access/authorised';

const WHY: Readonly<Record<Unauthorised, string>> = {
  'no-evidence': 'there is no evidence that counts',
  malformed: 'the evidence cannot be read',
  'other-act': 'something else was authorised',
  checkpoint: 'it was authorised over a later log',
  'unknown-person': 'the log shows no such person before it',
  assertion: 'not an assertion of that passkey over this act',
  enrolment: 'no two approvers of that person lead to the founders',
  role: 'the role is missing, or a second person',
  used: 'a copy of an act that was done before',
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
    inquiry.fail(AUTHORISED, `leaf ${index} does not commit to its evidence`);
    return { outcome: 'unauthorised' };
  }
  const finding = await judgeAct({ index, kind, record, evidence }, judgeDeps(knowledge, primitives));
  if (finding.outcome === 'unauthorised') {
    inquiry.fail(AUTHORISED, `nobody who may authorised leaf ${index}: ${WHY[finding.why]}`);
    return { outcome: 'unauthorised' };
  }
  inquiry.pass(AUTHORISED, `leaf ${index} was authorised by those who may, approved up to the founders`);
  return finding;
}

export function unread(inquiry: Inquiry, index: number): AuthorisationFinding {
  inquiry.unknown(AUTHORISED, `nobody can read any more, or not yet, who authorised leaf ${index}`);
  return { outcome: 'unread' };
}

function judgeDeps(knowledge: Online, primitives: Primitives): JudgeDeps {
  const { trust, register } = knowledge;
  const { founders, origin, formerOrigins } = trust.charter;
  return {
    founders: foundersOf(founders),
    relyingParty: relyingPartyOf([origin, ...formerOrigins]),
    hasChanged: (by, before) => register.hasAccessChanged({ ...by, before }),
    wasUsed: (act) => register.wasUsed(act),
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
export async function shownLeaf(index: number, knowledge: Online, primitives: Primitives): Promise<Leaf | undefined> {
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
