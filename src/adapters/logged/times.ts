import { readCertificateBody } from '../../authority/certificate.ts';
import type { CborValue } from '../../core/cbor.ts';
import type { Primitives } from '../../core/primitives.ts';
import { dayInMexicoCity, unixSeconds, type CalendarDay, type UnixSeconds } from '../../core/time.ts';
import { isActOf } from '../../log/act-shape.ts';
import { readRecord } from '../../log/record.ts';
import { LeafKind } from '../../log/leaf.ts';
import type { LogReader } from '../../log/ledger.ts';
import { isDishonest, openedLeaf, openingMissing } from '../../log/vouch.ts';
import { readCrlBody } from '../../revocation/crl.ts';
import { decodeClaims } from '../../seal/seal.ts';

/*
 * Leaves have no times; many records do. No act is older than one that was committed before it.
 */

const statusTime = ([, , , , at]: readonly CborValue[]): UnixSeconds => unixSeconds(at as number);
const endTime = ([, , , at]: readonly CborValue[]): UnixSeconds => unixSeconds(at as number);

/** By kind: when the act took place, as its record tells. */
const TIMES: Partial<Record<LeafKind, (record: readonly CborValue[]) => UnixSeconds>> = {
  [LeafKind.credentialIntent]: (record) => readCertificateBody(record[5] as Uint8Array).notBefore,
  [LeafKind.credentialSuspended]: statusTime,
  [LeafKind.credentialResumed]: statusTime,
  [LeafKind.credentialRevoked]: statusTime,
  [LeafKind.oficioIntent]: (record) => decodeClaims(record[2] as Uint8Array).issuedAt,
  [LeafKind.oficioCancelled]: endTime,
  [LeafKind.oficioReplaced]: endTime,
  [LeafKind.crlIntent]: (record) => readCrlBody(record[4] as Uint8Array).thisUpdate,
};

const TIMED = Object.keys(TIMES).map(Number) as LeafKind[];

/** As many entries before a leaf are asked; the nearest ones tell the latest times. */
const MOST_ASKED = 4096;

/**
 * Whether the acts before leaf `before` tell that `day` had come by then.
 * @throws Refusal `log/opening-missing` where only those could tell that nobody can read any more: none after the last that can be read
 */
export async function tellsOf(
  log: Pick<LogReader, 'leaf' | 'opening' | 'ofKinds'>,
  day: CalendarDay,
  before: number,
  primitives: Pick<Primitives, 'hmac'>,
): Promise<boolean> {
  const timed = await log.ofKinds(TIMED, Math.max(0, before - MOST_ASKED));
  let unread: number | undefined;
  let isAnyRead = false;
  for (const index of timed.filter((one) => one < before).toReversed()) {
    const opened = await openedLeaf(log, index, primitives);
    if (!opened && !isAnyRead) unread ??= index;
    const record = opened && readRecord(opened.record);
    if (!record || !isActOf(opened.kind, record)) continue;
    const at = timeOf(opened.kind, record);
    if (at === undefined) continue;
    if (dayInMexicoCity(at) >= day) return true;
    isAnyRead = true;
  }
  return unread !== undefined && openingMissing(unread);
}

/** Further kinds whose records have a time. It is told to people, and nothing follows from it. */
const TOLD_TIMES: typeof TIMES = {
  [LeafKind.authorityIntent]: (record) => readCertificateBody(record[3] as Uint8Array).notBefore,
  [LeafKind.distinctiveGranted]: (record) => unixSeconds(record[5] as number),
  [LeafKind.distinctiveWithdrawn]: endTime,
  [LeafKind.credentialProven]: statusTime,
  [LeafKind.cardRegistered]: (record) => unixSeconds(record[6] as number),
  [LeafKind.cardActivated]: endTime,
  [LeafKind.cardOpened]: endTime,
  [LeafKind.cardStolen]: endTime,
  [LeafKind.cardEnded]: endTime,
  [LeafKind.oficioReceived]: statusTime,
  [LeafKind.oficioDetailsErased]: statusTime,
  [LeafKind.oficioPublicVersion]: statusTime,
  [LeafKind.oficioPublicVersionWithdrawn]: statusTime,
  [LeafKind.oficioCountersignIntent]: (record) => unixSeconds(record[6] as number),
  [LeafKind.accessEnded]: statusTime,
};

/** When an act took place, as its record tells; `undefined` where it tells no time. */
export function toldTime(kind: LeafKind, record: readonly CborValue[]): UnixSeconds | undefined {
  if (!isActOf(kind, record)) return undefined;
  return timeOf(kind, record) ?? timeOf(kind, record, TOLD_TIMES);
}

function timeOf(kind: LeafKind, record: readonly CborValue[], times = TIMES): UnixSeconds | undefined {
  try {
    return times[kind]?.(record);
  } catch (error) {
    if (isDishonest(error)) return undefined;
    throw error;
  }
}
