import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { nodePrimitives } from '../../src/adapters/primitives.ts';
import { concat, toHex, utf8 } from '../../src/core/bytes.ts';
import { encodeCbor, type CborValue } from '../../src/core/cbor.ts';
import { kidOf, signCose, type CoseProfile } from '../../src/core/cose.ts';
import { isRefusal } from '../../src/core/refusal.ts';
import { unixSeconds } from '../../src/core/time.ts';
import {
  freshness,
  inflateStatuses,
  makeStatusList,
  MAX_STATUSES,
  openStatusList,
  packStatuses,
  readStatus,
  statusAt,
  verifyStatusList,
  type Bits,
  type StatusListRequest,
} from '../../src/revocation/status-list.ts';
import { codeOf } from '../support/refuses.ts';
import { softwareSigner } from '../support/software-signer.ts';

const URI = 'https://verifica.example.mx/status/sellos-2026';
const NOW = unixSeconds(1795284000);
const signer = softwareSigner();
const deps = { signer, primitives: nodePrimitives };
const REQUEST: StatusListRequest = {
  uri: URI,
  issuedAt: NOW,
  expiresAt: unixSeconds(NOW + 7 * 86_400),
  ttlSeconds: 900,
  size: 4096,
  entries: [
    [7, 'invalid'],
    [4095, 'suspended'],
  ],
};
const LIST = await makeStatusList(deps, REQUEST);
const BITS: readonly Bits[] = [1, 2, 4, 8];

describe('statuses in a row', () => {
  /** draft-ietf-oauth-status-list §4.1: the first entry in the lowest bits of the first byte. */
  test.each<readonly [Bits, readonly number[], string]>([
    [1, [1, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 1], '0182'],
    [2, [1, 2, 0, 3, 0, 0, 0, 1], 'c940'],
    [4, [1, 2, 15, 0, 0, 0, 0, 8], '210f0080'],
    [8, [1, 2, 255, 0, 0, 0, 0, 128], '0102ff0000000080'],
  ])('of %i bits have the first in the lowest', (bits, values, hex) => {
    const statuses = packStatuses(bits, values.length, values.entries());
    expect(toHex(statuses.bytes)).toBe(hex);
    expect(values.map((_, index) => readStatus(statuses, index))).toEqual(values);
  });

  test('are each read as they were given, and all others as 0', () => {
    const anyList = fc.constantFrom(...BITS).chain((bits) =>
      fc.record({
        bits: fc.constant(bits),
        entries: fc.uniqueArray(fc.tuple(fc.nat(799), fc.nat(2 ** bits - 1)), { selector: ([index]) => index }),
      }),
    );
    fc.assert(
      fc.property(anyList, ({ bits, entries }) => {
        const statuses = packStatuses(bits, 800, entries);
        const given = new Map(entries);
        for (let index = 0; index < 800; index++) expect(readStatus(statuses, index)).toBe(given.get(index) ?? 0);
      }),
    );
  });

  test.each<readonly [string, number, readonly (readonly [number, number])[]]>([
    ['no statuses', 0, []],
    ['half a byte', 12, []],
    ['more than 2^20', MAX_STATUSES + 8, []],
    ['a fraction', 8.5, []],
    ['an index beyond its end', 8, [[8, 1]]],
    ['an index below zero', 8, [[-1, 1]]],
    ['an index that is no number', 8, [[Number.NaN, 1]]],
    ['a status that does not fit', 8, [[0, 4]]],
    [
      'an index twice',
      8,
      [
        [0, 1],
        [0, 1],
      ],
    ],
  ])('are not made with %s', (_, size, entries) => {
    expect(codeOf(() => packStatuses(2, size, entries))).toBe('revocation/status-list-bounds');
  });

  test('beyond the end, or of no meaning here, are unknown and never valid', () => {
    const statuses = packStatuses(2, 8, [
      [1, 1],
      [2, 2],
      [3, 3],
    ]);
    expect([0, 1, 2, 3].map((index) => statusAt(statuses, index))).toEqual([
      'valid',
      'invalid',
      'suspended',
      undefined,
    ]);
    for (const index of [8, -1, 0.5, Number.NaN, 2 ** 40]) expect(statusAt(statuses, index)).toBeUndefined();
  });
});

describe('a status list', () => {
  test('is made, read, verified and inflated', async () => {
    const list = openStatusList(LIST);
    expect(list.claims).toEqual({ uri: URI, issuedAt: NOW, expiresAt: NOW + 7 * 86_400, ttlSeconds: 900, bits: 2 });
    expect(await verifyStatusList(list, { spki: signer.spki, uri: URI }, nodePrimitives)).toBe(true);
    const statuses = inflateStatuses(list, nodePrimitives);
    expect(statuses.bytes).toHaveLength(1024);
    expect([6, 7, 8, 4095, 4096].map((index) => statusAt(statuses, index))).toEqual([
      ...['valid', 'invalid', 'valid', 'suspended'],
      undefined,
    ]);
  });

  test('begins as the draft §5.2 says: tag 18, typ in the protected header', () => {
    const type = toHex(utf8('application/statuslist+cwt'));
    expect(toHex(LIST)).toMatch(new RegExp(`^d2845826a301260444[0-9a-f]{8}10781a${type}a0`));
  });

  test('of a million with one in a hundred revoked is below 20 kB', async () => {
    const entries = Array.from(
      { length: 10_486 },
      (_, index) => [(index * 100 + ((index * 7919) % 100)) % MAX_STATUSES, 'invalid'] as const,
    );
    const bytes = await makeStatusList(deps, { ...REQUEST, size: MAX_STATUSES, entries: new Map(entries) });
    expect(bytes.length).toBeLessThan(20_000);
    const statuses = inflateStatuses(openStatusList(bytes), nodePrimitives);
    expect(statusAt(statuses, entries[5]![0])).toBe('invalid');
  });

  test('does not verify under another key, or for another place', async () => {
    const list = openStatusList(LIST);
    const { spki } = softwareSigner();
    expect(await verifyStatusList(list, { spki, uri: URI }, nodePrimitives)).toBe(false);
    expect(await verifyStatusList(list, { spki: signer.spki, uri: `${URI}x` }, nodePrimitives)).toBe(false);
  });

  test('with any one bit changed is not accepted', async () => {
    let accepted = 0;
    for (let bit = 0; bit < LIST.length * 8; bit++) {
      const changed = Uint8Array.from(LIST);
      changed[bit >> 3]! ^= 1 << (bit & 7);
      try {
        const list = openStatusList(changed);
        if (await verifyStatusList(list, { spki: signer.spki, uri: URI }, nodePrimitives)) accepted++;
      } catch (error) {
        if (!isRefusal(error, 'revocation/status-list-malformed')) throw error;
      }
    }
    expect(accepted).toBe(0);
  });

  test('cut short or with a byte more is malformed', () => {
    for (let length = 0; length < LIST.length; length++) {
      expect(codeOf(() => openStatusList(LIST.subarray(0, length)))).toBe('revocation/status-list-malformed');
    }
    expect(codeOf(() => openStatusList(concat(LIST, Uint8Array.of(0))))).toBe('revocation/status-list-malformed');
  });

  test.each([
    ['a name that is no address', { uri: 'status/1' }],
    ['an end before its beginning', { expiresAt: NOW }],
    ['no time to live', { ttlSeconds: 0 }],
    ['a time to live of more than a day', { ttlSeconds: 86_401 }],
    ['a size out of bounds', { size: 3 }],
  ])('is not made with %s', async (_, change) => {
    await expect(makeStatusList(deps, { ...REQUEST, ...change })).rejects.toMatchObject({
      code: 'revocation/status-list-bounds',
    });
  });

  const lst = nodePrimitives.deflate(new Uint8Array(16));
  const good: readonly (readonly [number, CborValue])[] = [
    [2, URI],
    [4, NOW + 1],
    [6, NOW],
    [
      65533,
      new Map<string, CborValue>([
        ['bits', 2],
        ['lst', lst],
      ]),
    ],
    [65534, 900],
  ];
  const profile: CoseProfile = {
    ...{ algorithm: 'ES256', type: 'application/statuslist+cwt', context: '', tagged: true },
    maxBytes: 4096,
  };
  const signed = (...changes: readonly (readonly [number, CborValue | undefined])[]): Promise<Uint8Array> => {
    const map = new Map<number, CborValue>(good);
    for (const [claim, value] of changes) {
      if (value === undefined) map.delete(claim);
      else map.set(claim, value);
    }
    return signCose(profile, signer, kidOf(signer.spki, nodePrimitives), encodeCbor(map));
  };

  test.each<readonly [string, number, CborValue | undefined]>([
    ['no subject', 2, undefined],
    ['no time', 6, undefined],
    ['no end', 4, undefined],
    ['no time to live', 65534, undefined],
    ['a time to live of zero', 65534, 0],
    ['no list', 65533, undefined],
    ['another claim', 1, 'iss'],
    [
      'a list of three bits',
      65533,
      new Map<string, CborValue>([
        ['bits', 3],
        ['lst', lst],
      ]),
    ],
    [
      'a list of text',
      65533,
      new Map<string, CborValue>([
        ['bits', 2],
        ['lst', 'x'],
      ]),
    ],
    [
      'a list with more in it',
      65533,
      new Map<string, CborValue>([
        ['aggregation_uri', 'x'],
        ['bits', 2],
        ['lst', lst],
      ]),
    ],
    [
      'an empty list',
      65533,
      new Map<string, CborValue>([
        ['bits', 2],
        ['lst', new Uint8Array()],
      ]),
    ],
  ])('signed with %s is malformed', async (_, claim, value) => {
    expect(openStatusList(await signed()).claims.uri).toBe(URI);
    const bytes = await signed([claim, value]);
    expect(codeOf(() => openStatusList(bytes))).toBe('revocation/status-list-malformed');
  });

  test('that inflates beyond 2^20 statuses, or is no zlib data, is malformed and takes no memory', async () => {
    const hostile = [nodePrimitives.deflate(new Uint8Array(MAX_STATUSES / 4 + 1)), utf8('x'), lst.subarray(0, 4)];
    for (const bytes of hostile) {
      const token = await signed([
        65533,
        new Map<string, CborValue>([
          ['bits', 2],
          ['lst', bytes],
        ]),
      ]);
      const list = openStatusList(token);
      expect(codeOf(() => inflateStatuses(list, nodePrimitives))).toBe('revocation/status-list-malformed');
    }
    const largest = nodePrimitives.deflate(new Uint8Array(MAX_STATUSES / 4));
    const token = await signed([
      65533,
      new Map<string, CborValue>([
        ['bits', 2],
        ['lst', largest],
      ]),
    ]);
    expect(inflateStatuses(openStatusList(token), nodePrimitives).bytes).toHaveLength(MAX_STATUSES / 4);
  });
});

describe('the age of a list', () => {
  const claims = { issuedAt: NOW, expiresAt: unixSeconds(NOW + 7 * 86_400), ttlSeconds: 900 };
  test.each([
    [-301, 'stale'],
    [-300, 'fresh'],
    [0, 'fresh'],
    [900, 'fresh'],
    [901, 'offline'],
    [86_400, 'offline'],
    [86_401, 'stale'],
  ])('of %i seconds makes it %s', (age, answer) => {
    expect(freshness(claims, unixSeconds(NOW + age))).toBe(answer);
  });

  test('makes it stale at its end, however young', () => {
    expect(freshness({ ...claims, expiresAt: unixSeconds(NOW + 10) }, unixSeconds(NOW + 10))).toBe('stale');
  });
});
