import type { Services } from '../../src/services.ts';
import type { OfficialId } from '../../src/directory/official.ts';
import type { Person, ProductionOffice } from './production-office.ts';
import { personalCard, type PersonalCard } from './signing-station.ts';

/** The card of an official where people authorise it: each act by `hr`, and its activation by both. */
export function productionCard(
  office: ProductionOffice,
  [hr, approver]: readonly [Person, Person],
  id: OfficialId,
): Promise<PersonalCard> {
  const { cards } = office.services;
  const inTheirName: Services['cards'] = new Proxy(cards, {
    get(target, name: keyof Services['cards']) {
      const act = target[name] as (...given: unknown[]) => Promise<unknown>;
      const people: readonly [Person, ...Person[]] = name === 'activate' ? [hr, approver] : [hr];
      return (...given: unknown[]) => office.act(people, () => act.apply(target, given));
    },
  });
  return personalCard({ cards: inTheirName }, { id });
}

/** Somebody who signs with a card, and with nothing else. */
export async function cardOfficial(
  office: ProductionOffice,
  hr: Person,
  name: string,
  post: string,
  unit: string,
): Promise<OfficialId> {
  const input = {
    ...{ name, post, unit, powers: ['Firmar oficios'], mayAsk: [], neverAsks: [] },
    validFrom: '2026-01-16',
  };
  return (await office.act([hr], () => office.services.registerOfficial({ input }))).id;
}
