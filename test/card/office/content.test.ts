import { describe, expect, test } from 'vitest';
import { nodePrimitives as primitives } from '../../../src/adapters/primitives.ts';
import type { Card } from '../../../src/card/card.ts';
import { hashedObjects, hashListsOf } from '../../../src/card/card-objects.ts';
import type { CardHolder } from '../../../src/card/office.ts';
import { encodeHashList } from '../../../src/card/piv/security-object.ts';
import { newcomer, openOffice, refusedForNothing } from '../../support/office.ts';
import { makeCard, registerCard } from '../../support/soft-slots.ts';

const office = await openOffice();
const { services } = office;
const { cards } = services;

const bytesOf = (card: Card, holder: CardHolder): Uint8Array => hashListsOf(card, holder, primitives)[0]!;
const refused = ({ number }: Card, bytes: Uint8Array) =>
  refusedForNothing(services, () => cards.signContent({ number, bytes }));

describe('the office signs for a card', () => {
  test('what it knows of the card and its person, and nothing that a station makes up', async () => {
    const person = await newcomer(office);
    const card = await registerCard(services, person);
    const other = await registerCard(services, await newcomer(office));
    const holder = await cards.holder(person.id);
    const objects = hashedObjects(card, holder);
    const forged = { ...holder, printed: { ...holder.printed, name: 'Comisario General' } };
    for (const bytes of [
      bytesOf(card, forged),
      bytesOf({ ...card, expires: '2099-12-31' as Card['expires'] }, holder),
      bytesOf(other, holder),
      encodeHashList(objects.slice(0, 1), primitives),
      encodeHashList([...objects, { name: 'facial-image', value: new Uint8Array(40) }], primitives),
      new Uint8Array(),
    ]) {
      expect(await refused(card, bytes)).toBe('card/content-differs');
    }
    expect(await refused(other, bytesOf(card, holder))).toBe('card/content-differs');
    expect((await cards.signContent({ number: card.number, bytes: bytesOf(card, holder) })).length).toBeGreaterThan(
      100,
    );
    // The person changes while the card is made.
    await services.changeOfficial({ id: person.id, changes: { post: 'Subdirectora' } });
    expect(await refused(card, bytesOf(card, holder))).toBe('card/content-differs');
  });

  test('while it is being made, and not once it is in use or was ended', async () => {
    const { card } = await makeCard(services, await newcomer(office));
    const holder = await cards.holder(card.officialId);
    expect(await refused(card, bytesOf(card, holder))).toBe('card/already-active');
    await cards.end({ number: card.number, reason: 'damaged' });
    expect(await refused(card, bytesOf(card, holder))).toBe('card/ended');
  });
});
