import { takingTurnsBy } from './core/turns.ts';
import { Refusal } from './core/refusal.ts';
import { countersignOficio, waitingVersion, type CountersignDeps } from './oficio/countersign.ts';
import { completeCountersignedElsewhere, prepareCountersignature } from './oficio/countersign-elsewhere.ts';
import { signOficio, type SignOficioDeps } from './oficio/sign.ts';
import { inspectDocument } from './oficio/inspect.ts';
import {
  completeElsewhere,
  draftDocument,
  prepareDraft,
  prepareElsewhere,
  signDraft,
  signWaiting,
  waitingDocument,
} from './oficio/sign-elsewhere.ts';
import type { OficioStore } from './oficio/store.ts';
import type { PdfCode } from './pdf/refusal.ts';
import type { Services } from './services.ts';
import { MAX_LETTER_BYTES } from './verifier/index.ts';

/**
 * How letters come to be signed, by a key of ours or one that is elsewhere. `check` is what must hold of the installation before
 * anything is printed in its name.
 */
export function composeSigning(
  deps: SignOficioDeps & CountersignDeps,
  check: () => Promise<void>,
): Pick<
  Services,
  | 'signOficio'
  | 'prepareElsewhere'
  | 'completeElsewhere'
  | 'signWaiting'
  | 'signDraft'
  | 'prepareDraft'
  | 'draftDocument'
  | 'inspectLetter'
  | 'waitingDocument'
  | 'waitingVersion'
  | 'countersignOficio'
  | 'prepareCountersignature'
  | 'completeCountersignature'
> {
  const inTurn = takingTurnsBy();
  return {
    async signOficio(request, idempotencyKey) {
      checkLength(request.document);
      await check();
      return signOficio(deps, request, idempotencyKey);
    },
    async prepareElsewhere(request, idempotencyKey) {
      checkLength(request.document);
      await check();
      return prepareElsewhere(deps, request, idempotencyKey);
    },
    async completeElsewhere(id, signed) {
      await check();
      return completeElsewhere(deps, id, signed);
    },
    async signWaiting(id, sealText, signature) {
      await check();
      return signWaiting(deps, id, sealText, signature);
    },
    async prepareDraft(id, serial) {
      await check();
      return prepareDraft(deps, id, serial);
    },
    draftDocument: (id) => draftDocument(deps, id),
    async signDraft(id) {
      await check();
      return signDraft(deps, id);
    },
    async inspectLetter(document) {
      checkLength(document);
      return inspectDocument(document, undefined, deps.primitives);
    },
    async waitingDocument(id, sealText) {
      await check();
      return waitingDocument(deps, id, sealText);
    },
    async waitingVersion(id, own) {
      await check();
      return waitingVersion(deps, id, own);
    },
    async countersignOficio(request) {
      await check();
      // Each signs what the one before left: at once, all but one would do it for nothing, and leave what they began.
      return inTurn(request.id, () => countersignOficio(deps, request));
    },
    async prepareCountersignature(request) {
      await check();
      // At once, each would find nothing begun, and begin it anew: what waits is read with every answer about the letter.
      return inTurn(request.id, () => prepareCountersignature(deps, request));
    },
    async completeCountersignature(letter, id, signature) {
      await check();
      return completeCountersignedElsewhere(deps, letter, id, signature);
    },
  };
}

/** @throws Refusal `pdf/too-large` */
function checkLength({ length: found }: Uint8Array): void {
  if (found <= MAX_LETTER_BYTES) return;
  throw new Refusal<PdfCode>('pdf/too-large', `${found} bytes`, { found, most: MAX_LETTER_BYTES });
}

/**
 * The parts of the file of a letter, its versions told by the log. The last part is compared with the digest of its signature, which
 * covers all before it.
 */
export function signedFileOf(
  { find, findDocument }: Pick<OficioStore, 'find' | 'findDocument'>,
  rows: Pick<OficioStore, 'findDocument'>,
  countersignaturesOf: CountersignDeps['countersignaturesOf'],
): Services['signedFile'] {
  return async (id, version) => {
    const oficio = (await find(id))?.record;
    if (oficio?.signedLeaf === undefined) return undefined;
    const made = version === 0 ? [] : (await countersignaturesOf(oficio)).made;
    if ((version ?? 0) > made.length) return undefined;
    const appended = made.slice(0, version).map(({ signedLeaf }) => signedLeaf);
    const leaves = [oficio.intentLeaf, oficio.signedLeaf, ...appended];
    const parts: Uint8Array[] = [];
    for (const [i, leaf] of leaves.entries()) {
      const part = await (i === leaves.length - 1 ? findDocument : rows.findDocument)(leaf);
      if (!part) return undefined;
      parts.push(part);
    }
    return parts;
  };
}
