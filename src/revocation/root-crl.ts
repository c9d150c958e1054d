import { issuerAlgorithm } from '../authority/prepare.ts';
import { encodeSigned } from '../authority/signed.ts';
import { equal } from '../core/bytes.ts';
import { Outage, Refusal } from '../core/refusal.ts';
import { formatTime } from '../core/time.ts';
import { untilFresh } from '../log/retry.ts';
import type { RevocationCode, RevocationOutageCode } from './code.ts';
import { readCrl, type Crl } from './crl.ts';
import {
  isToBeSigned,
  issuingOf,
  ownCrl,
  publishSigned,
  recordCrl,
  saysWhatIsSo,
  type RecordCrlDeps,
} from './publish-crl.ts';
import { findRecordedCrl } from './recorded-crl.ts';

// The list of a root whose key lies in a safe: served for a year, and renewed in two halves, with whoever brings the key between them.

/**
 * The newest list of the offline root while it is in force. The root's signature tells that it is one, what it lists is compared
 * with the log; so nothing that somebody appends or edits takes it away from those who check certificates.
 * @throws Outage `revocation/root-list-over` where there is none in force
 */
export async function standingRootCrl(deps: RecordCrlDeps): Promise<Crl> {
  const issuing = await issuingOf(deps, 'raiz');
  const row = (await deps.store.findCrl('raiz'))?.record;
  const crl = await ownCrl(deps, issuing, row?.crl);
  const at = deps.clock();
  const isInForce = crl !== undefined && at >= crl.thisUpdate && at < crl.nextUpdate;
  if (isInForce && saysWhatIsSo(crl, await deps.store.revokedCertificates('raiz'), at)) return crl;
  const facts = crl ? { ended: formatTime(crl.nextUpdate) } : {};
  throw new Outage<RevocationOutageCode>('revocation/root-list-over', 'no list of the root is in force', facts);
}

/** A list that was left prepared for longer is made anew: its life has begun. */
const MOST_PREPARED_SECONDS = 86_400;

/** What the root has to sign. */
export interface PreparedRootCrl {
  /** DER TBSCertList. */
  readonly tbs: Uint8Array;
  readonly number: number;
}

/**
 * The first half: the next list of the root, recorded. One that was left prepared is given again while it is what would be made
 * now; the list that is served stays until the second half.
 * @throws Refusal `revocation/lint`
 */
export async function prepareRootCrl(deps: RecordCrlDeps): Promise<PreparedRootCrl> {
  const issuing = await issuingOf(deps, 'raiz');
  return untilFresh(async () => {
    const { newest, version } = await findRecordedCrl(deps, issuing.authority);
    const at = deps.clock();
    const entries = await deps.store.revokedCertificates('raiz');
    const isRecent = newest?.state === 'prepared' && at - newest.thisUpdate < MOST_PREPARED_SECONDS;
    if (isRecent && (await isToBeSigned(deps, issuing, newest, entries, at))) return newest;
    // Of whatever row there is: an edited one must not lose the list.
    const kept = await ownCrl(deps, issuing, (await deps.store.findCrl('raiz'))?.record.crl);
    return (await recordCrl(deps, issuing, version, entries, at, kept?.encoded)).record;
  });
}

/**
 * The second half: the list that was recorded, with the root's signature, is served from here on. Asked again with the same, it
 * gives the same.
 * @throws Refusal `revocation/wrong-signature`; `revocation/root-list-overtaken` where another one is to be signed by now
 */
export async function completeRootCrl(deps: RecordCrlDeps, signature: Uint8Array): Promise<Crl> {
  const issuing = await issuingOf(deps, 'raiz');
  const algorithm = issuerAlgorithm(issuing.issuer.key);
  return untilFresh(async () => {
    const { newest, version } = await findRecordedCrl(deps, issuing.authority);
    if (newest?.state === 'published' && newest.crl) {
      // ECDSA signs anew each time: the same signature is the same answer.
      if (equal(newest.crl, encodeSigned(newest.tbs, signature, algorithm))) return readCrl(newest.crl);
    }
    const at = deps.clock();
    const entries = await deps.store.revokedCertificates('raiz');
    const isPending = newest?.state === 'prepared' && (await isToBeSigned(deps, issuing, newest, entries, at));
    if (!isPending) {
      throw new Refusal<RevocationCode>('revocation/root-list-overtaken', 'another list is to be signed by now');
    }
    return readCrl(await publishSigned(deps, issuing, { record: newest, version }, signature));
  });
}
