import { randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import type { Transport } from '../../../cli/client.ts';
import { Declined } from '../../../cli/command.ts';
import type { CardChannel } from '../../../src/card/channel.ts';
import { concat, utf8 } from '../../../src/core/bytes.ts';
import type { Official } from '../../../src/directory/official.ts';
import type { OfferedDraftView } from '../../../src/http/staff/card-letters.ts';
import type { OfferedLetter } from '../../../src/oficio/check-prepared.ts';
import type { OficioRequest } from '../../../src/oficio/request.ts';
import { insertCard } from '../../card/station/station-kit.ts';
import { letterOf, newcomer, openOffice, TWO_PAGES } from '../../support/office.ts';
import { personalCard, sitDown, type SittingOptions, type Signing } from '../../support/signing-station.ts';
import { listening } from '../../support/soft-cards.ts';

const office = await openOffice();
const { services, director } = office;
const { state, card } = await personalCard(services, director);

/** A letter that a clerk prepared for the card of its signer. */
async function draft(
  more: Partial<OficioRequest> = {},
  signer: Official = director,
  number = card.number,
): Promise<string> {
  const issued = await services.cards.certificates(number);
  const { serial } = issued.find(({ slot }) => slot === '9C')!;
  const document = concat(TWO_PAGES, utf8(`%${randomUUID()}\n`));
  const asked = { ...letterOf(signer, document), serial, ...more };
  return ((await services.prepareElsewhere(asked, randomUUID())) as OfferedLetter).letter.id;
}

function sit(
  options: SittingOptions = {},
  channel: CardChannel = insertCard(state),
): Signing & { readonly told: readonly Uint8Array[] } {
  const chip = listening(channel);
  return Object.assign(sitDown(services, chip, options), { told: chip.told });
}

/** Signatures of 9C that the card made. */
function signatures({ told }: { readonly told: readonly Uint8Array[] }): number {
  return told.filter((command) => command[1] === 0x87 && command[3] === 0x9c).length;
}

async function stateOf(id: string): Promise<string> {
  return (await services.oficios.find(id as never))!.record.state;
}

/** The service answers something else where it offers a letter. */
function lying(change: (offered: OfferedDraftView) => object): SittingOptions {
  const through =
    (transport: Transport): Transport =>
    async (request) => {
      const answer = await transport(request);
      if (!request.url.endsWith('/prepared')) return answer;
      return Response.json(change((await answer.json()) as OfferedDraftView));
    };
  return { through };
}

describe('letters that a page names', () => {
  test('are shown in the terminal, with the very file, and signed after a yes and the PIN', async () => {
    const id = await draft({ type: 'requerimiento', amount: 125_000, subject: 'Licencia de la calle Durango' });
    const sitting = sit({ meanwhile: () => expect(signatures(sitting)).toBe(0) });
    expect(await sitting.bridge([id])).toEqual([{ letter: id, outcome: 'signed' }]);
    const { folio } = (await services.oficios.find(id as never))!.record;
    for (const said of [
      folio,
      'Licencia de la calle Durango',
      'Requerimiento',
      '$1,250.00',
      director.name,
      '.pdf',
      'una firma',
    ]) {
      expect(sitting.seen).toContain(said);
    }
    expect(sitting.steps).toEqual(['card', 'preparing', 'look', 'pin', 'signing']);
    const file = concat(...(await services.signedFile(id as never))!);
    expect(await services.verifyPdf(file)).toMatchObject({ verdict: 'valid', state: 'current' });
    const [kept] = sitting.kept;
    // All but the signature itself, whose place was zeros.
    const different = [...kept!.keys()].filter((at) => kept![at] !== file[at]);
    expect(kept!.length).toBe(file.length);
    expect([...kept!].filter((byte, at) => byte !== file[at]).every((byte) => byte === 0x30)).toBe(true);
    expect(different.at(-1)! - different[0]!).toBeLessThan(16_000);
  });

  test('are signed with one PIN, and one that is refused keeps no other', async () => {
    const [one, two] = [await draft(), await draft()];
    const sitting = sit();
    const done = await sitting.bridge([one, '00000000000000aa', two]);
    expect(done).toEqual([
      { letter: one, outcome: 'signed' },
      { letter: '00000000000000aa', outcome: 'refused', what: expect.stringContaining('oficio') as string },
      { letter: two, outcome: 'signed' },
    ]);
    expect([sitting.typed.length, signatures(sitting)]).toEqual([1, 2]);
    expect(sitting.typed[0]!.every((byte) => byte === 0)).toBe(true);
  });

  test('a no signs nothing, asks for no PIN and leaves nothing half done', async () => {
    const id = await draft();
    const { size } = await services.log.head();
    const sitting = sit({ says: false });
    await expect(sitting.bridge([id])).rejects.toThrow(Declined);
    expect([sitting.typed.length, signatures(sitting), await stateOf(id)]).toEqual([0, 0, 'sealed']);
    expect((await services.log.head()).size).toBe(size);
    expect(await sit().bridge([id])).toEqual([{ letter: id, outcome: 'signed' }]);
  });

  test('asked for again, a letter that is signed is told as such, and nobody is asked anything', async () => {
    const id = await draft();
    await sit().bridge([id]);
    const again = sit({ says: false });
    expect(await again.bridge([id])).toEqual([{ letter: id, outcome: 'signed' }]);
    expect(signatures(again)).toBe(0);
  });

  test('of somebody else are not signed with this card', async () => {
    const other = await newcomer(office);
    const theirs = await personalCard(services, other);
    const id = await draft({}, other, theirs.card.number);
    const sitting = sit();
    const [done] = await sitting.bridge([id]);
    expect(done).toMatchObject({ letter: id, outcome: 'refused' });
    expect([sitting.kept.length, signatures(sitting), await stateOf(id)]).toEqual([0, 0, 'sealed']);
  });

  test('nothing is signed with a wrong PIN', async () => {
    const id = await draft();
    const sitting = sit({ pins: ['999999'] });
    await expect(sitting.bridge([id])).rejects.toMatchObject({ code: 'card/pin-wrong' });
    expect([signatures(sitting), await stateOf(id)]).toEqual([0, 'sealed']);
    // The tries are whole again.
    await sit().bridge([id]);
  });
});

describe('a service that lies', () => {
  const letterWith = (change: Partial<OfferedDraftView['letter']>) => (offered: OfferedDraftView) => ({
    ...offered,
    letter: { ...offered.letter, ...change },
  });
  test.for<[string, (offered: OfferedDraftView) => object]>([
    ['about the amount', letterWith({ amount: 1 })],
    ['about the folio', letterWith({ folio: 'AE/DGG/9999/2026' as never })],
    ['about the type', letterWith({ type: 'citatorio' as never })],
    ['about the pages', letterWith({ pages: 9 })],
    ['about the time', letterWith({ sealedAt: '2001-01-01T00:00:00Z' })],
    [
      'about who signs',
      (offered) => letterWith({ signer: { ...offered.letter.signer, name: 'Otra Persona' } })(offered),
    ],
    ['with bytes of its own', (offered) => ({ ...offered, toBeSigned: Buffer.from('otra cosa').toString('base64') })],
    ['with another letterhead', (o) => ({ ...o, letterhead: { ...o.letterhead, origin: 'https://evil.example' } })],
    ['about the place of the seal', (offered) => ({ ...offered, place: { page: 1, left: 10, top: 10 } })],
    ['with another letter', letterWith({ id: '0123456789abcdef' as never })],
    ['with a letter without a form', (offered) => ({ ...offered, letter: null })],
    ['with an approval that is none', () => ({ approval: { id: '../otra' } })],
  ])('%s gets no signature, and nobody is asked for a PIN', async ([, change]) => {
    const id = await draft();
    const sitting = sit(lying(change));
    const [done] = await sitting.bridge([id]);
    expect(done).toMatchObject({ letter: id, outcome: 'refused' });
    expect([sitting.kept.length, sitting.typed.length, signatures(sitting)]).toEqual([0, 0, 0]);
  });

  test('answers with another letter of theirs that waits, and it is not signed in place of the one that was asked for', async () => {
    const [asked, other] = [await draft(), await draft()];
    const through =
      (transport: Transport): Transport =>
      (request) =>
        transport(new Request(request.url.replace(asked, other), request));
    const sitting = sit({ through });
    expect(await sitting.bridge([asked])).toMatchObject([{ letter: asked, outcome: 'refused' }]);
    expect([signatures(sitting), await stateOf(other)]).toEqual([0, 'sealed']);
  });

  test('gives another document, and gets no signature over it', async () => {
    const id = await draft();
    const through =
      (transport: Transport): Transport =>
      async (request) =>
        request.url.endsWith('/draft')
          ? new Response(concat(TWO_PAGES, utf8('%otro\n')) as Uint8Array<ArrayBuffer>)
          : transport(request);
    const sitting = sit({ through });
    expect(await sitting.bridge([id])).toMatchObject([{ outcome: 'refused' }]);
    expect(signatures(sitting)).toBe(0);
  });
});
