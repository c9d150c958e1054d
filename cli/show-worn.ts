/** What is told of a card or a distinctive that was found by the number printed on it. */
import { parseCardNumber } from '../src/card/card.ts';
import type { Text } from './command.ts';
import type { VerdictView } from './show-verdict.ts';

/** In place of the sentence of the state, which speaks of a credential. */
export function sentenceOfDistinctive({ state, subject }: VerdictView): Text | undefined {
  if (subject['kind'] !== 'distinctive') return undefined;
  if (state === 'replaced')
    return { es: 'Este distintivo se cambió por otro', en: 'Another distinctive took its place' };
  if (state !== 'revoked') return undefined;
  switch (subject['reason']) {
    case 'stolen':
      return { es: 'Este distintivo se reportó como ROBADO', en: 'This distinctive was reported STOLEN' };
    case 'lost':
      return { es: 'Este distintivo se reportó como PERDIDO', en: 'This distinctive was reported LOST' };
    default:
      return { es: 'Este distintivo se retiró', en: 'This distinctive was withdrawn' };
  }
}

/** Anybody can print a number on another card: what has to be known wherever one counts. */
export function cautionOnNumber(target: string, { state, subject }: VerdictView): Text | undefined {
  if (state !== 'current' || !isItsNumber(target, subject)) return undefined;
  if (subject['name'] === undefined) return COPIED_RESERVED;
  return subject['kind'] === 'distinctive' ? COPIED : COPIED_CARD;
}

/** Typed, or in the address that its code opens. */
function isItsNumber(target: string, { card, number }: VerdictView['subject']): boolean {
  const last =
    target
      .trim()
      .replace(/[?#].*$/, '')
      .split('/')
      .findLast(Boolean) ?? '';
  const typed = parseCardNumber(last);
  return typed !== undefined && (typed === card || typed === number);
}

const COPIED: Text = {
  es: 'Un número impreso se puede copiar: por sí solo no prueba quién es. Compare la fotografía que muestra la página con quien lo trae.',
  en: 'A printed number can be copied: by itself it does not prove who somebody is. Compare the photo that the page shows with who carries it.',
};
const COPIED_CARD: Text = {
  es: `${COPIED.es} Si la tarjeta es la auténtica, lo dice ./cotejo card verify.`,
  en: `${COPIED.en} Whether the card is the genuine one, ./cotejo card verify tells.`,
};
const COPIED_RESERVED: Text = {
  es: 'Un número impreso se puede copiar, y de esta persona no se muestran nombre ni fotografía: confirme por teléfono con ese número.',
  en: 'A printed number can be copied, and of this person neither name nor photo is shown: confirm by telephone with that number.',
};
