import { Refusal } from '../core/refusal.ts';

export type AmountCode = 'oficio/amount-malformed';

/** Ten thousand million pesos: above it somebody mistyped. */
const MAX_CENTAVOS = 1_000_000_000_000;

/**
 * Centavos from pesos as typed: `0`, `1250`, `1250.00`, `1,250.00`, `$1,250.00`. A comma separates thousands and
 * nothing else: `1250,00` is refused, because it could mean either.
 * @throws Refusal `oficio/amount-malformed`
 */
export function parseAmount(text: string): number {
  const match = /^\$?\s?(\d{1,12}|\d{1,3}(?:,\d{3}){1,3})(?:\.(\d{2}))?$/.exec(text.trim());
  const centavos = match ? Number(match[1]!.replaceAll(',', '')) * 100 + Number(match[2] ?? 0) : Number.NaN;
  if (!(centavos <= MAX_CENTAVOS)) {
    throw new Refusal<AmountCode>('oficio/amount-malformed', 'not an amount in pesos', { found: text.slice(0, 40) });
  }
  return centavos;
}

/** `$1,250.00` */
export function formatAmount(centavos: number): string {
  const [pesos, cents] = (centavos / 100).toFixed(2).split('.');
  return `$${pesos!.replaceAll(/\B(?=(\d{3})+$)/g, ',')}.${cents}`;
}
