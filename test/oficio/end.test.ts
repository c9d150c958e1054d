import { describe, expect, test } from 'vitest';
import { nodePrimitives } from '../../src/adapters/primitives.ts';
import { systemClock } from '../../src/adapters/system.ts';
import { Outage } from '../../src/core/refusal.ts';
import { unixSeconds } from '../../src/core/time.ts';
import type { LogOutageCode } from '../../src/log/code.ts';
import { LeafKind } from '../../src/log/leaf.ts';
import type { SignedOficio } from '../../src/oficio/complete.ts';
import { listReplacedBy } from '../../src/oficio/end.ts';
import { claimsOf } from '../../src/oficio/register.ts';
import { inflateStatuses, openStatusList, statusAt } from '../../src/revocation/status-list.ts';
import { sealAddress, sealOrigin } from '../../src/seal/address.ts';
import { makeSeal } from '../../src/seal/make.ts';
import { whileEdited } from '../support/edited-row.ts';
import { letterOf, OFFICE_ORIGIN, openOffice, TWO_PAGES } from '../support/office.ts';
import { codeOfAct } from '../support/refuses.ts';

let ahead = 0;
let signaturesFail = false;
const office = await openOffice({
  clock: () => unixSeconds(systemClock() + ahead),
  replace: (ports) => ({
    ...ports,
    ledger: {
      async commit(act) {
        const fails = signaturesFail && act.leaf.kind === LeafKind.oficioSigned;
        if (fails) throw new Outage<LogOutageCode>('log/unavailable', 'the disk is gone');
        return ports.ledger.commit(act);
      },
    },
  }),
});
const { services } = office;

async function statesOf({ oficio, document }: SignedOficio): Promise<readonly string[]> {
  // A status list may be one minute old.
  ahead += 61;
  const list = openStatusList(await services.publications.statusList('seals'));
  return [
    (await services.verifyPdf(document)).state,
    (await services.verifyTyped(oficio.sealText!)).state,
    (await services.verifyTyped(oficio.folio)).state,
    statusAt(inflateStatuses(list, nodePrimitives), oficio.statusIndex)!,
  ];
}

describe('a letter', () => {
  test('that was cancelled before it was signed is cancelled for its code, its folio and the paper that got out', async () => {
    signaturesFail = true;
    await expect(office.sign()).rejects.toMatchObject({ code: 'log/unavailable' });
    signaturesFail = false;
    const [draft] = await services.oficios.list({ state: 'sealed', limit: 2 });
    const { signer } = await office.ports.openKeys(true).get('seal');
    const origin = sealOrigin(OFFICE_ORIGIN);
    const seal = await makeSeal({ signer, primitives: nodePrimitives, origin }, claimsOf(draft!));
    const asked = [draft!.typedCode, draft!.folio, sealAddress(origin, seal)];
    const states = async (): Promise<string[]> =>
      Promise.all(asked.map(async (text) => (await services.verifyTyped(text)).state));
    expect(await states()).toEqual(['not-yet-signed', 'not-yet-signed', 'not-yet-signed']);
    const { database } = office.ports.data;
    const signed = (row: Record<string, unknown>): void => void Object.assign(row, { signedLeaf: 3, state: 'signed' });
    expect(await whileEdited(database, 'oficio', draft!.id, signed, states)).toEqual(await states());
    await services.endOficio(draft!.id, { reason: 'No se firmó' });
    expect(await states()).toEqual(['cancelled', 'cancelled', 'cancelled']);
    const { subject, checks } = await services.verifyTyped(draft!.typedCode);
    expect(subject).toMatchObject({ kind: 'oficio', folio: draft!.folio, endedAt: expect.any(Number) });
    expect(checks).toContainEqual({ check: 'oficio/status', outcome: 'fail', detail: 'cancelled' });
  });

  test('that was cancelled is cancelled for the file, the seal, the folio and the status list', async () => {
    const letter = await office.sign();
    expect(await statesOf(letter)).toEqual(['current', 'current', 'folio-only', 'valid']);
    await services.endOficio(letter.oficio.id, { reason: 'Se expidió por error' });
    expect(await statesOf(letter)).toEqual(['cancelled', 'cancelled', 'cancelled', 'invalid']);
  });

  test('that was replaced names the one that stands in its place', async () => {
    const [older, newer] = [await office.sign(), await office.sign()];
    await services.endOficio(older.oficio.id, { reason: 'Fe de erratas', replacedBy: newer.oficio });
    expect(await statesOf(older)).toEqual(['replaced', 'replaced', 'replaced', 'invalid']);
    const { subject } = await services.verifyTyped(older.oficio.sealText!);
    expect(subject).toMatchObject({ replacedBy: newer.oficio.folio });
    expect((await statesOf(newer))[0]).toBe('current');
  });

  test('that was replaced leads to the last one of those that replaced each other, and says what became of it', async () => {
    const [first, second, third] = [await office.sign(), await office.sign(), await office.sign()];
    const told = async (letter: SignedOficio): Promise<unknown[]> => {
      const answers = [
        await services.verifyPdf(letter.document),
        await services.verifyTyped(letter.oficio.sealText!),
        await services.verifyTyped(letter.oficio.folio),
      ];
      return answers.map(({ subject }) => (subject.kind === 'oficio' ? [subject.replacedBy, subject.replacement] : []));
    };
    const [two, three] = [second.oficio.folio, third.oficio.folio];
    const reason = 'Fe de erratas';
    await services.endOficio(first.oficio.id, { reason, replacedBy: second.oficio });
    expect(await told(first)).toEqual(Array(3).fill([two, { folio: two, state: 'current' }]));
    await services.endOficio(second.oficio.id, { reason, replacedBy: third.oficio });
    expect(await told(first)).toEqual(Array(3).fill([two, { folio: three, state: 'current' }]));
    expect(await listReplacedBy(services.oficios, three)).toEqual([two]);
    await services.endOficio(third.oficio.id, { reason });
    expect(await told(first)).toEqual(Array(3).fill([two, { folio: three, state: 'cancelled' }]));
    expect(await told(second)).toEqual(Array(3).fill([three, { folio: three, state: 'cancelled' }]));
    expect(await told(third)).toEqual(Array(3).fill([undefined, undefined]));
  });

  test('ends once, with a reason, and gives way only to a letter that stands', async () => {
    const [first, second] = [await office.sign(), await office.sign()];
    const end = (letter: SignedOficio, reason: string, replacedBy?: SignedOficio): Promise<string> =>
      codeOfAct(() =>
        services.endOficio(letter.oficio.id, { reason, ...(replacedBy && { replacedBy: replacedBy.oficio }) }),
      );
    expect(await end(first, ' ')).toBe('oficio/reason-malformed');
    expect(await end(first, 'Por sí mismo', first)).toBe('oficio/replacement-not-signed');
    await services.endOficio(second.oficio.id, { reason: 'Error' });
    const ended = (await services.oficios.find(second.oficio.id))!.record;
    expect(await end(first, 'Por uno cancelado', { ...second, oficio: ended })).toBe('oficio/replacement-not-signed');
    expect(await end(second, 'Otra vez')).toBe('oficio/already-cancelled');
    expect((await statesOf(first))[0]).toBe('current');
  });

  test('keeps its signed file and its folio after it was cancelled', async () => {
    const letter = await office.sign();
    await services.endOficio(letter.oficio.id, { reason: 'Error' });
    expect(await services.oficios.findDocument(letter.oficio.signedLeaf!)).toBeDefined();
    const { folio } = letter.oficio;
    expect(await codeOfAct(() => office.sign(undefined, { folio }))).toBe('oficio/folio-taken');
  });

  test.each(['cancelled', 'replaced', 'expired'] as const)(
    'that is %s is signed by nobody else: the file would not count',
    async (state) => {
      const expires = unixSeconds(systemClock() + ahead + 3600);
      const letter = await office.sign(undefined, { expires });
      if (state === 'expired') ahead += 3601;
      else {
        const newer = await office.sign();
        const replacedBy = state === 'replaced' ? { replacedBy: newer.oficio } : {};
        await services.endOficio(letter.oficio.id, { reason: 'Error', ...replacedBy });
      }
      const before = await services.log.size();
      const act = office.sign(letter.document);
      await expect(act).rejects.toMatchObject({ code: 'oficio/earlier-ended', facts: { state } });
      expect(await services.log.size()).toBe(before);
    },
  );

  test('that was signed by a second official is given again to whoever asks, also once the first was cancelled', async () => {
    const first = await office.sign();
    const second = letterOf(office.director, first.document);
    const { document } = await services.signOficio(second, 'second of both');
    await services.endOficio(first.oficio.id, { reason: 'Error' });
    expect((await services.signOficio(second, 'second of both')).document).toEqual(document);
  });

  test("is void on every list from the leaf on at which its signer's key was compromised", async () => {
    const [earlier, later] = [await office.sign(), await office.sign()];
    await services.revokeCredential(office.signer.serial, {
      reason: 'keyCompromise',
      compromisedFrom: later.oficio.signedLeaf!,
    });
    expect(await statesOf(earlier)).toEqual(['current', 'current', 'folio-only', 'valid']);
    expect(await statesOf(later)).toEqual(['revoked', 'revoked', 'revoked', 'invalid']);
    expect([...(await services.findVoid([earlier.oficio, later.oficio])).keys()]).toEqual([later.oficio.id]);
    // Nobody else signs over it: the file would not count.
    const over = (letter: SignedOficio): Promise<unknown> =>
      services.signOficio(letterOf(office.subdirector, letter.document), crypto.randomUUID());
    await expect(over(later)).rejects.toMatchObject({ code: 'oficio/earlier-ended', facts: { state: 'revoked' } });
    await over(earlier);
  });

  test("does not replace another one while its signer's key does not count", async () => {
    const signed = (): Promise<SignedOficio> =>
      services.signOficio(letterOf(office.subdirector, TWO_PAGES), crypto.randomUUID());
    const [first, second] = [await signed(), await signed()];
    const compromisedFrom = second.oficio.signedLeaf!;
    await services.revokeCredential(office.otherSigner.serial, { reason: 'keyCompromise', compromisedFrom });
    const ending = { reason: 'Fe de erratas', replacedBy: second.oficio };
    expect(await codeOfAct(() => services.endOficio(first.oficio.id, ending))).toBe('oficio/replacement-not-signed');
  });
});
