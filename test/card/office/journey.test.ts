import { randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { generateKey } from '../../../src/adapters/keys.ts';
import { nodePrimitives } from '../../../src/adapters/primitives.ts';
import { systemClock } from '../../../src/adapters/system.ts';
import { readCertificate } from '../../../src/authority/certificate.ts';
import { cardGuidOf } from '../../../src/authority/card-name.ts';
import { formatCardNumber, parseCardNumber } from '../../../src/card/card.ts';
import { composeServices } from '../../../src/compose.ts';
import { toHex } from '../../../src/core/bytes.ts';
import { unixSeconds } from '../../../src/core/time.ts';
import { findRevoked, readCrl } from '../../../src/revocation/crl.ts';
import { inflateStatuses, openStatusList, statusAt } from '../../../src/revocation/status-list.ts';
import type { Services } from '../../../src/services.ts';
import { newcomer, openOffice, refusedForNothing } from '../../support/office.ts';
import { codeOfAct } from '../../support/refuses.ts';
import { certifySlot, keyRequest, makeCard, proofOf, proveSlot, registerCard } from '../../support/soft-slots.ts';

let ahead = 0;
const office = await openOffice({ clock: () => unixSeconds(systemClock() + ahead) });
const { services, config, ports } = office;
const { cards } = services;

/** What pages, lists and the status list say of a credential. */
async function told(all: Services, serial: string): Promise<readonly unknown[]> {
  const { statusIndex } = (await all.credentials.find(serial))!.record;
  const entry = findRevoked(readCrl(await all.publishCrl('credenciales')), serial);
  const list = inflateStatuses(openStatusList(await all.publications.statusList('credenciales')), nodePrimitives);
  return [(await all.verifyCredential(serial)).state, statusAt(list, statusIndex), entry?.reason];
}

const HELD = ['suspended', 'suspended', 6];
const CURRENT = ['current', 'valid', undefined];
const minute = (): void => void (ahead += 61);

describe('a card', () => {
  test('is registered once for a request, and one for a person at a time', async () => {
    const person = await newcomer(office);
    const request = { officialId: person.id, idempotencyKey: randomUUID() };
    const card = await cards.register(request);
    expect(await cards.register(request)).toEqual(card);
    expect(parseCardNumber(` ${formatCardNumber(card.number).toLowerCase()}`)).toBe(card.number);
    expect(await refusedForNothing(services, () => registerCard(services, person))).toBe('card/has-one');
    await cards.end({ number: card.number, reason: 'lost' });
    const next = await registerCard(services, person);
    expect(next).toMatchObject({ state: 'registered', officialId: person.id });
    expect(await cards.find({ guid: next.guid })).toEqual(next);
    expect((await services.auditLog()).register.findings).toEqual([]);
  });

  test('is the same for a retry that overlaps the first try, however little later it begins', async () => {
    for (let later = 0; later < 100; later++) {
      const request = { officialId: (await newcomer(office)).id, idempotencyKey: randomUUID() };
      const first = cards.register(request);
      for (let i = 0; i < later; i++) await Promise.resolve();
      const [one, two] = await Promise.all([first, cards.register(request)]);
      expect(two.number, `${later} turns later`).toBe(one.number);
    }
  });

  test('is not for who has no mandate', async () => {
    const gone = await newcomer(office);
    await services.endOfficial({ id: gone.id, reason: 'resigned' });
    expect(await refusedForNothing(services, () => registerCard(services, gone))).toBe('credential/no-mandate');
  });

  test('counts when it is active, with all that is on it, and until then everybody says that it is on hold', async () => {
    const card = await registerCard(services, await newcomer(office));
    const staff = await certifySlot(services, card, '9A');
    minute();
    expect(await told(services, staff.serial)).toEqual(HELD);
    const certificate = readCertificate(staff.certificate);
    expect(toHex(cardGuidOf(certificate)!)).toBe(card.guid);
    const serials = [staff.serial];
    expect(await codeOfAct(() => cards.activate({ number: card.number, serials }))).toBe('card/not-proven');
    await proveSlot(services, card, staff);
    for (const slot of ['9C', '9E'] as const) {
      const made = await certifySlot(services, card, slot);
      await proveSlot(services, card, made);
      serials.push(made.serial);
    }
    minute();
    expect(await told(services, staff.serial)).toEqual(HELD);
    expect(await told(await composeServices(config, ports), staff.serial)).toEqual(HELD);
    expect((await services.verifyBadge(card.number)).state).toBe('not-yet-valid');
    const active = await cards.activate({ number: card.number, serials });
    expect(active).toMatchObject({ state: 'active' });
    minute();
    expect(await told(services, staff.serial)).toEqual(CURRENT);
    expect(await cards.activate({ number: card.number, serials })).toEqual(active);
    expect((await services.verifyBadge(card.number)).state).toBe('current');
    // A process that has read none of it yet.
    expect(await told(await composeServices(config, ports), staff.serial)).toEqual(CURRENT);
    expect(await codeOfAct(() => certifySlot(services, card, '9A'))).toBe('card/already-active');
    expect((await services.auditLog()).register.findings).toEqual([]);
  });

  test('is of a person whose name is reserved without a key for letters', async () => {
    const person = await newcomer(office, { publication: 'reserved', legalGround: 'Resolución 1/2026' });
    const { slots, isReserved } = await cards.holder(person.id);
    expect({ slots, isReserved }).toEqual({ slots: ['9A', '9E'], isReserved: true });
    const card = await registerCard(services, person);
    expect(await refusedForNothing(services, () => certifySlot(services, card, '9C'))).toBe('card/slot-not-allowed');
    const serials: string[] = [];
    for (const slot of slots) {
      const made = await certifySlot(services, card, slot);
      await proveSlot(services, card, made);
      serials.push(made.serial);
    }
    expect((await cards.activate({ number: card.number, serials })).state).toBe('active');
  });

  test('and all on it end with the mandate of its holder', async () => {
    const person = await newcomer(office, { validUntil: '2027-03-31' });
    const card = await registerCard(services, person);
    expect(card.expires).toBe('2027-03-31');
    const { certificate } = await certifySlot(services, card, '9E');
    expect(readCertificate(certificate).notAfter).toBe(Date.parse('2027-04-01T06:00:00Z') / 1000 - 1);
  });
});

describe('the key of a slot', () => {
  test('gets one certificate, and another key of the slot revokes it', async () => {
    const card = await registerCard(services, await newcomer(office));
    const first = await certifySlot(services, card, '9A');
    expect((await certifySlot(services, card, '9A', first.key)).serial).toBe(first.serial);
    const second = await certifySlot(services, card, '9A');
    expect((await services.credentials.find(first.serial))?.record.revoked?.reason).toBe('superseded');
    expect((await cards.certificates(card.number)).map(({ serial }) => serial)).toEqual([second.serial]);
    expect(await codeOfAct(() => certifySlot(services, card, '9A', first.key))).toBe('credential/already-revoked');
    await cards.discard(second.serial);
    await cards.discard(second.serial);
    expect(await cards.certificates(card.number)).toEqual([]);
  });

  test('was never certified before: not on an earlier card, in another slot, nor in a request of the person', async () => {
    const person = await newcomer(office);
    const { card: earlier, slots } = await makeCard(services, person);
    const loose = await generateKey('P-256');
    const csr = await keyRequest(loose);
    const plain = { officialId: person.id, days: 30 } as const;
    const issue = (key: Uint8Array) =>
      services.issueCredential({ ...plain, kind: 'staff', csr: key, idempotencyKey: randomUUID() });
    await issue(csr);
    // A key without its card would count on when the card is ended.
    expect(await codeOfAct(async () => issue(await keyRequest(slots['9A'].key)))).toBe('credential/key-in-use');
    await cards.end({ number: earlier.number, reason: 'replaced' });
    expect(await codeOfAct(async () => issue(await keyRequest(slots['9A'].key)))).toBe('credential/key-in-use');
    const card = await registerCard(services, person);
    const own = await certifySlot(services, card, '9A');
    for (const key of [slots['9A'].key, slots['9E'].key, loose]) {
      expect(await refusedForNothing(services, () => certifySlot(services, card, '9A', key))).toBe(
        'credential/key-in-use',
      );
    }
    expect(await codeOfAct(() => certifySlot(services, card, '9E', own.key))).toBe('credential/key-in-use');
    expect((await cards.certificates(card.number)).map(({ serial }) => serial)).toEqual([own.serial]);
    expect((await services.auditLog()).register.findings).toEqual([]);
  });

  test('has to be proven by its own signature over a challenge of ours, once, in two minutes', async () => {
    const card = await registerCard(services, await newcomer(office));
    const staff = await certifySlot(services, card, '9A');
    const other = await certifySlot(services, card, '9E');
    const prove = (challenge: Uint8Array, signature: Uint8Array) => () =>
      cards.prove({ serial: staff.serial, challenge, signature });
    const own = (challenge: Uint8Array) => proofOf(card, staff, challenge);
    const foreign = new Uint8Array(32).fill(7);
    expect(await codeOfAct(prove(foreign, await own(foreign)))).toBe('credential/challenge-unknown');
    const late = await cards.challenge(staff.serial);
    ahead += 121;
    expect(await codeOfAct(prove(late, await own(late)))).toBe('credential/challenge-unknown');
    const wrong = await cards.challenge(staff.serial);
    expect(await codeOfAct(prove(wrong, await proofOf(card, { ...staff, key: other.key }, wrong)))).toBe(
      'credential/proof-wrong',
    );
    // It served.
    expect(await codeOfAct(prove(wrong, await own(wrong)))).toBe('credential/challenge-unknown');
    const ofOther = await cards.challenge(other.serial);
    expect(await codeOfAct(prove(ofOther, await own(ofOther)))).toBe('credential/challenge-unknown');
    const good = await cards.challenge(staff.serial);
    const signature = await own(good);
    await prove(good, signature)();
    // The answer was lost: nothing happens twice.
    const { size } = await services.log.head();
    await prove(good, signature)();
    expect((await services.log.head()).size).toBe(size);
    expect((await cards.certificates(card.number)).map(({ slot, isProven }) => [slot, isProven])).toEqual([
      ['9A', true],
      ['9E', false],
    ]);
  });

  test('of a credential that is on no card proves nothing', async () => {
    expect(await codeOfAct(() => cards.challenge(office.signer.serial))).toBe('credential/not-on-card');
    expect(await codeOfAct(() => cards.discard(office.signer.serial))).toBe('credential/not-on-card');
    const key = await generateKey('P-256');
    const card = await registerCard(services, await newcomer(office));
    const csr = await keyRequest({ ...key, signer: { ...key.signer, spki: (await generateKey('P-256')).signer.spki } });
    expect(await refusedForNothing(services, () => cards.certify({ number: card.number, slot: '9A', csr }))).toBe(
      'authority/no-possession',
    );
  });
});

describe('two bodies of one card', () => {
  test('are not both active: what the one proved last is in force, and only that one is ready', async () => {
    const card = await registerCard(services, await newcomer(office));
    const body = async () => {
      const slots = [];
      for (const slot of ['9E', '9A', '9C'] as const) {
        const made = await certifySlot(services, card, slot);
        await proveSlot(services, card, made);
        slots.push(made);
      }
      return { slots, serials: slots.map(({ serial }) => serial) };
    };
    const [first, second] = [await body(), await body()];
    const activate = (serials: readonly string[]) => codeOfAct(() => cards.activate({ number: card.number, serials }));
    for (const serials of [first.serials, [], second.serials.slice(1), [...second.serials, first.serials[0]!]]) {
      expect(await activate(serials)).toBe('card/proven-elsewhere');
    }
    const mixed = await certifySlot(services, card, '9A');
    await proveSlot(services, card, mixed);
    expect(await activate(second.serials)).toBe('card/proven-elsewhere');
    const inForce = [second.serials[0]!, mixed.serial, second.serials[2]!];
    expect((await cards.activate({ number: card.number, serials: inForce })).state).toBe('active');
    expect(await activate(second.serials)).toBe('card/proven-elsewhere');
    // Nor does whoever was too late take anything from the one that is in use.
    expect(await codeOfAct(() => certifySlot(services, card, '9A'))).toBe('card/already-active');
    expect(await codeOfAct(() => cards.discard(mixed.serial))).toBe('card/already-active');
    expect((await cards.activate({ number: card.number, serials: inForce })).state).toBe('active');
  });

  test('that certify and activate at once leave one ready, with all of its certificates in force', async () => {
    for (let round = 0; round < 4; round++) {
      const card = await registerCard(services, await newcomer(office));
      const slots = [];
      for (const slot of ['9E', '9A', '9C'] as const) slots.push(await certifySlot(services, card, slot));
      for (const slot of slots) await proveSlot(services, card, slot);
      const serials = slots.map(({ serial }) => serial);
      const key = await generateKey('P-256');
      const acts = [
        () => cards.activate({ number: card.number, serials }),
        () => certifySlot(services, card, '9A', key),
      ];
      await Promise.allSettled((round % 2 === 0 ? acts : acts.toReversed()).map((act) => act()));
      const isActive = (await cards.find({ number: card.number }))!.state === 'active';
      expect((await services.credentials.find(serials[1]!))!.record.state).toBe(isActive ? 'issued' : 'revoked');
    }
  });
});

describe('the end of a card', () => {
  test('revokes all that was issued for it, each for its reason, and is for good', async () => {
    for (const [reason, expected] of [
      ['stolen', 'keyCompromise'],
      ['damaged', 'superseded'],
      ['wiped', 'cessationOfOperation'],
    ] as const) {
      const { card, slots } = await makeCard(services, await newcomer(office));
      const ended = await cards.end({ number: card.number, reason });
      expect(ended).toMatchObject({ state: 'ended', ended: { reason } });
      for (const { serial } of Object.values(slots)) {
        expect((await services.credentials.find(serial))?.record.revoked?.reason).toBe(expected);
      }
      expect(await cards.end({ number: card.number, reason: 'left' })).toEqual(ended);
      expect(await codeOfAct(() => certifySlot(services, card, '9A'))).toBe('card/ended');
      expect((await services.verifyBadge(card.number)).verdict).toBe('invalid');
    }
    expect((await services.auditLog()).register.findings).toEqual([]);
  });
});

describe('a card that had ended and turns out to be stolen', () => {
  test.each(['lost', 'damaged', 'left'] as const)(
    '(%s) is told as stolen from then on, with its keys',
    async (reason) => {
      const { card, slots } = await makeCard(services, await newcomer(office));
      const ended = await cards.end({ number: card.number, reason });
      const { size } = await services.log.head();
      const stolen = await cards.end({ number: card.number, reason: 'stolen' });
      expect(stolen).toMatchObject({ state: 'ended', ended: ended.ended, stolen: { at: expect.any(Number) } });
      for (const { serial } of Object.values(slots)) {
        const { revoked } = (await services.credentials.find(serial))!.record;
        expect(revoked?.reason).toBe('keyCompromise');
        if (serial !== slots['9C'].serial) continue;
        // Of one that was lost its signatures were void before.
        const from = revoked!.compromisedFrom!;
        expect(reason === 'lost' ? from < size : from >= size).toBe(true);
      }
      for (const all of [services, await composeServices(config, ports)]) {
        const answer = await all.verifyBadge(card.number);
        expect([answer.state, answer.subject]).toMatchObject(['revoked', { reason: 'keyCompromise' }]);
        expect(await all.cards.find({ number: card.number })).toEqual(stolen);
      }
      // It is said once, and nothing takes it back.
      const head = await services.log.head();
      for (const again of ['stolen', 'lost', 'damaged'] as const) {
        expect(await cards.end({ number: card.number, reason: again })).toEqual(stolen);
      }
      expect(await services.log.head()).toEqual(head);
      expect((await services.auditLog()).register.findings).toEqual([]);
    },
  );
});
