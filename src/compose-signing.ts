import { Refusal } from './core/refusal.ts';
import { signOficio, type SignOficioDeps } from './oficio/sign.ts';
import { completeElsewhere, prepareElsewhere } from './oficio/sign-elsewhere.ts';
import type { PdfCode } from './pdf/refusal.ts';
import type { Services } from './services.ts';
import { MAX_LETTER_BYTES } from './verifier/index.ts';

/**
 * How letters come to be signed, by a key of ours or one that is elsewhere. `check` is what must hold of the installation before
 * anything is printed in its name.
 */
export function composeSigning(
  deps: SignOficioDeps,
  check: () => Promise<void>,
): Pick<Services, 'signOficio' | 'prepareElsewhere' | 'completeElsewhere'> {
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
  };
}

/** @throws Refusal `pdf/too-large` */
function checkLength({ length: found }: Uint8Array): void {
  if (found <= MAX_LETTER_BYTES) return;
  throw new Refusal<PdfCode>('pdf/too-large', `${found} bytes`, { found, most: MAX_LETTER_BYTES });
}
