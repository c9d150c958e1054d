import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { composeServices } from '../../../src/compose.ts';
import { concat } from '../../../src/core/bytes.ts';
import { isRefusal } from '../../../src/core/refusal.ts';
import type { Official } from '../../../src/directory/official.ts';
import type { SignedOficio } from '../../../src/oficio/complete.ts';
import { findRevoked, readCrl } from '../../../src/revocation/crl.ts';
import type { Services } from '../../../src/services.ts';
import type { Answer, LetterSubject } from '../../../src/verifier/index.ts';
import { eraseOpenings, whileErased } from '../../support/erased-openings.ts';
import { issueTo, letterOf, newcomer, openOffice, TWO_PAGES } from '../../support/office.ts';
import { codeOfAct } from '../../support/refuses.ts';
import { makeCard } from '../../support/soft-slots.ts';

/*
 * Whoever may write to the database takes the record of a leaf away. What it said nobody knows then: it makes nothing valid, nobody is
 * told that what is genuine is not, no act goes by less than the log has, and what is put back counts again.
 */

const office = await openOffice();
const { services, config, ports, director, subdirector } = office;
const { database } = ports.data;

const fresh = (): Promise<Services> => composeServices(config, ports);

const signAs = (official: Official, document: Uint8Array = TWO_PAGES): Promise<SignedOficio> =>
  services.signOficio(letterOf(official, document), randomUUID());

const fileOf = async ({ oficio }: SignedOficio): Promise<Uint8Array> =>
  concat(...(await services.signedFile(oficio.id))!);

type Asked = Readonly<Record<string, (all: Services) => Promise<Answer>>>;

/** What was answered, or why nothing was. */
async function answers(all: Services, asked: Asked): Promise<Readonly<Record<string, unknown>>> {
  const told: Record<string, unknown> = {};
  for (const [what, ask] of Object.entries(asked)) {
    try {
      const { state, verdict, subject } = await ask(all);
      const { countersigners = [], endedBelow = [] } = subject as Partial<LetterSubject>;
      told[what] = { verdict, states: [state, ...[...countersigners, ...endedBelow].map((one) => one.state)] };
    } catch (error) {
      if (!isRefusal(error)) throw error;
      told[what] = error.code;
    }
  }
  return told;
}

/** Of an authority, the row is blamed. */
const UNREAD = /^log\/(?:opening-missing|corrupt)$/;

/** Whether it says nothing that is not so: a countersigner may be missing, and all of it. */
function isNoAccusation(told: unknown): boolean {
  if (typeof told === 'string') return UNREAD.test(told);
  const { verdict, states } = told as { readonly verdict: string; readonly states: readonly string[] };
  return verdict !== 'invalid' && states.slice(1).every((state) => state === 'current');
}

test(
  'whichever record is gone, nothing genuine is told not to be, and no act goes by less than the log has',
  { timeout: 240_000 },
  async () => {
    const [third, carried] = [await newcomer(office), await newcomer(office)];
    const credential = await issueTo(services, third, 'signer');
    const badge = await issueTo(services, director, 'staff');
    const early = await signAs(third);
    for (const phone of ['55 1111 2222', '55 3333 4444']) {
      await services.changeOfficial({ id: third.id, changes: { phone } });
      await services.suspendCredential(credential.serial);
      await services.resumeCredential(credential.serial);
    }
    const { card, slots } = await makeCard(services, carried);
    const letter = await office.sign();
    await services.countersignOficio({ id: letter.oficio.id, signerId: subdirector.id });
    const once = await fileOf(letter);
    await services.countersignOficio({ id: letter.oficio.id, signerId: third.id });
    const twice = await fileOf(letter);
    const late = await signAs(third, twice);
    const byCode: Asked = {
      ...Object.fromEntries(
        [early, letter, late].map(({ oficio }) => [oficio.folio, (all: Services) => all.verifyTyped(oficio.sealText!)]),
      ),
      ...Object.fromEntries(
        [credential, badge, slots['9A'], slots['9C']].map(({ serial }) => [
          serial,
          (all: Services) => all.verifyCredential(serial),
        ]),
      ),
      card: (all) => all.verifyBadge(card.number),
    };
    const asked: Asked = {
      ...byCode,
      ...Object.fromEntries(
        Object.entries({ once, late: late.document }).map(([name, document]) => [
          name,
          (all: Services) => all.verifyPdf(document),
        ]),
      ),
    };
    const before = await answers(services, asked);
    for (const [what, told] of Object.entries(before)) expect(isNoAccusation(told), what).toBe(true);

    const signed: SignedOficio[] = [];
    const { size } = await services.log.head();
    for (let leaf = 0; leaf < size; leaf++) {
      const other = await whileErased(database, leaf, async () => {
        const started = await fresh().catch((error: unknown) => {
          expect(isRefusal(error), `${leaf}`).toBe(true);
          return undefined;
        });
        for (const all of started ? [services, started] : [services]) {
          const told = await answers(all, all === services ? asked : byCode);
          for (const [what, one] of Object.entries(told)) {
            expect(isNoAccusation(one), `${what} without leaf ${leaf}: ${JSON.stringify(one)}`).toBe(true);
          }
        }
        const again = services.countersignOficio({ id: letter.oficio.id, signerId: third.id });
        const made = await again.catch((error: unknown) => error);
        const asBefore = { repeated: true, countersignature: { ordinal: 2 } };
        expect(made, `${leaf}`).toMatchObject(
          made instanceof Error ? { code: expect.stringMatching(UNREAD) } : asBefore,
        );
        const one = await signAs(third).catch((error: unknown) => error);
        if (one instanceof Error) expect(one, `${leaf}`).toMatchObject({ code: expect.stringMatching(UNREAD) });
        else signed.push(one as SignedOficio);
        return started;
      });
      if (other) expect(before, `${leaf}`).toMatchObject(await answers(other, byCode));
    }
    expect(await answers(services, asked)).toEqual(before);
    expect(signed.length).toBeGreaterThan(0);
    for (const { oficio } of signed) expect((await services.verifyTyped(oficio.sealText!)).state).toBe('current');
    expect(await services.auditLog()).toMatchObject({ sound: true });
  },
);

test('a credential whose resumption is gone is on no new list, and can be suspended and resumed again', async () => {
  const person = await newcomer(office);
  const { serial } = await issueTo(services, person, 'signer');
  await services.suspendCredential(serial);
  const { statusLeaf } = await services.resumeCredential(serial);
  const letter = await signAs(person);
  const other = await fresh();
  const listed = async (all: Services): Promise<unknown> =>
    findRevoked(readCrl(await all.publishCrl('oficios')), serial)?.reason;
  const putBack = eraseOpenings(database, statusLeaf!);
  expect(await codeOfAct(() => listed(other))).toBe('log/opening-missing');
  putBack();
  expect(await listed(other)).toBeUndefined();
  eraseOpenings(database, statusLeaf!);
  await services.suspendCredential(serial);
  expect((await services.verifyCredential(serial)).state).toBe('suspended');
  expect(await listed(await fresh())).toBe(6);
  await services.resumeCredential(serial);
  expect((await services.verifyCredential(serial)).state).toBe('current');
  expect((await services.verifyPdf((await signAs(person)).document)).state).toBe('current');
  expect(await codeOfAct(() => services.verifyPdf(letter.document))).toBe('log/opening-missing');
});

test('a revocation that is gone leaves the credential revoked, and what was signed before it unknown', async () => {
  const person = await newcomer(office);
  const { serial } = await issueTo(services, person, 'signer');
  const letter = await signAs(person);
  const { statusLeaf } = await services.revokeCredential(serial, { reason: 'superseded' });
  expect((await services.verifyPdf(letter.document)).state).toBe('current');
  await whileErased(database, statusLeaf!, async () => {
    for (const all of [services, await fresh()]) {
      expect((await all.verifyCredential(serial)).state).toBe('revoked');
      expect(await codeOfAct(() => all.verifyPdf(letter.document))).toBe('log/opening-missing');
    }
  });
  expect((await services.verifyPdf(letter.document)).state).toBe('current');
});

test('of two ends of a mandate of which the first is gone, nobody goes by the second', async () => {
  const person = await newcomer(office, { validUntil: '2090-12-31' });
  await issueTo(services, person, 'signer');
  await services.endOfficial({ id: person.id, on: '2080-06-30', reason: 'resigned' });
  const first = (await services.log.head()).size - 1;
  await services.endOfficial({ id: person.id, on: '2085-06-30', reason: 'resigned' });
  const letter = await signAs(person);
  await whileErased(database, first, async () => {
    const all = await fresh();
    expect(await codeOfAct(() => all.signOficio(letterOf(person, TWO_PAGES), randomUUID()))).toBe(
      'log/opening-missing',
    );
    expect(await codeOfAct(() => all.verifyPdf(letter.document))).toBe('log/opening-missing');
  });
  expect((await services.verifyPdf(letter.document)).state).toBe('current');
});
