import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { nodePrimitives } from '../../src/adapters/primitives.ts';
import { fromHex, toHex } from '../../src/core/bytes.ts';
import { sealOrigin } from '../../src/seal/address.ts';
import { openSeal, verifySealSignature } from '../../src/seal/open.ts';
import { digitalSeal, originalString } from '../../src/seal/original-string.ts';
import { sealQr } from '../../src/seal/qr.ts';
import { encodeClaims } from '../../src/seal/seal.ts';
import { formatTypedCode, typedCodeOf } from '../../src/seal/text.ts';

interface SealVector {
  readonly name: string;
  readonly claims: Readonly<Record<string, string | number>>;
  readonly payload: string;
  readonly seal: string;
  readonly address: string;
  readonly qrVersion: number;
  readonly typedCode: string;
  readonly originalString: string;
  readonly digitalSeal: string;
}

const { key, origin, cases } = JSON.parse(
  readFileSync(join(import.meta.dirname, '..', 'vectors', 'seal-v1.json'), 'utf8'),
) as { readonly key: string; readonly origin: string; readonly cases: readonly SealVector[] };

describe('version 1 of the seal, frozen', () => {
  test.each(cases)('$name', async (vector) => {
    const seal = openSeal(vector.address, { origins: [sealOrigin(origin)] });
    expect(toHex(seal.bytes)).toBe(vector.seal);
    expect(await verifySealSignature(seal, fromHex(key)!, nodePrimitives)).toBe(true);
    expect({ ...seal.claims, id: toHex(seal.claims.id), digest: toHex(seal.claims.digest) }).toEqual(vector.claims);
    expect(toHex(encodeClaims(seal.claims))).toBe(vector.payload);
    expect(formatTypedCode(typedCodeOf(seal.claims.id))).toBe(vector.typedCode);
    expect(originalString(seal)).toBe(vector.originalString);
    expect(digitalSeal(seal)).toBe(vector.digitalSeal);
    expect(sealQr(vector.address).version).toBe(vector.qrVersion);
  });
});
