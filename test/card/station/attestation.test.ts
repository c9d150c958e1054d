import { expect, test } from 'vitest';
import { factoryState, type SoftPivState } from '../../../hardware/soft-piv/state.ts';
import { nodePrimitives as primitives } from '../../../src/adapters/primitives.ts';
import { systemRandom } from '../../../src/adapters/system.ts';
import { tryReadCertificate, type Certificate } from '../../../src/authority/certificate.ts';
import { makerOf, type CardMakers } from '../../../src/card/station/attestation.ts';
import { keyOf } from '../../../src/card/station/chip.ts';
import { selectApplication } from '../../../src/card/piv/application.ts';
import { attest, readAttestationIssuer } from '../../../src/card/piv/vendor.ts';
import type { ProvisionedCard } from '../../../src/card/station/provision.ts';
import type { SoftPivOptions } from '../../../hardware/soft-piv/session.ts';
import { fakeOffice } from '../../support/fake-office.ts';
import { codeOfAct } from '../../support/refuses.ts';
import { insertCard, provision, stationOf } from './station-kit.ts';

async function issuerOf(state: SoftPivState): Promise<Certificate> {
  const channel = insertCard(state);
  await selectApplication(channel);
  return tryReadCertificate((await readAttestationIssuer(channel))!)!;
}

async function made(
  makers: CardMakers | undefined,
  state = factoryState(systemRandom),
  personality: SoftPivOptions['personality'] = 'yubikey',
): Promise<ProvisionedCard> {
  const office = fakeOffice();
  const station = { ...stationOf(office), ...(makers && { makers }) };
  return provision(station, insertCard(state, { personality }));
}

test('a chip whose attesting key a known maker certified is of that maker', async () => {
  const state = factoryState(systemRandom);
  const makers = {
    certificates: [await issuerOf(factoryState(systemRandom)), await issuerOf(state)],
    isRequired: true,
  };
  const { card, chip } = await made(makers, state);
  expect([card.state, chip!.maker]).toEqual(['active', { state: 'known', name: 'Soft PIV Attestation' }]);
});

test('of another maker, or of none, it is told and made a card, unless the station takes no others', async () => {
  const certificates = [await issuerOf(factoryState(systemRandom))];
  expect((await made({ certificates, isRequired: false })).chip!.maker).toEqual({ state: 'unknown' });
  expect((await made({ certificates, isRequired: false }, undefined, 'bare')).chip!.maker).toEqual({ state: 'silent' });
  expect((await made(undefined)).chip).not.toHaveProperty('maker');
  for (const personality of ['yubikey', 'bare'] as const) {
    const act = () => made({ certificates, isRequired: true }, undefined, personality);
    expect(await codeOfAct(act), personality).toBe('card/maker-unknown');
  }
});

test('where others are not taken, such a chip is told no secret', async () => {
  for (const personality of ['yubikey', 'bare'] as const) {
    const [office, state] = [fakeOffice(), factoryState(systemRandom)];
    const before = structuredClone(state);
    const station = { ...stationOf(office), makers: { certificates: [], isRequired: true } };
    const act = () => provision(station, insertCard(state, { personality }));
    expect(await codeOfAct(act), personality).toBe('card/maker-unknown');
    const { pin, puk, managementKey, objects } = state;
    expect({ pin, puk, managementKey, objects }).toEqual({
      pin: before.pin,
      puk: before.puk,
      managementKey: before.managementKey,
      objects: before.objects,
    });
  }
});

test.each([0x9e, 0x9a, 0x9c])('a chip that attests all keys but the one in %d is of no known maker', async (silent) => {
  const state = factoryState(systemRandom);
  const certificates = [await issuerOf(state)];
  const chip = insertCard(state);
  const mixed: typeof chip = {
    ...chip,
    transmit: async (command) =>
      command[1] === 0xf9 && command[2] === silent ? Uint8Array.of(0x6d, 0) : chip.transmit(command),
  };
  const station = { ...stationOf(fakeOffice()), makers: { certificates, isRequired: false } };
  expect((await provision(station, mixed)).chip!.maker).toEqual({ state: 'unknown' });
});

test('what a chip attests of one key says nothing of another, nor of what another chip attests', async () => {
  const [state, other] = [factoryState(systemRandom), factoryState(systemRandom)];
  await made(undefined, state);
  await made(undefined, other);
  const attestationOf = async (card: SoftPivState, slot: '9A' | '9E'): Promise<Certificate> => {
    const channel = insertCard(card);
    await selectApplication(channel);
    return tryReadCertificate((await attest(channel, slot))!)!;
  };
  const own = await attestationOf(state, '9E');
  const issuer = await issuerOf(state);
  const key = keyOf(own)!;
  const ask = (attestation: Certificate, by: Certificate | undefined) =>
    makerOf({ attested: attestation.encoded, issuer: by?.encoded }, key, [issuer], primitives);
  expect(await ask(own, issuer)).toMatchObject({ state: 'known' });
  for (const [attestation, by] of [
    [await attestationOf(state, '9A'), issuer],
    [await attestationOf(other, '9E'), issuer],
    [own, await issuerOf(other)],
    // A key that a genuine chip attests is no maker's.
    [own, own],
    [own, undefined],
  ] as const) {
    expect(await ask(attestation, by)).toEqual({ state: 'unknown' });
  }
});
