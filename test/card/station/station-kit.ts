import { tryReadCertificate } from '../../../src/authority/certificate.ts';
import { expect } from 'vitest';
import { nodePrimitives as primitives } from '../../../src/adapters/primitives.ts';
import type { CardNumber } from '../../../src/card/card.ts';
import type { CardChannel } from '../../../src/card/channel.ts';
import type { Journal, JournalLine } from '../../../src/card/station/journal.ts';
import { provisionCard, type ProvisionedCard, type StationDeps } from '../../../src/card/station/provision.ts';
import type { StationPeople } from '../../../src/card/station/provision-chip.ts';
import { encodeCertificate } from '../../../src/card/piv/certificate.ts';
import { readChuid } from '../../../src/card/piv/chuid.ts';
import { certificateObject, OBJECTS } from '../../../src/card/piv/objects.ts';
import { readPublicKey } from '../../../src/card/piv/public-key.ts';
import { encodeObject, readOnly } from '../../../src/card/tlv.ts';
import { insertSoftPiv } from '../../../hardware/soft-piv/card.ts';
import type { SoftPivOptions } from '../../../hardware/soft-piv/session.ts';
import { factorySecrets, padded, type SoftPivState } from '../../../hardware/soft-piv/state.ts';
import { concat, fromHex, toHex } from '../../../src/core/bytes.ts';
import { managementDeps } from '../../support/soft-cards.ts';
import { NOW, type FakeOffice } from '../../support/fake-office.ts';

export const PIN = '90817263';

/** Ends the process of a station, as far as a test can. */
export class Stopped extends Error {}

export interface MemoryJournal extends Journal {
  readonly lines: JournalLine[];
  /** Stops at the line with this index, before it is durable or after. */
  stop: { readonly at: number; readonly when: 'before' | 'after' } | undefined;
}

export function memoryJournal(): MemoryJournal {
  const journal: MemoryJournal = {
    lines: [],
    stop: undefined,
    async append(line) {
      const isHere = journal.stop?.at === journal.lines.length;
      if (isHere && journal.stop?.when === 'before') throw new Stopped();
      journal.lines.push(line);
      if (isHere) throw new Stopped();
    },
    async linesOf(card: CardNumber) {
      return journal.lines.filter((line) => line.card === card);
    },
  };
  return journal;
}

export function stationOf(office: FakeOffice, journal: Journal = memoryJournal()): StationDeps {
  return { ...managementDeps, office, journal, primitives, clock: () => NOW, busy: new Set() };
}

export function people(pin: string = PIN): StationPeople & { asked: number } {
  const person = {
    asked: 0,
    choosePin: async () => {
      person.asked++;
      return pin;
    },
  };
  return person;
}

/** A soft card in the reader: powered up, nothing selected. */
export function insertCard(state: SoftPivState, options: Partial<SoftPivOptions> = {}): CardChannel {
  return insertSoftPiv(state, { ...managementDeps, personality: 'yubikey', ...options });
}

export async function provision(
  station: StationDeps,
  chip: CardChannel,
  officialId: string = (station.office as FakeOffice).ana,
): Promise<ProvisionedCard> {
  try {
    return await provisionCard(station, officialId, { chip }, people());
  } finally {
    await chip.close();
  }
}

/** What begins, has a frame of 240 × 300, and ends as a JPEG does. */
export function photoOf(bytes: number): Uint8Array {
  const frame = Uint8Array.of(0xff, 0xd8, 0xff, 0xc0, 0, 11, 8, 1, 44, 0, 240, 1, 1, 0x11, 0);
  return concat(frame, new Uint8Array(bytes - frame.length - 2).fill(0x5a), Uint8Array.of(0xff, 0xd9));
}

/** What must hold of card and register at any moment, whatever was pulled or killed. */
export function expectNothingWrong(office: FakeOffice, state: SoftPivState): void {
  const counting = office.issued.filter(({ isProven, isRevoked }) => isProven && !isRevoked);
  for (const { slot, certificate } of counting) {
    expect(keyIn(state, slot), `a credential of ${slot} counts with a wrong key`).toEqual(certifiedKeyOf(certificate));
  }
  if (counting.length === 0) return;
  const factory = factorySecrets();
  expect([state.pin.value, state.puk.value]).not.toContain(factory.pin.value);
  expect(state.puk.value).not.toBe(factory.puk.value);
  expect(state.managementKey.value).not.toMatch(/^(0102030405060708)+$/);
}

/** What must hold of a card that is done. */
export function expectWhole(office: FakeOffice, state: SoftPivState, { card }: ProvisionedCard): void {
  expectNothingWrong(office, state);
  expect(card.state).toBe('active');
  const live = office.issued.filter(({ isRevoked }) => !isRevoked);
  expect(live.map(({ slot }) => slot).toSorted()).toEqual(['9A', '9C', '9E']);
  for (const { slot, certificate, isProven } of live) {
    expect(isProven, slot).toBe(true);
    const { tag } = OBJECTS[certificateObject(slot)];
    expect(state.objects[tag.toString(16)]).toBe(toHex(encodeObject(0x53, encodeCertificate(certificate))));
  }
  expect(state.pin).toMatchObject({ value: padded(PIN), triesLeft: 3 });
  expect(state.puk.triesLeft).toBe(3);
  const chuid = readChuid(readOnly(fromHex(state.objects['5fc102']!)!, 0x53, 'chuid'));
  expect(toHex(chuid.guid)).toBe(card.guid);
}

/** The SPKI of the key in a slot. */
export function keyIn({ keys }: SoftPivState, slot: string): Uint8Array | undefined {
  const key = keys[slot.toLowerCase()];
  return key && readPublicKey(fromHex(key.publicKey)!, key.algorithm, slot).spki;
}

function certifiedKeyOf(certificate: Uint8Array): Uint8Array {
  return tryReadCertificate(certificate)!.key.spki;
}
