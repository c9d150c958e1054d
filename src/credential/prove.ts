import { readCertificate } from '../authority/certificate.ts';
import { Refusal } from '../core/refusal.ts';
import { mentionOfficial } from '../directory/mention.ts';
import { parseOfficialId } from '../directory/official.ts';
import { LeafKind } from '../log/leaf.ts';
import { untilFresh } from '../log/retry.ts';
import { keyIdOf, type RevokeDeps } from './revoke.ts';
import { type CardProof, type Credential, type CredentialCode } from './credential.ts';
import { isProofOf } from './on-card.ts';
import { provenRecord } from './record.ts';

/**
 * Records that the key of a credential is on the card that its certificate names: from now on it counts. Who drew the challenge
 * looks after its being fresh. What is proven already stays as it is.
 * @throws Refusal `credential/not-found`, `credential/not-issued`, `credential/not-on-card`, `credential/proof-wrong`,
 *   `credential/already-revoked`
 */
export function proveCredential(
  deps: RevokeDeps,
  serial: string,
  proof: Pick<CardProof, 'challenge' | 'signature'>,
): Promise<Credential> {
  return untilFresh(async () => {
    const found = await deps.store.find(serial);
    if (!found) refuse('credential/not-found', serial.slice(0, 50));
    const { record: credential, version } = found;
    const { certificate, card, issuedLeaf } = credential;
    if (card === undefined) refuse('credential/not-on-card', serial);
    if (credential.state === 'revoked') refuse('credential/already-revoked', serial, credential.revoked?.reason);
    if (!certificate || issuedLeaf === undefined) refuse('credential/not-issued', serial, credential.state);
    if (credential.provenLeaf !== undefined) return credential;
    if (!(await isProofOf(readCertificate(certificate), proof, deps.primitives))) {
      refuse('credential/proof-wrong', serial);
    }
    const { challenge, signature } = proof;
    const proven: Credential = { ...credential, proof: { at: deps.clock(), challenge, signature } };
    const id = parseOfficialId(credential.officialId);
    const official = id && (await deps.directory.findOfficial(id));
    const mention = official && mentionOfficial(official, deps.primitives);
    const { index } = await deps.ledger.commit({
      leaf: {
        kind: LeafKind.credentialProven,
        issuer: await keyIdOf(deps.authorities, credential.authority),
        record: provenRecord(proven, proven.proof!),
        salt: deps.random(32),
        subjectTag: mention?.subjectTag ?? deps.random(32),
        evidence: deps.evidence,
        ref: issuedLeaf,
      },
      writes: [
        { put: 'credential', key: serial, record: proven, ifVersion: version, leafAs: 'provenLeaf' },
        ...(mention ? [mention.write] : []),
      ],
    });
    return { ...proven, provenLeaf: index };
  });
}

function refuse(code: CredentialCode, serial: string, found = ''): never {
  const facts = { serial, ...(found !== '' && { found }) };
  throw new Refusal<CredentialCode>(code, `credential ${serial}: ${found || code}`, facts);
}
