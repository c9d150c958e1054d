import { Refusal } from '../core/refusal.ts';
import type { UnixSeconds } from '../core/time.ts';
import type { State } from '../core/verdict.ts';
import type { LogCode } from '../log/code.ts';
import type { Folio } from '../oficio/folio.ts';
import type { FindStanding } from '../oficio/refuse-ended.ts';
import type { RegisteredLetter, Register } from './knowledge.ts';
import type { Replacement } from './subject.ts';

/** A letter is seldom replaced twice; who follows further than this is led in a circle. */
const MAX_REPLACEMENTS = 8;

/** Why the signature of a letter does not count: void by its signer's key, not allowed when it was made, or nobody can read with what. */
function stateOfSigner({
  state,
  signed,
  signerVoidFrom: from,
  signerWrong,
  signedUnread,
}: RegisteredLetter): State | undefined {
  if (state !== 'signed' || !signed) return undefined;
  if (signerWrong === 'mandate' || signerWrong === 'suspended') return 'not-authorised';
  if (from !== undefined && signed.leaf >= from) return 'revoked';
  if (signerWrong !== undefined) return 'not-authorised';
  return signedUnread === undefined ? undefined : 'stale-status';
}

const STATE_OF_LETTER: Readonly<Record<RegisteredLetter['state'], State>> = {
  sealed: 'not-yet-signed',
  signed: 'current',
  cancelled: 'cancelled',
  replaced: 'replaced',
};

/** Whether its term ran out: what ended otherwise is told as that. */
export function isOver({ state, expires }: RegisteredLetter, at: UnixSeconds): boolean {
  return state === 'signed' && expires !== undefined && expires <= at;
}

/** How a letter stands by the register alone. */
export function stateByRegister(letter: RegisteredLetter, at: UnixSeconds): State {
  return stateOfSigner(letter) ?? (isOver(letter, at) ? 'expired' : STATE_OF_LETTER[letter.state]);
}

/** The same of a letter that the register finds by its id. @throws Refusal `log/opening-missing` where nobody can tell any more */
export function standingBy(register: Pick<Register, 'letter' | 'unreadLetter'>): FindStanding {
  return async (id, at) => {
    const letter = await register.letter(id);
    const state = letter && stateByRegister(letter, at);
    const index = letter ? letter.signed?.leaf : await register.unreadLetter(id);
    if (index !== undefined && (!letter || state === 'stale-status')) {
      const message = `nobody can read any more what leaf ${index} says of it`;
      throw new Refusal<LogCode>('log/opening-missing', message, { index });
    }
    return letter && state && { folio: letter.folio as Folio, state };
  };
}

/**
 * What stands in the place of a letter that was replaced: the end of the chain of replacements, with its own state, so that
 * nobody is sent to ask for a letter that is not in force either. `undefined` where the register does not name a replacement.
 */
export async function findReplacement(
  register: Pick<Register, 'letterByFolio'>,
  { state, folio, replacedBy }: RegisteredLetter,
  at: UnixSeconds,
): Promise<Replacement | undefined> {
  if (state !== 'replaced') return undefined;
  const followed = new Set<string>([folio]);
  let last: Replacement | undefined;
  let next = replacedBy;
  while (next !== undefined && !followed.has(next) && followed.size <= MAX_REPLACEMENTS) {
    followed.add(next);
    const letter = await register.letterByFolio(next);
    if (!letter) break;
    last = { folio: letter.folio, state: stateByRegister(letter, at) };
    next = letter.state === 'replaced' ? letter.replacedBy : undefined;
  }
  return last;
}
