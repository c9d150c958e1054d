import { fromHex } from '../core/bytes.ts';
import type { Primitives } from '../core/primitives.ts';
import type { Random } from '../core/random.ts';
import { Refusal } from '../core/refusal.ts';
import type { Clock } from '../core/time.ts';
import type { AuthorityStore } from '../authority/store.ts';
import { isAuthorityId } from '../authority/authority.ts';
import { mentionOfficial } from '../directory/mention.ts';
import { parseOfficialId } from '../directory/official.ts';
import type { DirectoryStore } from '../directory/store.ts';
import { LeafKind, type Evidence, type KeyId8 } from '../log/leaf.ts';
import type { Ledger, LogReader } from '../log/ledger.ts';
import { untilFresh } from '../log/retry.ts';
import {
  resumed,
  revoked,
  suspended,
  type Credential,
  type CredentialCode,
  type RevocationGrounds,
} from './credential.ts';
import { statusRecord } from './record.ts';
import type { CredentialStore, CredentialWrite } from './store.ts';

export interface RevokeDeps {
  readonly store: CredentialStore;
  readonly directory: DirectoryStore;
  readonly authorities: Pick<AuthorityStore, 'findAuthority'>;
  readonly ledger: Ledger<CredentialWrite>;
  readonly log: Pick<LogReader, 'head'>;
  readonly clock: Clock;
  readonly random: Random;
  readonly primitives: Primitives;
  readonly evidence: Evidence;
}

/** Undone by `resume`; until then the credential is worth nothing (certificateHold). */
export function suspendCredential(deps: RevokeDeps, serial: string): Promise<Credential> {
  return change(deps, serial, 'credential/suspended', LeafKind.credentialSuspended, (credential) =>
    suspended(credential, deps.clock()),
  );
}

export function resumeCredential(deps: RevokeDeps, serial: string): Promise<Credential> {
  return change(deps, serial, 'credential/resumed', LeafKind.credentialResumed, resumed);
}

/** For good. Lists and pages say so from the next publication on, answers of the origin at once. */
export function revokeCredential(deps: RevokeDeps, serial: string, grounds: RevocationGrounds): Promise<Credential> {
  return change(deps, serial, 'credential/revoked', LeafKind.credentialRevoked, (credential, logSize) =>
    revoked(credential, grounds, deps.clock(), logSize),
  );
}

function change(
  deps: RevokeDeps,
  serial: string,
  act: Parameters<typeof statusRecord>[0],
  kind: LeafKind,
  next: (credential: Credential, logSize: number) => Credential,
): Promise<Credential> {
  return untilFresh(async () => {
    const found = await deps.store.find(serial);
    if (!found) {
      throw new Refusal<CredentialCode>('credential/not-found', 'no such credential', { serial: serial.slice(0, 50) });
    }
    const { record: credential, version } = found;
    const { size } = await deps.log.head();
    const changed = next(credential, size);
    const id = parseOfficialId(credential.officialId);
    const official = id && (await deps.directory.findOfficial(id));
    // Whoever takes a right away asks nothing of the official's row: without one, nobody finds the leaf by their tag.
    const mention = official && mentionOfficial(official, deps.primitives);
    const { index } = await deps.ledger.commit({
      leaf: {
        kind,
        issuer: await keyIdOf(deps.authorities, credential.authority),
        // The moment that the row states: the clock may have moved on.
        record: statusRecord(act, changed, changed.revoked?.at ?? changed.suspendedAt ?? deps.clock()),
        salt: deps.random(32),
        subjectTag: mention?.subjectTag ?? deps.random(32),
        evidence: deps.evidence,
        ref: credential.issuedLeaf ?? credential.intentLeaf,
      },
      writes: [
        { put: 'credential', key: credential.serial, record: changed, ifVersion: version, leafAs: 'statusLeaf' },
        ...(mention ? [mention.write] : []),
      ],
    });
    return { ...changed, statusLeaf: index };
  });
}

/** The key of the authority that an act about one of its credentials is by. */
export async function keyIdOf(authorities: RevokeDeps['authorities'], id: string): Promise<KeyId8> {
  const authority = isAuthorityId(id) ? await authorities.findAuthority(id) : undefined;
  if (!authority) throw new Error(`an installation without the authority ${id}`);
  return fromHex(authority.record.keyId)! as KeyId8;
}
