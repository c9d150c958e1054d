import { Refusal } from '../core/refusal.ts';
import type { LogCode } from '../log/code.ts';
import type { Folio } from './folio.ts';
import type { OficioCode } from './oficio.ts';

/**
 * What is wrong with a signature or a seal that shows a certificate of ours: no act of ours made it; or nobody can tell any more, as the
 * record of the leaf `unread` is gone.
 */
export type Alarm = 'unmade' | { readonly unread?: number };

/** The gravest that a file carries. */
export type FindAlarm = (document: Uint8Array) => Promise<Alarm | undefined>;

/**
 * Nothing is signed over what a stolen key made, or what looks as if ours had: whoever checks the letter would be told of that. Nor over
 * what may have been made so.
 * @param draft of the letter that has taken its folio and waits for its signature
 * @throws Refusal `oficio/earlier-not-registered` (fact `draft`), `log/opening-missing`
 */
export async function refuseAlarm(findAlarm: FindAlarm, document: Uint8Array, draft?: Folio): Promise<void> {
  const alarm = await findAlarm(document);
  if (alarm === undefined) return;
  if (alarm === 'unmade') {
    const message = 'a signature by a certificate of ours without a leaf';
    throw new Refusal<OficioCode>('oficio/earlier-not-registered', message, draft === undefined ? {} : { draft });
  }
  const facts = alarm.unread === undefined ? {} : { index: alarm.unread };
  throw new Refusal<LogCode>('log/opening-missing', 'nobody can tell any more what a signature of the file is', facts);
}
