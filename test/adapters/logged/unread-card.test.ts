import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { systemClock } from '../../../src/adapters/system.ts';
import { composeServices } from '../../../src/compose.ts';
import { unixSeconds } from '../../../src/core/time.ts';
import { eraseOpenings } from '../../support/erased-openings.ts';
import { letterOf, newcomer, openOffice, TWO_PAGES } from '../../support/office.ts';
import { codeOfAct } from '../../support/refuses.ts';
import { makeCard } from '../../support/soft-slots.ts';

/* Nobody is told to have signed without authority because somebody took away a record of their card. */

let ahead = 0;
const office = await openOffice({ clock: () => unixSeconds(systemClock() + ahead) });
const { services, config, ports } = office;
const { database } = ports.data;

type Made = Awaited<ReturnType<typeof makeCard>>;

async function signed(): Promise<{
  readonly document: Uint8Array;
  readonly leaves: Record<string, number>;
  readonly slots: Made['slots'];
}> {
  const person = await newcomer(office);
  const { card, slots } = await makeCard(services, person);
  const { serial, key } = slots['9C'];
  const offered = await services.prepareElsewhere({ ...letterOf(person, TWO_PAGES), serial }, randomUUID());
  if (!('toBeSigned' in offered)) throw new Error('signed already');
  const signature = await key.signer.sign(offered.toBeSigned);
  const { document } = await services.completeElsewhere(offered.letter.id, { sealText: offered.sealText, signature });
  const proof = (await services.credentials.find(serial))!.record.provenLeaf!;
  return { document, slots, leaves: { proof, activation: card.activatedLeaf! } };
}

test.each(['proof', 'activation'])(
  'a letter of a card whose %s is gone is not answered until it is put back, nor is anything on it revoked',
  async (which) => {
    const [{ document, leaves, slots }, other] = [await signed(), await signed()];
    const putBack = eraseOpenings(database, leaves[which]!);
    ahead += 16 * 60;
    const fresh = await composeServices(config, ports);
    expect(await codeOfAct(() => fresh.revokeUnproven())).toBe('log/opening-missing');
    for (const all of [services, fresh]) {
      expect(await codeOfAct(() => all.verifyPdf(document))).toBe('log/opening-missing');
      expect((await all.verifyPdf(other.document)).state).toBe('current');
    }
    const gone = leaves[which];
    const { findings, register } = await services.auditLog();
    expect(findings).toContainEqual(expect.objectContaining({ problem: 'opening-missing', from: gone, to: gone }));
    // Nor by the audit.
    expect(register.findings.filter(({ problem }) => problem === 'act-not-allowed')).toEqual([]);
    putBack();
    await fresh.revokeUnproven();
    expect((await services.verifyPdf(document)).state).toBe('current');
    for (const { serial } of Object.values(slots)) {
      expect((await services.credentials.find(serial))!.record.state).toBe('issued');
    }
  },
);
