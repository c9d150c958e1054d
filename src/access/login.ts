import { toHex } from '../core/bytes.ts';
import type { Primitives } from '../core/primitives.ts';
import { Refusal } from '../core/refusal.ts';
import { unixSeconds } from '../core/time.ts';
import { verifyAssertion, type Assertion, type AssertionFault, type AssertionFinding } from './assertion.ts';
import type { LoginCode } from './login-code.ts';
import type { PassingRow, PassingStore } from './passing-store.ts';
import { passkeyOf } from './people.ts';
import type { RelyingParty } from './relying-party.ts';
import { drawSecret, secretId } from './secret.ts';
import { beginSession, standingFounder, standingHolder } from './session.ts';
import type { CameFrom, SessionDeps, Standing } from './session.ts';

/** How long a question may be answered (WebAuthn L3 §5.1: five minutes are the least). */
export const CHALLENGE_SECONDS = 300;
const CHALLENGE_BYTES = 32;
/** Asked and not answered yet; anybody may ask. */
const MOST_CHALLENGES = 5_000;
/** A passkey that nobody used for so long is as one that was never seen. */
const COUNT_SECONDS: number = 400 * 86_400;
const MOST_COUNTS = 50_000;

/** What a browser was asked, under the hash of the secret that it got with it. */
export interface LoginChallenge extends PassingRow {
  readonly challenge: Uint8Array;
}

/** How often a passkey said that it was used, under the hash of its key. */
export interface PasskeyCount extends PassingRow {
  readonly signCount: number;
}

export interface LoginDeps extends SessionDeps {
  readonly challenges: PassingStore<LoginChallenge>;
  readonly counts: PassingStore<PasskeyCount>;
  readonly relyingParty: RelyingParty;
  readonly primitives: Pick<Primitives, 'digest' | 'verify'>;
}

/** What the passkey answered. */
export interface LoginAnswer extends Assertion {
  readonly credentialId: Uint8Array;
  /** Whom the passkey says it is of. */
  readonly userHandle?: Uint8Array;
}

export interface Login extends Standing {
  /** For the cookie. */
  readonly secret: string;
  /** The passkey counts its uses, and the count did not grow: somebody may have a copy of it (§7.2 step 22). */
  readonly hasCountFallen: boolean;
}

/** Asks a browser: `secret` is for its cookie, so that nobody answers what another browser was asked. */
export async function askLogin(
  deps: Pick<LoginDeps, 'challenges' | 'clock' | 'random' | 'primitives'>,
): Promise<{ readonly secret: string; readonly challenge: Uint8Array }> {
  const { challenges, clock, random, primitives } = deps;
  const now = clock();
  const [secret, challenge] = [drawSecret(random), random(CHALLENGE_BYTES)];
  await challenges.sweep(now, MOST_CHALLENGES - 1);
  const expiresAt = unixSeconds(now + CHALLENGE_SECONDS);
  await challenges.add({ id: secretId(secret, primitives)!, challenge, expiresAt });
  return { secret, challenge };
}

/**
 * Logs somebody in by what their passkey answered. Nobody says who they are: the passkey does, and whose it is says the log, or of
 * a founder the charter.
 * @throws Refusal `login/challenge-over`, `login/passkey-unknown`, `login/declined`
 */
export async function logIn(
  deps: LoginDeps,
  asked: string | undefined,
  answer: LoginAnswer,
  from: CameFrom,
): Promise<Login> {
  const { challenges, clock, primitives } = deps;
  const id = secretId(asked, primitives);
  // Once for each question, whatever comes of it.
  const question = id === undefined ? undefined : await challenges.take(id);
  if (!question || clock() >= question.expiresAt) {
    throw new Refusal<LoginCode>('login/challenge-over', 'nothing was asked that this answers');
  }
  const { hasCountFallen, ...who } = await whoAnswered(deps, answer, question.challenge);
  return { ...who, secret: await beginSession(deps, who, from), hasCountFallen };
}

/**
 * Whose passkey answered to a challenge that nobody else was asked.
 * @throws Refusal `login/passkey-unknown`, `login/declined`
 */
export async function whoAnswered(
  deps: LoginDeps,
  answer: LoginAnswer,
  challenge: Uint8Array,
): Promise<Standing & Pick<Login, 'hasCountFallen'>> {
  const { who, key, finding } =
    (await ofSomebody(deps, answer, challenge)) ?? (await ofFounder(deps, answer, challenge));
  return { ...who, hasCountFallen: await noteCount(deps, key, finding.signCount) };
}

interface Answered {
  readonly who: Standing;
  readonly key: Uint8Array;
  readonly finding: AssertionFinding & { readonly outcome: 'good' };
}

/** `undefined` where nobody of the log ever had the passkey. */
async function ofSomebody(deps: LoginDeps, answer: LoginAnswer, challenge: Uint8Array): Promise<Answered | undefined> {
  const { credentialId, userHandle } = answer;
  const holder = await deps.people.findByCredential(credentialId);
  if (!holder) return undefined;
  const { key } = passkeyOf(holder, credentialId)!;
  const finding = await verifyAssertion(answer, { challenge, spki: key, ...deps.relyingParty }, deps.primitives);
  if (finding.outcome === 'bad') throw declined(finding.why);
  // §7.2 step 6.
  if (userHandle && toHex(userHandle) !== holder.id) throw unknown();
  const who = await standingHolder(deps, credentialId);
  if (!who) throw unknown();
  return { who, key, finding };
}

/** The charter has keys of founders, and no ids of credentials: the key that the signature is good under is theirs. */
async function ofFounder(deps: LoginDeps, answer: LoginAnswer, challenge: Uint8Array): Promise<Answered> {
  for (const [place, { key, person }] of deps.founders.entries()) {
    const finding = await verifyAssertion(answer, { challenge, spki: key, ...deps.relyingParty }, deps.primitives);
    if (finding.outcome === 'bad') {
      if (finding.why === 'signature-wrong' || finding.why === 'signature-malformed') continue;
      throw declined(finding.why);
    }
    if (answer.userHandle && toHex(answer.userHandle) !== person) break;
    const who = await standingFounder(deps, place);
    if (who) return { who, key, finding };
  }
  throw unknown();
}

function declined(reason: AssertionFault): Refusal<LoginCode> {
  return new Refusal<LoginCode>('login/declined', `an assertion that does not count: ${reason}`, { reason });
}

function unknown(): Refusal<LoginCode> {
  return new Refusal<LoginCode>('login/passkey-unknown', 'a passkey of nobody who works here');
}

/** §7.2 step 22. Synced passkeys do not count: theirs stays at zero. */
async function noteCount(deps: LoginDeps, key: Uint8Array, signCount: number): Promise<boolean> {
  const { counts, clock, primitives } = deps;
  const now = clock();
  const row = { id: toHex(primitives.digest('SHA-256', key)), signCount, expiresAt: unixSeconds(now + COUNT_SECONDS) };
  await counts.sweep(now, MOST_COUNTS);
  const before = await counts.find(row.id);
  if (!before) {
    await counts.add(row);
    return false;
  }
  await counts.replace(row, before.version);
  const last = before.record.signCount;
  return (signCount !== 0 || last !== 0) && signCount <= last;
}
