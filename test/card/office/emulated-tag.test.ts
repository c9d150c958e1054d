import { describe, expect, test } from 'vitest';
import { cardOffice } from '../../../cli/card-office.ts';
import { Client } from '../../../cli/client.ts';
import { withFaults } from '../../../hardware/faults.ts';
import { factoryTag, type SoftTagState } from '../../../hardware/soft-ntag424.ts';
import { factoryState } from '../../../hardware/soft-piv/state.ts';
import { nodePrimitives as primitives } from '../../../src/adapters/primitives.ts';
import { systemClock, systemRandom } from '../../../src/adapters/system.ts';
import type { CardChannel } from '../../../src/card/channel.ts';
import { readNdefAddress } from '../../../src/card/ntag424/ndef.ts';
import { parseTagUid } from '../../../src/card/ntag424/uid.ts';
import { provisionCard, type StationDeps } from '../../../src/card/station/provision.ts';
import { wipeTag } from '../../../src/card/station/wipe.ts';
import { concat } from '../../../src/core/bytes.ts';
import { staffApp } from '../../../src/http/staff/app.ts';
import { newcomer, openOffice } from '../../support/office.ts';
import { managementDeps } from '../../support/soft-cards.ts';
import { insert, MAKER } from '../ntag424/tag-kit.ts';
import { insertCard, memoryJournal, people } from '../station/station-kit.ts';

/* An emulator with number and signature of a genuine tag, at a station that reaches its office through the service. */

const office = await openOffice();
const { services } = office;
const app = staffApp(services);
const client = new Client(
  async (request) => app.fetch(request),
  async () => {},
);
const station: StationDeps = {
  ...managementDeps,
  ...{ office: cardOffice(client), journal: memoryJournal(), primitives, clock: systemClock, busy: new Set() },
};
const FACTORY = '00'.repeat(16);
/** The last APDU but one of a tag that is made: all of its keys were told. */
const ALMOST_DONE = 45;

function twins(): { readonly emulator: SoftTagState; readonly genuine: SoftTagState } {
  const uid = parseTagUid(concat(Uint8Array.of(0x04), systemRandom(6)))!;
  const blank = (): SoftTagState => factoryTag(uid, MAKER.sign(uid));
  return { emulator: blank(), genuine: blank() };
}

const stateOf = async (tag: SoftTagState): Promise<string> => {
  const address = (await readNdefAddress(insert(tag, 5)))!;
  return (await services.verifyTap(address.slice(address.indexOf('/c/') + 3))).answer.state;
};

async function made(officialId: string, tag: CardChannel, chip = factoryState(systemRandom)): Promise<string> {
  const parts = { chip: insertCard(chip), tag: async () => tag };
  return provisionCard(station, officialId, parts, people(), { makerKey: MAKER.publicKey }).then(
    ({ card }) => card.state,
    (error: { readonly code: string }) => error.code,
  );
}

describe('through the service, an emulator', { timeout: 60_000 }, () => {
  test('that was told all keys and died makes no tap of the card that the genuine tag becomes', async () => {
    const { id } = await newcomer(office);
    const { emulator, genuine } = twins();
    const chip = factoryState(systemRandom);
    const dying = withFaults(insert(emulator), [{ kind: 'die', at: ALMOST_DONE, when: 'after' }]);
    expect(await made(id, dying, chip)).toMatch(/^card\/|^tag\//);
    expect(emulator.keys).not.toContain(FACTORY);
    expect(await made(id, insert(genuine), chip)).toBe('active');
    for (const key of [0, 1, 3, 4]) expect(genuine.keys[key]).not.toBe(emulator.keys[key]);
    emulator.counter = genuine.counter + 50;
    expect(await stateOf(emulator)).toBe('unknown-tag');
    expect(await stateOf(genuine)).toBe('current');
    // It counts for nothing, also held to the reader again.
    expect(await stateOf(emulator)).toBe('unknown-tag');
    expect((await services.auditLog()).register.findings).toEqual([]);
  });

  test('comes while the genuine tag is torn, and ends no better', async () => {
    const { id } = await newcomer(office);
    const { emulator, genuine } = twins();
    const chip = factoryState(systemRandom);
    // Before its first key took, then behind it: its keys are those that it was told the second time.
    expect(await made(id, withFaults(insert(genuine), [{ kind: 'pull', at: 22, when: 'after' }]), chip)).toBe(
      'card/removed',
    );
    expect(await made(id, withFaults(insert(genuine), [{ kind: 'pull', at: 24, when: 'after' }]), chip)).toBe(
      'card/removed',
    );
    expect(genuine.versions.slice(0, 3)).toEqual([0, 2, 2]);
    // Half written, as it says.
    emulator.keys[1] = '11'.repeat(16);
    emulator.versions[1] = 2;
    const before = structuredClone(emulator);
    expect(await made(id, insert(emulator), chip)).toBe('tag/foreign-key');
    expect(emulator).toMatchObject({ keys: before.keys, files: before.files });
    expect(await made(id, insert(genuine), chip)).toBe('active');
    expect(await stateOf(genuine)).toBe('current');
    const { uid } = genuine;
    const { number, tag } = (await services.cards.find({ tagUid: uid.toUpperCase() }))!;
    expect(tag).toMatchObject({ keyVersion: 2 });
    // Wiped, it is whole again, and part of the next card with keys of a third version.
    await services.cards.end({ number, reason: 'replaced' });
    expect(await made((await newcomer(office)).id, insert(genuine))).toBe('card/tag-not-blank');
    await wipeTag({ ...station, channel: insert(genuine) }, number);
    expect(await made((await newcomer(office)).id, insert(genuine))).toBe('active');
    expect(await services.cards.find({ tagUid: uid.toUpperCase() })).toMatchObject({ tag: { keyVersion: 3 } });
    expect((await services.auditLog()).register.findings).toEqual([]);
  });
});
