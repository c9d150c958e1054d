import { afterAll, beforeAll, expect, test } from 'vitest';
import { FileKeys } from '../../src/adapters/keys.ts';
import { nodePrimitives as primitives } from '../../src/adapters/primitives.ts';
import { readCertificate } from '../../src/authority/certificate.ts';
import { makeCardBundle, openCardBundle, type CardBundle, type OpenedBundle } from '../../src/card/bundle.ts';
import { decodeCbor } from '../../src/core/cbor.ts';
import { openCose } from '../../src/core/cose.ts';
import { makeInstallation, type Installation } from '../support/installation.ts';
import { codeOfAct } from '../support/refuses.ts';

let office: Installation;
let bytes: Uint8Array;

beforeAll(async () => {
  office = await makeInstallation();
  bytes = await office.services.toldCards.bundle();
});
afterAll(() => office.remove());

const opened = (list: Uint8Array): Promise<OpenedBundle> =>
  openCardBundle(list, readCertificate(office.services.charter.root).key.spki, primitives);

function payloadOf(list: Uint8Array): ReadonlyMap<number, never> {
  const profile = { algorithm: 'ES256', context: 'cotejo-card-bundle-v1', maxBytes: list.length } as const;
  return decodeCbor(openCose(profile, list).payload) as unknown as ReadonlyMap<number, never>;
}

/** The same list under its own key, with another telephone or none. */
async function withTelephone(telephone: string | undefined): Promise<Uint8Array> {
  const map = payloadOf(bytes);
  const [madeAt, trustList, statusList, crls] = [2, 3, 4, 5].map((key) => map.get(key)!) as never[];
  const parts = { madeAt, trustList, statusList, crls, cards: [], leftOut: [] } as unknown as CardBundle;
  const { signer } = await new FileKeys(office.config.keysFolder, { development: true }).get('trust-list');
  return makeCardBundle({ signer, primitives }, { ...parts, ...(telephone !== undefined && { telephone }) });
}

test("a counter's list tells whom to call; one of before, without it, is read as it was", async () => {
  expect((await opened(bytes)).telephone).toBe('55 0000 0000');
  expect(payloadOf(bytes).get(1)).toBe(2);
  const before = await withTelephone(undefined);
  expect([payloadOf(before).get(1), payloadOf(before).size]).toEqual([1, 8]);
  expect((await opened(before)).telephone).toBeUndefined();
});

test.each(['llame a su primo', '', ' 55 0000 0000', `55 0000 0000 ext. ${'1'.repeat(60)}`])(
  'what is no telephone is none, whoever signed the list: %j',
  async (telephone) => {
    expect(await codeOfAct(() => withTelephone(telephone))).toBe('card/bundle-malformed');
  },
);
