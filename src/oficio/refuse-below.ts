import type { UnixSeconds } from '../core/time.ts';
import type { CredentialStore } from '../credential/store.ts';
import type { Held } from '../log/ledger.ts';
import type { PdfDict } from '../pdf/object.ts';
import type { SealOrigin } from '../seal/address.ts';
import type { SignatureFinding } from '../signature/verify.ts';
import type { Folio } from './folio.ts';
import { refuseAlarm, type FindAlarm } from './refuse-alarm.ts';
import { lettersIn, refuseEnded, type FindStanding } from './refuse-ended.ts';
import type { OficioStore, OficioWrite } from './store.ts';

export interface BelowDeps {
  /** Where the seals of our letters lead. */
  readonly origin: SealOrigin;
  readonly standingOf: FindStanding;
  readonly findAlarm: FindAlarm;
}

/** A document that is to be signed. */
export interface Below {
  readonly document: Uint8Array;
  /** The dictionaries of the signatures that it has already. */
  readonly signatures: readonly PdfDict[];
}

/**
 * What a letter is signed over stands, now that it is signed over. @param draft as of `refuseEnded`
 * @throws Refusal as `refuseEnded`, `refuseAlarm`
 */
export async function refuseBelow(
  { origin, standingOf, findAlarm }: BelowDeps,
  { document, signatures }: Below,
  at: UnixSeconds,
  draft?: Folio,
): Promise<void> {
  await refuseEnded(standingOf, lettersIn(signatures, origin), at, draft);
  if (signatures.length > 0) await refuseAlarm(findAlarm, document, draft);
}

/** The rows that an act would change after which a letter stands no more. Whatever they say: only their versions count. */
export interface RowsBelow {
  readonly oficios: Pick<OficioStore, 'find'>;
  readonly credentials: Pick<CredentialStore, 'find'>;
}

/**
 * Makes a commit stale that rests on what was asked of the letters below, where one of them, or the key that signed it, came to an end since.
 * Which ones those are, the file says: `signatures` is what it has already.
 */
export async function holdBelow(
  { oficios, credentials }: RowsBelow,
  signatures: readonly Pick<SignatureFinding, 'dictionary' | 'certificate'>[],
  origin: SealOrigin,
): Promise<readonly Held<OficioWrite>[]> {
  const held: Held<OficioWrite>[] = [];
  for (const { dictionary, certificate } of signatures) {
    for (const key of lettersIn([dictionary], origin)) {
      const letter = await oficios.find(key);
      if (letter) held.push({ put: 'oficio', key, ifVersion: letter.version });
      const serial = certificate?.serial.hex;
      const credential = serial === undefined ? undefined : await credentials.find(serial);
      if (credential) held.push({ put: 'credential', key: serial!, ifVersion: credential.version });
    }
  }
  return held;
}
