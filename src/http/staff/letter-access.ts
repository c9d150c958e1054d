import { holdsRole, type Role } from '../../access/role.ts';
import { callerWith } from '../../access/rule.ts';
import type { AccessCode } from '../../access/code.ts';
import type { Approval } from '../../approval/approval.ts';
import { actorNow } from '../../approval/office.ts';
import { Refusal } from '../../core/refusal.ts';
import { dayInMexicoCity } from '../../core/time.ts';
import type { Oficio } from '../../oficio/oficio.ts';
import type { StaffDeps } from './deps.ts';
import { STAFF_PREFIX } from './prefix.ts';
import { LETTERS } from './who-may-ask.ts';

/*
 * Who reads and touches which letter, by the units of their roles. Reading gives nobody a right, so no leaf is about it: it is asked
 * here alone, of whoever is logged in. Whoever owns the machine reads everything.
 */

const ACTORS: readonly Role[] = ['clerk', 'signer'];
const MOST_PAGES = 10;
const PAGE = 100;

const LETTER_PATH = new RegExp(`^${STAFF_PREFIX}/oficios/([0-9a-f]{16})/`);

/** The letters that a request is about, by id. */
export function lettersIn({ pending, request }: Pick<Approval, 'pending' | 'request'>): readonly string[] {
  const waiting = (pending.waiting ?? []).map(({ letter }) => letter);
  const [, named] = LETTER_PATH.exec(request.path) ?? [];
  return named === undefined || waiting.includes(named) ? waiting : [...waiting, named];
}

/** What waits for people still, the newest first: at most 1,000. */
export async function openApprovals({ approvals: office, clock }: StaffDeps): Promise<readonly Approval[]> {
  const found: Approval[] = [];
  for (let page = 0; page < MOST_PAGES; page++) {
    const before = found.at(-1)?.id;
    const more = await office.approvals.list({ state: 'open', limit: PAGE, ...(before && { before }) });
    found.push(...more);
    if (more.length < PAGE) break;
  }
  const now = clock();
  return found.filter(({ expiresAt }) => now < expiresAt);
}

/** What waits until the signers of letters will them. */
export async function signaturesWaiting(deps: StaffDeps): Promise<readonly Approval[]> {
  return (await openApprovals(deps)).filter((one) => one.pending.statement.action === 'oficio/signed');
}

/** The same of one letter, where it waits for that. */
export async function signatureWaitingFor(deps: StaffDeps, letter: string): Promise<Approval | undefined> {
  return (await signaturesWaiting(deps)).find((one) => lettersIn(one).includes(letter));
}

/** Whether whoever asks may read a letter: of a unit of theirs, or one that they sign, signed besides, or are asked to. */
export async function letterReader(deps: StaffDeps): Promise<(letter: Oficio) => Promise<boolean>> {
  const caller = deps.acting.current()?.caller;
  if (!caller) return async () => true;
  const { official, grants } = await actorNow(deps.approvals, caller.by);
  const day = dayInMexicoCity(deps.clock());
  let waiting: ReadonlySet<string> | undefined;
  const waitsForThem = async (id: string): Promise<boolean> => {
    waiting ??= new Set((await openApprovals(deps)).filter((one) => isInNameOf(one, official)).flatMap(lettersIn));
    return waiting.has(id);
  };
  return async (letter) => {
    if (LETTERS.some((role) => holdsRole(grants, role, day, letter.unit))) return true;
    if (official === undefined) return false;
    if (letter.signer.officialId === official || (await waitsForThem(letter.id))) return true;
    if (letter.countersignedLeaf === undefined) return false;
    return (await deps.countersignaturesOf(letter)).some(({ signer }) => signer.officialId === official);
  };
}

function isInNameOf({ pending }: Approval, official: string | undefined): boolean {
  return official !== undefined && pending.asked.some(({ scope }) => scope?.official === official);
}

/** @throws Refusal `access/role-missing` for somebody of another unit, whom it does not concern */
export async function checkMayReadLetter(deps: StaffDeps, letter: Oficio): Promise<void> {
  if (await (await letterReader(deps))(letter)) return;
  const roles = LETTERS.join(', ');
  throw new Refusal<AccessCode>('access/role-missing', 'a letter of another unit', { roles });
}

/**
 * Asked before anything waits for people that they could not agree to themselves: of a letter of another unit nobody asks anything,
 * but to put their own name (`own`) to it.
 * @throws Refusal `access/role-missing`
 */
export async function checkMayTouch(deps: StaffDeps, letter: Pick<Oficio, 'unit'>, own?: string): Promise<void> {
  const caller = deps.acting.current()?.caller;
  if (!caller) return;
  if (own !== undefined && (await actorNow(deps.approvals, caller.by)).official === own) return;
  callerWith(ACTORS, caller, deps.clock(), letter.unit);
}
