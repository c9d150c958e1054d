import { equal, toHex } from '../core/bytes.ts';
import { encodeCbor } from '../core/cbor.ts';
import type { Primitives } from '../core/primitives.ts';
import type { Random } from '../core/random.ts';
import { Refusal } from '../core/refusal.ts';
import type { Clock } from '../core/time.ts';
import { findEarlier } from '../log/attempt.ts';
import { LeafKind, NO_ISSUER, type Evidence } from '../log/leaf.ts';
import type { Ledger, Versioned } from '../log/ledger.ts';
import { untilFresh } from '../log/retry.ts';
import { checkPublicVersion } from './check-public-version.ts';
import type { FindDelivery } from './delivery.ts';
import type { Oficio, OficioCode } from './oficio.ts';
import {
  publicVersionRecord,
  stateOfVersion,
  withdrawalRecord,
  type PublicVersion,
  type PublicVersionId,
} from './public-version.ts';
import type {
  PublicVersionRequest,
  PublicVersionStore,
  PublicVersionWrite,
  WithdrawalRequest,
} from './public-version-store.ts';
import type { Reception } from './reception.ts';
import { readReason } from './request.ts';
import type { OficioStore } from './store.ts';

export interface PublicVersionDeps {
  readonly oficios: Pick<OficioStore, 'find'>;
  readonly store: PublicVersionStore;
  readonly ledger: Ledger<PublicVersionWrite>;
  readonly findDelivery: FindDelivery;
  /** Who received the letter: their names are not to be published either. */
  listReceptions(letter: Oficio): Promise<readonly Reception[]>;
  /** The folio of the letter whose code a file shows, if it shows one. */
  folioShownBy(document: Uint8Array): Promise<string | undefined>;
  /** The greatest file that is judged: what is published can be checked by anybody. */
  readonly maxFileBytes: number;
  readonly clock: Clock;
  readonly random: Random;
  readonly primitives: Primitives;
  readonly evidence: Evidence;
}

/** Anybody's mistake beyond it, and every answer about the letter reads them. */
const MOST_VERSIONS = 50;

/**
 * Registers the public version of a signed letter; an earlier one is replaced by it. A retry with the same key finds what the first
 * try registered.
 * @throws Refusal `oficio/not-found`, `oficio/not-signed`, `oficio/ground-malformed`, `oficio/public-version-…`,
 *   `oficio/active-content`, `oficio/changing-content`; `pdf/…`; `log/retry-differs`
 */
export async function registerPublicVersion(
  deps: PublicVersionDeps,
  request: PublicVersionRequest,
): Promise<PublicVersion> {
  const { random, primitives, store } = deps;
  const ground = readReason(request.ground, 'oficio/ground-malformed');
  const sha256 = primitives.digest('SHA-256', request.document);
  const attempt = `public-version/${request.idempotencyKey}`;
  const accepted = request.acceptCovered === true;
  const asked = encodeCbor([1, 'oficio/public-version-request', request.letter, sha256, ground, accepted]);
  const requestDigest = primitives.digest('SHA-256', asked);
  let pages: number | undefined;
  return untilFresh(async () => {
    const letter = await getSigned(deps, request.letter);
    const all = await store.listOf(letter.record);
    const made = await findEarlier(store, attempt, requestDigest);
    const earlier = all.find(({ record }) => record.id === made)?.record;
    if (earlier) return earlier;
    const last = all.at(-1);
    if (last && stateOfVersion(last.record) === 'current' && equal(last.record.sha256, sha256)) {
      refuse('oficio/public-version-same', { found: last.record.id });
    }
    if (all.length >= MOST_VERSIONS) refuse('oficio/public-version-most', { most: MOST_VERSIONS });
    // Last: it costs the most.
    pages ??= await checkFile(deps, letter.record, request);
    const at = deps.clock();
    const said = {
      letter: letter.record.id,
      id: toHex(random(8)) as PublicVersionId,
      ...{ at, sha256, length: request.document.length, pages, ground },
      ...(last && { replaces: last.record.id }),
    };
    const version: PublicVersion = { ...said, unit: letter.record.unit, leaf: -1 };
    const { index } = await deps.ledger.commit({
      leaf: {
        kind: LeafKind.oficioPublicVersion,
        issuer: NO_ISSUER,
        record: publicVersionRecord(said),
        salt: random(32),
        subjectTag: random(32),
        evidence: deps.evidence,
        ref: last?.record.leaf ?? letter.record.signedLeaf!,
      },
      held: [{ put: 'oficio', key: letter.record.id, ifVersion: letter.version }],
      writes: [
        { put: 'public-version', key: said.id, record: version, ifVersion: 0, leafAs: 'leaf' },
        ...(last ? [replaced(last)] : []),
        { put: 'attempt', key: attempt, record: { requestDigest, made: said.id }, ifVersion: 0 },
      ],
      document: request.document,
    });
    return { ...version, leaf: index };
  });
}

/** Takes one out of what is published; what was registered stays to be read, and can be checked by whoever has the file. */
export async function withdrawPublicVersion(
  deps: PublicVersionDeps,
  { letter: of, id, reason: given }: WithdrawalRequest,
): Promise<PublicVersion> {
  const reason = readReason(given);
  return untilFresh(async () => {
    const letter = await getSigned(deps, of);
    const found = (await deps.store.listOf(letter.record)).find(({ record }) => record.id === id);
    if (!found) return refuse('oficio/public-version-not-found', { found: id.slice(0, 40) });
    const state = stateOfVersion(found.record);
    // A retry finds what was said the first time.
    if (state === 'withdrawn') return found.record;
    if (state === 'replaced') refuse('oficio/public-version-over', { found: id });
    const withdrawn = { at: deps.clock(), reason };
    const record: PublicVersion = { ...found.record, withdrawn };
    const { index } = await deps.ledger.commit({
      leaf: {
        kind: LeafKind.oficioPublicVersionWithdrawn,
        issuer: NO_ISSUER,
        record: withdrawalRecord({ letter: letter.record.id, id, ...withdrawn }),
        salt: deps.random(32),
        subjectTag: deps.random(32),
        evidence: deps.evidence,
        ref: found.record.leaf,
      },
      held: [{ put: 'oficio', key: letter.record.id, ifVersion: letter.version }],
      writes: [{ put: 'public-version', key: id, record, ifVersion: found.version, leafAs: 'withdrawnLeaf' }],
    });
    return { ...record, withdrawnLeaf: index };
  });
}

function replaced({ record, version }: Versioned<PublicVersion>): PublicVersionWrite {
  return { put: 'public-version', key: record.id, record, ifVersion: version, leafAs: 'replacedLeaf' };
}

async function getSigned({ oficios }: PublicVersionDeps, id: Oficio['id']): Promise<Versioned<Oficio>> {
  const found = await oficios.find(id);
  if (!found) refuse('oficio/not-found', { found: id });
  if (found.record.signedLeaf === undefined) refuse('oficio/not-signed', { folio: found.record.folio });
  return found;
}

/** How many pages it has. */
async function checkFile(deps: PublicVersionDeps, letter: Oficio, request: PublicVersionRequest): Promise<number> {
  const { document, acceptCovered = false } = request;
  const { name, address } = (await deps.findDelivery(letter)) ?? {};
  const receivers = (await deps.listReceptions(letter)).map(({ kept }) => kept?.name);
  const checked = checkPublicVersion(document, {
    secrets: [
      ...(name === undefined ? [] : [{ field: 'addressee', text: name } as const]),
      ...(address === undefined ? [] : [{ field: 'address', text: address } as const]),
      ...receivers.flatMap((text) => (text === undefined ? [] : [{ field: 'receiver', text } as const])),
    ],
    acceptCovered,
    maxFileBytes: deps.maxFileBytes,
    primitives: deps.primitives,
  });
  const folio = await deps.folioShownBy(document);
  if (folio !== undefined && folio !== letter.folio) {
    refuse('oficio/public-version-other-letter', { folio: letter.folio, found: folio });
  }
  return checked.pages;
}

function refuse(code: OficioCode, facts: Readonly<Record<string, string | number>>): never {
  throw new Refusal<OficioCode>(code, code.slice(code.indexOf('/') + 1).replaceAll('-', ' '), facts);
}
