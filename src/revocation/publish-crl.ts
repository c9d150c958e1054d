import { certificateOf, type Authority, type AuthorityId } from '../authority/authority.ts';
import type { Certificate } from '../authority/certificate.ts';
import { issuerAlgorithm } from '../authority/prepare.ts';
import type { AuthorityStore } from '../authority/store.ts';
import { equal, fromHex } from '../core/bytes.ts';
import type { Primitives } from '../core/primitives.ts';
import type { Random } from '../core/random.ts';
import { isRefusal } from '../core/refusal.ts';
import type { Signer } from '../core/signer.ts';
import { unixSeconds, type Clock, type UnixSeconds } from '../core/time.ts';
import { LeafKind, type Evidence, type KeyId8, type LeafDraft } from '../log/leaf.ts';
import type { Ledger, Versioned } from '../log/ledger.ts';
import { untilFresh } from '../log/retry.ts';
import { holdsOfRow } from '../log/vouch.ts';
import { crlLifeSeconds } from './lists.ts';
import { completeCrl, isSignedBy, prepareCrl } from './crl-complete.ts';
import { readCrl, type Crl, type RevokedEntry } from './crl.ts';
import {
  crlIntentRecord,
  crlNumberAt,
  crlPublishedRecord,
  findRecordedCrl,
  type RecordedCrlDeps,
} from './recorded-crl.ts';
import type { CrlRow, RevocationStore, RevocationWrite } from './store.ts';

/** What lists are recorded with, by whichever key they are signed. */
export interface RecordCrlDeps {
  readonly store: RevocationStore;
  readonly authorities: Pick<AuthorityStore, 'findAuthority'>;
  readonly ledger: Ledger<RevocationWrite>;
  readonly log: RecordedCrlDeps['log'];
  readonly clock: Clock;
  readonly random: Random;
  readonly primitives: Primitives;
  readonly evidence: Evidence;
}

export interface PublishCrlDeps extends RecordCrlDeps {
  authoritySigner(id: AuthorityId): Promise<Signer>;
}

type Entries = readonly RevokedEntry[];

/** The authority whose list it is, and its certificate. */
export interface Issuing {
  readonly authority: Authority;
  readonly issuer: Certificate;
}

export async function issuingOf(
  { authorities }: Pick<RecordCrlDeps, 'authorities'>,
  id: AuthorityId,
): Promise<Issuing> {
  const authority = await authorities.findAuthority(id);
  if (!authority) throw new Error(`an installation without the authority ${id}`);
  return { authority: authority.record, issuer: certificateOf(authority.record) };
}

/** Half of its life: then the next list is made. */
function isFresh(thisUpdate: UnixSeconds, nextUpdate: UnixSeconds, at: UnixSeconds): boolean {
  return at >= thisUpdate && at < thisUpdate + (nextUpdate - thisUpdate) / 2;
}

/** Whether this list says what is revoked now: by itself, whatever its row says. */
export function saysWhatIsSo({ entries: listed }: Pick<Crl, 'entries'>, entries: Entries, at: UnixSeconds): boolean {
  if (listed.size !== entries.length) return false;
  return entries.every(({ serial, since, reason, invalidityDate }) => {
    const found = listed.get(serial);
    if (!found) return false;
    // `at` where a clock ran ahead: the time of the first list that had it stays.
    const isSince = found.since === since || since >= at;
    return isSince && found.reason === reason && found.invalidityDate === invalidityDate;
  });
}

/** What was revoked under a clock that ran ahead is revoked now: no list may speak of later. */
function bySince(entries: Entries, at: UnixSeconds): Entries {
  return entries.map((entry) => (entry.since > at ? { ...entry, since: at } : entry));
}

/**
 * The complete list of an authority as it is to be served now, made anew when something changed or half of its life is
 * over: prepared and linted, recorded, signed, checked, recorded again. One that an earlier process left prepared is
 * finished where it is still what would be made now; any other is left behind, and no number is ever signed twice.
 * @throws Refusal `revocation/lint`, `revocation/wrong-signature`
 */
export async function publishCrl(deps: PublishCrlDeps, id: AuthorityId): Promise<Uint8Array> {
  const issuing = await issuingOf(deps, id);
  return untilFresh(async () => {
    const { newest, version } = await findRecordedCrl(deps, issuing.authority);
    const at = deps.clock();
    const entries = await deps.store.revokedCertificates(id);
    const served = newest?.state === 'published' ? await ownCrl(deps, issuing, newest.crl) : undefined;
    const isCurrent = served && saysWhatIsSo(served, entries, at) && isFresh(served.thisUpdate, served.nextUpdate, at);
    if (isCurrent) return served.encoded;
    const isPending = newest?.state === 'prepared' && (await isToBeSigned(deps, issuing, newest, entries, at));
    const prepared = isPending ? { record: newest, version } : await recordCrl(deps, issuing, version, entries, at);
    // Signs what was linted just now, and recorded.
    const signer = await deps.authoritySigner(id);
    return publishSigned(deps, issuing, prepared, await signer.sign(prepared.record.tbs));
  });
}

/** A list that the authority signed; a leaf commits to whatever somebody appended it for. */
export async function ownCrl(
  { primitives }: Pick<RecordCrlDeps, 'primitives'>,
  { issuer }: Issuing,
  encoded: Uint8Array | undefined,
): Promise<Crl | undefined> {
  try {
    const crl = encoded && readCrl(encoded);
    return crl && (await isSignedBy(crl, issuer, primitives)) ? crl : undefined;
  } catch (error) {
    if (isRefusal(error)) return undefined;
    throw error;
  }
}

function nextUpdateOf({ authority, issuer }: Issuing, thisUpdate: UnixSeconds): UnixSeconds {
  return unixSeconds(thisUpdate + crlLifeSeconds(authority.id, issuer));
}

/** The exact bytes that the authority may sign: of these entries, linted now. @throws Refusal `revocation/lint` */
function bodyOf(
  { authority, issuer }: Issuing,
  { number, thisUpdate }: Pick<CrlRow, 'number' | 'thisUpdate'>,
  entries: Entries,
  at: UnixSeconds,
): Uint8Array {
  const life = crlLifeSeconds(authority.id, issuer);
  const keyIdentifier = issuer.extensions.subjectKeyIdentifier;
  if (!keyIdentifier) throw new Error('an authority of ours always has a key identifier');
  return prepareCrl(
    {
      issuer: issuer.subject.encoded,
      authorityKeyIdentifier: keyIdentifier,
      signatureAlgorithm: issuerAlgorithm(issuer.key),
      thisUpdate,
      nextUpdate: unixSeconds(thisUpdate + life),
      number,
      entries,
      // Letters are judged for ever: what ended stays listed.
      expiredSince: issuer.notBefore,
    },
    { issuer, at, previousNumber: number - 1, maxLifeSeconds: life },
  );
}

/** Somebody may have recorded any body: the key signs one that was left prepared only where it would be made like that now. */
export async function isToBeSigned(
  { log }: Pick<RecordCrlDeps, 'log'>,
  issuing: Issuing,
  { thisUpdate, tbs, intentLeaf }: CrlRow,
  entries: Entries,
  at: UnixSeconds,
): Promise<boolean> {
  const number = await crlNumberAt(log, intentLeaf);
  const own = (): Uint8Array => bodyOf(issuing, { number, thisUpdate }, bySince(entries, thisUpdate), at);
  const nextUpdate = nextUpdateOf(issuing, thisUpdate);
  return holdsOfRow(() => equal(own(), tbs) && isFresh(thisUpdate, nextUpdate, at));
}

function leafOf(
  deps: Pick<RecordCrlDeps, 'random' | 'evidence'>,
  authority: Authority,
  kind: LeafKind,
  record: Uint8Array,
  ref?: number,
): LeafDraft {
  return {
    kind,
    issuer: fromHex(authority.keyId)! as KeyId8,
    record,
    salt: deps.random(32),
    subjectTag: deps.random(32),
    evidence: deps.evidence,
    ...(ref === undefined ? {} : { ref }),
  };
}

/**
 * Records the next list, linted: what its key may sign from here on.
 * @param kept the list that is served until then, where its key is not at hand
 * @throws Refusal `revocation/lint`
 */
export async function recordCrl(
  deps: RecordCrlDeps,
  issuing: Issuing,
  version: number,
  entries: Entries,
  at: UnixSeconds,
  kept?: Uint8Array,
): Promise<Versioned<CrlRow>> {
  const { authority } = issuing;
  const number = await crlNumberAt(deps.log);
  const row: CrlRow = {
    authority: authority.id,
    number,
    state: 'prepared',
    thisUpdate: at,
    nextUpdate: nextUpdateOf(issuing, at),
    tbs: bodyOf(issuing, { number, thisUpdate: at }, bySince(entries, at), at),
    ...(kept && { crl: kept }),
    intentLeaf: -1,
  };
  const leaf = leafOf(deps, authority, LeafKind.crlIntent, crlIntentRecord(row));
  const { index } = await deps.ledger.commit({
    leaf,
    writes: [{ put: 'crl', key: authority.id, record: row, ifVersion: version, leafAs: 'intentLeaf' }],
  });
  return { record: { ...row, intentLeaf: index }, version: version + 1 };
}

/** The list that was recorded, once the signature over it is seen to be its issuer's. @throws Refusal `revocation/wrong-signature` */
export async function publishSigned(
  deps: RecordCrlDeps,
  { authority, issuer }: Issuing,
  { record: row, version }: Versioned<CrlRow>,
  signature: Uint8Array,
): Promise<Uint8Array> {
  const crl = await completeCrl(row.tbs, signature, issuerAlgorithm(issuer.key), issuer, deps.primitives);
  const published: CrlRow = { ...row, state: 'published', crl: crl.encoded };
  const text = crlPublishedRecord(published, deps.primitives);
  await deps.ledger.commit({
    leaf: leafOf(deps, authority, LeafKind.crlPublished, text, row.intentLeaf),
    writes: [{ put: 'crl', key: authority.id, record: published, ifVersion: version, leafAs: 'publishedLeaf' }],
  });
  return crl.encoded;
}
