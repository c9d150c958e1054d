import { describe, expect, test } from 'vitest';
import { nodePrimitives } from '../../../src/adapters/primitives.ts';
import { LoggedCards, type VersionedCards } from '../../../src/adapters/logged/cards.ts';
import { witnessLog } from '../../../src/adapters/logged/first-leaves.ts';
import { sqliteLog } from '../../../src/adapters/sql/log-reader.ts';
import { sqlCards } from '../../../src/adapters/sql/cards.ts';
import { parseTagUid } from '../../../src/card/ntag424/uid.ts';
import { composeServices } from '../../../src/compose.ts';
import { fromHex, toHex } from '../../../src/core/bytes.ts';
import { encodeCbor } from '../../../src/core/cbor.ts';
import { LeafKind } from '../../../src/log/leaf.ts';
import type { Services } from '../../../src/services.ts';
import { plainLeaf } from '../../support/acts.ts';
import { newcomer, openOffice, refusedForNothing } from '../../support/office.ts';
import { codeOfAct } from '../../support/refuses.ts';
import { registerCard } from '../../support/soft-slots.ts';

/* Which keys of a tag count is what its leaves say, whatever somebody makes of rows, or appends. */

const office = await openOffice();
const { services, ports, config } = office;
const { cards } = services;
const { database } = ports.data;
let drawn = 0;

/** In this process, and in one that has read none of it yet. */
async function both(check: (all: Services) => Promise<void>): Promise<void> {
  await check(services);
  await check(await composeServices(config, ports));
}

async function append(number: string, ref: number, uid: Uint8Array, keyVersion: number): Promise<number> {
  const record = encodeCbor([1, 'card/tag-assigned', number, uid, '0001', keyVersion]);
  const leaf = plainLeaf(`tag ${drawn++}`, { kind: LeafKind.cardTagAssigned, record, ref });
  return (await ports.ledger.commit({ leaf, writes: [] })).index;
}

/** A card whose tag was given keys as often. */
async function given(times: number) {
  const card = await registerCard(services, await newcomer(office));
  const uid = parseTagUid(fromHex(`04${(drawn++).toString(16).padStart(12, '0')}`)!)!;
  const leaves: number[] = [];
  for (let version = 1; version <= times; version++) {
    await cards.assignTag(card.number, uid, { isBlank: true });
    leaves.push((await cards.find({ number: card.number }))!.tagLeaf!);
  }
  return { number: card.number, ref: card.registeredLeaf, uid, digits: toHex(uid).toUpperCase(), leaves };
}

const findings = async (number: string): Promise<readonly object[]> =>
  (await services.auditLog()).register.findings.filter(({ key }) => key === number);

describe('the keys of a tag are those that it was given last,', () => {
  test('whoever puts the row back to those of before', async () => {
    const { number, uid, digits, leaves } = await given(2);
    expect(await findings(number)).toEqual([]);
    const { record } = database.prepare('SELECT record FROM card WHERE key = ?').get(number)!;
    const old = JSON.parse(String(record)) as { tag: { keyVersion: number }; tagLeaf: number };
    old.tag.keyVersion = 1;
    old.tagLeaf = leaves[0]!;
    database.prepare('UPDATE card SET record = ? WHERE key = ?').run(JSON.stringify(old), number);
    await both(async (all) => {
      expect(await all.cards.find({ tagUid: digits })).toMatchObject({ number, tag: { keyVersion: 2 } });
      const activate = () => all.cards.activate({ number, serials: [], tag: { uid, keyVersion: 1, counter: 1 } });
      expect(await codeOfAct(activate)).toBe('card/tag-given-anew');
    });
    expect(await findings(number)).toMatchObject([{ problem: 'row-differs', field: 'tagLeaf', leaf: leaves[1] }]);
    // The next act mends it.
    expect((await cards.assignTag(number, uid, { isBlank: true })).keyVersion).toBe(3);
    expect(await findings(number)).toEqual([]);
  });

  test('whoever appends that it was given older ones, or is another tag, and the audit names that leaf', async () => {
    const { number, ref, uid, digits } = await given(2);
    const other = Uint8Array.from(uid).with(6, 0xff);
    const wrong = [
      await append(number, ref, uid, 1),
      await append(number, ref, uid, 2),
      await append(number, ref, other, 9),
    ];
    await both(async (all) => {
      expect(await all.cards.find({ tagUid: digits })).toMatchObject({ number, tag: { keyVersion: 2 } });
      expect(await all.cards.find({ tagUid: toHex(other).toUpperCase() })).toBeUndefined();
    });
    await cards.assignTag(number, uid, { isBlank: true });
    const named = await findings(number);
    expect(named.map((finding) => (finding as { readonly leaf?: number }).leaf)).toEqual(wrong);
    await both(async (all) => {
      expect(await all.cards.find({ tagUid: digits })).toMatchObject({ number, tag: { keyVersion: 3 } });
    });
  });

  test('also where it was given the last version that there is', async () => {
    const { number, ref, uid } = await given(1);
    await append(number, ref, uid, 255);
    const again = () => cards.assignTag(number, uid, { isBlank: true });
    expect(await refusedForNothing(services, again)).toBe('card/tag-worn-out');
  });

  test('and an act that goes by those of before, because others were given meanwhile, is not recorded', async () => {
    const { number, uid } = await given(1);
    let isBetween = true;
    const rows = sqlCards(ports.data);
    const slow: VersionedCards = {
      ...rows,
      async find(key) {
        if (isBetween) await cards.assignTag(number, uid, { isBlank: true });
        isBetween = false;
        return rows.find(key);
      },
    };
    const log = witnessLog(sqliteLog(ports.data, nodePrimitives), nodePrimitives);
    const found = (await new LoggedCards(slow, log, nodePrimitives).find(number))!;
    const { version } = (await rows.find(number))!;
    expect(found.version === version && found.record.tag!.keyVersion === 1, 'an old card as the newest').toBe(false);
  });
});
