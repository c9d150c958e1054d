/** The same document twice: what was signed before is told, given back, and held against the order. */
import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { Transport } from '../../../cli/client.ts';
import { readOrder, type LetterOrder } from '../../../cli/letter-order.ts';
import { formatTime } from '../../../src/core/time.ts';
import { issueTo, letterOf, newcomer, openOffice } from '../../support/office.ts';
import { codeOfAct } from '../../support/refuses.ts';
import { cardOrder, personalCard, sitDown } from '../../support/signing-station.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { insertCard } from './station-kit.ts';

const office = await openOffice();
const { services, director } = office;
const { state } = await personalCard(services, director);
const folder = temporaryFolder();
let ordered = 0;

function order(more: Partial<LetterOrder> = {}): LetterOrder {
  return cardOrder(folder, `carta-${++ordered}`, more);
}

const codeOf = (act: Promise<unknown>): Promise<string> => codeOfAct(() => act);

/** Between the command and an honest service: who asks for a letter is told that this one was signed before. */
const toldSigned =
  (told: object) =>
  (transport: Transport): Transport =>
  async (request) =>
    request.url.endsWith('/oficios/prepared') ? Response.json(told) : transport(request);

describe('whoever signs with their card', () => {
  test('gets a letter again that an earlier card of theirs signed, without a PIN; the card of somebody else gets none', async () => {
    const official = await newcomer(office);
    const before = await personalCard(services, official);
    const asked = order({ amount: '10', expires: '2027-03-01' });
    const [first] = await sitDown(services, insertCard(before.state)).sign(asked);
    const theirs = sitDown(services, insertCard((await personalCard(services, await newcomer(office))).state));
    expect(await codeOf(theirs.sign({ ...asked, signer: official.id }))).toBe('card/not-the-signers');
    await services.cards.end({ number: before.card.number, reason: 'replaced' });
    const now = await personalCard(services, official);
    const again = sitDown(services, insertCard(now.state));
    const [second] = await again.sign(asked);
    expect(second!.oficio).toMatchObject({ folio: first!.oficio.folio, repeated: true });
    expect(again.typed).toEqual([]);
  });

  test('is told before the PIN that the document was signed already, and as what', async () => {
    const asked = order();
    const [first] = await sitDown(services, insertCard(state)).sign(asked);
    const twice = sitDown(services, insertCard(state), {
      meanwhile: () => expect(twice.seen).toContain(`ya se firmó como ${first!.oficio.folio}`),
    });
    await twice.sign({ ...asked, output: `${asked.output}.otra.pdf` });
    expect(twice.typed).toHaveLength(1);
    expect.assertions(2);
  });
});

describe('a service that delivers', () => {
  test('as signed before, the same document signed for another order, is refused: its seal says so', async () => {
    const cheap = order();
    const [signed] = await sitDown(services, insertCard(state)).sign(cheap);
    const told = signed!.oficio;
    for (const [asked, lie] of [
      [{ amount: '500' }, { amount: 50_000 }],
      [{ type: 'requerimiento' }, { type: 'requerimiento' }],
      [{ expires: '2027-05-05' }, { expires: readOrder({ ...cheap, expires: '2027-05-05' }).expires! }],
      [{ folio: 'AE/DGG/0900/2026' }, { folio: 'AE/DGG/0900/2026' }],
    ] as const) {
      const other = { ...cheap, ...asked, output: `${cheap.output}.otra.pdf` };
      const through = toldSigned({ ...told, ...lie });
      const code = await codeOf(sitDown(services, insertCard(state), { through }).sign(other));
      expect([code, existsSync(other.output)], JSON.stringify(asked)).toEqual(['oficio/delivered-differs', false]);
    }
  });

  test('as signed before by an earlier card, what a key kept at the office signed, is refused', async () => {
    const official = await newcomer(office);
    await issueTo(services, official, 'signer');
    const asked = order();
    const document = new Uint8Array(readFileSync(asked.input));
    const held = await services.signOficio(
      letterOf(official, document, { subject: asked.subject, amount: 0, type: 'oficio' }),
      'of the office',
    );
    const own = await personalCard(services, official);
    const told = { ...held.oficio, sealedAt: formatTime(held.oficio.sealedAt) };
    const through = toldSigned(told);
    const sitting = sitDown(services, insertCard(own.state), { through });
    expect([await codeOf(sitting.sign(asked)), existsSync(asked.output)]).toEqual(['oficio/delivered-differs', false]);
  });
});
