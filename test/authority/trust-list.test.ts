import { describe, expect, test } from 'vitest';
import { nodePrimitives } from '../../src/adapters/primitives.ts';
import { makeCharter, openCharter, type Charter, type CharterFounder } from '../../src/authority/charter.ts';
import {
  checkSuccessor,
  countsAt,
  encodeTrustList,
  findSealKey,
  findStatusKey,
  findStatusList,
  makeList,
  openTrustList,
  trustListFreshness,
  type DailyList,
  type SealKey,
  type TrustList,
} from '../../src/authority/trust-list.ts';
import { concat } from '../../src/core/bytes.ts';
import { decodeCbor, encodeCbor, type CborValue } from '../../src/core/cbor.ts';
import { kidOf, openCose, signCose, type CoseProfile } from '../../src/core/cose.ts';
import { isRefusal } from '../../src/core/refusal.ts';
import type { Signer } from '../../src/core/signer.ts';
import { unixSeconds, type CalendarDay } from '../../src/core/time.ts';
import { codeOf } from '../support/refuses.ts';
import { softwareSigner } from '../support/software-signer.ts';
import { throwawayRoot } from '../support/throwaway-root.ts';

const NOW = unixSeconds(1795284000);
const DAY = 86_400;
const primitives = nodePrimitives;
const root = await throwawayRoot('2.999.1');
const listSigner = softwareSigner();
const statusSigner = softwareSigner();
const sealSigners = [softwareSigner(), softwareSigner(), softwareSigner()] as const;

const CHARTER: Charter = {
  number: 3,
  issuedAt: NOW,
  institution: 'Alcaldía de Prueba',
  origin: 'https://verifica.example.mx',
  formerOrigins: ['https://www.example.mx/verifica'],
  arc: '2.999.1',
  root: root.certificate,
  authorities: [root.certificate],
  founders: [],
  listKey: listSigner.spki,
  statusKeys: [statusSigner.spki],
  logKey: `verifica.example.mx/log+0a1b2c3d+${'A'.repeat(44)}`,
  coverage: [{ unit: 'AC/DGG', since: '2026-10-01' as CalendarDay }],
};

const FOUNDERS: readonly CharterFounder[] = ['Ana Pérez', 'Luis Soto', 'Eva Ruiz'].map((name, i) => ({
  person: new Uint8Array(16).fill(i + 1),
  name,
  key: softwareSigner().spki,
}));
const REAL_ARC = '1.3.6.1.4.1.99999';

const SEAL_KEYS: readonly SealKey[] = [
  { spki: sealSigners[0].spki, state: 'current', statusList: 1 },
  { spki: sealSigners[1].spki, state: 'retired', at: 900, statusList: 1 },
  { spki: sealSigners[2].spki, state: 'compromised', at: 700, statusList: 1 },
];

async function charterWith(change: Partial<Charter> = {}, signer: Signer = root): Promise<Uint8Array> {
  return makeCharter({ signer, primitives }, { ...CHARTER, ...change });
}

function listFor(charterBytes: Uint8Array, change: Partial<DailyList> = {}): DailyList {
  return {
    number: 41,
    issuedAt: NOW,
    expiresAt: unixSeconds(NOW + DAY),
    charterDigest: primitives.digest('SHA-256', charterBytes),
    sealKeys: SEAL_KEYS,
    statusLists: [
      { id: 1, uri: 'https://verifica.example.mx/status/1', purpose: 'seals' },
      { id: 2, uri: 'https://verifica.example.mx/status/2', purpose: 'credentials' },
    ],
    ...change,
  };
}

async function pairWith(charter: Partial<Charter> = {}, list: Partial<DailyList> = {}): Promise<Uint8Array> {
  const charterBytes = await charterWith(charter);
  const made = await makeList({ signer: listSigner, primitives }, charterBytes, listFor(charterBytes, list));
  return encodeTrustList(charterBytes, made);
}

function opened(bytes: Uint8Array): Promise<TrustList> {
  return openTrustList(bytes, root.spki, primitives);
}

const CHARTER_BYTES = await charterWith();
const PAIR = await pairWith();

const CHARTER_PROFILE: CoseProfile = { algorithm: 'ES384', context: 'cotejo-charter-v1', maxBytes: 1 << 18 };
const LIST_PROFILE: CoseProfile = { algorithm: 'ES256', context: 'cotejo-trust-list-v1', maxBytes: 1 << 18 };

/** What a holder of the key could sign with a program of their own. */
async function forged(profile: CoseProfile, signer: Signer, from: Uint8Array, change: readonly [number, CborValue][]) {
  const { payload } = openCose(profile, from);
  const map = new Map(decodeCbor(payload) as ReadonlyMap<number | string, CborValue>);
  for (const [field, value] of change) map.set(field, value);
  return signCose(profile, signer, kidOf(signer.spki, primitives), encodeCbor(map));
}

describe('a trust list', () => {
  test('is believed under the root that the reader knows, and says what was put in', async () => {
    const { charter, list, dev } = await opened(PAIR);
    expect(charter).toEqual(CHARTER);
    expect(list).toEqual(listFor(openedCharterBytes(PAIR)));
    expect(dev).toBe(true);
  });

  test('is of development by the policy of its root, not by a word of its own', async () => {
    const real = await throwawayRoot('1.3.6.1.4.1.99999.1');
    const change = { root: real.certificate, arc: REAL_ARC, founders: FOUNDERS };
    expect(openCharter(await charterWith(change, real)).dev).toBe(false);
    await expect(charterWith({ root: real.certificate }, real)).rejects.toMatchObject({
      code: 'authority/trust-list-malformed',
    });
    await expect(charterWith({ arc: REAL_ARC, founders: FOUNDERS })).rejects.toMatchObject({
      code: 'authority/trust-list-malformed',
    });
    const lookalike = await throwawayRoot('2.9990.1');
    const posing = { root: lookalike.certificate, arc: '2.9990.1', founders: FOUNDERS };
    expect(openCharter(await charterWith(posing, lookalike)).dev).toBe(false);
  });

  test('names founders in version 2, two in force at least outside development', async () => {
    const real = await throwawayRoot(`${REAL_ARC}.1`);
    const withFounders = (founders: readonly CharterFounder[]): Promise<Uint8Array> =>
      charterWith({ root: real.certificate, arc: REAL_ARC, founders }, real);
    const [first, second, third] = FOUNDERS as [CharterFounder, CharterFounder, CharterFounder];
    const retired = { ...first, retiredFrom: 7 };
    const founders = [retired, second, third];
    const bytes = await withFounders(founders);
    expect(openCharter(bytes).charter.founders).toEqual(founders);
    expect((decodeCbor(openCose(CHARTER_PROFILE, bytes).payload) as Map<number, CborValue>).get(1)).toBe(2);
    for (const few of [[], [first], [retired, second]]) {
      await expect(withFounders(few)).rejects.toMatchObject({ code: 'authority/trust-list-malformed' });
    }
  });

  test('under another root is untrusted', async () => {
    const other = await throwawayRoot('2.999.1');
    await expect(openTrustList(PAIR, other.spki, primitives)).rejects.toMatchObject({
      code: 'authority/trust-list-untrusted',
    });
  });

  test('whose charter another key signed in the name of our root is untrusted', async () => {
    const other = await throwawayRoot('2.999.1');
    const charterBytes = await forged(CHARTER_PROFILE, other, CHARTER_BYTES, []);
    const [, list] = decodeCbor(PAIR) as readonly Uint8Array[];
    await expect(opened(encodeTrustList(charterBytes, list!))).rejects.toMatchObject({
      code: 'authority/trust-list-untrusted',
    });
  });

  test.each([
    ['a seal key', sealSigners[0]],
    ['a status key', statusSigner],
    ['a stranger', softwareSigner()],
  ])('whose daily list was signed by %s is untrusted', async (_, signer) => {
    const [charterBytes, list] = decodeCbor(PAIR) as readonly Uint8Array[];
    const other = await forged(LIST_PROFILE, signer, list!, []);
    await expect(opened(encodeTrustList(charterBytes!, other))).rejects.toMatchObject({
      code: 'authority/trust-list-untrusted',
    });
  });

  test('with a list of another charter is a mismatch: a list cannot move to a charter that did not know it', async () => {
    const [, list] = decodeCbor(PAIR) as readonly Uint8Array[];
    const newer = await charterWith({ number: 4 });
    await expect(opened(encodeTrustList(newer, list!))).rejects.toMatchObject({
      code: 'authority/trust-list-mismatch',
    });
    const deps = { signer: listSigner, primitives };
    await expect(makeList(deps, newer, listFor(openedCharterBytes(PAIR)))).rejects.toMatchObject({
      code: 'authority/trust-list-mismatch',
    });
  });

  test('with a list that has a word about the charter is malformed', async () => {
    const [charterBytes, list] = decodeCbor(PAIR) as readonly Uint8Array[];
    for (const field of [8, 11, 13]) {
      const other = await forged(LIST_PROFILE, listSigner, list!, [[field, listSigner.spki]]);
      await expect(opened(encodeTrustList(charterBytes!, other))).rejects.toMatchObject({
        code: 'authority/trust-list-malformed',
      });
    }
  });

  test('has no two keys of one kid, and no key with two parts to play', async () => {
    for (const spki of [sealSigners[0].spki, listSigner.spki, statusSigner.spki]) {
      const sealKeys: readonly SealKey[] = [...SEAL_KEYS, { spki, state: 'current', statusList: 1 }];
      await expect(pairWith({}, { sealKeys })).rejects.toMatchObject({ code: 'authority/trust-list-malformed' });
    }
  });

  test.each<readonly [string, Partial<DailyList>]>([
    ['a life of more than a day', { expiresAt: unixSeconds(NOW + DAY + 1) }],
    ['no life', { expiresAt: NOW }],
    ['the number 0', { number: 0 }],
    [
      'a status list twice',
      { statusLists: [...listFor(CHARTER_BYTES).statusLists, { id: 1, uri: 'https://a.mx/3', purpose: 'seals' }] },
    ],
    [
      'a place twice',
      {
        statusLists: [
          ...listFor(CHARTER_BYTES).statusLists,
          { id: 3, uri: 'https://verifica.example.mx/status/1', purpose: 'seals' },
        ],
      },
    ],
    ['a seal key without a status list', { sealKeys: [{ ...SEAL_KEYS[0]!, statusList: 9 }] }],
    ['a seal key with a list of credentials', { sealKeys: [{ ...SEAL_KEYS[0]!, statusList: 2 }] }],
    ['a seal key on P-384', { sealKeys: [{ ...SEAL_KEYS[0]!, spki: root.spki }] }],
  ])('is not made with %s', async (_, change) => {
    await expect(pairWith({}, change)).rejects.toMatchObject({ code: 'authority/trust-list-malformed' });
  });

  test.each<readonly [string, Partial<Charter>]>([
    ['the number 0', { number: 0 }],
    ['an empty name', { institution: '' }],
    ['a name with a control character', { institution: 'A\u202eB' }],
    ['an origin that is none', { origin: 'verifica.example.mx' }],
    ['an origin twice', { formerOrigins: ['https://verifica.example.mx'] }],
    ['an arc that is none', { arc: '2.999.01' }],
    ['a root that is no certificate', { root: new Uint8Array(100) }],
    ['a list key on P-384', { listKey: root.spki }],
    ['no status key', { statusKeys: [] }],
    ['a log key that is none', { logKey: 'log' }],
    ['one person as two founders', { founders: [FOUNDERS[0]!, { ...FOUNDERS[1]!, person: FOUNDERS[0]!.person }] }],
    ['one key of two founders', { founders: [FOUNDERS[0]!, { ...FOUNDERS[1]!, key: FOUNDERS[0]!.key }] }],
    ['a founder whose key is none', { founders: [{ ...FOUNDERS[0]!, key: new Uint8Array(91) }] }],
    ['a founder without a name', { founders: [{ ...FOUNDERS[0]!, name: '' }] }],
    ['a unit twice', { coverage: [...CHARTER.coverage, ...CHARTER.coverage] }],
    ['a day that does not exist', { coverage: [{ unit: 'AC', since: '2026-02-30' as CalendarDay }] }],
  ])('has no charter with %s', async (_, change) => {
    await expect(charterWith(change)).rejects.toMatchObject({ code: 'authority/trust-list-malformed' });
  });

  test('has no charter signed by the root with more or less than version 1 has', async () => {
    for (const change of [
      [1, 2],
      [10, ['a founder']],
      [15, 'more'],
      [2, '3'],
    ] as const) {
      const bytes = await forged(CHARTER_PROFILE, root, CHARTER_BYTES, [change as [number, CborValue]]);
      expect(codeOf(() => openCharter(bytes))).toBe('authority/trust-list-malformed');
    }
  });

  test('has no charter that names another root than the one that signs it', async () => {
    const other = await throwawayRoot('2.999.1');
    await expect(charterWith({ root: other.certificate })).rejects.toMatchObject({
      code: 'authority/trust-list-malformed',
    });
  });

  test('with any one bit changed is not believed', async () => {
    const answers = new Set<string>();
    for (let bit = 0; bit < PAIR.length * 8; bit += 3) {
      const changed = Uint8Array.from(PAIR);
      changed[bit >> 3]! ^= 1 << (bit & 7);
      const answer = await opened(changed).then(
        () => 'believed',
        (error: unknown) => (isRefusal(error) ? error.code : String(error)),
      );
      answers.add(answer);
    }
    expect([...answers].sort()).toEqual(['authority/trust-list-malformed', 'authority/trust-list-untrusted']);
  });

  test('cut short, with more, or with other things is malformed', async () => {
    const [charterBytes, list] = decodeCbor(PAIR) as readonly Uint8Array[];
    for (const bytes of [
      ...[0, 1, 100, PAIR.length - 1].map((length) => PAIR.subarray(0, length)),
      concat(PAIR, Uint8Array.of(0)),
      encodeCbor([charterBytes!]),
      encodeCbor([charterBytes!, list!, list!]),
      encodeCbor([list!, charterBytes!]),
      encodeCbor([charterBytes!, 'list']),
      encodeCbor(new Map([[1, charterBytes!]])),
    ]) {
      await expect(opened(bytes)).rejects.toMatchObject({ code: 'authority/trust-list-malformed' });
    }
  });

  test('finds keys by kid and lists by number, and says until where a key counts', async () => {
    const trust = await opened(PAIR);
    const keys = sealSigners.map(({ spki }) => findSealKey(trust, kidOf(spki, primitives), primitives)!);
    expect(keys.map(({ state }) => state)).toEqual(['current', 'retired', 'compromised']);
    expect(keys.map((key) => [699, 700, 899, 900].map((leaf) => countsAt(key, leaf)))).toEqual([
      [true, true, true, true],
      [true, true, true, false],
      [true, false, false, false],
    ]);
    expect(findSealKey(trust, kidOf(listSigner.spki, primitives), primitives)).toBeUndefined();
    expect(findStatusKey(trust, kidOf(statusSigner.spki, primitives), primitives)).toEqual(statusSigner.spki);
    expect(findStatusList(trust, 2)?.purpose).toBe('credentials');
    expect(findStatusList(trust, 3)).toBeUndefined();
  });

  test('is fresh for its day, and then stale, never invalid', async () => {
    const trust = await opened(PAIR);
    const at = (seconds: number): string => trustListFreshness(trust, unixSeconds(NOW + seconds));
    expect([-301, -300, 0, DAY - 1, DAY].map(at)).toEqual(['stale', 'fresh', 'fresh', 'fresh', 'stale']);
  });
});

describe('a later trust list', () => {
  test.each<readonly [string, Partial<Charter>, Partial<DailyList>, string | undefined]>([
    ['the same', {}, {}, undefined],
    ['a newer list', {}, { number: 42 }, undefined],
    ['a newer charter and list', { number: 4 }, { number: 42 }, undefined],
    ['an older charter', { number: 2 }, { number: 42 }, 'authority/trust-list-regress'],
    ['an older list', {}, { number: 40 }, 'authority/trust-list-regress'],
    ['an older list under a newer charter', { number: 4 }, { number: 40 }, 'authority/trust-list-regress'],
    ['another charter of the same number', { institution: 'Otra' }, { number: 42 }, 'authority/trust-list-fork'],
    ['another list of the same number', {}, { sealKeys: [] }, 'authority/trust-list-fork'],
  ])('%s', async (_, charter, list, code) => {
    const previous = await opened(PAIR);
    const charterBytes = Object.keys(charter).length === 0 ? openedCharterBytes(PAIR) : await charterWith(charter);
    const next =
      code === undefined && Object.keys(list).length === 0
        ? previous
        : await opened(
            encodeTrustList(
              charterBytes,
              await makeList({ signer: listSigner, primitives }, charterBytes, listFor(charterBytes, list)),
            ),
          );
    const answer = (): string | undefined => {
      try {
        checkSuccessor(previous, next);
        return undefined;
      } catch (error) {
        return isRefusal(error) ? error.code : String(error);
      }
    };
    expect(answer()).toBe(code);
  });
});

function openedCharterBytes(pair: Uint8Array): Uint8Array {
  const [charterBytes] = decodeCbor(pair) as readonly Uint8Array[];
  return charterBytes!;
}
