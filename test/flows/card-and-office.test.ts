import { afterAll, beforeAll, expect, test } from 'vitest';
import { withFaults } from '../../hardware/faults.ts';
import { factoryState } from '../../hardware/soft-piv/state.ts';
import { nodePrimitives as primitives } from '../../src/adapters/primitives.ts';
import { systemClock, systemRandom } from '../../src/adapters/system.ts';
import type { CardChannel } from '../../src/card/channel.ts';
import { provisionCard, type ProvisionedCard, type StationDeps } from '../../src/card/station/provision.ts';
import { challengeCard } from '../../src/card/station/verify-card.ts';
import type { Official } from '../../src/directory/official.ts';
import { insertCard, memoryJournal, people, photoOf } from '../card/station/station-kit.ts';
import { makeInstallation, portrait, type Installation } from '../support/installation.ts';
import { listening, managementDeps } from '../support/soft-cards.ts';

let office: Installation;

beforeAll(async () => {
  office = await makeInstallation();
});
afterAll(() => office.remove());

/** Somebody with a face of 8 kB in the directory. */
async function withFace(): Promise<Official> {
  const { id } = await office.register({}, true);
  const { services } = office;
  const read = await services.readPhoto(portrait());
  const jpeg = photoOf(8192);
  const photo = { ...read, jpeg, sha256: primitives.digest('SHA-256', jpeg), sourceSha256: systemRandom(32) };
  const official = await services.changeOfficial({ id, changes: {}, photo });
  expect((await services.cards.holder(id)).photo).toHaveLength(8192);
  return official;
}

function station(): StationDeps {
  const deps = { ...managementDeps, primitives, clock: systemClock, journal: memoryJournal(), busy: new Set<string>() };
  return { ...deps, office: office.services.cards };
}

async function provision(deps: StationDeps, official: Official, chip: CardChannel): Promise<ProvisionedCard> {
  return provisionCard(deps, official.id, { chip }, people());
}

test.each(['yubikey', 'bare'] as const)(
  'a %s card takes at most 150 APDUs with what the office issues, and counts then',
  async (personality) => {
    const official = await withFace();
    const state = factoryState(systemRandom);
    const chip = listening(insertCard(state, { personality }));
    const { card } = await provision(station(), official, chip);
    expect(chip.told.length).toBeLessThanOrEqual(150);
    const channel = insertCard(state, { personality });
    const { certificate } = await challengeCard({ ...managementDeps, primitives, channel });
    const answer = await office.services.verifyCertificate(certificate.encoded);
    expect(answer).toMatchObject({ verdict: 'valid', state: 'current' });
    expect(await office.services.cards.certificates(card.number)).toHaveLength(3);
  },
);

test('pulled anywhere, no credential counts but those of the card that is whole in the end', async () => {
  for (let at = 9; at < 140; at += 13) {
    const [official, state, deps] = [await withFace(), factoryState(systemRandom), station()];
    const pulled = withFaults(insertCard(state), [{ kind: 'pull', at, when: at % 2 ? 'before' : 'after' }]);
    await expect(provision(deps, official, pulled), `APDU ${at}`).rejects.toMatchObject({ code: 'card/removed' });
    const { card } = await provision(deps, official, insertCard(state));
    const all = await office.services.credentials.list({ officialId: official.id, limit: 100 });
    const counting = all.filter(({ state: found }) => found !== 'revoked');
    const issued = await office.services.cards.certificates(card.number);
    expect(issued.every(({ isProven }) => isProven)).toBe(true);
    expect(counting.map(({ serial }) => serial).toSorted()).toEqual(issued.map(({ serial }) => serial).toSorted());
  }
  expect(await office.services.auditLog()).toMatchObject({ sound: true, findings: [] });
});
