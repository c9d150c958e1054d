import { toHex } from '../core/bytes.ts';
import type { Primitives } from '../core/primitives.ts';
import { formatTime } from '../core/time.ts';
import { LeafKind } from '../log/leaf.ts';
import { publicVersionRecord } from '../oficio/public-version.ts';
import { openSeal } from '../seal/open.ts';
import type { Inquiry } from './inquiry.ts';
import { judgeAuthorisation, type Online } from './judge-authorisation.ts';
import { judgeSeal } from './judge-seal.ts';
import { findLeaf } from './letter-leaf.ts';
import { isStanding } from './other-signatures.ts';
import type { Answer, LetterSubject } from './subject.ts';
import { letterSubject } from './verify-seal.ts';

/**
 * The verdict on a file without a signature that is registered as the public version of a letter; `undefined` for any other. Such a file is a
 * copy at best: the letter is what was signed, and says more. What was blacked out is not told beside it either.
 */
export async function verifyPublicVersion(
  inquiry: Inquiry,
  bytes: Uint8Array,
  knowledge: Online,
  primitives: Primitives,
): Promise<Answer | undefined> {
  const { register, places } = knowledge;
  const sha256 = primitives.digest('SHA-256', bytes);
  const found = await register.publicVersion(sha256);
  const sealText = found?.letter.sealText;
  if (!found || sealText === undefined) return undefined;
  const { version, leaf: index, salt, state: versionState } = found;
  // Of the file itself, not of what the register says of it.
  const record = publicVersionRecord({ ...version, letter: version.letter, sha256, length: bytes.length });
  const leaf = await findLeaf(
    inquiry,
    knowledge,
    index,
    {
      ...{ kind: LeafKind.oficioPublicVersion, record, salt, check: 'log/public-version-leaf' },
      good: 'the leaf commits to this file as the public version of the letter',
      bad: 'the leaf is not of this file',
    },
    primitives,
  );
  const seal = openSeal(sealText, places);
  // The letter whose seal the register shows has to be the one that the leaf names.
  if (!('claims' in seal) || toHex(seal.claims.id) !== version.letter) {
    return inquiry.answer('not-registered', { kind: 'unknown' }, []);
  }
  if (leaf === 'not-shown') return inquiry.answer('not-registered', { kind: 'unknown' }, []);
  if (leaf === 'not-published') return inquiry.answer('stale-status', { kind: 'unknown' }, []);
  const act = { index, kind: LeafKind.oficioPublicVersion, record, salt };
  const willed = await judgeAuthorisation(inquiry, knowledge, act, primitives);
  if (willed && willed.outcome !== 'authorised') {
    return inquiry.answer(willed.outcome === 'unread' ? 'stale-status' : 'not-authorised', { kind: 'unknown' }, []);
  }
  const sealed = await judgeSeal(inquiry, seal, knowledge, primitives);
  const subject: LetterSubject = {
    ...publicPart(letterSubject(seal, sealed)),
    publicVersion: { state: versionState, ground: version.ground, registeredAt: formatTime(version.at) },
  };
  return inquiry.answer(isStanding(sealed) ? 'copy' : sealed.state, subject, []);
}

/** Without what may be blacked out in the file. */
function publicPart({
  subject: _subject,
  addressee: _addressee,
  visit: _visit,
  receivedOn: _received,
  availablePublicVersion: _own,
  ...rest
}: LetterSubject): LetterSubject {
  return rest;
}
