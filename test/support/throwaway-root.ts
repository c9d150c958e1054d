import 'reflect-metadata';
import * as x509 from '@peculiar/x509';

/** A self-signed P-384 certificate with one policy, and its key as a signer. */
export async function throwawayRoot(policy: string): Promise<{
  readonly certificate: Uint8Array;
  readonly spki: Uint8Array;
  readonly algorithm: { readonly name: 'ECDSA'; readonly digest: 'SHA-384' };
  sign(data: Uint8Array): Promise<Uint8Array>;
}> {
  const algorithm = { name: 'ECDSA', namedCurve: 'P-384', hash: 'SHA-384' };
  const keys = await crypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    serialNumber: '7a7a7a7a',
    name: 'CN=Raiz de prueba',
    notBefore: new Date('2026-01-01T00:00:00Z'),
    notAfter: new Date('2046-01-01T00:00:00Z'),
    signingAlgorithm: algorithm,
    keys,
    extensions: [
      new x509.BasicConstraintsExtension(true, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
      new x509.CertificatePolicyExtension([policy]),
    ],
  });
  return {
    certificate: new Uint8Array(certificate.rawData),
    spki: new Uint8Array(await crypto.subtle.exportKey('spki', keys.publicKey)),
    algorithm: { name: 'ECDSA', digest: 'SHA-384' },
    async sign(data) {
      return new Uint8Array(await crypto.subtle.sign(algorithm, keys.privateKey, Uint8Array.from(data)));
    },
  };
}
