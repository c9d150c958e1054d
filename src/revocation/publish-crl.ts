import { certificateOf, type Authority, type AuthorityId } from '../authority/authority.ts';
import type { Certificate } from '../authority/certificate.ts';
import { issuerAlgorithm } from '../authority/prepare.ts';
import type { AuthorityStore } from '../authority/store.ts';
import { fromHex } from '../core/bytes.ts';
import { encodeCbor } from '../core/cbor.ts';
import type { Primitives } from '../core/primitives.ts';
import type { Random } from '../core/random.ts';
import type { Signer } from '../core/signer.ts';
import { unixSeconds, type Clock, type UnixSeconds } from '../core/time.ts';
import { LeafKind, type Evidence, type KeyId8, type LeafDraft } from '../log/leaf.ts';
import type { Ledger, Versioned } from '../log/ledger.ts';
import { untilFresh } from '../log/retry.ts';
import { completeCrl, prepareCrl } from './crl-complete.ts';
import { readCrl, type RevokedEntry } from './crl.ts';
import { crlIntentRecord, crlPublishedRecord, findRecordedCrl, type RecordedCrlDeps } from './recorded-crl.ts';
import type { CrlRow, RevocationStore, RevocationWrite } from './store.ts';

export interface PublishCrlDeps {
  readonly store: RevocationStore;
  readonly authorities: Pick<AuthorityStore, 'findAuthority'>;
  readonly ledger: Ledger<RevocationWrite>;
  readonly log: RecordedCrlDeps['log'];
  authoritySigner(id: AuthorityId): Promise<Signer>;
  readonly clock: Clock;
  readonly random: Random;
  readonly primitives: Primitives;
  readonly evidence: Evidence;
}

/** The root's list says who may issue at all and changes by ceremony; the others change with people. */
const LIFE_SECONDS: Readonly<Record<AuthorityId, number>> = {
  raiz: 9 * 86_400,
  credenciales: 86_400,
  oficios: 86_400,
};

function digestOf(entries: readonly RevokedEntry[], primitives: Primitives): Uint8Array {
  const rows = entries.map(({ serial, since, reason, invalidityDate }) => [
    fromHex(serial)!,
    since,
    reason ?? null,
    invalidityDate ?? null,
  ]);
  return primitives.digest('SHA-256', encodeCbor(rows));
}

/** Whether this list says what is so, and will go on doing so for half of its life: by itself, whatever its row says. */
function isCurrent(encoded: Uint8Array, entries: readonly RevokedEntry[], at: UnixSeconds): boolean {
  const { entries: listed, thisUpdate, nextUpdate } = readCrl(encoded);
  const halfLife = (nextUpdate - thisUpdate) / 2;
  if (listed.size !== entries.length || at < thisUpdate || at >= thisUpdate + halfLife) return false;
  return entries.every(({ serial, since, reason, invalidityDate }) => {
    const found = listed.get(serial);
    if (!found) return false;
    // `at` where a clock ran ahead: the time of the first list that had it stays.
    const isSince = found.since === since || since === at;
    return isSince && found.reason === reason && found.invalidityDate === invalidityDate;
  });
}

/** What was revoked under a clock that ran ahead is revoked now: no list may speak of later. */
function bySince(entry: RevokedEntry, at: UnixSeconds): RevokedEntry {
  return entry.since > at ? { ...entry, since: at } : entry;
}

/**
 * The complete list of an authority as it is to be served now, made anew when something changed or half of its life is
 * over: prepared and linted, recorded, signed, checked, recorded again. One that an earlier process left prepared is
 * finished first, so that no number is ever signed twice with other contents.
 * @throws Refusal `revocation/lint`, `revocation/wrong-signature`; `log/corrupt` where the row is not what was recorded
 */
export async function publishCrl(deps: PublishCrlDeps, id: AuthorityId): Promise<Uint8Array> {
  const authority = await deps.authorities.findAuthority(id);
  if (!authority) throw new Error(`an installation without the authority ${id}`);
  const issuer = certificateOf(authority.record);
  return untilFresh(async () => {
    let row = await findRecordedCrl(deps, authority.record);
    if (row?.record.state === 'prepared') row = await finish(deps, authority.record, issuer, row);
    const at = deps.clock();
    const entries = (await deps.store.revokedCertificates(id)).map((entry) => bySince(entry, at));
    const entriesDigest = digestOf(entries, deps.primitives);
    if (row?.record.crl && isCurrent(row.record.crl, entries, at)) return row.record.crl;
    const prepared = await record(deps, authority.record, issuer, row, entries, entriesDigest, at);
    const published = await finish(deps, authority.record, issuer, prepared);
    return published.record.crl!;
  });
}

function leafOf(
  deps: PublishCrlDeps,
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

async function record(
  deps: PublishCrlDeps,
  authority: Authority,
  issuer: Certificate,
  previous: Versioned<CrlRow> | undefined,
  entries: readonly RevokedEntry[],
  entriesDigest: Uint8Array,
  at: UnixSeconds,
): Promise<Versioned<CrlRow>> {
  const number = (previous?.record.number ?? 0) + 1;
  const nextUpdate = unixSeconds(at + LIFE_SECONDS[authority.id]);
  const keyIdentifier = issuer.extensions.subjectKeyIdentifier;
  if (!keyIdentifier) throw new Error('an authority of ours always has a key identifier');
  const tbs = prepareCrl(
    {
      issuer: issuer.subject.encoded,
      authorityKeyIdentifier: keyIdentifier,
      signatureAlgorithm: issuerAlgorithm(issuer.key),
      thisUpdate: at,
      nextUpdate,
      number,
      entries,
      // Letters are judged for ever: what ended stays listed.
      expiredSince: issuer.notBefore,
    },
    { issuer, at, ...(previous && { previousNumber: previous.record.number }) },
  );
  const row: CrlRow = {
    authority: authority.id,
    number,
    state: 'prepared',
    thisUpdate: at,
    nextUpdate,
    tbs,
    ...(previous?.record.crl && { crl: previous.record.crl }),
    entriesDigest,
    intentLeaf: -1,
  };
  const leaf = leafOf(deps, authority, LeafKind.crlIntent, crlIntentRecord(row));
  const version = previous?.version ?? 0;
  const { index } = await deps.ledger.commit({
    leaf,
    writes: [{ put: 'crl', key: authority.id, record: row, ifVersion: version, leafAs: 'intentLeaf' }],
  });
  return { record: { ...row, intentLeaf: index }, version: version + 1 };
}

async function finish(
  deps: PublishCrlDeps,
  authority: Authority,
  issuer: Certificate,
  { record: row, version }: Versioned<CrlRow>,
): Promise<Versioned<CrlRow>> {
  const algorithm = issuerAlgorithm(issuer.key);
  const signer = await deps.authoritySigner(authority.id);
  const crl = await completeCrl(row.tbs, await signer.sign(row.tbs), algorithm, issuer, deps.primitives);
  const published: CrlRow = { ...row, state: 'published', crl: crl.encoded };
  const text = crlPublishedRecord(published, deps.primitives);
  const { index } = await deps.ledger.commit({
    leaf: leafOf(deps, authority, LeafKind.crlPublished, text, row.intentLeaf),
    writes: [{ put: 'crl', key: authority.id, record: published, ifVersion: version, leafAs: 'publishedLeaf' }],
  });
  return { record: { ...published, publishedLeaf: index }, version: version + 1 };
}
