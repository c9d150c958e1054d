import { expect, test } from 'vitest';
import { CertifiedKeys } from '../../src/credential/certified-keys.ts';
import { readRecord } from '../../src/log/record.ts';
import { newcomer, openOffice } from '../support/office.ts';
import { certifySlot, registerCard } from '../support/soft-slots.ts';

const office = await openOffice();
const { services } = office;

const recordOf = async (leaf: number) => readRecord((await services.log.opening(leaf))!.record)!;
const leavesOf = async (serial: string) => (await services.credentials.find(serial))!.record;

test('a slot of a card has one credential that is not revoked: another one is not allowed', async () => {
  const card = await registerCard(services, await newcomer(office));
  const first = await certifySlot(services, card, '9C');
  const other = await certifySlot(services, card, '9A');
  const second = await certifySlot(services, card, '9C');
  const elsewhere = await certifySlot(services, await registerCard(services, await newcomer(office)), '9C');
  const intents: (readonly [string, Awaited<ReturnType<typeof recordOf>>])[] = [];
  for (const { serial } of [first, other, second, elsewhere]) {
    intents.push([serial, await recordOf((await leavesOf(serial)).intentLeaf)]);
  }
  const revocation = await recordOf((await leavesOf(first.serial)).statusLeaf!);
  const faults = (keys: CertifiedKeys, revoke: () => void): unknown =>
    intents.flatMap(([serial, record]) => {
      if (serial === second.serial) revoke();
      return keys.add(record);
    });
  const [honest, hidden, unread] = [new CertifiedKeys(), new CertifiedKeys(), new CertifiedKeys()];
  expect(faults(honest, () => honest.add(revocation))).toEqual([]);
  expect(faults(hidden, () => {})).toEqual([{ noun: 'credential', key: second.serial, field: 'slot' }]);
  // A record that is gone accuses nobody.
  expect(faults(unread, () => unread.addUnreadRevocation())).toEqual([]);
});
