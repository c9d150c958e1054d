import { readDer } from '../asn1/read.ts';
import { encodeCbor } from '../core/cbor.ts';
import type { Primitives } from '../core/primitives.ts';
import type { Random } from '../core/random.ts';
import type { Signer } from '../core/signer.ts';
import type { Clock } from '../core/time.ts';
import { issuerKeyId, LeafKind, type Evidence, type LeafDraft } from '../log/leaf.ts';
import type { Ledger } from '../log/ledger.ts';
import { untilFresh } from '../log/retry.ts';
import { readPublicKey } from './algorithm.ts';
import { authorityRecord, certificateOf, CONTENT_SIGNER, makeAuthority } from './authority.ts';
import type { Certificate } from './certificate.ts';
import { readingDer } from './code.ts';
import { completeCertificate, prepareCertificate } from './issue.ts';
import { ATTRIBUTE, findAttribute } from './name.ts';
import { latestEnd, makeSerial } from './prepare.ts';
import type { AuthorityStore, AuthorityWrite } from './store.ts';

export interface ContentSignerDeps {
  readonly authorities: Pick<AuthorityStore, 'findAuthority'>;
  readonly ledger: Ledger<AuthorityWrite>;
  /** The key of the authority of credentials, which certifies. */
  readonly issuerSigner: Signer;
  readonly clock: Clock;
  readonly random: Random;
  readonly primitives: Primitives;
  readonly evidence: Evidence;
  readonly arc: string;
  readonly origin: string;
}

/**
 * The certificate of the key that signs what the office writes on cards, made where there is none: prepared and linted, recorded,
 * signed, recorded as made. A try that stopped is begun anew.
 * @throws Refusal those of the linter
 */
export function contentSigner(deps: ContentSignerDeps, own: Pick<Signer, 'spki'>): Promise<Certificate> {
  const { authorities, ledger, issuerSigner, clock, random, primitives, arc, origin } = deps;
  const leaf = (kind: LeafKind, record: Uint8Array): LeafDraft => ({
    kind,
    issuer: issuerKeyId(issuerSigner.spki, primitives),
    record,
    salt: random(32),
    subjectTag: random(32),
    evidence: deps.evidence,
  });
  return untilFresh(async () => {
    const known = await authorities.findAuthority(CONTENT_SIGNER);
    if (known) return certificateOf(known.record);
    const issuer = certificateOf((await authorities.findAuthority('credenciales'))!.record);
    const at = clock();
    const prepared = prepareCertificate(
      {
        profile: 'content-signer',
        arc,
        origin,
        serial: makeSerial(random),
        subject: {
          country: findAttribute(issuer.subject, ATTRIBUTE.C)!,
          organization: findAttribute(issuer.subject, ATTRIBUTE.O)!,
          commonName: 'Contenido de las tarjetas',
        },
        key: readingDer('key', () => readPublicKey(readDer(own.spki))),
        notBefore: at,
        notAfter: latestEnd('content-signer', at, issuer),
        issuer,
      },
      at,
      primitives,
    );
    const intent = encodeCbor([1, 'authority/intent', CONTENT_SIGNER, prepared.tbs]);
    await ledger.commit({ leaf: leaf(LeafKind.authorityIntent, intent), writes: [] });
    const signature = await issuerSigner.sign(prepared.tbs);
    const certificate = await completeCertificate(prepared, signature, issuer.key, primitives);
    const record = makeAuthority(CONTENT_SIGNER, certificate, at, primitives);
    await ledger.commit({
      leaf: leaf(LeafKind.authorityCreated, authorityRecord(record, primitives)),
      writes: [{ put: 'authority', key: CONTENT_SIGNER, record, ifVersion: 0, leafAs: 'createdLeaf' }],
    });
    return certificate;
  });
}
