import type { Primitives } from '../core/primitives.ts';
import { openPdf } from '../pdf/document.ts';
import { pdfString } from '../pdf/object.ts';
import { beginUpdate } from '../pdf/update.ts';
import { SALT_ENTRY } from '../seal/in-signature.ts';
import {
  checkSignable,
  finishPreparation,
  freeFieldName,
  prepareSignature,
  roomForChain,
  type Prepared,
} from '../signature/prepare.ts';
import {
  claimOfCountersignature,
  COUNTERSIGN_ENTRY,
  countersignEntry,
  type CountersignIntent,
} from './countersignature.ts';
import { FIELD_NAME } from './inspect.ts';

export interface LayOutCountersignatureDeps {
  readonly primitives: Primitives;
  /** DER of what belongs into the chain of the signer's certificate. */
  readonly signerChain: readonly Uint8Array[];
}

/** What of a countersignature stands in its file. */
export type LaidOutCountersignature = Pick<CountersignIntent, 'id' | 'letter' | 'ordinal' | 'at' | 'salt'>;

/**
 * One more signature behind `base`, a signed letter. It shows nothing: what lies on a page stays as it was signed. Nothing is drawn at
 * random, so that everybody gets the same bytes of the same file and facts. `certificate` is the signer's, DER.
 * @throws Refusal as `checkSignable`, `prepareSignature` do of the document
 */
export function layOutCountersignature(
  { primitives, signerChain }: LayOutCountersignatureDeps,
  facts: LaidOutCountersignature,
  base: Uint8Array,
  certificate: Uint8Array,
): Prepared {
  const document = openPdf(base, primitives);
  const fieldName = freeFieldName(document, FIELD_NAME);
  checkSignable(document, fieldName);
  const update = beginUpdate(document);
  const placed = prepareSignature(update, {
    page: 0,
    fieldName,
    at: facts.at,
    reservedBytes: roomForChain([certificate, ...signerChain]),
    entries: {
      [COUNTERSIGN_ENTRY]: countersignEntry(facts),
      [SALT_ENTRY]: pdfString(facts.salt, true),
    },
  });
  return finishPreparation(update, placed, { certificate, claim: claimOfCountersignature(facts) }, primitives);
}
