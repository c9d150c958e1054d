import { contextTag } from '../asn1/tag.ts';
import {
  boolean,
  der,
  enumerated,
  generalizedTime,
  integer,
  octetString,
  oid,
  sequence,
  sequenceOf,
  time,
} from '../asn1/write.ts';
import { fromHex, utf8 } from '../core/bytes.ts';
import type { SignatureAlgorithm } from '../core/primitives.ts';
import { Refusal } from '../core/refusal.ts';
import type { UnixSeconds } from '../core/time.ts';
import { encodeSignatureAlgorithm } from '../authority/algorithm.ts';
import { CRL_EXTENSION, type RevokedEntry } from './crl.ts';
import type { RevocationCode } from './code.ts';

export interface CrlDraft {
  /** The issuer's subject, byte by byte. */
  readonly issuer: Uint8Array;
  /** The issuer's subject key identifier, copied. */
  readonly authorityKeyIdentifier: Uint8Array;
  readonly signatureAlgorithm: SignatureAlgorithm;
  readonly thisUpdate: UnixSeconds;
  readonly nextUpdate: UnixSeconds;
  /** Greater than that of every earlier list of this issuer and scope. */
  readonly number: number;
  readonly entries: readonly RevokedEntry[];
  /** Where the list is a part: the address in the certificates that it covers, and whether of one kind only. */
  readonly partition?: { readonly uri: string; readonly only?: 'user' | 'authority' };
  /** States that certificates that ended at or after this time stay listed, so that old signatures can be judged. */
  readonly expiredSince?: UnixSeconds;
}

function extension(name: string, critical: boolean, value: Uint8Array): Uint8Array {
  return sequence(oid(name), ...(critical ? [boolean(true)] : []), octetString(value));
}

/** The encodings of times that come again and again: lists hold thousands of entries of the same day. */
function timeEncoder(): (at: UnixSeconds) => Uint8Array {
  const known = new Map<UnixSeconds, Uint8Array>();
  return (at) => {
    const encoded = known.get(at) ?? time(at);
    if (known.size < 4096) known.set(at, encoded);
    return encoded;
  };
}

/** A reason of 0 is left out (RFC 5280 §5.3.1). */
function entryExtensions({ reason, invalidityDate }: RevokedEntry): Uint8Array | undefined {
  const list: Uint8Array[] = [];
  if (reason) list.push(extension(CRL_EXTENSION.reasonCode, false, enumerated(reason)));
  if (invalidityDate !== undefined) {
    list.push(extension(CRL_EXTENSION.invalidityDate, false, generalizedTime(invalidityDate)));
  }
  return list.length > 0 ? sequence(...list) : undefined;
}

/** Shorter numbers first, then by digits: numeric order, so that the same set always gives the same bytes. */
function bySerial(a: RevokedEntry, b: RevokedEntry): number {
  return a.serial.length - b.serial.length || (a.serial < b.serial ? -1 : a.serial > b.serial ? 1 : 0);
}

function encodeEntries(entries: readonly RevokedEntry[]): Uint8Array {
  const encodeTime = timeEncoder();
  const plain = new Map<number, Uint8Array>();
  let previous: string | undefined;
  const parts = entries.toSorted(bySerial).map((entry) => {
    if (entry.serial === previous) {
      throw new Refusal<RevocationCode>('revocation/duplicate-serial', `${entry.serial} twice`, {
        serial: entry.serial,
      });
    }
    previous = entry.serial;
    const magnitude = fromHex(entry.serial);
    if (!magnitude || magnitude.length === 0) throw new RangeError(`not a serial number: ${entry.serial}`);
    const shared = entry.invalidityDate === undefined ? plain.get(entry.reason ?? 0) : undefined;
    const extensions = shared ?? entryExtensions(entry);
    if (extensions && entry.invalidityDate === undefined) plain.set(entry.reason ?? 0, extensions);
    const since = encodeTime(entry.since);
    return extensions ? sequence(integer(magnitude), since, extensions) : sequence(integer(magnitude), since);
  });
  return sequenceOf(parts);
}

function encodeScope({ uri, only }: NonNullable<CrlDraft['partition']>): Uint8Array {
  const fullName = der(contextTag(0), der(contextTag(6, 'primitive'), utf8(uri)));
  const flag = only && der(contextTag(only === 'user' ? 1 : 2, 'primitive'), Uint8Array.of(0xff));
  return sequence(der(contextTag(0), fullName), ...(flag ? [flag] : []));
}

/**
 * The body of a version 2 list (RFC 5280 §5.1), to be linted, recorded and signed. Entries in numeric order of their
 * serial numbers; none at all leaves the field out.
 * @throws Refusal `revocation/duplicate-serial`
 */
export function encodeTbsCrl(draft: CrlDraft): Uint8Array {
  const { partition, expiredSince } = draft;
  const keyIdentifier = sequence(der(contextTag(0, 'primitive'), draft.authorityKeyIdentifier));
  const extensions = [
    extension(CRL_EXTENSION.authorityKeyIdentifier, false, keyIdentifier),
    extension(CRL_EXTENSION.cRLNumber, false, integer(draft.number)),
    ...(partition ? [extension(CRL_EXTENSION.issuingDistributionPoint, true, encodeScope(partition))] : []),
    ...(expiredSince === undefined
      ? []
      : [extension(CRL_EXTENSION.expiredCertsOnCRL, false, generalizedTime(expiredSince))]),
  ];
  return sequence(
    integer(1),
    encodeSignatureAlgorithm(draft.signatureAlgorithm),
    draft.issuer,
    time(draft.thisUpdate),
    time(draft.nextUpdate),
    ...(draft.entries.length > 0 ? [encodeEntries(draft.entries)] : []),
    der(contextTag(0), sequence(...extensions)),
  );
}
