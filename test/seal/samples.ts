import { nodePrimitives } from '../../src/adapters/primitives.ts';
import { fromHex } from '../../src/core/bytes.ts';
import { unixSeconds } from '../../src/core/time.ts';
import { sealAddress, sealOrigin, type SealOrigin } from '../../src/seal/address.ts';
import { makeSeal, type MakeSealDeps } from '../../src/seal/make.ts';
import { sealId, type SealClaims } from '../../src/seal/seal.ts';
import { softwareSigner, type SoftwareSigner } from '../support/software-signer.ts';

/** A letter of two pages that asks for no money. */
export const CLAIMS: SealClaims = {
  id: sealId(fromHex('0123456789abcdef')!),
  issuedAt: unixSeconds(1795284000),
  type: 1,
  folio: 'AC/DGG/SCI/0042/2026',
  length: 184_223,
  digest: fromHex('00112233445566778899aabbccddeeff01234567')!,
  index: 523_111,
  pages: 2,
  amount: 0,
};

/** A visit with a term and a payment. */
export const VISIT: SealClaims = {
  ...CLAIMS,
  type: 5,
  expiresAt: unixSeconds(CLAIMS.issuedAt + 86_400),
  amount: 125_000,
};

export const ORIGIN: SealOrigin = sealOrigin('https://verifica.cuauhtemoc.cdmx.gob.mx');
export const PREFIXED: SealOrigin = sealOrigin('https://www.gob.mx/cuauhtemoc/verifica');

export const signer: SoftwareSigner = softwareSigner();
export const deps: MakeSealDeps = { signer, primitives: nodePrimitives, origin: ORIGIN };
export const SEAL: Uint8Array = await makeSeal(deps, CLAIMS);
export const ADDRESS: string = sealAddress(ORIGIN, SEAL);
