import { authoritySubject } from '../../authority/replay.ts';
import type { CborValue } from '../../core/cbor.ts';
import { Refusal } from '../../core/refusal.ts';
import { cardSubject } from '../../card/office/replay.ts';
import { credentialSubject } from '../../credential/replay.ts';
import { directorySubject } from '../../directory/replay.ts';
import type { LeafSubject } from '../../log/claim.ts';
import { oficioSubject } from '../../oficio/replay.ts';
import { revocationSubject } from '../../revocation/replay.ts';

/** Which row the leaf that commits to `record` is about; `undefined` for one that names none, or that we never wrote. */
export function subjectOf(record: readonly CborValue[]): LeafSubject | undefined {
  try {
    return (
      oficioSubject(record) ??
      credentialSubject(record) ??
      cardSubject(record) ??
      directorySubject(record) ??
      revocationSubject(record) ??
      authoritySubject(record)
    );
  } catch (error) {
    if (error instanceof Refusal || error instanceof TypeError) return undefined;
    throw error;
  }
}
