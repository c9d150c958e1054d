import { describe, expect, test } from 'vitest';
import { generateKey } from '../../../src/adapters/keys.ts';
import { nodePrimitives } from '../../../src/adapters/primitives.ts';
import { systemClock } from '../../../src/adapters/system.ts';
import type { Card } from '../../../src/card/card.ts';
import { parseTagUid } from '../../../src/card/ntag424/uid.ts';
import { composeServices } from '../../../src/compose.ts';
import { fromHex } from '../../../src/core/bytes.ts';
import { encodeCbor, type CborValue } from '../../../src/core/cbor.ts';
import { unixSeconds } from '../../../src/core/time.ts';
import { cardProofBytes } from '../../../src/credential/on-card.ts';
import { LeafKind } from '../../../src/log/leaf.ts';
import { findRevoked, readCrl } from '../../../src/revocation/crl.ts';
import { inflateStatuses, openStatusList, statusAt } from '../../../src/revocation/status-list.ts';
import type { Services } from '../../../src/services.ts';
import { whileErased } from '../../support/erased-openings.ts';
import { plainLeaf } from '../../support/acts.ts';
import { newcomer, openOffice } from '../../support/office.ts';
import { codeOfAct } from '../../support/refuses.ts';
import { certifySlot, makeCard, proveSlot, registerCard, type SoftSlot } from '../../support/soft-slots.ts';

/*
 * Whoever may write to the database file makes no credential count before its card proved it, and no card what its leaves do
 * not say.
 */

let ahead = 0;
const office = await openOffice({ clock: () => unixSeconds(systemClock() + ahead) });
const { services, ports, config } = office;
const { database } = ports.data;
const now = systemClock();
let salted = 0;

async function append(kind: LeafKind, ref: number | undefined, record: readonly CborValue[]): Promise<number> {
  const leaf = plainLeaf(`card ${salted++}`, { kind, record: encodeCbor(record), ...(ref !== undefined && { ref }) });
  return (await ports.ledger.commit({ leaf, writes: [] })).index;
}

async function copyOf(index: number, ref: number | undefined): Promise<number> {
  const leaf = (await services.log.leaf(index))!;
  const { record, salt } = (await services.log.opening(index))!;
  const draft = { kind: leaf.kind, record, salt, ...(ref !== undefined && { ref }) };
  return (await ports.ledger.commit({ leaf: plainLeaf(`copy ${salted++}`, draft), writes: [] })).index;
}

const without = <Result>(index: number, act: () => Promise<Result>): Promise<Result> =>
  whileErased(database, index, act);

type Row = Record<string, unknown>;

/** Edits a row, and says how to put it back. */
function edit(table: 'credential' | 'card' | 'official', key: string, change: (record: Row) => void): () => void {
  const { record } = database.prepare(`SELECT record FROM ${table} WHERE key = ?`).get(key)!;
  const edited = JSON.parse(String(record)) as Row;
  change(edited);
  const write = database.prepare(`UPDATE ${table} SET record = ? WHERE key = ?`);
  write.run(JSON.stringify(edited), key);
  return () => void write.run(String(record), key);
}

/** In this process, and in one that has read none of it yet. */
async function both(check: (all: Services) => Promise<void>): Promise<void> {
  await check(services);
  await check(await composeServices(config, ports));
}

async function isHeld(all: Services, serial: string, statusIndex: number): Promise<void> {
  expect((await all.verifyCredential(serial)).state).toBe('suspended');
  await isListedAsHeld(all, serial, statusIndex);
}

async function isListedAsHeld(all: Services, serial: string, statusIndex: number): Promise<void> {
  // A status list may be a minute old.
  ahead += 61;
  const list = inflateStatuses(openStatusList(await all.publications.statusList('credenciales')), nodePrimitives);
  expect(statusAt(list, statusIndex)).toBe('suspended');
  expect(findRevoked(readCrl(await all.publishCrl('credenciales')), serial)?.reason).toBe(6);
}

const findings = async (key: string): Promise<readonly object[]> =>
  (await services.auditLog()).register.findings.filter((finding) => finding.key === key);

async function unproven(): Promise<{ card: Card; staff: SoftSlot; statusIndex: number; issuedLeaf: number }> {
  const card = await registerCard(services, await newcomer(office));
  const staff = await certifySlot(services, card, '9A');
  const { statusIndex, issuedLeaf } = (await services.credentials.find(staff.serial))!.record;
  return { card, staff, statusIndex, issuedLeaf: issuedLeaf! };
}

describe('a credential does not count before its proof and the activation of its card,', () => {
  test('whatever somebody makes of its row', async () => {
    const { staff, statusIndex, issuedLeaf } = await unproven();
    const proof = { at: now, challenge: { $bytes: 'A'.repeat(43) }, signature: { $bytes: 'A'.repeat(86) } };
    for (const change of [
      (row: Row) => Object.assign(row, { provenLeaf: issuedLeaf, proof }),
      (row: Row) => {
        row['keyPlace'] = 'csr';
        delete row['card'];
      },
    ]) {
      const back = edit('credential', staff.serial, change);
      await both(async (all) => {
        expect(['suspended', 'not-registered']).toContain((await all.verifyCredential(staff.serial)).state);
        expect(await codeOfAct(() => all.shown.credential(staff.serial))).toBe('log/corrupt');
        expect(await codeOfAct(() => all.cards.challenge(staff.serial))).toBe('log/corrupt');
      });
      expect(await findings(staff.serial)).not.toEqual([]);
      back();
      await both((all) => isHeld(all, staff.serial, statusIndex));
    }
  });

  test('by a leaf that somebody appended: the signature is not by the key, or over something else', async () => {
    const { card, staff, statusIndex, issuedLeaf } = await unproven();
    const [guid, serial, challenge] = [fromHex(card.guid)!, fromHex(staff.serial)!, new Uint8Array(32).fill(1)];
    const foreign = await generateKey('P-256');
    const other = await unproven();
    const proofs = [
      [serial, challenge, new Uint8Array(64)],
      [serial, challenge, await foreign.signer.sign(cardProofBytes(guid, serial, challenge))],
      [serial, challenge, await staff.key.signer.sign(cardProofBytes(fromHex(other.card.guid)!, serial, challenge))],
      [serial, challenge, await staff.key.signer.sign(challenge)],
    ] as const;
    for (const [named, drawn, signature] of proofs) {
      const record = [1, 'credential/proven', 'credenciales', named, now, drawn, signature];
      const leaf = await append(LeafKind.credentialProven, issuedLeaf, record);
      expect(await findings(staff.serial)).toContainEqual(expect.objectContaining({ leaf, field: 'provenLeaf' }));
    }
    await both((all) => isHeld(all, staff.serial, statusIndex));
    // Nor do they keep the card from proving it.
    await proveSlot(services, card, staff);
    const serials = [staff.serial];
    for (const slot of ['9C', '9E'] as const) {
      const one = await certifySlot(services, card, slot);
      await proveSlot(services, card, one);
      serials.push(one.serial);
    }
    await both((all) => isHeld(all, staff.serial, statusIndex));
    await services.cards.activate({ number: card.number, serials });
    await both(async (all) => expect((await all.verifyCredential(staff.serial)).state).toBe('current'));
  });

  test('by an activation of another card, or one that came before its proof', async () => {
    const { card, staff, statusIndex } = await unproven();
    const made = await makeCard(services, await newcomer(office));
    await copyOf(made.card.activatedLeaf!, card.registeredLeaf);
    await proveSlot(services, card, staff);
    await both((all) => isHeld(all, staff.serial, statusIndex));
    const early = await unproven();
    const record = [1, 'card/activated', early.card.number, now, null, null, null, []];
    await append(LeafKind.cardActivated, early.card.registeredLeaf, record);
    const challenge = new Uint8Array(32).fill(1);
    const [guid, serial] = [fromHex(early.card.guid)!, fromHex(early.staff.serial)!];
    const signature = await early.staff.key.signer.sign(cardProofBytes(guid, serial, challenge));
    const proof = [1, 'credential/proven', 'credenciales', serial, now, challenge, signature];
    await append(LeafKind.credentialProven, early.issuedLeaf, proof);
    ahead += 61;
    await both(async (all) => {
      const list = inflateStatuses(openStatusList(await all.publications.statusList('credenciales')), nodePrimitives);
      expect(statusAt(list, early.statusIndex)).toBe('suspended');
    });
  });

  test('by a copy of the proof of another credential', async () => {
    const { card, staff, statusIndex, issuedLeaf } = await unproven();
    const second = await certifySlot(services, card, '9E');
    await proveSlot(services, card, second);
    const { provenLeaf } = (await services.credentials.find(second.serial))!.record;
    await copyOf(provenLeaf!, issuedLeaf);
    await both((all) => isHeld(all, staff.serial, statusIndex));
  });

  test('and not any more once nobody can read the proof, or the activation', async () => {
    const { card, slots } = await makeCard(services, await newcomer(office));
    const staff = slots['9A'];
    const { provenLeaf, statusIndex } = (await services.credentials.find(staff.serial))!.record;
    await without(provenLeaf!, async () => {
      const fresh = await composeServices(config, ports);
      await isListedAsHeld(fresh, staff.serial, statusIndex);
      expect(await codeOfAct(() => fresh.verifyCredential(staff.serial))).toBe('log/opening-missing');
      expect(await codeOfAct(() => fresh.shown.credential(staff.serial))).toBe('log/opening-missing');
      expect(await codeOfAct(() => fresh.cards.activate({ number: card.number, serials: [staff.serial] }))).toBe(
        'log/opening-missing',
      );
    });
    await without(card.activatedLeaf!, async () => {
      const fresh = await composeServices(config, ports);
      await isListedAsHeld(fresh, staff.serial, statusIndex);
      expect(await codeOfAct(() => fresh.verifyCredential(staff.serial))).toBe('log/opening-missing');
    });
    await both(async (all) => expect((await all.verifyCredential(staff.serial)).state).toBe('current'));
    expect(await findings(staff.serial)).toEqual([]);
  });
});

describe('a card is what its leaves say,', () => {
  test('whatever somebody makes of its row, and although the row is gone', async () => {
    const { card } = await makeCard(services, await newcomer(office));
    const other = await newcomer(office);
    const held = (row: Row): void =>
      void Object.assign(row, {
        officialId: other.id,
        state: 'registered',
        guid: '0'.repeat(32),
        expires: '2099-01-01',
      });
    const back = edit('card', card.number, held);
    await both(async (all) => {
      expect(await all.cards.find({ number: card.number })).toEqual(card);
      expect(await all.cards.find({ guid: card.guid })).toEqual(card);
      expect((await all.cards.holder(card.officialId)).card).toEqual(card);
      expect((await all.cards.holder(other.id)).card).toBeUndefined();
      expect((await all.verifyBadge(card.number)).state).toBe('current');
    });
    expect(await findings(card.number)).not.toEqual([]);
    back();
    expect(await findings(card.number)).toEqual([]);
    database.prepare('DELETE FROM card WHERE key = ?').run(card.number);
    await both(async (all) => expect((await all.verifyBadge(card.number)).state).toBe('current'));
    const ended = await services.cards.end({ number: card.number, reason: 'stolen' });
    await both(async (all) => {
      expect(await all.cards.find({ number: card.number })).toEqual(ended);
      expect((await all.verifyBadge(card.number)).verdict).toBe('invalid');
    });
    // The act has made the row anew.
    expect(await findings(card.number)).toEqual([]);
  });

  test('and an ended one does not come back by an edited row, nor by copies of the leaves before', async () => {
    const { card, slots } = await makeCard(services, await newcomer(office));
    await services.cards.end({ number: card.number, reason: 'lost' });
    const registered = await copyOf(card.registeredLeaf, undefined);
    const activated = await copyOf(card.activatedLeaf!, registered);
    edit('card', card.number, (row) => {
      delete row['ended'];
      delete row['endedLeaf'];
      Object.assign(row, { state: 'active', registeredLeaf: registered, activatedLeaf: activated });
    });
    await both(async (all) => {
      expect((await all.cards.find({ number: card.number }))?.state).toBe('ended');
      expect((await all.verifyBadge(card.number)).verdict).toBe('invalid');
      expect((await all.verifyCredential(slots['9A'].serial)).state).toBe('revoked');
      expect(await codeOfAct(() => certifySlot(all, card, '9A'))).toBe('card/ended');
    });
    expect(await findings(card.number)).not.toEqual([]);
  });

  test('and no edited row of its holder or of what is on it keeps it from being ended', async () => {
    const { card, slots } = await makeCard(services, await newcomer(office));
    const unfinished = await unproven();
    const backs = [
      edit('official', card.officialId, (row) => void (row['powers'] = ['Otra'])),
      edit('credential', slots['9E'].serial, (row) => void (row['officialId'] = 'X')),
      edit('credential', unfinished.staff.serial, (row) => void (row['provenLeaf'] = 0)),
    ];
    expect(await codeOfAct(() => services.cards.holder(card.officialId))).toBe('log/corrupt');
    await services.cards.discard(unfinished.staff.serial);
    await services.cards.end({ number: card.number, reason: 'stolen' }).catch((error: { code: string }) => {
      expect(error.code).toBe('data/row-damaged');
    });
    backs.slice(0, 2).forEach((back) => back());
    await both(async (all) => {
      expect((await all.verifyBadge(card.number)).verdict).toBe('invalid');
      for (const slot of ['9A', '9C'] as const) {
        expect((await all.verifyCredential(slots[slot].serial)).state).toBe('revoked');
      }
      expect((await all.verifyCredential(unfinished.staff.serial)).state).toBe('revoked');
    });
    // Asked again, it goes on.
    await services.cards.end({ number: card.number, reason: 'stolen' });
    await both(async (all) => expect((await all.verifyCredential(slots['9E'].serial)).state).toBe('revoked'));
  });

  test('an end counts unread, an activation does not', async () => {
    const active = (await makeCard(services, await newcomer(office))).card;
    const { card } = await makeCard(services, await newcomer(office));
    const ended = await services.cards.end({ number: card.number, reason: 'lost' });
    await without(ended.endedLeaf!, async () =>
      both(async (all) => {
        expect((await all.cards.find({ number: card.number }))?.state).toBe('ended');
        expect((await all.verifyBadge(card.number)).verdict).toBe('invalid');
      }),
    );
    await without(active.activatedLeaf!, async () =>
      both(async (all) => {
        expect(await codeOfAct(() => all.verifyBadge(active.number))).toBe('log/opening-missing');
        expect(await codeOfAct(() => all.cards.find({ number: active.number }))).toBe('log/opening-missing');
      }),
    );
    await both(async (all) => expect((await all.verifyBadge(active.number)).state).toBe('current'));
  });

  test.each<[string, LeafKind, (card: Card) => readonly CborValue[]]>([
    ['an activation of another', LeafKind.cardActivated, () => [1, 'card/activated', 'X', now, null, null, null, []]],
    [
      'an activation with a tag that it was never given',
      LeafKind.cardActivated,
      ({ number }) => [1, 'card/activated', number, now, fromHex('04a1b2c3d4e5f6')!, '0001', 1, []],
    ],
    [
      'a tag that is none',
      LeafKind.cardTagAssigned,
      ({ number }) => [1, 'card/tag-assigned', number, fromHex('05a1b2c3d4e5f6')!, '0001', 1],
    ],
    ['an end for no reason of ours', LeafKind.cardEnded, ({ number }) => [1, 'card/ended', number, now, 'bored']],
  ])('%s says nothing', async (_, kind, record) => {
    const card = await registerCard(services, await newcomer(office));
    await append(kind, card.registeredLeaf, record(card));
    await both(async (all) => {
      expect(await all.cards.find({ number: card.number })).toEqual(card);
      expect((await all.verifyBadge(card.number)).state).toBe('not-yet-valid');
    });
    expect((await services.auditLog()).sound).toBe(false);
    const uid = parseTagUid(fromHex(`04${String(salted++).padStart(12, '0')}`)!)!;
    await services.cards.assignTag(card.number, uid, { isBlank: true });
    expect(
      (await services.cards.activate({ number: card.number, serials: [], tag: { uid, keyVersion: 1, counter: 0 } }))
        .state,
    ).toBe('active');
  });
});
