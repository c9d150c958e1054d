import type { CardNumber, CardRegisterCode } from '../card/card.ts';
import type { CardOffice } from '../card/office.ts';
import { Refusal } from '../core/refusal.ts';
import type { Primitives } from '../core/primitives.ts';
import type { Clock } from '../core/time.ts';
import { holderOf } from '../credential/issue.ts';
import type { Institution } from '../directory/institution.ts';
import type { Official, OfficialId } from '../directory/official.ts';
import type { DirectoryStore } from '../directory/store.ts';
import { publicView } from '../directory/view.ts';
import type { Badge, BadgeHolder, BadgeTexts } from './badge.ts';
import { printBadge } from './print.ts';

export interface MakeBadgeDeps {
  readonly office: Pick<CardOffice, 'find'>;
  readonly directory: DirectoryStore;
  readonly institution: Institution;
  readonly origin: string;
  readonly dev: boolean;
  readonly texts: BadgeTexts;
  readonly clock: Clock;
  readonly primitives: Pick<Primitives, 'digest'>;
}

/**
 * The artwork of a card as its holder stands in the directory today: a PDF of two pages. Nothing is recorded: it may be made
 * again, of a card that is not active yet as well.
 * @throws Refusal `card/not-found`, `card/ended`, `credential/no-mandate`, and those of `printBadge`
 */
export async function makeBadge(deps: MakeBadgeDeps, number: CardNumber): Promise<Uint8Array> {
  const card = await deps.office.find({ number });
  if (!card) throw new Refusal<CardRegisterCode>('card/not-found', 'no such card', { asked: number });
  if (card.ended) {
    const { reason } = card.ended;
    throw new Refusal<CardRegisterCode>('card/ended', `the card was ended: ${reason}`, { number, reason });
  }
  const { officialId, expires, tag } = card;
  const badge: Badge = {
    ...(await personOnPlastic(deps, officialId)),
    number,
    validUntil: expires,
    hasTag: tag !== undefined,
  };
  return printBadge(badge, deps.texts, deps.primitives);
}

/** Who bears it, and whose it is, as the directory has both today. @throws Refusal as `holderOf` */
export async function personOnPlastic(
  deps: Omit<MakeBadgeDeps, 'office' | 'texts' | 'primitives'>,
  officialId: OfficialId,
): Promise<Omit<Badge, 'number' | 'validUntil' | 'hasTag'>> {
  const { directory, institution, origin, dev } = deps;
  const { record: official } = await holderOf(deps, { officialId, kind: 'staff' }, deps.clock());
  const unit = (await directory.findUnit(official.unit))?.record;
  return {
    ...{ institution, origin, dev },
    holder: await holderOnPlastic(deps, official),
    post: official.post,
    unit: unit?.name ?? official.unit,
    ...(unit?.phone !== undefined && { telephone: unit.phone }),
  };
}

/** Of who is reserved neither name nor photo is printed. */
async function holderOnPlastic(
  { directory, clock }: Pick<MakeBadgeDeps, 'directory' | 'clock'>,
  official: Official,
): Promise<BadgeHolder> {
  const { name, photo, publication } = publicView(official, clock());
  if (publication.state === 'reserved') return publication;
  const jpeg = photo && (await directory.findPhoto(official.id))?.record.jpeg;
  return { state: 'public', name: name ?? official.name, ...(jpeg && { photo: jpeg }) };
}
