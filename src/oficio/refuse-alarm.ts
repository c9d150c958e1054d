import { Refusal } from '../core/refusal.ts';
import type { OficioCode } from './oficio.ts';

/** Whether a file carries a signature or a seal that shows a certificate of ours and that no act of ours made. */
export type FindAlarm = (document: Uint8Array) => Promise<boolean>;

/**
 * Nothing is signed over what a stolen key made, or what looks as if ours had: whoever checks the letter would be told of that. @throws Refusal `oficio/earlier-not-registered`
 */
export async function refuseAlarm(hasAlarm: FindAlarm, document: Uint8Array): Promise<void> {
  if (!(await hasAlarm(document))) return;
  throw new Refusal<OficioCode>('oficio/earlier-not-registered', 'a signature by a certificate of ours without a leaf');
}
