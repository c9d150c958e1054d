import type { Primitives } from './core/primitives.ts';
import type { Signer } from './core/signer.ts';
import { elapsedBy, unixSeconds, type Clock, type UnixSeconds } from './core/time.ts';
import { openCharter } from './authority/charter.ts';
import { encodeTrustList, LIST_LIFE_SECONDS, makeList, openTrustList, type TrustList } from './authority/trust-list.ts';
import { STATUS_LISTS, statusListAddress, type StatusListName } from './revocation/lists.ts';
import { publishStatusList, STATUS_TTL_SECONDS } from './revocation/publish-status.ts';
import type { RevocationStore } from './revocation/store.ts';
import { sealOrigin } from './seal/address.ts';
import type { SealPlaces } from './seal/open.ts';
import type { Knowledge } from './verifier/index.ts';

export interface PublicationDeps {
  readonly charterBytes: Uint8Array;
  readonly rootSpki: Uint8Array;
  readonly origin: string;
  readonly allowHttp: boolean;
  readonly listSigner: Signer;
  readonly statusSigner: Signer;
  readonly sealSpki: Uint8Array;
  readonly revocation: RevocationStore;
  /** Asked before anything is signed: whether the charter is the one that the log has. */
  check(): Promise<void>;
  readonly clock: Clock;
  readonly primitives: Primitives;
}

export interface StatusListOptions {
  /** Not one that was made up to a minute ago. */
  readonly madeNow?: boolean;
}

/** What is published under our signature without being an act of its own: trust list and status lists. */
export interface Publications {
  /** Where seals of ours are found. */
  readonly places: SealPlaces;
  /** Of the key that makes them. */
  readonly sealSpki: Uint8Array;
  /** What `/trust-list` serves. */
  trustList(): Promise<Uint8Array>;
  statusList(name: StatusListName, options?: StatusListOptions): Promise<Uint8Array>;
  /** What a verifier at the origin goes by; the register is added by whoever has it. */
  knowledge(): Promise<Knowledge>;
}

/** A list is made anew after this time, so that a copy always lives for most of its day. */
const LIST_FRESH_SECONDS = 15 * 60;
/** A status list costs a signature and a walk over what is not valid: requests within this time share one. */
const STATUS_FRESH_SECONDS = Math.min(60, STATUS_TTL_SECONDS);

interface Kept<Value> {
  readonly until: number;
  readonly value: Promise<Value>;
}

const LISTS: readonly StatusListName[] = ['seals', 'credenciales', 'oficios'];

export function publications(deps: PublicationDeps): Publications {
  const elapsed = elapsedBy(deps.clock);
  let number = 0;
  let trust: Kept<{ readonly bytes: Uint8Array; readonly list: TrustList }> | undefined;
  const statuses = new Map<StatusListName, Kept<Uint8Array>>();
  const places: SealPlaces = {
    origins: [deps.origin, ...openCharter(deps.charterBytes).charter.formerOrigins].map((origin) =>
      sealOrigin(origin, { allowHttp: deps.allowHttp }),
    ),
  };
  const keep = <Value>(value: Promise<Value>, seconds: number, drop: () => void): Kept<Value> => {
    // A failure is told to whoever asked and not kept.
    value.catch(drop);
    return { until: elapsed() + seconds, value };
  };
  const currentTrust = (): Promise<{ readonly bytes: Uint8Array; readonly list: TrustList }> => {
    if (!trust || elapsed() >= trust.until) {
      const issuedAt = deps.clock();
      number = Math.max(number + 1, issuedAt);
      const made = deps.check().then(() => makeTrustList(deps, number, issuedAt));
      trust = keep(made, LIST_FRESH_SECONDS, () => (trust = undefined));
    }
    return trust.value;
  };
  return {
    sealSpki: deps.sealSpki,
    places,
    async trustList() {
      return (await currentTrust()).bytes;
    },
    statusList(name, { madeNow = false } = {}) {
      const known = statuses.get(name);
      if (!madeNow && known && elapsed() < known.until) return known.value;
      const signer = deps.statusSigner;
      const made = deps.check().then(() => publishStatusList({ ...deps, store: deps.revocation, signer }, name));
      const kept = keep(made, STATUS_FRESH_SECONDS, () => statuses.delete(name));
      statuses.set(name, kept);
      return kept.value;
    },
    async knowledge() {
      return { trust: (await currentTrust()).list, places, statusLists: new Map() };
    },
  };
}

/**
 * Numbered by its second of making, and never below the last one while the process lives: readers keep the greatest
 * number that they saw. Read again as a stranger would.
 */
async function makeTrustList(
  deps: PublicationDeps,
  number: number,
  issuedAt: UnixSeconds,
): Promise<{ bytes: Uint8Array; list: TrustList }> {
  const { charterBytes, primitives, origin } = deps;
  const list = await makeList({ signer: deps.listSigner, primitives }, charterBytes, {
    number,
    issuedAt,
    expiresAt: unixSeconds(issuedAt + LIST_LIFE_SECONDS),
    charterDigest: primitives.digest('SHA-256', charterBytes),
    sealKeys: [{ spki: deps.sealSpki, statusList: STATUS_LISTS.seals, state: 'current' }],
    statusLists: LISTS.map((name) => ({
      id: STATUS_LISTS[name],
      uri: statusListAddress(origin, name),
      purpose: name === 'seals' ? 'seals' : 'credentials',
    })),
  });
  const bytes = encodeTrustList(charterBytes, list);
  return { bytes, list: await openTrustList(bytes, deps.rootSpki, primitives) };
}
