import { Refusal } from '../../core/refusal.ts';
import { formatCardNumber, type Card, type CardRegisterCode } from '../card.ts';
import type { ChipDeps } from './chip.ts';
import type { CardHolder } from '../office.ts';

/**
 * Whose card it is, as the office knows them now, while it is theirs and being made. What was known before somebody was asked,
 * or before a secret was told, may have gone on at another station: only this very card is spoken of, not the one that its
 * person has by now.
 * @throws Refusal `card/ended`; `card/proven-elsewhere` where it is active: another body is
 */
export async function holderOfUnfinished(
  { office }: Pick<ChipDeps, 'office'>,
  { number, officialId }: Pick<Card, 'number' | 'officialId'>,
): Promise<CardHolder> {
  const holder = await office.holder(officialId);
  const { card } = holder;
  if (card?.number !== number) {
    const reason = (await office.find({ number }))?.ended?.reason;
    refuse('card/ended', 'the card was ended', { number: formatCardNumber(number), ...(reason && { reason }) });
  }
  if (card.state === 'registered') return holder;
  return refuse('card/proven-elsewhere', 'it is active, as another body', { number: formatCardNumber(number) });
}

function refuse(code: CardRegisterCode, message: string, facts: Readonly<Record<string, string>>): never {
  throw new Refusal<CardRegisterCode>(code, message, facts);
}
