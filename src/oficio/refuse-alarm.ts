import { Refusal } from '../core/refusal.ts';
import type { OficioCode } from './oficio.ts';

/** Whether a file carries a signature or a seal by a certificate of ours that no act of ours made, as whoever checks the file would be told. */
export type FindAlarm = (document: Uint8Array) => Promise<boolean>;

/**
 * Nothing is signed over what only a stolen key makes: the letter would never be told from it, and its file is the alarm for whoever
 * checks it. @throws Refusal `oficio/earlier-not-registered`
 */
export async function refuseAlarm(hasAlarm: FindAlarm, document: Uint8Array): Promise<void> {
  if (!(await hasAlarm(document))) return;
  throw new Refusal<OficioCode>('oficio/earlier-not-registered', 'a signature by a certificate of ours without a leaf');
}
