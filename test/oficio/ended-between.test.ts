import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { systemClock } from '../../src/adapters/system.ts';
import { concat } from '../../src/core/bytes.ts';
import { unixSeconds } from '../../src/core/time.ts';
import { LeafKind } from '../../src/log/leaf.ts';
import type { OfferedLetter } from '../../src/oficio/check-prepared.ts';
import type { Folio } from '../../src/oficio/folio.ts';
import type { OficioRequest } from '../../src/oficio/request.ts';
import type { SealedOficio } from '../../src/oficio/sign.ts';
import { eraseOpenings } from '../support/erased-openings.ts';
import { issueTo, letterOf, newcomer, openOffice, TWO_PAGES } from '../support/office.ts';
import { codeOfAct } from '../support/refuses.ts';
import { makeCard } from '../support/soft-slots.ts';

/* What becomes of the letters below, between the two halves of one that is signed over them. */

let ahead = 0;
/** Happens once, right before the next signature is committed. */
let rival: (() => Promise<unknown>) | undefined;
const office = await openOffice({
  clock: () => unixSeconds(systemClock() + ahead),
  replace: (ports) => ({
    ...ports,
    ledger: {
      async commit(act) {
        const happens = act.leaf.kind === LeafKind.oficioSigned ? rival : undefined;
        if (happens) rival = undefined;
        await happens?.();
        return ports.ledger.commit(act);
      },
    },
  }),
});
const { services, director, subdirector, ports } = office;
const { slots } = await makeCard(services, director);

type CardOrder = OficioRequest & { readonly serial: string };
const order = (document: Uint8Array): CardOrder => ({ ...letterOf(director, document), serial: slots['9C'].serial });

async function prepare(asked: CardOrder, key: string = randomUUID()): Promise<OfferedLetter> {
  return (await services.prepareElsewhere(asked, key)) as OfferedLetter;
}

async function complete({ letter, sealText, toBeSigned }: OfferedLetter): Promise<SealedOficio> {
  const signature = await slots['9C'].key.signer.sign(toBeSigned);
  return services.completeElsewhere(letter.id, { sealText, signature });
}

const leaves = async (): Promise<number> => (await services.log.head()).size;

type Below = SealedOficio & { readonly serial: string };
const cancel = ({ oficio }: SealedOficio): Promise<unknown> => services.endOficio(oficio.id, { reason: 'Error' });
const ENDS: readonly (readonly [string, string, (below: Below) => Promise<unknown>])[] = [
  ['was cancelled', 'cancelled', cancel],
  [
    'was replaced',
    'replaced',
    async (below) => {
      const { oficio: replacedBy } = await services.signOficio(letterOf(subdirector, TWO_PAGES), randomUUID());
      await services.endOficio(below.oficio.id, { reason: 'Error', replacedBy });
    },
  ],
  [
    'is void by the theft of its key',
    'revoked',
    ({ oficio, serial }) =>
      services.revokeCredential(serial, { reason: 'keyCompromise', compromisedFrom: oficio.signedLeaf! }),
  ],
];
/** A letter by somebody of their own. */
async function below(more: Partial<OficioRequest> = {}): Promise<Below> {
  const person = await newcomer(office);
  const { serial } = await issueTo(services, person, 'signer');
  return { ...(await services.signOficio({ ...letterOf(person, TWO_PAGES), ...more }, randomUUID())), serial };
}
const refusedOver = (state: string, folio: Folio, draft: Folio): object => ({
  code: 'oficio/earlier-ended',
  facts: { state, folio, draft },
});

test.each(ENDS)('a letter that %s is signed over no more, and the draft is cancelled', async (_, state, ends) => {
  const first = await below();
  const [key, asked] = [randomUUID(), order(first.document)];
  const offered = await prepare(asked, key);
  const { folio, id } = offered.letter;
  await ends(first);
  const before = await leaves();
  const refused = refusedOver(state, first.oficio.folio, folio);
  await expect(complete(offered)).rejects.toMatchObject(refused);
  await expect(prepare(asked, key), 'before a PIN is asked for').rejects.toMatchObject(refused);
  expect(await leaves()).toBe(before);
  expect((await services.verifyTyped(folio)).state).toBe('not-yet-signed');
  await services.endOficio(id, { reason: 'El anterior ya no vale' });
  expect((await services.verifyTyped(folio)).state).toBe('cancelled');
});

test.each(ENDS)('a letter that %s at the very moment is signed over no more', async (_, state, ends) => {
  const first = await below();
  const offered = await prepare(order(first.document));
  rival = () => ends(first);
  await expect(complete(offered)).rejects.toMatchObject(refusedOver(state, first.oficio.folio, offered.letter.folio));
  expect((await services.verifyTyped(offered.letter.folio)).state).toBe('not-yet-signed');
});

test('nor does an edited or missing row of the letter below keep its end from being seen, or the draft from being signed', async () => {
  const theft = ENDS.find(([, state]) => state === 'revoked')![2];
  for (const set of ["record = json_remove(record, '$.signer')", "key = 'gone'"]) {
    const one = await below();
    const edit = (): void =>
      void ports.data.database.prepare(`UPDATE oficio SET ${set} WHERE key = ?`).run(one.oficio.id);
    const offered = await prepare(order(one.document));
    rival = async () => {
      await theft(one);
      edit();
    };
    await expect(complete(offered)).rejects.toMatchObject(
      refusedOver('revoked', one.oficio.folio, offered.letter.folio),
    );
    const other = await below();
    const waiting = await prepare(order(other.document));
    ports.data.database.prepare(`UPDATE oficio SET ${set.replace('gone', 'away')} WHERE key = ?`).run(other.oficio.id);
    expect((await complete(waiting)).oficio.state).toBe('signed');
  }
});

test('a letter that expired is signed over no more, also with a key that is kept here, once a try was stopped', async () => {
  const first = await below();
  const limited = await below({ expires: unixSeconds(systemClock() + 3600) });
  const [asked, again] = [first, limited].map(({ document }) => letterOf(subdirector, document));
  const stopped = (request: OficioRequest, key: string): Promise<unknown> => {
    rival = () => Promise.reject(new Error('stopped'));
    return expect(services.signOficio(request, key)).rejects.toThrow('stopped');
  };
  await stopped(asked!, 'over the first');
  await stopped(again!, 'over the limited');
  await cancel(first);
  ahead = 3601;
  const before = await leaves();
  expect(await codeOfAct(() => services.signOficio(asked!, 'over the first'))).toBe('oficio/earlier-ended');
  expect(await codeOfAct(() => services.signOficio(again!, 'over the limited'))).toBe('oficio/earlier-ended');
  ahead = 0;
  expect(await leaves()).toBe(before);
  const { oficio } = (await services.signOficio(again!, 'over the limited')) as SealedOficio;
  ahead = 3601;
  expect((await services.signOficio(again!, 'over the limited')).oficio, 'signed is signed').toEqual(oficio);
  ahead = 0;
});

test('a letter of which a record is gone is signed over no more until it is put back', async () => {
  const first = await below();
  const { countersignature } = await services.countersignOficio({ id: first.oficio.id, signerId: subdirector.id });
  const [original, file] = (
    await Promise.all([0, 1].map((version) => services.signedFile(first.oficio.id, version)))
  ).map((parts) => concat(...parts!));
  const records = [
    [original!, first.oficio.signedLeaf!],
    [file!, countersignature.leaf],
  ] as const;
  for (const [document, leaf] of records) {
    const offered = await prepare(order(document));
    const putBack = eraseOpenings(ports.data.database, leaf);
    const before = await leaves();
    expect(await codeOfAct(() => complete(offered))).toBe('log/opening-missing');
    expect(await leaves()).toBe(before);
    putBack();
    expect((await services.verifyPdf((await complete(offered)).document)).state).toBe('current');
  }
});
