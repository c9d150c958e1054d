import { expect } from 'vitest';
import { decodeCbor, type CborValue } from '../../src/core/cbor.ts';
import { fromBase64 } from '../../src/core/base64.ts';
import { toHex } from '../../src/core/bytes.ts';
import { readCrlBody } from '../../src/revocation/crl.ts';
import { decodeClaims } from '../../src/seal/seal.ts';
import type { Services } from '../../src/services.ts';
import type { Signed } from './stopping-ports.ts';

/** The records that the log keeps, decoded, in order. */
async function records({ log }: Services): Promise<(readonly CborValue[])[]> {
  const { size } = await log.head();
  const openings = await Promise.all(Array.from({ length: size }, (_, index) => log.opening(index)));
  return openings.map((opening) => decodeCbor(opening!.record) as readonly CborValue[]);
}

function expectUnique(names: readonly string[]): void {
  expect(names.filter((name, i) => names.indexOf(name) !== i)).toEqual([]);
}

/** Bodies that a recorded intent allows to be signed, hexadecimal. */
interface Recorded {
  readonly bodies: ReadonlySet<string>;
  readonly folios: readonly string[];
  readonly serials: readonly string[];
  readonly crlNumbers: readonly string[];
}

function recordedIn(all: readonly (readonly CborValue[])[]): Recorded {
  const of = (act: string): (readonly CborValue[])[] => all.filter(([, name]) => name === act);
  const bytes = (value: CborValue | undefined): Uint8Array => value as Uint8Array;
  const nameOf = (authority: CborValue | undefined, own: string): string => `${authority as string}/${own}`;
  const certificates = of('credential/intent').map(([, , authority, serial, , tbs]) => ({
    serial: nameOf(authority, toHex(bytes(serial))),
    tbs: bytes(tbs),
  }));
  const crls = of('crl/intent').map(([, , authority, number, tbs]) => ({
    number: nameOf(authority, String(number as number)),
    tbs: bytes(tbs),
  }));
  const claims = of('oficio/intent').map(([, , encoded]) => bytes(encoded));
  return {
    bodies: new Set([...certificates, ...crls].map(({ tbs }) => toHex(tbs)).concat(claims.map(toHex))),
    folios: claims.map((encoded) => decodeClaims(encoded).folio),
    serials: certificates.map(({ serial }) => serial),
    crlNumbers: crls.map(({ number }) => number),
  };
}

/** What a use of a key was about: an authority's body as it stands, a seal's claims out of its `Sig_structure`. */
function bodyOf({ signed, data }: Signed): Uint8Array | undefined {
  const bytes = fromBase64(data)!;
  if (signed === 'seal') return (decodeCbor(bytes) as readonly CborValue[])[3] as Uint8Array;
  return signed === 'oficios' || signed === 'credenciales' ? bytes : undefined;
}

/** The number of a revocation list's body; `undefined` for another body. */
function crlNumberOf({ signed, data }: Signed): string | undefined {
  try {
    return `${signed}/${readCrlBody(fromBase64(data)!).number}`;
  } catch {
    return undefined;
  }
}

/**
 * Re-reads everything after a stop: the log is sound; no serial, folio or list number stands for two things; and
 * whatever a key of an authority or of seals has ever signed was recorded before.
 */
export async function checkInstallation(services: Services, everSigned: readonly Signed[]): Promise<void> {
  expect(await services.auditLog()).toMatchObject({ sound: true, findings: [], erased: 0 });
  const recorded = recordedIn(await records(services));
  expectUnique(recorded.folios);
  expectUnique(recorded.serials);
  expectUnique(recorded.crlNumbers);
  const contents = new Map<string, string>();
  for (const use of everSigned) {
    const body = bodyOf(use);
    if (!body) continue;
    expect(recorded.bodies, `${use.signed} signed what is not recorded`).toContain(toHex(body));
    const number = crlNumberOf(use);
    if (number === undefined) continue;
    expect(contents.get(number) ?? use.data, `list ${number} with two contents`).toBe(use.data);
    contents.set(number, use.data);
  }
}
