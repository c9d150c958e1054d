import { equal } from '../core/bytes.ts';
import type { Primitives } from '../core/primitives.ts';
import type { UnixSeconds } from '../core/time.ts';
import { type Check, failed, passed, unknown } from '../core/verdict.ts';
import { type Certificate, isSelfIssued, verifyCertificateSignature } from './certificate.ts';
import { sameName } from './name.ts';
import { checkPath, type Path, type Purpose } from './path-rules.ts';
import { isDevelopment } from './policy.ts';

export type { Path, Purpose } from './path-rules.ts';

/** What is known about one certificate's revocation at a time. `detail` is for auditors. */
export type RevocationAnswer =
  | { readonly status: 'good'; readonly asOf: UnixSeconds; readonly detail: string }
  | {
      readonly status: 'revoked' | 'suspended';
      readonly since: UnixSeconds;
      /** RFC 5280 §5.3.1; absent is unspecified. */
      readonly reason?: number;
      readonly asOf: UnixSeconds;
      readonly detail: string;
    }
  | { readonly status: 'unknown'; readonly detail: string };

/** Answers for `certificate`, whose issuer is `path[index + 1]`. Must not throw on hostile input. */
export type RevocationSource = (
  certificate: Certificate,
  issuer: Certificate,
  at: UnixSeconds,
) => RevocationAnswer | Promise<RevocationAnswer>;

export interface ChainRequest extends Purpose {
  readonly certificate: Certificate;
  /** May be hostile: in any order, cyclic, repeated. */
  readonly intermediates: readonly Certificate[];
  /** Trusted as they stand: their own signatures are not looked at, all other rules hold for them as well. */
  readonly anchors: readonly Certificate[];
  readonly at: UnixSeconds;
  /** Authorities between leaf and anchor that are not self-issued. Default 3: we use one. */
  readonly maxDepth?: number;
  /** Asked for every certificate but the anchor. Without it nothing is said about revocation. */
  readonly revocation?: RevocationSource;
}

export interface ChainResult {
  /** `fail` when a check fails, else `unknown` when one does not know, else `pass`. */
  readonly outcome: 'pass' | 'fail' | 'unknown';
  readonly checks: readonly Check[];
  /** The path that the checks are about, leaf first, anchor last; absent when none reaches an anchor. */
  readonly path?: Path;
  /** The anchor is a development root: the result proves nothing outside a test. */
  readonly development: boolean;
  /** What the source said about the certificates of the path, in its order; absent when it was not asked. */
  readonly revocation?: readonly RevocationAnswer[];
}

const MAX_POOL = 200;
const MAX_SELF_ISSUED = 4;
/** Signatures tried, and paths to an anchor tried: cyclic and repeated certificates make exponentially many. */
const MAX_SIGNATURES = 200;
const MAX_STEPS = 1000;
const MAX_PATHS = 32;

class Search {
  readonly #request: ChainRequest;
  readonly #primitives: Pick<Primitives, 'verify'>;
  readonly #edges = new Map<Certificate, Map<Certificate, boolean>>();
  #signaturesLeft = MAX_SIGNATURES;
  #stepsLeft = MAX_STEPS;
  /** A candidate issuer with the right name did not sign. */
  nameWithoutSignature = false;
  /** What a certificate is signed with that nobody here verifies: SHA-1, or something unknown. */
  refusedAlgorithm: string | undefined;
  exhausted = false;

  constructor(request: ChainRequest, primitives: Pick<Primitives, 'verify'>) {
    this.#request = request;
    this.#primitives = primitives;
  }

  async #signed(issuer: Certificate, subject: Certificate): Promise<boolean> {
    const known = this.#edges.get(issuer)?.get(subject);
    if (known !== undefined) return known;
    if (!subject.signatureAlgorithm.algorithm) {
      this.refusedAlgorithm = subject.signatureAlgorithm.oid;
      return false;
    }
    if (this.#signaturesLeft-- <= 0) {
      this.exhausted = true;
      return false;
    }
    const good = await verifyCertificateSignature(subject, issuer.key, this.#primitives);
    const edges = this.#edges.get(issuer) ?? new Map<Certificate, boolean>();
    this.#edges.set(issuer, edges.set(subject, good));
    if (!good) this.nameWithoutSignature = true;
    return good;
  }

  /** The certificates that may have issued `subject`, those whose key identifier agrees first. */
  #issuersOf(subject: Certificate, pool: readonly Certificate[]): Certificate[] {
    const wanted = subject.extensions.authorityKeyIdentifier?.keyIdentifier;
    const named = pool.filter((candidate) => sameName(candidate.subject, subject.issuer));
    const agrees = ({ extensions: { subjectKeyIdentifier: held } }: Certificate): boolean =>
      wanted !== undefined && held !== undefined && equal(wanted, held);
    return [...named.filter(agrees), ...named.filter((candidate) => !agrees(candidate))];
  }

  /** Every path from the leaf to an anchor, each found once and none with the same name and key twice. */
  async *paths(path: Path): AsyncGenerator<Path> {
    const last = path.at(-1)!;
    for (const anchor of this.#issuersOf(last, this.#request.anchors)) {
      if (await this.#signed(anchor, last)) yield [...path, anchor];
    }
    const depth = path.slice(1).filter((certificate) => !isSelfIssued(certificate)).length;
    const maxDepth = this.#request.maxDepth ?? 3;
    for (const next of this.#issuersOf(last, this.#request.intermediates)) {
      if (this.#stepsLeft-- <= 0) {
        this.exhausted = true;
        return;
      }
      const selfIssued = isSelfIssued(next);
      if (!selfIssued && depth >= maxDepth) continue;
      if (path.length - 1 - depth >= MAX_SELF_ISSUED && selfIssued) continue;
      if (path.some((used) => sameEntity(used, next))) continue;
      if (await this.#signed(next, last)) yield* this.paths([...path, next]);
    }
  }
}

/** The same authority, whatever certificate says so: a second visit cannot make a path any better. */
function sameEntity(a: Certificate, b: Certificate): boolean {
  return equal(a.key.spki, b.key.spki) && sameName(a.subject, b.subject);
}

async function checkRevocation(
  path: Path,
  at: UnixSeconds,
  source: RevocationSource,
): Promise<{ checks: Check[]; answers: RevocationAnswer[] }> {
  const checks: Check[] = [];
  const answers: RevocationAnswer[] = [];
  for (let i = 0; i < path.length - 1; i++) {
    const answer = await source(path[i]!, path[i + 1]!, at);
    const detail = `certificate ${i}: ${answer.detail}`;
    const make = answer.status === 'good' ? passed : answer.status === 'unknown' ? unknown : failed;
    checks.push(make('authority/revocation', detail));
    answers.push(answer);
  }
  return { checks, answers };
}

function outcomeOf(checks: readonly Check[]): ChainResult['outcome'] {
  if (checks.some(({ outcome }) => outcome === 'fail')) return 'fail';
  return checks.some(({ outcome }) => outcome === 'unknown') ? 'unknown' : 'pass';
}

async function judge(path: Path, request: ChainRequest): Promise<ChainResult> {
  const found = passed('authority/path', `${path.length} certificates, every signature and name agrees`);
  const algorithms = passed('authority/algorithms', 'every signature algorithm is acceptable');
  const rules = [found, algorithms, ...checkPath(path, request.at, request)];
  // Others' servers and lists are asked only about a path that holds otherwise.
  const revocation =
    request.revocation && outcomeOf(rules) === 'pass'
      ? await checkRevocation(path, request.at, request.revocation)
      : undefined;
  const checks = [...rules, ...(revocation?.checks ?? [])];
  const development = isDevelopment(path.at(-1)!);
  const answers = revocation && { revocation: revocation.answers };
  return { outcome: outcomeOf(checks), checks, path, development, ...answers };
}

const RANK: Readonly<Record<ChainResult['outcome'], number>> = { pass: 0, unknown: 1, fail: 2 };

function isBetter(a: ChainResult, b: ChainResult | undefined): boolean {
  if (!b || RANK[a.outcome] !== RANK[b.outcome]) return !b || RANK[a.outcome] < RANK[b.outcome];
  const faults = (result: ChainResult): number => result.checks.filter(({ outcome }) => outcome === 'fail').length;
  return faults(a) < faults(b);
}

/**
 * Whether a path from `certificate` to an anchor holds at `at` (RFC 5280 §6). Looks for every path within bounds, so that
 * an expired or forged candidate does not hide a good one; the result is of the first that passes, else of the one with
 * the fewest faults. Never throws on hostile input; at most 200 signatures are verified.
 */
export async function validateChain(
  request: ChainRequest,
  primitives: Pick<Primitives, 'verify'>,
): Promise<ChainResult> {
  if (request.intermediates.length > MAX_POOL) {
    const check = failed('authority/path', `${request.intermediates.length} certificates offered, at most ${MAX_POOL}`);
    return { outcome: 'fail', checks: [check], development: false };
  }
  const search = new Search(request, primitives);
  let best: ChainResult | undefined;
  let pathsLeft = MAX_PATHS;
  for await (const path of search.paths([request.certificate])) {
    const result = await judge(path, request);
    if (isBetter(result, best)) best = result;
    if (best?.outcome === 'pass' || --pathsLeft <= 0) break;
  }
  if (best) return best;
  return { outcome: 'fail', checks: [whyNone(search)], development: false };
}

function whyNone({ exhausted, refusedAlgorithm, nameWithoutSignature }: Search): Check {
  if (exhausted) return failed('authority/path', 'gave up: too many candidate issuers');
  if (refusedAlgorithm) {
    return failed('authority/algorithms', `signed with an algorithm that is not accepted (${refusedAlgorithm})`);
  }
  const why = nameWithoutSignature ? 'an issuer of the right name did not sign' : 'no path to a trusted root';
  return failed('authority/path', why);
}
