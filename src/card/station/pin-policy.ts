import { Refusal } from '../../core/refusal.ts';
import { refuse } from '../piv/answer.ts';
import type { StationCode } from './station-code.ts';

/**
 * What a person may choose as PIN: six to eight digits, neither all alike nor in a row, up or down, as those of factories are.
 * The card counts tries, so that no more is asked for.
 * @throws Refusal `card/pin-malformed` (`is` `new`: no try was at stake), `card/pin-too-simple`
 */
export function checkNewPin(pin: string): void {
  if (!/^[0-9]{6,8}$/.test(pin)) refuse('card/pin-malformed', 'the PIN is not 6 to 8 digits', { is: 'new' });
  if ([0, 1, 9].some((step) => isRun(pin, step))) {
    throw new Refusal<StationCode>('card/pin-too-simple', 'the PIN is one that everybody tries first');
  }
}

/** Whether each digit is so much more than the one before it, 0 coming after 9. */
function isRun(pin: string, step: number): boolean {
  return [...pin].every((digit, at) => at === 0 || (Number(pin[at - 1]) + step) % 10 === Number(digit));
}
