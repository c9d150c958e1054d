import { describe, expect, test } from 'vitest';
import { systemClock } from '../../../src/adapters/system.ts';
import { cardAccessBytes } from '../../../src/card/access-proof.ts';
import type { Card } from '../../../src/card/card.ts';
import { parseTagUid } from '../../../src/card/ntag424/uid.ts';
import { composeServices } from '../../../src/compose.ts';
import { fromHex } from '../../../src/core/bytes.ts';
import { unixSeconds } from '../../../src/core/time.ts';
import { takeRow, whileEdited } from '../../support/edited-row.ts';
import { whileErased } from '../../support/erased-openings.ts';
import { newcomer, openOffice, refusedForNothing } from '../../support/office.ts';
import { codeOfAct } from '../../support/refuses.ts';
import { certifySlot, makeCard, proveSlot, registerCard, type SoftSlot } from '../../support/soft-slots.ts';

/* What the log tells of a card is not taken for absent because somebody took rows away: put back, it is what it was. */

let ahead = 0;
const office = await openOffice({ clock: () => unixSeconds(systemClock() + ahead) });
const { services, ports, config } = office;
const { cards } = services;
const { database } = ports.data;

async function proven(card: Card, slot: '9A' | '9C' | '9E'): Promise<SoftSlot> {
  const made = await certifySlot(services, card, slot);
  await proveSlot(services, card, made);
  return made;
}

const secretsOf = ({ number }: Card) => [() => cards.managementKey({ number }), () => cards.puk({ number })];

describe('while the row of a credential of a card is gone', () => {
  test('nothing is certified in its place, and the card becomes active neither with a chip nor with a tag alone', async () => {
    const card = await registerCard(services, await newcomer(office));
    const kept = await Promise.all((['9A', '9E'] as const).map((slot) => proven(card, slot)));
    const first = await proven(card, '9C');
    const putBack = takeRow(database, 'credential', first.serial);
    await expect(certifySlot(services, card, '9C')).rejects.toMatchObject({
      code: 'log/corrupt',
      facts: { noun: 'credential', key: first.serial },
    });
    const uid = parseTagUid(fromHex('04a1b2c3d4e5f6')!)!;
    await cards.assignTag(card.number, uid, { isBlank: true });
    const tag = { uid, keyVersion: 1, counter: 0 };
    for (const serials of [[], kept.map(({ serial }) => serial)]) {
      const activate = () => cards.activate({ number: card.number, serials, tag });
      expect(await refusedForNothing(services, activate)).toBe('log/corrupt');
    }
    ahead += 16 * 60;
    // All others of the card are revoked for it.
    expect(await codeOfAct(() => services.revokeUnproven())).toBe('log/corrupt');
    for (const { serial } of kept) expect((await services.verifyCredential(serial)).state).toBe('revoked');
    putBack();
    expect((await services.verifyCredential(first.serial)).state).toBe('suspended');
    await services.revokeUnproven();
    expect((await services.verifyCredential(first.serial)).state).toBe('revoked');
  });

  test('whose card it is to be is told all the same, as of one whose key was proven: no list of others stops at it', async () => {
    const person = await newcomer(office);
    const card = await registerCard(services, person);
    const { serial } = await certifySlot(services, card, '9A');
    const putBack = takeRow(database, 'credential', serial);
    expect(await cards.holder(person.id)).toMatchObject({ card: { number: card.number }, isCardProven: true });
    putBack();
    expect(await cards.holder(person.id)).toMatchObject({ isCardProven: false });
  });

  test('one alone on a card does not make it a tag alone', async () => {
    const card = await registerCard(services, await newcomer(office));
    const { serial } = await proven(card, '9C');
    const uid = parseTagUid(fromHex('04a1b2c3d4e5f7')!)!;
    await cards.assignTag(card.number, uid, { isBlank: true });
    takeRow(database, 'credential', serial);
    const tag = { uid, keyVersion: 1, counter: 0 };
    const activate = () => cards.activate({ number: card.number, serials: [], tag });
    expect(await refusedForNothing(services, activate)).toBe('log/corrupt');
  });

  test('no secret of a card is told without the proof that it is in a reader', async () => {
    const card = await registerCard(services, await newcomer(office));
    const own = await proven(card, '9E');
    const putBack = takeRow(database, 'credential', own.serial);
    for (const ask of secretsOf(card)) expect(await refusedForNothing(services, ask)).toBe('log/corrupt');
    putBack();
    for (const ask of secretsOf(card)) expect(await codeOfAct(ask)).toBe('card/proof-missing');
  });

  test('nobody gets a PUK because it was the one that is suspended', async () => {
    const { card, slots } = await makeCard(services, await newcomer(office));
    const { challenge } = (await cards.accessChallenge(card.number, 'puk'))!;
    const signature = await slots['9E'].key.signer.sign(cardAccessBytes(fromHex(card.guid)!, 'puk', challenge));
    await services.suspendCredential(slots['9A'].serial);
    takeRow(database, 'credential', slots['9A'].serial);
    const ask = () => cards.puk({ number: card.number, proof: { challenge, signature } });
    expect(await refusedForNothing(services, ask)).toBe('log/corrupt');
  });
});

test('no secret of a card is told without proof because the record of the proof of its key is gone, whatever the row says', async () => {
  const card = await registerCard(services, await newcomer(office));
  const { serial } = await proven(card, '9E');
  const { provenLeaf } = (await services.credentials.find(serial))!.record;
  const unprove = (record: Record<string, unknown>): void => {
    delete record['proof'];
    delete record['provenLeaf'];
  };
  await whileErased(database, provenLeaf!, () =>
    whileEdited(database, 'credential', serial, unprove, async () => {
      const fresh = await composeServices(config, ports);
      for (const ask of secretsOf(card)) expect(await refusedForNothing(services, ask)).toBe('log/opening-missing');
      expect(await codeOfAct(() => fresh.cards.puk({ number: card.number }))).toBe('log/opening-missing');
    }),
  );
  for (const ask of secretsOf(card)) expect(await codeOfAct(ask)).toBe('card/proof-missing');
});
