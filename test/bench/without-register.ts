import { FileKeys } from '../../src/adapters/keys.ts';
import { nodePrimitives as primitives } from '../../src/adapters/primitives.ts';
import { readCertificate } from '../../src/authority/certificate.ts';
import { concat } from '../../src/core/bytes.ts';
import { systemClock } from '../../src/adapters/system.ts';
import { USAGE } from '../../src/authority/extension.ts';
import { inspectDocument } from '../../src/oficio/inspect.ts';
import type { Oficio } from '../../src/oficio/oficio.ts';
import { prepareOficio } from '../../src/oficio/prepare.ts';
import { openPdf } from '../../src/pdf/document.ts';
import { sealOrigin } from '../../src/seal/address.ts';
import { openSeal, verifySealSignature } from '../../src/seal/open.ts';
import { completeSignature } from '../../src/signature/complete.ts';
import { trustByChain } from '../../src/signature/trust.ts';
import { verifySignatures } from '../../src/signature/verify.ts';
import { oficioEs } from '../../src/texts/oficio.es.ts';
import type { BenchInstallation } from './installation.ts';

/**
 * What the peers do, with what they leave out that needs no database: strict reading, finding room, the seal, and checking
 * the result as a stranger would. Nobody is asked whether they may sign, no folio is taken and nothing is recorded.
 */
export async function withoutRegister(
  { services, keysFolder, signer, issuer, root }: BenchInstallation,
  pdf: Uint8Array,
  oficio: Oficio,
): Promise<() => Promise<Uint8Array>> {
  const keys = new FileKeys(keysFolder, { development: true });
  const [seal, own] = [(await keys.get('seal')).signer, (await keys.get(signer.keyName)).signer];
  const { charter, institution } = services;
  const origins = [sealOrigin(charter.origin)];
  const requiredEku = USAGE.documentSigning;
  const anchors = [readCertificate(root)];
  const trust = trustByChain({ intermediates: [], anchors, at: systemClock(), requiredEku }, primitives);
  const letterhead = { institution, origin: charter.origin, texts: oficioEs, dev: true };
  const deps = { sealSigner: seal, primitives, letterhead, signerChain: [issuer], allowHttp: false };
  const certificates = [signer.certificate, issuer];
  return async () => {
    const inspected = await inspectDocument(pdf, undefined, primitives);
    const { prepared, sealText } = await prepareOficio(
      deps,
      { record: oficio, version: 1 },
      inspected,
      certificates[0]!,
    );
    const signature = await own.sign(prepared.toBeSigned);
    const appended = completeSignature(prepared, { signature, algorithm: own.algorithm, certificates });
    const document = concat(pdf, appended);
    const [finding] = await verifySignatures(openPdf(document, primitives), { primitives, trust });
    const isOurs = finding?.integrity === 'intact' && finding.trust?.outcome === 'pass';
    if (!isOurs || !(await verifySealSignature(openSeal(sealText, { origins }), seal.spki, primitives))) {
      throw new Error('what was signed does not hold');
    }
    return document;
  };
}
