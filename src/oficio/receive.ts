import { encodeCbor } from '../core/cbor.ts';
import { toHex } from '../core/bytes.ts';
import type { Primitives } from '../core/primitives.ts';
import type { Random } from '../core/random.ts';
import { Refusal } from '../core/refusal.ts';
import { formatTime, type Clock, type UnixSeconds } from '../core/time.ts';
import type { DirectoryCode } from '../directory/code.ts';
import { readEntered } from '../directory/text.ts';
import { findEarlier } from '../log/attempt.ts';
import { LeafKind, NO_ISSUER, type Evidence } from '../log/leaf.ts';
import type { Ledger, Versioned } from '../log/ledger.ts';
import { untilFresh } from '../log/retry.ts';
import type { Oficio, OficioCode } from './oficio.ts';
import type { OficioStore } from './store.ts';
import { readReason } from './request.ts';
import {
  commitApart,
  isReceptionWay,
  receivedRecord,
  type KeptOfReception,
  type Reception,
  type ReceptionId,
} from './reception.ts';
import type {
  ReceivedInput,
  ReceptionRequest,
  ReceptionStore,
  ReceptionWrite,
  StampPhoto,
  StampReader,
} from './reception-store.ts';

export interface ReceiveDeps {
  readonly oficios: Pick<OficioStore, 'find'>;
  readonly store: ReceptionStore;
  readonly ledger: Ledger<ReceptionWrite>;
  readonly readStamp: StampReader;
  readonly clock: Clock;
  readonly random: Random;
  readonly primitives: Pick<Primitives, 'digest' | 'hmac'>;
  readonly evidence: Evidence;
}

/** Characters of each text. */
export const RECEPTION_LIMITS = { name: 120, post: 160, office: 200, folio: 60 } as const;

/** Copies go to a dozen offices; more than this is somebody's mistake, and every answer about the letter reads them. */
const MOST_RECEPTIONS = 100;

/**
 * Registers that a signed letter was received, or corrects what was registered before: by a further act, as nothing of an earlier one is
 * ever edited. A retry with the same key finds what the first try registered.
 * @throws Refusal `oficio/not-found`, `oficio/not-signed`, `oficio/received-in-future`, `oficio/received-before-letter`,
 *   `oficio/received-after-end`, `oficio/reception-way`, `oficio/reception-not-found`, `oficio/reception-corrected`,
 *   `oficio/receptions-most`, `oficio/reason-malformed`; `directory/text-…` (fact `field`), `directory/photo-…`; `log/retry-differs`
 */
export async function receiveOficio(deps: ReceiveDeps, request: ReceptionRequest): Promise<Reception> {
  const { random, primitives } = deps;
  const requestDigest = digestOf(request, primitives);
  const attempt = `reception/${request.idempotencyKey}`;
  const texts = request.received && readTexts(request.received);
  const reason = request.correction && readReason(request.correction.reason);
  let photo: StampPhoto | undefined;
  return untilFresh(async () => {
    const letter = await getSigned(deps, request);
    const all = await deps.store.listOf(letter.record);
    const made = await findEarlier(deps.store, attempt, requestDigest);
    const earlier = all.find(({ record }) => record.id === made)?.record;
    if (earlier) return earlier;
    const at = deps.clock();
    if (request.received) checkTime(letter.record, request.received.receivedAt, at);
    const corrected = request.correction && getCorrectable(all, request.correction.corrects);
    if (all.length >= MOST_RECEPTIONS) refuse('oficio/receptions-most', { most: MOST_RECEPTIONS });
    // Last: it costs the most.
    if (request.received?.photo) photo ??= await deps.readStamp(request.received.photo);
    const kept: KeptOfReception = {
      salt: random(32),
      ...texts,
      ...(reason !== undefined && { reason }),
      ...(photo && { photoSha256: photo.sha256 }),
    };
    const said = {
      id: toHex(random(8)) as ReceptionId,
      letter: letter.record.id,
      at,
      ...(request.received && { receivedAt: request.received.receivedAt, how: wayOf(request.received) }),
      apart: commitApart(kept, primitives),
      ...(request.correction && { corrects: request.correction.corrects }),
    };
    const { unit, signedLeaf } = letter.record;
    const reception: Reception = { ...said, unit, kept, ...(photo && { photo: photo.jpeg }), leaf: -1 };
    const { index } = await deps.ledger.commit({
      leaf: {
        kind: LeafKind.oficioReceived,
        issuer: NO_ISSUER,
        record: receivedRecord(said),
        salt: random(32),
        subjectTag: random(32),
        evidence: deps.evidence,
        ref: corrected?.record.leaf ?? signedLeaf!,
      },
      // The letter still is what it was when it was looked at.
      held: [{ put: 'oficio', key: letter.record.id, ifVersion: letter.version }],
      writes: [
        { put: 'reception', key: said.id, record: reception, ifVersion: 0, leafAs: 'leaf' },
        ...(corrected ? [markCorrected(corrected)] : []),
        { put: 'attempt', key: attempt, record: { requestDigest, made: said.id }, ifVersion: 0 },
      ],
    });
    return { ...reception, leaf: index };
  });
}

function markCorrected({ record, version }: Versioned<Reception>): ReceptionWrite {
  return { put: 'reception', key: record.id, record, ifVersion: version, leafAs: 'correctedLeaf' };
}

async function getSigned({ oficios }: ReceiveDeps, { letter }: ReceptionRequest): Promise<Versioned<Oficio>> {
  const found = await oficios.find(letter);
  if (!found) refuse('oficio/not-found', { found: letter });
  // A draft is no letter, whatever became of it.
  if (found.record.signedLeaf === undefined) refuse('oficio/not-signed', { folio: found.record.folio });
  return found;
}

/** Stamps are set by hand, and people type what they read on one: the hour of a reception is held to what can be. */
function checkTime({ folio, sealedAt, ended, state }: Oficio, receivedAt: UnixSeconds, at: UnixSeconds): void {
  if (receivedAt > at) refuse('oficio/received-in-future', { folio, now: formatTime(at) });
  // People type minutes, and a letter is sealed at a second.
  if (receivedAt < sealedAt - (sealedAt % 60)) {
    refuse('oficio/received-before-letter', { folio, sealedAt: formatTime(sealedAt) });
  }
  // What was handed over while it was in force may be registered later.
  if (ended && receivedAt >= ended.at) {
    refuse('oficio/received-after-end', { folio, state, endedAt: formatTime(ended.at) });
  }
}

function getCorrectable(all: readonly Versioned<Reception>[], id: ReceptionId): Versioned<Reception> {
  const found = all.find(({ record }) => record.id === id);
  if (!found) return refuse('oficio/reception-not-found', { found: id.slice(0, 40) });
  if (found.record.correctedLeaf !== undefined || found.record.receivedAt === undefined) {
    refuse('oficio/reception-corrected', { found: id });
  }
  return found;
}

function wayOf({ how }: ReceivedInput): Reception['how'] & string {
  return isReceptionWay(how) ? how : refuse('oficio/reception-way', { found: how.slice(0, 40) });
}

type Texts = Pick<KeptOfReception, 'name' | 'post' | 'office' | 'folio'>;

/** Before anything is looked up, as all that needs no letter. */
function readTexts(received: ReceivedInput): Texts {
  wayOf(received);
  const read = (field: keyof Texts): string => {
    const found = readEntered(received[field] ?? '', { max: RECEPTION_LIMITS[field] });
    if ('text' in found) return found.text;
    throw new Refusal<DirectoryCode>(found.code, `${field} of the reception is not acceptable`, {
      field,
      ...found.facts,
    });
  };
  const optional = <Name extends 'post' | 'office' | 'folio'>(field: Name): { readonly [Key in Name]?: string } =>
    (received[field] ?? '').trim() === '' ? {} : ({ [field]: read(field) } as { readonly [Key in Name]?: string });
  return { name: read('name'), ...optional('post'), ...optional('office'), ...optional('folio') };
}

function digestOf(
  { letter, received, correction }: ReceptionRequest,
  primitives: Pick<Primitives, 'digest'>,
): Uint8Array {
  const { receivedAt, how, name, post, office, folio, photo } = received ?? {};
  const texts = [how, name, post, office, folio, correction?.corrects, correction?.reason].map((one) => one ?? null);
  const picture = photo ? primitives.digest('SHA-256', photo) : null;
  return primitives.digest(
    'SHA-256',
    encodeCbor([1, 'oficio/reception-request', letter, receivedAt ?? null, ...texts, picture]),
  );
}

function refuse(code: OficioCode, facts: Readonly<Record<string, string | number>>): never {
  throw new Refusal<OficioCode>(code, code.slice(code.indexOf('/') + 1).replaceAll('-', ' '), facts);
}
