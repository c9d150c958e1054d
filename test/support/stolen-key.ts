import { nodePrimitives as primitives } from '../../src/adapters/primitives.ts';
import { concat } from '../../src/core/bytes.ts';
import type { Credential } from '../../src/credential/credential.ts';
import { layOutCountersignature, type LaidOutCountersignature } from '../../src/oficio/lay-out-countersignature.ts';
import { completeSignature } from '../../src/signature/complete.ts';
import type { Opened } from './office.ts';
import type { SigningChain } from './sign-pdf.ts';

/** A credential of the house and its key, as whoever has stolen both signs. */
export async function stolenChain(
  { ports, services }: Pick<Opened, 'ports' | 'services'>,
  { certificate, keyName }: Credential,
): Promise<SigningChain> {
  const { signer } = await ports.openKeys(true).get(keyName!);
  return { certificates: [certificate!, services.charter.authorities[1]!], signer };
}

/** `base` countersigned with a key, as the office would, and these facts. */
export async function forgeCountersignature(
  base: Uint8Array,
  { certificates, signer }: SigningChain,
  facts: LaidOutCountersignature,
): Promise<Uint8Array> {
  const [certificate, ...signerChain] = certificates;
  const prepared = layOutCountersignature({ primitives, signerChain }, facts, base, certificate);
  const signature = await signer.sign(prepared.toBeSigned);
  const { algorithm } = signer;
  return concat(base, completeSignature(prepared, { signature, algorithm, certificates }));
}
