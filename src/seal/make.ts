import { kidOf, signCose } from '../core/cose.ts';
import type { Primitives } from '../core/primitives.ts';
import type { Random } from '../core/random.ts';
import { Refusal } from '../core/refusal.ts';
import type { Signer } from '../core/signer.ts';
import { addressLength, MAX_ADDRESS_CHARACTERS, type SealOrigin } from './address.ts';
import type { SealCode } from './code.ts';
import {
  encodeClaims,
  MAX_SEAL_BYTES,
  SEAL_ID_BYTES,
  SEAL_PROFILE,
  sealId,
  type SealClaims,
  type SealId,
} from './seal.ts';

/** The name of a seal to be made; the register keeps its typed code unique as well. */
export function newSealId(random: Random): SealId {
  return sealId(random(SEAL_ID_BYTES));
}

/** Header of the message, its protected header, empty map, and the heads of payload and signature. */
const ENVELOPE_BYTES = 16;
const SIGNATURE_BYTES = 64;

export interface MakeSealDeps {
  /** A P-256 key that the trust list names as a seal key. */
  readonly signer: Signer;
  readonly primitives: Pick<Primitives, 'digest'>;
  /** Where the seal will be found: its length decides whether the QR holds it. */
  readonly origin: SealOrigin;
}

/**
 * The payload of a seal at `origin`: whether it can be made is known before anything is recorded of it.
 * @throws Refusal `seal/claims`; `seal/too-long` when folio, numbers and origin together do not fit
 */
export function sealPayload(origin: SealOrigin, claims: SealClaims): Uint8Array {
  const payload = encodeClaims(claims);
  const length = ENVELOPE_BYTES + payload.length + SIGNATURE_BYTES;
  if (length > MAX_SEAL_BYTES) {
    throw new Refusal<SealCode>('seal/too-long', `a seal of ${length} bytes, at most ${MAX_SEAL_BYTES}`, {
      found: length,
      most: MAX_SEAL_BYTES,
    });
  }
  const characters = addressLength(origin, length);
  if (characters > MAX_ADDRESS_CHARACTERS) {
    throw new Refusal<SealCode>('seal/too-long', `an address of ${characters} characters in the QR`, {
      found: characters,
      most: MAX_ADDRESS_CHARACTERS,
    });
  }
  return payload;
}

/**
 * The seal's bytes: at most 190, and an address that the printed QR holds. Refuses before it signs.
 * @throws Refusal as `sealPayload`
 */
export async function makeSeal(deps: MakeSealDeps, claims: SealClaims): Promise<Uint8Array> {
  const payload = sealPayload(deps.origin, claims);
  return signCose(SEAL_PROFILE, deps.signer, kidOf(deps.signer.spki, deps.primitives), payload);
}
